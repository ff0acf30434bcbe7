"""``cpt account list``: accounts by name, and those in this folder."""

from __future__ import annotations

import click

from cpt.cli.options import format_option


@click.command("list")
@format_option
def list_(format_: str) -> None:
    """List the accounts that have names, and those in this folder."""
    from pathlib import Path

    from cpt.accounts.book import AccountBook
    from cpt.cli.output import echo, print_json
    from cpt.cli.places import settings_folder

    named = AccountBook(settings_folder()).names()
    found = [(name, place) for name, place in named.items()]
    found += [("", path.name) for path in sorted(Path.cwd().glob("*.account"))]
    if format_ == "json":
        print_json("accounts", {"accounts": [{"name": n or None, "location": p} for n, p in found]})
        return
    width = max((len(name) for name, _ in found), default=0)
    for name, place in found:
        gone = "" if "://" in place or Path(place).exists() else "  (gone)"
        echo(f"{name:<{width}}  {place}{gone}".strip())
    if not found:
        echo("No account has a name, and none is in this folder.")
