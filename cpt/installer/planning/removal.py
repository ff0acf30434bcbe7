"""Removal: what becomes of resources that the new versions do not have any more.

Only what we made, nobody changed, nothing refers to and no contact carries is removed; the rest is
released to its owner, or asked about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from account_engine.objects import number_of
from cpt.installer.changes import ChangeType, FieldChange, Verdict
from cpt.installer.choices import Choices
from cpt.installer.edits import edits_of
from cpt.installer.merging.merge import Side
from cpt.installer.planning.by_hand import Verb, manual, unable
from cpt.installer.planning.campaigns import CampaignMigration, Migrating
from cpt.installer.planning.carried import Row
from cpt.installer.planning.crossings import has_retired
from cpt.installer.planning.draft import Draft
from cpt.installer.planning.grafts import Grafts
from cpt.installer.record.names import Names
from cpt.installer.record.record import Origin
from cpt.installer.record.snapshot import Live, Snapshot
from cpt.installer.words import called, carried_by, field_words, listed, owned_words
from package_format.campaign.model import NODE_GROUPS
from package_format.checks.own_prefix_reserved import PREFIX
from package_format.kinds.model import Json, Message, marked
from package_format.kinds.table import KINDS
from package_format.references import Address
from package_format.upgrades.answers import Outcome


@dataclass
class Removing:
    """One pass over what goes, from what refers to what is referred to.

    Attributes:
        targets: What each campaign, form and so on will refer to once the plan is applied, by id;
            those that go refer to nothing.
        finishing: What the old flows use on which contacts finish.
        stayed: Going back, what had been let go of by then and stayed, by full address.
        staying: The packages that the account has then.
        by_hand: What the account's API cannot do (`Capabilities.by_hand`).
    """

    snapshot: Snapshot
    choices: Choices
    names: Names
    migrating: Migrating
    grafts: Grafts
    targets: dict[int, frozenset[int]]
    finishing: set[int]
    stayed: frozenset[str]
    staying: frozenset[str]
    by_hand: Mapping[str, frozenset[str]]
    migrations: dict[Address, CampaignMigration] = field(default_factory=dict)

    def drafts(self, rows: Mapping[Address, Row]) -> tuple[Draft, ...]:
        """Say what becomes of rows of the record that are not wanted any more."""
        kinds = list(KINDS)
        order = sorted(rows, key=lambda a: (-kinds.index(a.kind), str(a)))
        return tuple(d for address in order if (d := self._draft(address, rows[address])))

    def _draft(self, address: Address, row: Row) -> Draft | None:
        live = self.snapshot.live(number_of(row.managed.object))
        if live is None:
            return None
        owned = self.grafts.outside(address, row.managed).owned
        draft = Draft(
            ChangeType.RELEASE, address, live.label, row.old, live,
            base=row.managed.base, origin=row.managed.origin, owned=owned,
            result=self.names.symbolic(live.kind, live.data),
        )  # fmt: skip
        if row.managed.released:
            return replace(draft, type=ChangeType.UNCHANGED)
        judged = self._judged(draft)
        if judged.type is ChangeType.REMOVE and unable(self.by_hand, judged, Verb.REMOVE):
            return manual(judged, Verb.REMOVE)
        if judged.type is not ChangeType.REMOVE:
            if live.kind == "campaign":
                self.migrations[address] = self.migrating.kept(judged)
            return judged
        self.targets[live.id] = frozenset()
        return self._campaign(judged, live) if live.kind == "campaign" else judged

    def _judged(self, draft: Draft) -> Draft:
        live = draft.live
        assert live is not None  # noqa: S101  it was looked up
        is_campaign = live.kind == "campaign"
        edits = self._edits(draft)
        changed = listed(field_words(f.path) for f in edits)
        side = self._side(draft)
        local = draft.address.local
        gone = replace(draft, type=ChangeType.REMOVE, result=None, fields=edits)
        users = self._users(live)
        if draft.origin is Origin.ADOPTED:
            return replace(draft, reason="it was here before the package, and stays")
        if users:
            return replace(draft, reason=f"still used by {listed(users)}: it stays, and is yours")
        carriers = self.snapshot.carriers.get(live.id, 0)
        if carriers:
            said = carried_by(live.kind, carriers)
            return replace(draft, reason=f"{said}: it stays, and is yours")
        if draft.owned and side is Side.KEEP:
            return replace(draft, fields=edits, reason=f"{owned_words(draft.owned)}: it stays")
        if not edits or side is Side.TAKE:
            return replace(gone, reason="" if not edits else "you changed it, and let it go")
        if side is Side.KEEP:
            return replace(draft, fields=edits, reason=f"you changed {changed}, and keep it")
        if _is_text(live):
            return self._asked(
                replace(draft, fields=edits), f"you changed {changed}", "as your own"
            )
        own = _own_steps(self.grafts.without(draft.address, draft.result)) if is_campaign else ""
        if own:
            holds = f"it holds your own {own}"
            return self._asked(replace(draft, fields=edits), holds, "running as your own")
        stays = "goes on running, as your own" if is_campaign else "stays, and is yours"
        reason = f"you changed {changed}: it {stays}; --take {local} lets it go, too"
        return replace(draft, fields=edits, reason=reason)

    def _asked(self, draft: Draft, why: str, kept: str) -> Draft:
        """Ask the owner about something of theirs that nothing of a package uses any more."""
        local = draft.address.local
        if draft.address.package in self.staying:
            said, then = "the package does not use it any more", "the package lets go of it"
        else:
            said = then = "its package goes"
        return draft.doubted(
            f"{said}, but {why}. Keep it {kept} with --keep {local}, or let it go with "
            f"--take {local}",
            *draft.sides("keep", "take"),
            question=f"{then}: keep it as your own, or let it go too?",
        )

    def _side(self, draft: Draft) -> Side | None:
        """What the owner chose for a resource: now, or earlier."""
        settled = draft.owned or str(draft.address) in self.stayed
        return self.choices.side(draft.address) or (Side.KEEP if settled else None)

    def _campaign(self, draft: Draft, live: Live) -> Draft:
        migration = self.migrating.removed(draft)
        self.migrations[draft.address] = migration
        if not migration.stays:
            return draft
        self.finishing |= live.targets
        staying = [
            travel.contacts
            for travel in migration.travels
            if travel.contacts
            and travel.answer is not None
            and travel.answer.outcome is Outcome.FINISH_ON_OLD
        ]
        # A contact may stand at several places.
        who = (
            f"{staying[0]} who are in it finish it"
            if len(staying) == 1
            else "who is in it finishes it"
        )
        reason = f"it admits nobody any more; {who}"
        return replace(draft, type=ChangeType.RETIRE, reason=reason)

    def _edits(self, draft: Draft) -> tuple[FieldChange, ...]:
        """What the owner changed since the last plan, but for what moves to another campaign."""
        base, live = draft.base, draft.result
        if draft.kind == "campaign":
            base, live = (self.grafts.without(draft.address, data) for data in (base, live))
        edits = edits_of(draft.kind, base, live)
        return tuple(edit for edit in edits if edit.verdict is Verdict.KEPT)

    def _users(self, live: Live) -> list[str]:
        """Who will refer to an object once the plan is applied."""
        users = []
        if live.id in self.finishing:
            users.append("a flow that contacts are finishing")
        for number in self.snapshot.referrers.get(live.id, ()):
            other = self.snapshot.live(number)
            if other is None:
                users.append("a flow that contacts are finishing")
            elif live.id in self.targets.get(number, other.targets):
                users.append(called(other.kind, other.label))
            elif has_retired(self.snapshot, number):
                users.append(f"an earlier version of {called(other.kind, other.label)}")
        return list(dict.fromkeys(users))


def _is_text(live: Live) -> bool:
    """Whether a resource is a message, whose words an owner would not want to lose."""
    return any(isinstance(found.marker, Message) for found in marked(live.model))


def _own_steps(campaign: Json) -> str:
    nodes = [key for group in NODE_GROUPS for key in campaign.get(group, ())]
    steps = [
        (key, step["key"])
        for key, sequence in sorted(campaign.get("sequences", {}).items())
        for step in sequence["steps"]
    ]
    own = [key for key in nodes if key.startswith(PREFIX)]
    own += [f"{key}.{step}" for key, step in steps if step.startswith(PREFIX)]
    return listed(own)
