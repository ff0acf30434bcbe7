"""A registry that is a plain directory: the tree that every registry is, and its writer.

Reading takes nothing but files. Publishing takes a lock on the tree, brings the blob into place,
and only then the index with one more line; each is written beside its place and renamed there.
Whatever happens in between, a reader sees a version whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cpt.errors import BadInputError, DamagedRegistryError, PublishRefusedError
from cpt.registries.port import Published
from cpt.registries.writing import TreeWriter
from package_format.archive import COMPRESSED_LIMIT, digest_of, read_archive
from package_format.delegations import Delegations, newest_delegations
from package_format.errors import (
    ArchiveError,
    InvalidIndexError,
    UnreadableFileError,
    VersionTakenError,
)
from package_format.index import (
    NAMES_PATH,
    IndexLine,
    appended,
    blob_path,
    index_path,
    index_text,
    names_bytes,
    parse_index,
)
from package_format.index_files import INDEX_LIMIT, bytes_in, names_in
from package_format.registry_folders import CONFIG_PATH, Holding, what_is_in
from package_format.signature import Envelope
from package_format.signed_tree import SIGNED_LIMIT
from package_format.tree_config import FORMAT, TreeConfig

_NO_TREES = {
    Holding.SERVER: (
        "holds a server's registry, which is no plain folder",
        "'cpt registry serve' serves it; name the server's address instead",
        "'cpt registry backup' makes a plain folder of it, in its folder tree",
        "a server signs by itself: 'cpt registry use-root', --signing-key",
    ),
    Holding.BACKUP: (
        "holds a backup of a registry",
        "name the registry in it, its folder tree, or bring it back with 'cpt registry restore'",
    ),
}


def refuse_what_is_no_tree(folder: Path) -> None:
    """Refuse a folder that holds something of a registry, and not its tree.

    Raises:
        BadInputError: It does.
    """
    found = _NO_TREES.get(what_is_in(folder))
    if found is not None:
        what, *help_ = found
        raise BadInputError(f"{folder} {what}", *help_)


class DirectoryRegistry:
    """A registry in a directory, which need not exist before the first version is published."""

    def __init__(self, root: Path) -> None:
        """Name the directory; nothing is read or written yet."""
        self._root = root
        self._writer = TreeWriter(root)

    @property
    def location(self) -> str:
        """The directory's path."""
        return str(self._root)

    def names(self) -> tuple[str, ...]:
        """Return the name of every package, sorted."""
        return tuple(sorted(names_in(self._root)))

    def versions(self, name: str) -> tuple[IndexLine, ...]:
        """Return a line for each version of a package, as published; none if it is unknown."""
        path = index_path(name)
        try:
            data = bytes_in(self._root, path)
            return () if data is None else parse_index(data.decode("utf-8"), name)
        except (UnreadableFileError, UnicodeDecodeError) as error:
            raise DamagedRegistryError(
                f"the registry's index of {name} cannot be read: {error}",
                f"mend {self._root / path}, or tell whoever runs the registry",
            ) from error
        except InvalidIndexError as error:
            raise DamagedRegistryError(
                f"the registry's index of {name} is damaged: {error}",
                f"restore {self._root / path} from a backup, or publish to another registry",
            ) from error

    def read(self, path: str, limit: int = INDEX_LIMIT) -> bytes | None:
        """Return the bytes of one of the tree's files, as they are; None if there is none."""
        try:
            return bytes_in(self._root, path, limit)
        except UnreadableFileError as error:
            raise DamagedRegistryError(
                f"a file of the registry cannot be used: {error}",
                f"mend {self._root / path}, or tell whoever runs the registry",
            ) from error

    def prepare(self, lines: Iterable[IndexLine]) -> None:
        """Do nothing: files are near."""

    def delegations(self) -> Delegations:
        """Return none: nobody trusts a root here."""
        return {}

    def fetch(self, digest: str, limit: int = COMPRESSED_LIMIT) -> bytes:
        """Return the archive with this content digest, verified."""
        path = blob_path(digest)
        try:
            data = bytes_in(self._root, path, min(limit, COMPRESSED_LIMIT))
            if data is None:
                raise DamagedRegistryError(
                    f"the registry lists an archive that it does not hold: {digest}",
                    f"ask whoever runs the registry at {self.location} to restore {path}",
                )
            found = digest_of(data)
        except UnreadableFileError as error:
            raise DamagedRegistryError(
                f"the registry's archive {digest} cannot be read: {error}",
                f"ask whoever runs the registry at {self.location} to restore it",
            ) from error
        except ArchiveError as error:
            raise DamagedRegistryError(
                f"the registry's archive {path} is not what was published: {error}",
                "do not install it; tell whoever runs the registry",
            ) from error
        if found != digest:
            raise DamagedRegistryError(
                f"the registry's archive {path} is not what was published: its digest is {found}",
                "do not install it; tell whoever runs the registry",
            )
        return data

    def publish(
        self, archive: bytes, published: str, signatures: tuple[Envelope, ...] = ()
    ) -> Published:
        """Publish an archive; publishing the same content again changes nothing."""
        package, digest = read_archive(archive)
        line = IndexLine.of(package, digest=digest, size=len(archive), published=published)
        line = line.model_copy(update={"signatures": signatures})
        _demand_true(line)
        with self._writer.locked():
            if not (self._root / CONFIG_PATH).exists():
                self._writer.write(CONFIG_PATH, TreeConfig(format=FORMAT).written())
            try:
                lines = appended(self.versions(line.name), line)
            except VersionTakenError as error:
                raise PublishRefusedError(str(error)) from error
            if lines.already_published:
                self._write_names()
                present = next(x for x in lines.lines if x.digest == line.digest)
                return Published(present, already=True)
            self._demand_own_key(line)
            self._writer.write(blob_path(digest), archive)
            self._writer.write(index_path(line.name), index_text(lines.lines).encode())
            self._write_names()
        return Published(line)

    def _demand_own_key(self, line: IndexLine) -> None:
        """Refuse what nobody would take: the root names keys of the publisher, and none signed."""
        try:
            delegations = newest_delegations(lambda path: self.read(path, SIGNED_LIMIT))
        except InvalidIndexError as error:
            raise DamagedRegistryError(
                f"the registry's root is damaged: {error}", "restore it from a backup"
            ) from error
        if delegations:
            from cpt.registries.trust.authors import demand_own_key  # noqa: PLC0415  few name any

            demand_own_key(line, delegations)

    def _write_names(self) -> None:
        """Write the list of names if it is not as it should be, for readers over HTTP."""
        data = names_bytes(self.names())
        if bytes_in(self._root, NAMES_PATH, len(data)) != data:
            self._writer.write(NAMES_PATH, data)


def _demand_true(line: IndexLine) -> None:
    """Refuse a signature that is of something else, or that its key did not make."""
    if not line.signatures:
        return
    from package_format.signing import is_true  # noqa: PLC0415  few are signed

    if not is_true(line):
        raise PublishRefusedError(
            f"a signature of {line.name} {line.version} is not of what is published",
            "sign this very version, with the private key of the key that it names",
        )
