"""Backlog: who would go on if a campaign that was stopped were published, and what they would get.

Time goes on while a campaign is not published: timers come due and do not fire. Publishing it lets
all of them fire at once, late (C9), which its owner should see before.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from account_engine.account import Account
from account_engine.effects import EffectKind
from account_engine.position import Instant
from account_engine.rehearsal import difference, rehearsed, run_ahead
from account_engine.views.campaigns import Occupied

HOUR = 3600
"""Seconds."""


@dataclass(frozen=True)
class Sent:
    """What would be sent alike, and how often.

    Attributes:
        kind: What it is.
        label: What people call what it is made of.
        campaign: The title of the campaign that sends it.
        count: How often.
    """

    kind: EffectKind
    label: str
    campaign: str
    count: int


@dataclass(frozen=True)
class Backlog:
    """What publishing a campaign would set going.

    Attributes:
        occupied: Who stands where in it, and how many of them are overdue.
        sent: What would be sent within an hour that is not sent otherwise, in that order.
        next_due: When the first in it would go on after that hour, if that is a matter of time;
            a late timer may wait for its time of day (C9).
    """

    occupied: tuple[Occupied, ...]
    sent: tuple[Sent, ...]
    next_due: Instant | None = None


def backlog(account: Account, campaign: int) -> Backlog:
    """Return what publishing a campaign would set going.

    It is found out in copies of the account, in which an hour goes by.

    Args:
        account: The account; nothing in it changes.
        campaign: The campaign's id.

    Raises:
        UnknownObjectError: There is no such campaign.
    """
    occupied = account.occupancy(campaign)
    if account.flow(campaign).published:
        return Backlog(occupied, ())
    until = account.clock() + HOUR
    with rehearsed(account, Account) as copy:
        before = run_ahead(copy, until)
    with rehearsed(account, Account) as copy:
        copy.set_published(campaign, published=True)
        after = run_ahead(copy, until)
        dues = [one.next_due for one in copy.occupancy(campaign) if one.next_due is not None]
    _, more, moved = difference(before, after)
    sendings = sorted((*more, *(new for _, new in moved)), key=lambda one: one.at)
    counts = Counter((one.kind, one.label, one.campaign) for one in sendings)
    sent = tuple(Sent(*what, count) for what, count in counts.items())
    return Backlog(occupied, sent, min(dues, default=None))
