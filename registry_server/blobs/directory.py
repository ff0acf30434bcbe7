"""Archives in a directory, laid out as the tree has them."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from package_format.archive import COMPRESSED_LIMIT
from package_format.errors import UnreadableFileError
from package_format.index import BLOBS, blob_path
from package_format.index_files import bytes_in, file_in
from registry_server.blobs.writing import write_whole
from registry_server.errors import DamagedTreeError, UnavailableError

_ARCHIVE = re.compile(r"[0-9a-f]{64}\.cpt")
_HALF = re.compile(r"\.[0-9a-f]{64}\.cpt\.[0-9a-f]{8}")


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

    def kept_before(self, moment: dt.datetime) -> Iterator[str]:
        """See `Blobs.kept_before`."""
        for path in self._files(_ARCHIVE, moment):
            yield f"sha256:{path.stem}"

    def take_away(self, digests: Sequence[str]) -> None:
        """See `Blobs.take_away`."""
        _unlink(self._root / blob_path(digest) for digest in digests)

    def halves(self, moment: dt.datetime, *, take_away: bool) -> int:
        """See `Blobs.halves`: files that a process was writing when it was killed."""
        halves = list(self._files(_HALF, moment))
        if take_away:
            _unlink(halves)
        return len(halves)

    def _files(self, named: re.Pattern[str], moment: dt.datetime) -> Iterator[Path]:
        for folder in sorted((self._root / BLOBS / "sha256").glob("[0-9a-f][0-9a-f]")):
            for path in sorted(folder.iterdir()):
                # What is gone by now was somebody's who brought it into place, or took it away.
                with suppress(FileNotFoundError):
                    is_old = path.lstat().st_mtime < moment.timestamp()
                    if is_old and named.fullmatch(path.name):
                        yield path

    def ready(self) -> None:
        """See `Blobs.ready`."""
        if not os.access(self._root, os.R_OK | os.W_OK | os.X_OK):
            raise UnavailableError("The directory of the archives cannot be read and written.")


def _unlink(paths: Iterable[Path]) -> None:
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise UnavailableError(f"An archive cannot be taken away: {error.strerror}.") from error
