"""Clocks."""

from __future__ import annotations

from account_engine.clock import Clock, SystemClock


def test_the_systems_clock_counts_whole_seconds_and_does_not_stand_still_in_the_past() -> None:
    clock: Clock = SystemClock()
    assert isinstance(clock.now(), int)
    assert clock.now() >= 1_700_000_000
