"""What packaged campaigns and an account's own do to each other."""

from __future__ import annotations

import pytest

from cpt.installer.interference import HEARS_THE_SAME, HEARS_US, SETS_US_OFF
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


def test_going_round_in_a_circle_is_warned_of(shop: Shop) -> None:
    shop.account.put("campaign", own({"tag-applied": {"tag": "#2"}}, {"apply-tag": {"tag": "#1"}}))
    plan = shop.plan(hello())
    assert {each.direction for each in plan.listeners} == {HEARS_US, SETS_US_OFF}
    assert any("go round in a circle" in note for note in plan.notes)


def test_what_mentions_a_tag_without_causing_or_hearing_it_is_no_matter(shop: Shop) -> None:
    trigger = {"api-called": {"integration": "shop", "call": "order"}}
    shop.account.put("campaign", own(trigger, {"remove-tag": {"tag": "#1"}}))
    assert shop.plan(hello()).listeners == ()


def test_contacts_who_carry_the_tag_of_an_entry_goal_already_are_counted(shop: Shop) -> None:
    shop.account.carried[1] = 12
    (note,) = shop.plan(hello()).notes
    assert note.startswith(
        "12 contacts carry “Attended” already, which follow-up.came listens for."
    )


def test_an_unchanged_campaign_is_not_spoken_of_again(shop: Shop) -> None:
    shop.account.put("campaign", own({"tag-applied": {"tag": "#1"}}))
    shop.install(hello())
    assert shop.plan(hello()).listeners == ()
