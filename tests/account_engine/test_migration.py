"""Contacts in flight: every way in which a campaign may change under them (M0-M10)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from account_engine.contacts import Contact, ContactState
from account_engine.position import Position, Status
from account_engine.upgrading.migration import accounted_for, everyone, migrate
from account_engine.upgrading.travelled import Migrated, Travelled, place_of
from package_format.campaign.places import Place, PlaceSort
from package_format.upgrades.answers import Answer, Outcome, Via
from tests.account_engine.lives import Life, live, shown

GOALS = """
goals:
  in: {when: {web-form-submitted: f}}
  out: {when: {tag-applied: out}, after: all}
"""
A = "a: {wait: 1 day, send-email: mail-a}"
B = "b: {wait: 2 days, send-email: mail-b}"
C = "c: {wait: 2 days, send-email: mail-c}"


def campaign(*steps: str, more: str = "", says: str = "") -> str:
    """Write a campaign of one sequence `s`."""
    listed = "".join(f"      {step}\n" for step in steps)
    return f"{GOALS}sequences:\n  s:\n    after: [in]\n    {says}\n    steps:\n{listed}{more}"


def waiting_at_b(text: str = campaign(A, B, C)) -> Life:
    """A contact who has had mail a, and has waited half a day for mail b."""
    life = Life(text)
    life.submit("f")
    life.advance("1 day")
    life.advance("12 hours")
    assert life.at == ["s.b"]
    return life


def finished(life: Life) -> list[str]:
    """Run to the end, and say what was sent."""
    life.advance("30 days")
    return life.sent


class TestM0MigrationRunsNoStep:
    def test_an_upgrade_sends_nothing_and_causes_nothing(self) -> None:
        life = waiting_at_b()
        effects = list(life.effects)
        life.upgrade(campaign("new: {send-email: new}", "b: {wait: 0 days, send-email: mail-b}"))
        assert life.effects == effects
        assert {line.what for line in life.story if line.at == life.now} == {"migrated"}

    def test_a_flow_that_stays_the_same_changes_nothing_but_the_version(self) -> None:
        life = waiting_at_b()
        before = life.state
        life.upgrade(campaign(A, B, C))
        expected = tuple(replace(position, version=2) for position in before.positions)
        assert life.state == replace(before, positions=expected)
        assert life.told("migrated") == []
        assert finished(life) == ["mail-a", "mail-b", "mail-c"]


class TestM1StepsThatKeepTheirKeyKeepTheirContacts:
    def test_a_step_is_renamed(self) -> None:
        life = waiting_at_b()
        due = life.due("s")
        entry = "[{moved: campaign/c.s.b, to: campaign/c.s.nudge}]"
        life.upgrade(campaign(A, B.replace("b:", "nudge:"), C), entry)
        assert life.at == ["s.nudge"]
        assert life.due("s") == due
        assert life.told("migrated") == ["migrated s.b: from s.b to s.nudge (entry, M2)"]
        assert finished(life) == ["mail-a", "mail-b", "mail-c"]

    def test_a_sequence_is_renamed(self) -> None:
        life = waiting_at_b()
        entries = life.state.entries
        entry = "[{moved: campaign/c.s, to: campaign/c.t}]"
        life.upgrade(campaign(A, B, C).replace("  s:", "  t:"), entry)
        assert life.at == ["t.b"]
        assert life.state.entries == entries
        assert finished(life) == ["mail-a", "mail-b", "mail-c"]

    def test_the_title_is_changed_at_will(self) -> None:
        life = waiting_at_b()
        life.upgrade("title: Another\n" + campaign(A, B, C))
        assert life.at == ["s.b"]

    def test_another_action_under_the_same_key_keeps_the_wait(self) -> None:
        life = waiting_at_b()
        due = life.due("s")
        life.upgrade(campaign(A, "b: {wait: 2 days, create-task: call}", C))
        assert life.due("s") == due
        assert finished(life) == ["mail-a", "call", "mail-c"]

    def test_another_sort_of_node_under_the_same_key_is_another_node(self) -> None:
        life = waiting_at_b()
        text = GOALS + "decisions: {s: {after: [in], ways: {x: otherwise}}}"
        done = life.upgrade(text)
        assert [place_of(p) for p in done.unanswered] == [Place("s", "b", PlaceSort.WAIT)]
        assert life.at == ["s.b"]


class TestM2WhereContactsGo:
    def test_an_occupied_step_is_removed_without_an_entry(self) -> None:
        life = waiting_at_b()
        due = life.due("s")
        life.upgrade(campaign(A, C))
        assert life.at == ["s.c"]
        assert life.due("s") == due
        life.advance("36 hours")
        assert life.sent == ["mail-a", "mail-c"]

    def test_the_last_step_is_removed_and_its_contacts_queue_when_their_time_comes(self) -> None:
        life = waiting_at_b()
        due = life.due("s")
        life.upgrade(campaign(A))
        assert life.at == ["end of s"]
        assert life.due("s") == due
        life.advance("36 hours")
        assert life.at == ["s queued"]
        life.tag("out")
        assert life.at == []

    def test_an_occupied_step_is_removed_and_its_entry_sends_contacts_on(self) -> None:
        life = waiting_at_b()
        entry = "[{removed: campaign/c.s.b, contacts: {continue-at: campaign/c.t.y}}]"
        text = campaign(
            A, C, more="  t: {after: [s], steps: {x: {send-email: x}, y: {send-email: y}}}"
        )
        life.upgrade(text, entry)
        assert life.at == ["t.y"]
        assert finished(life) == ["mail-a", "y"]

    def test_its_entry_lets_contacts_exit(self) -> None:
        life = waiting_at_b()
        done = life.upgrade(campaign(A, C), "[{removed: campaign/c.s.b, contacts: exit}]")
        assert life.at == []
        assert done.travelled[0].after is None
        assert life.told("migrated") == ["migrated s.b: left by the upgrade (M2)"]

    def test_its_entry_lets_contacts_finish_on_the_old_version(self) -> None:
        life = waiting_at_b()
        life.upgrade(campaign(A, C), "[{removed: campaign/c.s.b, contacts: finish-on-old}]")
        assert [position.version for position in life.state.positions] == [1]
        assert finished(life) == ["mail-a", "mail-b", "mail-c"]

    def test_a_place_without_an_answer_stops_the_migration(self) -> None:
        life = waiting_at_b()
        before = life.state
        text = GOALS + "sequences: {t: {after: [in], steps: {x: {wait: 1 day}}}}"
        done = life.upgrade(text)
        assert [position.where for position in done.unanswered] == ["s.b"]
        assert life.state == before
        assert accounted_for(before, done) == ()

    def test_an_answer_is_void_if_no_goal_listens_any_more(self) -> None:
        life = waiting_at_b()
        done = life.upgrade(campaign(A, B, C).replace("after: all", "after: [x]"))
        assert done.unanswered

    def test_the_owner_s_answer_counts(self) -> None:
        life = waiting_at_b()
        text = GOALS + "sequences: {t: {after: [in], steps: {x: {wait: 1 day, send-email: x}}}}"
        owner = {Place("s", "b", PlaceSort.WAIT): Answer(Outcome.GO_ON, Via.OWNER, "t", "x")}
        life.upgrade(text, owner=owner)
        assert life.at == ["t.x"]
        assert finished(life) == ["mail-a", "x"]

    def test_nobody_is_carried_into_another_campaign(self) -> None:
        life = waiting_at_b()
        there = Answer(Outcome.GO_ON, Via.ENTRY, "s", "b", campaign="campaign/d")
        done = life.upgrade(campaign(A, B), owner={Place("s", "b", PlaceSort.WAIT): there})
        assert done.unanswered

    def test_a_step_that_loses_its_wait_keeps_those_who_wait_there(self) -> None:
        life = waiting_at_b()
        due = life.due("s")
        life.upgrade(campaign(A, "b: {send-email: mail-b}", C))
        assert life.at == ["s.b"]
        assert life.due("s") == due
        assert finished(life) == ["mail-a", "mail-b", "mail-c"]

    def test_positions_on_other_versions_and_in_other_campaigns_stay(self) -> None:
        other = """
        goals: {g: {when: {web-form-submitted: f}}}
        sequences: {s: {after: [g], steps: {b: {wait: 30 days}}}}
        """
        life = Life(campaign(B), other)
        life.submit("f")
        life.upgrade(campaign(C), "[{removed: campaign/c.s.b, contacts: exit}]")
        assert [position.campaign for position in life.state.positions] == [2]


class TestM3NothingIsSentTwice:
    def test_two_steps_are_merged_and_passed_if_either_was(self) -> None:
        entries = """
        - {moved: campaign/c.s.b, to: campaign/c.s.ab}
        - {moved: campaign/c.s.a, to: campaign/c.s.ab}
        """
        life = waiting_at_b()
        life.upgrade(campaign("ab: {wait: 1 day, send-email: mail-ab}", C), entries)
        assert life.at == ["s.ab"]
        assert finished(life) == ["mail-a", "mail-c"]

    def test_those_who_passed_neither_get_the_merged_step(self) -> None:
        entries = """
        - {moved: campaign/c.s.a, to: campaign/c.s.ab}
        - {moved: campaign/c.s.b, to: campaign/c.s.ab}
        """
        life = Life(campaign(A, B, C))
        life.submit("f")
        life.upgrade(campaign("ab: {wait: 1 day, send-email: mail-ab}", C), entries)
        assert life.due("s") == "2026-03-03T09:00"
        assert finished(life) == ["mail-ab", "mail-c"]

    def test_a_step_that_was_gone_and_is_back_is_passed_by_those_who_passed_it(self) -> None:
        life = waiting_at_b()
        life.upgrade(campaign(C))
        life.upgrade(campaign(A.replace("1 day", "3 days"), C, B))
        assert finished(life) == ["mail-a", "mail-c", "mail-b"]

    def test_nor_do_they_get_it_when_they_were_sent_back_before_it_meanwhile(self) -> None:
        text = GOALS + "sequences:\n  r: {after: [in], steps: {w: {wait: 1 day}}}\n"
        text += "  s: {after: [r], steps: {%s}}\n"
        life = Life(text % f"{A}, {B}")
        life.submit("f")
        life.advance("60 hours")
        assert life.at == ["s.b"]
        life.upgrade(text % C, "[{removed: campaign/c.s.b, contacts: "
                     "{continue-at: campaign/c.r.w}}]")  # fmt: skip
        assert life.at == ["r.w"]
        life.upgrade(text % f"{A}, {B}")
        assert finished(life) == ["mail-a", "mail-b"]

    def test_what_they_pass_meanwhile_on_another_way_is_passed_for_those_sent_elsewhere(
        self,
    ) -> None:
        text = GOALS + "sequences:\n%s  s: {after: [in], steps: {x: {wait: 3 days}}}\n"
        text += "  t: {after: [s], steps: {%s}}\n  u: {after: [t], steps: {d: {send-email: d}}}\n"
        long = "  r: {after: [in], steps: {w: {wait: 9 days}}}\n"
        life = Life(text % (long, f"{A}, {B}, {C}"))
        life.submit("f")
        life.advance("4 days")
        assert life.at == ["r.w", "t.b"]
        removed = "[{removed: campaign/c.r, contacts: {continue-at: campaign/c.s.x}}]"
        life.upgrade(text % ("", f"{A}, {B}, {C}"), removed)
        assert life.at == ["s.x", "t.b"]
        assert finished(life) == ["mail-a", "mail-b", "mail-c", "d"]

    def test_where_the_old_flow_led_twice_it_still_does(self) -> None:
        text = GOALS + "sequences:\n%s  s: {after: [in], steps: {x: {wait: 3 days}}}\n"
        text += "  t: {after: [%s], steps: {%s}}\n"
        long = "  r: {after: [in], steps: {w: {wait: 9 days}}}\n"
        life = Life(text % (long, "s, r", f"{A}, {B}"))
        life.submit("f")
        life.advance("4 days")
        removed = "[{removed: campaign/c.r, contacts: {continue-at: campaign/c.s.x}}]"
        life.upgrade(text % ("", "s", f"{A}, {B}"), removed)
        assert finished(life) == ["mail-a", "mail-b", "mail-a", "mail-b"]

    def test_a_step_is_split(self) -> None:
        life = waiting_at_b()
        due = life.due("s")
        life.upgrade(campaign(A, "b: {wait: 2 days}", "b2: {send-email: mail-b}", C))
        assert life.due("s") == due
        assert finished(life) == ["mail-a", "mail-b", "mail-c"]

    def test_steps_are_reordered_and_what_was_passed_is_passed_though_its_timer_runs(self) -> None:
        life = waiting_at_b()
        life.upgrade(campaign(B, A, C))
        life.advance("36 hours")
        assert life.at == ["s.a"]
        assert finished(life) == ["mail-a", "mail-b", "mail-c"]

    def test_a_passed_step_that_moves_into_another_sequence_is_passed_there(self) -> None:
        more = "  t: {after: [s], steps: {x: {wait: 1 day}%s}}"
        life = waiting_at_b(campaign(A, B, more=more % ""))
        text = campaign(B, more=more % ", a: {send-email: mail-a}, z: {send-email: z}")
        life.upgrade(text, "[{moved: campaign/c.s.a, to: campaign/c.t.a}]")
        life.advance("36 hours")
        assert life.at == ["t.x"]
        assert finished(life) == ["mail-a", "mail-b", "z"]

    def test_one_who_moves_along_with_it_does_not_get_it_again(self) -> None:
        more = "  t: {after: [s], steps: {%s}}"
        life = waiting_at_b(campaign(A, B, more=more % "x: {wait: 1 day}"))
        entries = """
        - {moved: campaign/c.s.a, to: campaign/c.t.a}
        - {moved: campaign/c.s.b, to: campaign/c.t.b}
        """
        life.upgrade(campaign(C, more=more % f"{B}, a: {{send-email: mail-a}}"), entries)
        assert life.at == ["t.b"]
        assert life.position("t").entry == 2
        assert finished(life) == ["mail-a", "mail-b"]

    def test_one_who_is_sent_back_upstream_comes_through_without_getting_anything_again(
        self,
    ) -> None:
        two = "  t: {after: [s], steps: {x: {send-email: x}, y: {wait: 1 day, send-email: y}}}"
        life = waiting_at_b(campaign(A, B, more=two))
        life.advance("36 hours")
        assert life.at == ["t.y"]
        entry = "[{removed: campaign/c.t.y, contacts: {continue-at: campaign/c.s.b}}]"
        life.upgrade(campaign(A, B, more=two.replace("y: {wait: 1 day, ", "z: {")), entry)
        assert life.at == ["s.b"]
        assert finished(life) == ["mail-a", "mail-b", "x", "y"]
        life.submit("f")
        assert finished(life)[4:] == ["mail-a", "mail-b", "x", "y"]

    def test_on_a_loop_a_step_is_skipped_once_and_then_runs_again(self) -> None:
        loop = campaign(A, B).replace("after: [in]\n", "after: [in, s]\n")
        life = waiting_at_b(loop)
        entries = """
        - {moved: campaign/c.s.a, to: campaign/c.s.ab}
        - {moved: campaign/c.s.b, to: campaign/c.s.ab}
        """
        life.upgrade(loop.replace(f"      {A}\n", "").replace("b: {", "ab: {"), entries)
        life.advance("7 days")
        assert life.sent == ["mail-a", "mail-b", "mail-b"]
        assert life.due("s") == "2026-03-11T09:00"

    def test_arrows_taken_by_one_of_two_that_meet_lead_to_nothing_new(self) -> None:
        two = """
        goals: {in: {when: {web-form-submitted: f}}, out: {when: {tag-applied: out}, after: all}}
        sequences:
          one: {after: [in], steps: {a: {send-email: a}}}
          two: {after: [in], steps: {b: {wait: 5 days, send-email: b}}}
          three: {after: [one], steps: {c: {send-email: c}, d: {wait: 1 day, send-email: d}}}
        """
        merged = """
        goals: {in: {when: {web-form-submitted: f}}, out: {when: {tag-applied: out}, after: all}}
        sequences:
          one: {after: [in], steps: {a: {send-email: a}, b: {wait: 5 days, send-email: b}}}
          three: {after: [one], steps: {c: {send-email: c}, d: {wait: 1 day, send-email: d}}}
        """
        life = Life(two)
        life.submit("f")
        life.advance("2 days")
        life.upgrade(merged, "[{moved: campaign/c.two, to: campaign/c.one}]")
        assert life.at == ["one.b", "three queued"]
        assert finished(life) == ["a", "c", "d", "b"]

    def test_what_is_skipped_travels_through_decisions_and_joins(self) -> None:
        text = """
        goals: {in: {when: {web-form-submitted: f}}, out: {when: {tag-applied: out}, after: [t]}}
        sequences:
          s: {after: [in], steps: {a: {wait: 1 day, send-email: a}}}
          t: {after: [j], steps: {x: {send-email: x}, y: {wait: 1 day, send-email: y}}}
        decisions: {d: {after: [s], ways: {go: otherwise}}}
        joins: {j: {after: [d.go]}}
        """
        life = Life(text)
        life.submit("f")
        life.advance("1 day")
        assert life.at == ["t.y"]
        entry = "[{removed: campaign/c.t.y, contacts: {continue-at: campaign/c.s}}]"
        life.upgrade(text.replace(", y: {wait: 1 day, send-email: y}", ""), entry)
        assert finished(life) == ["a", "x"]

    def test_what_the_old_flow_would_have_sent_again_is_sent_again(self) -> None:
        text = campaign(A, B, more="  t: {after: [s], steps: {x: {send-email: x}}}")
        life = Life(text)
        life.submit("f")
        life.advance("10 days")
        life.submit("f")
        life.advance("1 day")
        assert life.at == ["s.b", "t queued"]
        renamed = text.replace("  s:", "  r:").replace("[s]", "[r]")
        life.upgrade(renamed, "[{moved: campaign/c.s, to: campaign/c.r}]")
        assert finished(life) == ["mail-a", "mail-b", "x"] * 2

    def test_a_later_entry_runs_every_step_again(self) -> None:
        life = waiting_at_b()
        entries = """
        - {moved: campaign/c.s.a, to: campaign/c.s.bc}
        - {moved: campaign/c.s.b, to: campaign/c.s.bc}
        """
        life.upgrade(campaign("bc: {wait: 1 day, send-email: merged}"), entries)
        life.advance("30 days")
        life.submit("f")
        assert finished(life) == ["mail-a", "merged"]

    def test_the_skips_of_one_upgrade_are_kept_by_the_next(self) -> None:
        entries = """
        - {moved: campaign/c.s.b, to: campaign/c.s.ab}
        - {moved: campaign/c.s.a, to: campaign/c.s.ab}
        """
        life = waiting_at_b()
        text = campaign("ab: {wait: 1 day, send-email: mail-ab}", C)
        life.upgrade(text, entries)
        life.upgrade(text)
        assert finished(life) == ["mail-a", "mail-c"]


class TestM4NothingSurprises:
    def test_a_step_inserted_upstream_does_not_run(self) -> None:
        life = waiting_at_b()
        life.upgrade(campaign("new: {send-email: new}", A, B, C))
        assert finished(life) == ["mail-a", "mail-b", "mail-c"]

    def test_a_step_inserted_downstream_runs(self) -> None:
        life = waiting_at_b()
        life.upgrade(campaign(A, B, "new: {send-email: new}", C))
        assert finished(life) == ["mail-a", "mail-b", "new", "mail-c"]

    def test_a_step_appended_where_contacts_are_queued_does_not_run_for_them(self) -> None:
        life = Life(campaign(A))
        life.submit("f")
        life.advance("2 days")
        life.upgrade(campaign(A, B))
        assert life.at == ["s queued"]
        assert finished(life) == ["mail-a"]

    def test_nor_does_a_sequence_put_behind_it_while_a_goal_still_listens(self) -> None:
        life = Life(campaign(A))
        life.submit("f")
        life.advance("2 days")
        life.upgrade(campaign(A, more="  t: {after: [s], steps: {x: {send-email: x}}}"))
        assert life.at == ["s queued"]
        assert finished(life) == ["mail-a"]
        life.tag("out")
        assert life.at == []

    def test_an_owner_s_step_in_the_middle_runs_for_those_before_it(self) -> None:
        life = waiting_at_b(campaign(A, B, "own-call: {create-task: call}", C))
        life.upgrade(campaign(A, B, "own-call: {create-task: call}", "new: {send-email: n}", C))
        assert finished(life) == ["mail-a", "mail-b", "call", "n", "mail-c"]


class TestM5Timers:
    def test_a_longer_delay_counts_from_when_the_wait_began(self) -> None:
        life = waiting_at_b()
        life.upgrade(campaign(A, "b: {wait: 5 days, send-email: mail-b}", C))
        assert life.due("s") == "2026-03-08T09:00"
        assert life.told("migrated") == [
            (
                "migrated s.b: from s.b to s.b (same address, M2); "
                "until 2026-03-08 09:00 UTC instead of 2026-03-05 09:00 UTC"
            )
        ]

    def test_a_shorter_delay_counts_from_when_the_wait_began(self) -> None:
        life = waiting_at_b()
        life.upgrade(campaign(A, "b: {wait: 1 day, send-email: mail-b}", C))
        assert life.due("s") == "2026-03-04T09:00"

    def test_a_due_time_in_the_past_becomes_now(self) -> None:
        life = waiting_at_b()
        life.upgrade(campaign(A, "b: {wait: 1 hour, send-email: mail-b}", C))
        assert life.due("s") == "2026-03-03T21:00"
        life.advance("0 days")
        assert life.sent == ["mail-a", "mail-b"]

    def test_or_the_next_moment_that_weekdays_and_hours_allow(self) -> None:
        life = waiting_at_b()
        wait = '{for: 1 hour, at: "08:00", weekdays: [thu, fri]}'
        life.upgrade(campaign(A, f"b: {{wait: {wait}, send-email: mail-b}}", C))
        assert life.due("s") == "2026-03-05T08:00"
        assert finished(life) == ["mail-a", "mail-b", "mail-c"]

    def test_new_defaults_of_the_campaign_change_its_timers(self) -> None:
        life = waiting_at_b()
        life.upgrade('defaults: {wait: {at: "12:00"}}\n' + campaign(A, B, C))
        assert life.due("s") == "2026-03-05T12:00"

    def test_a_wait_that_did_not_change_keeps_its_due_time(self) -> None:
        life = waiting_at_b()
        life.set("time_zone", "Asia/Tokyo")
        due = life.due("s")
        life.upgrade(campaign("a: {wait: 9 days}", B))
        assert life.due("s") == due

    def test_a_timer_s_kind_is_changed_to_a_date(self) -> None:
        life = waiting_at_b()
        life.upgrade(campaign(A, "b: {wait: {until: 2026-03-20T10:00}, send-email: mail-b}", C))
        assert life.due("s") == "2026-03-20T10:00"

    @pytest.mark.parametrize(
        ("if_past", "sent"),
        [
            ("skip-step", ["mail-a", "mail-c"]),
            ("go-on", ["mail-a", "mail-b", "mail-c"]),
            ("end", ["mail-a"]),
        ],
    )
    def test_a_date_that_is_past_follows_if_past_when_it_is_handled(
        self, if_past: str, sent: list[str]
    ) -> None:
        life = waiting_at_b()
        wait = f"{{until: 2026-03-01T10:00, if-past: {if_past}}}"
        life.upgrade(campaign(A, f"b: {{wait: {wait}, send-email: mail-b}}", C))
        assert life.due("s") == shown(life.now)
        assert finished(life) == sent

    def test_a_timer_s_kind_is_changed_to_a_field_that_is_missing(self) -> None:
        life = waiting_at_b()
        life.upgrade(campaign(A, "b: {wait: {until-field: day}, send-email: mail-b}", C))
        assert life.due("s") is None
        life.set("day", "2026-03-20")
        assert life.due("s") == "2026-03-20T00:00"

    def test_a_missing_field_is_passed_over_if_the_new_wait_says_so(self) -> None:
        life = waiting_at_b(campaign(A, B, C))
        wait = "{until-field: day, if-missing: skip-step}"
        life.upgrade(campaign(A, f"b: {{wait: {wait}, send-email: mail-b}}", C))
        assert finished(life) == ["mail-a", "mail-c"]

    def test_a_date_becomes_a_delay_counted_from_when_the_wait_began(self) -> None:
        life = waiting_at_b(campaign(A, "b: {wait: {until-field: day}, send-email: mail-b}", C))
        assert life.due("s") is None
        life.upgrade(campaign(A, B, C))
        assert life.due("s") == "2026-03-05T09:00"

    def test_a_contact_sent_elsewhere_keeps_their_due_time_in_later_upgrades(self) -> None:
        life = waiting_at_b()
        due = life.due("s")
        life.upgrade(campaign(A, C))
        life.upgrade(campaign(A, C.replace("2 days", "9 days")))
        assert life.due("s") == due

    def test_a_field_that_changes_does_not_move_one_who_was_sent_elsewhere(self) -> None:
        life = waiting_at_b()
        due = life.due("s")
        dated = "c: {wait: {until-field: day}, send-email: mail-c}"
        life.upgrade(campaign(A, dated))
        life.set("day", "2026-06-01")
        assert life.due("s") == due

    def test_one_who_waits_for_a_date_and_is_sent_elsewhere_begins_the_wait_there(self) -> None:
        life = waiting_at_b(campaign(A, "b: {wait: {until-field: day}, send-email: mail-b}", C))
        life.upgrade(campaign(A, C))
        assert life.due("s") == "2026-03-05T21:00"
        assert finished(life) == ["mail-a", "mail-c"]

    def test_one_who_waits_for_a_date_and_is_sent_to_the_end_goes_on_at_once(self) -> None:
        life = waiting_at_b(campaign(A, "b: {wait: {until-field: day}, send-email: mail-b}"))
        life.upgrade(campaign(A))
        assert life.due("s") == shown(life.now)
        assert finished(life) == ["mail-a"]
        assert life.at == ["s queued"]

    def test_one_who_was_queued_and_is_sent_to_a_step_begins_its_wait(self) -> None:
        life = Life(campaign(A))
        life.submit("f")
        life.advance("2 days")
        entry = "[{removed: campaign/c.s, contacts: {continue-at: campaign/c.t}}]"
        text = GOALS + "sequences: {t: {after: [in], steps: {x: {wait: 3 days, send-email: x}}}}"
        life.upgrade(text, entry)
        assert life.due("t") == "2026-03-07T09:00"
        assert finished(life) == ["mail-a", "x"]

    def test_or_does_the_step_at_once_if_it_has_no_wait(self) -> None:
        life = Life(campaign(A))
        life.submit("f")
        life.advance("2 days")
        entry = "[{removed: campaign/c.s, contacts: {continue-at: campaign/c.t}}]"
        text = GOALS + "sequences: {t: {after: [in], steps: {x: {send-email: x}}}}"
        life.upgrade(text, entry)
        assert life.due("t") == "2026-03-04T09:00"
        assert finished(life) == ["mail-a", "x"]

    def test_an_upgrade_while_steps_are_due_keeps_them_due(self) -> None:
        life = waiting_at_b()
        life.sleep("3 days")
        life.upgrade(campaign(A, B, C))
        life.advance("0 days")
        assert life.sent == ["mail-a", "mail-b"]


LISTENING = """
goals:
  in: {when: {web-form-submitted: f}}
  x: {when: {tag-applied: x}, after: [s]}
  %s
sequences:
  s: {after: [in], steps: {b: {wait: 2 days, send-email: mail-b}}}
"""


class TestM6Goals:
    def test_a_new_goal_starts_listening(self) -> None:
        life = Life(LISTENING % "")
        life.submit("f")
        life.upgrade(LISTENING % "y: {when: {tag-applied: y}, after: [s]}")
        life.tag("y")
        assert life.at == []

    def test_a_removed_goal_stops_listening(self) -> None:
        life = Life(LISTENING % "y: {when: {tag-applied: y}, after: [s]}")
        life.submit("f")
        life.upgrade(LISTENING % "")
        life.tag("y")
        assert life.at == ["s.b"]

    def test_a_goal_s_trigger_is_changed(self) -> None:
        life = Life(LISTENING % "")
        life.submit("f")
        life.upgrade((LISTENING % "").replace("tag-applied: x", "tag-applied: z"))
        life.tag("x")
        assert life.at == ["s.b"]
        life.tag("z")
        assert life.at == []

    def test_a_goal_is_moved_away_and_its_contacts_stay_with_another(self) -> None:
        both = "y: {when: {tag-applied: y}, after: [s]}"
        life = Life(LISTENING % both)
        life.submit("f")
        moved = "y: {when: {tag-applied: y}, after: [x]}"
        life.upgrade(LISTENING % moved)
        life.tag("x")
        assert life.at == ["x queued"]

    def test_one_queued_at_a_goal_stays_there(self) -> None:
        text = LISTENING % "y: {when: {tag-applied: y}, after: [x]}"
        life = Life(text)
        life.submit("f")
        life.tag("x")
        life.upgrade(text.replace("2 days", "3 days"))
        assert life.at == ["x queued"]
        life.tag("y")
        assert life.at == []

    def test_one_queued_where_no_goal_is_left_needs_an_answer_and_then_goes_on(self) -> None:
        life = Life(LISTENING % "")
        life.submit("f")
        life.advance("2 days")
        assert life.at == ["s queued"]
        text = (
            (LISTENING % "")
            .replace("after: [s]", "after: [in]")
            .replace("sequences:", "sequences:\n  t: {after: [s], steps: {z: {send-email: z}}}")
        )
        assert life.upgrade(text).unanswered
        end = Place("s", None, PlaceSort.END)
        life.upgrade(text, owner={end: Answer(Outcome.GO_ON, Via.OWNER, "s")})
        assert life.at == ["end of s"]
        assert finished(life) == ["mail-b", "z"]
        assert life.at == []

    def test_arrows_taken_are_not_taken_again(self) -> None:
        more = "  t: {after: [s], steps: {z: {wait: 9 days, send-email: z}}}"
        life = Life(campaign(A, more=more))
        life.submit("f")
        life.advance("1 day")
        life.upgrade(campaign(A, more=more + "\n  u: {after: [s], steps: {z: {send-email: u}}}"))
        assert life.at == ["t.z"]
        assert finished(life) == ["mail-a", "z"]


class TestM6PositionsThatMeet:
    TWO = """
    goals: {in: {when: {web-form-submitted: f}}, out: {when: {tag-applied: out}, after: all}}
    sequences:
      one: {after: [in], steps: {a: {send-email: a}, w: {wait: 5 days, send-email: w}}}
      two: {after: [in], steps: {b: {send-email: b}, v: {wait: 3 days, send-email: v}}}
    """
    MERGED = """
    goals: {in: {when: {web-form-submitted: f}}, out: {when: {tag-applied: out}, after: all}}
    sequences:
      one:
        after: [in]
        steps:
          v: {wait: 3 days, send-email: v}
          w: {wait: 5 days, send-email: w}
          a: {send-email: a}
          b: {send-email: b}
    """
    ENTRIES = """
    - {moved: campaign/c.two, to: campaign/c.one}
    """

    def test_the_earlier_stays_and_what_either_has_passed_is_passed(self) -> None:
        life = Life(self.TWO)
        life.submit("f")
        life.advance("1 day")
        done = life.upgrade(self.MERGED, self.ENTRIES)
        assert life.at == ["one.v"]
        assert life.due("one") == "2026-03-05T09:00"
        assert len(done.travelled) == 2
        assert finished(life) == ["a", "b", "v", "w"]

    def test_one_who_is_overtaken_meets_one_who_is_not(self) -> None:
        text = self.TWO.replace("two: {after: [in],", "two: {after: [in], runs: until-complete,")
        life = Life(text.replace("after: all", "after: [two]"))
        life.submit("f")
        life.tag("out")
        assert life.at == ["one.w", "two.v overtaken"]
        merged = self.MERGED.replace("after: all", "after: [one], audience: in-campaign")
        life.upgrade(merged, self.ENTRIES)
        assert life.at == ["one.v"]

    def test_one_who_runs_is_earlier_than_one_who_is_queued(self) -> None:
        life = Life(self.TWO)
        life.submit("f")
        life.advance("4 days")
        assert life.at == ["one.w", "two queued"]
        life.upgrade(self.MERGED, self.ENTRIES)
        assert life.at == ["one.w"]
        assert finished(life) == ["a", "b", "v", "w"]


JOINED = """
goals: {in: {when: {web-form-submitted: f}}, out: {when: {tag-applied: out}, after: [slow, j]}}
sequences:
  quick: {after: [in], steps: {x: {send-email: quick}}}
  slow: {after: [in], steps: {x: {wait: 9 days, send-email: slow}}}
  then: {after: [j], steps: {y: {send-email: then}}}
joins: {j: {after: [quick, slow], wait-for: all}}
"""

QUEUED = JOINED.replace("  then: {after: [j], steps: {y: {send-email: then}}}\n", "").replace(
    "after: [slow, j]", "after: [j]"
)


def at_the_join() -> Life:
    life = Life(JOINED)
    life.submit("f")
    assert life.at == ["j joining", "slow.x"]
    return life


class TestM6Joins:
    def test_a_contact_never_waits_for_a_way_that_no_longer_exists(self) -> None:
        life = at_the_join()
        text = JOINED.replace("[quick, slow]", "[quick]")
        life.upgrade(text)
        assert life.due("j") == shown(life.now)
        life.advance("0 days")
        assert life.sent == ["quick", "then"]
        assert life.at == ["slow.x"]

    def test_a_branch_is_removed_and_its_contacts_exit(self) -> None:
        life = at_the_join()
        slow = "  slow: {after: [in], steps: {x: {wait: 9 days, send-email: slow}}}\n"
        text = JOINED.replace(slow, "").replace("[quick, slow]", "[quick]")
        life.upgrade(text, "[{removed: campaign/c.slow, contacts: exit}]")
        assert finished(life) == ["quick", "then"]

    def test_a_branch_is_added_and_nobody_waits_for_where_they_never_were(self) -> None:
        life = at_the_join()
        text = JOINED.replace("joins:", "  new: {after: [in], steps: {z: {wait: 1 day}}}\njoins:")
        life.upgrade(text.replace("[quick, slow]", "[quick, slow, new]"))
        assert life.at == ["j joining", "slow.x"]
        assert finished(life) == ["quick", "slow", "then"]

    def test_a_join_made_any_passes(self) -> None:
        life = at_the_join()
        life.upgrade(JOINED.replace("wait-for: all", "wait-for: any"))
        assert finished(life) == ["quick", "then", "slow"]

    def test_a_join_made_all_absorbs_what_is_left_of_the_round_that_passed(self) -> None:
        life = Life(JOINED.replace("wait-for: all", "wait-for: any"))
        life.submit("f")
        assert life.at == ["j absorbing", "slow.x"]
        life.upgrade(JOINED)
        assert finished(life) == ["quick", "then", "slow"]
        assert life.at == []

    def test_a_join_stops_absorbing_when_the_rest_has_left(self) -> None:
        life = Life(JOINED.replace("wait-for: all", "wait-for: any"))
        life.submit("f")
        slow = "  slow: {after: [in], steps: {x: {wait: 9 days, send-email: slow}}}\n"
        text = JOINED.replace(slow, "").replace("[quick, slow]", "[quick]")
        life.upgrade(text, "[{removed: campaign/c.slow, contacts: exit}]")
        assert finished(life) == ["quick", "then"]
        assert life.at == []

    def test_one_queued_at_a_join_stops_absorbing_too(self) -> None:
        life = Life(QUEUED.replace("wait-for: all", "wait-for: any"))
        life.submit("f")
        assert life.at == ["j queued absorbing", "slow.x"]
        slow = "  slow: {after: [in], steps: {x: {wait: 9 days, send-email: slow}}}\n"
        text = QUEUED.replace(slow, "").replace("[quick, slow]", "[quick]")
        life.upgrade(text, "[{removed: campaign/c.slow, contacts: exit}]")
        assert life.at == ["j queued"]

    def test_a_join_and_its_ways_are_renamed(self) -> None:
        life = at_the_join()
        entries = """
        - {moved: campaign/c.j, to: campaign/c.k}
        - {moved: campaign/c.quick, to: campaign/c.fast}
        """
        text = JOINED.replace("quick", "fast").replace("j:", "k:").replace("j]", "k]")
        life.upgrade(text, entries)
        assert life.at == ["k joining", "slow.x"]
        assert life.position("k").arrived == ("fast",)

    def test_what_has_arrived_from_a_way_that_is_gone_has_still_arrived(self) -> None:
        life = at_the_join()
        quick = "  quick: {after: [in], steps: {x: {send-email: quick}}}\n"
        life.upgrade(JOINED.replace(quick, "").replace("[quick, slow]", "[slow]"))
        assert life.position("j").arrived == ("quick",)
        assert finished(life) == ["quick", "slow", "then"]

    def test_those_at_a_join_that_is_removed_begin_where_they_are_sent(self) -> None:
        life = at_the_join()
        text = JOINED.replace("joins: {j: {after: [quick, slow], wait-for: all}}", "")
        entry = "[{removed: campaign/c.j, contacts: {continue-at: campaign/c.then}}]"
        text = text.replace("after: [slow, j]", "after: [then]")
        life.upgrade(text.replace("after: [j]", "after: [quick, slow]"), entry)
        assert life.at == ["slow.x", "then.y"]
        assert finished(life) == ["quick", "then", "slow", "then"]

    def test_one_who_waits_and_is_sent_to_a_join_arrives_when_their_time_comes(self) -> None:
        life = at_the_join()
        slow = "  slow: {after: [in], steps: {x: {wait: 9 days, send-email: slow}}}\n"
        entry = "[{removed: campaign/c.slow, contacts: {continue-at: campaign/c.k}}]"
        text = JOINED.replace(slow, "").replace("[quick, slow], wait-for: all}", "[quick]}")
        text = text.replace("[slow, j]", "[j, k]").replace("j: {", "k: {after: [in]}, j: {")
        life.upgrade(text, entry)
        assert life.at == ["j joining", "k joining"]
        assert life.due("k") == "2026-03-11T09:00"

    def test_those_who_meet_at_a_join_are_united(self) -> None:
        life = at_the_join()
        slow = "  slow: {after: [in], steps: {x: {wait: 9 days, send-email: slow}}}\n"
        entry = "[{removed: campaign/c.slow, contacts: {continue-at: campaign/c.j}}]"
        life.upgrade(JOINED.replace(slow, "").replace("[quick, slow]", "[quick]"), entry)
        assert life.position("j").arrived == ("quick", "slow")
        assert life.due("j") == "2026-03-11T09:00"
        assert finished(life) == ["quick", "then"]

    def test_one_held_for_a_date_and_sent_to_a_join_arrives_at_once(self) -> None:
        life = Life(JOINED.replace("wait: 9 days", "wait: {until-field: day}"))
        life.submit("f")
        slow = "  slow: {after: [in], steps: {x: {wait: {until-field: day}, send-email: slow}}}\n"
        text = JOINED.replace("wait: 9 days", "wait: {until-field: day}").replace(slow, "")
        entry = "[{removed: campaign/c.slow, contacts: {continue-at: campaign/c.j}}]"
        life.upgrade(text.replace("[quick, slow]", "[quick]"), entry)
        assert finished(life) == ["quick", "then"]

    def test_one_who_is_overtaken_and_sent_to_a_join_has_ended(self) -> None:
        text = JOINED.replace("slow: {after: [in],", "slow: {after: [in], runs: until-complete,")
        life = Life(text)
        life.submit("f")
        life.tag("out")
        assert "slow.x overtaken" in life.at
        owner = {
            Place("slow", "x", PlaceSort.WAIT): Answer(Outcome.GO_ON, Via.OWNER, "j"),
        }
        done = life.upgrade(text, owner=owner)
        assert [one.why for one in done.travelled if one.after is None] == [
            "was overtaken by a goal already, and counts as ended at joins (C3)"
        ]

    def test_one_who_absorbs_is_not_sent_elsewhere(self) -> None:
        life = Life(JOINED.replace("wait-for: all", "wait-for: any"))
        life.submit("f")
        owner = {Place("j", None, PlaceSort.JOIN): Answer(Outcome.GO_ON, Via.OWNER, "then", "y")}
        life.upgrade(JOINED, owner=owner)
        assert life.at == ["slow.x"]
        assert "migrated j: had passed that join already (C8)" in life.told("migrated")

    def test_one_who_is_queued_and_absorbs_is_sent_elsewhere_without_that(self) -> None:
        life = Life(QUEUED.replace("wait-for: all", "wait-for: any"))
        life.submit("f")
        owner = {Place("j", None, PlaceSort.END): Answer(Outcome.GO_ON, Via.OWNER, "then", "y")}
        life.upgrade(JOINED, owner=owner)
        assert life.at == ["slow.x", "then.y"]
        assert not life.position("then").overtaken

    def test_one_sent_to_the_end_of_a_join_leaves_it_when_their_time_comes(self) -> None:
        life = Life(QUEUED.replace("wait: 9 days, ", ""))
        life.submit("f")
        assert life.at == ["j queued"]
        owner = {Place("j", None, PlaceSort.END): Answer(Outcome.GO_ON, Via.OWNER, "j", same=True)}
        life.upgrade(JOINED.replace("after: [slow, j]", "after: [slow]"), owner=owner)
        assert life.at == ["end of j"]
        assert finished(life)[-1] == "then"


DECIDED = """
goals: {in: {when: {web-form-submitted: f}}, out: {when: {tag-applied: out}, after: all}}
decisions: {d: {after: [in], choose: every, ways: {%s}}}
sequences:
  p: {after: [d.p], steps: {x: {wait: 2 days, send-email: p}}}
  q: {after: [d.q], steps: {x: {wait: 3 days, send-email: q}}}
"""


class TestDecisions:
    def test_a_way_is_added(self) -> None:
        life = Life(DECIDED % "p: otherwise, q: {if: {tag: q}}")
        life.submit("f")
        life.upgrade(DECIDED % "p: otherwise, q: {if: {tag: q}}, r: {if: {tag: r}}")
        assert finished(life) == ["p"]

    def test_a_way_is_removed_and_those_on_it_travel_on(self) -> None:
        life = Life(DECIDED % "p: {if: {tag: p}}, q: otherwise")
        life.submit("f")
        life.upgrade(DECIDED % "p: otherwise")
        assert finished(life) == ["q"]

    def test_parallel_is_made_exclusive_and_back(self) -> None:
        ways = "p: {if: {field: email, is-set: true}}, q: {if: {field: email, is-set: true}}"
        life = Life(DECIDED % ways)
        life.submit("f")
        life.upgrade((DECIDED % ways).replace("choose: every", "choose: first"))
        assert life.at == ["p.x", "q.x"]
        life.upgrade(DECIDED % ways)
        assert finished(life) == ["p", "q"]

    def test_a_sequence_is_put_behind_a_decision_and_taken_out_again(self) -> None:
        plain = campaign(A, B)
        behind = plain.replace("after: [in]\n    \n", "after: [d.p]\n").replace(
            "sequences:", "decisions: {d: {after: [in], ways: {p: otherwise}}}\nsequences:"
        )
        assert "d.p" in behind
        life = waiting_at_b(plain)
        life.upgrade(behind)
        assert life.at == ["s.b"]
        life.upgrade(plain)
        assert finished(life) == ["mail-a", "mail-b"]

    def test_one_queued_at_a_decision_stays_there(self) -> None:
        text = DECIDED.replace("after: all", "after: [d.r]") % "r: otherwise, p: {if: {tag: p}}"
        text = text.replace("  q: {after: [d.q], steps: {x: {wait: 3 days, send-email: q}}}\n", "")
        life = Life(text)
        life.submit("f")
        assert life.at == ["d queued"]
        life.upgrade(text.replace("2 days", "4 days"))
        assert life.at == ["d queued"]
        life.tag("out")
        assert life.at == []

    def test_one_sent_to_a_decision_goes_through_it(self) -> None:
        life = waiting_at_b()
        owner = {Place("s", "b", PlaceSort.WAIT): Answer(Outcome.GO_ON, Via.OWNER, "d")}
        life.upgrade(DECIDED % "p: otherwise, q: {if: {tag: q}}", owner=owner)
        assert life.at == ["end of d"]
        assert finished(life) == ["mail-a", "p"]

    def test_one_sent_to_a_goal_starts_what_is_after_it(self) -> None:
        life = waiting_at_b()
        text = GOALS + "sequences: {t: {after: [in], steps: {x: {send-email: x}}}}"
        owner = {Place("s", "b", PlaceSort.WAIT): Answer(Outcome.GO_ON, Via.OWNER, "in")}
        life.upgrade(text, owner=owner)
        assert finished(life) == ["mail-a", "x"]


class TestSequences:
    def test_a_sequence_is_split(self) -> None:
        life = waiting_at_b()
        more = f"  t: {{after: [s], steps: {{{B}, {C}}}}}"
        entries = """
        - {moved: campaign/c.s.b, to: campaign/c.t.b}
        - {moved: campaign/c.s.c, to: campaign/c.t.c}
        """
        due = life.due("s")
        life.upgrade(campaign(A, more=more), entries)
        assert life.at == ["t.b"]
        assert life.due("t") == due
        assert finished(life) == ["mail-a", "mail-b", "mail-c"]

    def test_two_sequences_are_merged(self) -> None:
        life = waiting_at_b(campaign(A, B, more=f"  t: {{after: [s], steps: {{{C}}}}}"))
        life.upgrade(campaign(A, B, C), "[{moved: campaign/c.t, to: campaign/c.s}]")
        assert finished(life) == ["mail-a", "mail-b", "mail-c"]

    def test_a_timer_is_removed_under_many_contacts(self) -> None:
        dues = []
        for waited in ("1 hour", "25 hours", "40 hours"):
            life = Life(campaign(A, B, C))
            life.submit("f")
            life.advance(waited)
            life.upgrade(campaign(A, "b: {send-email: mail-b}", C))
            dues.append(life.due("s"))
            assert finished(life) == ["mail-a", "mail-b", "mail-c"]
        assert dues == ["2026-03-03T09:00", "2026-03-05T09:00", "2026-03-05T09:00"]


class TestM7FinishingOnOld:
    ENTRY = "[{removed: campaign/c.s, contacts: finish-on-old}]"
    NEXT = GOALS + "sequences: {t: {after: [in], steps: {x: {wait: 1 day, send-email: x}}}}"

    def test_one_in_a_retired_flow_is_heard_there_and_nowhere_else_in_that_campaign(self) -> None:
        life = waiting_at_b()
        life.upgrade(self.NEXT, self.ENTRY)
        life.submit("f")
        assert [(p.version, p.where) for p in life.state.positions] == [(1, "s.b")]
        life.tag("out")
        assert life.at == []

    def test_a_retired_flow_admits_nobody(self) -> None:
        life = waiting_at_b()
        life.upgrade(self.NEXT, self.ENTRY)
        life.tag("out")
        life.submit("f")
        assert [(p.version, p.where) for p in life.state.positions] == [(2, "t.x")]

    def test_other_campaigns_still_hear_them(self) -> None:
        other = """
        goals: {g: {when: {tag-applied: g}}}
        sequences: {s: {after: [g], steps: {b: {wait: 30 days}}}}
        """
        life = Life(campaign(B), other)
        life.submit("f")
        life.upgrade(self.NEXT, self.ENTRY)
        life.tag("g")
        assert {position.campaign for position in life.state.positions} == {1, 2}

    def test_finish_on_old_twice(self) -> None:
        life = waiting_at_b()
        life.upgrade(self.NEXT, self.ENTRY)
        other = GOALS + "sequences: {u: {after: [in], steps: {x: {wait: 1 day}}}}"
        done = life.upgrade(other, "[{removed: campaign/c.t, contacts: finish-on-old}]")
        assert done.travelled == ()
        assert finished(life) == ["mail-a", "mail-b", "mail-c"]

    def test_all_of_a_contact_s_positions_stay_together_on_the_old_version(self) -> None:
        life = Life(campaign(A, more="  r: {after: [in], steps: {z: {wait: 3 days}}}"))
        life.submit("f")
        life.upgrade(campaign(A), "[{removed: campaign/c.r, contacts: finish-on-old}]")
        assert {position.version for position in life.state.positions} == {1}

    def test_but_those_who_leave_do(self) -> None:
        text = campaign(A, B, more="  r: {after: [in], steps: {z: {wait: 3 days}}}")
        life = Life(text)
        life.submit("f")
        owner = {Place("s", "a", PlaceSort.WAIT): Answer(Outcome.EXIT, Via.OWNER)}
        entry = "[{removed: campaign/c.r, contacts: finish-on-old}]"
        life.upgrade(campaign(A), entry, owner=owner)
        assert life.at == ["r.z"]

    def test_a_join_on_the_old_version_does_not_wait_for_those_who_left(self) -> None:
        life = at_the_join()
        owner = {
            Place("slow", "x", PlaceSort.WAIT): Answer(Outcome.EXIT, Via.OWNER),
            Place("j", None, PlaceSort.JOIN): Answer(Outcome.FINISH_ON_OLD, Via.OWNER),
        }
        life.upgrade(JOINED, owner=owner)
        assert finished(life) == ["quick", "then"]


class TestM8RollingBack:
    def test_a_downgrade_carries_them_the_other_way(self) -> None:
        life = waiting_at_b()
        due = life.due("s")
        there = "[{moved: campaign/c.s.b, to: campaign/c.s.nudge}]"
        back = "[{moved: campaign/c.s.nudge, to: campaign/c.s.b}]"
        life.upgrade(campaign(A, B.replace("b:", "nudge:"), C), there)
        life.upgrade(campaign(A, B, C), back)
        assert life.at == ["s.b"]
        assert life.due("s") == due
        assert finished(life) == ["mail-a", "mail-b", "mail-c"]

    def test_a_shorter_timer_and_back_is_as_it_was(self) -> None:
        life = waiting_at_b()
        before = life.due("s")
        life.upgrade(campaign(A, B.replace("2 days", "5 days"), C))
        life.upgrade(campaign(A, B, C))
        assert life.due("s") == before

    def test_actions_that_were_passed_do_not_run_again(self) -> None:
        life = waiting_at_b()
        life.upgrade(campaign(A, C))
        life.advance("36 hours")
        assert life.sent == ["mail-a", "mail-c"]
        life.upgrade(campaign(A, B, C, "d: {wait: 1 day, send-email: d}"))
        assert finished(life) == ["mail-a", "mail-c"]


class TestChains:
    def test_three_upgrades_and_one_jump_come_to_the_same(self) -> None:
        two = campaign(A, B.replace("b:", "nudge:"), C)
        three = campaign(A, B.replace("b:", "nudge:").replace("2 days", "4 days"), C)
        four = campaign(A, "new: {send-email: new}", "poke: {wait: 3 days, send-email: mail-b}", C)
        first = "- {moved: campaign/c.s.b, to: campaign/c.s.nudge}\n"
        last = "- {moved: campaign/c.s.nudge, to: campaign/c.s.poke}\n"
        hops, jump = waiting_at_b(), waiting_at_b()
        hops.upgrade(two, first)
        hops.upgrade(three)
        hops.upgrade(four, last)
        jump.upgrade(four, first + last)
        assert hops.at == jump.at == ["s.poke"]
        assert hops.due("s") == jump.due("s")
        assert finished(hops) == finished(jump) == ["mail-a", "mail-b", "mail-c"]


class TestRemoval:
    def test_everybody_leaves_a_campaign_that_is_removed(self) -> None:
        life = at_the_join()
        done = life.remove(Outcome.EXIT)
        assert life.at == []
        why = "left as the campaign was taken out (M2)"
        assert [one.why for one in done.travelled] == [why] * 2

    def test_or_finishes_on_the_old_version(self) -> None:
        life = at_the_join()
        life.remove(Outcome.FINISH_ON_OLD)
        assert finished(life) == ["quick", "slow", "then"]
        life.submit("f")
        assert life.at == []

    def test_nobody_goes_on_in_a_campaign_that_is_gone(self) -> None:
        life = waiting_at_b()
        (flow,) = life.flows
        answers = {Place("s", "b", PlaceSort.WAIT): Answer(Outcome.GO_ON, Via.OWNER, "s", "b")}
        done = migrate(flow, None, answers, life.state, now=life.now, zone="UTC")
        assert done.unanswered == life.state.positions

    def test_one_who_does_not_stand_in_it_is_not_touched(self) -> None:
        flow = live(campaign(A))
        state = ContactState(Contact(1))
        done = migrate(flow, None, everyone(flow, Outcome.EXIT), state, now=0, zone="UTC")
        assert done == Migrated(state)


class TestM10EverybodyIsAccountedFor:
    HERE = Position(1, 1, "s", Status.RUNNING, "b", 1, 0)
    THERE = replace(HERE, version=2)
    BEFORE = ContactState(Contact(1), (HERE,), {(1, 1): 1}, frozenset({(1, 2, 1)}))

    def after(self, *positions: Position, why: str = "x", to: Position | None = THERE) -> Migrated:
        state = replace(self.BEFORE, positions=positions)
        return Migrated(state, (Travelled(self.HERE, to, why),))

    def test_all_is_well(self) -> None:
        assert accounted_for(self.BEFORE, self.after(self.THERE)) == ()
        assert accounted_for(self.BEFORE, self.after(to=None)) == ()

    @pytest.mark.parametrize(
        ("done", "problem"),
        [
            (Migrated(replace(BEFORE, positions=())), "the position at s.b was lost"),
            (
                Migrated(replace(BEFORE, positions=()), (Travelled(HERE, None, ""),)),
                "the position at s.b left without a reason",
            ),
            (
                Migrated(replace(BEFORE, positions=()), (Travelled(HERE, THERE, "x"),)),
                "the position at s.b did not arrive at s.b",
            ),
            (
                Migrated(replace(BEFORE, positions=(HERE, THERE))),
                "the position at s.b came from nowhere",
            ),
            (Migrated(replace(BEFORE, positions=(HERE, HERE))), "two positions stand at one node"),
            (Migrated(replace(BEFORE, contact=Contact(2))), "the contact was changed"),
            (Migrated(replace(BEFORE, passed=frozenset())), "what was passed was forgotten"),
            (Migrated(replace(BEFORE, entries={})), "what was entered was forgotten"),
        ],
    )
    def test_what_is_wrong_is_said(self, done: Migrated, problem: str) -> None:
        assert accounted_for(self.BEFORE, done) == (problem,)
