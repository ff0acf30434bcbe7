"""The registry's tree of files, read. An edge: no other module of the server opens its files.

Whatever names a file (a package's name, a digest) is checked against its grammar before a path is
made of it, so that no request can name a file outside the tree, nor a writer's lock or half-written
file inside it. What was read is kept: an index file until it is another file, an archive, which
never changes, until others are asked for more often.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from os import stat_result
from pathlib import Path

from package_format.archive import COMPRESSED_LIMIT, read_archive
from package_format.errors import PackageError, UnreadableFileError
from package_format.index import IndexLine, blob_path, contradiction, index_path, parse_index
from package_format.index_files import (
    INDEX_LIMIT,
    bytes_in,
    file_in,
    names_in,
    names_of,
    publishers_in,
)
from package_format.package import Package
from package_format.references import PACKAGE_NAME_PATTERN
from package_format.signed_tree import SIGNED_LIMIT, is_signed_path
from registry_server.errors import DamagedTreeError, NotFoundError

_NAME = re.compile(PACKAGE_NAME_PATTERN)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_PACKAGES_KEPT = 256


class Tree:
    """A registry's tree of files."""

    def __init__(self, root: Path) -> None:
        """Name the tree's folder; nothing is read yet."""
        self.root = root
        self._lines: dict[str, tuple[tuple[int, ...], tuple[IndexLine, ...]]] = {}
        self.package = lru_cache(_PACKAGES_KEPT)(self._package)

    def config(self) -> bytes:
        """Return the file that makes a folder a registry.

        Raises:
            NotFoundError: Nothing has been published yet.
        """
        data = self._read("config.json", INDEX_LIMIT)
        if data is None:
            raise NotFoundError("Nothing has been published to this registry yet.")
        return data

    def index(self, name: str) -> bytes:
        """Return the file that lists a package's versions.

        Raises:
            NotFoundError: There is no such package, or the text is not a package's name.
        """
        data = self._read(index_path(name), INDEX_LIMIT) if _NAME.fullmatch(name) else None
        if data is None:
            raise NotFoundError(f"This registry has no package {name}.")
        return data

    def signed(self, path: str) -> bytes:
        """Return a file of what is signed.

        Raises:
            NotFoundError: There is none, or the text is not such a file's path.
        """
        data = self._read(path, SIGNED_LIMIT) if is_signed_path(path) else None
        if data is None:
            raise NotFoundError(f"This registry has no {path}.")
        return data

    def _index(self, name: str) -> Path:
        path = self._file(index_path(name)) if _NAME.fullmatch(name) else None
        if path is None:
            raise NotFoundError(f"This registry has no package {name}.")
        return path

    def blob(self, digest: str) -> Path:
        """Return where the file of an archive is.

        Raises:
            NotFoundError: There is no such archive, or the text is not a digest.
        """
        path = self._file(blob_path(digest)) if _DIGEST.fullmatch(digest) else None
        if path is None:
            raise NotFoundError(f"This registry has no archive {digest}.")
        return path

    def _file(self, relative: str) -> Path | None:
        try:
            return file_in(self.root, relative)
        except UnreadableFileError as error:
            raise DamagedTreeError(f"The registry is damaged: {error}.") from error

    def _read(self, relative: str, limit: int) -> bytes | None:
        try:
            return bytes_in(self.root, relative, limit)
        except UnreadableFileError as error:
            raise DamagedTreeError(f"The registry is damaged: {error}.") from error

    def names(self) -> tuple[str, ...]:
        """Return the name of every package, sorted."""
        return tuple(sorted(names_in(self.root)))

    def publishers(self) -> Iterator[tuple[str, int]]:
        """Yield each publisher, and when files came or went there: nanoseconds of the disk's."""
        for folder in publishers_in(self.root):
            with suppress(FileNotFoundError):
                yield folder.name, folder.stat().st_mtime_ns

    def names_of(self, publisher: str) -> tuple[str, ...]:
        """Return the name of every package of a publisher, sorted."""
        return tuple(sorted(names_of(self.root, self.root / "index" / publisher)))

    def lines(self, name: str) -> tuple[IndexLine, ...]:
        """Return a line for each version of a package, in the order they were published.

        Raises:
            DamagedTreeError: The index file cannot be read or says something impossible.
            NotFoundError: There is no such package.
        """
        path = self._index(name)
        try:
            now = _which(path.stat())
            known = self._lines.get(name)
            if known is None or known[0] != now:
                known = now, parse_index(self.index(name).decode("utf-8"), name)
                self._lines[name] = known
        except (OSError, ValueError, PackageError) as error:
            raise DamagedTreeError(f"The index of {name} cannot be read: {error}.") from error
        if not known[1]:
            raise DamagedTreeError(f"The index of {name} has no version in it.")
        return known[1]

    def package_of(self, line: IndexLine) -> Package:
        """Return the package of an index line.

        Raises:
            DamagedTreeError: The archive cannot be read, or is not what the line says.
        """
        package = self.package(line.digest)
        lie = contradiction(line, package, digest=line.digest, size=line.size)
        if lie is not None:
            raise DamagedTreeError(
                f"The archive of {line.name} {line.version} is not what the index says: {lie}."
            )
        return package

    def _package(self, digest: str) -> Package:
        """Return what an archive holds.

        Raises:
            DamagedTreeError: The archive is missing, broken, or not what its digest says.
        """
        data = self._read(blob_path(digest), COMPRESSED_LIMIT)
        if data is None:
            raise DamagedTreeError(f"The archive {digest} cannot be read: there is none.")
        try:
            return read_archive(data, digest)[0]
        except PackageError as error:
            reason = str(error).rstrip(".")
            raise DamagedTreeError(f"The archive {digest} cannot be read: {reason}.") from error


def _which(status: stat_result) -> tuple[int, ...]:
    """Tell one file from the next under the same name; a writer renames, so the inode changes."""
    return status.st_ino, status.st_mtime_ns, status.st_size
