"""Comparing: what becomes of one wanted resource, by the three-way merge of its data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from account_engine.objects import natural_key
from cpt.installer.changes import ChangeType, Remedy, Verdict
from cpt.installer.choices import Choices
from cpt.installer.merging.merge import Merged, Side, merge
from cpt.installer.merging.renames import edited, renamed, renamed_path
from cpt.installer.merging.shape import shape_of
from cpt.installer.planning.carried import Row
from cpt.installer.planning.draft import Draft
from cpt.installer.planning.grafts import Grafts
from cpt.installer.planning.identity import Adopted, Deleted, Doubtful, Found, Known, Missing
from cpt.installer.planning.wanted import Wanted
from cpt.installer.record.names import Names
from cpt.installer.record.record import Managed, Origin
from cpt.installer.record.snapshot import Live, Snapshot
from cpt.installer.words import called, field_words, fields_listed, listed, path_text
from package_format.campaign.flow import Flow, dangling
from package_format.campaign.model import Campaign
from package_format.kinds.model import Json, Path
from package_format.kinds.table import KINDS, label_in
from package_format.references import Address
from package_format.upgrades.entries import Entry
from package_format.upgrades.lineage import moves


@dataclass(frozen=True)
class Comparing:
    """What comparing needs to know besides the resource itself."""

    snapshot: Snapshot
    choices: Choices
    names: Names
    grafts: Grafts

    def draft(self, each: Wanted, found: Found) -> Draft:
        """Say what becomes of a resource that is identified."""
        match found:
            case Missing():
                return self._new(each)
            case Doubtful(reason, live, alike):
                label = live.label if live else each.label
                which = tuple(Remedy("map", f"{each.address}=#{number}") for number in alike)
                return Draft(
                    ChangeType.CONFLICT, each.address, label,
                    live=live, base=each.data, reason=reason, remedies=which,
                )  # fmt: skip
            case Deleted(row):
                return self._deleted(each, row)
            case Adopted(live, evidence):
                return self._adopted(each, live, evidence)
            case Known(live, row, released):
                return self._known(each, live, row, released=released)

    def _new(self, each: Wanted) -> Draft:
        """What is new is as the package has it, but for edits in what moves into it."""
        draft = Draft(ChangeType.CREATE, each.address, each.label, base=each.data, result=each.data)
        base, mine = self.grafts.onto(each.address, each.data, each.data)
        managed = self.grafts.recorded(each.address, None)
        if managed is None:
            return draft
        merged = self._merged(each, base, mine, managed)
        draft = replace(draft, result=merged.data, fields=merged.fields, owned=managed.owned)
        if base == mine:
            return draft
        if trouble := [*self._troubles(draft, merged)]:
            remedies = dict.fromkeys(remedy for _, ways in trouble for remedy in ways)
            return draft.doubted(" ".join(reason for reason, _ in trouble), *remedies)
        return replace(draft, reason="with what you changed in what moves here")

    def _deleted(self, each: Wanted, row: Row) -> Draft:
        """What the owner deleted stays so, unless the author changed it (or something needs it)."""
        changed = row.managed.base != each.data
        settled = row.managed.owns(()) or (each.earlier is not None and row.managed.deleted)
        side = self.choices.side(each.address) or (Side.KEEP if settled else None)
        draft = Draft(
            ChangeType.KEEP, each.address, each.label, row.old,
            base=each.data, origin=row.managed.origin, gone=row.managed.object,
            owned=row.managed.owned, reason="you deleted it, and it stays deleted",
        )  # fmt: skip
        if side is Side.TAKE:
            return _recreated(draft, "you deleted it, and take it back")
        if changed and side is None:
            reason = f"you deleted it; the package changed it. {_settle(each)}"
            return draft.doubted(
                reason,
                *draft.sides("keep", "take"),
                question="you deleted it, and the package changed it: keep it deleted, or take the "
                "package's?",
            )
        return draft

    def _adopted(self, each: Wanted, live: Live, evidence: str) -> Draft:
        """Base is what is wanted, on adoption too: whatever differs is the owner's."""
        mine = self.names.symbolic(live.kind, live.data)
        merged = self._merged(each, each.data, mine)
        return Draft(
            ChangeType.ADOPT, each.address, live.label, live=live, base=each.data,
            result=merged.data, origin=Origin.ADOPTED, reason=evidence, fields=merged.fields,
            owned=self._recorded(each),
        )  # fmt: skip

    def _known(self, each: Wanted, live: Live, row: Row, *, released: bool) -> Draft:
        base: Json = row.managed.base
        mine = self.names.symbolic(live.kind, live.data)
        renames: tuple[tuple[str, str], ...] = ()
        managed = row.managed
        if each.kind == "campaign":
            entries = self.snapshot.carried.entries.get(row.old.package, ())
            base, mine = (self.grafts.without(each.address, data) for data in (base, mine))
            base, mine, renames = _under_new_keys(base, mine, each, row.old, entries)
            base, mine = self.grafts.onto(each.address, base, mine)
            managed = _paths_renamed(self.grafts.outside(each.address, managed), dict(renames))
            managed = self.grafts.recorded(each.address, managed) or managed
        merged = self._merged(each, base, mine, managed)
        draft = Draft(
            ChangeType.UNCHANGED, each.address, label_in(each.kind, merged.data), row.old, live,
            each.data, merged.data, managed.origin, "", merged.fields, owned=managed.owned,
            orders={path_text(path): keys for path, keys in merged.orders.items()},
        )  # fmt: skip
        news = [pair for pair in renames if _is_news(pair, renames)]
        news += self.grafts.given(each.address) + self.grafts.got(each.address)
        return self._judged(draft, merged, released=released, renames=news)

    def _judged(
        self,
        draft: Draft,
        merged: Merged,
        *,
        released: bool,
        renames: Sequence[tuple[str, str]],
    ) -> Draft:
        assert draft.live is not None  # noqa: S101  a known resource has an object
        trouble = [*self._troubles(draft, merged)]
        if trouble:
            remedies = dict.fromkeys(remedy for _, ways in trouble for remedy in ways)
            return draft.doubted(" ".join(reason for reason, _ in trouble), *remedies)
        yours, both = merged.has(Verdict.KEPT), merged.has(Verdict.MERGED)
        type_ = ChangeType.UNCHANGED
        if self.names.concrete(draft.kind, draft.result) != draft.live.data:
            type_ = ChangeType.MERGE if yours or both else ChangeType.UPDATE
        elif released:
            type_ = ChangeType.ADOPT
        elif yours:
            type_ = ChangeType.KEEP
        parts = (
            "it was released earlier, and is taken up again" if released else "",
            f"renamed: {listed(f'{a} is now {b}' for a, b in renames)}" if renames else "",
        )
        reason = "; ".join(part for part in parts if part)
        if (type_, reason) == (draft.type, draft.reason):
            return draft
        return replace(draft, type=type_, reason=reason)

    def _troubles(self, draft: Draft, merged: Merged) -> Iterator[tuple[str, tuple[Remedy, ...]]]:
        """Say why a merged resource cannot be written as it is, and how that can be settled."""
        conflicts = [f for f in merged.fields if f.verdict is Verdict.CONFLICT]
        for impossible in (f for f in conflicts if f.result != f.live):
            where = field_words(impossible.path)
            target = f"{draft.address.local}#{path_text(impossible.path)}".rstrip("#")
            reason = (
                f"the package moves something out of {where} or into it, and with your changes "
                f"what is left there cannot run. Take theirs with --take {target}, or put a step "
                f"of your own into {where} first."
            )
            yield reason, draft.sides("take", path=impossible.path)
        conflicts = [f for f in conflicts if f.result == f.live]
        if conflicts:
            removed = [f for f in conflicts if f.wanted is None]
            where = fields_listed(conflicts, Verdict.CONFLICT)
            local = draft.address.local
            what = (
                f"the package removes {where}, which you changed"
                if len(removed) == len(conflicts)
                else f"you and the package changed {where} differently"
            )
            one = path_text(conflicts[0].path)
            target = f"{local}#{one}" if len(conflicts) == 1 and one else local
            yield (
                f"{what}. Keep yours with --keep {target}, or take theirs with --take {target}.",
                tuple(
                    way for each in conflicts for way in draft.sides("keep", "take", path=each.path)
                ),
            )
            return
        if draft.kind == "campaign":
            yield from ((reason, draft.sides("take")) for reason in _adrift(draft))
        natural = natural_key(draft.kind, draft.result)
        before = natural_key(draft.kind, draft.live.data) if draft.live is not None else natural
        if natural is not None and natural != before:
            taken = self.snapshot.namesakes.get((draft.kind, natural), ())
            for number in taken:
                other = self.snapshot.objects[number]
                name = KINDS[draft.kind].natural_key[0]
                reason = (
                    f"its new name is taken by {called(other.kind, other.label, other.id)} of "
                    f"this account. Rename that one, or keep the old name with --keep "
                    f"{draft.address.local}#{name}."
                )
                yield reason, draft.sides("keep", path=(name,))

    def _recorded(self, each: Wanted) -> tuple[str, ...]:
        """What is recorded as the owner's of a resource whose object is gone."""
        row = self.snapshot.carried.rows.get(each.address)
        return () if row is None else row.managed.owned

    def _merged(
        self, each: Wanted, base: Json, live: Json, managed: Managed | None = None
    ) -> Merged:
        """Merge; what the owner says now goes before what the record knows of them."""
        if live == each.data:  # as most is: then nobody need be asked, nor its shape be known
            return Merged(live, ())

        def choose(path: Path) -> Side | None:
            owned = managed is not None and path_text(path) in managed.owned
            return self.choices.side(each.address, path) or (Side.KEEP if owned else None)

        def settled(path: Path, value: Json, contested: bool) -> bool:  # noqa: FBT001
            if managed is not None and managed.owns_inside(path):
                return True
            if each.earlier is None or managed is None:
                return False
            return each.earlier.leaves(path, value) or (contested and managed.leaves(path, value))

        def recall(path: Path) -> tuple[str, ...]:
            return () if managed is None else managed.orders.get(path_text(path), ())

        model = KINDS[each.kind].model
        merged = merge(base, live, each.data, shape_of(model), choose, settled, recall)
        if merged.data in (live, each.data):
            return merged
        return replace(merged, data=model.model_validate(merged.data).canonical())


def needed(draft: Draft, needing: str) -> Draft:
    """Return what becomes of a deleted resource that something wanted still refers to."""
    local = draft.address.local
    return draft.doubted(
        f"you deleted it, but {needing} refers to it. Have it made again with --take {local}, or "
        f"take it out of {needing} first",
        *draft.sides("take"),
        question=f"you deleted it, and {needing} refers to it: take the package's?",
    )


def _under_new_keys(
    base: Json, live: Json, each: Wanted, old: Address, entries: Sequence[Entry]
) -> tuple[Json, Json, tuple[tuple[str, str], ...]]:
    """Rewrite a campaign's base and live data to the keys of the new version."""
    new = Flow(_campaign(each.data))
    of_base, of_live = (
        moves(Flow(_campaign(data)), new, old, entries, each.address) for data in (base, live)
    )
    mine = edited(base, live, of_live)
    return (
        renamed(base, of_base, each.data, mine),
        renamed(live, of_live, each.data, mine),
        of_live,
    )


def _paths_renamed(managed: Managed, moves: Mapping[str, str]) -> Managed:
    """Let what is recorded of a campaign's fields follow its nodes and steps."""
    accepted = {renamed_path(text, moves): value for text, value in managed.accepted.items()}
    owned = tuple(renamed_path(text, moves) for text in managed.owned)
    orders = {}
    for text, keys in managed.orders.items():
        there = renamed_path(text, moves)
        found = (renamed_path(f"{text}.{key}", moves).rpartition(".") for key in keys)
        orders[there] = tuple(key for path, _, key in found if path == there)
    return managed.model_copy(update={"accepted": accepted, "owned": owned, "orders": orders})


def _is_news(pair: tuple[str, str], every: Sequence[tuple[str, str]]) -> bool:
    """Whether a rename says more than that the sequence around a step was renamed."""
    (old, new), containers = pair, dict(every)
    sequence, dot, step = old.partition(".")
    return not dot or f"{containers.get(sequence, sequence)}.{step}" != new


def _adrift(draft: Draft) -> Iterator[str]:
    """Say which arrows of a merged campaign begin at nothing, now that both sides are in it."""
    for arrow in dangling(_campaign(draft.result)):
        yield (
            f"{arrow.node} comes after {arrow.text}, which is gone once both your changes and the "
            f"package's are made: {arrow.reason}. Draw {arrow.node} from somewhere else first, or "
            f"take the package's campaign with --take {draft.address.local}."
        )


def _campaign(data: Json) -> Campaign:
    return Campaign.model_validate(data)


def _settle(each: Wanted) -> str:
    local = each.address.local
    return f"Leave it deleted with --keep {local}, or have it made again with --take {local}"


def _recreated(draft: Draft, reason: str) -> Draft:
    return replace(
        draft,
        type=ChangeType.CREATE,
        reason=reason,
        result=draft.base,
        gone=None,
        origin=Origin.CREATED,
    )
