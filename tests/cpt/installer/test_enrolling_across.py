"""Who is in a part of a campaign that becomes another one is not put into that once more (C12)."""

from __future__ import annotations

from typing import Any

import pytest

from account_engine.changing.changes import Enrol
from cpt.installer.applying.apply import apply
from cpt.installer.plan import Plan
from cpt.installer.plan_file import load, save
from cpt.installer.planning.agreement import as_it_is
from package_format.kinds.model import Json
from package_format.package import Package
from tests.cpt.installer.owners import Owner
from tests.cpt.installer.test_whole_campaigns import FORM, GREET, NAME, PITCH, course, flow

TAG = f"{NAME}:tag/customer"
MOVED = {"moved": "campaign/a.pitch", "to": "campaign/b.letters"}
YES = ("campaign/b=yes",)


def heard(campaign: dict[str, Any], sequence: str, **more: Json) -> dict[str, Any]:
    """Let a sequence begin for whoever gets the tag."""
    missed = {"when": [{"tag-applied": "customer"}], **more}
    begun = {"after": ["missed"], "steps": campaign["sequences"][sequence]["steps"]}
    return {
        **campaign,
        "goals": {**campaign["goals"], "missed": missed},
        "sequences": {**campaign["sequences"], sequence: begun},
    }


def together() -> Package:
    a = heard(flow("Course", greet=GREET, pitch=PITCH), "pitch", after=["greet"])
    return course("1.0.0", a=a)


def letters() -> dict[str, Any]:
    campaign = heard(flow("Letters", letters=PITCH), "letters")
    del campaign["goals"]["joined"]
    return campaign


def apart() -> Package:
    removed = {"removed": "campaign/a.missed"}
    return course("2.0.0", MOVED, removed, a=flow("Course", greet=GREET), b=letters())


def tag(owner: Owner, contact: int) -> None:
    owner.account.apply_tag(contact, owner.number(TAG))


@pytest.fixture
def waiting(owner: Owner) -> Owner:
    """The owner of an account where a contact waits for the second step of what becomes another."""
    owner.install(together())
    owner.submit(FORM)
    owner.later(3)
    tag(owner, owner.contact)
    owner.later(2)
    assert owner.standing == ["Course: pitch.second"]
    return owner


def offered(plan: Plan) -> list[int]:
    return [one.contacts for one in plan.enrolments]


def test_who_is_carried_there_is_neither_counted_nor_enrolled(waiting: Owner) -> None:
    nobody = waiting.plan(apart(), enrol=YES)
    assert offered(nobody) == []
    assert any(n.startswith("--enrol campaign/b=yes changes nothing: ") for n in nobody.notes)
    tag(waiting, waiting.account.contacts()[1].id)
    assert offered(waiting.plan(apart())) == [1]
    plan = waiting.install(apart(), enrol=YES)
    assert offered(plan) == [1]
    assert not any(note.startswith("--enrol") for note in plan.notes)
    assert [one.enrolled for one in waiting.account.revisions()] == [0, 1]
    waiting.later(30)
    assert waiting.sent == ["hello", "nudge", "offer", "second"]


@pytest.mark.parametrize("said", ["finish-on-old", "campaign/a.pitch.second=finish-on-old"])
def test_who_finishes_there_what_became_of_it_is_not_enrolled_either(
    waiting: Owner, said: str
) -> None:
    tag(waiting, waiting.account.contacts()[1].id)
    plan = waiting.plan(apart(), contacts=(said,), enrol=YES)
    assert offered(plan) == [1]
    kept = as_it_is(load(save(plan)), waiting.account)
    assert offered(kept) == [1]
    apply(kept, waiting.account)
    waiting.later(30)
    assert waiting.sent == ["hello", "nudge", "offer", "second"]


def test_the_owner_who_enrols_later_passes_them_over_too(waiting: Owner) -> None:
    other = waiting.account.contacts()[1].id
    tag(waiting, other)
    waiting.install(apart(), contacts=("finish-on-old",))
    tags, letters = [waiting.number(TAG)], waiting.number(f"{NAME}:campaign/b")
    assert waiting.account.count_enrollable(tags, letters) == 1
    assert waiting.account.enrol_tagged(letters, tags) == 1
    waiting.later(30)
    assert waiting.sent == ["hello", "nudge", "offer", "second"]
    assert waiting.account.count_enrollable(tags, letters) == 2


def test_so_it_is_when_the_campaign_goes_that_it_was_a_part_of(waiting: Owner) -> None:
    gone = course("2.0.0", MOVED, {"removed": "campaign/a"}, b=letters())
    plan = waiting.plan(gone, contacts=("campaign/a=finish-on-old",), enrol=YES)
    assert offered(plan) == []
    assert not [one for one in plan.change_set.operations if isinstance(one, Enrol)]


def test_nobody_is_offered_to_what_begins_stopped_as_what_it_is_made_of(waiting: Owner) -> None:
    """The account lets nobody into it, and would refuse the whole plan."""
    tag(waiting, waiting.account.contacts()[1].id)
    waiting.account.set_published(waiting.number(f"{NAME}:campaign/a"), published=False)
    plan = waiting.install(apart(), enrol=YES)
    assert plan.stopped
    assert offered(plan) == []
    assert any(n.startswith("--enrol campaign/b=yes changes nothing: it is") for n in plan.notes)


def test_who_leaves_that_part_may_be_put_into_it_anew(waiting: Owner) -> None:
    plan = waiting.plan(apart(), contacts=("campaign/a=exit",), enrol=YES)
    assert offered(plan) == [1]
    apply(plan, waiting.account)
    assert waiting.account.revisions()[-1].enrolled == 1
