"""``cpt account key revoke``: an API key is good for nothing any more."""

from __future__ import annotations

import click

from cpt.cli.options import account_option, format_option


@click.command()
@click.argument("id", metavar="ID")
@account_option
@format_option
def revoke(id: str, account: str | None, format_: str) -> None:  # noqa: A002  click's name for it
    """Let nobody in by the key ID any more, from this moment on."""
    from account_engine.clock import SystemClock
    from cpt.cli.output import echo, print_json
    from cpt.cli.places import ADMITTED_THERE, find_embedded
    from cpt.cli.views.keys import key_data

    with find_embedded(account, ADMITTED_THERE) as found:
        gone = found.revoke_key(id, SystemClock().now())
    if format_ == "json":
        print_json("key", key_data(gone))
    else:
        echo(f"revoked {gone.id}, {gone.title}")
