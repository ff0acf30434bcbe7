"""Applying: a plan is handed to its account, which does all of it or nothing."""

from __future__ import annotations

from account_engine.changes import Applied
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
    if plan.conflicts:
        raise UnsettledError(
            f"{counted(len(plan.conflicts), 'thing')} must be settled before this can be applied",
            *(f"{called(each.kind, each.label)}: {each.reason}" for each in plan.conflicts),
        )
    if plan.stranded:
        where = "; ".join(_waiting(travel) for travel in plan.stranded)
        place = plan.stranded[0]
        address = f"{place.campaign.rpartition(':')[2]}.{'.'.join(place.place.inner)}"
        asked = any(travel.proposed is not None for travel in plan.stranded)
        migrate = f"let them go on as is shown: --contacts {address}=migrate"
        raise StrandedError(
            f"you are to say where contacts go: {where}"
            if asked
            else f"contacts would have nowhere to go: {where}",
            *((migrate,) if place.proposed is not None else ()),
            f"say where they go on: --contacts {address}=continue-at:NODE.STEP",
            f"or let them finish as it was: --contacts {address}=finish-on-old",
            f"or take them out: --contacts {address}=exit",
        )


def _waiting(travel: Travel) -> str:
    waits = counted(travel.contacts, "contact waits", "contacts wait")
    return f"{waits} at {travel.place} in “{travel.title}”"
