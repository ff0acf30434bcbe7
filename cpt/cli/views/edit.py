"""An owner's edit: what a resource said before and says now."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from account_engine.objects import StoredObject
from cpt.cli.views.fields import differing, path_in_words
from cpt.cli.views.resource import heading
from cpt.installer.edits import edits_of
from package_format.kinds.model import Json
from package_format.references import Address


def show_edit(
    console: Console, before: StoredObject, after: StoredObject, address: Address | None
) -> None:
    """Print what changed."""
    console.print(heading(after))
    for field in edits_of(after.kind, before.data, after.data):
        for line in differing(path_in_words(field), field.base, field.live):
            console.print(Padding(line, (0, 0, 0, 2)))
    if address is not None:
        console.print(Text(f"{address.package} brought it; upgrades keep your change.", "dim"))


def edit_data(
    before: StoredObject, after: StoredObject, address: Address | None
) -> dict[str, Json]:
    """Return an edit as JSON values."""
    return {
        "id": after.reference,
        "kind": after.kind,
        "address": str(address) if address else None,
        "before": before.data,
        "after": after.data,
    }
