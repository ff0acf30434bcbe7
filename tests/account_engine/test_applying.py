"""Applying a change set: whole, once, and only while what it relies on holds."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from account_engine.account import Account
from account_engine.changing.changes import (
    Absent,
    Applied,
    Arrival,
    ChangeSet,
    Create,
    Remove,
    Republish,
    Unchanged,
    Unused,
    Update,
)
from account_engine.errors import (
    AccountBusyError,
    InvalidDataError,
    StalePlanError,
    StillUsedError,
    StrandedContactsError,
    UnknownObjectError,
)
from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.references import Address
from package_format.upgrades.answers import Answer, Outcome, Via, answers

if TYPE_CHECKING:
    from tests.account_engine.conftest import Shop

DAY = 86_400


def _digest(shop: Shop, number: int) -> str:
    stored = shop.account.object(number)
    assert stored is not None
    return stored.digest


def _without_nudge(shop: Shop) -> dict[str, Any]:
    steps = shop.flow()["sequences"]["remind"]["steps"]
    return shop.flow(remind=[step for step in steps if step["key"] != "nudge"])


def _republish(
    shop: Shop,
    data: dict[str, Any],
    *,
    moves: tuple[tuple[str, str], ...] = (),
    **given: Answer | None,
) -> Republish:
    """Republish the shop's campaign as M2 says, but for the places given as ``remind__nudge``."""
    old = shop.account.flow(shop.campaign).flow
    new = Flow(Campaign.model_validate(data))
    found = dict(answers(old, new, Address("", "campaign", "follow-up"), ()))
    for place in found:
        name = "__".join(place.inner)
        if name in given:
            found[place] = given[name]
    return Republish(shop.campaign, data, moves, tuple(found.items()))


# --- creating, updating, removing


def test_created_objects_refer_to_each_other_by_name_in_any_order(shop: Shop) -> None:
    applied = shop.account.apply(
        shop.change_set(
            Create("form/more", "form", {"title": "More", "fields": [{"field": "@field/size"}]}),
            Create("field/size", "field", {"name": "size", "title": "Size"}),
            record={"objects": {"field/size": "@field/size", "@field/size": ["@nobody"]}},
        )
    )
    form, size = applied.created["form/more"], applied.created["field/size"]
    stored = shop.account.object(form)
    assert stored is not None
    assert stored.data["fields"] == [{"field": f"#{size}"}]
    assert shop.account.record() == {
        "objects": {"field/size": f"#{size}", "@field/size": ["@nobody"]}
    }
    assert shop.account.referrers(size) == (form,)


def test_a_created_campaign_runs_at_once_and_acts_on_nothing_past(shop: Shop) -> None:
    ada = shop.contact()
    shop.account.apply_tag(ada.id, shop.attended)
    data = shop.flow(title="Thanks", goals={"attended": {"when": [{"tag-applied": "#1"}]}})
    del data["sequences"]["remind"], data["goals"]["registered"]
    applied = shop.account.apply(shop.change_set(Create("thanks", "campaign", data)))
    assert shop.account.positions(ada.id) == ()
    bob = shop.contact("Bob")
    shop.account.apply_tag(bob.id, shop.attended)
    assert [one.campaign for one in shop.account.positions(bob.id)] == [applied.created["thanks"]]


def test_an_update_replaces_the_data(shop: Shop) -> None:
    data = {"name": "Attended!", "description": "Came along"}
    shop.account.apply(shop.change_set(Update(shop.attended, data)))
    stored = shop.account.object(shop.attended)
    assert stored is not None
    assert stored.data == data
    assert shop.account.namesakes("tag", " attended! ") == (shop.attended,)


def test_a_removed_object_is_gone_with_its_references(shop: Shop) -> None:
    extra = {"title": "Extra", "fields": [{"field": f"#{shop.interest}"}]}
    form = shop.account.create_object("form", extra).id
    shop.account.apply(shop.change_set(Remove(form)))
    assert shop.account.object(form) is None
    assert shop.account.referrers(shop.interest) == ()


def test_what_something_refers_to_is_not_removed(shop: Shop) -> None:
    before = shop.dump()
    with pytest.raises(StillUsedError, match="the campaign “Follow-up” refers to it"):
        shop.account.apply(shop.change_set(Remove(shop.welcome)))
    assert shop.dump() == before


def test_what_contacts_carry_is_not_removed(shop: Shop) -> None:
    tag = shop.account.create_object("tag", {"name": "VIP"}).id
    shop.account.add_contact(tags=[tag])
    with pytest.raises(StillUsedError, match="the tag “VIP” cannot be removed: 1 contact"):
        shop.account.apply(shop.change_set(Remove(tag)))


def test_a_referrer_and_what_it_refers_to_go_together_in_any_order(shop: Shop) -> None:
    shop.account.apply(shop.change_set(Remove(shop.welcome), Remove(shop.campaign)))
    assert shop.account.objects([shop.welcome, shop.campaign]) == {}


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (Create("x", "tag", {}), "this is no tag: name"),
        (Create("x", "tag", {"name": "X", "colour": "red"}), "this is no tag: colour"),
        (Create("x", "form", {"title": "F", "fields": [{"field": "@y"}]}), "'@y' is not the id"),
        (Create("x", "form", {"title": "F", "fields": [{"field": "#1"}]}), "no custom field"),
        (Create("x", "form", {"title": "F", "fields": [{"field": "#99"}]}), "no custom field"),
        (Create("x", "field", {"name": "interest", "title": "I"}), "already has a field"),
        (Create("x", "field", {"name": "email", "title": "E"}), "already has a field"),
        (Create("x", "task", {"title": "{% for a in b %}"}), "title: "),
        (Update(8, {"title": "No"}), "changed by a migration"),
        (Remove(8, contacts="forget"), "exit or finish-on-old, not by forget"),
    ],
)
def test_data_that_is_not_right_is_refused_by_name(
    shop: Shop, operation: Create | Update | Remove, message: str
) -> None:
    before = shop.dump()
    with pytest.raises(InvalidDataError, match=message):
        shop.account.apply(shop.change_set(operation))
    assert shop.dump() == before


@pytest.mark.parametrize(
    "operation",
    [Update(99, {"name": "X"}), Remove(99), Republish(99, {}, (), ()), Create("x", "hat", {})],
)
def test_what_is_not_there_cannot_be_changed(
    shop: Shop, operation: Create | Update | Remove | Republish
) -> None:
    with pytest.raises(UnknownObjectError, match="there is no"):
        shop.account.apply(shop.change_set(operation))


def test_two_objects_under_one_name_are_refused(shop: Shop) -> None:
    one = Create("x", "tag", {"name": "X"})
    with pytest.raises(InvalidDataError, match="two objects under one name"):
        shop.account.apply(shop.change_set(one, one))


# --- once


def test_applying_again_answers_as_the_first_time_and_changes_nothing(shop: Shop) -> None:
    change_set = shop.change_set(
        Create("x", "tag", {"name": "X"}), relies=[Absent("tag", "x")], record={"x": "@x"}
    )
    first = shop.account.apply(change_set)
    before = shop.dump()
    again = shop.account.apply(change_set)
    assert again == replace(first, already=True)
    assert shop.dump() == before


def test_revisions_count_up_and_keep_their_records(shop: Shop) -> None:
    for number in (1, 2):
        name = {"name": f"T{number}"}
        create = Create("t", "tag", name)
        shop.account.apply(shop.change_set(create, id=f"plan-{number}", record={"r": number}))
    revisions = shop.account.revisions()
    assert [(one.number, one.id, one.record) for one in revisions] == [
        (1, "plan-1", {"r": 1}),
        (2, "plan-2", {"r": 2}),
    ]
    assert revisions[0].at == shop.account.info.now
    assert shop.account.info.head == "plan-2"
    assert shop.account.record() == {"r": 2}


def test_an_account_to_which_nothing_was_applied_has_no_record(shop: Shop) -> None:
    assert shop.account.record() is None
    assert shop.account.revisions() == ()


# --- stale


def _stale(shop: Shop, change_set: ChangeSet) -> tuple[str, ...]:
    before = shop.dump()
    with pytest.raises(StalePlanError) as caught:
        shop.account.apply(change_set)
    assert shop.dump() == before
    assert all(difference in str(caught.value) for difference in caught.value.differences)
    assert "make a new plan" in str(caught.value)
    return caught.value.differences


def test_a_plan_for_another_account_is_refused(shop: Shop) -> None:
    assert _stale(shop, shop.change_set(account="account-2")) == (
        "it was made for another account than 'Shop'",
    )


def test_a_plan_for_an_older_incarnation_is_refused(shop: Shop) -> None:
    assert _stale(shop, shop.change_set(incarnation="zeroth")) == (
        "the account 'Shop' is a copy, or has been restored from one since",
    )


def test_a_plan_on_an_older_revision_is_refused_and_names_the_newer(shop: Shop) -> None:
    late = shop.change_set(id="plan-2")
    shop.account.apply(shop.change_set(id="plan-1"))
    assert _stale(shop, late) == ("revision 1 ('install plan-1') has been applied since",)


def test_a_plan_on_a_revision_that_is_not_there_is_refused(shop: Shop) -> None:
    assert _stale(shop, shop.change_set(head="plan-0")) == (
        "the revision it was made on is not in this account",
    )


def test_an_edited_object_refuses_the_plan_by_name(shop: Shop) -> None:
    plan = shop.change_set(relies=[Unchanged(shop.attended, _digest(shop, shop.attended))])
    shop.account.edit(shop.attended, {"name": "Attended", "category": "Webinars"})
    assert _stale(shop, plan) == ("the tag “Attended” has been edited",)


def test_a_deleted_object_refuses_the_plan_by_the_name_it_had(shop: Shop) -> None:
    tag = shop.account.create_object("tag", {"name": "VIP"}).id
    plan = shop.change_set(relies=[Unchanged(tag, _digest(shop, tag)), Unused(tag)])
    shop.account.delete_object(tag)
    assert _stale(shop, plan) == ("the removed tag 'VIP' is gone",) * 2


def test_a_new_namesake_refuses_the_plan_by_name(shop: Shop) -> None:
    plan = shop.change_set(relies=[Absent("tag", "VIP")])
    shop.account.create_object("tag", {"name": " vip "})
    assert _stale(shop, plan) == ("there is now the tag “ vip ”",)


def test_a_new_referrer_refuses_the_plan_by_name(shop: Shop) -> None:
    plan = shop.change_set(relies=[Unused(shop.welcome, referrers=(shop.campaign,))])
    shop.account.create_object("campaign", shop.flow(title="Another"))
    assert _stale(shop, plan) == ("the campaign “Another” now refers to the email “Welcome”",)


def test_new_carriers_refuse_the_plan_by_name(shop: Shop) -> None:
    tag = shop.account.create_object("tag", {"name": "VIP"}).id
    plan = shop.change_set(relies=[Unused(tag), Unused(shop.interest)])
    shop.account.add_contact({"interest": "pro"}, tags=[tag])
    shop.account.add_contact(tags=[tag])
    assert _stale(shop, plan) == (
        "2 contacts now have the tag “VIP”",
        "1 contact now has the custom field “Interest”",
    )


def test_every_difference_is_named_at_once(shop: Shop) -> None:
    plan = shop.change_set(
        relies=[Unchanged(shop.attended, _digest(shop, shop.attended)), Absent("tag", "VIP")]
    )
    shop.account.edit(shop.attended, {"name": "Was there"})
    shop.account.create_object("tag", {"name": "VIP"})
    assert len(_stale(shop, plan)) == 2


def test_what_a_plan_does_not_touch_may_change(shop: Shop) -> None:
    plan = shop.change_set(
        relies=[
            Unchanged(shop.attended, _digest(shop, shop.attended)),
            Absent("tag", "VIP"),
            Unused(shop.welcome, referrers=(shop.campaign,)),
        ]
    )
    shop.account.edit(shop.task, {"title": "Ring"})
    shop.registered()
    assert shop.account.apply(plan).revision == 1


# --- contacts in flight


def test_a_republished_campaign_carries_those_who_wait_in_it(shop: Shop) -> None:
    ada = shop.registered()
    applied = shop.account.apply(shop.change_set(_republish(shop, _without_nudge(shop))))
    assert applied.travelled == 1
    assert shop.at() == {"remind.call": 1}
    assert {position.version for position in shop.account.positions(ada.id)} == {2}
    assert [line.what for line in shop.account.timeline(ada.id)].count("migrated") == 1
    assert shop.account.retired() == ()


def test_nothing_is_sent_twice_or_not_at_all_across_an_upgrade(shop: Shop) -> None:
    shop.registered()
    shop.later(1)
    data = shop.flow(title="Follow-up, better")
    shop.account.apply(shop.change_set(_republish(shop, data)))
    shop.later(30)
    assert [one.subject for one in shop.account.outbox()] == [
        "Welcome",
        "It is tomorrow",
        "Call Ada",
    ]


def test_a_moved_step_keeps_its_id_and_its_contacts(shop: Shop) -> None:
    shop.registered()
    old = shop.account.flow(shop.campaign)
    steps = shop.flow()["sequences"]["remind"]["steps"]
    data = shop.flow(
        remind=[{**step, "key": "hint"} if step["key"] == "nudge" else step for step in steps]
    )
    go_on = Answer(Outcome.GO_ON, Via.ENTRY, "remind", "hint", same=True)
    moves = (("remind.nudge", "remind.hint"),)
    shop.account.apply(shop.change_set(_republish(shop, data, moves=moves, remind__nudge=go_on)))
    new = shop.account.flow(shop.campaign)
    assert new.ids["remind.hint"] == old.ids["remind.nudge"]
    assert shop.at() == {"remind.hint": 1}


def test_an_occupied_place_without_an_answer_refuses_the_whole_plan(shop: Shop) -> None:
    for name in ("Ada", "Bob"):
        shop.registered(name)
    before = shop.dump()
    change_set = shop.change_set(
        Create("x", "tag", {"name": "X"}),
        _republish(shop, _without_nudge(shop), remind__nudge=None),
    )
    with pytest.raises(StrandedContactsError, match=r"'Follow-up'.*remind\.nudge \(2 contacts\)"):
        shop.account.apply(change_set)
    assert shop.dump() == before


def test_an_unoccupied_place_needs_no_answer(shop: Shop) -> None:
    change_set = shop.change_set(_republish(shop, _without_nudge(shop), remind__nudge=None))
    assert shop.account.apply(change_set).travelled == 0


def test_a_contact_who_arrives_between_plan_and_apply_is_carried_too(shop: Shop) -> None:
    change_set = shop.change_set(_republish(shop, _without_nudge(shop)))
    shop.registered()
    assert shop.account.apply(change_set).travelled == 1


def test_an_answer_in_another_campaign_is_refused_when_somebody_is_there(shop: Shop) -> None:
    away = Answer(Outcome.GO_ON, Via.ENTRY, "remind", "call", campaign="acme/x:campaign/other")
    change_set = shop.change_set(_republish(shop, _without_nudge(shop), remind__nudge=away))
    shop.registered()
    with pytest.raises(StrandedContactsError):
        shop.account.apply(change_set)


@pytest.mark.parametrize("number", [99, 2**70])
def test_what_comes_from_a_campaign_that_is_not_there_is_refused(shop: Shop, number: int) -> None:
    arrival = Arrival(number, "pitch", "pitch")
    change_set = shop.change_set(replace(_republish(shop, shop.flow()), arrivals=(arrival,)))
    with pytest.raises(InvalidDataError, match="it is no campaign here"):
        shop.account.apply(change_set)
    away = Answer(Outcome.GO_ON, Via.ENTRY, "remind", "call", campaign=f"#{number}")
    change_set = shop.change_set(_republish(shop, _without_nudge(shop), remind__nudge=away))
    shop.registered()
    with pytest.raises(StrandedContactsError):
        shop.account.apply(change_set)


def test_those_who_finish_on_the_old_flow_run_there_until_it_is_empty(shop: Shop) -> None:
    ada = shop.registered()
    stay = Answer(Outcome.FINISH_ON_OLD, Via.ENTRY)
    change_set = shop.change_set(_republish(shop, _without_nudge(shop), remind__nudge=stay))
    assert shop.account.apply(change_set).travelled == 0
    (retired,) = shop.account.retired()
    assert (retired.version, retired.contacts, retired.title) == (1, 1, "Follow-up")
    assert shop.account.flow(shop.campaign).version == 2
    assert shop.account.referrers(shop.nudge) == (shop.campaign,)
    shop.later(3)
    assert [one.subject for one in shop.account.outbox()] == ["Welcome", "It is tomorrow"]
    shop.account.apply_tag(ada.id, shop.attended)
    shop.later(3)
    assert shop.account.retired() == ()
    assert shop.account.referrers(shop.nudge) == ()


def test_a_removed_campaign_lets_its_contacts_leave_and_says_so(shop: Shop) -> None:
    ada = shop.registered()
    shop.account.apply(shop.change_set(Remove(shop.campaign)))
    assert shop.account.positions(ada.id) == ()
    assert shop.account.timeline(ada.id)[-1].campaign == "Follow-up"
    assert shop.account.listeners("tag-applied", {"tag": f"#{shop.attended}"}) == ()
    with pytest.raises(UnknownObjectError):
        shop.account.flow(shop.campaign)


def test_a_removed_campaign_can_let_its_contacts_finish(shop: Shop) -> None:
    shop.registered()
    shop.account.apply(shop.change_set(Remove(shop.campaign, contacts="finish-on-old")))
    assert [one.title for one in shop.account.retired()] == ["Follow-up"]
    shop.registered("Bob")
    shop.later(3)
    assert [(one.subject, one.campaign) for one in shop.account.outbox()] == [
        ("Welcome", "Follow-up"),
        ("It is tomorrow", "Follow-up"),
    ]


def test_who_has_come_to_the_end_of_a_removed_campaign_waits_there_and_may_be_let_go(
    shop: Shop,
) -> None:
    ada = shop.registered()
    shop.later(4)  # Ada is at the end of it
    shop.registered("Bob")
    with pytest.raises(UnknownObjectError):
        shop.account.let_go(shop.campaign)  # it is there
    shop.account.apply(shop.change_set(Remove(shop.campaign, contacts="finish-on-old")))
    (retired,) = shop.account.retired()
    assert (retired.gone, retired.contacts, retired.waiting) == (True, 2, 1)
    assert sorted(str(one.place) for one in retired.occupied) == [
        "remind.nudge",
        "the end of remind",
    ]
    assert shop.account.let_go(shop.campaign) == 2
    assert shop.account.retired() == ()
    assert shop.account.positions(ada.id) == ()
    assert shop.account.timeline(ada.id)[-1].why == "left as the campaign was taken out (M2)"
    with pytest.raises(UnknownObjectError):
        shop.account.let_go(shop.campaign)


def test_who_finishes_a_removed_campaign_that_is_stopped_goes_on_when_it_is_published(
    shop: Shop,
) -> None:
    shop.registered()
    shop.account.set_published(shop.campaign, published=False)
    shop.account.apply(shop.change_set(Remove(shop.campaign, contacts="finish-on-old")))
    shop.later(3)
    assert [one.subject for one in shop.account.outbox()] == ["Welcome"]
    assert [one.published for one in shop.account.retired()] == [False]
    shop.account.set_published(shop.campaign, published=True)
    shop.later(1)
    assert [one.subject for one in shop.account.outbox()] == ["Welcome", "It is tomorrow"]


def test_a_campaign_that_comes_back_has_the_ids_that_it_had(shop: Shop) -> None:
    ada = shop.registered()
    shop.later(3)
    before = shop.account.flow(shop.campaign).ids
    shop.account.apply(shop.change_set(Remove(shop.campaign)))
    data = shop.flow()
    data["sequences"]["again"] = data["sequences"].pop("remind")
    data["goals"]["attended"]["after"] = ["again"]
    moves = (("remind", "again"),)
    revive = Create("flow", "campaign", data, shop.campaign, moves)
    applied = shop.account.apply(shop.change_set(revive, id="plan-2"))
    assert applied.created == {"flow": shop.campaign}
    after = shop.account.flow(shop.campaign).ids
    assert {key.replace("again", "remind"): number for key, number in after.items()} == before
    assert shop.account.positions(ada.id) == ()
    shop.account.apply(shop.change_set(Remove(shop.campaign), id="plan-3"))


def test_who_finishes_a_campaign_that_comes_back_is_heard_there_alone(shop: Shop) -> None:
    ada = shop.registered()
    shop.account.apply(shop.change_set(Remove(shop.campaign, contacts="finish-on-old")))
    revive = Create("flow", "campaign", shop.flow(), shop.campaign)
    shop.account.apply(shop.change_set(revive, id="plan-2"))
    assert shop.account.flow(shop.campaign).version == 2
    shop.account.submit(ada.id, shop.registration)
    assert [p.version for p in shop.account.positions(ada.id)] == [1]


@pytest.mark.parametrize("number", ["campaign", "attended", "gone", "never"])
def test_only_a_campaign_that_is_gone_comes_back(shop: Shop, number: str) -> None:
    gone = shop.account.create_object("tag", {"name": "VIP"}).id
    shop.account.delete_object(gone)
    which = {"gone": gone, "never": 99}.get(number) or getattr(shop, number)
    revive = Create("flow", "campaign", shop.flow(), which)
    with pytest.raises(InvalidDataError, match="is no campaign that this account had once"):
        shop.account.apply(shop.change_set(revive))


def test_an_unpublished_campaign_holds_those_who_finish_on_it_too(shop: Shop) -> None:
    shop.registered()
    stay = Answer(Outcome.FINISH_ON_OLD, Via.ENTRY)
    shop.account.apply(shop.change_set(_republish(shop, _without_nudge(shop), remind__nudge=stay)))
    shop.account.set_published(shop.campaign, published=False)
    shop.later(10)
    assert [one.subject for one in shop.account.outbox()] == ["Welcome"]
    shop.account.set_published(shop.campaign, published=True)
    shop.later(1)
    assert [one.subject for one in shop.account.outbox()] == ["Welcome", "It is tomorrow"]
    assert shop.account.listeners("web-form-submitted", {"form": f"#{shop.form}"}) == (
        (shop.campaign, "registered"),
    )


def test_entries_of_merged_nodes_count_in_the_one_that_is_left(shop: Shop) -> None:
    data = shop.flow()
    data["goals"]["attended"]["after"] = ["remind", "again"]
    step = {"key": "hi", "wait": {"for": "1 day"}}
    data["sequences"]["again"] = {"after": ["registered"], "steps": [step], "entry": "once"}
    shop.account.apply(shop.change_set(_republish(shop, data)))
    ada = shop.registered()
    shop.account.apply_tag(ada.id, shop.attended)
    merged = shop.flow()
    merged["sequences"]["remind"]["entry"] = "once"
    moves = (("remind", "remind"), ("again", "remind"))
    shop.account.apply(shop.change_set(_republish(shop, merged, moves=moves), id="plan-2"))
    before = len(shop.account.outbox())
    shop.account.submit(ada.id, shop.registration)
    assert len(shop.account.outbox()) == before


# --- crashes and crowds


def _everything(shop: Shop) -> ChangeSet:
    form = {"title": "Extra", "fields": [{"field": "@size"}]}
    data = _without_nudge(shop)
    data["goals"]["more"] = {"when": [{"web-form-submitted": {"form": "@form"}}]}
    data["sequences"]["remind"]["after"] = ["registered", "more"]
    old = shop.account.flow(shop.campaign).flow
    new = Flow(Campaign.model_validate(data))
    found = answers(old, new, Address("", "campaign", "follow-up"), ())
    return shop.change_set(
        Create("size", "field", {"name": "size", "title": "Size"}),
        Create("form", "form", form),
        Update(shop.welcome, {"subject": "Hi", "body": "<p>Hi</p>", "from": "a@example.com"}),
        Republish(shop.campaign, data, (), found),
        Remove(shop.nudge),
        record={"size": "@size"},
    )


def test_dying_at_any_write_changes_nothing_and_trying_again_succeeds(shop: Shop) -> None:
    for name in ("Ada", "Bob"):
        shop.registered(name)
    change_set, before = _everything(shop), shop.dump()
    applied, deaths = None, 0
    while applied is None:
        try:
            applied = shop.dying(deaths).apply(change_set)
        except KeyboardInterrupt:
            assert shop.dump() == before
            deaths += 1
    assert deaths > 15
    assert applied.travelled == 2
    assert shop.account.apply(change_set) == replace(applied, already=True)


def test_whoever_comes_while_another_writes_is_told_to_try_again(shop: Shop) -> None:
    change_set = shop.change_set(Create("x", "tag", {"name": "X"}))
    with Account.open(shop.location, patience=0) as other:
        with (
            shop.store.publishing(),
            pytest.raises(AccountBusyError, match="try again"),
        ):
            other.apply(change_set)
        assert other.apply(change_set).revision == 1


def test_whoever_reads_while_another_writes_sees_what_was(shop: Shop) -> None:
    with Account.open(shop.location, patience=0) as other, shop.store.publishing():
        shop.account.create_object("tag", {"name": "X"})
        assert other.namesakes("tag", "x") == ()


def _race(shop: Shop, change_sets: list[ChangeSet]) -> list[Applied | StalePlanError]:
    """Apply each change set in a thread of its own, all at once."""
    barrier = threading.Barrier(len(change_sets))
    results: list[Applied | StalePlanError] = []

    def run(change_set: ChangeSet) -> None:
        with Account.open(shop.location, patience=20) as account:
            barrier.wait()
            try:
                results.append(account.apply(change_set))
            except StalePlanError as error:
                results.append(error)

    threads = [threading.Thread(target=run, args=(one,)) for one in change_sets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_two_plans_at_once_one_is_applied_and_one_is_refused(shop: Shop) -> None:
    plans = [
        shop.change_set(Create("x", "tag", {"name": f"X{number}"}), id=f"plan-{number}")
        for number in range(2)
    ]
    results = _race(shop, plans)
    assert sorted(type(one).__name__ for one in results) == ["Applied", "StalePlanError"]
    assert len(shop.account.revisions()) == 1


def test_one_plan_twice_at_once_is_applied_once(shop: Shop) -> None:
    plan = shop.change_set(Create("x", "tag", {"name": "X"}))
    results = _race(shop, [plan, plan])
    assert sorted(one.already for one in results if isinstance(one, Applied)) == [False, True]
    assert len(shop.account.namesakes("tag", "x")) == 1


def test_a_place_is_named_once_however_many_stand_there() -> None:
    error = StrandedContactsError("Follow-up", (("remind.nudge", 1), ("the end of remind", 3)))
    assert "remind.nudge (1 contact), the end of remind (3 contacts)" in str(error)
