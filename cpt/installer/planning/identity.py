"""Identity: which object of the account each wanted resource is, before anything is compared.

Decided here: whether something is ours already, is the same as something that is there (with the
evidence), cannot be told, or has to be made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from account_engine.objects import natural_key, number_of
from cpt.installer.choices import Choices
from cpt.installer.planning.carried import Row
from cpt.installer.planning.wanted import Wanted
from cpt.installer.record.snapshot import Live, Snapshot
from cpt.installer.words import called, carried_by, counted, listed
from package_format.kinds.table import KINDS


@dataclass(frozen=True)
class Known:
    """It is recorded, and its object is there.

    Attributes:
        released: Whether it had been released, and is taken up again.
    """

    live: Live
    row: Row
    released: bool = False


@dataclass(frozen=True)
class Deleted:
    """It is recorded, and somebody deleted its object."""

    row: Row


@dataclass(frozen=True)
class Adopted:
    """It is not ours, but it is what we want."""

    live: Live
    evidence: str


@dataclass(frozen=True)
class Missing:
    """Nothing like it is there."""


@dataclass(frozen=True)
class Doubtful:
    """Something like it is there, and cannot be taken for it.

    Attributes:
        reason: Why, in words, and what to do.
        live: What is there.
        alike: The objects that it may be, where there are several.
    """

    reason: str
    live: Live | None = None
    alike: tuple[int, ...] = ()


Found = Known | Deleted | Adopted | Missing | Doubtful


def identify(
    wanted: Mapping[str, Wanted], snapshot: Snapshot, choices: Choices
) -> dict[str, Found]:
    """Return what each wanted resource is in the account, by full address."""
    identifying = _Identifying(snapshot, choices)
    recorded = {text for text in wanted if wanted[text].address in snapshot.carried.rows}
    order = sorted(wanted, key=lambda text: text not in recorded)  # ours first, then newcomers
    found = {text: identifying.found(wanted[text]) for text in order}
    return {text: found[text] for text in wanted}


class _Identifying:
    """One pass over what is wanted; remembers what was claimed."""

    def __init__(self, snapshot: Snapshot, choices: Choices) -> None:
        self._snapshot = snapshot
        self._choices = choices
        self._claimed: dict[tuple[str, str], str] = {}
        self._managers = {
            number: str(address)
            for address, row in snapshot.carried.rows.items()
            if not row.managed.released and (number := number_of(row.managed.object)) is not None
        }

    def found(self, each: Wanted) -> Found:
        """Return what one resource is; the second to claim a natural key is in doubt."""
        natural = natural_key(each.kind, each.data)
        other = None if natural is None else self._claimed.get((each.kind, natural))
        if other is not None:
            return Doubtful(
                f"{other} is to have the same name; only one package can bring it. Leave one of "
                "the two packages out, or ask their authors to share it in a package of its own"
            )
        if natural is not None:
            self._claimed[each.kind, natural] = str(each.address)
        row = self._snapshot.carried.rows.get(each.address)
        if row is None and each.earlier is not None and each.earlier.deleted:
            row = Row(each.address, each.earlier)
        if row is None:
            return self._newcomer(each, natural)
        live = self._snapshot.live(number_of(row.managed.object))
        if live is not None:
            return Known(live, row, row.managed.released)
        again = self._newcomer(each, natural)
        is_deleted = isinstance(again, Missing) and not row.managed.released
        return Deleted(row) if is_deleted else again

    def _newcomer(self, each: Wanted, natural: str | None) -> Found:
        mapped = self._choices.object_for(each.address)
        if mapped is not None:
            live = self._snapshot.live(mapped)
            if live is None or live.kind != each.kind:
                title = KINDS[each.kind].title
                return Doubtful(f"you said it is #{mapped}, but that is no {title} of this account")
            return self._compatible(each, live, f"you said it is #{mapped}")
        alike = self._snapshot.namesakes.get((each.kind, natural or ""), ())
        if not alike:
            return Missing()
        if len(alike) > 1:
            those = listed(f"#{number}" for number in alike)
            return Doubtful(
                f"this account has {counted(len(alike), 'thing')} of that name, {those}, and it is "
                f"not plain which is meant. Say so with --map {each.address.local}=#{alike[0]}, "
                "or rename the others",
                alike=alike,
            )
        live = self._snapshot.objects[alike[0]]
        field = " and ".join(KINDS[each.kind].natural_key)
        return self._compatible(each, live, f"this account has it already, by the same {field}")

    def _compatible(self, each: Wanted, live: Live, evidence: str) -> Found:
        manager = self._managers.get(live.id)
        if manager is not None:
            return Doubtful(
                f"{called(live.kind, live.label, live.id)} belongs to {manager}, and two packages "
                "cannot manage one thing. Uninstall the other package first, or rename it there",
                live,
            )
        model, there = each.model, live.model
        wrong = [
            f"its {name} is {_plain(getattr(there, name))} there and {_plain(getattr(model, name))}"
            " in the package"
            for name in KINDS[each.kind].must_match
            if getattr(there, name) != getattr(model, name)
        ]
        if wrong:
            return Doubtful(
                f"this account has something of that name that is not the same: {listed(wrong)}. "
                f"Rename {called(live.kind, live.label, live.id)}, and the package brings its own",
                live,
            )
        facts = [evidence]
        if live.kind in ("tag", "field"):
            facts.append(carried_by(live.kind, self._snapshot.carriers.get(live.id, 0)))
        facts.append("no package manages it")
        return Adopted(live, "; ".join(facts))


def _plain(value: object) -> str:
    return str(getattr(value, "value", value))
