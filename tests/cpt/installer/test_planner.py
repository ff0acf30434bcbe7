"""The table of changes in installing.md, row by row."""

from __future__ import annotations

from copy import deepcopy

import pytest

from account_engine.changing.changes import (
    Absent,
    Create,
    Remove,
    Republish,
    Unchanged,
    Unused,
    Update,
)
from cpt.cli.views.page import plan_page
from cpt.cli.views.plan import destination
from cpt.cli.views.plan_data import plan_data
from cpt.errors import MissingFeaturesError, UsageError
from cpt.installer.changes import ChangeType, Verdict
from cpt.installer.choices import Choices, read_choices
from cpt.installer.plan import Plan
from cpt.installer.plan_file import load, save
from cpt.installer.preparing import prepare, rolling_back
from cpt.installer.record.record import Origin
from cpt.installer.record.snapshot import read_record
from package_format.campaign.places import Place, PlaceSort
from package_format.kinds.model import Json
from package_format.package import Package
from package_format.upgrades.answers import Outcome, Via
from tests.cpt.installer.shops import Occupied, Retired, Shop, change, package, types

TAG = "acme/hello:tag/attended"
EMAIL = "acme/hello:email/welcome"
FLOW = "acme/hello:campaign/follow-up"

MAIL = {"subject": "Welcome", "from": "a@example.com", "preheader": "Hi", "body": "<p>Hello</p>\n"}
FOLLOW_UP: dict[str, Json] = {
    "title": "Follow-up",
    "goals": {"came": {"when": {"tag-applied": "attended"}}},
    "sequences": {
        "greet": {
            "after": ["came"],
            "steps": {"mail": {"wait": "1 day", "send-email": "welcome"}},
        }
    },
}
RESOURCES = {
    "tag/attended": {"name": "Attended webinar"},
    "email/welcome": MAIL,
    "campaign/follow-up": FOLLOW_UP,
}


def hello(version: str = "1.0.0", without: str = "", **more: Json) -> Package:
    """Return the package, with resources replaced, added (by key) or left out."""
    extra = {k.replace("__", "/").replace("_", "-"): v for k, v in more.pop("also", {}).items()}
    kept = {k: v for k, v in {**RESOURCES, **extra}.items() if k not in without.split()}
    return package("acme/hello", version, kept, **more)


@pytest.fixture
def shop() -> Shop:
    return Shop()


# --- create and adopt -----------------------------------------------------------------------------


def test_what_the_account_has_nothing_like_is_created(shop: Shop) -> None:
    plan = shop.plan(hello())
    assert set(types(plan).values()) == {ChangeType.CREATE}
    assert [type(each) for each in plan.change_set.operations] == [Create] * 3
    assert [each.kind for each in plan.change_set.operations if isinstance(each, Create)] == [
        "tag",
        "email",
        "campaign",
    ]


def test_a_created_natural_key_is_relied_on_to_stay_absent(shop: Shop) -> None:
    assert shop.plan(hello()).change_set.relies == (Absent("tag", "attended webinar"),)


def test_new_resources_refer_to_each_other_by_the_names_they_are_created_under(shop: Shop) -> None:
    operations = shop.plan(hello()).change_set.operations
    campaign = next(o for o in operations if isinstance(o, Create) and o.kind == "campaign")
    assert campaign.data["goals"]["came"]["when"] == [{"tag-applied": {"tag": f"@{TAG}"}}]


def test_a_namesake_is_adopted_and_the_evidence_is_shown(shop: Shop) -> None:
    number = shop.account.put("tag", {"name": "attended Webinar ", "category": "Mine"})
    shop.account.carried[number] = 214
    plan = shop.plan(hello())
    found = change(plan, TAG)
    assert (found.type, found.object, found.label) == (
        ChangeType.ADOPT,
        f"#{number}",
        "attended Webinar ",
    )
    assert "by the same name; 214 contacts carry it; no package manages it" in found.reason
    kept = [each.path for each in found.fields if each.verdict is Verdict.KEPT]
    assert kept == [("name",), ("category",)]


def test_what_is_adopted_is_not_written_to_but_relied_on(shop: Shop) -> None:
    number = shop.account.put("tag", {"name": "attended webinar"})
    plan = shop.plan(hello())
    digest = shop.account.stored[number].digest
    assert Unchanged(number, digest) in plan.change_set.relies
    assert not any(isinstance(each, Update) for each in plan.change_set.operations)


def test_the_base_of_what_is_adopted_is_what_the_package_wants(shop: Shop) -> None:
    shop.account.put("tag", {"name": "attended webinar"})
    shop.install(hello())
    row = read_record(shop.account).objects[TAG]
    assert (row.origin, row.base) == (Origin.ADOPTED, {"name": "Attended webinar"})


def test_an_adopted_difference_is_asked_about_only_when_the_author_changes_that_field(
    shop: Shop,
) -> None:
    shop.account.put("tag", {"name": "attended webinar"})
    shop.install(hello())
    assert types(shop.plan(hello("1.1.0")))["tag/attended"] is ChangeType.KEEP
    renamed = hello("2.0.0", also={"tag__attended": {"name": "Came"}})
    assert change(shop.plan(renamed), TAG).type is ChangeType.CONFLICT


def test_fields_of_what_is_adopted_can_be_taken(shop: Shop) -> None:
    number = shop.account.put("tag", {"name": "attended webinar"})
    plan = shop.plan(hello(), choices=read_choices(take=("tag/attended#name",)))
    assert Update(number, {"name": "Attended webinar"}) in plan.change_set.operations


def test_two_namesakes_are_a_conflict_until_the_owner_says_which(shop: Shop) -> None:
    shop.account.put("tag", {"name": "Attended webinar"})
    second = shop.account.put("tag", {"name": "ATTENDED WEBINAR"})
    found = change(shop.plan(hello()), TAG)
    assert found.type is ChangeType.CONFLICT
    assert "--map tag/attended=#1" in found.reason
    mapped = shop.plan(hello(), choices=read_choices(maps=(f"tag/attended=#{second}",)))
    assert (change(mapped, TAG).type, change(mapped, TAG).object) == (ChangeType.ADOPT, "#2")


def test_an_incompatible_namesake_is_a_conflict(shop: Shop) -> None:
    shop.account.put("field", {"name": "interest", "title": "Interest", "type": "date"})
    wanted = {"name": "interest", "title": "Interest"}
    found = change(shop.plan(hello(also={"field__interest": wanted})), "acme/hello:field/interest")
    assert found.type is ChangeType.CONFLICT
    assert "its type is date there and text in the package" in found.reason


def test_messages_and_campaigns_are_never_adopted_by_name(shop: Shop) -> None:
    shop.account.put("email", MAIL)
    assert change(shop.plan(hello()), EMAIL).type is ChangeType.CREATE


def test_messages_are_adopted_when_the_owner_maps_them(shop: Shop) -> None:
    number = shop.account.put("email", {**MAIL, "subject": "Hei"})
    plan = shop.plan(hello(), choices=read_choices(maps=(f"{EMAIL}=#{number}",)))
    assert change(plan, EMAIL).type is ChangeType.ADOPT


@pytest.mark.parametrize("number", ["#99", "#1"])
def test_mapping_to_what_is_not_there_or_of_another_kind_is_a_conflict(
    shop: Shop, number: str
) -> None:
    shop.account.put("tag", {"name": "Other"})
    plan = shop.plan(hello(), choices=read_choices(maps=(f"{EMAIL}={number}",)))
    assert "no email of this account" in change(plan, EMAIL).reason


def test_what_another_package_manages_is_not_adopted(shop: Shop) -> None:
    shop.install(hello())
    other = package("acme/other", "1.0.0", {"tag/came": {"name": "Attended webinar"}})
    found = change(shop.plan(other), "acme/other:tag/came")
    assert found.type is ChangeType.CONFLICT
    assert f"belongs to {TAG}" in found.reason


def test_two_packages_of_one_plan_cannot_both_bring_one_name(shop: Shop) -> None:
    other = package("acme/other", "1.0.0", {"tag/came": {"name": "attended webinar"}})
    plan = shop.plan(hello(), other)
    assert [c.address for c in plan.conflicts] == ["acme/other:tag/came"]


# --- update, keep, merge, conflict ----------------------------------------------------------------


def test_what_the_new_version_changed_and_the_owner_did_not_is_updated(shop: Shop) -> None:
    shop.install(hello())
    plan = shop.plan(hello("1.1.0", also={"email__welcome": {**MAIL, "subject": "Hi"}}))
    number = shop.id_of(EMAIL)
    assert change(plan, EMAIL).type is ChangeType.UPDATE
    assert plan.change_set.operations == (Update(number, {**MAIL, "subject": "Hi"}),)
    assert plan.change_set.relies == (Unchanged(number, shop.account.stored[number].digest),)


def test_what_the_owner_changed_and_the_new_version_did_not_is_kept(shop: Shop) -> None:
    shop.install(hello())
    shop.edit(EMAIL, subject="Hei")
    plan = shop.plan(hello("1.1.0"))
    assert change(plan, EMAIL).type is ChangeType.KEEP
    (kept,) = change(plan, EMAIL).fields
    assert (kept.path, kept.result, kept.verdict) == (("subject",), "Hei", Verdict.KEPT)
    assert plan.change_set.operations == ()


def test_what_both_changed_in_different_fields_is_merged(shop: Shop) -> None:
    shop.install(hello())
    shop.edit(EMAIL, subject="Hei")
    plan = shop.install(hello("1.1.0", also={"email__welcome": {**MAIL, "preheader": "Yo"}}))
    assert change(plan, EMAIL).type is ChangeType.MERGE
    live = shop.account.stored[shop.id_of(EMAIL)].data
    assert live == {**MAIL, "subject": "Hei", "preheader": "Yo"}


def test_what_both_changed_differently_is_a_conflict_that_says_how_to_settle_it(
    shop: Shop,
) -> None:
    shop.install(hello())
    shop.edit(EMAIL, subject="Hei")
    newer = hello("1.1.0", also={"email__welcome": {**MAIL, "subject": "Hi"}})
    plan = shop.plan(newer)
    assert change(plan, EMAIL).type is ChangeType.CONFLICT
    assert change(plan, EMAIL).reason == (
        "you and the package changed subject differently. Keep yours with --keep "
        "email/welcome#subject, or take theirs with --take email/welcome#subject."
    )
    kept = shop.plan(newer, choices=read_choices(keep=("email/welcome#subject",)))
    assert change(kept, EMAIL).type is ChangeType.KEEP
    taken = shop.plan(newer, choices=read_choices(take=(EMAIL,)))
    assert change(taken, EMAIL).type is ChangeType.UPDATE


def test_a_conflict_that_was_kept_is_not_asked_about_again(shop: Shop) -> None:
    shop.install(hello())
    shop.edit(EMAIL, subject="Hei")
    newer = hello("1.1.0", also={"email__welcome": {**MAIL, "subject": "Hi"}})
    shop.install(newer, choices=read_choices(keep=("email/welcome",)))
    assert read_record(shop.account).objects[EMAIL].base["subject"] == "Hi"
    again = shop.plan(newer)
    assert change(again, EMAIL).type is ChangeType.KEEP
    assert again.is_empty


def test_a_new_name_that_is_taken_in_the_account_is_a_conflict(shop: Shop) -> None:
    shop.install(hello())
    shop.account.put("tag", {"name": "Came"})
    found = change(shop.plan(hello("2.0.0", also={"tag__attended": {"name": "came"}})), TAG)
    assert found.type is ChangeType.CONFLICT
    assert "its new name is taken by the tag “Came”" in found.reason


def test_a_new_name_that_is_free_is_relied_on_to_stay_so(shop: Shop) -> None:
    shop.install(hello())
    plan = shop.plan(hello("2.0.0", also={"tag__attended": {"name": "Came"}}))
    assert Absent("tag", "came") in plan.change_set.relies


def test_what_the_owner_deleted_stays_deleted(shop: Shop) -> None:
    extra = {"tag__vip": {"name": "VIP"}}
    shop.install(hello(also=extra))
    del shop.account.stored[shop.id_of("acme/hello:tag/vip")]
    plan = shop.install(hello("1.1.0", also=extra))
    assert change(plan, "acme/hello:tag/vip").type is ChangeType.KEEP
    assert change(shop.plan(hello("1.1.0", also=extra)), "acme/hello:tag/vip").type is (
        ChangeType.KEEP
    )


def test_what_the_owner_deleted_and_something_wanted_refers_to_is_a_conflict(shop: Shop) -> None:
    shop.install(hello())
    del shop.account.stored[shop.id_of(EMAIL)]
    plan = shop.plan(hello("1.1.0"))
    assert change(plan, EMAIL).type is ChangeType.CONFLICT
    assert "you deleted it, but the campaign “Follow-up” refers to it" in change(plan, EMAIL).reason
    taken = shop.plan(hello("1.1.0"), choices=read_choices(take=("email/welcome",)))
    assert change(taken, EMAIL).type is ChangeType.CREATE
    assert change(taken, FLOW).type is ChangeType.UPDATE


def test_what_the_owner_deleted_and_the_author_changed_is_a_conflict(shop: Shop) -> None:
    shop.install(hello(also={"tag__vip": {"name": "VIP"}}))
    del shop.account.stored[shop.id_of("acme/hello:tag/vip")]
    newer = hello("1.1.0", also={"tag__vip": {"name": "Very important"}})
    address = "acme/hello:tag/vip"
    assert change(shop.plan(newer), address).type is ChangeType.CONFLICT
    kept = shop.plan(newer, choices=read_choices(keep=("tag/vip",)))
    assert change(kept, address).type is ChangeType.KEEP
    taken = shop.plan(newer, choices=read_choices(take=("tag/vip",)))
    assert change(taken, address).type is ChangeType.CREATE


def test_what_the_owner_deleted_and_made_anew_is_adopted(shop: Shop) -> None:
    shop.install(hello())
    del shop.account.stored[shop.id_of(TAG)]
    again = shop.account.put("tag", {"name": "Attended webinar"})
    assert change(shop.plan(hello("1.1.0")), TAG).object == f"#{again}"


def test_planning_the_same_again_is_empty(shop: Shop) -> None:
    shop.install(hello())
    plan = shop.plan(hello())
    assert plan.is_empty
    assert set(types(plan).values()) == {ChangeType.UNCHANGED}


# --- remove and release ---------------------------------------------------------------------------


def with_vip() -> Package:
    return hello(also={"tag__vip": {"name": "VIP"}})


VIP = "acme/hello:tag/vip"


def test_what_nobody_uses_any_more_is_removed(shop: Shop) -> None:
    shop.install(with_vip())
    number = shop.id_of(VIP)
    plan = shop.install(hello("2.0.0"))
    assert plan.change_set.operations == (Remove(number),)
    assert Unused(number) in plan.change_set.relies
    assert VIP not in read_record(shop.account).objects


def test_what_contacts_carry_is_released(shop: Shop) -> None:
    shop.install(with_vip())
    shop.account.carried[shop.id_of(VIP)] = 1
    plan = shop.install(hello("2.0.0"))
    assert change(plan, VIP).type is ChangeType.RELEASE
    assert change(plan, VIP).reason == "1 contact carries it: it stays, and is yours"
    assert read_record(shop.account).objects[VIP].released


def test_what_the_owner_changed_is_released(shop: Shop) -> None:
    shop.install(with_vip())
    shop.edit(VIP, category="Best")
    found = change(shop.plan(hello("2.0.0")), VIP)
    assert (found.type, found.reason) == (
        ChangeType.RELEASE,
        "you changed category: it stays, and is yours; --take tag/vip lets it go, too",
    )


def test_what_was_adopted_is_released(shop: Shop) -> None:
    shop.account.put("tag", {"name": "vip"})
    shop.install(with_vip())
    assert change(shop.plan(hello("2.0.0")), VIP).type is ChangeType.RELEASE


def test_what_something_of_the_owners_refers_to_is_released(shop: Shop) -> None:
    shop.install(with_vip())
    number = shop.id_of(VIP)
    goals = {"g": {"when": [{"tag-applied": {"tag": f"#{number}"}}]}}
    shop.account.put("campaign", {"title": "Mine", "goals": goals})
    found = change(shop.plan(hello("2.0.0")), VIP)
    assert found.reason == "still used by the campaign “Mine”: it stays, and is yours"


def test_what_was_released_is_taken_up_again_by_a_later_version(shop: Shop) -> None:
    shop.install(with_vip())
    number = shop.id_of(VIP)
    shop.account.carried[number] = 3
    shop.install(hello("2.0.0"))
    assert shop.plan(hello("2.0.0")).is_empty
    plan = shop.install(hello("3.0.0", also={"tag__vip": {"name": "VIP"}}))
    assert (change(plan, VIP).type, change(plan, VIP).object) == (ChangeType.ADOPT, f"#{number}")
    assert not read_record(shop.account).objects[VIP].released
    assert read_record(shop.account).objects[VIP].origin is Origin.CREATED


def test_a_text_the_owner_changed_is_not_let_go_without_asking(shop: Shop) -> None:
    extra = {"email__extra": MAIL}
    shop.install(hello(also=extra))
    address = "acme/hello:email/extra"
    shop.edit(address, subject="Hei")
    assert change(shop.plan(hello("2.0.0")), address).type is ChangeType.CONFLICT
    kept = shop.plan(hello("2.0.0"), choices=read_choices(keep=("email/extra",)))
    assert change(kept, address).type is ChangeType.RELEASE
    taken = shop.plan(hello("2.0.0"), choices=read_choices(take=("email/extra",)))
    assert change(taken, address).type is ChangeType.REMOVE


def test_what_the_owner_deleted_is_forgotten_when_the_package_drops_it(shop: Shop) -> None:
    shop.install(with_vip())
    del shop.account.stored[shop.id_of(VIP)]
    shop.install(hello("2.0.0"))
    assert VIP not in read_record(shop.account).objects


def test_a_reference_that_the_same_plan_takes_away_does_not_hold_anything_back(
    shop: Shop,
) -> None:
    shop.install(hello())
    number = shop.id_of(EMAIL)
    flow = {"title": "Follow-up", "goals": FOLLOW_UP["goals"]}
    plan = shop.plan(hello("2.0.0", without="email/welcome", also={"campaign__follow_up": flow}))
    assert change(plan, EMAIL).type is ChangeType.REMOVE
    assert Unused(number, (shop.id_of(FLOW),)) in plan.change_set.relies


# --- campaigns and the contacts in them -----------------------------------------------------------

MAIL_STEP = Place("greet", "mail", PlaceSort.WAIT)


def without_greet() -> Package:
    flow = {"title": "Follow-up", "goals": FOLLOW_UP["goals"]}
    return hello("2.0.0", also={"campaign__follow_up": flow})


def renamed_step() -> Package:
    steps = {"hello": FOLLOW_UP["sequences"]["greet"]["steps"]["mail"]}
    flow = {**FOLLOW_UP, "sequences": {"greet": {"after": ["came"], "steps": steps}}}
    entry = {
        "moved": "campaign/follow-up.greet.mail",
        "to": "campaign/follow-up.greet.hello",
    }
    return hello("2.0.0", also={"campaign__follow_up": flow}, upgrades=[entry])


def test_a_changed_campaign_is_republished_with_an_answer_for_every_place(shop: Shop) -> None:
    shop.install(hello())
    number = shop.id_of(FLOW)
    shop.account.standing[number] = [Occupied(1, MAIL_STEP, 7, next_due=99)]
    plan = shop.plan(renamed_step())
    (operation,) = plan.change_set.operations
    assert isinstance(operation, Republish)
    assert operation.moves == (("greet.mail", "greet.hello"),)
    answer = dict(operation.answers)[MAIL_STEP]
    assert answer is not None
    assert (answer.outcome, answer.node, answer.step) == (Outcome.GO_ON, "greet", "hello")
    (travel,) = plan.travels
    assert (travel.contacts, travel.next_due, travel.answer) == (7, 99, answer)
    assert change(plan, FLOW).reason == "renamed: greet.mail is now greet.hello"


def test_an_owners_edit_to_a_step_follows_it_when_it_is_renamed(shop: Shop) -> None:
    shop.install(hello())
    number = shop.id_of(FLOW)
    data = shop.account.stored[number].data
    step = {**data["sequences"]["greet"]["steps"][0], "wait": {"for": "5 days"}}
    shop.edit(FLOW, sequences={"greet": {"after": ["came"], "steps": [step]}})
    plan = shop.install(renamed_step())
    assert change(plan, FLOW).type is ChangeType.MERGE
    (merged,) = shop.account.stored[number].data["sequences"]["greet"]["steps"]
    assert (merged["key"], merged["wait"]) == ("hello", {"for": "5 days"})


def test_where_nobody_has_an_answer_the_plan_refuses_if_occupied(shop: Shop) -> None:
    shop.install(hello())
    plan = shop.plan(without_greet())
    (operation,) = [o for o in plan.change_set.operations if isinstance(o, Republish)]
    assert dict(operation.answers)[MAIL_STEP] is None
    assert plan.stranded == ()


def test_contacts_without_an_answer_are_shown_as_stranded(shop: Shop) -> None:
    shop.install(hello())
    shop.account.standing[shop.id_of(FLOW)] = [Occupied(1, MAIL_STEP, 7)]
    assert [t.contacts for t in shop.plan(without_greet()).stranded] == [7]


@pytest.mark.parametrize(
    ("words", "outcome"), [("exit", Outcome.EXIT), ("finish-on-old", Outcome.FINISH_ON_OLD)]
)
def test_the_owner_says_how_contacts_leave(shop: Shop, words: str, outcome: Outcome) -> None:
    shop.install(hello())
    shop.account.standing[shop.id_of(FLOW)] = [Occupied(1, MAIL_STEP, 7)]
    choices = read_choices(contacts=(f"campaign/follow-up.greet={words}",))
    (travel,) = shop.plan(without_greet(), choices=choices).travels
    assert travel.answer is not None
    assert (travel.answer.outcome, travel.answer.via) == (outcome, Via.OWNER)


def test_what_contacts_finish_on_keeps_what_it_uses(shop: Shop) -> None:
    shop.install(hello())
    shop.account.standing[shop.id_of(FLOW)] = [Occupied(1, MAIL_STEP, 7)]
    choices = read_choices(contacts=("campaign/follow-up=finish-on-old",))
    flow = {"title": "Follow-up", "goals": FOLLOW_UP["goals"]}
    newer = hello("2.0.0", without="email/welcome", also={"campaign__follow_up": flow})
    assert change(shop.plan(newer, choices=choices), EMAIL).type is ChangeType.RELEASE


def test_what_an_earlier_version_still_uses_is_released(shop: Shop) -> None:
    shop.install(hello())
    number = shop.id_of(FLOW)
    shop.account.versions[number] = 2
    shop.account.standing[number] = [Occupied(1, MAIL_STEP, 7)]
    flow = {"title": "Follow-up", "goals": FOLLOW_UP["goals"]}
    newer = hello("2.0.0", without="email/welcome", also={"campaign__follow_up": flow})
    found = change(shop.plan(newer), EMAIL)
    assert "an earlier version of the campaign “Follow-up”" in found.reason


def test_the_owner_says_where_contacts_go_on(shop: Shop) -> None:
    shop.install(hello())
    sequences = {"other": {"after": ["came"], "steps": {"mail": {"wait": "1 day"}}}}
    flow = {**FOLLOW_UP, "sequences": sequences}
    newer = hello("2.0.0", also={"campaign__follow_up": flow})
    choices = read_choices(contacts=("campaign/follow-up.greet.mail=continue-at:other",))
    (travel,) = shop.plan(newer, choices=choices).travels
    assert travel.answer is not None
    assert (travel.answer.node, travel.answer.step) == ("other", "mail")


def test_contacts_who_would_go_on_in_another_campaign_are_shown_with_its_title(shop: Shop) -> None:
    shop.install(hello())
    shop.account.standing[shop.id_of(FLOW)] = [Occupied(1, MAIL_STEP, 7)]
    entry = {
        "removed": "campaign/follow-up.greet",
        "contacts": {"continue-at": "campaign/other.greet.mail"},
    }
    flow = {"title": "Follow-up", "goals": FOLLOW_UP["goals"]}
    also = {"campaign__follow_up": flow, "campaign__other": {**FOLLOW_UP, "title": "Other"}}
    plan = shop.plan(hello("2.0.0", also=also, upgrades=[entry]))
    assert plan.stranded == ()
    (travel,) = (each for each in plan.travels if each.contacts)
    (data,) = (each for each in plan_data(plan)["contacts"] if each["contacts"])
    assert (data["to"], data["to_campaign"]) == (
        "greet.mail in “Other”", "acme/hello:campaign/other",
    )  # fmt: skip
    assert destination(travel, plan).plain == "-> greet.mail in “Other”"
    page = plan_page(plan, "Shop", "UTC", shop.account.object)
    assert "<td>greet.mail in “Other”</td>" in page
    assert load(save(plan)).change_set == plan.change_set


def test_an_answer_for_all_campaigns_leaves_those_alone_who_have_one(shop: Shop) -> None:
    shop.install(hello())
    (travel,) = shop.plan(renamed_step(), choices=read_choices(contacts=("exit",))).travels
    assert travel.answer is not None
    assert travel.answer.outcome is Outcome.GO_ON
    exact = read_choices(contacts=("campaign/follow-up=exit",))
    (travel,) = shop.plan(renamed_step(), choices=exact).travels
    assert travel.answer is not None
    assert travel.answer.outcome is Outcome.EXIT


def test_the_owner_may_let_contacts_go_on_at_a_join(shop: Shop) -> None:
    shop.install(hello())
    sequences = {"other": {"after": ["came"], "steps": {"mail": {"wait": "1 day"}}}}
    joins = {"together": {"after": ["other"]}}
    newer = {**FOLLOW_UP, "sequences": sequences, "joins": joins}
    choices = read_choices(contacts=("campaign/follow-up.greet=continue-at:together",))
    plan = shop.plan(hello("2.0.0", also={"campaign__follow_up": newer}), choices=choices)
    (travel,) = plan.travels
    assert travel.answer is not None
    assert (travel.answer.node, travel.answer.step) == ("together", None)


def test_what_a_flow_of_a_removed_campaign_still_uses_is_released(shop: Shop) -> None:
    shop.install(with_vip())
    number = shop.id_of(VIP)
    goals = {"g": {"when": [{"tag-applied": {"tag": f"#{number}"}}]}}
    gone = shop.account.put("campaign", {"title": "Gone", "goals": goals})
    removed = shop.account.stored.pop(gone)
    shop.account.leftovers[gone] = removed
    found = change(shop.plan(hello("2.0.0")), VIP)
    assert found.reason == (
        "still used by a flow that contacts are finishing: it stays, and is yours"
    )


@pytest.mark.parametrize("target", ["nowhere", "other.nothing", "came"])
def test_contacts_cannot_be_sent_where_nothing_will_be(shop: Shop, target: str) -> None:
    shop.install(hello())
    sequences = {"other": {"after": ["came"], "steps": {"mail": {"wait": "1 day"}}}}
    newer = hello("2.0.0", also={"campaign__follow_up": {**FOLLOW_UP, "sequences": sequences}})
    choices = read_choices(contacts=(f"campaign/follow-up.greet=continue-at:{target}",))
    with pytest.raises(UsageError, match="cannot go on at"):
        shop.plan(newer, choices=choices)


def test_a_plan_in_conflict_shows_where_contacts_go_too(shop: Shop) -> None:
    steps = [_timed("mail"), _timed("last")]
    shop.install(hello(also={"campaign__follow-up": _flow({"greet": _after(steps)})}))
    shop.account.standing[shop.id_of(FLOW)] = [
        Occupied(1, Place("greet", "mail", PlaceSort.WAIT), 3),
        Occupied(1, Place("greet", "last", PlaceSort.WAIT), 2),
    ]
    mine = [{**_timed("mail"), "wait": "9 days"}, _timed("last")]
    shop.edit(FLOW, sequences={"greet": _after(mine)})
    theirs = [{**_timed("mail"), "wait": "2 days"}, _timed("end")]
    new = hello(
        "2.0.0",
        also={"campaign__follow-up": _flow({"greet": _after(theirs)})},
        upgrades=[{"moved": "campaign/follow-up.greet.last", "to": "campaign/follow-up.greet.end"}],
    )
    plan = shop.plan(new)
    assert [c.address for c in plan.conflicts] == [FLOW]
    assert plan.change_set.operations == ()
    assert [(str(t.place), t.contacts, t.answer and t.answer.step) for t in plan.travels] == [
        ("greet.mail", 3, "mail"),
        ("greet.last", 2, "end"),
    ]
    (note,) = plan.notes
    assert note == (
        "Where the contacts in “Follow-up” go is shown as it would be if you keep yours, and once "
        "more when you have settled it."
    )


def test_a_merged_flow_is_checked_again_as_a_whole(shop: Shop) -> None:
    shop.install(hello())
    data = shop.account.stored[shop.id_of(FLOW)].data
    own = {"after": ["greet"], "steps": [{"key": "own-call", "wait": {"for": "1 day"}}]}
    shop.edit(FLOW, sequences={**data["sequences"], "own-more": own})
    found = change(shop.plan(without_greet()), FLOW)
    assert found.type is ChangeType.CONFLICT
    assert "own-more comes after greet, which is gone" in found.reason


def test_removing_a_sequence_that_holds_an_owners_step_is_a_conflict(shop: Shop) -> None:
    shop.install(hello())
    data = shop.account.stored[shop.id_of(FLOW)].data
    steps = [*data["sequences"]["greet"]["steps"], {"key": "own-call", "wait": {"for": "1 day"}}]
    shop.edit(FLOW, sequences={"greet": {"after": ["came"], "steps": steps}})
    assert change(shop.plan(without_greet()), FLOW).type is ChangeType.CONFLICT


def test_a_retired_flow_is_mentioned_by_every_plan(shop: Shop) -> None:
    shop.account.flows_left.append(Retired("Old times", 2))
    assert "2 contacts still finish an old version of “Old times”." in (shop.plan(hello()).notes)


def test_an_account_that_lacks_a_feature_is_told_before_anything_is_planned(shop: Shop) -> None:
    with pytest.raises(MissingFeaturesError, match="acme/hello needs ecommerce"):
        shop.plan(hello(features=("ecommerce",)))


def test_fields_are_shown_with_all_three_sides(shop: Shop) -> None:
    shop.install(hello())
    shop.edit(EMAIL, subject="Hei")
    plan = shop.plan(hello("1.1.0", also={"email__welcome": {**MAIL, "subject": "Hi"}}))
    (field,) = change(plan, EMAIL).fields
    assert (field.base, field.live, field.wanted, field.verdict) == (
        "Welcome",
        "Hei",
        "Hi",
        Verdict.CONFLICT,
    )


# --- owner and author together --------------------------------------------------------------------


def _timed(key: str) -> Json:
    return {"key": key, "wait": "1 day", "send-email": "welcome"}


def _after(steps: Json) -> Json:
    return {"after": ["came"], "steps": steps}


def _flow(sequences: Json, **more: Json) -> Json:
    return {**FOLLOW_UP, "sequences": sequences, **more}


def test_a_sequence_that_owner_and_author_empty_together_is_a_conflict(shop: Shop) -> None:
    greet = {"after": ["came"], "steps": [_timed("first"), _timed("second")]}
    later = {"after": ["greet"], "steps": [_timed("last")]}
    shop.install(hello(also={"campaign__follow-up": _flow({"greet": greet, "later": later})}))
    mine = deepcopy(shop.account.stored[shop.id_of(FLOW)].data["sequences"])
    del mine["greet"]["steps"][0]
    shop.edit(FLOW, sequences=mine)
    new = hello(
        "2.0.0",
        also={
            "campaign__follow-up": _flow(
                {
                    "greet": {**greet, "steps": [_timed("first")]},
                    "later": {**later, "steps": [_timed("last"), _timed("second")]},
                }
            )
        },
        upgrades=[
            {"moved": "campaign/follow-up.greet.second", "to": "campaign/follow-up.later.second"}
        ],
    )
    for keep in ((), ("campaign/follow-up",), ("campaign/follow-up#sequences.greet",)):
        found = change(shop.plan(new, choices=read_choices(keep=keep)), FLOW)
        assert found.type is ChangeType.CONFLICT
        assert found.reason == (
            "the package moves something out of greet or into it, and with your changes what is "
            "left there cannot run. Take theirs with --take campaign/follow-up#sequences.greet, "
            "or put a step of your own into greet first."
        )
    taken = read_choices(take=("campaign/follow-up#sequences.greet",))
    assert not shop.plan(new, choices=taken).conflicts


def test_an_arrow_from_a_way_of_what_is_no_decision_any_more_is_a_conflict(shop: Shop) -> None:
    asked = {
        "after": ["came"],
        "ways": {"yes": {"if": {"field": "email", "is-set": True}}, "no": "otherwise"},
    }
    greet = {"after": ["asked.yes"], "steps": [_timed("mail")]}
    first = _flow({"greet": greet}, decisions={"asked": asked})
    shop.install(hello(also={"campaign__follow-up": first}))
    mine = deepcopy(shop.account.stored[shop.id_of(FLOW)].data["sequences"])
    mine["own-rest"] = {"after": ["asked.no"], "steps": [{"key": "own-wait", "wait": "1 day"}]}
    shop.edit(FLOW, sequences=mine)
    second = _flow(
        {
            "greet": {**greet, "after": ["asked"]},
            "asked": {"after": ["came"], "steps": [_timed("mail")]},
        }
    )
    new = hello(
        "2.0.0",
        also={"campaign__follow-up": second},
        upgrades=[{"removed": "campaign/follow-up.asked"}],
    )
    found = change(shop.plan(new), FLOW)
    assert found.type is ChangeType.CONFLICT
    assert "own-rest comes after asked.no" in found.reason
    assert "asked is a sequence and has no ways" in found.reason


# --- going back -----------------------------------------------------------------------------------


def back(shop: Shop, to: int | None = None) -> Plan:
    return prepare(shop.account, rolling_back(shop.account, to), Choices(), "back")


def test_going_back_leaves_deleted_what_the_owner_had_deleted_by_then(shop: Shop) -> None:
    extra = {"tag__extra": {"name": "Extra"}}
    shop.install(hello(also=extra))
    gone = shop.account.stored.pop(shop.id_of("acme/hello:tag/extra"))
    shop.install(hello("1.1.0", also=extra))
    row = read_record(shop.account).objects["acme/hello:tag/extra"]
    shop.install(hello("2.0.0"))
    plan = back(shop)
    assert types(plan)["tag/extra"] is ChangeType.KEEP
    shop.account.apply(plan.change_set)
    assert gone.id not in shop.account.stored
    assert read_record(shop.account).objects["acme/hello:tag/extra"] == row


def test_going_back_says_beforehand_what_has_no_way_back(shop: Shop) -> None:
    steps = [_timed(key) for key in ("one", "two", "three", "four", "five")]
    later = {"after": ["greet"], "steps": [_timed("last")]}
    old = _flow({"greet": {"after": ["came"], "steps": steps}, "later": later})
    new = _flow({"greet": {"after": ["came"], "steps": [_timed("uno"), steps[1]]}, "later": later})
    shop.install(hello(also={"campaign__follow-up": old, "tag__extra": {"name": "Extra"}}))
    here = "campaign/follow-up.greet"
    shop.install(
        hello(
            "2.0.0",
            also={"campaign__follow-up": new},
            upgrades=[
                {"moved": f"{here}.one", "to": f"{here}.uno"},
                {"moved": f"{here}.three", "to": f"{here}.two"},
                {
                    "removed": f"{here}.four",
                    "contacts": {"continue-at": "campaign/follow-up.later.last"},
                },
                {"removed": f"{here}.five", "contacts": "exit"},
                {"removed": "tag/extra"},
            ],
        )
    )
    assert back(shop).notes == (
        (
            "2.0.0 made greet.three part of greet.two; going back cannot tell who came from "
            "greet.three, and everybody there goes on as greet.two does."
        ),
        (
            "2.0.0 removed greet.four and sent its contacts to later.last; going back cannot tell "
            "who they were, and they go where everybody at later.last goes."
        ),
        "2.0.0 removed greet.five and its contacts left; they are not brought back.",
        "2.0.0 removed tag/extra; going back makes it again, unless this account has it still.",
    )


def test_going_back_twice_goes_forward_again_and_the_title_says_to_what(shop: Shop) -> None:
    shop.install(hello())
    shop.install(hello("2.0.0"))
    first = back(shop)
    shop.account.apply(first.change_set)
    second = back(shop)
    assert (first.title, second.title) == ("roll back to revision 1", "roll back to revision 2")
    assert [(step.old, step.new) for step in second.packages] == [("1.0.0", "2.0.0")]
