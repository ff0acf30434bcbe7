"""Preparing: from an account and a request to a plan, in one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cpt.accounts.port import Account, Revision
from cpt.errors import NoSuchRevisionError
from cpt.installer.choices import Choices, verify
from cpt.installer.plan import Plan
from cpt.installer.planning.enrolments import counted_there, decided
from cpt.installer.planning.forecast import foretold
from cpt.installer.planning.planner import plan
from cpt.installer.planning.provisional import provisionally
from cpt.installer.planning.stopped import stopped_notes
from cpt.installer.planning.without_effect import without_effect
from cpt.installer.record.record import Record
from cpt.installer.record.snapshot import read_record, record_of, take
from cpt.installer.request import Request, returning, touched
from package_format.garbage_collection import collection_paused


def prepare(account: Account, request: Request, choices: Choices, plan_id: str) -> Plan:
    """Look at an account and plan what brings it to what is asked for.

    Args:
        account: The account.
        request: See `installing`, `uninstalling` and `rolling_back`.
        choices: What the owner has settled.
        plan_id: A random id, never used before.

    Raises:
        MissingFeaturesError: The account does not offer what a package needs.
        BrokenPackageError: Upgrade entries do not go on from the installed version's.
        UsageError: A choice names something that is not there, or not in the new version.
        NotARecordError: What the account remembers cannot be read.
    """
    with collection_paused():
        snapshot = take(account, request, choices)
        verify(choices, {*request.wanted, *snapshot.record.objects})

        def planned(choices: Choices) -> Plan:
            return foretold(plan(request, snapshot, choices, plan_id), account)

        made = provisionally(planned(choices), choices, planned)
        made = replace(
            made,
            notes=(*made.notes, *stopped_notes(made), *without_effect(made, snapshot, choices)),
        )
        return decided(counted_there(made, account), choices)


def rolling_back(account: Account, to: int | None = None) -> Request:
    """Return the request to go back to what a revision left behind.

    Args:
        account: The account.
        to: The revision's number; 0 for before the first; None for the newest at which packages
            were not as they are now.

    Raises:
        NoSuchRevisionError: There is no such revision, or nothing to go back from.
    """
    revisions = {each.number: each for each in account.revisions()}
    newest = max(revisions, default=0)
    if newest == 0:
        raise NoSuchRevisionError("nothing was ever installed in this account")
    record = read_record(account)
    number = _newest_unlike(record, revisions) if to is None else to
    if number and number not in revisions:
        raise NoSuchRevisionError(
            f"there is no revision {number} in this account",
            f"there are 1 to {newest}; 0 is the account before anything was installed",
        )
    earlier = record_of(revisions[number].record) if number else Record()
    title = f"roll back to revision {number}"
    why = f"as it was at revision {number}" if number else "not there before the first revision"
    return returning(record, earlier, title, why)


def _newest_unlike(record: Record, revisions: Mapping[int, Revision]) -> int:
    """Return the newest revision at which packages were not as they are; 0 for before the first."""
    for number in sorted(revisions, reverse=True):
        if touched(record, record_of(revisions[number].record)):
            return number
    return 0
