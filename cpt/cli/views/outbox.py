"""What an account sent: a line each, text by text, or one message as its recipient gets it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from account_engine.outgoing.deliveries import Delivery
from account_engine.outgoing.rendering import Message
from cpt.cli.views.delivery import delivery_data, delivery_words
from cpt.cli.views.words import called, counted, iso, moment, rows
from package_format.kinds.model import Json

if TYPE_CHECKING:
    from cpt.cli.places import AnyAccount


def show_outbox(
    console: Console,
    messages: Sequence[Message],
    total: int,
    zone: str,
    deliveries: Mapping[int, Delivery],
    *,
    nothing: str = "Nothing was sent.",
) -> None:
    """Print what was sent, a line each, and what became of it outside."""
    table = rows("#", "WHEN", "WHAT", "TO", "SUBJECT", right=(0,))
    for message in messages:
        subject = Text(message.subject)
        became = delivery_words(deliveries.get(message.number), zone)
        if became:
            subject.append(f" ({became})", "dim")
        elif message.withheld:
            subject.append(f" (withheld: {message.withheld})", "dim")
        table.add_row(
            str(message.number),
            moment(message.recorded, zone),
            str(message.kind),
            Text(message.to),
            subject,
        )
    if messages:
        console.print(table)
    if total > len(messages):
        console.print(Text(f"the last {len(messages)} of {total:,}; --all shows the rest", "dim"))
    elif not messages:
        console.print(nothing)


def show_outbox_summary(console: Console, account: AnyAccount, messages: Iterable[Message]) -> None:
    """Print how often each text was sent."""
    count = Counter((m.campaign, str(m.kind), m.resource, bool(m.withheld)) for m in messages)
    table = rows("COUNT", "WHAT", "SUBJECT", "CAMPAIGN", right=(0,))
    for (campaign, kind, resource, withheld), number in count.items():
        said = Text(called(account.label(resource)))
        if withheld:
            said.append(" (withheld)", "dim")
        table.add_row(str(number), kind, said, Text(campaign))
    if count:
        console.print(table)
    console.print(Text(counted(count.total(), "message"), "dim"))


def show_message(console: Console, message: Message, zone: str, delivery: Delivery | None) -> None:
    """Print one message as its recipient gets it, as plain text."""
    head = Table.grid(padding=(0, 2, 0, 0))
    if message.sender:
        head.add_row("From", Text(message.sender))
    head.add_row("To", Text(message.to))
    head.add_row("Subject", Text(message.subject, "bold"))
    if message.preheader:
        head.add_row("Preview", Text(message.preheader))
    head.add_row("When", moment(message.recorded, zone))
    if message.due is not None:
        head.add_row("Due", moment(message.due, zone))
    if message.withheld:
        head.add_row("Withheld", Text(message.withheld))
    if delivery is not None:
        head.add_row("Delivery", Text(delivery_words(delivery, zone)))
    console.print(head)
    console.print()
    console.print(Text(message.text.strip()))


def message_data(message: Message, delivery: Delivery | None) -> dict[str, Json]:
    """Return a message as JSON values."""
    return {
        "number": message.number,
        "identity": message.identity,
        "kind": str(message.kind),
        "contact": message.contact,
        "to": message.to,
        "from": message.sender,
        "subject": message.subject,
        "preheader": message.preheader or None,
        "body": message.body,
        "text": message.text,
        "campaign": message.campaign,
        "resource": message.resource,
        "recorded": iso(message.recorded),
        "due": iso(message.due) if message.due is not None else None,
        "withheld": message.withheld or None,
        "delivery": delivery_data(delivery),
    }
