"""``cpt account remove``: a name for an account is forgotten, the account is not."""

from __future__ import annotations

import click

from cpt.cli import completion


@click.command()
@click.argument("name", shell_complete=completion.names)
def remove(name: str) -> None:
    """Forget the NAME of an account, and the key for it in the system's keyring.

    The account itself stays where it is, with everything in it.
    """
    from account_engine.stores.locations import without_secrets
    from cpt.accounts.book import AccountBook
    from cpt.accounts.credentials import forget_key
    from cpt.cli.options import tell
    from cpt.cli.places import is_served, settings_folder

    book = AccountBook(settings_folder())
    place = book.remove(name)
    forgotten = is_served(place) and place not in book.names().values() and forget_key(place)
    key = ", and its key is out of your keyring" if forgotten else ""
    tell(f"no account is called {name} any more{key}; it stays at {without_secrets(place)}")
