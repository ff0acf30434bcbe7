"""Plans are saved and read again as they were."""

from __future__ import annotations

import json

import pytest

from cpt.errors import NotAPlanError
from cpt.installer.choices import read_choices
from cpt.installer.plan import Plan
from cpt.installer.plan_file import load, save
from package_format.campaign.places import Place, PlaceSort
from tests.cpt.installer.shops import Occupied, Shop, package

FLOW = {
    "title": "F",
    "goals": {"came": {"when": {"tag-applied": "a"}}},
    "sequences": {"greet": {"after": ["came"], "steps": {"mail": {"wait": "1 day"}}}},
}


@pytest.fixture
def plan() -> Plan:
    shop = Shop()
    tags = {"tag/a": {"name": "A"}, "tag/gone": {"name": "G"}, "tag/b": {"name": "B"}}
    shop.install(package("acme/hello", "1.0.0", {**tags, "campaign/f": FLOW}))
    number = shop.id_of("acme/hello:campaign/f")
    shop.account.standing[number] = [Occupied(1, Place("greet", "mail", PlaceSort.WAIT), 3, 9)]
    newer = {
        "tag/a": {"name": "A"},
        "tag/b": {"name": "B", "category": "C"},
        "tag/new": {"name": "N"},
        "campaign/f": {"title": "G", "goals": FLOW["goals"]},
    }
    choices = read_choices(contacts=("campaign/f.greet=exit",))
    return shop.plan(package("acme/hello", "2.0.0", newer), choices=choices)


def test_a_plan_is_read_as_it_was_saved(plan: Plan) -> None:
    assert {type(each).__name__ for each in plan.change_set.operations} == {
        "Create",
        "Update",
        "Republish",
        "Remove",
    }
    assert {type(each).__name__ for each in plan.change_set.relies} == {
        "Absent",
        "Unchanged",
        "Unused",
    }
    assert load(save(plan)) == plan


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not JSON"),
        ("[]", "does not say"),
        ('{"sort": "cpt-plan", "version": 99}', "of version 99"),
        ('{"sort": "cpt-plan", "version": 1, "plan": {}}', "damaged"),
        ('{"sort": "cpt-plan", "version": 1}', "damaged"),
    ],
)
def test_what_is_no_plan_is_refused_with_a_sentence(text: str, why: str) -> None:
    with pytest.raises(NotAPlanError, match=why):
        load(text)


def test_an_operation_of_an_unknown_sort_is_refused(plan: Plan) -> None:
    data = json.loads(save(plan))
    data["plan"]["change_set"]["operations"][0]["is"] = "explode"
    with pytest.raises(NotAPlanError):
        load(json.dumps(data))
