"""Contacts who go on in another campaign: a campaign is split, or merged into another (M0-M8)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from account_engine.position import Position, Status
from account_engine.upgrading.migration import migrate
from account_engine.upgrading.travelled import Elsewhere
from package_format.campaign.places import Place, PlaceSort
from package_format.references import Address
from package_format.upgrades.answers import Answer, Outcome, Via, answers
from package_format.upgrades.entries import Removed, backwards
from package_format.upgrades.entry_data import entries_data, read_entries
from tests.account_engine.lives import Life, flow_of, live

A = "a: {wait: 1 day, send-email: mail-a}"
B = "b: {wait: 2 days, send-email: mail-b}"
C = "c: {wait: 2 days, send-email: mail-c}"
P = "p: {wait: 1 day, send-email: mail-p}"
Q = "q: {wait: 3 days, send-email: mail-q}"
WHOLE = "[{moved: campaign/c1.late, to: campaign/c2.late}]"


def campaign(more: str = "", form: str = "f", **sequences: tuple[str, ...]) -> str:
    """Write a campaign whose sequences begin when a form is sent in; a goal ends them all."""
    lines = "".join(
        f"  {key}:\n    after: [in]\n    steps:\n" + "".join(f"      {step}\n" for step in steps)
        for key, steps in sequences.items()
    )
    return f"""
goals:
  in: {{when: {{web-form-submitted: {form}}}}}
  out: {{when: {{tag-applied: out}}, after: all}}
sequences:
{lines}{more}"""


TOGETHER = campaign(early=(A, B), late=(P, Q))
EARLY = campaign(early=(A, B))
LATE = campaign(late=(P, Q), form="g")


def where(life: Life) -> list[str]:
    """Where the contact stands, with the number of the campaign."""
    return [f"{p.campaign}: {p.where}" for p in life.state.positions]


def half_way() -> Life:
    """A contact who has had mails a and p, and waits for b and q."""
    life = Life(TOGETHER)
    life.submit("f")
    life.advance("1 day")
    life.advance("12 hours")
    assert life.at == ["early.b", "late.q"]
    return life


def finished(life: Life) -> list[str]:
    life.advance("30 days")
    return life.sent


class TestACampaignIsSplit:
    def test_who_is_in_the_part_that_leaves_goes_along_with_wait_and_due_time(self) -> None:
        life = half_way()
        before = {position.node: position for position in life.state.positions}
        life.upgrade_together({1: EARLY, 2: LATE}, WHOLE)
        assert where(life) == ["1: early.b", "2: late.q"]
        assert life.position("late") == replace(before["late"], campaign=2, version=1)
        assert life.told("migrated") == [
            "migrated late.q: from late.q to late.q in “C” (entry, M2)"
        ]
        assert finished(life) == ["mail-a", "mail-p", "mail-b", "mail-q"]

    def test_the_ids_and_all_that_was_entered_and_passed_go_along(self) -> None:
        life = half_way()
        old = life.current(1)
        life.upgrade_together({1: EARLY, 2: LATE}, WHOLE)
        new = life.current(2)
        for inner in ("late", "late.p", "late.q"):
            assert new.ids[inner] == old.ids[inner]
        assert life.state.entries[2, new.ids["late"]] == 1
        assert (2, new.ids["late.p"], 1) in life.state.passed

    def test_who_passed_it_and_left_is_not_sent_it_under_the_same_name_when_they_come_again(
        self,
    ) -> None:
        life = half_way()
        life.advance("10 days")
        life.tag("out")
        assert life.at == []
        life.upgrade_together({1: EARLY, 2: LATE}, WHOLE)
        life.submit("g")
        assert life.position("late").entry == 2
        assert finished(life)[-2:] == ["mail-p", "mail-q"]

    def test_a_timer_that_is_written_differently_there_is_credited(self) -> None:
        life = half_way()
        life.upgrade_together(
            {1: EARLY, 2: LATE.replace("q: {wait: 3 days", "q: {wait: 5 days")}, WHOLE
        )
        assert life.due("late") == "2026-03-08T09:00"

    @pytest.mark.parametrize(
        ("timer", "due"), [("keep", "2026-03-06T09:00"), ("restart", "2026-03-08T21:00")]
    )
    def test_or_kept_or_begun_anew_as_its_entry_says(self, timer: str, due: str) -> None:
        life = half_way()
        entries = WHOLE.replace("]", f", {{changed: campaign/c2.late.q, timer: {timer}}}]")
        life.upgrade_together({1: EARLY, 2: LATE.replace("3 days", "5 days")}, entries)
        assert life.due("late") == due

    def test_what_somebody_is_owed_goes_along(self) -> None:
        life = half_way()
        due = life.due("late")
        added = "[{added: campaign/c1.late.new, catch-up: 7 days}]"
        new = "new: {send-email: new}"
        life.upgrade_together({1: campaign(early=(A, B), late=(P, new, Q))}, added)
        life.upgrade_together({1: EARLY, 2: campaign(late=(P, new, Q), form="g")}, WHOLE)
        assert where(life) == ["1: early.b", "2: late.q"]
        life.advance("0 days")
        assert life.sent == ["mail-a", "mail-p", "new"]
        assert life.due("late") == due
        assert finished(life) == ["mail-a", "mail-p", "new", "mail-b", "mail-q"]

    def test_a_single_step_moves_into_a_sequence_of_another_campaign(self) -> None:
        life = Life(TOGETHER, campaign(other=(C,), form="g"))
        life.submit("f")
        life.advance("36 hours")
        due = life.due("late")
        life.upgrade_together(
            {1: campaign(early=(A, B), late=(P,)), 2: campaign(other=(Q, C), form="g")},
            "[{moved: campaign/c1.late.q, to: campaign/c2.other.q}]",
        )
        assert where(life) == ["1: early.b", "2: other.q"]
        assert life.due("other") == due
        assert finished(life) == ["mail-a", "mail-p", "mail-b", "mail-q", "mail-c"]

    def test_a_goal_is_heard_where_they_went_and_no_more_where_they_came_from(self) -> None:
        life = half_way()
        life.upgrade_together(
            {1: EARLY, 2: LATE.replace("tag-applied: out", "tag-applied: bought")}, WHOLE
        )
        life.tag("out")
        assert where(life) == ["2: late.q"]
        life.tag("bought")
        assert life.at == []

    def test_a_join_moves_with_those_who_wait_at_it(self) -> None:
        join = "joins:\n  both: {after: [early, late], wait-for: all}\n"
        end = "  end:\n    after: [both]\n    steps: {e: {send-email: mail-e}}\n"
        text = TOGETHER.replace("sequences:\n", f"{join}sequences:\n{end}")
        life = Life(text)
        life.submit("f")
        life.advance("3 days")
        life.advance("1 hour")
        assert life.at == ["both joining", "late.q"]
        moved = ", ".join(
            f"{{moved: campaign/c1.{key}, to: campaign/c2.{key}}}"
            for key in ("early", "late", "both", "end")
        )
        life.upgrade_together({1: campaign(new=(C,)), 2: text.replace("f}", "g}")}, f"[{moved}]")
        assert where(life) == ["2: both", "2: late.q"]
        assert finished(life)[-2:] == ["mail-q", "mail-e"]


class TestContactsAreSentToAnotherCampaign:
    ENTRY = "[{removed: campaign/c1.late, contacts: {continue-at: campaign/c2.other.c}}]"

    def test_they_keep_their_due_time_and_go_on_from_there(self) -> None:
        life = Life(TOGETHER, campaign(other=(A, C, B), form="g"))
        life.submit("f")
        life.advance("36 hours")
        due = life.due("late")
        life.upgrade_together({1: EARLY, 2: campaign(other=(A, C, B), form="g")}, self.ENTRY)
        assert where(life) == ["1: early.b", "2: other.c"]
        assert life.due("other") == due
        assert finished(life) == ["mail-a", "mail-p", "mail-b", "mail-c", "mail-b"]

    def test_a_campaign_is_removed_and_all_who_are_in_it_go_on_in_another(self) -> None:
        life = Life(TOGETHER, campaign(other=(A, C), form="g"))
        life.submit("f")
        life.upgrade_together(
            {1: None, 2: campaign(other=(A, C), form="g")},
            "[{removed: campaign/c1, contacts: {continue-at: campaign/c2.other.c}}]",
        )
        assert where(life) == ["2: other.c"]
        assert finished(life) == ["mail-c"]

    def test_who_passed_it_there_once_is_not_sent_it_again(self) -> None:
        other = campaign(other=(C, B), form="g")
        life = Life(TOGETHER, other)
        life.submit("g")
        life.advance("10 days")
        life.tag("out")
        assert life.sent == ["mail-c", "mail-b"]
        life.submit("f")
        life.upgrade_together({1: EARLY, 2: other}, self.ENTRY)
        assert finished(life) == ["mail-c", "mail-b", "mail-a", "mail-b"]

    @pytest.mark.parametrize(
        ("goal", "expected"),
        [
            (True, Answer(Outcome.GO_ON, Via.ENTRY, "other", "c", campaign="campaign/c2")),
            (False, None),
        ],
    )
    def test_where_no_goal_listens_any_more_the_answer_is_void(
        self, *, goal: bool, expected: Answer | None
    ) -> None:
        other = campaign(other=(C,))
        if not goal:
            other = "\n".join(line for line in other.splitlines() if "out:" not in line)
        found = dict(
            answers(
                flow_of(TOGETHER), flow_of(EARLY), Address.parse("campaign/c1"),
                read_entries([{"removed": "campaign/c1.late",
                               "contacts": {"continue-at": "campaign/c2.other.c"}}]),
                None, {Address.parse("campaign/c2"): flow_of(other)},
            )
        )  # fmt: skip
        assert found[Place("late", "q", PlaceSort.WAIT)] == expected


class TestSomebodyStandsThereAlready:
    def met(self, *, first: str, then: str) -> Life:
        """Two campaigns with the same sequence become one, while the contact stands in both."""
        life = Life(campaign(s=(A, B, C)), campaign(s=(A, B, C), form="g"))
        life.submit(first)
        life.advance("2 days")
        life.submit(then)
        return life

    @pytest.mark.parametrize(("first", "then"), [("f", "g"), ("g", "f")])
    def test_they_become_the_earlier_and_what_either_has_passed_is_passed(
        self, first: str, then: str
    ) -> None:
        life = self.met(first=first, then=then)
        assert life.sent == ["mail-a"]
        assert sorted(life.at) == ["s.a", "s.b"]
        dues = sorted(p.due for p in life.state.positions if p.due is not None)
        life.upgrade_together(
            {1: campaign(s=(A, B, C)), 2: None}, "[{moved: campaign/c2, to: campaign/c1}]"
        )
        (position,) = life.state.positions
        assert (position.campaign, position.due) == (1, dues[0])
        assert finished(life) == ["mail-a", "mail-b", "mail-c"]

    def test_who_is_not_met_keeps_both_places(self) -> None:
        life = Life(TOGETHER, campaign(other=(C,)))
        life.submit("f")
        life.upgrade_together({1: EARLY, 2: campaign(other=(C,), late=(P, Q))}, WHOLE)
        assert where(life) == ["1: early.a", "2: late.p", "2: other.c"]
        assert sorted(finished(life)) == ["mail-a", "mail-b", "mail-c", "mail-p", "mail-q"]

    def test_one_who_comes_to_it_from_there_is_not_sent_again_what_they_passed_here(self) -> None:
        behind = "  late:\n    after: [other]\n    steps:\n      " + P + "\n      " + Q + "\n"
        life = Life(TOGETHER, campaign(other=(C,)))
        life.submit("f")
        life.advance("12 hours")
        life.advance("1 day")
        assert life.sent == ["mail-a", "mail-p"]
        life.upgrade_together({1: EARLY, 2: campaign(behind, other=(C,))}, WHOLE)
        assert finished(life).count("mail-p") == 1

    def test_who_still_finishes_an_older_version_there_finishes_here_too(self) -> None:
        """A contact is heard in one version of a campaign (M7), and so is in one."""
        life = Life(TOGETHER, campaign(other=(C,)))
        life.submit("f")
        life.upgrade(
            campaign(new=(A,)), campaign=2,
            owner={Place("other", "c", PlaceSort.WAIT): Answer(Outcome.FINISH_ON_OLD, Via.OWNER)},
        )  # fmt: skip
        life.upgrade_together({1: EARLY, 2: campaign(new=(A,), late=(P, Q))}, WHOLE)
        assert [(p.campaign, p.version, p.where) for p in life.state.positions] == [
            (1, 1, "early.a"), (1, 1, "late.p"), (2, 1, "other.c"),
        ]  # fmt: skip
        assert sorted(finished(life)) == ["mail-a", "mail-b", "mail-c", "mail-p", "mail-q"]


class TestThereAndBack:
    def test_one_to_one_moves_are_read_backwards_into_the_former_campaign(self) -> None:
        life = half_way()
        before = life.state
        life.upgrade_together({1: EARLY, 2: LATE}, WHOLE)
        entries = read_entries([{"moved": "campaign/c1.late", "to": "campaign/c2.late"}])
        back = entries_data(backwards(entries, lambda _: False))
        life.upgrade_together({1: TOGETHER, 2: None}, str(back).replace("'", ""))
        assert where(life) == ["1: early.b", "1: late.q"]
        assert [p.due for p in life.state.positions] == [p.due for p in before.positions]
        assert finished(life) == ["mail-a", "mail-p", "mail-b", "mail-q"]

    def test_two_hops_are_one_jump(self) -> None:
        hops, jump = half_way(), half_way()
        further = "{moved: campaign/c2.late, to: campaign/c3.later}"
        later = LATE.replace("late:", "later:")
        hops.upgrade_together({1: EARLY, 2: LATE}, WHOLE)
        hops.upgrade_together({1: EARLY, 2: campaign(x=(C,), form="h"), 3: later}, f"[{further}]")
        jump.upgrade_together(
            {1: EARLY, 2: campaign(x=(C,), form="h"), 3: later}, f"{WHOLE[:-1]}, {further}]"
        )
        assert where(hops) == where(jump) == ["1: early.b", "3: later.q"]
        assert hops.due("later") == jump.due("later")
        assert finished(hops) == finished(jump) == ["mail-a", "mail-p", "mail-b", "mail-q"]

    def test_two_campaigns_exchange_what_they_have(self) -> None:
        life = Life(EARLY, campaign(late=(P, Q)))
        life.submit("f")
        life.upgrade_together(
            {1: campaign(late=(P, Q)), 2: EARLY},
            "[{moved: campaign/c1.early, to: campaign/c2.early},"
            " {moved: campaign/c2.late, to: campaign/c1.late}]",
        )
        assert where(life) == ["1: late.p", "2: early.a"]
        assert sorted(finished(life)) == ["mail-a", "mail-b", "mail-p", "mail-q"]

    def test_what_has_no_inverse_is_not_read_backwards(self) -> None:
        gone = Removed(
            Address.parse("campaign/c1"),
            read_entries([{"removed": "campaign/c1",
                           "contacts": {"continue-at": "campaign/c2.other.c"}}])[0].contacts,  # type: ignore[union-attr]
        )  # fmt: skip
        assert backwards([gone], lambda _: True) == ()


def test_a_place_that_is_not_there_is_no_answer() -> None:
    """An owner may have changed the other campaign since the plan was made."""
    one, two = live(TOGETHER), live(campaign(other=(C,)), campaign=2)
    life = Life(TOGETHER)
    life.submit("f")
    stood = {Place(p.node, p.step, PlaceSort.WAIT) for p in life.state.positions}
    for node, step in (("gone", "c"), ("other", "gone"), ("gone", None)):
        away = Answer(Outcome.GO_ON, Via.ENTRY, node, step, campaign="#2")
        done = migrate(
            one, one, dict.fromkeys(stood, away), life.state, now=life.now, zone="UTC",
            elsewhere={"#2": Elsewhere(two)},
        )  # fmt: skip
        assert len(done.unanswered) == 2
        assert done.state == life.state


def test_one_who_is_queued_waits_for_a_goal_of_the_other_campaign() -> None:
    life = Life(TOGETHER)
    life.submit("f")
    life.advance("10 days")
    assert life.at == ["early queued", "late queued"]
    life.upgrade_together({1: EARLY, 2: LATE}, WHOLE)
    position = life.position("late")
    assert isinstance(position, Position)
    assert (position.campaign, position.status) == (2, Status.QUEUED)
    life.tag("out")
    assert life.at == []


class TestWhatIsNewThere:
    """Who goes along is caught up in the other campaign as they would be in their own (M4)."""

    NEW = "new: {send-email: new}"
    ADDED = ", {added: campaign/c2.late.new, catch-up: 7 days}]"

    def test_who_waits_behind_it_gets_it_first(self) -> None:
        life = half_way()
        due = life.due("late")
        life.upgrade_together(
            {1: EARLY, 2: campaign(late=(P, self.NEW, Q), form="g")},
            WHOLE.replace("]", self.ADDED),
        )
        (told,) = life.told("migrated")
        assert "late.q in “C” (entry, M2); first late.new, put in before (M4)" in told
        life.advance("0 days")
        assert life.sent == ["mail-a", "mail-p", "new"]
        assert life.due("late") == due

    def test_who_is_queued_gets_it_and_stays_queued(self) -> None:
        life = Life(TOGETHER)
        life.submit("f")
        life.advance("6 days")
        assert life.at == ["early queued", "late queued"]
        life.upgrade_together(
            {1: EARLY, 2: campaign(late=(P, Q, self.NEW), form="g")},
            WHOLE.replace("]", self.ADDED),
        )
        assert finished(life)[-1] == "new"
        assert where(life) == ["1: early", "2: late"]

    def test_only_who_came_lately(self) -> None:
        life = half_way()
        entries = WHOLE.replace("]", self.ADDED).replace("7 days", "11 hours")
        life.upgrade_together({1: EARLY, 2: campaign(late=(P, self.NEW, Q), form="g")}, entries)
        assert "new" not in finished(life)

    def test_what_was_added_before_it_moved_is_caught_up_with_there(self) -> None:
        life = half_way()
        entries = f"[{{added: campaign/c1.late.new, catch-up: 7 days}}, {WHOLE[1:]}"
        life.upgrade_together({1: EARLY, 2: campaign(late=(P, self.NEW, Q), form="g")}, entries)
        assert finished(life)[2] == "new"

    def test_who_is_sent_there_gets_nothing_that_is_new_before_them(self) -> None:
        life = Life(TOGETHER, campaign(other=(C,), form="g"))
        life.submit("f")
        entries = (
            "[{removed: campaign/c1.late, contacts: {continue-at: campaign/c2.other.c}},"
            " {added: campaign/c2.other.new, catch-up: 7 days}]"
        )
        life.upgrade_together({1: EARLY, 2: campaign(other=(self.NEW, C), form="g")}, entries)
        assert "new" not in finished(life)

    def test_a_step_of_that_name_in_their_own_campaign_does_not_make_it_less_new(self) -> None:
        life = Life(campaign(late=(P, Q), other=(A,)))
        life.submit("f")
        life.advance("1 day")
        entries = (
            "[{moved: campaign/c1.late, to: campaign/c2.other},"
            " {added: campaign/c2.other.a, catch-up: 7 days}]"
        )
        life.upgrade_together({1: campaign(other=(A,)), 2: campaign(other=(P, A, Q), form="g")},
                              entries)  # fmt: skip
        assert finished(life) == ["mail-p", "mail-a", "mail-a", "mail-q"]
