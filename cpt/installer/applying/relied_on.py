"""What a plan relies on, compared with an account that does one thing at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from account_engine.changing.changes import Absent, ChangeSet, Reliance, Unchanged, Unused
from account_engine.objects import digest, normalised
from cpt.accounts.port import StoredObject
from cpt.accounts.stepwise import StepwiseAccount
from cpt.installer.words import called, counted
from package_format.kinds.table import label_in


def named(live: StoredObject) -> str:
    """Name an object of an account: ``the tag “Attended webinar”``."""
    return called(live.kind, label_in(live.kind, live.data))


def differences(account: StepwiseAccount, change_set: ChangeSet) -> Iterator[str]:
    """Yield what differs between an account and what a change set relies on."""
    info = account.info
    if change_set.account != info.id:
        yield f"it was made for another account than “{info.name}”"
        return
    if change_set.incarnation != info.incarnation:
        yield f"the account “{info.name}” is a copy, or has been restored from one since"
        return
    if change_set.head != info.head:
        yield "another plan has been applied since"
    for reliance in change_set.relies:
        yield from difference(account, reliance)


def difference(
    account: StepwiseAccount, reliance: Reliance, removed: frozenset[int] = frozenset()
) -> Iterator[str]:
    """Yield what differs from one thing that a plan relies on.

    Args:
        account: The account.
        reliance: What is relied on.
        removed: Objects that the plan itself has removed: they use nothing any more.
    """
    match reliance:
        case Absent(kind, natural):
            for number in account.namesakes(kind, normalised(natural)):
                live = account.object(number)
                yield f"there is now {named(live)}" if live else f"there is now #{number}"
        case Unchanged(number, seen):
            live = account.object(number)
            if live is None:
                yield f"#{number} is gone"
            elif digest(live.data) != seen:
                yield f"{named(live)} has been edited"
        case Unused(number, referrers):
            live = account.object(number)
            name = f"#{number}" if live is None else named(live)
            for other in account.referrers(number):
                if other not in referrers and other not in removed:
                    yield f"#{other} now refers to {name}"
            carriers = account.carriers(number)
            if carriers:
                yield f"{counted(carriers, 'contact now has', 'contacts now have')} {name}"
        case _:
            assert_never(reliance)
