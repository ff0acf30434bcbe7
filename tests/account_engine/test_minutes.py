"""What is said of a minute is so for each of its seconds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import yaml
from hypothesis import event, given
from hypothesis import strategies as st

from account_engine.flows import LiveFlow
from account_engine.position import Instant, Status
from account_engine.stores.records import PlaceRow, Reckoned
from account_engine.upgrading.minutes import MINUTE, Along, Minute, reckoned_for_all
from account_engine.upgrading.place_migration import Clock, PlaceMigration, VersionPair
from package_format.campaign.timers import WEEKDAYS
from package_format.upgrades.answers import answers
from package_format.upgrades.entry_data import read_entries
from tests.account_engine.lives import ADDRESS, instant, live

DAY = 86_400
NOW = instant("2026-03-27T12:00")  # two days before the clocks change in Oslo
PLACE = PlaceRow(1, 1, "s", "a", Status.RUNNING)


def flow(wait: object, *, again: bool = False, version: int = 1) -> LiveFlow:
    """A sequence with one wait, and a new step before it."""
    new = {"new": {"send-email": "m1"}} if again else {}
    steps = {**new, "a": {"wait": wait, "send-email": "m0"}}
    written = yaml.safe_dump(
        {
            "goals": {
                "g": {"when": {"web-form-submitted": "f"}},
                "end": {"when": {"tag-applied": "t"}, "after": ["s"]},
            },
            "sequences": {"s": {"after": ["g"], "steps": steps}},
        },
        sort_keys=False,
    )
    ids = {key: number for number, key in enumerate(("g", "end", "s", "s.a", "s.new"), 1)}
    return replace(live(written), version=version, ids=ids)


def reckoning(old: LiveFlow, new: LiveFlow, entries: list[dict[str, Any]], now: Instant) -> Any:  # noqa: ANN401
    """What becomes of who waits at ``s.a``."""
    found = dict(answers(old.flow, new.flow, ADDRESS, read_entries(entries)))
    versions = VersionPair(old, new, found, (), frozenset(), now, "UTC")
    way = PlaceMigration(old.campaign, 1, PLACE, old.campaign, PLACE, Clock.IS_SET_ANEW, None)
    return lambda began, due, zone: versions.timed(way, began, due, zone)


def at(minute: Minute, began: int, due: int) -> Reckoned:
    """What a minute says of those who are so many seconds into it."""

    def moved(first: Instant | None, along: Along) -> Instant | None:
        return None if first is None else first + (0, began, due)[along]

    first = minute.first
    return Reckoned(
        moved(first.began, minute.began),
        moved(first.due, minute.due),
        first.owed,
        moved(first.resumes, minute.resumes),
        first.why,
    )


TIMERS = ("credit", "keep", "restart")
ZONES = (None, "Europe/Oslo", "Australia/Lord_Howe", "Asia/Kathmandu")
lengths = st.sampled_from(["0 days", "1 hour", "36 hours", "2 days", "5 days", "1 month"])
waits = st.one_of(
    st.fixed_dictionaries(
        {"for": lengths},
        optional={
            "at": st.times().map(lambda time: f"{time.hour:02}:{time.minute:02}"),
            "weekdays": st.sets(st.sampled_from(WEEKDAYS), min_size=1).map(list),
        },
    ),
    st.fixed_dictionaries(
        {"until": st.sampled_from(["2026-03-20T10:00", "2026-03-29T02:30"])},
        optional={"if-past": st.sampled_from(["go-on", "end"])},
    ),
)


@given(st.data())
def test_what_is_said_of_a_minute_is_so_for_each_of_its_seconds(data: st.DataObject) -> None:
    entries: list[dict[str, Any]] = [
        {"changed": "campaign/c.s.a", "timer": data.draw(st.sampled_from(TIMERS))}
    ]
    again = data.draw(st.booleans())
    if again:
        entries.append({"added": "campaign/c.s.new", "catch-up": "3 days"})
    old, new = flow(data.draw(waits)), flow(data.draw(waits), again=again, version=2)
    now = NOW + data.draw(st.integers(0, MINUTE - 1))
    reckoned = reckoning(old, new, entries, now)
    zone = data.draw(st.sampled_from(ZONES))
    began = (NOW - data.draw(st.integers(0, 10 * DAY) | st.just(3 * DAY))) // MINUTE * MINUTE
    due = (NOW + data.draw(st.integers(0, 10 * DAY))) // MINUTE * MINUTE
    if data.draw(st.integers(0, 3)) == 0:
        due = ((reckoned(began, due, zone).due or due) + MINUTE // 2) // MINUTE * MINUTE
    minute = reckoned_for_all(reckoned, began, due, zone, now)
    event("alike" if minute else "unlike")
    seconds = st.integers(0, MINUTE - 1)
    for after, longer in data.draw(st.lists(st.tuples(seconds, seconds), min_size=1, max_size=5)):
        if minute is not None:
            assert at(minute, after, longer) == reckoned(began + after, due + longer, zone)


def test_a_plain_delay_moves_along_with_when_it_began() -> None:
    reckoned = reckoning(flow("1 day"), flow("3 days", version=2), [], NOW)
    minute = reckoned_for_all(reckoned, NOW - DAY // 2, NOW + DAY // 2, None, NOW)
    assert minute is not None
    assert (minute.began, minute.due) == (Along.BEGINNING, Along.BEGINNING)
    assert minute.first.due == NOW - DAY // 2 + 3 * DAY


def test_a_minute_in_which_some_are_due_and_others_are_not_is_not_alike() -> None:
    reckoned = reckoning(flow("2 days"), flow("1 day", version=2), [], NOW + 30)
    assert reckoned_for_all(reckoned, NOW - DAY, NOW + DAY, None, NOW + 30) is None
