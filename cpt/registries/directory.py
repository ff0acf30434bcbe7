"""A registry that is a plain directory: the tree that every registry is, and its writer.

Reading takes nothing but files. Publishing takes a lock on the tree, brings the blob into place,
and only then the index with one more line; each is written beside its place and renamed there.
Whatever happens in between, a reader sees a version whole or not at all.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from cpt.errors import DamagedRegistryError, PublishRefusedError, RegistryError
from cpt.registries.port import Published
from package_format.archive import COMPRESSED_LIMIT, read_archive
from package_format.canonical import to_json
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
    parse_index,
)
from package_format.index_files import bytes_in, file_in, names_in

try:
    import fcntl
except ImportError:  # pragma: no cover  Windows has no flock; a directory has one writer there
    fcntl = None  # type: ignore[assignment]  # no module is no ModuleType

_CONFIG = {"format": 1, "blobs": "blobs/"}


class DirectoryRegistry:
    """A registry in a directory, which need not exist before the first version is published."""

    def __init__(self, root: Path) -> None:
        """Name the directory; nothing is read or written yet."""
        self._root = root

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

    def fetch(self, digest: str) -> bytes:
        """Return the archive with this content digest, verified."""
        path = blob_path(digest)
        try:
            data = bytes_in(self._root, path, COMPRESSED_LIMIT)
            if data is None:
                raise DamagedRegistryError(
                    f"the registry lists an archive that it does not hold: {digest}",
                    f"ask whoever runs the registry at {self.location} to restore {path}",
                )
            read_archive(data, digest)
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
        return data

    def publish(self, archive: bytes, published: str) -> Published:
        """Publish an archive; publishing the same content again changes nothing."""
        package, digest = read_archive(archive)
        line = IndexLine.of(package, digest=digest, size=len(archive), published=published)
        with self._writing():
            try:
                lines = appended(self.versions(line.name), line)
            except VersionTakenError as error:
                raise PublishRefusedError(str(error)) from error
            if lines.already_published:
                self._write_names()
                present = next(x for x in lines.lines if x.digest == line.digest)
                return Published(present, already=True)
            self._write_once(blob_path(digest), archive)
            self._write_once(index_path(line.name), index_text(lines.lines).encode())
            self._write_names()
        return Published(line)

    def _write_names(self) -> None:
        """Write the list of names if it is not as it should be, for readers over HTTP."""
        data = to_json(list(self.names())) + b"\n"
        if bytes_in(self._root, NAMES_PATH, len(data)) != data:
            self._write_once(NAMES_PATH, data)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the tree's lock; create the tree if it is not there."""
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            file_in(self._root, ".lock")
            with (self._root / ".lock").open("ab") as lock:
                if fcntl is not None:
                    fcntl.flock(lock, fcntl.LOCK_EX)
                if not (self._root / "config.json").exists():
                    self._write_once("config.json", json.dumps(_CONFIG).encode() + b"\n")
                yield
        except UnreadableFileError as error:
            raise RegistryError(
                f"the registry at {self.location} cannot be written: {error}",
                "take away what leads out of its folder",
            ) from error
        except OSError as error:
            raise RegistryError(
                f"the registry at {self.location} cannot be written: {error.strerror or error}",
                "check that the path is right, and that you may write there",
            ) from error

    def _write_once(self, relative: str, data: bytes) -> None:
        """Bring a whole file into place, flushed to the disk before it can be seen."""
        path = self._root / relative
        file_in(self._root, str(Path(relative).parent / f".{path.name}"))
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            with beside.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
        _flush_directory(path.parent)


def _flush_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
