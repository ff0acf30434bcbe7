"""One resource of an account: what it is, who brought it, and what it says."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from account_engine.objects import StoredObject
from cpt.cli.views.words import called
from package_format.authored import authored_text
from package_format.kinds.model import Json
from package_format.kinds.table import KINDS
from package_format.references import Address


def heading(stored: StoredObject) -> Text:
    """Return what a resource is called: ``email “You are in” (#12)``."""
    title = KINDS[stored.kind].title
    return Text.assemble(
        f"{title} ", (f"“{called(stored.label)}”", "bold"), f" ({stored.reference})"
    )


def show_resource(console: Console, stored: StoredObject, address: Address | None) -> None:
    """Print a resource as its author or owner would write it."""
    console.print(heading(stored))
    if address is not None:
        console.print(
            Text(f"{address.package} brought it, as {address.kind}/{address.key}.", "dim")
        )
    console.print()
    console.print(Text(authored_text(stored.kind, stored.data).rstrip("\n")), soft_wrap=True)


def resource_data(stored: StoredObject, address: Address | None) -> dict[str, Json]:
    """Return a resource as JSON values."""
    return {
        "id": stored.reference,
        "kind": stored.kind,
        "label": stored.label,
        "address": str(address) if address else None,
        "data": stored.data,
    }
