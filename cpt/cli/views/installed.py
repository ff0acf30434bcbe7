"""What is installed in an account, and its revisions."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from account_engine.stores.records import Revision
from cpt.cli.views.words import iso, moment, rows
from cpt.installer.record.record import Record
from cpt.installer.record.snapshot import record_of
from package_format.kinds.model import Json


def show_installed(console: Console, record: Record) -> None:
    """Print what is installed."""
    if not record.packages:
        console.print("Nothing is installed.")
        return
    table = rows("PACKAGE", "VERSION", "BECAUSE", "RESOURCES", right=(3,))
    for name, package in record.packages.items():
        because = f"asked for: {package.asked}"
        if package.asked is None:
            needing = [n for n, p in record.packages.items() if name in p.dependencies]
            because = f"needed by {', '.join(needing)}"
        table.add_row(
            Text(name, "bold"), package.version, Text(because), str(_brought(record, name))
        )
    console.print(table)


def _brought(record: Record, name: str) -> int:
    return sum(
        text.startswith(f"{name}:") and not managed.released
        for text, managed in record.objects.items()
    )


def installed_data(record: Record) -> dict[str, Json]:
    """Return what is installed as JSON values."""
    return {
        "packages": [
            {
                "name": name,
                "version": package.version,
                "digest": package.digest,
                "asked": package.asked,
                "parameters": package.parameters,
                "resources": _brought(record, name),
            }
            for name, package in record.packages.items()
        ]
    }


def show_history(console: Console, revisions: Sequence[Revision], zone: str) -> None:
    """Print the revisions, newest first."""
    if not revisions:
        console.print("Nothing was ever installed.")
        return
    table = rows("REVISION", "WHEN", "WHAT", right=(0,))
    for revision in reversed(revisions):
        when = moment(revision.at, zone)
        table.add_row(str(revision.number), when, Text(revision.title, "bold"))
    console.print(table)


def history_data(revisions: Sequence[Revision]) -> dict[str, Json]:
    """Return the revisions as JSON values, newest first."""
    return {
        "revisions": [
            {
                "number": revision.number,
                "id": revision.id,
                "title": revision.title,
                "at": iso(revision.at),
                "packages": {
                    name: package.version
                    for name, package in record_of(revision.record).packages.items()
                },
            }
            for revision in reversed(revisions)
        ]
    }
