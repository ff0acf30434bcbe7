"""Goals called by name: what a call achieved, as each face tells it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from account_engine.account import Account
from account_engine.events import Event
from account_engine.story import Line


@dataclass(frozen=True)
class Outcome:
    """A goal that heard a call.

    Attributes:
        campaign: The campaign.
        title: Its title.
        goal: The goal's key.
        number: The goal's id.
        started: The sequences that were entered: keys and ids.
        ended: Where the contact stood and does no more: words and the sequences' ids.
    """

    campaign: int
    title: str
    goal: str
    number: int
    started: tuple[tuple[str, int], ...]
    ended: tuple[tuple[str, int], ...]


def call(account: Account, contact: int, integration: str, name: str) -> tuple[Outcome, ...]:
    """Let a program call a goal; return what that achieved.

    Raises:
        RefusedError: There is no such contact.
    """
    event = Event("api-called", {"integration": integration, "call": name})
    story = account.submit(contact, event)
    return tuple(_outcomes(account, story, str(event)))


def _outcomes(account: Account, story: Sequence[Line], called: str) -> Iterator[Outcome]:
    for line in story:
        if line.what != "achieved" or line.why != called or line.campaign is None:
            continue
        flow = account.flow(line.campaign)
        stopped = f"stopped by goal {line.node} (C3)"
        mine = [one for one in story if one.campaign == line.campaign]
        started = [one.node for one in mine if one.what == "entered"]
        ended = [one.node for one in mine if one.why == stopped]
        yield Outcome(
            line.campaign,
            flow.flow.campaign.title,
            line.node,
            flow.ids.get(line.node, 0),
            tuple((node, flow.ids.get(node, 0)) for node in started),
            tuple((node, flow.ids.get(node.partition(".")[0], 0)) for node in ended),
        )
