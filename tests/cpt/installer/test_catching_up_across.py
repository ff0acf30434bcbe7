"""Who goes along into another campaign is caught up there, and whoever is not is told of (M4)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cpt.accounts.embedded import EmbeddedAccount
from cpt.errors import UsageError
from cpt.installer.plan import CaughtUp, Plan, Travel
from package_format.package import Package
from tests.cpt.installer.owners import DAY, Owner, make_account
from tests.cpt.installer.test_whole_campaigns import (
    FORM,
    GREET,
    PITCH,
    SPLIT,
    course,
    flow,
    mail,
)

NEW = "campaign/b.pitch.last"
ADDED = {"added": NEW, "catch-up": "7 days"}
SAID = f"{NEW}=catch-up:60 days"


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Owner]:
    """Return the owner of an account in a file, whose contact is queued at the end of `pitch`."""
    location = str(tmp_path / "an.account")
    make_account(location)
    with EmbeddedAccount.at(location) as account:
        owner = Owner(account)
        owner.install(course("1.0.0", a=heard(flow("Course", greet=GREET, pitch=PITCH))))
        owner.submit(FORM)
        owner.later(6)
        assert "Course: pitch" in owner.standing
        yield owner


def heard(campaign: dict[str, Any], sequence: str = "pitch") -> dict[str, Any]:
    """Let a goal listen beyond a sequence."""
    bought = {"when": [{"tag-applied": "customer"}], "after": [sequence]}
    return {**campaign, "goals": {**campaign["goals"], "bought": bought}}


def apart(version: str, *more: Any, pitch: list[Any] | None = None) -> Package:  # noqa: ANN401
    longer = [*PITCH, mail("last", 1)] if pitch is None else pitch
    campaigns = {"a": flow("Course", greet=GREET), "b": heard(flow("Pitch", pitch=longer))}
    return course(version, *SPLIT, *more, **campaigns)


def pitched(plan: Plan) -> Travel:
    (found,) = (t for t in plan.travels if t.contacts and t.place.node == "pitch")
    return found


def test_the_straight_way_catches_up_whom_the_two_hops_do(there: Owner) -> None:
    plan = there.install(apart("1.2.0", ADDED))
    queued = there.account.info.now - 2 * DAY
    assert pitched(plan).caught_up == (
        CaughtUp("pitch.last", "send email: last", 1, queued + 2 * DAY),
    )
    assert pitched(plan).next_due == queued + 2 * DAY
    there.later(0)
    assert there.sent[-1] == "last"
    assert "Pitch: pitch" in there.standing


def test_the_two_hops_do_too(there: Owner) -> None:
    there.install(apart("1.1.0", pitch=PITCH))
    there.install(apart("1.2.0", ADDED))
    there.later(0)
    assert there.sent[-1] == "last"


def test_what_the_owner_says_of_a_step_there_counts(there: Owner) -> None:
    plain = apart("1.2.0")
    told = "pitch.last is new, and 1 contact at the end of pitch will not get it; --contacts "
    assert any(note.startswith(f"{told}{NEW}=catch-up:7days") for note in there.plan(plain).notes)
    plan = there.plan(plain, contacts=(SAID,))
    assert [one.step for one in pitched(plan).caught_up] == ["pitch.last"]
    assert not any(note.startswith(told) for note in plan.notes)
    nobody = there.plan(apart("1.2.0", ADDED), contacts=(f"{NEW}=catch-up:nobody",))
    assert pitched(nobody).caught_up == ()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("campaign/b.pitch.second=catch-up:7days", "which is not new"),
        ("campaign/b.pitch.nothing=catch-up:7days", "there will be no such step"),
    ],
)
def test_what_is_said_of_no_new_step_of_a_new_campaign_is_refused(
    there: Owner, said: str, why: str
) -> None:
    with pytest.raises(UsageError, match=why):
        there.plan(apart("1.2.0"), contacts=(said,))


def test_a_step_that_was_there_is_not_caught_up_with_whatever_an_entry_calls_it(
    there: Owner,
) -> None:
    """Two hops would not do that either: to the second, it is not new."""
    other = heard(flow("Pitch", offers=[*PITCH, mail("last", 1)]), "offers")
    before = heard(flow("Course", greet=GREET, pitch=PITCH))
    there.install(course("1.1.0", a=before, b=other))
    moved = {"moved": "campaign/a.pitch", "to": "campaign/b.offers"}
    lie = {"added": "campaign/b.offers.last", "catch-up": "30 days"}
    plan = there.plan(course("1.2.0", moved, lie, a=flow("Course", greet=GREET), b=other))
    assert pitched(plan).caught_up == ()


class TestThoseWhoDoNotGetIt:
    def test_some_have_been_there_for_too_long(self, there: Owner) -> None:
        there.later(4)
        entry = {**ADDED, "catch-up": "5 days"}
        plan = there.plan(apart("1.2.0", entry))
        assert pitched(plan).caught_up == (
            CaughtUp("pitch.last", "send email: last", 0, None, late=1),
        )

    def test_with_what_nobody_stands_behind_nobody_is_caught_up_and_the_plan_says_so(
        self, there: Owner
    ) -> None:
        longer = [{**mail("last", 1), "key": "more"}, *GREET]
        newer = course("1.1.0", a=heard(flow("Course", greet=GREET, pitch=PITCH, other=longer)))
        said = "campaign/a.other.more=catch-up:7days"
        (note,) = there.plan(newer, contacts=(said,)).notes
        assert note == f"--contacts {said} changes nothing: nobody stands behind that step."
