"""Copying a registry into a folder, so that the copy is a registry at every moment.

Archives come first, then the index that lists them, then the list of names: as in publishing, who
reads the copy meanwhile sees a version whole or not at all. What is copied is proved, and nothing
that the copy has is ever taken away: a source that lost or changed a version is told of, not
followed. Of a version in quarantine the line is copied, so that the copy keeps everybody from it,
too; its archive nobody gets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from cpt.errors import BadInputError, DamagedRegistryError, RegistryError
from cpt.registries.directory import DirectoryRegistry
from cpt.registries.port import Endable, Registry
from cpt.registries.proof import archive_of, config_of, index_of, names_of, notices_of
from cpt.registries.writing import LOCK, TreeWriter
from package_format.errors import PackageError, UnreadableFileError
from package_format.index import (
    BLOBS,
    NAMES_PATH,
    IndexLine,
    Status,
    blob_path,
    broken_promise,
    index_path,
    names_bytes,
)
from package_format.index_files import file_in
from package_format.notices import NOTICES_PATH
from package_format.registry_folders import CONFIG_PATH
from package_format.signed_tree import SIGNED_LIMIT, TIMESTAMP, signed_files, state_in
from package_format.tree_config import TreeConfig

_AT_ONCE = 6
"""How many packages are copied side by side."""


@dataclass(frozen=True)
class Copied:
    """What a round of mirroring came to.

    Attributes:
        packages: How many packages the copy has.
        versions: How many versions.
        archives: How many archives were copied in this round.
        size: How many bytes these have.
        problems: What could not be copied and why, a sentence each.
    """

    packages: int
    versions: int
    archives: int
    size: int
    problems: tuple[str, ...]


@dataclass(frozen=True)
class _Round:
    """What became of one package: how many versions, archives that came, and bytes of these."""

    versions: int
    archives: int
    size: int
    problem: str | None = None


class Mirror:
    """A copy of one registry in a folder, made or brought up to date."""

    def __init__(self, source: Registry, root: Path) -> None:
        """Name the registry, and the folder of the copy, which need not exist.

        Raises:
            BadInputError: The folder holds something else than a registry, or is the source.
        """
        self._source = source
        self._root = root
        self._copy = DirectoryRegistry(root)
        self._writer = TreeWriter(root)
        if isinstance(source, DirectoryRegistry) and Path(source.location).resolve() == (
            root.resolve()
        ):
            raise BadInputError(f"{root} cannot be a copy of itself", "name another folder")
        if _is_something_else(root):
            raise BadInputError(
                f"{root} holds something, and it is not a registry", "name an empty folder"
            )

    def update(self, say: Callable[[str], None] = lambda _: None) -> Copied:
        """Copy what the copy does not have yet.

        Args:
            say: Told the name of each package that is waited for.

        Raises:
            RegistryError: The source cannot be read, or the folder not be written.
        """
        config, names = config_of(self._source), self._names()
        with self._writer.locked():
            self._writer.write(CONFIG_PATH, _of_copy(config).written())
        rounds = [
            _Round(0, 0, 0, f"{name} was published, and is gone")
            for name in sorted(set(self._copy.names()) - set(names))
        ]
        with ThreadPoolExecutor(_AT_ONCE) as workers:
            begun = [workers.submit(self._package, name) for name in names]
            try:
                for name, each in zip(names, begun, strict=True):
                    say(name)
                    rounds.append(each.result())
            except BaseException:  # one failed, or somebody has had enough of waiting
                if isinstance(self._source, Endable):
                    self._source.stop()
                workers.shutdown(cancel_futures=True)
                raise
        problems = [each.problem for each in rounds if each.problem is not None]
        self._notices(problems)
        if config.signed:
            self._signed(problems)
        with self._writer.locked():
            there = self._copy.names()
            self._writer.write(NAMES_PATH, names_bytes(there))
        return Copied(
            len(there),
            sum(each.versions for each in rounds),
            sum(each.archives for each in rounds),
            sum(each.size for each in rounds),
            tuple(problems),
        )

    def _package(self, name: str) -> _Round:
        """Copy a package's versions."""
        try:
            data, lines = index_of(self._source, name)
            self._demand_the_same(name, lines)
            sizes = [self._archive(line) for line in lines if line.status is not Status.QUARANTINED]
        except DamagedRegistryError as error:
            return _Round(0, 0, 0, str(error))
        if self._copy.read(index_path(name)) != data:
            with self._writer.locked():
                self._writer.write(index_path(name), data)
        return _Round(len(lines), sum(size > 0 for size in sizes), sum(sizes))

    def _demand_the_same(self, name: str, lines: Iterable[IndexLine]) -> None:
        """Demand that what the copy has is still there and is what it was."""
        try:
            before = self._copy.versions(name)
        except DamagedRegistryError as error:
            raise DamagedRegistryError(f"the copy in {self._root} is damaged: {error}") from error
        broken = broken_promise(before, lines)
        if broken is not None:
            raise DamagedRegistryError(f"{broken}: the copy of {name} stays as it was")

    def _archive(self, line: IndexLine) -> int:
        """Copy one archive, unless a file of its size is there; return how many bytes came.

        What is in files that are there, verifying looks at.
        """
        path = blob_path(line.digest)
        try:
            there = file_in(self._root, path)
        except UnreadableFileError as error:
            raise RegistryError(
                f"the copy in {self._root} cannot be written: {error}",
                "take away what leads out of its folder",
            ) from error
        if there is not None and there.stat().st_size == line.size:
            return 0
        data, _ = archive_of(self._source, line)
        with self._writer.locked():
            self._writer.write(path, data)
        return len(data)

    def _notices(self, problems: list[str]) -> None:
        """Copy what people should know of packages."""
        try:
            notices_of(self._source)
            data = self._source.read(NOTICES_PATH)
        except DamagedRegistryError as error:
            problems.append(str(error))
            return
        if data is not None and self._copy.read(NOTICES_PATH) != data:
            with self._writer.locked():
                self._writer.write(NOTICES_PATH, data)

    def _signed(self, problems: list[str]) -> None:
        """Copy what is signed, what is referred to first; a state is never replaced by an older."""

        def read(path: str) -> bytes | None:
            kept = None if path == TIMESTAMP else self._copy.read(path, SIGNED_LIMIT)
            return self._source.read(path, SIGNED_LIMIT) if kept is None else kept

        try:
            before, after = state_in(self._copy.read(TIMESTAMP)), state_in(read(TIMESTAMP))
            if before is not None and (after is None or after < before):
                problems.append(
                    f"the source shows the signed state {after or 'of none'}, and the copy has "
                    f"{before} already: it stays as it was"
                )
                return
            for path, data in signed_files(read):
                if self._copy.read(path, SIGNED_LIMIT) != data:
                    with self._writer.locked():
                        self._writer.write(path, data)
        except PackageError as error:
            problems.append(f"what the source signs was not copied: {error}")

    def _names(self) -> tuple[str, ...]:
        """Return the name of every package of the source."""
        if isinstance(self._source, DirectoryRegistry):
            return self._source.names()
        names = names_of(self._source)
        if names is None:
            raise RegistryError(
                f"the registry at {self._source.location} has no list of its packages "
                f"({NAMES_PATH}), and cannot be copied over HTTP",
                "copy its folder, or tell whoever runs the registry",
            )
        return names


def _of_copy(config: TreeConfig) -> TreeConfig:
    """The configuration of a copy: its archives are in it, and it can only be read."""
    return config.model_copy(update={"blobs": BLOBS, "api": None})


def _is_something_else(root: Path) -> bool:
    """Whether a folder holds something that is no registry."""
    if not root.exists():
        return False
    if not root.is_dir():
        return True
    return not (root / CONFIG_PATH).is_file() and any(path.name != LOCK for path in root.iterdir())
