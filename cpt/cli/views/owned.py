"""What an account's owner keeps for good."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from cpt.cli.output import one_line
from cpt.cli.views.words import called, rows
from cpt.installer.owning import Owned
from cpt.installer.words import field_words
from package_format.kinds.model import Json
from package_format.kinds.table import KINDS


def show_owned(console: Console, owned: Sequence[Owned]) -> None:
    """Print what is the owner's for good."""
    if not owned:
        console.print("Nothing is kept for good.")
        return
    table = rows("YOURS FOR GOOD", "IN", "ADDRESS")
    for one in owned:
        path = tuple(one.path.split(".")) if one.path else ()
        resource = Text(f"{one.address.kind} “{called(one.label)}”", "bold")
        table.add_row(one_line(field_words(path)), resource, one_line(one.selector))
    console.print(table)


def said(one: Owned, what: str) -> str:
    """Say what something is now: ``subject of the email “Hi” is yours for good``."""
    resource = f"the {KINDS[one.address.kind].title} “{called(one.label)}”"
    if not one.path:
        return f"{resource} is {what}"
    return one_line(f"{field_words(tuple(one.path.split('.')))} of {resource} is {what}")


def owned_data(owned: Sequence[Owned]) -> dict[str, Json]:
    """Return the same as JSON values."""
    return {
        "owned": [
            {
                "address": str(one.address),
                "path": one.path.split(".") if one.path else [],
                "label": one.label,
                "object": one.object,
            }
            for one in owned
        ]
    }
