"""Who has a tag already is counted and offered to the owner, and put into it if they say so."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

import pytest

from account_engine.changing.changes import Create, Enrol, Remove, Republish, Update
from cpt.errors import NotAPlanError, RefusedError, UsageError
from cpt.installer.applying.stepwise import apply_stepwise
from cpt.installer.choices import read_choices
from cpt.installer.plan import Enrolment, Plan
from cpt.installer.plan_file import load, save, sealed
from cpt.installer.planning.agreement import as_it_is
from package_format.kinds.model import Json
from package_format.package import Package
from tests.cpt.installer.forgetful import Forgetful
from tests.cpt.installer.shops import Shop, package

CLUB = "acme/club:campaign/club"
LEADS_IN: dict[str, Json] = {"joined": {"when": {"tag-applied": "member"}}}


def club(
    goals: Mapping[str, Json] = LEADS_IN, version: str = "1.0.0", title: str = "Club"
) -> Package:
    flow = {
        "title": title,
        "goals": goals,
        "sequences": {
            "greet": {"after": sorted(goals)[:1], "steps": {"mark": {"wait": "1 day"}}},
        },
    }
    tags = {"tag/member": {"name": "Member"}, "tag/gold": {"name": "Gold"}}
    return package("acme/club", version, {**tags, "campaign/club": flow})


@pytest.fixture
def shop() -> Shop:
    """A shop where twelve have the tag Member, and three the tag Gold."""
    shop = Shop()
    for name, contacts in (("Member", 12), ("Gold", 3)):
        shop.account.carried[shop.account.put("tag", {"name": name})] = contacts
    return shop


def enrols(plan: Plan) -> list[Enrol]:
    return [one for one in plan.change_set.operations if isinstance(one, Enrol)]


def only(plan: Plan) -> Enrolment:
    (found,) = plan.enrolments
    return found


def test_a_new_campaign_offers_whoever_has_its_tag_and_takes_nobody_unasked(shop: Shop) -> None:
    plan = shop.plan(club())
    found = only(plan)
    assert (found.campaign, found.title, found.goals) == (CLUB, "Club", ("joined",))
    assert (found.tags, found.contacts, found.agreed) == (("Member",), 12, None)
    assert enrols(plan) == []


@pytest.mark.parametrize(
    ("said", "agreed"),
    [
        (("yes",), True),
        (("no",), False),
        (("campaign/club=yes",), True),
        (("yes", "campaign/club=no"), False),
        (("no", f"{CLUB}=yes"), True),
    ],
)
def test_the_owner_says_so_for_one_campaign_or_for_all(
    shop: Shop, said: tuple[str, ...], agreed: object
) -> None:
    plan = shop.plan(club(), choices=read_choices(enrol=said))
    assert only(plan).agreed is agreed
    assert enrols(plan) == ([Enrol(f"@{CLUB}", (1,))] if agreed is True else [])


@pytest.mark.parametrize("said", ["maybe", "campaign/club", "campaign/club=perhaps", ""])
def test_what_says_neither_yes_nor_no_is_refused(said: str) -> None:
    with pytest.raises(UsageError, match="does not say whether contacts are enrolled"):
        read_choices(enrol=(said,))


def test_a_campaign_that_is_not_in_the_plan_is_refused(shop: Shop) -> None:
    with pytest.raises(UsageError, match="there is no campaign/clubs in this plan"):
        shop.plan(club(), choices=read_choices(enrol=("campaign/clubs=yes",)))


def test_several_goals_of_one_campaign_are_one_offer(shop: Shop) -> None:
    goals = {
        **LEADS_IN,
        "gilded": {"when": {"tag-applied": "gold"}, "if": {"field": "city", "is": "Oslo"}},
    }
    found = only(shop.plan(club(goals)))
    assert found.tags == ("Gold", "Member")
    assert found.operation.tags == (2, 1)  # in the same order, so that a file need not name them
    assert found.contacts == 15
    assert found.narrowed


@pytest.mark.parametrize(
    "goal",
    [
        {"when": {"tag-applied": "gold"}, "after": ["greet"]},
        {"when": {"tag-applied": "gold"}, "audience": "in-campaign"},
        {"when": {"tag-removed": "gold"}},
        {"when": {"note-applied": "n"}},
    ],
)
def test_only_tags_by_which_one_comes_in_are_offered(goal: Json) -> None:
    shop = Shop()
    shop.account.carried[shop.account.put("tag", {"name": "Gold"})] = 3
    shop.account.put("note", {"title": "n", "text": "Hello"})
    goals = {"a": {"when": {"api-called": {"integration": "x", "call": "y"}}}, "b": goal}
    made = package(
        "acme/club",
        "1.0.0",
        {
            "tag/gold": {"name": "Gold"},
            "note/n": {"title": "n", "text": "Hello"},
            "campaign/club": {
                "title": "Club",
                "goals": goals,
                "sequences": {"greet": {"after": ["a"], "steps": {"x": {"wait": "1 day"}}}},
            },
        },
    )
    assert shop.plan(made).enrolments == ()


def test_nobody_is_offered_for_a_tag_that_is_new_or_that_nobody_has(shop: Shop) -> None:
    shop.account.carried.clear()
    plan = shop.plan(club(), choices=read_choices(enrol=("yes",)))
    assert (plan.enrolments, enrols(plan)) == ((), [])
    assert Shop().plan(club()).enrolments == ()


def test_an_upgrade_offers_only_tags_that_the_campaign_comes_to_hear(shop: Shop) -> None:
    shop.install(club())
    assert shop.plan(club(version="1.0.1", title="The club")).enrolments == ()
    goals = {**LEADS_IN, "gilded": {"when": {"tag-applied": "gold"}}}
    plan = shop.plan(club(goals, "1.1.0"), choices=read_choices(enrol=("yes",)))
    assert (only(plan).tags, only(plan).contacts) == (("Gold",), 3)
    assert enrols(plan) == [Enrol(f"#{shop.id_of(CLUB)}", (2,))]


def test_a_campaign_that_the_owner_has_stopped_is_not_offered(shop: Shop) -> None:
    shop.install(club())
    shop.account.stopped.add(shop.id_of(CLUB))
    goals = {**LEADS_IN, "gilded": {"when": {"tag-applied": "gold"}}}
    assert shop.plan(club(goals, "1.1.0")).enrolments == ()


# --- plans in files ---------------------------------------------------------------------------


def altered(plan: Plan, **others: Any) -> str:  # noqa: ANN401
    data = json.loads(save(plan))
    (offer,) = data["plan"]["enrolments"]
    offer |= copy.deepcopy(others)
    return json.dumps(sealed(data["plan"]))


def test_a_saved_plan_enrols_as_it_shows(shop: Shop) -> None:
    plan = shop.plan(club(), choices=read_choices(enrol=("yes",)))
    assert load(save(plan)) == plan
    with pytest.raises(NotAPlanError, match="would enrol other contacts than it shows"):
        load(altered(plan, agreed=False))
    with pytest.raises(NotAPlanError, match="would enrol contacts in acme/club:tag/gold"):
        load(altered(plan, campaign="acme/club:tag/gold"))


def test_what_a_plan_shows_of_enrolments_is_read_from_the_account(shop: Shop) -> None:
    plan = shop.plan(club(), choices=read_choices(enrol=("yes",)))
    lying = load(altered(plan, title="Nothing", tags=["Nobody"], contacts=0))
    assert as_it_is(lying, shop.account).enrolments == plan.enrolments
    shop.install(club())
    goals = {**LEADS_IN, "gilded": {"when": {"tag-applied": "gold"}}}
    later = shop.plan(club(goals, "1.1.0"), choices=read_choices(enrol=("yes",)))
    lying = load(altered(later, title="Nothing", tags=["Nobody"], contacts=0))
    assert as_it_is(lying, shop.account).enrolments == later.enrolments


def test_an_account_without_transactions_enrols_nobody_and_says_so(shop: Shop) -> None:
    change_set = shop.plan(club(), choices=read_choices(enrol=("yes",))).change_set
    account = Forgetful({})
    with pytest.raises(RefusedError, match="cannot put contacts into a campaign"):
        apply_stepwise(account, change_set, account.wait)
    assert account.journal() is None


def test_enrolling_is_the_last_that_is_done(shop: Shop) -> None:
    operations = shop.plan(club(), choices=read_choices(enrol=("yes",))).change_set.operations
    assert [type(one) for one in operations[-1:]] == [Enrol]
    assert all(isinstance(one, Create | Update | Republish | Remove) for one in operations[:-1])
