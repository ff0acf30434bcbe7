"""``cpt account outbox``: what was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cpt.cli.options import account_option, format_option

if TYPE_CHECKING:
    from cpt.accounts.embedded import EmbeddedAccount


@click.command()
@click.argument("number", type=int, required=False, metavar="[NUMBER]")
@click.option("--to", metavar="ADDRESS", help="Only what went to this address.")
@click.option("--summary", is_flag=True, help="Count what was sent, text by text.")
@click.option("--all", "all_", is_flag=True, help="Show every message, not only the last 20.")
@click.option("--out", metavar="FILE", help="With NUMBER: write the HTML into a file.")
@click.option("--failed", is_flag=True, help="Only what could not be delivered.")
@click.option(
    "--retry", is_flag=True, help="Deliver again what failed: message NUMBER, or all of it."
)
@account_option
@format_option
def outbox(
    number: int | None,
    to: str | None,
    summary: bool,
    all_: bool,
    out: str | None,
    failed: bool,
    retry: bool,
    account: str | None,
    format_: str,
) -> None:
    """Look at what was sent, or read message NUMBER as its recipient gets it.

    An email is shown as the plain text that goes beside its HTML; with --out, the HTML is written
    into a file, with its styles inlined.
    """
    from pathlib import Path

    from cpt.cli.options import tell
    from cpt.cli.output import console, print_json
    from cpt.cli.places import find_account, find_embedded
    from cpt.cli.views.delivery import failures
    from cpt.cli.views.outbox import (
        message_data,
        show_message,
        show_outbox,
        show_outbox_summary,
    )
    from cpt.cli.writing import write_file
    from cpt.errors import BadInputError, UsageError

    if out is not None and number is None:
        raise UsageError("--out writes one message", "say which: 'cpt account outbox' lists them")

    if retry:
        with find_embedded(account) as there:
            _retry(there, number)
        return
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
        if failed:
            lost = failures(found)
            messages = tuple(m for m in messages if m.number in lost)
        shown = messages if all_ or format_ == "json" else messages[-20:]
        became = found.deliveries(message.number for message in shown)
        if number is not None and not messages:
            raise BadInputError(f"there is no message {number}", "'cpt account outbox' lists them")
        if out is not None:
            write_file(Path(out), messages[0].body)
            tell(f"{messages[0].subject}: written to {out}")
        elif format_ == "json":
            data = [message_data(message, became.get(message.number)) for message in shown]
            print_json("outbox", {"messages": data})
        elif number is not None:
            show_message(console(), messages[0], zone, became.get(number))
        else:
            nothing = "Nothing failed." if failed else "Nothing was sent."
            show_outbox(console(), shown, len(messages), zone, became, nothing=nothing)


def _retry(account: EmbeddedAccount, number: int | None) -> None:
    """Begin failed deliveries again."""
    from cpt.accounts.embedded import translated
    from cpt.cli.delivering import present
    from cpt.cli.options import tell
    from cpt.cli.views.delivery import failures
    from cpt.cli.views.words import counted

    with translated():
        numbers = failures(account) if number is None else [number]
        done = account.retry(numbers, present(account))
    tell(f"{counted(done, 'message')} will be tried again by 'cpt account run'")
