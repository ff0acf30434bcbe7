"""``cpt account add``: a name for an account, as git has remotes."""

from __future__ import annotations

import click


@click.command()
@click.argument("name")
@click.argument("location")
def add(name: str, location: str) -> None:
    """Call the account at LOCATION by NAME from now on."""
    from pathlib import Path

    from cpt.accounts.book import AccountBook
    from cpt.cli.options import tell
    from cpt.cli.places import find_account, settings_folder

    with find_account(location) as account:
        called = account.info.name
    AccountBook(settings_folder()).add(name, str(Path(location).absolute()))
    tell(f"{name} is now the account {called} in {location}")
