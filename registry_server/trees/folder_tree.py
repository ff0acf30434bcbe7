"""A tree that is a folder of files, which somebody else writes. An edge."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from package_format.archive import COMPRESSED_LIMIT
from package_format.errors import PackageError, UnreadableFileError
from package_format.index import blob_path, index_path
from package_format.index_files import (
    INDEX_LIMIT,
    bytes_in,
    file_in,
    names_in,
    names_of,
    publishers_in,
)
from package_format.notices import NOTICES_PATH, Notices, read_notices
from package_format.signed_tree import SIGNED_LIMIT
from registry_server.errors import DamagedTreeError, NotFoundError, UnavailableError
from registry_server.operations.health import Checks
from registry_server.trees.tree import Tree


class FolderTree(Tree):
    """A tree in a folder."""

    def __init__(self, root: Path) -> None:
        """Name the tree's folder; nothing is read yet."""
        super().__init__()
        self._root = root

    @property
    def is_near(self) -> bool:
        """See `Tree.is_near`."""
        return True

    @property
    def publish_to(self) -> str:
        """The folder's name."""
        return self._root.name

    def checks(self) -> Checks:
        """See `Tree.checks`."""
        return {"folder": self._ready}

    def _ready(self) -> None:
        if not os.access(self._root, os.R_OK | os.X_OK):
            raise UnavailableError("The registry's folder cannot be read.")

    def config(self) -> bytes:
        """See `Tree.config`."""
        data = self._read("config.json", INDEX_LIMIT)
        if data is None:
            raise NotFoundError("Nothing has been published to this registry yet.")
        return data

    def names(self) -> tuple[str, ...]:
        """See `Tree.names`."""
        return tuple(sorted(names_in(self._root)))

    def notices(self) -> Mapping[str, Notices]:
        """See `Tree.notices`."""
        data = self._read(NOTICES_PATH, INDEX_LIMIT)
        try:
            return {} if data is None else read_notices(data)
        except PackageError as error:
            raise DamagedTreeError(f"The registry is damaged: {error}.") from error

    def publishers(self) -> Iterator[tuple[str, int]]:
        """Yield each publisher, and when files came to it or went, in nanoseconds."""
        for folder in publishers_in(self._root):
            with suppress(FileNotFoundError):
                yield folder.name, folder.stat().st_mtime_ns

    def names_of(self, publisher: str) -> tuple[str, ...]:
        """Return the name of every package of a publisher, sorted."""
        return tuple(sorted(names_of(self._root, self._root / "index" / publisher)))

    def _index(self, name: str) -> bytes | None:
        return self._read(index_path(name), INDEX_LIMIT)

    def _signed(self, path: str) -> bytes | None:
        return self._read(path, SIGNED_LIMIT)

    def _blob(self, digest: str) -> Path | None:
        try:
            return file_in(self._root, blob_path(digest))
        except UnreadableFileError as error:
            raise DamagedTreeError(f"The registry is damaged: {error}.") from error

    def _archive(self, digest: str) -> bytes | None:
        return self._read(blob_path(digest), COMPRESSED_LIMIT)

    def _read(self, relative: str, limit: int) -> bytes | None:
        try:
            return bytes_in(self._root, relative, limit)
        except UnreadableFileError as error:
            raise DamagedTreeError(f"The registry is damaged: {error}.") from error
