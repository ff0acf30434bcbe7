"""Applying step by step, in accounts without transactions: go on where it broke off, or undo it.

Every operation is journalled before it is begun. Whoever comes back to one that was begun reads
first: what is as it was wanted is done; what is as the plan saw it is written; anything else is
somebody's, and is said. Creates come first, then changes, then removals. Answers may be lost,
requests obeyed twice, and what was written be seen late. All that is relied on is that after
the account's delay everything can be seen, and that the journal itself is read as it was written.
"""

from __future__ import annotations

from dataclasses import dataclass

from account_engine.changing.changes import Applied, ChangeSet, Enrol
from cpt.accounts.stepwise import StepwiseAccount, stepwise
from cpt.errors import NothingPendingError, PendingPlanError, RefusedError, StalePlanError
from cpt.installer.applying.attempt import Wait
from cpt.installer.applying.going_on import Going, cannot_enrol
from cpt.installer.applying.journal import Journal, journal_data, read_journal
from cpt.installer.applying.relied_on import differences
from cpt.installer.applying.undoing import Undoing, Undone


@dataclass(frozen=True)
class Pending:
    """A plan that was begun in an account, and is not finished.

    Attributes:
        title: What it is called.
        begun: How many of its operations were begun.
        operations: How many it has.
        undoing: Whether it is being undone.
        has_removed: Whether something may have been removed, which cannot be undone.
    """

    title: str
    begun: int
    operations: int
    undoing: bool
    has_removed: bool


def apply_stepwise(account: StepwiseAccount, change_set: ChangeSet, wait: Wait) -> Applied:
    """Apply a change set, one operation after the other; applying it again goes on with it.

    Args:
        account: The account.
        change_set: What is to be done.
        wait: Waits for the account, as long as it may take until what was written can be read.

    Raises:
        RefusedError: It puts contacts into a campaign, which no such account can.
        StalePlanError: The account is not what the change set relies on, or somebody has changed
            in the meantime what was to be written; the latter can be resumed or undone.
        PendingPlanError: Another plan is pending, or this one is being undone.
        OtherSideError: The account does not answer; what was begun can be resumed or undone.
    """
    done = next((one for one in account.revisions() if one.id == change_set.id), None)
    if done is not None:
        return Applied(done.number, {}, 0, already=True)
    if any(isinstance(one, Enrol) for one in change_set.operations):
        raise cannot_enrol()
    journal = read_journal(account.journal())
    if journal is None:
        found = tuple(differences(account, change_set))
        if found:
            raise StalePlanError(
                "the account has changed since the plan was made:\n"
                + "\n".join(f"  {difference}" for difference in found),
                "nothing was changed; make a new plan and look at it",
            )
        journal = Journal.of(change_set)
        account.keep_journal(journal_data(journal))
        return Going(account, journal, wait).finish()
    if journal.change_set.id != change_set.id or journal.undoing:
        raise _pending(journal)
    return resume(account, wait)


def resume(account: StepwiseAccount, wait: Wait) -> Applied:
    """Go on with the plan that is pending.

    Raises:
        NothingPendingError: None is.
        PendingPlanError: It is being undone.
        StalePlanError: As of `apply_stepwise`.
        OtherSideError: Likewise.
    """
    journal = _demanded(account)
    if journal.undoing:
        raise _pending(journal)
    wait(account.capabilities.delay)
    return Going(account, journal, wait).finish()


def abort(account: StepwiseAccount, wait: Wait) -> Undone:
    """Undo the plan that is pending: all that nobody else has touched since.

    Raises:
        NothingPendingError: None is pending.
        RefusedError: Something was removed already, which cannot be undone.
        OtherSideError: The account does not answer; it can be undone further.
    """
    journal = _demanded(account)
    if journal.has_removed:
        raise RefusedError(
            f"“{journal.change_set.title}” has begun to remove things, which cannot be undone",
            "cpt resume goes on to its end; cpt rollback goes back from there",
        )
    return Undoing(account, journal, wait).undo()


def pending(account: object) -> Pending | None:
    """Return the plan that is pending in an account; None if none is, or none can be.

    Raises:
        NotARecordError: This version of the toolkit cannot read it.
    """
    one = stepwise(account)
    journal = None if one is None else read_journal(one.journal())
    if journal is None:
        return None
    begun, all_of_it = len(journal.entries), len(journal.change_set.operations)
    return Pending(journal.change_set.title, begun, all_of_it, journal.undoing, journal.has_removed)


def refuse_pending(account: object) -> None:
    """Refuse an account in which a plan is pending: nothing else can be planned meanwhile.

    Raises:
        PendingPlanError: One is.
    """
    found = pending(account)
    if found is not None:
        raise _waits(found.title, undoing=found.undoing)


def demand_stepwise(account: object) -> StepwiseAccount:
    """Return an account in which a plan is pending.

    Raises:
        NothingPendingError: None is, or none can be.
    """
    one = stepwise(account)
    if one is None:
        raise NothingPendingError(
            "no plan is pending: this account applies each plan whole, or not at all",
            "cpt history lists what was applied",
        )
    if pending(one) is None:
        raise _nothing()
    return one


def _demanded(account: StepwiseAccount) -> Journal:
    journal = read_journal(account.journal())
    if journal is None:
        raise _nothing()
    return journal


def _nothing() -> NothingPendingError:
    return NothingPendingError(
        "no plan is pending in this account: there is nothing to go on with, or to undo",
        "cpt history lists what was applied",
    )


def _pending(journal: Journal) -> PendingPlanError:
    return _waits(journal.change_set.title, undoing=journal.undoing)


def _waits(title: str, *, undoing: bool) -> PendingPlanError:
    if undoing:
        return PendingPlanError(f"“{title}” is being undone", "cpt abort goes on with that")
    return PendingPlanError(
        f"“{title}” was begun in this account, and is not finished",
        "cpt resume goes on with it",
        "cpt abort undoes what was done of it",
    )
