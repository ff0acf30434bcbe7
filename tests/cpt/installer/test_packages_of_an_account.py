"""Several packages in one account: handing over, leaving, going back."""

from __future__ import annotations

import pytest

from account_engine.changing.changes import Remove, Republish
from cpt.errors import (
    BrokenPackageError,
    NoSuchRevisionError,
    NotARecordError,
    NotInstalledError,
    StillNeededError,
    StrandedError,
    UnsettledError,
)
from cpt.installer.applying.apply import apply
from cpt.installer.changes import ChangeType
from cpt.installer.choices import Choices, read_choices
from cpt.installer.plan import Plan
from cpt.installer.preparing import prepare, rolling_back
from cpt.installer.record.snapshot import read_record
from cpt.installer.status import State, status
from package_format.campaign.places import Place, PlaceSort
from package_format.kinds.model import Json
from package_format.package import Package
from tests.cpt.installer.shops import Occupied, Revision, Shop, change, package, types

MAIL = {"subject": "Welcome", "from": "a@example.com", "body": "<p>Hello</p>\n"}
FLOW = "acme/hello:campaign/follow-up"


def flow(tag: str) -> dict[str, Json]:
    return {
        "title": "Follow-up",
        "goals": {"came": {"when": {"tag-applied": tag}}},
        "sequences": {"greet": {"after": ["came"], "steps": {"mail": {"wait": "1 day"}}}},
    }


def tags(version: str = "1.0.0", name: str = "Attended") -> Package:
    return package("acme/tags", version, {"tag/attended": {"name": name}})


def hello(version: str = "1.0.0", **more: Json) -> Package:
    more.setdefault("dependencies", {"acme/tags": "^1.0"})
    return package("acme/hello", version, {"campaign/follow-up": flow("tags:attended")}, **more)


@pytest.fixture
def shop() -> Shop:
    return Shop()


def back(shop: Shop, to: int | None = None, **choices: Json) -> Plan:
    request = rolling_back(shop.account, to)
    return prepare(shop.account, request, read_choices(**choices), f"back-{to}")


# --- how packages move ----------------------------------------------------------------------------


def test_a_dependency_says_who_needs_it(shop: Shop) -> None:
    plan = shop.plan(tags(), hello())
    assert [(each.name, each.why) for each in plan.packages] == [
        ("acme/hello", "asked for"),
        ("acme/tags", "needed by acme/hello"),
    ]


def test_dependencies_that_nobody_needs_any_more_are_planned_away(shop: Shop) -> None:
    shop.install(tags(), hello())
    alone = package(
        "acme/hello",
        "2.0.0",
        {"tag/own": {"name": "Own"}, "campaign/follow-up": flow("own")},
    )
    plan = shop.plan(alone)
    assert [(each.name, each.new, each.why) for each in plan.packages] == [
        ("acme/hello", "2.0.0", "asked for"),
        ("acme/tags", None, "no longer needed"),
    ]
    assert change(plan, "acme/tags:tag/attended").type is ChangeType.REMOVE


def test_what_else_is_installed_is_left_alone(shop: Shop) -> None:
    shop.install(tags(), hello())
    other = package("acme/other", "1.0.0", {"tag/vip": {"name": "VIP"}})
    plan = shop.install(other)
    assert [c.address for c in plan.changes] == ["acme/other:tag/vip"]
    assert set(read_record(shop.account).packages) == {"acme/hello", "acme/other", "acme/tags"}


def test_new_parameters_at_the_same_version_are_an_upgrade(shop: Shop) -> None:
    named = package(
        "acme/named", "1.0.0", {"tag/t": {"name": "[[ parameters.brand ]]"}},
        parameters={"brand": {"type": "string", "default": "Acme"}},
    )  # fmt: skip
    shop.install(named)
    assert read_record(shop.account).packages["acme/named"].parameters == {}
    plan = shop.install(named, given={"brand": "Harbour"})
    assert plan.packages[0].why == "new values for brand"
    assert change(plan, "acme/named:tag/t").type is ChangeType.UPDATE
    assert shop.plan(named).is_empty


def test_a_range_asked_for_stands_until_another_is_asked_for(shop: Shop) -> None:
    shop.install(tags())
    plan = shop.plan(tags(), asked="^1.0")
    assert plan.packages[0].why == "asked for as ^1.0"
    shop.account.apply(plan.change_set)
    shop.install(tags("1.1.0"), hello())
    assert read_record(shop.account).packages["acme/tags"].asked == "^1.0"


def test_other_content_under_the_same_version_is_said_to_be_that(shop: Shop) -> None:
    shop.install(tags())
    record = shop.account.history[-1].record
    record["packages"]["acme/tags"]["digest"] = "sha256:another"
    assert shop.plan(tags()).packages[0].why == "other content under the same version"


# --- names that change ----------------------------------------------------------------------------


def test_a_resource_handed_over_to_another_package_keeps_its_object(shop: Shop) -> None:
    own = {"tag/attended": {"name": "Attended"}, "campaign/follow-up": flow("attended")}
    shop.install(package("acme/hello", "1.0.0", own))
    number = shop.id_of("acme/hello:tag/attended")
    entry = {"moved": "tag/attended", "to": "acme/tags:tag/attended"}
    plan = shop.install(tags(), hello("2.0.0", upgrades=[entry]))
    assert plan.change_set.operations == ()
    assert types(plan) == {
        "tag/attended": ChangeType.UNCHANGED,
        "campaign/follow-up": ChangeType.UNCHANGED,
    }
    assert shop.id_of("acme/tags:tag/attended") == number
    assert "acme/hello:tag/attended" not in read_record(shop.account).objects


def test_a_renamed_resource_keeps_its_object_and_its_edits(shop: Shop) -> None:
    shop.install(package("acme/hello", "1.0.0", {"email/a": MAIL}))
    number = shop.id_of("acme/hello:email/a")
    shop.edit("acme/hello:email/a", subject="Hei")
    entry = {"moved": "email/a", "to": "email/b"}
    wanted = {"email/b": {**MAIL, "preheader": "New"}}
    plan = shop.install(package("acme/hello", "1.1.0", wanted, upgrades=[entry]))
    assert change(plan, "acme/hello:email/b").type is ChangeType.MERGE
    assert shop.account.stored[number].data["subject"] == "Hei"


def test_of_two_that_become_one_the_second_is_what_the_package_leaves_behind(shop: Shop) -> None:
    two = {"email/a": MAIL, "email/b": MAIL}
    shop.install(package("acme/hello", "1.0.0", two))
    entries = [{"moved": "email/b", "to": "email/a"}]
    plan = shop.plan(package("acme/hello", "1.1.0", {"email/a": MAIL}, upgrades=entries))
    assert change(plan, "acme/hello:email/b").type is ChangeType.REMOVE


def test_a_version_that_rewrites_its_entries_is_refused(shop: Shop) -> None:
    first, second = ({"removed": f"tag/{key}"} for key in "ab")
    shop.install(package("acme/hello", "1.0.0", {}, upgrades=[first]))
    with pytest.raises(BrokenPackageError, match="does not go on from the installed version"):
        shop.plan(package("acme/hello", "1.1.0", {}, upgrades=[second]))


# --- going back -----------------------------------------------------------------------------------


def test_a_rollback_reads_moves_backwards(shop: Shop) -> None:
    shop.install(package("acme/hello", "1.0.0", {"email/a": MAIL}))
    number = shop.id_of("acme/hello:email/a")
    entry = {"moved": "email/a", "to": "email/b"}
    shop.install(package("acme/hello", "2.0.0", {"email/b": MAIL}, upgrades=[entry]))
    plan = back(shop)
    assert (plan.title, plan.change_set.operations) == ("roll back to revision 1", ())
    assert plan.packages[0].why == "as it was at revision 1"
    shop.account.apply(plan.change_set)
    assert shop.id_of("acme/hello:email/a") == number
    assert shop.plan(package("acme/hello", "1.0.0", {"email/a": MAIL})).is_empty


def test_a_rollback_brings_back_what_the_upgrade_removed(shop: Shop) -> None:
    shop.install(package("acme/hello", "1.0.0", {"tag/a": {"name": "A"}}))
    shop.install(package("acme/hello", "2.0.0", {}))
    assert change(back(shop), "acme/hello:tag/a").type is ChangeType.CREATE


def test_a_rollback_undoes_steps_under_their_earlier_names(shop: Shop) -> None:
    steps = {"letter": {"wait": "1 day"}}
    newer = {**flow("attended"), "sequences": {"greet": {"after": ["came"], "steps": steps}}}
    tag = {"tag/attended": {"name": "A"}}
    entry = {"moved": "campaign/follow-up.greet.mail", "to": "campaign/follow-up.greet.letter"}
    shop.install(package("acme/hello", "1.0.0", {**tag, "campaign/follow-up": flow("attended")}))
    shop.install(
        package("acme/hello", "2.0.0", {**tag, "campaign/follow-up": newer}, upgrades=[entry])
    )
    (operation,) = back(shop).change_set.operations
    assert isinstance(operation, Republish)
    assert operation.moves == (("greet.letter", "greet.mail"),)


def test_packages_that_were_not_touched_stay_out_of_a_rollback(shop: Shop) -> None:
    shop.install(tags())
    shop.install(package("acme/hello", "1.0.0", {"tag/a": {"name": "A"}}))
    plan = back(shop)
    assert [(each.name, each.new) for each in plan.packages] == [("acme/hello", None)]
    assert [c.address for c in plan.changes] == ["acme/hello:tag/a"]


def test_one_can_go_back_to_before_the_first_revision(shop: Shop) -> None:
    shop.install(tags())
    plan = back(shop, 0)
    assert plan.packages[0].new is None
    shop.account.apply(plan.change_set)
    assert shop.account.stored == {}


@pytest.mark.parametrize("to", [None, 3])
def test_there_must_be_a_revision_to_go_back_to(shop: Shop, to: int | None) -> None:
    if to is not None:
        shop.install(tags())
    with pytest.raises(NoSuchRevisionError):
        rolling_back(shop.account, to)


def test_a_rollback_hands_back_what_was_handed_over(shop: Shop) -> None:
    own = {"tag/attended": {"name": "Attended"}, "campaign/follow-up": flow("attended")}
    shop.install(package("acme/hello", "1.0.0", own))
    number = shop.id_of("acme/hello:tag/attended")
    entry = {"moved": "tag/attended", "to": "acme/tags:tag/attended"}
    shop.install(tags(), hello("2.0.0", upgrades=[entry]))
    plan = back(shop)
    assert plan.conflicts == ()
    assert plan.change_set.operations == ()
    shop.account.apply(plan.change_set)
    assert shop.id_of("acme/hello:tag/attended") == number
    assert set(read_record(shop.account).packages) == {"acme/hello"}


def test_a_rollback_moves_back_only_what_the_earlier_version_did_not_have(shop: Shop) -> None:
    steps = {"mail": {"wait": "1 day"}, "more": {"wait": "2 days"}}
    before = {
        **flow("attended"),
        "sequences": {"greet": {"after": ["fork.all"], "steps": steps}},
        "decisions": {"fork": {"after": ["came"], "ways": {"all": "otherwise"}}},
    }
    after = {
        **before,
        "sequences": {"greet": {"after": ["choose.all"], "steps": {"more": steps["more"]}}},
        "decisions": {"choose": before["decisions"]["fork"]},
    }
    tag = {"tag/attended": {"name": "A"}}
    entries = [
        {"moved": "campaign/follow-up.fork", "to": "campaign/follow-up.choose"},
        {"moved": "campaign/follow-up.greet.mail", "to": "campaign/follow-up.greet.more"},
    ]
    shop.install(package("acme/hello", "1.0.0", {**tag, "campaign/follow-up": before}))
    newer = package("acme/hello", "2.0.0", {**tag, "campaign/follow-up": after}, upgrades=entries)
    shop.install(newer)
    (operation,) = back(shop).change_set.operations
    assert isinstance(operation, Republish)
    assert operation.moves == (("choose", "fork"),)


# --- leaving --------------------------------------------------------------------------------------


def test_uninstalling_takes_away_what_nobody_else_uses(shop: Shop) -> None:
    shop.install(tags(), hello())
    plan = shop.without("acme/hello")
    assert [(each.name, each.why) for each in plan.packages] == [
        ("acme/hello", "taken out"),
        ("acme/tags", "no longer needed"),
    ]
    shop.account.apply(plan.change_set)
    assert shop.account.stored == {}
    (left,) = read_record(shop.account).objects.items()
    assert (left[0], left[1].released) == ("acme/hello:campaign/follow-up", True)  # for its return


def test_what_another_package_needs_cannot_go(shop: Shop) -> None:
    shop.install(tags(), hello())
    with pytest.raises(StillNeededError, match="acme/hello needs it"):
        shop.without("acme/tags")


def test_what_is_not_installed_cannot_go(shop: Shop) -> None:
    with pytest.raises(NotInstalledError):
        shop.without("acme/tags")


PLACE = Place("greet", "mail", PlaceSort.WAIT)


def test_contacts_in_flight_need_an_answer_before_their_campaign_goes(shop: Shop) -> None:
    shop.install(tags(), hello())
    shop.account.standing[shop.id_of(FLOW)] = [Occupied(1, PLACE, 4)]
    plan = shop.without("acme/hello")
    with pytest.raises(StrandedError, match=r"4 contacts wait at greet\.mail in “Follow-up”"):
        apply(plan, shop.account)


def test_a_campaign_that_contacts_finish_is_retired_and_keeps_what_it_uses(shop: Shop) -> None:
    shop.install(tags(), hello())
    number = shop.id_of(FLOW)
    shop.account.standing[number] = [Occupied(1, PLACE, 4)]
    plan = shop.without("acme/hello", choices=read_choices(contacts=("finish-on-old",)))
    assert change(plan, FLOW).type is ChangeType.RETIRE
    assert change(plan, "acme/tags:tag/attended").type is ChangeType.RELEASE
    assert plan.change_set.operations == (Remove(number, "finish-on-old"),)


def test_where_nobody_answers_an_arriving_contact_still_refuses_the_removal(shop: Shop) -> None:
    shop.install(tags(), hello())
    number = shop.id_of(FLOW)
    plan = shop.without("acme/hello")
    first, second, _ = plan.change_set.operations
    assert isinstance(first, Republish)
    assert {answer for _, answer in first.answers} == {None}
    assert second == Remove(number, "exit")


def test_a_campaign_with_the_owners_own_steps_is_not_let_go_without_asking(shop: Shop) -> None:
    shop.install(tags(), hello())
    data = shop.account.stored[shop.id_of(FLOW)].data
    steps = [*data["sequences"]["greet"]["steps"], {"key": "own-x", "wait": {"for": "1 day"}}]
    shop.edit(FLOW, sequences={"greet": {"after": ["came"], "steps": steps}})
    plan = shop.without("acme/hello")
    assert "it holds your own greet.own-x" in change(plan, FLOW).reason
    with pytest.raises(UnsettledError):
        apply(plan, shop.account)
    kept = shop.without("acme/hello", choices=read_choices(keep=("campaign/follow-up",)))
    assert change(kept, FLOW).type is ChangeType.RELEASE


def test_a_campaign_that_the_owner_retitled_goes_on_as_theirs(shop: Shop) -> None:
    shop.install(tags(), hello())
    shop.edit(FLOW, title="Mine")
    found = change(shop.without("acme/hello"), FLOW)
    assert found.reason == (
        "you changed title: it goes on running, as your own; "
        "--take campaign/follow-up lets it go, too"
    )


# --- status ---------------------------------------------------------------------------------------


def test_an_account_as_it_was_left_is_clean(shop: Shop) -> None:
    shop.install(tags(), hello())
    assert status(shop.account).is_clean
    assert status(shop.account).drifts == ()


def test_an_edit_is_drift_until_a_plan_has_seen_it(shop: Shop) -> None:
    shop.install(tags())
    shop.edit("acme/tags:tag/attended", category="Mine")
    (drift,) = status(shop.account).drifts
    assert (drift.state, drift.fields[0].path) == (State.CHANGED, ("category",))
    assert not status(shop.account).is_clean
    shop.install(tags("1.1.0"))
    (drift,) = status(shop.account).drifts
    assert drift.state is State.KEPT
    assert status(shop.account).is_clean


def test_a_deletion_is_drift_until_a_plan_has_seen_it(shop: Shop) -> None:
    shop.install(tags())
    shop.account.stored.clear()
    (drift,) = status(shop.account).drifts
    assert (drift.state, drift.label, drift.object) == (State.DELETED, "Attended", None)
    shop.install(tags("1.1.0"))
    assert status(shop.account).is_clean


def test_a_record_that_cannot_be_read_is_said_to_be_that(shop: Shop) -> None:
    shop.account.history.append(Revision(1, "x", "x", 0, {"format": 99}))
    with pytest.raises(NotARecordError):
        prepare(shop.account, rolling_back(shop.account, 0), Choices(), "id")
