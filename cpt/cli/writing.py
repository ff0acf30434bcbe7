"""Writing the files that a command was asked for: whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from cpt.errors import BadInputError


def write_file(path: Path, data: bytes | str) -> None:
    """Write a file beside its place and rename it there.

    Raises:
        BadInputError: It cannot be written.
    """
    content = data.encode() if isinstance(data, str) else data
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise BadInputError(f"{path} cannot be written: {error.strerror}") from error
