"""The registry's tree of files, read. An edge: no other module of the server opens its files.

Whatever names a file (a package's name, a digest) is checked against its grammar before a path is
made of it, so that no request can name a file outside the tree, nor a writer's lock or half-written
file inside it. What was read is kept: an index file until it is another file, an archive, which
never changes, until others are asked for more often.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from os import stat_result
from pathlib import Path

from package_format.archive import read_archive
from package_format.errors import PackageError
from package_format.index import IndexLine, blob_path, index_path, parse_index
from package_format.package import Package
from package_format.references import PACKAGE_NAME_PATTERN
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
        try:
            return (self.root / "config.json").read_bytes()
        except FileNotFoundError:
            raise NotFoundError("Nothing has been published to this registry yet.") from None

    def index(self, name: str) -> bytes:
        """Return the file that lists a package's versions.

        Raises:
            NotFoundError: There is no such package, or the text is not a package's name.
        """
        return self._index(name).read_bytes()

    def _index(self, name: str) -> Path:
        path = self.root / index_path(name) if _NAME.fullmatch(name) else None
        if path is None or not path.is_file():
            raise NotFoundError(f"This registry has no package {name}.")
        return path

    def blob(self, digest: str) -> Path:
        """Return where the file of an archive is.

        Raises:
            NotFoundError: There is no such archive, or the text is not a digest.
        """
        path = self.root / blob_path(digest) if _DIGEST.fullmatch(digest) else None
        if path is None or not path.is_file():
            raise NotFoundError(f"This registry has no archive {digest}.")
        return path

    def names(self) -> tuple[str, ...]:
        """Return the name of every package, sorted."""
        return tuple(sorted(self._names()))

    def _names(self) -> Iterator[str]:
        for path in (self.root / "index").glob("*/*.jsonl"):
            name = f"{path.parent.name}/{path.stem}"
            if _NAME.fullmatch(name):
                yield name

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
                known = now, parse_index(path.read_text("utf-8"), name)
                self._lines[name] = known
        except (OSError, ValueError, PackageError) as error:
            raise DamagedTreeError(f"The index of {name} cannot be read: {error}.") from error
        if not known[1]:
            raise DamagedTreeError(f"The index of {name} has no version in it.")
        return known[1]

    def _package(self, digest: str) -> Package:
        """Return what an archive holds.

        Raises:
            DamagedTreeError: The archive is missing, broken, or not what its digest says.
        """
        try:
            return read_archive(self.blob(digest).read_bytes(), digest)[0]
        except (NotFoundError, OSError, PackageError) as error:
            reason = str(error).rstrip(".")
            raise DamagedTreeError(f"The archive {digest} cannot be read: {reason}.") from error


def _which(status: stat_result) -> tuple[int, ...]:
    """Tell one file from the next under the same name; a writer renames, so the inode changes."""
    return status.st_ino, status.st_mtime_ns, status.st_size
