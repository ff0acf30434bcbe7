"""Moments: one outcome for all who act within the same minute, each at a second of their own."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from account_engine.position import Instant
from account_engine.waves.cohort import OWN
from account_engine.waves.outcome import Outcome
from account_engine.waves.probe import NotAlikeError

_TIMES = frozenset({"at", "began", "due", "entered", "recorded"})
"""What lines, effects and positions call the instants that they know."""


def in_between(first: Outcome, last: Outcome, moments: tuple[Instant, Instant]) -> Outcome:
    """Return what becomes of everybody who acts between two moments, these included.

    An instant that is the same for both is the same for all. One that is as much later as the
    moment is, is counted from each one's own moment (`OWN`).

    Args:
        first: What becomes of one who acts at the first moment.
        last: What becomes of one who acts at the last moment.
        moments: The two.

    Raises:
        NotAlikeError: They differ in something else.
    """
    span = _Span(*moments)
    known = [sorted(outcome.facts.items()) for outcome in (first, last)]
    facts = {
        (*span.value(one, other), span.instant(since, later)): span.value(holds, too)
        for ((*one, since), holds), ((*other, later), too) in _pairs(*known)
    }
    found: Outcome = span.value(replace(first, facts={}), replace(last, facts={}))
    return replace(found, facts=facts)


@dataclass(frozen=True)
class _Span:
    first: Instant
    last: Instant

    def value(self, one: Any, other: Any) -> Any:  # noqa: ANN401  whatever an outcome holds
        """Return what two values are in between."""
        if one == other:
            return one
        if isinstance(one, tuple):
            return tuple(self.value(*pair) for pair in _pairs(one, other))
        if not is_dataclass(one) or isinstance(one, type):
            raise NotAlikeError
        found = {}
        for name in (field.name for field in fields(one)):
            between = self.instant if name in _TIMES else self.value
            found[name] = between(getattr(one, name), getattr(other, name))
        return replace(one, **found)

    def instant(self, one: Instant | None, other: Instant | None) -> Instant | None:
        """Return what two instants are, counted from anybody's own moment."""
        if one == other:
            return one
        if one is None or other is None or other - one != self.last - self.first:
            raise NotAlikeError
        return OWN + one - self.first


def _pairs(some: Any, others: Any) -> Any:  # noqa: ANN401  likewise
    if len(some) != len(others):
        raise NotAlikeError
    return zip(some, others, strict=True)
