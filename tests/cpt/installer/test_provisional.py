"""What a plan shows of contacts while there is something to settle is what it shows then."""

from __future__ import annotations

from typing import Any

from tests.cpt.installer.owners import Owner
from tests.cpt.installer.test_whole_campaigns import FORM, NAME, SPLIT, course, flow, mail

A = f"{NAME}:campaign/a"
BOTH = {"greet": [mail("hello"), mail("nudge", 2)], "pitch": [mail("offer", 1), mail("second", 3)]}


def changed(owner: Owner, sequence: str, index: int) -> None:
    """Let the owner wait for ten days at a step."""
    owner.install(course("1.0.0", a=flow("Course", **BOTH)))

    def change(data: Any) -> None:  # noqa: ANN401
        data["sequences"][sequence]["steps"][index]["wait"] = {"for": "10 days"}

    owner.edit(A, change)
    owner.submit(FORM)
    owner.later(1)


def test_dates_and_what_they_get_first_are_as_if_they_had_kept_theirs(owner: Owner) -> None:
    changed(owner, "pitch", 1)
    longer = [mail("hello"), mail("last"), mail("nudge", 4)]
    added = {"added": "campaign/a.greet.last", "catch-up": "7 days"}
    newer = course(
        "1.1.0", added, a=flow("Course", greet=longer, pitch=[mail("offer", 1), mail("second", 1)])
    )
    mine = "campaign/a#sequences.pitch.steps.second.wait.for"
    asked, kept = owner.plan(newer), owner.plan(newer, keep=(mine,))
    assert asked.conflicts
    assert asked.travels == kept.travels
    said = "shown as it would be if you keep yours, and once more when you have settled it."
    assert asked.notes == (*kept.notes, f"Where the contacts in “Course” go is {said}")
    greeted = next(travel for travel in asked.travels if str(travel.place) == "greet.nudge")
    assert [one.step for one in greeted.caught_up] == ["greet.last"]


def test_those_who_come_to_the_campaign_that_is_in_conflict_are_shown_so_too(owner: Owner) -> None:
    changed(owner, "pitch", 1)
    parts = {
        "a": flow("Course", greet=BOTH["greet"]),
        "b": flow("Pitch", pitch=[mail("offer", 1), mail("second", 1)]),
    }
    newer = course("1.1.0", *SPLIT, **parts)
    asked, kept = owner.plan(newer), owner.plan(newer, keep=("campaign/b",))
    assert asked.travels == kept.travels
    pitched = next(travel for travel in asked.travels if str(travel.place) == "pitch.second")
    assert pitched.next_due == owner.account.info.now + 10 * 86_400


def test_where_only_the_packages_can_be_taken_it_is_shown_as_if_that_were_done(
    owner: Owner,
) -> None:
    owner.install(course("1.0.0", a=flow("Course", **BOTH)))

    def add(data: Any) -> None:  # noqa: ANN401
        own = {"after": ["greet"], "steps": [{"key": "own-rest", "wait": {"for": "9 days"}}]}
        data["sequences"]["own-later"] = own

    owner.edit(A, add)
    owner.submit(FORM)
    owner.later(1)
    gone = {"removed": "campaign/a.greet", "contacts": {"continue-at": "campaign/a.pitch.second"}}
    newer = course("2.0.0", gone, a=flow("Course", pitch=BOTH["pitch"]))
    asked, taken = owner.plan(newer), owner.plan(newer, take=("campaign/a",))
    assert asked.travels == taken.travels
    (note,) = (note for note in asked.notes if "settled" in note)
    assert "if you take the package's" in note
