"""API keys, without their tokens."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from account_engine.keys import ApiKey
from cpt.cli.views.words import iso, moment, rows
from package_format.kinds.model import Json


def show_keys(console: Console, keys: Sequence[ApiKey]) -> None:
    """Print keys, oldest first."""
    if not keys:
        console.print("No key was made yet: 'cpt account key create TITLE' makes one.")
        return
    table = rows("ID", "TITLE", "GOOD FOR", "MADE (UTC)", "")
    for key in keys:
        gone = "" if key.revoked is None else f"revoked {moment(key.revoked)}"
        scopes = ", ".join(sorted(key.scopes))
        table.add_row(key.id, Text(key.title), scopes, moment(key.created), gone)
    console.print(table)


def key_data(key: ApiKey) -> dict[str, Json]:
    """Return a key as JSON values."""
    return {
        "id": key.id,
        "title": key.title,
        "scopes": sorted(key.scopes),
        "created": iso(key.created),
        "revoked": None if key.revoked is None else iso(key.revoked),
    }
