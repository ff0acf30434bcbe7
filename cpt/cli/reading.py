"""Reading the files that a command names."""

from __future__ import annotations

from pathlib import Path

from cpt.errors import BadInputError


def read_bytes(path: Path) -> bytes:
    """Read a file.

    Raises:
        BadInputError: It is not there, or cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise BadInputError(f"there is no file {path}") from None
    except OSError as error:
        raise BadInputError(f"{path} cannot be read: {error.strerror}") from error


def read_text(path: Path) -> str:
    """Read a file of text, with or without a byte order mark.

    Raises:
        BadInputError: It is not there, cannot be read, or is no text.
    """
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInputError(f"{path} is not a text in UTF-8") from error
