"""An engine that runs: time, other processes, clocks that jump, databases that go away."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from account_engine.account import Account
from account_engine.errors import AccountBusyError, AccountFileError, DatabaseError
from account_engine.running import POLL, Engine
from tests.account_engine.clocks import VirtualClock
from tests.account_engine.conftest import DAY, START

if TYPE_CHECKING:
    from tests.account_engine.conftest import Shop


class World:
    """A clock, and somebody who waits by it until a moment has come.

    Attributes:
        clock: The clock.
        waits: How long was waited each time.
        happens: What happens when somebody waits for the n-th time, from 0 on.
    """

    def __init__(self, until: int) -> None:
        self.clock = VirtualClock(START)
        self.until = until
        self.waits: list[float] = []
        self.happens: dict[int, Callable[[], object]] = {}

    def wait(self, seconds: float) -> bool:
        """Let the clock go on."""
        if seconds:
            self.happens.pop(len(self.waits), lambda: None)()
            self.waits.append(seconds)
            self.clock.move(max(1, int(seconds)))
        return self.clock.now() >= self.until


def _said(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (record.levelname, record.getMessage(), getattr(record, "said", {}))
        for record in caplog.records
    ]


def _sent(shop: Shop) -> list[tuple[int, str]]:
    return [(message.recorded - START, message.subject) for message in shop.account.outbox()]


def test_what_is_due_happens_at_its_own_moment(shop: Shop) -> None:
    shop.registered()
    world = World(until=START + 2 * DAY + 30)
    world.clock.move(2 * DAY - 30)
    shop.account.tick(world.clock.now())
    Engine(shop.account, world.clock, world.wait).run()
    assert _sent(shop) == [(0, "Welcome"), (2 * DAY, "It is tomorrow")]
    assert max(world.waits) <= POLL
    assert shop.account.info.now == START + 2 * DAY + 29


def test_it_wakes_for_what_another_process_wrote(shop: Shop) -> None:
    world = World(until=START + 5)
    ada = shop.contact()

    def write() -> None:
        with Account.open(shop.location) as other:
            other.receive(ada.id, shop.registration)

    world.happens[2] = write
    Engine(shop.account, world.clock, world.wait).run()
    assert _sent(shop) == [(2, "Welcome")]


def test_it_delivers_after_what_was_due(shop: Shop) -> None:
    shop.registered()
    world = World(until=START + 3)
    seen: list[int] = []
    engine = Engine(
        shop.account, world.clock, world.wait, lambda: seen.append(len(shop.account.outbox()))
    )
    engine.run()
    assert seen == [1, 1, 1]


def test_what_was_due_while_nobody_was_at_work_is_handled_once_and_late(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    shop.registered()
    world = World(until=START + 3 * DAY + 1)
    world.clock.move(3 * DAY)
    Engine(shop.account, world.clock, world.wait).run()
    assert _sent(shop) == [(0, "Welcome"), (3 * DAY, "It is tomorrow")]
    assert ("INFO", "timers were due", {"turns": 1, "late_by": 3 * DAY}) in _said(caplog)
    (crowd,) = shop.account.occupancy(shop.campaign)
    assert crowd.next_due == START + 5 * DAY  # two days from when it was handled


def test_a_clock_that_goes_back_is_waited_for_and_said_once(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.registered()
    world = World(until=START + 3)
    engine = Engine(shop.account, world.clock, world.wait)
    engine.run()
    shown = shop.account.info.now
    world.clock.move(-3_600)
    for _ in range(3):
        engine.work()
        assert shop.account.info.now == shown
    said = [one for one in _said(caplog) if one[0] == "WARNING"]
    assert [(text, list(more)) for _, text, more in said] == [
        ("the clock is behind the account's time, which waits for it", ["seconds"])
    ]
    world.clock.move(3_700)
    engine.work()
    assert shop.account.info.now == world.clock.now() > shown


def test_a_clock_that_jumps_ahead_is_said(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    world = World(until=START + DAY)
    world.happens[1] = lambda: world.clock.move(DAY)
    Engine(shop.account, world.clock, world.wait).run()
    warned = [one for one in _said(caplog) if one[0] == "WARNING"]
    assert [text for _, text, _ in warned] == ["the clock jumped ahead, or the machine slept"]


@pytest.mark.parametrize("error", [AccountBusyError, AccountFileError, DatabaseError])
def test_an_account_that_cannot_be_written_is_tried_again_and_nothing_is_lost(
    shop: Shop, caplog: pytest.LogCaptureFixture, error: type[Exception]
) -> None:
    caplog.set_level(logging.INFO)
    shop.registered()
    world = World(until=START + 2 * DAY + 100)
    world.clock.move(2 * DAY)
    engine = Engine(shop.account, world.clock, world.wait)
    tick, failures = shop.account.tick, iter(range(3))

    def failing(to: int, **more: Callable[[], bool]) -> object:
        if next(failures, None) is not None:
            raise error("no room")
        return tick(to, **more)

    shop.account.tick = failing  # type: ignore[method-assign, assignment]
    engine.work()
    assert engine.is_failing
    failures = iter(range(3))
    engine = Engine(shop.account, world.clock, world.wait)
    engine.run()
    assert not engine.is_failing
    assert _sent(shop) == [(0, "Welcome"), (2 * DAY, "It is tomorrow")]
    assert world.waits[:3] == [1, 2, 4]
    errors = [more for level, _, more in _said(caplog) if level == "ERROR"][1:]
    assert errors[0] == {"why": "no room", "again_in": 1.0}
    assert len(errors) == 3
    assert ("INFO", "goes on again", {"failures": 3}) in _said(caplog)


def test_an_engine_that_another_one_is_ahead_of_goes_on(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(until=START + 2)
    engine = Engine(shop.account, world.clock, world.wait)
    info = shop.account.info
    assert info.now == START
    with Account.open(shop.location) as other:
        real = type(shop.account).tick

        def overtaken(self: Account, to: int, **more: Callable[[], bool]) -> object:
            other.wake(to + 5)
            return real(self, to, **more)

        monkeypatch.setattr(shop.account, "tick", overtaken.__get__(shop.account))
        engine.work()
    assert shop.account.info.now == START + 5


def test_it_stops_between_two_batches_and_another_time_goes_on(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("account_engine.working.BATCH", 2)
    for name in "abcde":
        shop.registered(name)
    to = START + 2 * DAY
    stops = iter([False, True])
    ticked = shop.account.tick(to, stopped=lambda: next(stops))
    assert ticked.turns == 4
    assert shop.account.tick(to).turns == 1
