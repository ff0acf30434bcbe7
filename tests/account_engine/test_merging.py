"""Two contacts become one: nothing is lost, nothing said twice, nobody stuck, and all is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from account_engine.catalogue import NOTHING
from account_engine.contacts import Contact, ContactState, Points
from account_engine.effects import Effect
from account_engine.merging import Merged, merge
from package_format.campaign.places import Place, PlaceSort
from package_format.contact_fields import Channel
from package_format.upgrades.answers import Answer, Outcome, Via
from tests.account_engine.lives import Life
from tests.account_engine.test_laws import (
    Data,
    campaigns,
    histories,
    live_through,
    lives,
)

HOUR = 3600

TRIAL = """
goals:
  asked: {when: {web-form-submitted: question}}
  joined: {when: {web-form-submitted: f}, audience: any-contact}
  bought: {when: {tag-applied: customer}, after: [remind]}
sequences:
  remind:
    after: [joined]
    steps:
      first: {send-email: one}
      second: {wait: 2 days, send-email: two}
      third: {wait: 2 days, send-email: three}
  gift: {after: [joined], entry: once, steps: {book: {send-email: gift}}}
  dated: {after: [asked], steps: {eve: {wait: {until-field: day, offset: -1 day}, send-email: eve}}}
"""

BOTH = """
goals:
  left: {when: {web-form-submitted: f}}
  right: {when: {web-form-submitted: g}}
sequences:
  end: {after: [together], steps: {send: {send-email: three}}}
joins:
  together: {after: [left, right], wait-for: all}
"""


class Two:
    """Two lives in one account."""

    def __init__(self, *texts: str, zone: str = "") -> None:
        """Begin; the other one may live in another time zone."""
        self.one, self.other = Life(*texts), Life(*texts)
        values = {"email": "lovelace@example.com"} | ({"time_zone": zone} if zone else {})
        self.other.state = ContactState(Contact(2, values))
        self.before: tuple[ContactState, ...] = ()
        self.sent_before: list[Effect] = []

    def meet(self) -> Merged:
        """Let both come to the same moment, and merge them; the one lives on."""
        now = max(self.one.now, self.other.now)
        for life in (self.one, self.other):
            life.advance(f"{(now - life.now) // HOUR} hours")
        one, other = self.before = (self.one.state, self.other.state)
        done = merge(self.one.flows, one, other, now=now, zone="UTC", catalogue=NOTHING)
        self.sent_before = self.one.effects + self.other.effects
        self.one.state = done.state
        self.one.effects = list(self.sent_before)
        self.one.story += done.story
        self.one.verify()
        return done

    @property
    def after(self) -> list[str]:
        """What was sent since they met."""
        return self.one.sent[len(self.sent_before) :]


def test_what_is_known_of_both_is_known_of_one() -> None:
    two = Two(TRIAL)
    one, other = two.one.state.contact, two.other.state.contact
    two.one.state = replace(
        two.one.state,
        contact=replace(
            one,
            values={"email": "ada@example.com", "city": "Oslo"},
            tags=frozenset({"t0"}),
            purchases={"#1": 2},
            opportunities=("#5",),
            tasks={"#7": 1},
            scores={"#9": Points(3, 0)},
            refused=frozenset({Channel.FAX}),
        ),
    )
    two.other.state = replace(
        two.other.state,
        contact=replace(
            other,
            values={"email": "lovelace@example.com", "city": "Oslo", "company": "Engines"},
            tags=frozenset({"t1"}),
            purchases={"#1": 1, "#2": 1},
            opportunities=("#6",),
            tasks={"#7": 1},
            scores={"#9": Points(4, 0)},
            refused=frozenset({Channel.EMAIL}),
            owner="kim@shop.example",
        ),
    )
    done = two.meet()
    assert done.state.contact == Contact(
        1,
        {"email": "ada@example.com", "city": "Oslo", "company": "Engines"},
        frozenset({"t0", "t1"}),
        frozenset({Channel.FAX, Channel.EMAIL}),
        "kim@shop.example",
        {"#1": 3, "#2": 1},
        ("#6", "#5"),
        {"#7": 2},
        {"#9": Points(7, 0)},
    )
    (told,) = done.story
    assert told.what == "merged"
    assert told.why == (
        "contact 2 is this one from now on; took over company; kept email; "
        "wants no email, as they did not (C13)"
    )


def test_who_has_come_further_in_a_sequence_stays_and_nothing_is_said_again() -> None:
    for further in ("one", "other"):
        two = Two(TRIAL)
        getattr(two, further).submit("f")
        for life in (two.one, two.other):
            life.advance("3 days")
            life.submit("f")
        done = two.meet()
        assert two.one.at == ["remind.third"]
        (ended,) = [line for line in done.story if line.what == "ended"]
        assert ended.node == "remind.second"
        assert "was here too" in ended.why
        two.one.advance("1 day")
        assert two.after == ["three"]


def test_what_may_be_entered_once_was_entered_by_either() -> None:
    two = Two(TRIAL)
    two.other.submit("f")
    two.meet()
    two.one.tag("customer")
    two.one.submit("f")
    assert "gift" not in two.after


def test_a_date_that_only_the_duplicate_had_ends_the_wait_of_the_survivor() -> None:
    two = Two(TRIAL)
    two.one.submit("question")
    two.other.set("day", "2026-03-10")
    assert two.one.due("dated") is None
    done = two.meet()
    assert two.one.due("dated") == "2026-03-09T00:00"
    assert [line.node for line in done.story if line.what == "waiting"] == ["dated.eve"]


def test_a_wait_of_the_duplicate_is_for_the_date_of_the_survivor() -> None:
    two = Two(TRIAL)
    two.one.set("day", "2026-03-20")
    two.other.set("day", "2026-03-10")
    two.other.submit("question")
    two.meet()
    assert two.one.due("dated") == "2026-03-19T00:00"


def test_a_join_at_which_each_had_arrived_by_another_way_passes() -> None:
    two = Two(BOTH)
    two.one.submit("f")
    two.other.submit("g")
    assert two.one.at == two.other.at == ["together joining"]
    two.meet()
    two.one.advance("0 hours")
    assert (two.after, two.one.at) == (["three"], [])


def test_who_finishes_an_older_version_is_carried_to_the_newer_one_of_the_other() -> None:
    two = Two(TRIAL)
    two.one.submit("f")
    two.other.submit("question")
    later = TRIAL.replace("2 days", "3 days")
    stays = {Place("remind", "second", PlaceSort.WAIT): Answer(Outcome.FINISH_ON_OLD, Via.OWNER)}
    two.one.upgrade(later, owner=stays)
    two.other.upgrade(later)
    assert [p.version for p in two.one.state.positions] == [1]
    assert [p.version for p in two.other.state.positions] == [2]
    two.meet()
    assert two.one.at == ["dated.eve", "remind.second"]
    assert [p.version for p in two.one.state.positions] == [2, 2]
    assert two.one.due("remind") == "2026-03-05T09:00"  # credited with what it has waited (M5)


@given(campaigns(), campaigns(), histories, histories, histories, st.booleans())
@lives
def test_nothing_is_lost_said_twice_or_stuck_whoever_is_merged(
    first: Data,
    second: Data,
    one: list[tuple[str, Any]],
    other: list[tuple[str, Any]],
    after: list[tuple[str, Any]],
    lives_elsewhere: bool,  # noqa: FBT001  drawn
) -> None:
    two = Two(
        yaml.safe_dump(first), yaml.safe_dump(second), zone="Asia/Tokyo" if lives_elsewhere else ""
    )
    live_through(two.one, [("submit", "f"), *one])
    live_through(two.other, [("submit", "f"), *other])
    done = two.meet()
    stand = {position.identity for position in two.before[0].positions}
    stood = {position.identity for position in two.before[1].positions}
    assert [position.identity for position in done.state.positions] == sorted(stand | stood)
    ended = [line for line in done.story if line.what == "ended"]
    assert len(ended) == len(stand & stood)
    assert len(done.state.passed) == sum(len(state.passed) for state in two.before)
    assert all(done.state.entries[key] for state in two.before for key in state.entries)
    live_through(two.one, [("advance", "1 hour"), *after, ("advance", "10 days")])
    identities = [effect.identity for effect in two.one.effects]
    assert len(set(identities)) == len(identities)
