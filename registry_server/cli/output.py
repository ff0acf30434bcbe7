"""How the verbs of a server's registry speak."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def counting(doing: str) -> Iterator[Callable[[int, int], None]]:
    """Show on a terminal how many of several things were begun; nothing is left of it."""
    shown = sys.stderr.isatty()

    def begun(place: int, of: int) -> None:
        if shown:
            click.echo(f"\r\x1b[K{doing} … {place:,} of {of:,}", nl=False, err=True)

    try:
        yield begun
    finally:
        if shown:
            click.echo("\r\x1b[K", nl=False, err=True)


def print_json(kind: str, data: dict[str, object]) -> None:
    """Print one JSON document, as `cpt.cli.output` does, which is not for the server to import."""
    import json

    click.echo(json.dumps({"format": 1, "type": kind, **data}, indent=2))


def counted(number: int, word: str) -> str:
    """Say how many there are of something."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"
