"""When something is asked for again: what the host says is respected, within bounds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cpt.registries.patience import ATTEMPTS, LONGEST_WAIT, Once, wait_before_next

NOW = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)


def wait(attempt: int, retry_after: str | None = None, chance: float = 0.5) -> float | None:
    return wait_before_next(attempt, retry_after, now=NOW, chance=chance)


def test_waits_double() -> None:
    assert [wait(attempt) for attempt in (1, 2, 3)] == [0.25, 0.5, 1.0]


def test_chance_keeps_clients_apart() -> None:
    assert (wait(1, chance=0), wait(1, chance=1)) == (0.125, 0.375)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("0", 0),
        (" 12 ", 12),
        ("Thu, 26 Nov 2026 04:00:30 GMT", 30),
        ("Thu, 26 Nov 2026 04:00:30 -0000", 30),
        ("Thu, 26 Nov 2026 03:00:00 GMT", 0),
    ],
)
def test_what_a_host_asks_for_is_respected(said: str, seconds: float) -> None:
    assert wait(1, said) == seconds


@pytest.mark.parametrize("said", ["61", "9" * 5000, "Thu, 26 Nov 2099 04:00:00 GMT"])
def test_who_asks_for_too_much_is_given_up(said: str) -> None:
    assert LONGEST_WAIT == 60
    assert wait(1, said) is None


@pytest.mark.parametrize("said", ["", "soon", "-3", "1.5", "٣", "Thu, 99 Nov 2026 04:00:00 GMT"])
def test_what_is_neither_seconds_nor_a_date_says_nothing(said: str) -> None:
    assert wait(1, said) == 0.25


def test_after_some_attempts_it_is_given_up() -> None:
    assert wait(ATTEMPTS) is None
    assert wait(ATTEMPTS, "1") is None


def test_people_are_told_of_waits_that_they_feel_and_of_one_at_a_time() -> None:
    told: list[str] = []
    times = iter([0.0, 5.0, 39.0, 40.0])
    once = Once(told.append, lambda: next(times))
    once.of_a_wait("it is busy", 1.5)
    once.of_a_wait("it is busy", 40)
    once.of_a_wait("another thread waits, too", 40)
    once.of_a_wait("and another one", 10)
    once.of_a_wait("it is busy still", 3)
    assert told == [
        "note: it is busy; it is asked again in 40 s",
        "note: it is busy still; it is asked again in 3 s",
    ]
