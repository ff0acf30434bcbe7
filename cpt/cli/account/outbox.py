"""``cpt account outbox``: what was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cpt.cli.options import account_option, format_option

if TYPE_CHECKING:
    from cpt.accounts.embedded import EmbeddedAccount

_LAST = 20
"""How many messages are shown if not all are."""


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
    from cpt.cli.places import DELIVERED_THERE, find_account, find_embedded
    from cpt.cli.sent import messages, newest
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
        with find_embedded(account, DELIVERED_THERE) as there:
            _retry(there, number)
        return
    with find_account(account) as found:
        zone = found.info.zone
        if number is not None:
            one = found.message(number)
            if one is None:
                raise BadInputError(
                    f"there is no message {number}", "'cpt account outbox' lists them"
                )
            became = found.deliveries([number])
            if out is not None:
                write_file(Path(out), one.body)
                tell(f"{one.subject}: written to {out}")
            elif format_ == "json":
                print_json("outbox", {"messages": [message_data(one, became.get(number))]})
            else:
                show_message(console(), one, zone, became.get(number))
            return
        if summary and format_ == "human":
            show_outbox_summary(console(), found, messages(found))
            return
        lost = failures(found) if failed else None
        if to is None and lost is None and not all_ and format_ != "json":
            shown, total = newest(found, _LAST), sum(found.count_sent().values())
        else:
            meant = (
                message
                for message in messages(found)
                if (to is None or message.to.casefold() == to.casefold())
                and (lost is None or message.number in lost)
            )
            every = tuple(meant)
            shown = every if all_ or format_ == "json" else every[-_LAST:]
            total = len(every)
        became = found.deliveries(message.number for message in shown)
        if format_ == "json":
            data = [message_data(message, became.get(message.number)) for message in shown]
            print_json("outbox", {"messages": data})
        else:
            nothing = "Nothing failed." if failed else "Nothing was sent."
            show_outbox(console(), shown, total, zone, became, nothing=nothing)


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
