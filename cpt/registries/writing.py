"""Writing into a registry's folder: one writer at a time, and a file whole or not at all.

Whatever puts something into a tree (publishing, mirroring) does it through a `TreeWriter`; what
may be put there is for its callers to know.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from cpt.errors import RegistryError
from package_format.errors import UnreadableFileError
from package_format.index_files import file_in

try:
    import fcntl
except ImportError:  # pragma: no cover  Windows has no flock; a directory has one writer there
    fcntl = None  # type: ignore[assignment]  # no module is no ModuleType

LOCK = ".lock"
"""The file that whoever writes holds a lock on."""


class TreeWriter:
    """Writes into one registry's folder, which need not exist yet."""

    def __init__(self, root: Path) -> None:
        """Name the folder; nothing is written yet."""
        self._root = root

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the tree's lock; the folder is made if there is none.

        Raises:
            RegistryError: It cannot be written, now or inside of the block.
        """
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            file_in(self._root, LOCK)
            with (self._root / LOCK).open("ab") as lock:
                if fcntl is not None:
                    fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        except UnreadableFileError as error:
            raise RegistryError(
                f"the registry at {self._root} cannot be written: {error}",
                "take away what leads out of its folder",
            ) from error
        except OSError as error:
            raise RegistryError(
                f"the registry at {self._root} cannot be written: {error.strerror or error}",
                "check that the path is right, and that you may write there",
            ) from error

    def write(self, relative: str, data: bytes) -> None:
        """Bring a whole file into place, flushed to the disk before it can be seen.

        Raises:
            UnreadableFileError: A link leads out of the tree there.
            OSError: It cannot be written.
        """
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
