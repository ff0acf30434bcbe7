"""The planner: from what is wanted and what an account looks like to a plan; pure.

First every wanted resource is identified, then compared; then it is decided what becomes of the
rest; then where contacts go; and last, all of it is written down as one conditional change set.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from account_engine.changing.changes import ChangeSet
from account_engine.objects import number_of
from cpt.errors import MissingFeaturesError
from cpt.installer.changes import ChangeType
from cpt.installer.choices import Choices
from cpt.installer.neighbours.circles import Round, circles
from cpt.installer.neighbours.claims import contested
from cpt.installer.neighbours.cut_off import cut_off
from cpt.installer.neighbours.interference import listeners
from cpt.installer.plan import Plan
from cpt.installer.planning.by_hand import Verb, held, manual, unable
from cpt.installer.planning.campaigns import Migrating
from cpt.installer.planning.carried import Row
from cpt.installer.planning.catching_up import CatchingUp
from cpt.installer.planning.compare import Comparing, needed
from cpt.installer.planning.crossings import Crossings
from cpt.installer.planning.draft import Draft
from cpt.installer.planning.enrolments import enrolments
from cpt.installer.planning.grafts import Grafts
from cpt.installer.planning.identity import Adopted, identify
from cpt.installer.planning.packages import package_steps
from cpt.installer.planning.recording import recorded
from cpt.installer.planning.removal import Removing
from cpt.installer.planning.stopped import stopped
from cpt.installer.planning.uses import uses
from cpt.installer.planning.writing import Writing, Written, arriving
from cpt.installer.record.names import Names
from cpt.installer.record.snapshot import Snapshot
from cpt.installer.request import Request
from cpt.installer.words import called, finishing
from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.kinds.model import Json, may_refer, references
from package_format.kinds.table import KINDS
from package_format.placeholders import in_brackets
from package_format.references import Address


def plan(request: Request, snapshot: Snapshot, choices: Choices, plan_id: str) -> Plan:
    """Plan the changes that bring an account to what is asked for.

    Args:
        request: What is asked for.
        snapshot: What the account looks like; taken for this request and these choices.
        choices: What the owner has settled.
        plan_id: A random id; the revision's, once the plan is applied.

    Raises:
        MissingFeaturesError: The account does not offer what a package needs.
        UsageError: A choice names something that the new version does not have.
    """
    _require_features(request, snapshot)
    return _Planning(request, snapshot, choices).plan(plan_id)


class _Planning:
    """One plan in the making."""

    def __init__(self, request: Request, snapshot: Snapshot, choices: Choices) -> None:
        self._request = request
        self._snapshot = snapshot
        self._choices = choices
        rows = snapshot.carried.rows
        self._names = Names({str(address): row.managed.object for address, row in rows.items()})
        self._grafts = Grafts(snapshot, self._names, request.wanted)

    def plan(self, plan_id: str) -> Plan:
        drafts = contested(self._compared(), self._snapshot, self._choices)
        for draft in drafts:
            self._names.add(str(draft.address), draft.name)
        flows = {
            draft.address: Flow(Campaign.model_validate(draft.result))
            for draft in drafts
            if draft.kind == "campaign" and draft.result is not None
        }
        self._crossings = Crossings(self._snapshot, self._names)
        catching_up = CatchingUp(self._snapshot, self._choices, self._names, flows)
        catching_up.verify()
        migrating = Migrating(self._snapshot, self._choices, self._crossings, flows, catching_up)
        written = self._as_able([self._written(draft, migrating) for draft in drafts])
        drafts = tuple(each.draft for each in written)
        removing = self._removing(written, migrating)
        rest = removing.drafts(self._unwanted())
        migrations = {
            **{w.draft.address: w.migration for w in written if w.migration},
            **removing.migrations,
        }
        travels = {
            **{w.draft.address: w.travels for w in written},
            **{address: migration.travels for address, migration in migrations.items()},
        }
        everything = _in_order((*drafts, *rest))
        still = tuple(stopped(everything, self._crossings, self._snapshot.unpublished))
        writing = Writing(self._snapshot, self._crossings)
        ours = tuple(self._ours(written))
        met = listeners(ours, self._snapshot, self._request.in_play(self._snapshot.record))
        return Plan(
            self._request.title,
            package_steps(self._request, self._snapshot.record),
            tuple(draft.change for draft in everything),
            tuple(t for d in everything for t in travels.get(d.address, ())),
            met,
            (
                *self._snapshot.carried.lost,
                *circles(tuple(self._rounds(written, everything))),
                *(note for migration in migrations.values() for note in migration.notes),
                *migrating.held_back(migrations.values()),
                *cut_off(
                    (
                        (draft.live, removing.migrations[draft.address].travels)
                        for draft in rest
                        if draft.live is not None and draft.address in removing.migrations
                    ),
                    self._snapshot,
                ),
                *uses(
                    self._held(), ((w.draft.kind, w.data) for w in written if w.data is not None)
                ),
                *self._finishing(),
            ),
            ChangeSet(
                plan_id,
                self._snapshot.account,
                self._snapshot.incarnation,
                self._snapshot.head,
                self._request.title,
                tuple(dict.fromkeys(writing.relies(written, rest, migrations))),
                tuple(writing.operations(written, rest, removing.migrations)),
                recorded(
                    self._request, self._snapshot, self._grafts, (drafts, rest), self._unwanted()
                ).model_dump(mode="json", exclude_defaults=True),
            ),
            enrolments(
                (
                    (w.draft, w.data)
                    for w in written
                    if w.draft.kind == "campaign" and w.data and str(w.draft.address) not in still
                ),
                self._snapshot,
            ),
            still,
        )

    # --- what is wanted ---------------------------------------------------------------------------

    def _compared(self) -> tuple[Draft, ...]:
        wanted = self._request.wanted
        found = identify(wanted, self._snapshot, self._choices)
        for text, one in found.items():
            if isinstance(one, Adopted):
                self._names.add(text, f"#{one.live.id}")
        comparing = Comparing(self._snapshot, self._choices, self._names, self._grafts)
        drafts = [comparing.draft(wanted[text], found[text]) for text in wanted]
        referring: dict[str, str] = {}
        for draft in drafts:
            for target in _targets(draft):
                referring.setdefault(target, called(draft.kind, draft.label))
        return tuple(
            needed(draft, referring[str(draft.address)])
            if draft.result is None
            and draft.type is ChangeType.KEEP
            and str(draft.address) in referring
            else draft
            for draft in drafts
        )

    def _written(self, draft: Draft, migrating: Migrating) -> Written:
        """Say what is written, now that everything has its name in the account."""
        if draft.result is None:
            return Written(draft, None, None)
        data = self._names.concrete(draft.kind, draft.result)
        if draft.type is ChangeType.CONFLICT:
            shown = draft.kind == "campaign" and draft.live is not None
            travels = migrating.republished(draft, data).travels if shown else ()
            return Written(draft, None, None, travels)
        if draft.live is None:
            return Written(draft, data, None)
        gets_others = draft.kind == "campaign" and arriving(draft, self._crossings)
        if data == draft.live.data and not gets_others:
            return Written(draft, None, None)
        if draft.type in (ChangeType.UNCHANGED, ChangeType.KEEP):
            reason = (
                "what moves here from another campaign becomes part of it"
                if data == draft.live.data
                else "it refers to something that is made again"
            )
            draft = replace(draft, type=ChangeType.UPDATE, reason=reason)
        migration = migrating.republished(draft, data) if draft.kind == "campaign" else None
        return Written(draft, data, migration)

    def _as_able(self, written: list[Written]) -> list[Written]:
        """Leave what the account's API cannot do to its owner, with all that has to wait for it."""
        able = list(written)
        for index, each in enumerate(written):
            verb = Verb.CREATE if each.draft.live is None else Verb.CHANGE
            if each.data is not None and unable(self._snapshot.by_hand, each.draft, verb):
                able[index] = Written(manual(each.draft, verb), None, None)
        while True:
            missing = {
                each.draft.name: each.draft
                for each in able
                if each.draft.type is ChangeType.MANUAL and each.draft.live is None
            }
            waiting = [
                (index, missing[name])
                for index, each in enumerate(able)
                if each.data is not None
                for name in [_first_of(each, missing)]
                if name is not None
            ]
            if not waiting:
                return able
            for index, needs in waiting:
                able[index] = Written(held(able[index].draft, needs), None, None)

    # --- what is not ------------------------------------------------------------------------------

    def _unwanted(self) -> dict[Address, Row]:
        in_play = self._request.in_play(self._snapshot.record)
        return {
            address: row
            for address, row in self._snapshot.carried.rows.items()
            if str(address) not in self._request.wanted
            and in_play & {address.package, row.old.package}
        }

    def _removing(self, written: Iterable[Written], migrating: Migrating) -> Removing:
        targets: dict[int, frozenset[int]] = {}
        finishing: set[int] = set()
        for each in written:
            live = each.draft.live
            if live is None or each.data is None:
                continue
            targets[live.id] = replace(live, data=each.data).targets
            if each.migration is not None and each.migration.stays:
                finishing |= live.targets
        return Removing(
            self._snapshot, self._choices, self._names, migrating, self._grafts, targets, finishing,
            self._request.released, frozenset(self._request.table(self._snapshot.record)),
            self._snapshot.by_hand,
        )  # fmt: skip

    # --- what else the owner should know ----------------------------------------------------------

    def _ours(self, written: Iterable[Written]) -> Iterator[tuple[str, Campaign]]:
        for each in written:
            if each.draft.kind == "campaign" and each.data is not None:
                yield each.draft.address.key, Campaign.model_validate(each.data)

    def _rounds(self, written: Iterable[Written], everything: Iterable[Draft]) -> Iterator[Round]:
        """The campaigns that there will be, as far as is known; none where none of ours changes."""
        written = tuple(written)
        if not any(each.draft.kind == "campaign" and each.data is not None for each in written):
            return
        for each in written:
            draft = each.draft
            if draft.kind == "campaign" and draft.result is not None:
                data = self._names.concrete(draft.kind, draft.result)
                owner, changes = draft.address.package, each.data is not None
                yield Round(Campaign.model_validate(data), owner, changes)
        drafted = {draft.live.id for draft in everything if draft.live is not None}
        owners = {
            number_of(row.managed.object): address.package
            for address, row in self._snapshot.carried.rows.items()
            if not row.managed.released
        }
        for number, live in self._snapshot.objects.items():
            if live.kind == "campaign" and number not in drafted:
                flow, owner = Campaign.model_validate(live.data), owners.get(number, "")
                yield Round(flow, owner, changes=False)

    def _held(self) -> Iterator[tuple[str, Json]]:
        """What the packages in play have in the account already."""
        for row in self._snapshot.carried.rows.values():
            live = self._snapshot.live(number_of(row.managed.object))
            if live is not None and not row.managed.released:
                yield live.kind, live.data

    def _finishing(self) -> Iterator[str]:
        for title, contacts, waiting in self._snapshot.finishing:
            yield finishing(in_brackets(title), contacts, waiting)


def _require_features(request: Request, snapshot: Snapshot) -> None:
    missing = {
        feature: name
        for name, features in sorted(request.features.items())
        for feature in features
        if feature not in snapshot.features
    }
    if missing:
        sentences = (f"{name} needs {feature}" for feature, name in sorted(missing.items()))
        raise MissingFeaturesError(
            f"this account does not offer what is needed: {'; '.join(sentences)}",
            f"it offers {', '.join(snapshot.features) or 'nothing'}",
        )


def _targets(draft: Draft) -> Iterator[str]:
    """What a resource will refer to."""
    model = KINDS[draft.kind].model
    if draft.result is not None and may_refer(model):
        yield from (text for _, _, text in references(model.model_validate(draft.result)))


def _in_order(drafts: Iterable[Draft]) -> list[Draft]:
    kinds = list(KINDS)
    return sorted(drafts, key=lambda d: (d.address.package, kinds.index(d.kind), d.address.key))


def _first_of(written: Written, missing: Mapping[str, Draft]) -> str | None:
    """Return the first of what is missing that something would refer to."""
    kind = KINDS[written.draft.kind]
    found = (text for _, _, text in references(kind.model.model_validate(written.data)))
    return next((text for text in found if text in missing), None)
