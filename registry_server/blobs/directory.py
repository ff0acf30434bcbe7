"""Archives in a directory, laid out as the tree has them."""

from __future__ import annotations

import os
from pathlib import Path

from package_format.archive import COMPRESSED_LIMIT
from package_format.errors import UnreadableFileError
from package_format.index import blob_path
from package_format.index_files import bytes_in, file_in
from registry_server.blobs.writing import write_whole
from registry_server.errors import DamagedTreeError, UnavailableError


class DirectoryBlobs:
    """Archives in a directory, which need not exist before the first one is kept."""

    is_near = True

    def __init__(self, root: Path) -> None:
        """Name the directory in which ``blobs/`` is or will be."""
        self._root = root

    def add(self, digest: str, data: bytes) -> None:
        """See `Blobs.add`: flushed to the disk before it can be seen under its name."""
        if self.has(digest):
            return
        try:
            write_whole(self._root / blob_path(digest), [data])
        except OSError as error:
            raise UnavailableError(f"The archive cannot be kept: {error.strerror}.") from error

    def has(self, digest: str) -> bool:
        """See `Blobs.has`."""
        return self.file(digest) is not None

    def read(self, digest: str) -> bytes | None:
        """See `Blobs.read`."""
        try:
            return bytes_in(self._root, blob_path(digest), COMPRESSED_LIMIT)
        except UnreadableFileError as error:
            raise DamagedTreeError(f"The registry is damaged: {error}.") from error

    def file(self, digest: str) -> Path | None:
        """See `Blobs.file`."""
        try:
            return file_in(self._root, blob_path(digest))
        except UnreadableFileError as error:
            raise DamagedTreeError(f"The registry is damaged: {error}.") from error

    def ready(self) -> None:
        """See `Blobs.ready`."""
        if not os.access(self._root, os.R_OK | os.W_OK | os.X_OK):
            raise UnavailableError("The directory of the archives cannot be read and written.")
