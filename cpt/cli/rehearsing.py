"""Rehearsing an upgrade: what each way of it would send, in copies of an account."""

from __future__ import annotations

from dataclasses import dataclass, replace

from account_engine.rehearsal import Sending
from cpt.accounts.embedded import EmbeddedAccount
from cpt.accounts.remote.account import RemoteAccount
from cpt.cli.options import tell
from cpt.cli.planning import Settling, planned
from cpt.cli.progress import working
from cpt.errors import StrandedError, UnsettledError
from cpt.installer.applying.apply import refuse_unsettled
from cpt.installer.planning.without_effect import told_without_effect
from cpt.installer.request import Request

Rehearsable = EmbeddedAccount | RemoteAccount

AS_IT_IS = "as it is"
UPGRADED = "upgraded"
FINISHING = "finish-on-old"


@dataclass(frozen=True)
class Way:
    """One way in which an account could go on.

    Attributes:
        name: What it is called.
        sendings: What would be sent, in order.
        why_not: Why it cannot be gone; empty if it can.
    """

    name: str
    sendings: tuple[Sending, ...] = ()
    why_not: str = ""


def rehearse(
    account: Rehearsable,
    request: Request | None,
    settling: Settling,
    until: int,
) -> tuple[Way, ...]:
    """Rehearse every way in which an account could go on until a moment.

    Args:
        account: The account; nothing in it changes.
        request: What would be installed or upgraded; nothing, when left out.
        settling: How that is to be settled.
        until: Until when.

    Returns:
        First how it is without any change; then how it is with it, and, unless it was settled where
        contacts go and some are on their way, how it is if they finish the old version.
    """
    with working(f"looking ahead, {AS_IT_IS}"):
        ways = [Way(AS_IT_IS, account.rehearse(None, until))]
    if request is None:
        return tuple(ways)
    way, travelled = _changed(account, request, UPGRADED, settling, until)
    ways.append(way)
    if travelled and not settling.contacts:
        contacts = tuple(f"{place}={FINISHING}" for place in sorted(travelled))
        finishing = replace(settling, contacts=contacts)
        ways.append(_changed(account, request, FINISHING, finishing, until)[0])
    return tuple(ways)


def _changed(
    account: Rehearsable,
    request: Request,
    name: str,
    settling: Settling,
    until: int,
) -> tuple[Way, frozenset[str]]:
    """Go one way; return what it sends, and the places in what changes where somebody stands."""
    plan = planned(account, request, settling.choices)
    for note in told_without_effect(plan) if name == UPGRADED else ():
        tell(note)
    travelled = frozenset(
        ".".join((each.campaign, *each.place.inner)) for each in plan.travels if each.contacts
    )
    try:
        refuse_unsettled(plan)
        change_set = None if plan.is_empty else plan.change_set
        with working(f"looking ahead, {name}"):
            return Way(name, account.rehearse(change_set, until)), travelled
    except (StrandedError, UnsettledError) as error:
        return Way(name, why_not=str(error)), travelled
