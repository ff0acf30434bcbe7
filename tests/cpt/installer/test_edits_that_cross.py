"""What an owner changed in a part of a campaign goes where that goes, and comes back with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from account_engine.changing.changes import Republish
from cpt.errors import NotAPlanError, StrandedError
from cpt.installer.applying.apply import apply
from cpt.installer.changes import Change, ChangeType
from cpt.installer.choices import Selector
from cpt.installer.owning import find_owned, keeping, owned
from cpt.installer.plan import Plan
from cpt.installer.plan_file import load, save
from cpt.installer.planning.agreement import as_it_is, disagreement
from package_format.upgrades.answers import Outcome
from tests.cpt.installer.owners import Owner
from tests.cpt.installer.test_whole_campaigns import (
    APART,
    FORM,
    GREET,
    MERGED,
    NAME,
    PITCH,
    SPLIT,
    TOGETHER,
    course,
    flow,
    mail,
)

A, B = f"{NAME}:campaign/a", f"{NAME}:campaign/b"
FIRST = course("1.0.0", **TOGETHER)
SECOND = course("1.1.0", *SPLIT, **APART)
OWN = {"key": "own-wait", "wait": {"for": "1 day"}}


def put_in(data: Any) -> None:  # noqa: ANN401
    """Put a step of their own between the two of `pitch`, and make the second wait longer."""
    steps = data["sequences"]["pitch"]["steps"]
    steps[1]["wait"] = {"for": "4 days"}
    steps.insert(1, dict(OWN))


def steps_of(owner: Owner, address: str, sequence: str = "pitch") -> list[tuple[str, str]]:
    live = owner.account.object(owner.number(address))
    assert live is not None
    steps = live.data["sequences"][sequence]["steps"]
    return [(step["key"], step["wait"]["for"]) for step in steps]


def change_of(plan: Plan, address: str) -> Change:
    return next(change for change in plan.changes if change.address == address)


MINE = [("offer", "1 day"), ("own-wait", "1 day"), ("second", "4 days")]


def put_in_before_the_split(owner: Owner) -> None:
    owner.install(FIRST)
    owner.edit(A, put_in)
    owner.submit(FORM)
    owner.later(1)
    owner.install(SECOND)
    assert "Pitch: pitch.own-wait" in owner.standing


def put_in_after_the_split(owner: Owner) -> None:
    owner.install(FIRST)
    owner.submit(FORM)
    owner.later(1)
    owner.install(SECOND)
    owner.edit(B, put_in)
    assert "Pitch: pitch.second" in owner.standing


@pytest.mark.parametrize("edited", [put_in_before_the_split, put_in_after_the_split])
def test_going_back_brings_a_step_of_their_own_and_their_edits_back_with_everybody_in_it(
    owner: Owner, edited: Callable[[Owner], None]
) -> None:
    edited(owner)
    stood = owner.standing
    plan = owner.roll_back()
    assert plan.conflicts == ()
    assert change_of(plan, B).type is ChangeType.REMOVE
    assert {(t.title, str(t.place)) for t in plan.travels if t.contacts} == {
        tuple(where.split(": ")) for where in stood
    }
    assert steps_of(owner, A) == MINE
    assert owner.standing == [where.replace("Pitch:", "Course:") for where in stood]
    owner.later(30)
    assert sorted(owner.sent) == ["hello", "last", "nudge", "offer", "second"]


def test_there_and_back_and_there_again_it_is_still_theirs(owner: Owner) -> None:
    put_in_before_the_split(owner)
    owner.roll_back()
    owner.install(SECOND)
    assert steps_of(owner, B) == MINE
    assert owner.standing == ["Course: greet.nudge", "Pitch: pitch.own-wait"]


def test_the_older_version_asked_for_on_purpose_brings_it_back_too(owner: Owner) -> None:
    put_in_before_the_split(owner)
    assert owner.install(FIRST).conflicts == ()
    assert steps_of(owner, A) == MINE
    assert owner.standing == ["Course: greet.nudge", "Course: pitch.own-wait"]


def test_what_they_changed_is_in_the_one_that_another_is_merged_into(owner: Owner) -> None:
    """Whoever merges two campaigns does not have the second go on beside the first."""
    owner.install(course("1.0.0", **APART))
    owner.edit(B, put_in)
    owner.submit(FORM)
    owner.later(1)
    plan = owner.install(course("1.1.0", *MERGED, **TOGETHER))
    assert change_of(plan, B).type is ChangeType.REMOVE
    assert steps_of(owner, A) == MINE
    assert owner.standing == ["Course: greet.nudge", "Course: pitch.own-wait"]
    owner.roll_back()
    assert steps_of(owner, B) == MINE
    assert owner.standing == ["Course: greet.nudge", "Pitch: pitch.own-wait"]


def test_a_whole_campaign_that_becomes_part_of_another_takes_along_what_is_in_it(
    owner: Owner,
) -> None:
    """A sequence of the owner's own, too, and the arrow to it."""
    owner.install(course("1.0.0", **APART))

    def add(data: Any) -> None:  # noqa: ANN401
        own = {"after": ["pitch"], "steps": [{"key": "own-rest", "wait": {"for": "9 days"}}]}
        data["sequences"]["own-later"] = own

    owner.edit(B, add)
    owner.submit(FORM)
    owner.later(4)
    assert "Pitch: own-later.own-rest" in owner.standing
    both = flow("Course", greet=GREET, pitch=PITCH)
    moved = {"moved": "campaign/b", "to": "campaign/a"}
    goal = {"moved": "campaign/a.joined", "to": "campaign/a.began"}
    both["goals"]["began"] = {**both["goals"]["joined"], "title": "Began"}
    both["sequences"]["greet"]["after"] = ["began"]
    plan = owner.install(course("1.1.0", goal, moved, a=both))
    assert change_of(plan, B).type is ChangeType.REMOVE
    assert steps_of(owner, A, "own-later") == [("own-rest", "9 days")]
    assert owner.standing == ["Course: greet.last", "Course: own-later.own-rest"]


def test_steps_that_get_other_names_while_they_move_are_theirs_still(owner: Owner) -> None:
    owner.install(FIRST)
    owner.edit(A, put_in)
    renamed = {"moved": "campaign/b.pitch.second", "to": "campaign/b.pitch.again"}
    again = flow("Pitch", pitch=[PITCH[0], {**PITCH[1], "key": "again"}])
    plan = owner.install(course("1.1.0", *SPLIT, renamed, a=APART["a"], b=again))
    assert plan.conflicts == ()
    assert steps_of(owner, B) == [("offer", "1 day"), ("own-wait", "1 day"), ("again", "4 days")]
    owner.roll_back()
    assert steps_of(owner, A) == MINE


def test_what_they_took_out_of_the_part_that_moves_stays_out(owner: Owner) -> None:
    owner.install(FIRST)
    owner.edit(A, lambda data: data["sequences"]["pitch"]["steps"].pop(1))
    owner.install(SECOND)
    assert steps_of(owner, B) == [("offer", "1 day")]
    owner.roll_back()
    assert steps_of(owner, A) == [("offer", "1 day")]


def test_what_is_theirs_for_good_is_so_where_it_goes(owner: Owner) -> None:
    owner.install(FIRST)
    owner.edit(A, put_in)
    (chosen,) = find_owned(owner.account, [Selector.parse("campaign/a.pitch")])
    change_set = keeping(owner.account, [chosen], "for-good")
    assert change_set is not None
    owner.account.apply(change_set)
    other = flow("Pitch", pitch=[PITCH[0], mail("second", 9)])
    for package, address in (
        (course("1.1.0", *SPLIT, a=APART["a"], b=other), B),
        (course("1.0.1", **TOGETHER), A),
    ):
        owner.install(package)
        assert steps_of(owner, address) == MINE
        (one,) = owned(owner.account)
        assert one.selector == f"{address}#sequences.pitch"


def read_again(plan: Plan, owner: Owner) -> Plan:
    """Return a plan as it is shown once it was kept in a file."""
    kept = load(save(plan))
    assert disagreement(kept) is None
    return as_it_is(kept, owner.account)


class TestWhatCannotGoAlong:
    def test_an_edit_beside_what_moves_keeps_the_campaign_and_says_who_is_in_it(
        self, owner: Owner
    ) -> None:
        """Who is in what moves goes along; the campaign runs on, as the owner's."""
        put_in_before_the_split(owner)
        owner.edit(B, lambda data: data.update(title="Mine"))
        plan = owner.plan_back()
        assert read_again(plan, owner).travels == plan.travels
        apply(plan, owner.account)
        kept = change_of(plan, B)
        assert (kept.type, kept.reason) == (
            ChangeType.RELEASE,
            "you changed title: it goes on running, as your own; --take campaign/b lets it go, too",
        )
        assert steps_of(owner, A) == MINE
        assert owner.standing == ["Course: greet.nudge", "Course: pitch.own-wait"]

    @pytest.mark.parametrize(("side", "stays"), [("keep", True), ("take", False)])
    def test_a_sequence_of_their_own_is_asked_about_and_who_is_in_it_is_shown(
        self,
        owner: Owner,
        side: str,
        stays: bool,  # noqa: FBT001
    ) -> None:
        owner.install(FIRST)
        owner.submit(FORM)
        owner.later(1)
        owner.install(SECOND)

        def add(data: Any) -> None:  # noqa: ANN401
            own = {"after": ["joined"], "steps": [{"key": "own-rest", "wait": {"for": "9 days"}}]}
            data["sequences"]["own-later"] = own

        owner.edit(B, add)
        owner.submit(FORM)
        assert "Pitch: own-later.own-rest" in owner.standing
        asked = owner.plan_back()
        (conflict,) = asked.conflicts
        assert "it holds your own own-later and own-later.own-rest" in conflict.reason
        shown = {str(t.place): t.answer for t in asked.travels if t.contacts and t.campaign == B}
        assert sorted(shown) == ["own-later.own-rest", "pitch.second"]
        assert any("shown as it would be if you keep yours" in note for note in asked.notes)
        plan = owner.plan_back(**{side: ("campaign/b",)})
        now = {str(t.place): t.answer for t in plan.travels if t.contacts and t.campaign == B}
        if stays:
            assert now == shown
            apply(plan, owner.account)
            assert "Pitch: own-later.own-rest" in owner.standing
            assert "Course: pitch.second" in owner.standing
        else:
            assert now["own-later.own-rest"] is None
            with pytest.raises(StrandedError):
                apply(plan, owner.account)

    def test_two_of_one_key_do_not_both_fit_and_the_second_is_asked_about(
        self, owner: Owner
    ) -> None:
        owner.install(course("1.0.0", a=flow("Course", greet=GREET), b=flow("Later", greet=GREET)))
        owner.edit(B, lambda data: data["sequences"]["greet"]["steps"].insert(0, dict(OWN)))
        moved = {"moved": "campaign/b", "to": "campaign/a"}
        plan = owner.plan(course("1.1.0", moved, a=flow("Course", greet=GREET)))
        (conflict,) = plan.conflicts
        assert conflict.address == B
        assert "it holds your own greet.own-wait" in conflict.reason

    def test_whoever_stands_in_a_campaign_that_becomes_the_owners_is_shown(
        self, owner: Owner
    ) -> None:
        owner.install(course("1.0.0", **APART))
        owner.submit(FORM)
        owner.edit(B, lambda data: data.update(title="Mine"))
        plan = owner.plan(course("2.0.0", {"removed": "campaign/b"}, a=APART["a"]))
        assert read_again(plan, owner).travels == plan.travels
        (stays,) = (t for t in plan.travels if t.contacts and t.campaign == B)
        assert stays.answer is not None
        assert (stays.title, stays.answer.outcome, stays.answer.same) == (
            "Mine", Outcome.GO_ON, True,
        )  # fmt: skip
        assert not any(getattr(one, "object", 0) == owner.number(B)
                       for one in plan.change_set.operations)  # fmt: skip

    def test_a_plan_file_that_would_change_what_it_shows_as_left_alone_is_refused(
        self, owner: Owner
    ) -> None:
        put_in_before_the_split(owner)
        owner.edit(B, lambda data: data.update(title="Mine"))
        plan = owner.plan_back()
        forged = tuple(
            replace(one, data={**one.data, "title": "Theirs"})
            if isinstance(one, Republish) and one.object == owner.number(B)
            else one
            for one in plan.change_set.operations
        )
        plan = replace(plan, change_set=replace(plan.change_set, operations=forged))
        with pytest.raises(NotAPlanError, match="shows that it stays as it is"):
            as_it_is(plan, owner.account)
