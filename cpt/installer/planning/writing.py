"""Writing: what is written of a plan, as one conditional change set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from account_engine.changing.changes import (
    Absent,
    Arrival,
    Create,
    Operation,
    Reliance,
    Remove,
    Unchanged,
    Unused,
    Update,
)
from account_engine.objects import natural_key, number_of
from cpt.installer.changes import ChangeType
from cpt.installer.plan import Travel
from cpt.installer.planning.campaigns import CampaignMigration, past_moves
from cpt.installer.planning.crossings import Crossings
from cpt.installer.planning.draft import Draft
from cpt.installer.record.snapshot import Snapshot
from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.kinds.model import Json
from package_format.kinds.table import KINDS
from package_format.references import Address

_GOING = (ChangeType.REMOVE, ChangeType.RETIRE)


@dataclass(frozen=True)
class Written:
    """What is to be written for one draft, and what becomes of its contacts.

    Attributes:
        travels: Of a campaign in conflict, where its contacts would go if the owner kept theirs.
    """

    draft: Draft
    data: Json
    migration: CampaignMigration | None
    travels: tuple[Travel, ...] = ()


@dataclass(frozen=True)
class Writing:
    """What writing needs to know besides what is written.

    Attributes:
        snapshot: The account.
        crossings: What goes over from one campaign to another.
    """

    snapshot: Snapshot
    crossings: Crossings

    def relies(
        self,
        written: Iterable[Written],
        rest: Iterable[Draft],
        migrations: Mapping[Address, CampaignMigration],
    ) -> Iterator[Reliance]:
        """Yield what has to be as it was when the plan is applied.

        Args:
            written: What is written of what is wanted.
            rest: What becomes of everything else.
            migrations: What is done to campaigns in which contacts may stand, by full address.
        """
        for each in written:
            draft, live = each.draft, each.draft.live
            if live is not None and (each.data is not None or draft.type is ChangeType.ADOPT):
                yield Unchanged(live.id, live.digest)
            natural = natural_key(draft.kind, draft.result) if draft.result is not None else None
            before = natural_key(draft.kind, live.data) if live is not None else None
            if each.data is not None and natural is not None and natural != before:
                yield Absent(draft.kind, natural)
        operated = {address for address, migration in migrations.items() if migration.operations}
        for draft in rest:
            if draft.type in _GOING and draft.live is not None:
                yield Unchanged(draft.live.id, draft.live.digest)
                yield Unused(draft.live.id, self.snapshot.referrers.get(draft.live.id, ()))
            elif draft.live is not None and draft.address in operated:
                yield Unchanged(draft.live.id, draft.live.digest)
        for number in sorted({n for one in migrations.values() for n in one.goes_on_in}):
            live = self.snapshot.live(number)
            if live is not None:
                yield Unchanged(number, live.digest)

    def operations(
        self,
        written: Iterable[Written],
        rest: Iterable[Draft],
        left: Mapping[Address, CampaignMigration],
    ) -> Iterator[Operation]:
        """Yield creates, then changes, then removals; referred to before referring, and back.

        Args:
            written: What is written of what is wanted.
            rest: What becomes of everything else.
            left: What is done to campaigns among that, by full address.
        """
        kinds = list(KINDS)
        ordered = sorted(
            (each for each in written if each.data is not None),
            key=lambda each: (kinds.index(each.draft.kind), str(each.draft.address)),
        )
        for each in ordered:
            if each.draft.live is None:
                yield self._created(each)
        for each in ordered:
            if each.migration is not None:
                yield from each.migration.operations
            elif each.draft.live is not None:
                yield Update(each.draft.live.id, each.data)
        for draft in rest:
            migration = left.get(draft.address)
            if migration is not None and draft.type in (*_GOING, ChangeType.RELEASE):
                yield from migration.operations
            elif draft.type in _GOING and draft.live is not None:
                yield Remove(draft.live.id)

    def _created(self, written: Written) -> Create:
        """Make something; a campaign that was there once comes back as the one that it was."""
        draft = written.draft
        create = Create(str(draft.address), draft.kind, written.data)
        row = self.snapshot.carried.rows.get(draft.address)
        if draft.kind == "campaign":
            create = replace(create, arrivals=arriving(draft, self.crossings))
        if row is None or draft.kind != "campaign":
            return create
        entries = self.snapshot.carried.entries.get(row.old.package, ())
        flow = Flow(Campaign.model_validate(draft.result))
        moves = past_moves(entries, row.old, draft.address, flow)
        return replace(create, revives=number_of(row.managed.object), moves=moves)


def arriving(draft: Draft, crossings: Crossings) -> tuple[Arrival, ...]:
    """Return what comes to a campaign that is wanted from others."""
    flow = Flow(Campaign.model_validate(draft.result))
    return crossings.arrivals(draft.address, flow)
