"""What campaigns mean, rule by rule (C1-C8, C10-C13); timers have their own tests, joins too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from account_engine.contacts import Contact, ContactState
from account_engine.events import Due, Event
from account_engine.interpreter import next_due, turn
from account_engine.position import Position, Status
from package_format.contact_fields import Channel
from tests.account_engine.lives import Life, instant, live

FOLLOW_UP = """
goals:
  registered: {when: {web-form-submitted: registration}}
  attended: {when: {tag-applied: attended}, after: [remind]}
sequences:
  remind:
    after: [registered]
    steps:
      confirm: {send-email: confirmed}
      nudge: {wait: 2 days, send-email: tomorrow}
      call: {wait: 1 day, create-task: {task: call, due: 1 day}}
  pitch:
    after: [attended]
    steps: {offer: {wait: 1 day, send-email: offer}}
"""


class TestC1ContactCentric:
    def test_a_turn_changes_nothing_but_its_own_contact(self) -> None:
        flow = live(FOLLOW_UP)
        ada, bo = ContactState(Contact(1)), ContactState(Contact(2))
        submitted = Event("web-form-submitted", {"form": "registration"})
        turn([flow], ada, submitted, 0, "UTC")
        assert ada == ContactState(Contact(1))
        assert turn([flow], bo, submitted, 0, "UTC").state.contact.id == 2


class TestC2GoalsListenEverywhere:
    def test_an_event_reaches_every_goal_of_every_campaign(self) -> None:
        other = """
        goals: {g: {when: {web-form-submitted: registration}}}
        sequences: {s: {after: [g], steps: {x: {wait: 1 day}}}}
        """
        life = Life(FOLLOW_UP, other)
        life.submit("registration")
        assert life.at == ["remind.nudge", "s.x"]

    def test_a_step_s_event_reaches_goals_of_other_campaigns_too(self) -> None:
        tagging = """
        goals: {g: {when: {web-form-submitted: registration}}}
        sequences: {s: {after: [g], steps: {x: {apply-tag: attended}, y: {wait: 1 day}}}}
        """
        listening = """
        goals: {h: {when: {tag-applied: attended}}}
        sequences: {t: {after: [h], steps: {z: {wait: 1 day}}}}
        """
        life = Life(tagging, listening)
        life.submit("registration")
        assert life.at == ["s.y", "t.z"]

    def test_a_goal_hears_only_what_its_trigger_names(self) -> None:
        life = Life(FOLLOW_UP)
        life.submit("another")
        life.happen("field-changed", field="registration")
        assert life.at == []

    def test_any_of_a_goal_s_triggers_will_do(self) -> None:
        text = """
        goals: {g: {when: [{web-form-submitted: a}, {tag-applied: b}]}}
        sequences: {s: {after: [g], steps: {x: {wait: 1 day}}}}
        """
        for word, attributes in (
            ("web-form-submitted", {"form": "a"}),
            ("tag-applied", {"tag": "b"}),
        ):
            life = Life(text)
            life.handle(Event(word, attributes))
            assert life.at == ["s.x"]

    def test_a_goal_s_if_must_hold(self) -> None:
        text = """
        goals: {g: {when: {web-form-submitted: a}, if: {field: country, is: 'NO'}}}
        sequences: {s: {after: [g], steps: {x: {wait: 1 day}}}}
        """
        for country, at in (("no", ["s.x"]), ("SE", [])):
            life = Life(text, country=country)
            life.submit("a")
            assert life.at == at

    def test_a_goal_with_after_hears_only_who_stands_in_the_campaign(self) -> None:
        life = Life(FOLLOW_UP)
        life.tag("attended")
        assert life.at == []
        life.submit("registration")
        life.tag("attended")
        assert life.at == ["pitch.offer"]

    def test_a_goal_for_newcomers_does_not_hear_who_stands_in_the_campaign(self) -> None:
        text = """
        goals:
          first: {when: {web-form-submitted: a}, audience: newcomers}
        sequences:
          s: {after: [first], steps: {x: {wait: 1 day}, y: {send-email: mail}}}
        """
        life = Life(text)
        life.submit("a")
        life.submit("a")
        assert life.told("achieved") == ["achieved first: web form submitted a"]
        life.advance("1 day")
        life.submit("a")
        assert life.at == ["s.x"]

    def test_a_goal_with_after_can_hear_any_contact(self) -> None:
        text = FOLLOW_UP.replace("after: [remind]}", "after: [remind], audience: any-contact}")
        life = Life(text)
        life.tag("attended")
        assert life.at == ["pitch.offer"]

    def test_who_is_done_stands_in_it_no_more(self) -> None:
        life = Life(FOLLOW_UP)
        life.submit("registration")
        life.tag("attended")
        life.advance("1 day")
        assert life.at == []
        life.tag("attended")
        assert life.at == []

    def test_a_pending_arrival_stands_in_the_campaign(self) -> None:
        text = """
        goals:
          a: {when: {web-form-submitted: f}}
          b: {when: {tag-applied: t}, after: [later]}
        sequences:
          later: {after: [now], steps: {x: {wait: 1 day}}}
          now: {after: [a], steps: {y: {apply-tag: t}}}
          then: {after: [b], steps: {z: {wait: 1 day}}}
        """
        life = Life(text)
        life.submit("f")
        assert life.at == ["then.z"]
        assert "ended later: stopped by goal b (C3)" in life.told("ended")

    def test_all_goals_that_hear_an_event_are_chosen_from_the_state_before_it(self) -> None:
        text = """
        goals:
          in: {when: {web-form-submitted: f}}
          one: {when: {tag-applied: t}, after: [s]}
          two: {when: {tag-applied: t}, after: [s]}
        sequences:
          s: {after: [in], steps: {x: {wait: 1 day}}}
          p: {after: [one], steps: {x: {wait: 1 day}}}
          q: {after: [two], steps: {x: {wait: 1 day}}}
        """
        life = Life(text)
        life.submit("f")
        life.tag("t")
        assert life.at == ["p.x", "q.x"]

    def test_all_ends_precede_all_starts(self) -> None:
        text = """
        goals:
          a: {when: {tag-applied: t}}
          b: {when: {tag-applied: t}, after: [s], audience: any-contact}
          c: {when: {web-form-submitted: f}}
        sequences:
          r: {after: [a], steps: {x: {wait: 1 day}}}
          s: {after: [c], steps: {x: {wait: 1 day}}}
        """
        life = Life(text)
        life.submit("f")
        life.tag("t")
        what = [line.what for line in life.story]
        assert what.index("ended") < len(what) - 1 - what[::-1].index("entered")
        assert life.at == ["r.x"]

    def test_a_goal_starts_nothing_upstream_of_another_achieved_by_the_same_event(self) -> None:
        text = """
        goals:
          a: {when: {tag-applied: t}}
          b: {when: {tag-applied: t}, after: [s], audience: any-contact}
        sequences:
          s: {after: [a], steps: {x: {wait: 1 day}}}
          free: {after: [a], steps: {x: {wait: 1 day}}}
          r: {after: [b], steps: {x: {wait: 1 day}}}
        """
        life = Life(text)
        life.tag("t")
        assert life.at == ["free.x", "r.x"]
        refused = ["refused s: goal b was achieved by the same event (C2)"]
        assert life.told("refused") == refused

    def test_a_goal_before_another_of_the_same_event_does_not_queue_for_it(self) -> None:
        text = """
        goals:
          a: {when: {tag-applied: t}}
          b: {when: {tag-applied: t}, after: [a], audience: any-contact}
        sequences: {r: {after: [b], steps: {x: {wait: 1 day}}}}
        """
        life = Life(text)
        life.tag("t")
        assert life.at == ["r.x"]

    def test_but_goals_on_one_loop_may(self) -> None:
        text = """
        goals:
          a: {when: {tag-applied: t}, after: [r], audience: any-contact}
          b: {when: {tag-applied: t}, after: [s], audience: any-contact}
        sequences:
          s: {after: [a], steps: {x: {wait: 1 day}}}
          r: {after: [b], steps: {x: {wait: 1 day}}}
        """
        life = Life(text)
        life.tag("t")
        assert life.at == ["r.x", "s.x"]

    def test_an_unpublished_campaign_hears_and_runs_nothing(self) -> None:
        life = Life(FOLLOW_UP)
        life.submit("registration")
        life.flows = [replace(life.flows[0], published=False)]
        life.advance("10 days")
        life.tag("attended")
        assert life.at == ["remind.nudge"]
        assert life.fire("remind").story == ()
        assert next_due(life.flows, life.state) is None


class TestC3AGoalEndsWhatLeadsToIt:
    def test_it_ends_a_waiting_position_upstream_and_starts_what_is_after_it(self) -> None:
        life = Life(FOLLOW_UP)
        life.submit("registration")
        life.tag("attended")
        assert life.told("ended") == ["ended remind.nudge: stopped by goal attended (C3)"]
        assert life.at == ["pitch.offer"]

    def test_upstream_goes_through_other_goals(self) -> None:
        text = FOLLOW_UP.replace(
            "sequences:",
            "  bought: {when: {product-purchased: course}, after: [pitch]}\nsequences:",
        )
        life = Life(text)
        life.submit("registration")
        life.happen("product-purchased", product="course")
        assert life.at == []

    def test_upstream_goes_through_loops_itself_excluded(self) -> None:
        text = """
        goals:
          a: {when: {web-form-submitted: f}, after: [s], audience: any-contact}
        sequences:
          s: {after: [a], steps: {x: {wait: 1 day}}}
        """
        life = Life(text)
        life.submit("f")
        life.advance("1 hour")
        life.submit("f")
        assert life.due("s") == "2026-03-03T10:00"
        assert life.position("s").entry == 2

    def test_it_ends_queued_positions(self) -> None:
        life = Life(FOLLOW_UP)
        life.submit("registration")
        life.advance("3 days")
        assert life.at == ["remind queued"]
        life.tag("attended")
        assert life.at == ["pitch.offer"]

    def test_it_ends_join_rounds(self) -> None:
        text = """
        goals:
          a: {when: {web-form-submitted: f}}
          out: {when: {tag-applied: t}, after: [j]}
        sequences:
          one: {after: [a], steps: {x: {send-email: mail}}}
          two: {after: [a], steps: {x: {wait: 9 days}}}
        joins: {j: {after: [one, two]}}
        """
        life = Life(text)
        life.submit("f")
        assert life.at == ["j joining", "two.x"]
        life.tag("t")
        assert life.at == []

    def test_ends_none_leaves_them(self) -> None:
        life = Life(FOLLOW_UP.replace("after: [remind]}", "after: [remind], ends: none}"))
        life.submit("registration")
        life.tag("attended")
        assert life.at == ["pitch.offer", "remind.nudge"]

    def test_a_running_until_complete_sequence_is_overtaken_finishes_and_follows_no_arrow(
        self,
    ) -> None:
        text = """
        goals:
          a: {when: {web-form-submitted: f}}
          b: {when: {tag-applied: t}, after: [s]}
        sequences:
          s: {after: [a], runs: until-complete, steps: {x: {wait: 1 day, send-email: mail}}}
          next: {after: [s], steps: {y: {send-email: never}}}
        """
        life = Life(text)
        life.submit("f")
        life.tag("t")
        life.tag("t")
        assert life.at == ["s.x overtaken"]
        assert len(life.told("overtaken")) == 1
        life.advance("1 day")
        assert life.sent == ["mail"]
        assert life.at == []

    def test_a_queued_until_complete_sequence_ends(self) -> None:
        text = """
        goals:
          a: {when: {web-form-submitted: f}}
          b: {when: {tag-applied: t}, after: [s]}
        sequences:
          s: {after: [a], runs: until-complete, steps: {x: {send-email: mail}}}
        """
        life = Life(text)
        life.submit("f")
        assert life.at == ["s queued"]
        life.tag("t")
        assert life.at == []


DECISION = """
goals: {a: {when: {web-form-submitted: f}}, b: {when: {tag-applied: t}, after: [d.wait]}}
decisions:
  d:
    after: [a]
    choose: %s
    ways:
      pro: {if: {field: interest, is: pro}}
      rich: {if: {field: premium, at-least: 1000}}
      wait: {if: {field: interest, is: later}}
      %s
sequences:
  p: {after: [d.pro], steps: {x: {wait: 1 day}}}
  q: {after: [d.rich], steps: {x: {wait: 1 day}}}
  r: {after: [d.rest], steps: {x: {wait: 1 day}}}
"""


class TestC4ParallelByDefault:
    def test_two_arrows_out_of_one_node_start_both(self) -> None:
        text = """
        goals: {a: {when: {web-form-submitted: f}}}
        sequences:
          s: {after: [a], steps: {x: {wait: 1 day}}}
          t: {after: [a], steps: {x: {wait: 1 day}}}
        """
        life = Life(text)
        life.submit("f")
        assert life.at == ["s.x", "t.x"]

    @pytest.mark.parametrize(
        ("choose", "values", "at"),
        [
            ("first", {"interest": "pro", "premium": 2000}, ["p.x"]),
            ("every", {"interest": "pro", "premium": 2000}, ["p.x", "q.x"]),
            ("first", {}, ["r.x"]),
            ("every", {}, ["r.x"]),
            ("every", {"interest": "later", "premium": 2000}, ["d queued", "q.x"]),
        ],
    )
    def test_a_decision_follows_the_first_matching_way_or_every_one(
        self, choose: str, values: dict[str, str | int], at: list[str]
    ) -> None:
        life = Life(DECISION % (choose, "rest: otherwise"))
        for field, value in values.items():
            life.set(field, value)
        life.submit("f")
        assert life.at == at

    def test_a_decision_that_matches_nothing_ends_the_way(self) -> None:
        life = Life(DECISION % ("first", "rest: {if: {tag: vip}}"))
        life.submit("f")
        assert life.at == []
        assert life.told("ended") == ["ended d: no way matches (C4)"]

    def test_a_decision_reads_values_when_it_is_reached(self) -> None:
        text = """
        goals: {a: {when: {web-form-submitted: f}}}
        sequences:
          s: {after: [a], steps: {x: {set-field: {field: interest, value: pro}}}}
          p: {after: [d.pro], steps: {x: {wait: 1 day}}}
        decisions: {d: {after: [s], ways: {pro: {if: {field: interest, is: pro}}}}}
        """
        life = Life(text)
        life.submit("f")
        assert life.at == ["p.x"]

    def test_a_way_that_leads_to_goals_alone_queues_at_the_decision(self) -> None:
        life = Life(DECISION % ("first", "rest: otherwise"), interest="later")
        life.submit("f")
        assert life.at == ["d queued"]
        life.tag("t")
        assert life.at == []


class TestC5Turns:
    def test_the_steps_before_the_next_wait_always_run(self) -> None:
        text = """
        goals:
          a: {when: {web-form-submitted: f}}
          b: {when: {tag-applied: t}, after: [s]}
        sequences:
          s: {after: [a], steps: {x: {apply-tag: t}, y: {send-email: still}, z: {wait: 1 day}}}
          r: {after: [b], steps: {w: {send-email: then}}}
        """
        life = Life(text)
        life.submit("f")
        assert life.sent == ["still", "then"]
        assert life.at == []

    def test_events_of_a_run_come_before_its_arrivals(self) -> None:
        text = """
        goals:
          a: {when: {web-form-submitted: f}}
          b: {when: {tag-applied: t}}
        sequences:
          r: {after: [b], steps: {w: {send-email: second}}}
          s: {after: [a], steps: {x: {apply-tag: t}}}
          u: {after: [s], steps: {w: {send-email: first}}}
        """
        life = Life(text)
        life.submit("f")
        assert life.sent == ["first", "second"]
        order = [line.node for line in life.story if line.what in ("achieved", "entered")]
        assert order == ["a", "s", "b", "u", "r"]

    def test_a_wait_that_is_over_already_is_no_wait(self) -> None:
        text = """
        goals: {a: {when: {web-form-submitted: f}}}
        sequences: {s: {after: [a], steps: {x: {wait: 0 days, send-email: mail}}}}
        """
        life = Life(text)
        life.submit("f")
        assert life.sent == ["mail"]

    def test_a_loop_without_a_timer_goes_round_once(self) -> None:
        text = """
        goals: {a: {when: {web-form-submitted: f}}}
        sequences:
          s: {after: [a, t], steps: {x: {send-email: one}}}
          t: {after: [d.go], steps: {y: {send-email: two}}}
        decisions: {d: {after: [s], ways: {go: otherwise}}}
        """
        life = Life(text)
        life.submit("f")
        assert life.sent == ["one", "two"]
        assert life.told("refused") == ["refused s: entered in this turn already (C5)"]

    def test_a_decision_is_entered_once_in_a_turn(self) -> None:
        text = """
        goals: {a: {when: {web-form-submitted: f}}}
        sequences:
          s: {after: [a], steps: {x: {send-email: one}}}
          t: {after: [a], steps: {y: {send-email: two}}}
          u: {after: [d.go], steps: {y: {send-email: three}}}
        decisions: {d: {after: [s, t], ways: {go: otherwise}}}
        """
        life = Life(text)
        life.submit("f")
        assert life.sent == ["one", "two", "three"]
        assert life.told("refused") == ["refused d: entered in this turn already (C5)"]

    def test_goals_that_set_each_other_off_end(self) -> None:
        text = """
        goals:
          a: {when: {tag-applied: t}}
          b: {when: {tag-removed: t}}
        sequences:
          s: {after: [a], steps: {x: {remove-tag: t}}}
          r: {after: [b], steps: {x: {apply-tag: t}}}
        """
        life = Life(text)
        life.tag("t")
        assert life.told("refused") == ["refused a: entered in this turn already (C5)"]

    def test_a_loop_with_a_timer_goes_round_for_ever(self) -> None:
        text = """
        goals: {a: {when: {web-form-submitted: f}}}
        sequences: {s: {after: [a, s], steps: {x: {wait: 1 day, send-email: mail}}}}
        """
        life = Life(text)
        life.submit("f")
        life.advance("10 days")
        assert life.sent == ["mail"] * 10
        assert [effect.identity.entry for effect in life.effects] == list(range(1, 11))

    def test_a_timer_that_is_not_due_or_that_nobody_waits_for_changes_nothing(self) -> None:
        life = Life(FOLLOW_UP)
        life.submit("registration")
        before = life.state
        for node in ("remind", "pitch"):
            assert life.fire(node).story == ()
        assert life.handle(Due(9, 1, "remind")).story == ()
        assert life.state == before


class TestC6StartingWhatRunsDoesNothing:
    def test_one_who_is_in_a_sequence_stays_where_they_are(self) -> None:
        life = Life(FOLLOW_UP)
        life.submit("registration")
        life.advance("1 day")
        life.submit("registration")
        assert life.due("remind") == "2026-03-04T09:00"
        assert life.told("refused") == ["refused remind: is there already (C6)"]

    def test_one_who_finished_was_stopped_or_is_queued_starts_over(self) -> None:
        life = Life(FOLLOW_UP)
        for entry in (1, 2, 3):
            life.submit("registration")
            assert life.position("remind").entry == entry
            life.advance("5 days")
            assert life.at == ["remind queued"]
        assert life.sent == ["confirmed", "tomorrow", "call"] * 3

    def test_entry_once_is_for_life(self) -> None:
        text = """
        goals: {a: {when: {web-form-submitted: f}}}
        sequences: {s: {after: [a], entry: once, steps: {x: {send-email: mail}}}}
        """
        life = Life(text)
        life.submit("f")
        life.submit("f")
        assert life.sent == ["mail"]
        assert life.told("refused") == ["refused s: may be entered only once (C6)"]


class TestC7OpenPositions:
    def test_who_leaves_a_node_whose_only_arrows_lead_to_goals_is_queued_there(self) -> None:
        life = Life(FOLLOW_UP)
        life.submit("registration")
        life.advance("3 days")
        assert life.at == ["remind queued"]
        assert life.told("queued") == ["queued remind: waits for goal attended (C7)"]

    def test_who_leaves_a_node_without_arrows_is_done(self) -> None:
        life = Life(FOLLOW_UP, tags=["x"])
        life.submit("registration")
        life.tag("attended")
        life.advance("1 day")
        assert life.at == []
        assert life.told("ended")[-1] == "ended pitch: finished"

    def test_one_queues_at_a_goal_that_leads_to_goals_alone(self) -> None:
        text = """
        goals:
          a: {when: {web-form-submitted: f}}
          b: {when: {tag-applied: t}, after: [a]}
        sequences: {s: {after: [b], steps: {x: {wait: 1 day}}}}
        """
        life = Life(text)
        life.submit("f")
        assert life.at == ["a queued"]
        life.tag("t")
        assert life.at == ["s.x"]

    def test_an_arrow_from_a_sequence_is_followed_only_when_it_finished(self) -> None:
        text = """
        goals:
          a: {when: {web-form-submitted: f}}
          b: {when: {tag-applied: t}, after: [s]}
        sequences:
          s: {after: [a], steps: {x: {wait: 1 day}}}
          n: {after: [s], steps: {x: {wait: 1 day}}}
        """
        life = Life(text)
        life.submit("f")
        life.tag("t")
        life.advance("2 days")
        assert life.at == []
        life.submit("f")
        life.advance("1 day")
        assert life.at == ["n.x"]


class TestC10StepsCauseEvents:
    def test_no_change_causes_no_event(self) -> None:
        text = """
        goals: {a: {when: {web-form-submitted: f}}, b: {when: {tag-applied: t}}}
        sequences: {s: {after: [a], steps: {x: {apply-tag: t}}}}
        """
        life = Life(text, tags=["t"])
        life.submit("f")
        assert life.told("achieved") == ["achieved a: web form submitted f"]

    def test_one_order_is_one_event_and_matches_if_any_line_does(self) -> None:
        text = """
        goals: {a: {when: {product-purchased: course}}}
        sequences: {s: {after: [a], steps: {x: {send-email: thanks}}}}
        """
        life = Life(text)
        life.happen("product-purchased", product=("book", "pen"))
        assert life.sent == []
        life.happen("product-purchased", product=("book", "course", "course"))
        assert life.sent == ["thanks"]

    def test_every_attribute_of_a_trigger_must_match(self) -> None:
        text = """
        goals: {a: {when: {api-called: {integration: shop, call: paid}}}}
        sequences: {s: {after: [a], steps: {x: {send-email: thanks}}}}
        """
        life = Life(text)
        life.happen("api-called", integration="shop", call="refunded")
        life.happen("api-called", integration="shop")
        assert life.sent == []
        life.happen("api-called", integration="shop", call="paid")
        assert life.sent == ["thanks"]

    def test_timers_are_ordered_by_instant_then_campaign_then_node(self) -> None:
        text = """
        title: %s
        goals: {g: {when: {web-form-submitted: f}}}
        sequences:
          a: {after: [g], steps: {x: {wait: 1 day}}}
          b: {after: [g], steps: {x: {wait: 1 day}}}
          c: {after: [g], steps: {x: {wait: 1 hour}}}
        """
        life = Life(text % "Zebra", text % "ant")
        life.submit("f")
        seen = []
        while following := next_due(life.flows, life.state):
            life.now = following[0]
            life.handle(following[1])
            seen.append((following[1].campaign, following[1].node))
        assert seen == [(2, "c"), (1, "c"), (2, "a"), (2, "b"), (1, "a"), (1, "b")]

    def test_the_order_of_the_flows_that_are_given_makes_no_difference(self) -> None:
        one = """
        title: One
        goals: {g: {when: {web-form-submitted: f}}}
        sequences: {s: {after: [g], steps: {x: {send-email: one}}}}
        """
        life, other = Life(one, one.replace("one", "two")), Life(one, one.replace("one", "two"))
        other.flows.reverse()
        assert life.submit("f") == other.submit("f")


class TestC11EffectsAreRecordedOnce:
    def test_an_effect_is_known_by_contact_campaign_step_and_entry(self) -> None:
        life = Life(FOLLOW_UP)
        life.submit("registration")
        (effect,) = life.effects
        assert str(effect.identity) == f"1-1-{life.flows[0].ids['remind.confirm']}-1"
        assert effect.recorded == life.now

    def test_a_task_has_a_due_time(self) -> None:
        life = Life(FOLLOW_UP)
        life.submit("registration")
        life.advance("3 days")
        assert life.effects[-1].due == instant("2026-03-06T09:00")

    def test_a_step_that_was_passed_in_this_entry_is_passed_over(self) -> None:
        flow = live(FOLLOW_UP)
        step = flow.ids["remind.nudge"]
        here = Position(1, 1, "remind", Status.RUNNING, "nudge", 1, 0, 0, 10)
        for state in (
            ContactState(Contact(1), (here,), passed=frozenset({(1, step, 1)})),
            ContactState(Contact(1), (replace(here, skip=frozenset({step})),)),
        ):
            done = turn([flow], state, Due(1, 1, "remind"), 10, "UTC")
            assert done.effects == ()
            assert done.story[0].why == "was passed before (M3)"

    def test_a_new_entry_never_has_the_number_of_one_in_which_a_step_was_passed(self) -> None:
        flow = live(FOLLOW_UP)
        passed = frozenset({(1, flow.ids["remind.call"], 7)})
        state = ContactState(Contact(1), passed=passed)
        event = Event("web-form-submitted", {"form": "registration"})
        done = turn([flow], state, event, 0, "UTC")
        assert done.state.positions[0].entry == 8


class TestC12NotRetroactive:
    def test_an_enrolment_is_heard_by_one_campaign_s_entry_goals_alone(self) -> None:
        text = """
        goals:
          a: {when: {tag-applied: t}}
          b: {when: {tag-applied: t}, audience: newcomers}
          c: {when: {tag-applied: t}, after: [s]}
        sequences:
          s: {after: [a], steps: {x: {wait: 1 day}}}
          r: {after: [b], steps: {x: {wait: 1 day}}}
          q: {after: [c], steps: {x: {wait: 1 day}}}
        """
        life = Life(text, text, tags=["t"])
        life.enrol("tag-applied", campaign=2, tag="t")
        assert life.at == ["r.x", "s.x"]
        assert {position.campaign for position in life.state.positions} == {2}

    def test_it_passes_over_those_who_stand_in_it(self) -> None:
        life = Life(FOLLOW_UP)
        life.submit("registration")
        before = life.state
        life.enrol("web-form-submitted", form="registration")
        assert life.state == before
        assert life.told("refused") == ["refused : is in the campaign already (C12)"]

    def test_steps_of_an_enrolment_cause_events_for_every_campaign(self) -> None:
        tagging = """
        goals: {a: {when: {tag-applied: t}}}
        sequences: {s: {after: [a], steps: {x: {apply-tag: u}}}}
        """
        other = """
        goals: {a: {when: {tag-applied: u}}}
        sequences: {s: {after: [a], steps: {x: {wait: 1 day}}}}
        """
        life = Life(tagging, other)
        life.enrol("tag-applied", tag="t")
        assert [position.campaign for position in life.state.positions] == [2]


class TestC13Consent:
    @pytest.mark.parametrize(
        ("contact", "reason"),
        [
            (
                Contact(1, {"email": "a@b.no"}, refused=frozenset({Channel.EMAIL})),
                "opted out of email",
            ),
            (Contact(1), "has no email address"),
            (Contact(1, {"email": "nobody"}), "has no valid email address"),
        ],
    )
    def test_one_who_may_not_be_mailed_gets_nothing_and_the_sequence_goes_on(
        self, contact: Contact, reason: str
    ) -> None:
        life = Life(FOLLOW_UP)
        life.state = ContactState(contact)
        life.submit("registration")
        assert life.sent == []
        assert life.told("skipped") == [
            f"skipped remind.confirm: no email confirmed: the contact {reason} (C13)"
        ]
        assert life.at == ["remind.nudge"]
        life.advance("3 days")
        assert life.sent == ["call"]  # messages to owners are exempt


class TestSteps:
    def test_a_step_whose_if_does_not_hold_passes_over_its_action_not_its_wait(self) -> None:
        text = """
        goals: {a: {when: {web-form-submitted: f}}}
        sequences:
          s:
            after: [a]
            steps:
              x: {wait: 1 day, if: {tag: vip}, send-email: vip}
              y: {send-email: all}
        """
        life = Life(text)
        life.submit("f")
        assert life.at == ["s.x"]
        life.advance("1 day")
        assert life.sent == ["all"]
        assert life.told("skipped") == ["skipped s.x: its condition does not hold"]

    def test_the_story_reads_like_a_timeline(self) -> None:
        life = Life(FOLLOW_UP)
        life.submit("registration")
        life.tag("attended")
        assert [f"{line.what} {line.node}: {line.why}" for line in life.story] == [
            "event : web form submitted registration",
            "achieved registered: web form submitted registration",
            "entered remind: after registered",
            "passed remind.confirm: sent email confirmed",
            "waiting remind.nudge: until 2026-03-04 09:00 UTC",
            "event : tag applied attended",
            "achieved attended: tag applied attended",
            "ended remind.nudge: stopped by goal attended (C3)",
            "entered pitch: after attended",
            "waiting pitch.offer: until 2026-03-03 09:00 UTC",
        ]
