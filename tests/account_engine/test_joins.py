"""Joins: where parallel ways meet again, and why none is ever stuck (C8)."""

from __future__ import annotations

from dataclasses import replace

from tests.account_engine.lives import Life

TWO_WAYS = """
goals:
  a: {when: {web-form-submitted: f}}
  out: {when: {tag-applied: out}, after: [slow], ends: none}
sequences:
  quick: {after: [a], steps: {x: {wait: 1 day}}}
  slow: {after: [a], steps: {x: {wait: 5 days}}}
  then: {after: [j], steps: {y: {wait: 1 day, send-email: met}}}
joins:
  j: {after: [quick, slow], wait-for: all}
"""
ANY = TWO_WAYS.replace("wait-for: all", "wait-for: any")


class TestAll:
    def test_passes_when_nothing_runs_among_its_feeders(self) -> None:
        life = Life(TWO_WAYS)
        life.submit("f")
        life.advance("2 days")
        assert life.at == ["j joining", "slow.x"]
        life.advance("3 days")
        assert life.at == ["then.y"]
        assert life.told("joined")[-1] == "joined j: passed with quick, slow (C8)"

    def test_two_arrivals_in_one_turn_pass_once(self) -> None:
        life = Life(TWO_WAYS.replace("5 days", "1 day").replace("wait: 1 day}", "apply-tag: t}"))
        life.submit("f")
        life.advance("2 days")
        assert life.sent == ["met"]

    def test_feeders_reach_it_through_other_nodes_but_not_through_goals(self) -> None:
        text = """
        goals:
          a: {when: {web-form-submitted: f}}
          g: {when: {tag-applied: t}, after: [far]}
        sequences:
          quick: {after: [a], steps: {x: {apply-tag: u}}}
          before: {after: [a], steps: {x: {wait: 2 days}}}
          slow: {after: [before], steps: {x: {wait: 2 days}}}
          far: {after: [a], steps: {x: {wait: 9 days}}}
          near: {after: [g], steps: {x: {wait: 9 days}}}
        joins:
          j: {after: [quick, slow, near]}
        """
        life = Life(text)
        life.submit("f")
        assert "j joining" in life.at
        life.advance("3 days")
        assert "j joining" in life.at
        life.advance("1 day")
        assert life.at == ["far.x"]

    def test_an_overtaken_sequence_counts_as_ended(self) -> None:
        text = TWO_WAYS.replace("slow: {after: [a],", "slow: {after: [a], runs: until-complete,")
        life = Life(text.replace(", ends: none", ""))
        life.submit("f")
        life.tag("out")
        assert life.at == ["quick.x", "slow.x overtaken"]
        life.advance("1 day")
        assert life.at == ["slow.x overtaken", "then.y"]

    def test_a_way_that_was_stopped_is_not_waited_for(self) -> None:
        life = Life(TWO_WAYS.replace(", ends: none", ""))
        life.submit("f")
        life.advance("1 day")
        life.tag("out")
        assert life.at == ["then.y"]

    def test_a_way_of_a_decision_that_was_not_chosen_is_not_waited_for(self) -> None:
        text = """
        goals: {a: {when: {web-form-submitted: f}}}
        decisions: {d: {after: [a], ways: {one: {if: {tag: t}}, two: otherwise}}}
        sequences: {s: {after: [d.one], steps: {x: {wait: 1 day}}}}
        joins: {j: {after: [s, d.two]}}
        """
        life = Life(text)
        life.submit("f")
        assert life.told("joined")[-1] == "joined j: passed with d.two (C8)"

    def test_every_goal_named_directly_must_have_arrived(self) -> None:
        text = """
        goals:
          a: {when: {web-form-submitted: f}}
          g: {when: {tag-applied: t}, audience: in-campaign}
        sequences:
          s: {after: [a], steps: {x: {apply-tag: u}}}
          then: {after: [j], steps: {y: {wait: 1 day}}}
        joins: {j: {after: [s, g]}}
        """
        life = Life(text)
        life.submit("f")
        assert life.at == ["j joining"]
        life.advance("30 days")
        life.tag("t")
        assert life.at == ["then.y"]

    def test_without_an_arrival_there_is_no_round(self) -> None:
        text = TWO_WAYS.replace("wait: 1 day}", "wait: {until: 2020-01-01T00:00, if-past: end}}")
        life = Life(text.replace("wait: 5 days", "wait: {until: 2020-01-01T00:00, if-past: end}"))
        life.submit("f")
        assert life.at == []

    def test_a_waiting_join_among_the_feeders_is_waited_for(self) -> None:
        text = """
        goals: {a: {when: {web-form-submitted: f}}}
        sequences:
          one: {after: [a], steps: {x: {apply-tag: t}}}
          two: {after: [a], steps: {x: {wait: 2 days}}}
        joins:
          inner: {after: [one, two]}
          outer: {after: [one, inner]}
        """
        life = Life(text)
        life.submit("f")
        assert life.at == ["inner joining", "outer joining", "two.x"]
        life.advance("2 days")
        assert life.at == []
        assert life.told("joined")[-1] == "joined outer: passed with inner, one (C8)"

    def test_joins_on_a_common_loop_do_not_block_each_other(self) -> None:
        text = """
        goals: {a: {when: {web-form-submitted: f}}}
        sequences:
          s: {after: [a], steps: {x: {apply-tag: t}}}
          p: {after: [j], steps: {x: {wait: 1 day}}}
          q: {after: [k], steps: {x: {wait: 1 day}}}
        joins:
          j: {after: [s, q]}
          k: {after: [s, p]}
        """
        life = Life(text)
        life.submit("f")
        assert life.at == ["p.x", "q.x"]

    def test_an_arrival_after_it_passed_in_the_same_turn_is_refused(self) -> None:
        text = """
        goals:
          a: {when: {web-form-submitted: f}}
          b: {when: {tag-applied: t}}
        sequences:
          s: {after: [a], steps: {x: {apply-tag: u}}}
          p: {after: [j], steps: {x: {apply-tag: t}}}
          q: {after: [b], steps: {x: {apply-tag: v}}}
        joins: {j: {after: [s, q]}}
        """
        life = Life(text)
        life.submit("f")
        assert life.told("refused") == ["refused j: passed in this turn already (C5)"]
        assert life.at == []

    def test_one_who_passes_towards_goals_alone_is_queued_and_a_new_round_starts_over(self) -> None:
        text = """
        goals:
          a: {when: {web-form-submitted: f}}
          g: {when: {tag-applied: t}, after: [j]}
        sequences:
          s: {after: [a], steps: {x: {wait: 1 day}}}
          r: {after: [a], steps: {x: {wait: 2 days}}}
        joins: {j: {after: [s, r]}}
        """
        life = Life(text)
        life.submit("f")
        life.advance("2 days")
        assert life.at == ["j queued"]
        entry = life.position("j").entry
        life.submit("f")
        life.advance("1 day")
        assert life.at == ["j joining", "r.x"]
        assert life.position("j").entry == entry + 1


class TestAny:
    def test_passes_at_the_first_arrival_and_absorbs_the_rest(self) -> None:
        life = Life(ANY)
        life.submit("f")
        life.advance("1 day")
        assert life.at == ["j absorbing", "slow.x", "then.y"]
        life.advance("10 days")
        assert life.sent == ["met"]
        assert life.at == []
        assert "joined j: from slow, where others had passed (C8)" in life.told("joined")

    def test_cancels_nothing(self) -> None:
        life = Life(ANY.replace("wait: 5 days", "wait: 5 days, send-email: slow"))
        life.submit("f")
        life.advance("10 days")
        assert life.sent == ["met", "slow"]

    def test_begins_a_new_round_when_its_feeders_are_empty(self) -> None:
        life = Life(ANY)
        life.submit("f")
        life.advance("10 days")
        life.submit("f")
        life.advance("10 days")
        assert life.sent == ["met", "met"]

    def test_absorbs_no_more_when_the_rest_is_stopped(self) -> None:
        life = Life(ANY.replace("after: [slow], ends: none", "after: [slow]"))
        life.submit("f")
        life.advance("1 day")
        life.tag("out")
        assert life.at == ["then.y"]

    def test_one_queued_there_absorbs_too(self) -> None:
        text = """
        goals:
          a: {when: {web-form-submitted: f}}
          g: {when: {tag-applied: t}, after: [j]}
        sequences:
          quick: {after: [a], steps: {x: {wait: 1 day}}}
          slow: {after: [a], steps: {x: {wait: 2 days}}}
        joins: {j: {after: [quick, slow], wait-for: any}}
        """
        life = Life(text)
        life.submit("f")
        life.advance("1 day")
        assert life.at == ["j queued absorbing", "slow.x"]
        life.advance("1 day")
        assert life.at == ["j queued"]
        assert life.position("j").entry == 1

    def test_goes_round_a_loop(self) -> None:
        text = """
        goals: {a: {when: {web-form-submitted: f}}}
        sequences:
          s: {after: [a], steps: {x: {wait: 1 day}}}
          back: {after: [j], steps: {x: {wait: 1 day, send-email: round}}}
        joins: {j: {after: [s, back], wait-for: any}}
        """
        life = Life(text)
        life.submit("f")
        life.advance("5 days")
        assert life.sent == ["round"] * 4


def test_joins_of_an_unpublished_campaign_do_not_settle() -> None:
    life = Life(TWO_WAYS.replace("5 days", "2 days"))
    life.submit("f")
    life.advance("1 day")
    (flow,) = life.flows
    life.flows = [replace(flow, published=False)]
    life.tag("x")
    assert life.at == ["j joining", "slow.x"]
