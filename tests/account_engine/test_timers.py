"""Timers: when a wait is over, on the calendar and by the clock (C9)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whenever import Date

from account_engine.contacts import Contact, Value
from account_engine.language.timers import (
    LONG_AGO,
    NEVER,
    At,
    Missing,
    Past,
    due,
    handled,
    later,
    today,
    written,
    zone_of,
)
from package_format.campaign.timers import WEEKDAYS, Duration, Wait, WaitDefaults
from tests.account_engine.lives import Life, instant, shown

OSLO = "Europe/Oslo"
NOW = "2026-03-02T09:00"  # a Monday
DAY_BEFORE = {"offset": "-1 day"}


def ends(wait: object, began: str = NOW, zone: str = OSLO, **values: Value) -> str | None:
    """Say when a wait that begins now is over, in local time; ``past`` or ``missing``."""
    start = instant(began, zone)
    match due(Wait.model_validate(wait), start, Contact(1, values), start, zone):
        case At(moment):
            return shown(moment, zone)
        case Past():
            return "past"
        case Missing():
            return "missing"


@pytest.mark.parametrize(
    ("wait", "began", "over"),
    [
        ("30 minutes", NOW, "2026-03-02T09:30"),
        ("5 hours", NOW, "2026-03-02T14:00"),
        ("2 days", NOW, "2026-03-04T09:00"),
        ("1 week", NOW, "2026-03-09T09:00"),
        ("1 month", "2026-01-31T09:00", "2026-02-28T09:00"),
        ("1 year", "2028-02-29T09:00", "2029-02-28T09:00"),
        ("0 days", NOW, NOW),
    ],
)
def test_a_delay_is_counted_from_when_it_began(wait: str, began: str, over: str) -> None:
    assert ends(wait, began) == over


def test_delays_of_days_count_calendar_dates_of_hours_count_hours() -> None:
    before_summer_time = "2026-03-28T12:00"
    assert ends("1 day", before_summer_time) == "2026-03-29T12:00"
    assert ends("24 hours", before_summer_time) == "2026-03-29T13:00"


def test_in_a_daylight_saving_gap_a_time_shifts_forward() -> None:
    assert ends("1 day", "2026-03-28T02:30") == "2026-03-29T03:30"


def test_in_a_repeat_the_first_is_used() -> None:
    start = instant("2026-10-24T02:30", OSLO)
    outcome = due(Wait.model_validate("1 day"), start, Contact(1), start, OSLO)
    assert outcome == At(start + 24 * 3600)


@pytest.mark.parametrize(
    ("wait", "began", "over"),
    [
        ({"for": "2 days", "at": "09:00"}, "2026-03-02T08:00", "2026-03-04T09:00"),
        ({"for": "2 days", "at": "09:00"}, "2026-03-02T09:00", "2026-03-04T09:00"),
        ({"for": "2 days", "at": "09:00"}, "2026-03-02T10:00", "2026-03-05T09:00"),
        ({"for": "1 hour", "at": "18:00"}, "2026-03-02T10:00", "2026-03-02T18:00"),
    ],
)
def test_at_means_the_earliest_such_time_not_before_the_delay_is_over(
    wait: object, began: str, over: str
) -> None:
    assert ends(wait, began) == over


@pytest.mark.parametrize(
    ("wait", "began", "over"),
    [
        ({"for": "1 day", "weekdays": "mon-fri"}, "2026-03-06T15:00", "2026-03-09T15:00"),
        ({"for": "1 day", "weekdays": "sat"}, "2026-03-06T15:00", "2026-03-07T15:00"),
        (
            {"for": "1 day", "weekdays": "mon-fri", "at": "09:00"},
            "2026-03-06T15:00",
            "2026-03-09T09:00",
        ),
        ({"for": "0 days", "weekdays": "mon", "at": "08:00"}, NOW, "2026-03-09T08:00"),
        ({"for": "1 day", "weekdays": []}, "2026-03-06T15:00", "2026-03-07T15:00"),
    ],
)
def test_a_wait_ends_on_an_allowed_weekday(wait: object, began: str, over: str) -> None:
    assert ends(wait, began) == over


@pytest.mark.parametrize(
    ("wait", "over"),
    [
        ({"until": "2026-03-10T15:30"}, "2026-03-10T15:30"),
        ({"until": "2026-03-10T15:30", "at": "09:00"}, "2026-03-10T15:30"),
        ({"until": "2026-03-10", "at": "09:00"}, "2026-03-10T09:00"),
        ({"until": "2026-03-07T15:30", "weekdays": "mon-fri"}, "2026-03-09T15:30"),
        ({"until": NOW}, NOW),
        ({"until": "2026-03-02T08:59"}, "past"),
        ({"until": "2026-02-28T08:00", "weekdays": "tue"}, "2026-03-03T08:00"),
    ],
)
def test_until_is_a_date_and_time_in_the_contact_s_zone(wait: object, over: str) -> None:
    assert ends(wait) == over


@pytest.mark.parametrize(
    ("wait", "value", "over"),
    [
        ({"until-field": "day"}, "2026-03-10", "2026-03-10T00:00"),
        ({"until-field": "day", "at": "09:00"}, "2026-03-10", "2026-03-10T09:00"),
        (
            {"until-field": "day", "offset": "-1 day", "at": "09:00"},
            "2026-03-10",
            "2026-03-09T09:00",
        ),
        ({"until-field": "day", "offset": "-2 hours"}, "2026-03-10", "2026-03-09T22:00"),
        ({"until-field": "day", "offset": "1 month"}, "2026-03-31", "2026-04-30T00:00"),
        ({"until-field": "day", "at": "09:00"}, "2026-03-02", "2026-03-02T09:00"),
        ({"until-field": "day"}, "2026-03-02", "past"),
        ({"until-field": "day"}, "", "missing"),
        ({"until-field": "day"}, "some day", "missing"),
        ({"until-field": "day"}, 20260310, "missing"),
    ],
)
def test_until_field_is_a_contact_s_date_with_an_offset(
    wait: object, value: Value, over: str
) -> None:
    assert ends(wait, day=value) == over


def test_a_field_that_is_not_there_is_missing() -> None:
    assert ends({"until-field": "day"}) == "missing"


def test_the_contact_s_own_zone_counts_if_there_is_such_a_zone() -> None:
    assert zone_of(Contact(1, {"time_zone": "Asia/Tokyo"}), OSLO) == "Asia/Tokyo"
    for wrong in ("Nowhere/Town", "", 7, "../../etc/passwd"):
        assert zone_of(Contact(1, {"time_zone": wrong}), OSLO) == OSLO
    assert zone_of(Contact(1), OSLO) == OSLO
    late = instant("2026-03-02T23:00", OSLO)
    assert today(Contact(1), late, OSLO) == Date(2026, 3, 2)
    assert today(Contact(1, {"time_zone": "Asia/Tokyo"}), late, OSLO) == Date(2026, 3, 3)
    assert ends({"until": "2026-03-10T09:00"}, time_zone="Asia/Tokyo") == "2026-03-10T01:00"


def test_a_campaign_s_defaults_count_where_a_wait_says_nothing() -> None:
    text = """
    defaults: {wait: {at: "09:00", weekdays: mon-fri}}
    goals: {a: {when: {web-form-submitted: f}}}
    sequences: {s: {after: [a], steps: {x: {wait: 1 day}, y: {wait: {for: 1 day, at: "12:00"}}}}}
    """
    life = Life(text, start="2026-03-05T10:00")
    life.submit("f")
    assert life.due("s") == "2026-03-09T09:00"
    life.advance("4 days")
    assert life.due("s") == "2026-03-10T12:00"


def test_times_beyond_the_calendar_are_never_and_long_ago() -> None:
    start = instant(NOW)
    assert later(start, Duration(999_999, "year"), OSLO) == NEVER
    assert later(start, Duration(-999_999, "month"), OSLO) == LONG_AGO
    assert later(start, Duration(-999_999, "week"), OSLO) == LONG_AGO
    assert later(NEVER, Duration(999_999, "hour"), OSLO) == NEVER
    assert ends({"until-field": "day"}, day="0001-01-01", zone="Asia/Tokyo") == "past"
    moment = due(Wait.model_validate({"until": "9999-12-31T23:00"}), 0, Contact(1), 0, "Etc/GMT+12")
    assert moment == At(NEVER)


def test_a_late_timer_goes_on_at_once_on_the_day_on_which_it_was_due() -> None:
    wait = Wait.model_validate({"for": "1 day", "at": "09:00", "weekdays": "mon-fri"})
    was_due, now = instant("2026-03-06T09:00", OSLO), instant("2026-03-06T23:00", OSLO)
    assert handled(wait, was_due, now, OSLO) == now


def test_later_than_that_it_still_honours_weekdays_and_hours() -> None:
    wait = Wait.model_validate({"for": "1 day", "at": "09:00", "weekdays": "mon-fri"})
    was_due, now = instant("2026-03-06T09:00", OSLO), instant("2026-03-07T10:00", OSLO)
    assert shown(handled(wait, was_due, now, OSLO), OSLO) == "2026-03-09T09:00"
    anytime = Wait.model_validate("1 day")
    assert handled(anytime, was_due, now, OSLO) == now


def test_a_moment_is_written_with_its_zone() -> None:
    assert written(instant(NOW, OSLO), OSLO) == "2026-03-02 09:00 Europe/Oslo"


waits = st.fixed_dictionaries(
    {"for": st.builds(Duration, st.integers(0, 400), st.sampled_from(["hour", "day", "month"]))},
    optional={
        "at": st.times().map(lambda t: f"{t.hour:02}:{t.minute:02}"),
        "weekdays": st.sets(st.sampled_from(WEEKDAYS), min_size=1).map(list),
    },
)


@given(
    waits,
    st.integers(instant("2025-01-01T00:00"), instant("2028-01-01T00:00")),
    st.sampled_from([OSLO, "UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_a_wait_ends_after_its_delay_within_eight_days_in_its_hours(
    data: dict[str, Any], began: int, zone: str
) -> None:
    wait = Wait.model_validate(data)
    assert wait.for_ is not None
    outcome = due(wait, began, Contact(1), began, zone)
    assert isinstance(outcome, At)
    over = later(began, wait.for_, zone)
    assert over <= outcome.instant <= over + 9 * 86_400
    local = shown(outcome.instant, zone)
    assert local is not None
    if wait.weekdays:
        assert WEEKDAYS[Date.parse_iso(local[:10]).day_of_week().value - 1] in wait.weekdays
    assert wait.with_defaults(WaitDefaults()) == wait


# --- in a campaign --------------------------------------------------------------------------------

DATED = """
goals: {a: {when: {web-form-submitted: f}}}
sequences:
  s:
    after: [a]
    steps:
      x: {wait: {until-field: day, at: "09:00", %s}, send-email: before}
      y: {send-email: with}
      z: {wait: 1 day, send-email: after}
"""


def dated(**says: str) -> str:
    words = ", ".join(f"{name.replace('_', '-')}: {word}" for name, word in says.items())
    return DATED % words


def test_if_past_skip_step_passes_over_the_wait_and_every_step_up_to_the_next_wait() -> None:
    life = Life(dated(), day="2026-03-01")
    life.submit("f")
    assert life.at == ["s.z"]
    life.advance("1 day")
    assert life.sent == ["after"]
    assert life.told("skipped") == [
        "skipped s.x: its date is past (C9)",
        "skipped s.y: passed over with the wait before it (C9)",
    ]


def test_a_skipped_last_step_ends_the_sequence() -> None:
    text = """
    goals: {a: {when: {web-form-submitted: f}}}
    sequences: {s: {after: [a], steps: {x: {wait: {until: 2020-01-01T00:00}}, y: {apply-tag: t}}}}
    """
    life = Life(text)
    life.submit("f")
    assert life.told("ended") == ["ended s: finished"]


def test_if_past_go_on() -> None:
    life = Life(dated(if_past="go-on"), day="2026-03-01")
    life.submit("f")
    assert life.sent == ["before", "with"]


def test_if_past_end() -> None:
    life = Life(dated(if_past="end"), day="2026-03-01")
    life.submit("f")
    assert (life.at, life.sent) == ([], [])
    assert life.told("ended") == ["ended s.x: its date is past (C9)"]


def test_if_missing_hold_waits_for_the_field() -> None:
    life = Life(dated())
    life.submit("f")
    assert life.due("s") is None
    life.advance("30 days")
    life.set("other", "2026-05-01")
    assert life.due("s") is None
    life.set("day", "2026-05-01")
    assert life.due("s") == "2026-05-01T09:00"
    assert life.told("waiting") == [
        "waiting s.x: until field day has a date (C9)",
        "waiting s.x: until 2026-05-01 09:00 UTC",
    ]


def test_if_missing_skip_step() -> None:
    life = Life(dated(if_missing="skip-step"))
    life.submit("f")
    assert life.at == ["s.z"]


def test_if_missing_end() -> None:
    life = Life(dated(if_missing="end"))
    life.submit("f")
    assert life.at == []


def test_a_waiting_field_timer_is_computed_again_when_its_field_changes() -> None:
    life = Life(dated(), day="2026-03-10")
    life.submit("f")
    life.set("day", "2026-03-20")
    assert life.due("s") == "2026-03-20T09:00"
    told = len(life.told("waiting"))
    life.set("day", "2026-03-20")  # nothing new, and nothing to tell
    assert len(life.told("waiting")) == told
    life.set("day", None)
    assert life.due("s") is None
    life.set("day", "2026-03-02")  # nine o'clock is now
    assert life.sent == ["before", "with"]


def test_a_waiting_field_timer_whose_date_moves_into_the_past_follows_if_past() -> None:
    life = Life(dated(), day="2026-03-10")
    life.submit("f")
    life.set("day", "2026-02-01")
    assert life.at == ["s.z"]
    assert life.due("s") == "2026-03-03T09:00"


def test_a_waiting_field_timer_is_computed_again_when_the_contact_s_zone_changes() -> None:
    life = Life(dated(), day="2026-03-10")
    life.submit("f")
    life.set("time_zone", "Asia/Tokyo")
    assert life.due("s") == "2026-03-10T00:00"


def stopped(life: Life, *, stops: bool = True) -> None:
    life.flows = [replace(flow, published=not stops) for flow in life.flows]


def test_a_field_timer_of_a_stopped_campaign_follows_its_field_and_runs_nothing() -> None:
    life = Life(dated(), day="2026-03-10")
    life.submit("f")
    stopped(life)
    life.set("day", "2026-03-20")
    assert life.due("s") == "2026-03-20T09:00"
    assert life.told("waiting")[-1] == "waiting s.x: until 2026-03-20 09:00 UTC"
    life.set("day", None)
    assert (life.at, life.due("s")) == (["s.x"], None)
    assert life.told("waiting")[-1] == "waiting s.x: until field day has a date (C9)"
    life.set("day", "2026-03-05")
    assert life.due("s") == "2026-03-05T09:00"
    life.set("time_zone", "Asia/Tokyo")
    assert life.due("s") == "2026-03-05T00:00"
    stopped(life, stops=False)
    life.advance("2 days")
    assert life.sent == []
    life.advance("1 day")
    assert life.sent == ["before", "with"]


@pytest.mark.parametrize(
    ("if_past", "at", "sent"),
    [("skip-step", ["s.z"], []), ("go-on", ["s.z"], ["before", "with"]), ("end", [], [])],
)
def test_a_date_that_is_past_in_a_stopped_campaign_is_dealt_with_when_it_goes_on(
    if_past: str, at: list[str], sent: list[str]
) -> None:
    life = Life(dated(if_past=if_past), day="2026-03-10")
    life.submit("f")
    stopped(life)
    life.set("day", "2026-02-01")
    assert (life.at, life.sent) == (["s.x"], [])
    assert life.told("waiting")[-1] == (
        "waiting s.x: until the campaign goes on, which is stopped (C9)"
    )
    life.sleep("1 hour")
    stopped(life, stops=False)
    life.advance("0 days")
    assert (life.at, life.sent) == (at, sent)


def test_a_timer_that_came_due_in_a_stopped_campaign_still_follows_its_field() -> None:
    life = Life(dated(), day="2026-03-10")
    life.submit("f")
    stopped(life)
    life.sleep("10 days")
    life.set("day", "2026-03-20")
    assert life.due("s") == "2026-03-20T09:00"
    stopped(life, stops=False)
    life.advance("1 hour")
    assert life.sent == []


def test_a_delay_is_not_computed_again() -> None:
    life = Life(dated(), day="2026-03-01")
    life.submit("f")
    before = life.state.positions
    life.set("time_zone", "Asia/Tokyo")
    life.set("day", "2026-03-09")
    assert life.state.positions == before


def test_it_never_fires_twice_for_one_entry() -> None:
    life = Life(dated(), day="2026-03-10")
    life.submit("f")
    life.advance("8 days")
    life.set("day", "2026-03-12")
    life.advance("8 days")
    assert life.sent == ["before", "with", "after"]


def test_a_field_that_changes_twice_in_a_turn_is_computed_with_the_last_value() -> None:
    text = """
    goals: {a: {when: {web-form-submitted: f}}, b: {when: {tag-applied: t}}}
    sequences:
      s: {after: [a], steps: {x: {wait: {until-field: day}, send-email: mail}}}
      r:
        after: [b]
        steps:
          one: {set-field: {field: day, value: "2026-03-01"}}
          two: {set-field: {field: day, value: "2026-03-20"}}
    """
    life = Life(text, day="2026-03-10")
    life.submit("f")
    life.tag("t")
    assert life.due("s") == "2026-03-20T00:00"


def test_one_stopped_by_the_same_event_is_not_computed_again() -> None:
    text = """
    goals: {a: {when: {web-form-submitted: f}}, b: {when: {field-changed: day}, after: [s]}}
    sequences: {s: {after: [a], steps: {x: {wait: {until-field: day}, send-email: mail}}}}
    """
    life = Life(text, day="2026-03-10")
    life.submit("f")
    life.set("day", "2026-03-01")
    assert life.at == []
    assert life.sent == []


def test_timers_that_were_due_while_the_engine_was_down_are_handled_once_late() -> None:
    text = """
    goals: {a: {when: {web-form-submitted: f}}}
    sequences: {s: {after: [a, s], steps: {x: {wait: 1 day, send-email: mail}}}}
    """
    life = Life(text)
    life.submit("f")
    life.sleep("10 days")
    life.advance("0 days")
    assert life.sent == ["mail"]
    assert life.due("s") == "2026-03-13T09:00"


def test_and_still_honour_weekdays_and_hours() -> None:
    text = """
    goals: {a: {when: {web-form-submitted: f}}}
    sequences:
      s:
        after: [a]
        steps: {x: {wait: {for: 4 days, at: "09:00", weekdays: mon-fri}, send-email: mail}}
    """
    life = Life(text)
    life.submit("f")
    life.sleep("5 days")
    life.advance("0 days")
    assert life.sent == []
    assert life.due("s") == "2026-03-09T09:00"
    assert life.told("waiting")[-1] == "waiting s.x: until 2026-03-09 09:00 UTC, late (C9)"
    life.set("time_zone", "Asia/Tokyo")
    life.sleep("4 days")
    life.advance("0 days")
    assert life.sent == ["mail"]


def test_a_late_field_timer_has_had_its_date() -> None:
    life = Life(dated(weekdays="mon-fri"), day="2026-03-06")
    life.submit("f")
    life.sleep("5 days")
    life.advance("0 days")
    life.set("day", "2026-03-30")
    assert life.due("s") == "2026-03-09T09:00"


YEARLY = {"until-field": "birthday", "every": "year"}


@pytest.mark.parametrize(
    ("more", "birthday", "over"),
    [
        ({}, "1990-05-10", "2026-05-10T00:00"),
        ({}, "1990-02-10", "2027-02-10T00:00"),
        ({}, "2030-02-10", "2030-02-10T00:00"),
        ({}, "1988-02-29", "2027-02-28T00:00"),
        ({"at": "09:00"}, "1990-03-02", "2027-03-02T09:00"),
        ({"at": "09:01"}, "1990-03-02", "2026-03-02T09:01"),
        ({"offset": "-1 week"}, "1990-03-10", "2026-03-03T00:00"),
        ({"offset": "-1 week"}, "1990-03-05", "2027-02-26T00:00"),
        ({"offset": "3 months"}, "1990-12-20", "2026-03-20T00:00"),
        ({"offset": "30 months"}, "1990-10-01", "2026-04-01T00:00"),
        ({"weekdays": "mon-fri"}, "1990-05-10", "2026-05-11T00:00"),
        ({}, "", "missing"),
    ],
)
def test_an_anniversary_is_the_next_that_is_yet_to_come(
    more: dict[str, str], birthday: str, over: str
) -> None:
    assert ends({**YEARLY, **more}, birthday=birthday) == over


def test_there_is_no_anniversary_beyond_the_calendar() -> None:
    start = instant("9999-06-01T00:00")
    wait = Wait.model_validate(YEARLY)
    assert due(wait, start, Contact(1, {"birthday": "1990-05-10"}), start, "UTC") == At(NEVER)


def test_a_yearly_wait_on_a_loop_greets_once_a_year() -> None:
    life = Life(
        """
        goals: {g: {when: {web-form-submitted: f}}}
        sequences:
          s:
            after: [g, s]
            steps: {x: {wait: {until-field: birthday, every: year, at: '09:00'}, send-email: hi}}
        """,
        birthday="1990-05-10",
    )
    life.submit("f")
    life.advance("3 years")
    assert life.sent == ["hi", "hi", "hi"]
    assert life.due("s") == "2029-05-10T09:00"
