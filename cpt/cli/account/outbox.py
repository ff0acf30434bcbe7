"""``cpt account outbox``: what was sent."""

from __future__ import annotations

import click

from cpt.cli.options import account_option, format_option


@click.command()
@click.argument("number", type=int, required=False, metavar="[NUMBER]")
@click.option("--to", metavar="ADDRESS", help="Only what went to this address.")
@click.option("--summary", is_flag=True, help="Count what was sent, text by text.")
@click.option("--all", "all_", is_flag=True, help="Show every message, not only the last 20.")
@account_option
@format_option
def outbox(
    number: int | None,
    to: str | None,
    summary: bool,
    all_: bool,
    account: str | None,
    format_: str,
) -> None:
    """Look at what was sent, or read message NUMBER as its recipient gets it."""
    from cpt.cli.output import console, print_json
    from cpt.cli.places import find_account
    from cpt.cli.views.outbox import (
        message_data,
        show_message,
        show_outbox,
        show_outbox_summary,
    )
    from cpt.errors import BadInputError

    with find_account(account) as found:
        zone = found.info.zone
        if number is None:
            messages = found.outbox()
        else:
            one = found.message(number)
            messages = (one,) if one is not None else ()
        if summary and format_ == "human":
            show_outbox_summary(console(), found, messages)
            return
    if to is not None:
        messages = tuple(m for m in messages if m.to.casefold() == to.casefold())
    if number is not None and not messages:
        raise BadInputError(f"there is no message {number}", "'cpt account outbox' lists them")
    if format_ == "json":
        print_json("outbox", {"messages": [message_data(message) for message in messages]})
    elif number is not None:
        show_message(console(), messages[0], zone)
    else:
        show_outbox(console(), messages if all_ else messages[-20:], len(messages), zone)
