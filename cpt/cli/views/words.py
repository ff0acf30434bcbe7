"""Words that many views need: numbers with their nouns, instants as people write them."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from rich.table import Table

from cpt.cli.output import one_line
from package_format.placeholders import in_brackets


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return ``1 contact``, ``2 contacts``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def moment(instant: int, zone: str = "UTC") -> str:
    """Return an instant as people write it in a time zone: ``Tue 2026-03-10 09:00``."""
    return datetime.fromtimestamp(instant, ZoneInfo(zone)).strftime("%a %Y-%m-%d %H:%M")


def brief_moment(instant: int, zone: str = "UTC") -> str:
    """Return an instant where the year is plain: ``Tue 10 Mar 09:00``."""
    return datetime.fromtimestamp(instant, ZoneInfo(zone)).strftime("%a %d %b %H:%M")


def iso(instant: int) -> str:
    """Return an instant as programs write it: ``2026-03-10T09:00:00Z``."""
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def called(label: str) -> str:
    """Return what a resource is called, merge fields put briefly: ``Call [first name]``."""
    return one_line(in_brackets(label))


def listed(words: Sequence[str], last: str = "and") -> str:
    """Return ``a``, ``a and b``, ``a, b and c``."""
    *most, final = words
    return f"{', '.join(most)} {last} {final}" if most else final


def typed(*words: str) -> str:
    """Return a command as one types it, in quotation marks unless it has some of its own."""
    command = shlex.join(words)
    return command if "'" in command else f"'{command}'"


def rows(*headings: str, right: Sequence[int] = ()) -> Table:
    """Return a table without lines, for rows of plain text.

    Args:
        headings: The columns' headings.
        right: The indexes of columns that are aligned to the right.
    """
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for index, heading in enumerate(headings):
        table.add_column(heading, justify="right" if index in right else "left", overflow="fold")
    return table
