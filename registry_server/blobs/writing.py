"""Writing a file so that it is there whole, and stays, or is not there at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, pieces: Iterable[bytes], mode: int = 0o666) -> None:
    """Bring a whole file into place, flushed to the disk before it can be seen.

    Args:
        path: Where; its folder is made if there is none.
        pieces: What it holds.
        mode: Who may do what with it, besides what the process's mask forbids.

    Raises:
        OSError: It cannot be written; what was there is there still.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        _flush(path.parent)
    finally:
        with suppress(OSError):
            beside.unlink()


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
