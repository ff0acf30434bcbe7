"""Where a verb's answer goes: to a person through rich, or to a program as one JSON document."""

from __future__ import annotations

import json
import os
import sys
from typing import IO, TYPE_CHECKING, TextIO, cast

import click

if TYPE_CHECKING:
    from rich.console import Console

    from package_format.kinds.model import Json

FORMAT = 1
"""The version of every JSON document that the command line prints."""

_WIDTH_WHEN_PIPED = 80
_GREATEST_WIDTH = 110


class _Trimmed:
    """A file that is not a terminal: rows are not padded with spaces there."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> int:
        lines = text.split("\n")
        self._file.write("\n".join([*(line.rstrip(" ") for line in lines[:-1]), lines[-1]]))
        return len(text)

    def flush(self) -> None:
        self._file.flush()

    def isatty(self) -> bool:
        return False


def console(*, err: bool = False) -> Console:
    """Return a console that knows where it writes: no colour in a pipe, never a row cut off."""
    from rich.console import Console

    file = sys.stderr if err else sys.stdout
    terminal = file.isatty()
    found = Console(
        file=file if terminal else cast("IO[str]", _Trimmed(file)),
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=False,
        no_color=True if "NO_COLOR" in os.environ or not terminal else None,
        force_terminal=terminal,
    )
    width = found.width if terminal else int(os.environ.get("COLUMNS", _WIDTH_WHEN_PIPED))
    found.width = min(width, _GREATEST_WIDTH)
    return found


def print_json(kind: str, data: Json) -> None:
    """Print one JSON document: its format, what it is, and the rest."""
    document = {"format": FORMAT, "type": kind, **data}
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
