"""Catching up with new steps (M4), and what an entry says of timers (M5)."""

from __future__ import annotations

import pytest

from account_engine.catalogue import NOTHING
from account_engine.contacts import Contact, ContactState
from account_engine.merging import merge
from account_engine.position import Position, Status
from package_format.campaign.places import Place, PlaceSort
from package_format.upgrades.answers import Answer, Outcome, Via
from tests.account_engine.lives import Life, shown
from tests.account_engine.test_migration import A, B, C, campaign, finished, waiting_at_b

NEW = "new: {send-email: new}"
WEEK = "[{added: campaign/c.s.new, catch-up: 7 days}]"
DAYS = ["mail-a", "new", "mail-b", "mail-c"]


def queued(text: str = campaign(A)) -> Life:
    """A contact who has had mail a, and has been queued for a day."""
    life = Life(text)
    life.submit("f")
    life.advance("2 days")
    assert life.at == ["s queued"]
    return life


class TestM4CatchingUp:
    def test_a_step_inserted_upstream_runs_next_and_the_wait_goes_on_as_it_was(self) -> None:
        life = waiting_at_b()
        due = life.due("s")
        life.upgrade(campaign(A, NEW, B, C), WEEK)
        assert life.sent == ["mail-a"]
        assert life.due("s") == shown(life.now)
        life.advance("0 days")
        assert life.sent == ["mail-a", "new"]
        assert life.at == ["s.b"]
        assert life.due("s") == due
        assert finished(life) == DAYS

    def test_it_is_told_why(self) -> None:
        life = waiting_at_b()
        life.upgrade(campaign(A, NEW, B, C), WEEK)
        assert life.told("migrated") == [
            (
                "migrated s.b: from s.b to s.b (same address, M2); "
                "first s.new, put in before (M4), at 2026-03-03 21:00 UTC"
            )
        ]
        life.advance("0 days")
        assert life.told("passed", "waiting")[-1] == "passed s.new: sent email new"

    def test_what_was_passed_does_not_run_again(self) -> None:
        life = waiting_at_b()
        life.upgrade(campaign(NEW, A, B, C), WEEK)
        assert life.due("s") == shown(life.now)
        assert finished(life) == DAYS

    @pytest.mark.parametrize(("window", "sent"), [("12 hours", DAYS), ("11 hours", [])])
    def test_only_who_came_lately_is_caught_up(self, window: str, sent: list[str]) -> None:
        life = waiting_at_b()
        entry = WEEK.replace("7 days", window)
        life.upgrade(campaign(A, NEW, B, C), entry)
        assert finished(life) == (sent or ["mail-a", "mail-b", "mail-c"])

    def test_a_step_appended_where_contacts_are_queued_runs_for_them_and_they_stay_queued(
        self,
    ) -> None:
        life = queued()
        life.upgrade(campaign(A, NEW), WEEK)
        assert life.at == ["s queued"]
        assert finished(life) == ["mail-a", "new"]
        assert life.at == ["s queued"]
        assert life.due("s") is None
        life.tag("out")
        assert life.at == []

    def test_how_long_one_is_queued_counts_and_not_how_long_one_is_in_the_sequence(self) -> None:
        life = Life(campaign("a: {wait: 20 days, send-email: mail-a}"))
        life.submit("f")
        life.advance("21 days")
        life.upgrade(campaign("a: {wait: 20 days, send-email: mail-a}", NEW), WEEK)
        assert finished(life) == ["mail-a", "new"]

    def test_its_own_wait_counts_from_when_they_came_to_where_they_stand(self) -> None:
        life = queued()
        life.upgrade(campaign(A, "new: {wait: 3 days, send-email: new}"), WEEK)
        assert life.due("s") == "2026-03-06T09:00"
        assert finished(life) == ["mail-a", "new"]

    def test_one_that_would_be_over_already_runs_in_the_next_hours_that_it_allows(self) -> None:
        life = waiting_at_b()
        wait = '{for: 1 hour, at: "08:00", weekdays: mon-fri}'
        life.upgrade(campaign(A, f"new: {{wait: {wait}, send-email: new}}", B, C), WEEK)
        assert life.due("s") == "2026-03-04T08:00"
        assert finished(life) == DAYS

    def test_and_still_honours_them_when_it_is_handled_late(self) -> None:
        life = waiting_at_b()
        wait = '{for: 1 hour, at: "08:00", weekdays: [wed]}'
        life.upgrade(campaign(A, f"new: {{wait: {wait}, send-email: new}}", B, C), WEEK)
        life.sleep("36 hours")
        life.advance("0 days")
        assert life.sent == ["mail-a"]
        assert life.due("s") == "2026-03-11T08:00"
        assert finished(life) == DAYS

    def test_the_wait_behind_it_is_over_no_sooner_than_the_new_step_has_run(self) -> None:
        life = waiting_at_b()
        life.upgrade(campaign(A, "new: {wait: 5 days, send-email: new}", B, C), WEEK)
        assert life.due("s") == "2026-03-08T09:00"
        life.advance("5 days")
        assert life.sent == ["mail-a", "new", "mail-b"]
        assert life.due("s") == "2026-03-10T09:00"

    @pytest.mark.parametrize(
        ("wait", "sent"),
        [
            ("{until: 2026-03-04T10:00}", DAYS),
            ("{until: 2026-03-01T10:00}", ["mail-a", "mail-b", "mail-c"]),
            ("{until: 2026-03-01T10:00, if-past: end}", ["mail-a", "mail-b", "mail-c"]),
            ("{until: 2026-03-01T10:00, if-past: go-on}", DAYS),
            ("{until-field: day}", ["mail-a", "mail-b", "mail-c"]),
        ],
    )
    def test_a_date_that_is_past_or_missing_neither_holds_nor_ends_anybody(
        self, wait: str, sent: list[str]
    ) -> None:
        life = waiting_at_b()
        life.upgrade(campaign(A, f"new: {{wait: {wait}, send-email: new}}", B, C), WEEK)
        assert finished(life) == sent

    def test_a_condition_is_looked_at_when_the_step_runs(self) -> None:
        life = waiting_at_b()
        step = "new: {if: {tag: vip}, send-email: new}"
        life.upgrade(campaign(A, step, B, C), WEEK)
        assert finished(life) == ["mail-a", "mail-b", "mail-c"]
        assert "skipped s.new: its condition does not hold" in life.told("skipped")

    def test_several_new_steps_run_in_order_each_after_its_wait(self) -> None:
        life = waiting_at_b()
        entries = (
            "[{added: campaign/c.s.y, catch-up: 7 days}, {added: campaign/c.s.x, catch-up: 1 day}]"
        )
        x, y = "x: {send-email: x}", "y: {wait: 6 hours, send-email: y}"
        life.upgrade(campaign(x, A, y, B, C), entries)
        life.advance("0 days")
        assert life.sent == ["mail-a", "x"]
        assert life.due("s") == "2026-03-04T03:00"
        assert finished(life) == ["mail-a", "x", "y", "mail-b", "mail-c"]

    def test_only_those_that_an_entry_names(self) -> None:
        life = waiting_at_b()
        life.upgrade(campaign(A, "other: {send-email: other}", NEW, B, C), WEEK)
        assert finished(life) == DAYS
        life = queued()
        life.upgrade(campaign(A, NEW, "other: {send-email: other}"), WEEK)
        assert finished(life) == ["mail-a", "new"]

    def test_an_owner_s_own_step_is_not_run_again(self) -> None:
        life = Life(campaign("own-call: {create-task: call}", A, B, C))
        life.submit("f")
        life.advance("36 hours")
        life.upgrade(campaign(NEW, "own-call: {create-task: call}", A, B, C), WEEK)
        assert finished(life) == ["call", *DAYS]

    def test_whoever_comes_later_gets_it_in_its_place(self) -> None:
        life = waiting_at_b()
        life.upgrade(campaign(A, NEW, B, C), WEEK)
        life.tag("out")
        assert life.at == []
        life.submit("f")
        assert finished(life) == ["mail-a", *DAYS]

    def test_one_who_has_left_the_sequence_is_not_caught_up(self) -> None:
        more = "  t: {after: [s], steps: {x: {wait: 9 days, send-email: x}}}"
        life = Life(campaign(A, more=more))
        life.submit("f")
        life.advance("2 days")
        assert life.at == ["t.x"]
        life.upgrade(campaign(A, NEW, more=more), WEEK)
        assert finished(life) == ["mail-a", "x"]

    def test_one_who_waits_at_a_join_is_not_caught_up_with_a_step_of_a_way_to_it(self) -> None:
        more = (
            "  t: {after: [in], steps: {x: {wait: 9 days, send-email: x}}}\n"
            "  u: {after: [j], steps: {z: {send-email: z}}}\n"
            "joins: {j: {after: [s, t]}}\n"
        )
        life = Life(campaign(A, more=more))
        life.submit("f")
        life.advance("2 days")
        life.upgrade(campaign(A, NEW, more=more), WEEK)
        assert life.at == ["j joining", "t.x"]
        assert finished(life) == ["mail-a", "x", "z"]

    def test_one_whose_step_goes_at_the_same_time_is_caught_up_too(self) -> None:
        life = waiting_at_b()
        due = life.due("s")
        life.upgrade(campaign(A, NEW, C), WEEK)
        life.advance("0 days")
        assert life.sent == ["mail-a", "new"]
        assert life.at == ["s.c"]
        assert life.due("s") == due

    def test_one_who_is_about_to_leave_is_caught_up_before_they_do(self) -> None:
        life = waiting_at_b(campaign(A, B))
        due = life.due("s")
        life.upgrade(campaign(A, NEW), WEEK)
        assert life.at == ["end of s"]
        life.advance("0 days")
        assert life.sent == ["mail-a", "new"]
        assert life.due("s") == due
        life.advance("2 days")
        assert life.at == ["s queued"]

    def test_one_who_is_sent_into_another_sequence_is_not(self) -> None:
        life = waiting_at_b()
        entries = (
            "[{removed: campaign/c.s.b, contacts: {continue-at: campaign/c.t.x}}, "
            "{added: campaign/c.t.new, catch-up: 7 days}]"
        )
        more = "  t: {after: [s], steps: {new: {send-email: new}, x: {send-email: x}}}"
        life.upgrade(campaign(A, C, more=more), entries)
        assert finished(life) == ["mail-a", "x"]

    def test_a_goal_ends_what_is_owed_too(self) -> None:
        life = queued()
        life.upgrade(campaign(A, NEW), WEEK)
        life.tag("out")
        assert finished(life) == ["mail-a"]

    def test_what_the_new_step_causes_is_heard(self) -> None:
        life = waiting_at_b()
        life.upgrade(campaign(A, "new: {apply-tag: out}", B, C), WEEK)
        life.advance("0 days")
        assert life.at == []

    def test_a_date_in_a_field_that_changes_meanwhile_moves_the_wait_behind(self) -> None:
        dated = "b: {wait: {until-field: day}, send-email: mail-b}"
        life = waiting_at_b(campaign(A, dated, C))
        late = "new: {wait: 2 days, send-email: new}"
        life.upgrade(campaign(A, late, dated, C), WEEK)
        assert life.due("s") == "2026-03-05T09:00"
        life.set("day", "2026-03-20")
        assert life.due("s") == "2026-03-05T09:00"
        life.advance("2 days")
        assert life.sent == ["mail-a", "new"]
        assert life.due("s") == "2026-03-20T00:00"

    def test_one_who_finishes_on_the_old_version_is_not_caught_up(self) -> None:
        life = waiting_at_b()
        stays = Answer(Outcome.FINISH_ON_OLD, Via.OWNER)
        life.upgrade(campaign(A, NEW, B, C), WEEK, owner={Place("s", "b", PlaceSort.WAIT): stays})
        assert finished(life) == ["mail-a", "mail-b", "mail-c"]

    def test_positions_that_meet_are_caught_up_once(self) -> None:
        two = "  t: {after: [in], steps: {x: {wait: 4 days, send-email: x}}}"
        life = Life(campaign(A, B, more=two))
        life.submit("f")
        life.advance("36 hours")
        entries = (
            "[{removed: campaign/c.t, contacts: {continue-at: campaign/c.s.b}}, "
            "{added: campaign/c.s.new, catch-up: 7 days}]"
        )
        life.upgrade(campaign(A, NEW, B), entries)
        assert finished(life) == ["mail-a", "new", "mail-b"]


class TestWhileCatchingUp:
    def test_another_upgrade_keeps_what_is_owed_and_when(self) -> None:
        life = waiting_at_b()
        late = "new: {wait: 1 day, send-email: new}"
        life.upgrade(campaign(A, late, B, C), WEEK)
        due = life.due("s")
        life.upgrade(campaign(A, late, B, "d: {send-email: d}", C))
        assert life.due("s") == due
        assert finished(life) == ["mail-a", "new", "mail-b", "d", "mail-c"]

    def test_it_is_renamed_and_still_owed(self) -> None:
        life = waiting_at_b()
        life.upgrade(campaign(A, NEW, B, C), WEEK)
        moved = "[{moved: campaign/c.s.new, to: campaign/c.s.newer}]"
        life.upgrade(campaign(A, "newer: {send-email: new}", B, C), moved)
        assert finished(life) == DAYS

    @pytest.mark.parametrize("text", [campaign(A, B, C), campaign(A, B, NEW, C)])
    def test_it_goes_or_comes_to_stand_downstream_and_is_owed_no_more(self, text: str) -> None:
        life = waiting_at_b()
        due = life.due("s")
        life.upgrade(campaign(A, NEW, B, C), WEEK)
        life.upgrade(text)
        assert life.due("s") == due
        assert life.position("s").resumes is None
        assert sorted(set(finished(life))) == sorted(finished(life))

    def test_the_step_behind_goes_and_the_new_one_is_owed_still(self) -> None:
        life = waiting_at_b()
        due = life.due("s")
        life.upgrade(campaign(A, NEW, B, C), WEEK)
        life.upgrade(campaign(A, NEW, C))
        assert life.due("s") == shown(life.now)
        life.advance("0 days")
        assert life.due("s") == due
        assert finished(life) == ["mail-a", "new", "mail-c"]

    def test_its_wait_changes_and_counts_from_when_they_came(self) -> None:
        life = waiting_at_b()
        life.upgrade(campaign(A, "new: {wait: 1 day, send-email: new}", B, C), WEEK)
        life.upgrade(campaign(A, "new: {wait: 20 hours, send-email: new}", B, C))
        assert life.due("s") == "2026-03-04T05:00"

    def test_going_back_and_forth_again_sends_nothing_twice(self) -> None:
        life = waiting_at_b()
        life.upgrade(campaign(A, NEW, B, C), WEEK)
        life.advance("0 days")
        life.upgrade(campaign(A, B, C))
        life.upgrade(campaign(A, NEW, B, C), WEEK)
        assert finished(life) == DAYS

    def test_going_back_before_it_has_run_forgets_it(self) -> None:
        life = waiting_at_b()
        before = life.position("s")
        life.upgrade(campaign(A, NEW, B, C), WEEK)
        life.upgrade(campaign(A, B, C))
        assert life.due("s") == shown(before.due)
        assert finished(life) == ["mail-a", "mail-b", "mail-c"]

    def test_three_upgrades_and_one_jump_come_to_the_same(self) -> None:
        two = campaign(A, "x: {send-email: x}", B, C)
        three = campaign("y: {send-email: y}", A, "x: {send-email: x}", B, C)
        four = campaign("y: {send-email: y}", A, "z: {send-email: x}", B.replace("2", "3"), C)
        first = "- {added: campaign/c.s.x, catch-up: 7 days}\n"
        second = "- {added: campaign/c.s.y, catch-up: 1 day}\n"
        third = "- {moved: campaign/c.s.x, to: campaign/c.s.z}\n"
        third += "- {changed: campaign/c.s.b, timer: keep}\n"
        hops, jump = waiting_at_b(), waiting_at_b()
        hops.upgrade(two, first)
        hops.upgrade(three, second)
        hops.upgrade(four, third)
        jump.upgrade(four, first + second + third)
        assert _seen(hops) == _seen(jump)
        assert finished(hops) == finished(jump) == ["mail-a", "y", "x", "mail-b", "mail-c"]


def _seen(life: Life) -> tuple[str | None, str | None, list[str]]:
    position = life.position("s")
    addresses = life.current().addresses
    owed = [addresses[number] for number in position.owed]
    return shown(position.due), shown(position.resumes), owed


LONGER, SHORTER = B.replace("2 days", "5 days"), B.replace("2 days", "1 hour")


def said(timer: str) -> str:
    return f"[{{changed: campaign/c.s.b, timer: {timer}}}]"


class TestM5WhatAnEntrySaysOfATimer:
    @pytest.mark.parametrize(
        ("timer", "due"),
        [
            ("credit", "2026-03-08T09:00"),
            ("keep", "2026-03-05T09:00"),
            ("restart", "2026-03-08T21:00"),
        ],
    )
    def test_a_delay_that_changes_is_credited_kept_or_begun_anew(
        self, timer: str, due: str
    ) -> None:
        life = waiting_at_b()
        life.upgrade(campaign(A, LONGER, C), said(timer))
        assert life.due("s") == due
        assert finished(life) == ["mail-a", "mail-b", "mail-c"]

    def test_one_whose_wait_has_not_changed_is_left_alone(self) -> None:
        life = waiting_at_b()
        life.upgrade(campaign(A, B, C), said("restart"))
        assert life.due("s") == "2026-03-05T09:00"

    def test_another_step_is_credited(self) -> None:
        life = waiting_at_b()
        life.upgrade(campaign(A, LONGER, C), "[{changed: campaign/c.s.c, timer: keep}]")
        assert life.due("s") == "2026-03-08T09:00"

    def test_a_step_that_is_renamed_too_is_known_by_its_new_name(self) -> None:
        life = waiting_at_b()
        entries = (
            "[{moved: campaign/c.s.b, to: campaign/c.s.x}, {changed: campaign/c.s.x, timer: keep}]"
        )
        life.upgrade(campaign(A, LONGER.replace("b:", "x:"), C), entries)
        assert life.due("s") == "2026-03-05T09:00"

    def test_a_kept_moment_that_has_passed_is_handled_in_the_hours_of_the_new_wait(self) -> None:
        life = waiting_at_b()
        life.sleep("3 days")
        wait = '{for: 9 days, at: "08:00", weekdays: [mon]}'
        life.upgrade(campaign(A, f"b: {{wait: {wait}, send-email: mail-b}}", C), said("keep"))
        life.advance("0 days")
        assert life.sent == ["mail-a"]
        assert life.due("s") == "2026-03-09T08:00"

    def test_a_kept_moment_still_follows_the_field_that_it_is_counted_from(self) -> None:
        day = "b: {wait: {until-field: day, offset: %s}, send-email: mail-b}"
        life = waiting_at_b(campaign(A, day % "-1 day", C))
        life.set("day", "2026-03-20")
        life.upgrade(campaign(A, day % "-3 days", C), said("keep"))
        assert life.due("s") == "2026-03-19T00:00"
        life.set("day", "2026-03-30")
        assert life.due("s") == "2026-03-27T00:00"

    def test_where_there_is_no_moment_to_keep_the_new_delay_is_credited(self) -> None:
        life = waiting_at_b(campaign(A, "b: {wait: {until-field: day}, send-email: mail-b}", C))
        life.upgrade(campaign(A, B, C), said("keep"))
        assert life.due("s") == "2026-03-05T09:00"

    def test_one_who_was_sent_elsewhere_keeps_their_due_time_whatever_is_said(self) -> None:
        life = waiting_at_b()
        due = life.due("s")
        life.upgrade(campaign(A, C))
        life.upgrade(
            campaign(A, C.replace("2 days", "9 days")),
            "[{changed: campaign/c.s.c, timer: restart}]",
        )
        assert life.due("s") == due

    def test_a_kept_timer_and_back_is_as_it_was_and_one_begun_anew_is_not(self) -> None:
        kept, anew = waiting_at_b(), waiting_at_b()
        kept.upgrade(campaign(A, LONGER, C), said("keep"))
        kept.upgrade(campaign(A, B, C))
        assert kept.due("s") == "2026-03-05T09:00"
        anew.upgrade(campaign(A, LONGER, C), said("restart"))
        anew.upgrade(campaign(A, B, C))
        assert anew.due("s") == "2026-03-05T21:00"

    def test_a_timer_changes_under_one_who_is_being_caught_up(self) -> None:
        life = waiting_at_b()
        restart = "{changed: campaign/c.s.b, timer: restart}"
        life.upgrade(campaign(A, NEW, LONGER, C), WEEK.replace("]", f", {restart}]"))
        life.advance("0 days")
        assert life.sent == ["mail-a", "new"]
        assert life.due("s") == "2026-03-08T21:00"


def test_a_position_knows_when_somebody_came_there() -> None:
    position = Position(1, 1, "s", Status.RUNNING, "a", 1, entered=5)
    assert position.came == 5
    assert position.queued(9).came == 9
    assert position.resumed() is position


def test_one_who_is_merged_into_another_gets_what_they_were_owed() -> None:
    dated = "b: {wait: {until-field: day}, send-email: mail-b}"
    life = waiting_at_b(campaign(A, dated, C))
    life.upgrade(campaign(A, "new: {wait: 2 days, send-email: new}", dated, C), WEEK)
    due = life.due("s")
    survivor = ContactState(Contact(2, {"email": "ada@example.com", "day": "2026-03-20"}))
    merged = merge(life.flows, survivor, life.state, now=life.now, zone="UTC", catalogue=NOTHING)
    (position,) = merged.state.positions
    assert (shown(position.due), shown(position.resumes)) == (due, "2026-03-20T00:00")
    life.state = merged.state
    life.advance("2 days")
    assert life.sent == ["mail-a", "new"]
    assert life.due("s") == "2026-03-20T00:00"
