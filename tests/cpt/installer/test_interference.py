"""What packaged campaigns and an account's own do to each other."""

from __future__ import annotations

import pytest

from cpt.installer.choices import read_choices
from cpt.installer.neighbours.interference import HEARS_THE_SAME, HEARS_US, SETS_US_OFF
from cpt.installer.plan import Plan
from package_format.kinds.model import Json
from package_format.package import Package
from tests.cpt.installer.shops import Shop, package


def hello() -> Package:
    flow = {
        "title": "Follow-up",
        "goals": {"came": {"when": {"tag-applied": "attended"}}},
        "sequences": {
            "greet": {
                "after": ["came"],
                "steps": {
                    "mark": {"apply-tag": "lead"},
                    "note": {"set-field": {"field": "city", "value": "Oslo"}},
                },
            }
        },
    }
    return package(
        "acme/hello",
        "1.0.0",
        {
            "tag/attended": {"name": "Attended"},
            "tag/lead": {"name": "Lead"},
            "campaign/follow-up": flow,
        },
    )


def own(trigger: dict[str, Json], action: dict[str, Json] | None = None) -> dict[str, Json]:
    steps = [{"key": "a", "action": action}] if action else [{"key": "a", "wait": {"for": "1 day"}}]
    return {
        "title": "Coffee",
        "goals": {"heard": {"title": "Heard", "when": [trigger]}},
        "sequences": {"pour": {"after": ["heard"], "steps": steps}},
    }


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    shop.account.put("tag", {"name": "Attended"})
    shop.account.put("tag", {"name": "Lead"})
    return shop


def test_a_campaign_that_listens_for_what_a_step_causes_is_named(shop: Shop) -> None:
    shop.account.put("campaign", own({"tag-applied": {"tag": "#2"}}))
    (found,) = shop.plan(hello()).listeners
    assert found.direction == HEARS_US
    assert (found.title, found.goal, found.event) == ("Coffee", "Heard", "tag applied “Lead”")
    assert found.caused_by == "applies tag “Lead” in follow-up.greet.mark"


def test_what_steps_do_to_built_in_fields_is_heard_too(shop: Shop) -> None:
    shop.account.put("campaign", own({"field-changed": {"field": "city"}}))
    (found,) = shop.plan(hello()).listeners
    assert found.caused_by == "sets field city in follow-up.greet.note"


def test_a_campaign_that_sets_a_packaged_goal_off_is_named(shop: Shop) -> None:
    trigger = {"api-called": {"integration": "shop", "call": "order"}}
    shop.account.put("campaign", own(trigger, {"apply-tag": {"tag": "#1"}}))
    (found,) = shop.plan(hello()).listeners
    assert found.direction == SETS_US_OFF
    assert found.goal == "follow-up.came"
    assert found.caused_by == "applies tag “Attended” in pour.a"


def test_a_campaign_that_hears_the_same_event_is_named(shop: Shop) -> None:
    shop.account.put("campaign", own({"tag-applied": {"tag": "#1"}}))
    (found,) = shop.plan(hello()).listeners
    assert found.direction == HEARS_THE_SAME


def circles(plan: Plan) -> list[str]:
    return [note for note in plan.notes if "circle" in note]


def test_going_round_in_a_circle_is_warned_of(shop: Shop) -> None:
    shop.account.put("campaign", own({"tag-applied": {"tag": "#2"}}, {"apply-tag": {"tag": "#1"}}))
    plan = shop.plan(hello())
    assert {each.direction for each in plan.listeners} == {HEARS_US, SETS_US_OFF}
    (circle,) = circles(plan)
    assert circle == (
        "Contacts can go round in a circle, and nothing waits on the way: came of “Follow-up” sets "
        "off Heard of “Coffee”, which sets off came of “Follow-up” again."
    )


def test_going_round_in_a_circle_through_others_is_said_with_the_way(shop: Shop) -> None:
    third = shop.account.put("tag", {"name": "Cake eaten"})
    coffee = own({"tag-applied": {"tag": "#2"}}, {"apply-tag": {"tag": f"#{third}"}})
    shop.account.put("campaign", coffee)
    cake = own({"tag-applied": {"tag": f"#{third}"}}, {"apply-tag": {"tag": "#1"}})
    cake["sequences"]["pour"]["steps"].insert(0, {"key": "later", "wait": {"for": "1 day"}})
    shop.account.put("campaign", {**cake, "title": "Cake"})
    (circle,) = circles(shop.plan(hello()))
    assert circle == (
        "Contacts can go round in a circle, with waits on the way: came of “Follow-up” sets off "
        "Heard of “Coffee”, which sets off Heard of “Cake”, which sets off came of “Follow-up” "
        "again."
    )
    shop.install(hello())
    assert circles(shop.plan(hello())) == []  # what does not change is not spoken of again


def test_a_circle_among_others_is_their_business(shop: Shop) -> None:
    one = own({"tag-applied": {"tag": "#1"}}, {"apply-tag": {"tag": "#2"}})
    shop.account.put("campaign", one)
    shop.account.put("campaign", own({"tag-applied": {"tag": "#2"}}, {"apply-tag": {"tag": "#1"}}))
    alone = package("acme/alone", "1.0.0", {"tag/alone": {"name": "Alone"}})
    assert circles(shop.plan(alone)) == []


def calling(name: str, key: str = "paid", version: str = "1.0.0") -> Package:
    flow = {
        "title": f"From {name}",
        "goals": {key: {"when": {"api-called": {"integration": "till", "call": "paid"}}}},
    }
    return package(name, version, {"campaign/till": flow}, features=("api",))


CLAIMED = (
    "its goal paid listens for the call till / paid, and so does paid of “From acme/one”, which "
    "acme/one brings: one call would achieve both. Say that it shall with --take "
    "campaign/till#goals.paid, or leave one of the two packages out."
)


def test_two_packages_that_claim_one_api_goal_are_a_conflict(shop: Shop) -> None:
    together = shop.plan(calling("acme/one"), calling("acme/two"))
    assert [(each.address, each.reason) for each in together.conflicts] == [
        ("acme/two:campaign/till", CLAIMED)
    ]
    shop.install(calling("acme/one"))
    after = shop.plan(calling("acme/two"))
    assert [each.reason for each in after.conflicts] == [CLAIMED]


def test_an_owner_may_want_one_call_to_achieve_both_and_says_so_once(shop: Shop) -> None:
    shop.install(calling("acme/one"))
    choices = read_choices(take=("acme/two:campaign/till#goals.paid",))
    shop.install(calling("acme/two"), choices=choices)
    assert shop.plan(calling("acme/two", version="1.1.0")).conflicts == ()
    assert shop.plan(calling("acme/one", version="1.1.0")).conflicts == ()


def test_an_owner_s_own_goal_of_that_name_is_said_and_no_conflict(shop: Shop) -> None:
    shop.account.put("campaign", own({"api-called": {"integration": "till", "call": "paid"}}))
    plan = shop.plan(calling("acme/one"))
    assert plan.conflicts == ()
    assert [each.direction for each in plan.listeners] == [HEARS_THE_SAME]


def test_what_mentions_a_tag_without_causing_or_hearing_it_is_no_matter(shop: Shop) -> None:
    trigger = {"api-called": {"integration": "shop", "call": "order"}}
    shop.account.put("campaign", own(trigger, {"remove-tag": {"tag": "#1"}}))
    assert shop.plan(hello()).listeners == ()


def test_an_unchanged_campaign_is_not_spoken_of_again(shop: Shop) -> None:
    shop.account.put("campaign", own({"tag-applied": {"tag": "#1"}}))
    shop.install(hello())
    assert shop.plan(hello()).listeners == ()
