"""Terms: who is caught up with what is new (M4), and what becomes of the time of who waits (M5)."""

from __future__ import annotations

import yaml

from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.campaign.timers import Duration
from package_format.references import Address
from package_format.upgrades.answers import Answer, answers
from package_format.upgrades.entry_data import read_entries
from package_format.upgrades.lineage import survivors
from package_format.upgrades.staying import timer, windows
from package_format.upgrades.terms import Timer

C = Address.parse("campaign/c")
WEEK = Duration(7, "day")
ADDED = "{added: campaign/c.s.new, catch-up: 7 days}"


def said(entries: str, sequence: str = "s") -> dict[str, Duration]:
    return windows(Address.parse(f"campaign/c.{sequence}"), read_entries(yaml.safe_load(entries)))


def kept(entries: str, step: str = "s.b") -> Timer:
    return timer(Address.parse(f"campaign/c.{step}"), read_entries(yaml.safe_load(entries)))


def test_a_step_is_caught_up_with_in_the_sequence_that_it_was_added_to() -> None:
    assert said(f"[{ADDED}]") == {"new": WEEK}
    assert said(f"[{ADDED}]", "t") == {}


def test_names_that_change_are_followed() -> None:
    before = "{moved: campaign/c.r, to: campaign/c.s}"
    after = (
        "{moved: campaign/c.s.new, to: campaign/c.s.newer}, {moved: campaign/c.s, to: campaign/c.t}"
    )
    assert said(f"[{before}, {ADDED}, {after}]", "r") == {"newer": WEEK}
    assert said(f"[{ADDED}, {before}]", "r") == {}


def test_a_step_that_is_gone_again_or_elsewhere_is_not_caught_up_with() -> None:
    assert said(f"[{ADDED}, {{removed: campaign/c.s.new}}]") == {}
    assert said(f"[{ADDED}, {{moved: campaign/c.s.new, to: campaign/c.t.new}}]") == {}
    assert said(f"[{ADDED}, {{moved: campaign/c.s.new, to: campaign/c.t.new}}]", "t") == {}
    assert said(f"[{ADDED}, {{removed: campaign/c.s}}]") == {}


def test_a_timer_is_credited_unless_something_else_is_said_and_the_last_word_counts() -> None:
    assert kept("[]") is Timer.CREDIT
    assert kept("[{changed: campaign/c.s.b, timer: keep}]") is Timer.KEEP
    assert kept("[{changed: campaign/c.s.c, timer: keep}]") is Timer.CREDIT
    keep, restart = (
        "{changed: campaign/c.s.b, timer: keep}",
        "{changed: campaign/c.s.b, timer: restart}",
    )
    assert kept(f"[{keep}, {restart}]") is Timer.RESTART
    moved = "{moved: campaign/c.s.b, to: campaign/c.s.x}"
    assert kept(f"[{moved}, {{changed: campaign/c.s.x, timer: keep}}]") is Timer.KEEP
    assert kept(f"[{keep}, {{removed: campaign/c.s.b}}]") is Timer.CREDIT


def flow(*steps: str, **waits: object) -> Flow:
    goals = {
        "in": {"when": {"web-form-submitted": "f"}},
        "out": {"when": {"tag-applied": "x"}, "after": "all"},
    }
    sequence = {
        "after": "in",
        "steps": {step: {"wait": waits.get(step, "1 day")} for step in steps},
    }
    return Flow(
        Campaign.model_validate({"title": "C", "goals": goals, "sequences": {"s": sequence}})
    )


def found(old: Flow, new: Flow, entries: str) -> dict[str, Answer | None]:
    return {
        str(place): a for place, a in answers(old, new, C, read_entries(yaml.safe_load(entries)))
    }


def test_answers_say_what_runs_first_for_those_behind_a_new_step() -> None:
    there = found(flow("a", "b"), flow("a", "new", "b"), f"[{ADDED}]")
    assert {
        place: [each.step for each in answer.catch_up] for place, answer in there.items() if answer
    } == {"s.a": [], "s.b": ["new"], "the end of s": ["new"]}


def test_nobody_is_caught_up_with_a_step_that_was_there() -> None:
    there = found(flow("a", "new", "b"), flow("new", "a", "b"), f"[{ADDED}]")
    assert all(answer is not None and not answer.catch_up for answer in there.values())


def timed(wait: object, entries: str, *, old: object = "1 day") -> Timer:
    """Return what becomes of the time of those at step b, if that waits so from now on."""
    before, after = flow("a", "b", b=old), flow("a", "b", b=wait)
    answer = found(before, after, entries)["s.b"]
    assert answer is not None
    return answer.timer


RESTART = "[{changed: campaign/c.s.b, timer: restart}]"
KEEP = RESTART.replace("restart", "keep")


def test_a_timer_is_only_said_of_a_wait_that_differs() -> None:
    assert timed("2 days", RESTART) is Timer.RESTART
    assert timed("1 day", RESTART) is Timer.CREDIT
    assert timed({"for": "1 days"}, KEEP) is Timer.CREDIT


def test_a_wait_for_a_date_cannot_begin_anew_but_be_kept() -> None:
    date = {"until": "2026-03-20T09:00"}
    assert timed(date, RESTART) is Timer.CREDIT
    assert timed(date, KEEP) is Timer.KEEP
    assert timed("2 days", RESTART, old=date) is Timer.RESTART


def test_a_timer_is_only_said_of_who_stays_at_the_same_place() -> None:
    goes = found(flow("a", "b", "c"), flow("a", "c", c="2 days"), RESTART)["s.b"]
    assert goes is not None
    assert goes.timer is Timer.CREDIT


def test_what_survives_is_named_as_the_new_version_names_it() -> None:
    """Also in another campaign, and in another package."""
    entries = read_entries(
        [
            {"moved": "campaign/c.s.a", "to": "campaign/c.s.x"},
            {"moved": "campaign/c.s.b", "to": "campaign/d.t.b"},
            {"moved": "campaign/c.s.d", "to": "other/one:campaign/d.t.d"},
            {"removed": "campaign/c.s.e"},
        ]
    )
    here, there = Address.parse("acme/one:campaign/c"), Address.parse("acme/one:campaign/new")
    found = survivors(flow("a", "b", "c", "d", "e"), here, entries, there)
    assert {str(address) for address in found if len(address.inner) > 1} == {
        "acme/one:campaign/new.s.x", "acme/one:campaign/d.t.b", "acme/one:campaign/new.s.c",
        "other/one:campaign/d.t.d",
    }  # fmt: skip
