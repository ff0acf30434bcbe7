"""Plans are saved and read again as they were."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from cpt.errors import NotAPlanError
from cpt.installer.choices import read_choices
from cpt.installer.plan import Plan
from cpt.installer.plan_file import load, save, sealed
from cpt.installer.planning.agreement import as_it_is
from package_format.campaign.places import Place, PlaceSort
from tests.cpt.installer.shops import Occupied, Shop, package

FLOW = {
    "title": "F",
    "goals": {"came": {"when": {"tag-applied": "a"}}},
    "sequences": {"greet": {"after": ["came"], "steps": {"mail": {"wait": "1 day"}}}},
}


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def plan(shop: Shop) -> Plan:
    tags = {"tag/a": {"name": "A"}, "tag/gone": {"name": "G"}, "tag/b": {"name": "B"}}
    shop.install(package("acme/other", "1.0.0", {"tag/o": {"name": "O"}}))
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
        ('{"sort": "cpt-plan", "version": 1, "plan": {}}', "of version 1, and this cpt reads 4"),
        (json.dumps(sealed({})), "damaged"),
        ('{"sort": "cpt-plan", "version": 4, "plan": {}}', "damaged"),
        ('{"sort": "cpt-plan", "version": 4}', "damaged"),
    ],
)
def test_what_is_no_plan_is_refused_with_a_sentence(text: str, why: str) -> None:
    with pytest.raises(NotAPlanError, match=why):
        load(text)


def test_an_operation_of_an_unknown_sort_is_refused(plan: Plan) -> None:
    data = json.loads(save(plan))
    data["plan"]["change_set"]["operations"][0]["is"] = "explode"
    with pytest.raises(NotAPlanError, match="damaged"):
        load(json.dumps(sealed(data["plan"])))


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p["change_set"]["record"]["objects"]["acme/hello:tag/b"]["base"].update(name="C"),
        lambda p: p["change_set"]["relies"].clear(),
        lambda p: p["travels"].clear(),
        lambda p: p["change_set"].update(id="another"),
        lambda p: p.update(nothing=True),
    ],
)
def test_a_plan_that_was_changed_by_hand_is_refused(
    plan: Plan, change: Callable[[Any], object]
) -> None:
    data = json.loads(save(plan))
    change(data["plan"])
    with pytest.raises(NotAPlanError, match="this plan file was changed since it was made") as told:
        load(json.dumps(data))
    assert told.value.help == ("make one with cpt plan … --out FILE",)


def test_a_plan_file_may_be_laid_out_otherwise(plan: Plan) -> None:
    assert load(json.dumps(json.loads(save(plan)))) == plan


# --- plans that somebody wrote --------------------------------------------------------------------


def _forged(plan: Plan, change: Callable[[Any], object]) -> str:
    data = json.loads(save(plan))
    change(data["plan"])
    return json.dumps(sealed(data["plan"]))


def _operation(plan: Any, word: str) -> Any:  # noqa: ANN401  JSON
    return next(one for one in plan["change_set"]["operations"] if one["is"] == word)


def _hide(plan: Any, word: str) -> None:  # noqa: ANN401  JSON
    plan["changes"] = [change for change in plan["changes"] if change["type"] != word]


def _send_away(plan: Any, campaign: str) -> None:  # noqa: ANN401  JSON
    answer = _operation(plan, "republish")["answers"][0][1]
    answer.update(campaign=campaign)
    for travel in plan["travels"]:
        travel["answer"].update(campaign=campaign)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda p: p.update(title="install nothing"), "would stand as"),
        (lambda p: p["change_set"].update(record={"format": 7}), "cannot be read"),
        (
            lambda p: p["change_set"]["record"]["objects"].update(
                {"acme/hello:tag/x": {"object": "@nobody", "origin": "created", "base": {}}}
            ),
            "which is not made",
        ),
        (
            lambda p: p["change_set"]["record"]["packages"]["acme/hello"].update(version="one"),
            "cannot be read",
        ),
        *(
            (
                lambda p, base=base: p["change_set"]["record"]["objects"][
                    "acme/hello:campaign/f"
                ].update(base=base),
                "would remember acme/hello:campaign/f as what is no campaign",
            )
            for base in ({}, {"a": 1}, {**FLOW, "goals": [1]}, {**FLOW, "sequences": {"s": 1}})
        ),
        (lambda p: p["packages"][0].update(new="1.0.1"), "would not have that"),
        (lambda p: _hide(p, "create"), "would make the tag acme/hello:tag/new, and does not show"),
        (lambda p: _hide(p, "update"), "and does not show that"),
        (lambda p: _hide(p, "remove"), "and does not show that"),
        (lambda p: p["change_set"].update(operations=[]), "and does not"),
        (lambda p: _operation(p, "create")["data"].update(name="Evil"), "under another name"),
        (lambda p: _operation(p, "remove").update(object=99), "remove #99, and does not show that"),
        (
            lambda p: _operation(p, "republish")["answers"][0][1].update(outcome="finish on old"),
            "would go elsewhere than it shows",
        ),
        (lambda p: _send_away(p, "#99"), "would go to #99, which is not shown"),
        (
            lambda p: _operation(p, "republish").update(
                arrivals=[{"campaign": 99, "source": "greet", "target": "greet"}]
            ),
            "would get what #99 has, which is not shown",
        ),
        (lambda p: p["changes"].append(p["changes"][0]), "twice"),
        (lambda p: p["change_set"].update(relies=[]), "whatever has become of it since"),
    ],
)
def test_a_plan_that_does_something_else_than_it_shows_is_refused(
    plan: Plan, change: Callable[[Any], object], why: str
) -> None:
    with pytest.raises(NotAPlanError, match=re.escape(why)):
        load(_forged(plan, change))


@pytest.mark.parametrize("junk", ["[" * 100_000, '{"sort": "cpt-plan", "version": 4, "plan": []}'])
def test_what_is_no_plan_is_refused_in_a_sentence(junk: str) -> None:
    with pytest.raises(NotAPlanError):
        load(junk)


def test_what_a_plan_shows_of_a_resource_is_read_from_the_account(plan: Plan, shop: Shop) -> None:
    """A hand-made plan hides that it would set a category, and shows all of it nevertheless."""

    def forge(data: Any) -> None:  # noqa: ANN401  JSON
        for shown in data["changes"]:
            shown["fields"] = []

    loaded = as_it_is(load(_forged(plan, forge)), shop.account)
    (changed,) = [c for c in loaded.changes if c.address == "acme/hello:tag/b"]
    assert [(each.path, each.result) for each in changed.fields] == [(("category",), "C")]


def test_a_plan_that_renames_in_silence_shows_it_as_gone_and_new(shop: Shop) -> None:
    """What a plan file does not say is renamed is not taken for renamed when it is shown."""
    shop.install(package("acme/hello", "1.0.0", {"tag/a": {"name": "A"}, "campaign/f": FLOW}))
    steps = {"mail": {"wait": "1 day"}}
    renamed = {**FLOW, "sequences": {"other": {"after": ["came"], "steps": steps}}}
    upgrades = [{"moved": "campaign/f.greet", "to": "campaign/f.other"}]
    newer = {"tag/a": {"name": "A"}, "campaign/f": renamed}
    plan = shop.plan(package("acme/hello", "2.0.0", newer, upgrades=upgrades))
    assert "greet is now other" in plan.changes[-1].reason
    assert not plan.changes[-1].fields

    def forge(data: Any) -> None:  # noqa: ANN401  JSON
        for shown in data["changes"]:
            shown["reason"] = ""

    loaded = as_it_is(load(_forged(plan, forge)), shop.account)
    shown = [(e.path, e.live is None, e.result is None) for e in loaded.changes[-1].fields]
    assert shown == [
        (("sequences", "greet"), False, True),
        (("sequences", "other"), True, False),
    ]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda p: p.update(packages=[]), "acme/hello would go from 1.0.0 to 2.0.0"),
        (
            lambda p: p["change_set"]["record"]["objects"]["acme/hello:tag/b"].update(object="#50"),
            "#50 would be taken for acme/hello:tag/b",
        ),
        (
            lambda p: p["change_set"]["record"]["objects"]["acme/other:tag/o"]["base"].update(
                name="P"
            ),
            "would remember acme/other:tag/o as its package never brought it",
        ),
        (
            lambda p: next(c for c in p["changes"] if c["type"] == "update").update(label="Z"),
            "is not called 'Z'",
        ),
    ],
)
def test_a_plan_is_compared_with_the_account_before_it_is_shown(
    plan: Plan, shop: Shop, change: Callable[[Any], object], why: str
) -> None:
    shop.account.put("tag", {"name": "Somebody's"}, 50)
    with pytest.raises(NotAPlanError, match=re.escape(why)):
        as_it_is(load(_forged(plan, change)), shop.account)


def test_a_plan_that_hides_where_contacts_go_shows_it_nevertheless(plan: Plan, shop: Shop) -> None:
    """Nobody loses contacts by a plan file that shows none of their places."""
    loaded = as_it_is(load(_forged(plan, lambda p: p.update(travels=[]))), shop.account)
    assert [(t.campaign, t.contacts, t.answer) for t in loaded.travels] == [
        (t.campaign, t.contacts, t.answer) for t in plan.travels
    ]


def test_a_plan_that_says_that_nobody_is_there_shows_who_is(plan: Plan, shop: Shop) -> None:
    def forge(data: Any) -> None:  # noqa: ANN401  JSON
        data["travels"][0]["contacts"] = 0

    assert as_it_is(load(_forged(plan, forge)), shop.account).travels == plan.travels
