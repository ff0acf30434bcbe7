"""Applying: a plan is handed to its account, which does all of it or nothing."""

from __future__ import annotations

from account_engine.changing.changes import Applied
from cpt.accounts.port import Account
from cpt.errors import StrandedError, UnsettledError
from cpt.installer.plan import Plan, Travel
from cpt.installer.words import called, counted


def apply(plan: Plan, account: Account) -> Applied:
    """Apply a plan; reads nothing but the plan, and applying it twice is applying it once.

    Raises:
        UnsettledError: The plan has conflicts.
        StrandedError: Contacts stand where the plan has no answer.
        StalePlanError: The account is no longer what the plan was made for.
        AccountBusyError: Somebody else is changing the account.
    """
    refuse_unsettled(plan)
    return account.apply(plan.change_set)


def refuse_unsettled(plan: Plan) -> None:
    """Refuse a plan that its owner still has to decide something about.

    Raises:
        UnsettledError: The plan has conflicts.
        StrandedError: Contacts stand where the plan has no answer.
    """
    where = "; ".join(_waiting(travel) for travel in plan.stranded)
    if plan.conflicts:
        too = f", and where contacts go: {where}" if where else ""
        raise UnsettledError(
            f"{counted(len(plan.conflicts), 'thing')} must be settled before this can be applied"
            + too,
            *(f"{called(each.kind, each.label)}: {each.reason}" for each in plan.conflicts),
            *ways_on(plan),
        )
    if plan.stranded:
        asked = any(travel.proposed is not None for travel in plan.stranded)
        raise StrandedError(
            f"you are to say where contacts go: {where}"
            if asked
            else f"contacts would have nowhere to go: {where}",
            *ways_on(plan),
        )


def ways_on(plan: Plan) -> tuple[str, ...]:
    """Return how an owner can say where contacts go who have nowhere to go; nothing if all have."""
    if not plan.stranded:
        return ()
    place = plan.stranded[0]
    campaign = place.campaign.rpartition(":")[2]
    if all(leaves(plan, travel) for travel in plan.stranded):
        several = len({travel.campaign for travel in plan.stranded}) > 1
        return (
            "let them finish it: --contacts finish-on-old",
            "or take them out of it: --contacts exit",
            *((f"for one campaign alone: --contacts {campaign}=exit",) if several else ()),
        )
    address = f"{campaign}.{'.'.join(place.place.inner)}"
    migrate = f"let them go on as is shown: --contacts {address}=migrate"
    return (
        *((migrate,) if place.proposed is not None else ()),
        f"say where they go on: --contacts {address}=continue-at:NODE.STEP",
        f"or let them finish as it was: --contacts {address}=finish-on-old",
        f"or take them out: --contacts {address}=exit",
    )


def leaves(plan: Plan, travel: Travel) -> bool:
    """Whether a campaign goes with its whole package, so that there is nowhere to go on in it."""
    package = travel.campaign.partition(":")[0]
    return any(step.name == package and step.new is None for step in plan.packages)


def _waiting(travel: Travel) -> str:
    waits = counted(travel.contacts, "contact waits", "contacts wait")
    return f"{waits} at {travel.place} in “{travel.title}”"
