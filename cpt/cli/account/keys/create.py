"""``cpt account key create``: an API key, whose token is shown once."""

from __future__ import annotations

import click

from cpt.cli.options import account_option, format_option


@click.command()
@click.argument("title")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    metavar="SCOPE",
    help="What it is good for: read, contacts, events, resources, install; repeatable. "
    "Only read if left out.",
)
@account_option
@format_option
def create(title: str, scopes: tuple[str, ...], account: str | None, format_: str) -> None:
    """Make an API key, called TITLE in lists, and print its token.

    The token is shown once: the account keeps only a digest of it.
    """
    from account_engine.clock import SystemClock
    from account_engine.keys import Scope, new_key
    from account_engine.server.tokens import random_token
    from cpt.cli.options import tell
    from cpt.cli.output import echo, print_json
    from cpt.cli.places import ADMITTED_THERE, find_embedded
    from cpt.cli.setting import read_choices
    from cpt.cli.views.keys import key_data

    chosen = read_choices("scope", scopes, tuple(Scope)) or (Scope.READ,)
    token = random_token()
    made = new_key(token, title, map(Scope, chosen), SystemClock().now())
    with find_embedded(account, ADMITTED_THERE) as found:
        found.add_key(made)
    if format_ == "json":
        print_json("key", {**key_data(made), "token": token})
        return
    echo(token)
    tell(f"good for {', '.join(sorted(made.scopes))}; it is not shown again, so keep it safe")
