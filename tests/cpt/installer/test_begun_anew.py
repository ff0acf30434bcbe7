"""Going back says of whom nobody knows any more since when they wait, and of nobody else (M8)."""

from __future__ import annotations

from typing import Any

from tests.cpt.installer.owners import Owner
from tests.cpt.installer.test_whole_campaigns import FORM, NAME, SPLIT, course, flow, mail

A = f"{NAME}:campaign/a"
FIRST = course("1.0.0", a=flow("Course", pitch=[mail("offer", 1), mail("second", 9)]))
SHORTER = {"pitch": [mail("offer", 1), mail("second", 5)]}
ANEW = {"changed": "campaign/a.pitch.second", "timer": "restart"}
SECOND = course("1.1.0", ANEW, a=flow("Course", **SHORTER))
NOTE = (
    "1.1.0 let the wait at pitch.second begin anew; going back cannot tell when it had begun, and "
    "counts from then."
)


def waiting(owner: Owner, days: int) -> None:
    owner.install(FIRST)
    owner.submit(FORM)
    owner.later(days)


def test_whoever_waits_there_counts_from_when_it_began_anew(owner: Owner) -> None:
    waiting(owner, 3)
    owner.install(SECOND)
    assert owner.plan_back().notes == (NOTE,)


def test_where_nobody_waits_nothing_is_said(owner: Owner) -> None:
    waiting(owner, 0)
    owner.install(SECOND)
    assert owner.standing == ["Course: pitch.offer"]
    assert owner.plan_back().notes == ()


def test_where_the_owner_has_kept_their_own_wait_it_never_began_anew(owner: Owner) -> None:
    waiting(owner, 3)

    def longer(data: Any) -> None:  # noqa: ANN401
        data["sequences"]["pitch"]["steps"][1]["wait"] = {"for": "12 days"}

    owner.edit(A, longer)
    owner.install(SECOND, keep=("campaign/a#sequences.pitch.steps.second.wait.for",))
    assert owner.plan_back().notes == ()


def test_it_is_said_of_a_step_that_is_in_another_campaign_by_then(owner: Owner) -> None:
    waiting(owner, 3)
    there = {"changed": "campaign/b.pitch.second", "timer": "restart"}
    apart = {"a": flow("Course", greet=[mail("hello")]), "b": flow("Pitch", **SHORTER)}
    owner.install(course("1.1.0", *SPLIT, there, **apart))
    assert owner.standing == ["Pitch: pitch.second"]
    assert owner.plan_back().notes == (NOTE,)
