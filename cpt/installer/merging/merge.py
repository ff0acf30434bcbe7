"""The three-way merge of canonical data: base, live and wanted, field by field.

Mappings merge by field, lists of keyed items by key and then by order, messages by block and line;
everything else is one value. What only one side changed is that side's; what both changed
differently is a conflict, of which the live value stands until somebody chooses. A live value that
upgrade entries have left impossible (they moved the last step out of a sequence) cannot stand: it
is a conflict whose result is the wanted value, whatever was chosen. The laws:

- base = live gives wanted, base = wanted gives live, live = wanted gives just that;
- the same things are in conflict when live and wanted change places;
- a merged result, merged again on the base that it leaves behind (wanted), stays as it is;
- whatever the owner changed is in the result, or in a field change that says what became of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias, assert_never

from pydantic import ValidationError

from cpt.installer.changes import FieldChange, Verdict
from cpt.installer.merging.order import merged_order, woven
from cpt.installer.merging.shape import Fields, Keyed, Prose, Shape, Whole, Worded
from cpt.installer.merging.texts import merged_text
from package_format.kinds.model import Json, Path


class Side(StrEnum):
    """Whose value the owner chose."""

    KEEP = "keep"
    TAKE = "take"


Chooser: TypeAlias = Callable[[Path], Side | None]
"""Says what was chosen for a path and everything inside it, if anything."""

Settled: TypeAlias = Callable[[Path, Json, bool], bool]
"""Says whether it is settled that a live value stays at a path, whatever the author changed; the
last argument is whether it could only be kept or taken, as both sides changed it."""

Recaller: TypeAlias = Callable[[Path], tuple[str, ...]]
"""Returns the order of keyed items that the last merge left at a path (`Merged.orders`)."""

ORDER = "(order)"
"""The last part of a path that means the order of keyed items; no key can be so."""

_VERDICTS = {Side.KEEP: Verdict.KEPT, Side.TAKE: Verdict.TAKEN, None: None}


@dataclass(frozen=True)
class Merged:
    """The result of a merge.

    Attributes:
        data: The merged data.
        fields: Every field in which live and wanted differ.
        orders: By the path of each list of keyed items in which there are some of the owner's own:
            the order of its items together with those that are gone, where they stood.
    """

    data: Json
    fields: tuple[FieldChange, ...]
    orders: Mapping[Path, tuple[str, ...]] = field(default_factory=dict)

    def has(self, *verdicts: Verdict) -> bool:
        """Whether a field has one of these verdicts."""
        return any(change.verdict in verdicts for change in self.fields)


def _nothing_chosen(_: Path) -> Side | None:
    return None


def _nothing_settled(_: Path, __: Json, ___: bool) -> bool:  # noqa: FBT001  as `Settled` has it
    return False


def _nothing_recalled(_: Path) -> tuple[str, ...]:
    return ()


def merge(
    base: Json,
    live: Json,
    wanted: Json,
    shape: Shape,
    choose: Chooser = _nothing_chosen,
    settled: Settled = _nothing_settled,
    recall: Recaller = _nothing_recalled,
) -> Merged:
    """Merge three ways.

    Args:
        base: What was wanted last; None for nothing, here and below.
        live: What the account holds.
        wanted: What is wanted now.
        shape: How the data is built.
        choose: What the owner chose; it overrides what would come out by itself.
        settled: What they chose earlier; what they choose now goes before it.
        recall: Where items stood that are gone, so that what followed them follows them again.
    """
    merging = _Merging(choose, settled, recall)
    data = merging.value((), base, live, wanted, shape, None)
    return Merged(data, tuple(merging.found), merging.orders)


@dataclass
class _Merging:
    """One merge under way; gathers what differs."""

    choose: Chooser
    settled: Settled
    recall: Recaller
    found: list[FieldChange] = field(default_factory=list)
    orders: dict[Path, tuple[str, ...]] = field(default_factory=dict)

    def value(
        self, path: Path, base: Json, live: Json, wanted: Json, shape: Shape, outer: Side | None
    ) -> Json:
        """Merge one value; `outer` is what was chosen for what contains it."""
        if live == wanted:
            return live
        side = self.choose(path) or outer
        match shape:
            case Fields() if isinstance(live, dict) and isinstance(wanted, dict):
                return self._fields(path, base, live, wanted, shape, side)
            case Fields(other=other) if other is not None and (live or wanted):
                # A mapping of which nothing is left is left out of canonical data altogether.
                return self._fields(path, base, live or {}, wanted or {}, shape, side) or None
            case Worded(words) if (word := _common_word(base, live, wanted)) in words:
                assert word is not None  # noqa: S101  words holds no None
                base = None if base is None else base[word]
                inner = self.value((*path, word), base, live[word], wanted[word], words[word], side)
                return {word: inner}
            case Keyed(item) if isinstance(live, list) and isinstance(wanted, list):
                return self._keyed(path, base, live, wanted, item, side)
            case Prose() if side is None and None not in (base, live, wanted):
                if self.settled(path, live, False):  # noqa: FBT003
                    return self._leaf(path, base, live, wanted, shape, side)
                return self._prose(path, base, live, wanted)
            case Fields() | Worded() | Keyed() | Prose() | Whole():
                return self._leaf(path, base, live, wanted, shape, side)
            case _:
                assert_never(shape)

    def _leaf(
        self, path: Path, base: Json, live: Json, wanted: Json, shape: Shape, side: Side | None
    ) -> Json:
        verdict = _VERDICTS[side]
        if verdict is None and (base == wanted or self.settled(path, live, base != live)):
            verdict = Verdict.KEPT
        elif verdict is None:
            verdict = Verdict.TAKEN if base == live else Verdict.CONFLICT
        result = wanted if verdict is Verdict.TAKEN else live
        if result is live and live is not None and not _valid(live, shape):
            verdict, result = Verdict.CONFLICT, wanted
        self.found.append(FieldChange(path, base, live, wanted, result, verdict))
        return result

    def _fields(
        self, path: Path, base: Json, live: Json, wanted: Json, shape: Fields, side: Side | None
    ) -> Json:
        was = base if isinstance(base, dict) else {}
        before = len(self.found)
        merged = {}
        for name in dict.fromkeys((*live, *wanted)):
            inner = self.value(
                (*path, name), was.get(name), live.get(name), wanted.get(name), shape.of(name), side
            )
            if inner is not None:
                merged[name] = inner
        if merged == wanted or _valid(merged, shape):  # wanted alone is as somebody wrote it
            return merged
        del self.found[before:]
        return self._leaf(path, base, live, wanted, shape, side)

    def _keyed(
        self, path: Path, base: Json, live: Json, wanted: Json, item: Shape, side: Side | None
    ) -> Json:
        was, owners, authors = (
            {entry["key"]: entry for entry in (entries or ())} for entries in (base, live, wanted)
        )
        merged = {
            key: self.value(
                (*path, key), was.get(key), owners.get(key), authors.get(key), item, side
            )
            for key in dict.fromkeys((*owners, *authors))
        }
        left = {key for key, entry in merged.items() if entry is not None}
        chosen = _VERDICTS[self.choose((*path, ORDER)) or side]
        moved = list(was) != list(owners)
        if chosen is None and self.settled((*path, ORDER), list(owners), moved):
            chosen = Verdict.KEPT
        stood = self._stood(path, was, tuple(owners))
        order = merged_order(tuple(was), stood, tuple(authors), left, chosen)
        if set(order.keys) - set(authors) and set(stood) - left:
            self.orders[path] = woven(order.keys, stood, {*stood, *left})
        if order.verdict is not None:
            before, mine, theirs, result = (
                list(each) for each in (was, owners, authors, order.keys)
            )
            self.found.append(
                FieldChange((*path, ORDER), before, mine, theirs, result, order.verdict)
            )
        return [merged[key] for key in order.keys]

    def _stood(self, path: Path, was: Collection[str], owners: tuple[str, ...]) -> tuple[str, ...]:
        """Return the owner's order with what is gone, unless they have another order now."""
        recalled = tuple(k for k in self.recall(path) if k in owners or k not in was)
        there = tuple(key for key in recalled if key in owners)
        return recalled if there == owners else owners

    def _prose(self, path: Path, base: str, live: str, wanted: str) -> str:
        merged = merged_text(base, live, wanted)
        if merged is None or merged in (live, wanted):
            return str(self._leaf(path, base, live, wanted, Prose(), None))
        self.found.append(FieldChange(path, base, live, wanted, merged, Verdict.MERGED))
        return merged


def _valid(data: Json, shape: Shape) -> bool:
    """Whether half of one and half of another is something an author could have written."""
    if not isinstance(shape, Fields) or shape.validator is None:
        return True
    try:
        shape.validator.validate_python(data)
    except ValidationError:
        return False
    return True


def _common_word(base: Json, live: Json, wanted: Json) -> str | None:
    """The one word that all three stand under, as far as they are there; None if there is none."""
    words = {tuple(side) for side in (base, live, wanted) if isinstance(side, dict)}
    if live is None or wanted is None or len(words) != 1:
        return None
    (word,) = words.pop()
    return str(word)
