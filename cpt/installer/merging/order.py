"""Order: merging how keyed items stand behind each other."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from cpt.installer.changes import Verdict


@dataclass(frozen=True)
class Ordered:
    """A merged order.

    Attributes:
        keys: The items that are left, in order.
        verdict: Whose order it is, where the two differ; None where they agree.
    """

    keys: tuple[str, ...]
    verdict: Verdict | None


def merged_order(
    base: Sequence[str],
    live: Sequence[str],
    wanted: Sequence[str],
    left: Collection[str],
    settled: Verdict | None = None,
) -> Ordered:
    """Merge the order of items three ways.

    An item that one side alone has stays behind the item that it followed there, or its nearest
    surviving predecessor.

    Args:
        base: The keys as they were.
        live: The keys as the owner has them.
        wanted: The keys as the author has them.
        left: Those that are still there after the merge.
        settled: KEPT or TAKEN if somebody chose already.
    """
    shared = set(base) & set(live) & set(wanted)
    was, owners, authors = (tuple(k for k in keys if k in shared) for keys in (base, live, wanted))
    verdict: Verdict | None
    if owners == authors:
        verdict = None
    elif settled is not None:
        verdict = settled
    elif owners == was:
        verdict = Verdict.TAKEN
    else:
        verdict = Verdict.KEPT if authors == was else Verdict.CONFLICT
    if verdict in (None, Verdict.TAKEN):
        return Ordered(woven(wanted, live, left), verdict)
    return Ordered(woven(live, wanted, left), verdict)


def woven(skeleton: Sequence[str], guests: Sequence[str], left: Collection[str]) -> tuple[str, ...]:
    """Return the skeleton with the guests it lacks, each behind the one it followed."""
    result = [key for key in skeleton if key in left]
    for index, key in enumerate(guests):
        if key not in left or key in result:
            continue
        before = next((k for k in reversed(guests[:index]) if k in result), None)
        result.insert(0 if before is None else result.index(before) + 1, key)
    return tuple(result)
