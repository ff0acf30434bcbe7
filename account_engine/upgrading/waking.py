"""Waking: a position at a join is looked at at once if what has changed lets it pass (C8, M6)."""

from __future__ import annotations

from dataclasses import replace

from account_engine.flows import LiveFlow
from account_engine.interpreter.joins import is_busy, may_pass
from account_engine.position import Instant, Position, Status


def woken(
    flow: LiveFlow, position: Position, positions: tuple[Position, ...], now: Instant
) -> Position:
    """Return a position that is looked at now if its join may pass, by what has changed (C8, M6).

    One that only absorbs what still arrives stops if nothing can any more.

    Args:
        flow: The flow in which it stands.
        position: The position.
        positions: All of the contact's positions.
        now: The present moment.
    """
    if position.due is not None or position.step is not None:
        return position
    if position.overtaken and not is_busy(flow, position.node, positions):
        if position.status is Status.QUEUED:
            return replace(position, overtaken=False)
        return replace(position, due=now)
    return replace(position, due=now) if may_pass(flow, position, positions) else position
