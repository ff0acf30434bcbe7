"""``cpt account key list``: the API keys of an account."""

from __future__ import annotations

import click

from cpt.cli.options import account_option, format_option


@click.command("list")
@account_option
@format_option
def list_(account: str | None, format_: str) -> None:
    """List the API keys, without their tokens, which nobody keeps."""
    from cpt.cli.output import console, print_json
    from cpt.cli.places import ADMITTED_THERE, find_embedded
    from cpt.cli.views.keys import key_data, show_keys

    with find_embedded(account, ADMITTED_THERE) as found:
        keys = found.api_keys()
    if format_ == "json":
        print_json("keys", {"keys": [key_data(one) for one in keys]})
    else:
        show_keys(console(), keys)
