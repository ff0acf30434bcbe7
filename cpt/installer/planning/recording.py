"""Recording: what the account remembers of its packages once a plan is applied."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace

from cpt.installer.changes import ChangeType
from cpt.installer.planning.by_hand import remembered
from cpt.installer.planning.carried import Row
from cpt.installer.planning.draft import Draft
from cpt.installer.planning.grafts import Grafts
from cpt.installer.record.record import ByHand, Managed, Record
from cpt.installer.record.snapshot import Snapshot
from cpt.installer.request import Request
from package_format.references import Address


def recorded(
    request: Request,
    snapshot: Snapshot,
    grafts: Grafts,
    drafts: tuple[tuple[Draft, ...], tuple[Draft, ...]],
    unwanted: Mapping[Address, Row],
) -> Record:
    """Return the record of an account.

    Args:
        request: What is asked for.
        snapshot: What the account looked like.
        grafts: What moves between campaigns.
        drafts: What becomes of what is wanted, and of the rest.
        unwanted: The rows of the record that are not wanted any more.
    """
    wanted, rest = drafts
    rows = snapshot.carried.rows
    objects: dict[str, Managed] = {
        str(address): row.managed for address, row in rows.items() if address not in unwanted
    }
    objects |= {
        str(address): grafts.outside(address, row.managed).model_copy(
            update={"released": True, "accepted": {}}
        )
        for address, row in unwanted.items()
        if address.kind == "campaign"
    }
    objects |= {
        str(draft.address): draft.row
        for draft in wanted
        if draft.type is not ChangeType.MANUAL  # its base is what it was, if it had one
    }
    for draft in rest:
        match draft.type:
            case ChangeType.RELEASE | ChangeType.CONFLICT:
                objects[str(draft.address)] = replace(draft, type=ChangeType.RELEASE).row
            case ChangeType.UNCHANGED:  # released earlier
                objects[str(draft.address)] = rows[draft.address].managed
            case _:
                pass
    packages = request.table(snapshot.record)
    return Record(
        packages=packages,
        objects=dict(sorted(objects.items())),
        by_hand=_left_to_do(snapshot, (*wanted, *rest), packages),
    )


def _left_to_do(
    snapshot: Snapshot, drafts: Iterable[Draft], packages: Container[str]
) -> dict[str, ByHand]:
    """What is to be done by hand: now, and since earlier plans that were about others."""
    drafts = tuple(drafts)
    here = {str(draft.address) for draft in drafts}
    found = {
        text: one
        for text, one in snapshot.record.by_hand.items()
        if text not in here and Address.parse(text).package in packages
    }
    found |= {
        str(draft.address): remembered(draft)
        for draft in drafts
        if draft.type is ChangeType.MANUAL and not draft.waits
    }
    return dict(sorted(found.items()))
