"""Writing the files that a command was asked for: whole or not at all."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from cpt.errors import BadInputError


def write_file(path: Path, data: bytes | str) -> None:
    """Write a file beside its place and rename it there.

    Raises:
        BadInputError: It cannot be written, or something that is not a file is there.
    """
    if path.exists() and not path.is_file():
        raise BadInputError(
            f"{path} cannot be written: it is {'a folder' if path.is_dir() else 'no plain file'}",
            "name a file",
        )
    content = data.encode() if isinstance(data, str) else data
    target = Path(os.path.realpath(path))  # a link stays one
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(target)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise BadInputError(f"{path} cannot be written: {error.strerror}") from error
