"""What an owner says is theirs for good: no later version changes it, or asks about it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpt.errors import BadInputError
from cpt.installer.changes import ChangeType
from cpt.installer.choices import Choices, Selector, read_choices
from cpt.installer.merging.merge import merge
from cpt.installer.merging.shape import shape_of
from cpt.installer.owning import find_owned, giving_back, keeping, owned
from cpt.installer.plan import Plan
from cpt.installer.preparing import prepare, rolling_back
from cpt.installer.record.snapshot import read_record
from cpt.installer.status import State, status
from package_format.kinds.model import Json
from package_format.kinds.table import KINDS
from package_format.package import Package
from tests.cpt.installer.shops import Shop, change, package, types
from tests.cpt.installer.test_going_back import EMAIL, FLOW, MAIL, flow, hello


@pytest.fixture
def shop() -> Shop:
    return Shop()


def own(shop: Shop, *texts: str) -> None:
    given_ = find_owned(shop.account, [Selector.parse(text) for text in texts])
    change_set = keeping(shop.account, given_, f"own-{len(shop.account.history)}")
    assert change_set is not None
    shop.account.apply(change_set)


def give_back(shop: Shop, *texts: str) -> None:
    given_ = find_owned(shop.account, [Selector.parse(text) for text in texts])
    shop.account.apply(giving_back(shop.account, given_, f"back-{len(shop.account.history)}"))


def back(shop: Shop, to: int | None = None) -> Plan:
    return prepare(shop.account, rolling_back(shop.account, to), Choices(), "back")


def listed(shop: Shop) -> list[str]:
    return [one.selector for one in owned(shop.account)]


def subject(shop: Shop) -> str:
    return str(shop.account.stored[shop.id_of(EMAIL)].data["subject"])


# --- upgrades -------------------------------------------------------------------------------------


def test_upgrades_keep_what_is_owned_without_asking(shop: Shop) -> None:
    shop.install(hello("1.0.0", subject="One"))
    shop.edit(EMAIL, subject="Mine")
    own(shop, "email/welcome#subject")
    for version in (2, 3, 4):
        plan = shop.install(hello(f"{version}.0.0", subject=f"{version}", preheader=f"{version}"))
        assert change(plan, EMAIL).type is ChangeType.MERGE
        assert (subject(shop), shop.account.stored[shop.id_of(EMAIL)].data["preheader"]) == (
            "Mine",
            f"{version}",
        )
    assert status(shop.account).is_clean


def test_what_is_owned_and_was_never_changed_stays_too(shop: Shop) -> None:
    shop.install(hello("1.0.0", subject="One"))
    own(shop, "email/welcome#subject")
    shop.install(hello("2.0.0", subject="Two"))
    assert subject(shop) == "One"


def test_a_whole_resource_can_be_owned(shop: Shop) -> None:
    shop.install(hello("1.0.0", subject="One"))
    own(shop, "acme/hello:email/welcome")
    before = shop.account.stored[shop.id_of(EMAIL)]
    plan = shop.install(hello("2.0.0", subject="Two", body="<p>Two</p>\n", preheader="Two"))
    assert types(plan)["email/welcome"] is ChangeType.KEEP
    assert shop.account.stored[shop.id_of(EMAIL)] == before


def test_what_is_taken_by_its_own_name_is_taken_and_stays_owned(shop: Shop) -> None:
    shop.install(hello("1.0.0", subject="One"))
    own(shop, "email/welcome#subject")
    shop.install(
        hello("2.0.0", subject="Two"), choices=read_choices(take=("email/welcome#subject",))
    )
    assert subject(shop) == "Two"
    shop.install(hello("3.0.0", subject="Three"))
    assert subject(shop) == "Two"


def test_taking_the_resource_around_it_leaves_what_is_owned(shop: Shop) -> None:
    shop.install(hello("1.0.0", subject="One"))
    own(shop, "email/welcome#subject")
    shop.edit(EMAIL, preheader="Mine")
    shop.install(
        hello("2.0.0", subject="Two", preheader="Two"),
        choices=read_choices(take=("email/welcome",)),
    )
    data = shop.account.stored[shop.id_of(EMAIL)].data
    assert (data["subject"], data["preheader"]) == ("One", "Two")


def test_what_is_owned_follows_a_step_to_its_new_name(shop: Shop) -> None:
    shop.install(hello("1.0.0", flow=flow(mail="1 day", last="1 day")))
    own(shop, "campaign/follow-up#sequences.greet.steps.mail.wait")
    moved = [{"moved": "campaign/follow-up.greet.mail", "to": "campaign/follow-up.greet.letter"}]
    shop.install(hello("2.0.0", flow=flow(letter="2 days", last="2 days"), upgrades=moved))
    assert listed(shop) == [f"{FLOW}#sequences.greet.steps.letter.wait"]
    shop.install(hello("3.0.0", flow=flow(letter="3 days", last="3 days"), upgrades=moved))
    steps = shop.account.stored[shop.id_of(FLOW)].data["sequences"]["greet"]["steps"]
    assert [step["wait"]["for"] for step in steps] == ["1 day", "3 days"]


def test_a_step_that_holds_something_owned_stays_when_the_package_drops_it(shop: Shop) -> None:
    shop.install(hello("1.0.0", flow=flow(mail="1 day", last="1 day")))
    own(shop, "campaign/follow-up#sequences.greet.steps.mail.wait")
    gone = [{"removed": "campaign/follow-up.greet.mail"}]
    plan = shop.install(hello("2.0.0", flow=flow(last="2 days"), upgrades=gone))
    assert not plan.conflicts
    steps = shop.account.stored[shop.id_of(FLOW)].data["sequences"]["greet"]["steps"]
    assert [step["key"] for step in steps] == ["mail", "last"]


def test_a_resource_of_which_something_is_owned_stays_when_the_package_drops_it(
    shop: Shop,
) -> None:
    shop.install(hello("1.0.0", subject="One"))
    shop.edit(EMAIL, subject="Mine")
    own(shop, "email/welcome#subject")
    plan = shop.install(hello("2.0.0"))
    found = change(plan, EMAIL)
    assert found.type is ChangeType.RELEASE
    assert found.reason == "subject is yours for good: it stays"
    shop.install(hello("3.0.0", subject="Three"))
    assert subject(shop) == "Mine"


def test_what_is_owned_and_deleted_stays_deleted_without_asking(shop: Shop) -> None:
    shop.install(hello("1.0.0", subject="One"))
    own(shop, "email/welcome")
    del shop.account.stored[shop.id_of(EMAIL)]
    assert status(shop.account).is_clean
    assert types(shop.install(hello("2.0.0", subject="Two")))["email/welcome"] is ChangeType.KEEP


# --- going back, and giving back ------------------------------------------------------------------


def test_going_back_leaves_what_is_owned_and_passes_over_when_it_was_said(shop: Shop) -> None:
    shop.install(hello("1.0.0", subject="One"))
    shop.install(hello("2.0.0", subject="Two"))
    shop.edit(EMAIL, subject="Mine")
    own(shop, "email/welcome#subject")
    plan = back(shop)
    assert plan.title == "roll back to revision 1"
    shop.account.apply(plan.change_set)
    assert (subject(shop), listed(shop)) == ("Mine", [f"{EMAIL}#subject"])
    assert not back(shop, 3).conflicts


def test_given_back_it_is_an_edit_that_was_kept(shop: Shop) -> None:
    shop.install(hello("1.0.0", subject="One"))
    own(shop, "email/welcome#subject")
    shop.edit(EMAIL, subject="Mine")
    give_back(shop, "email/welcome#subject")
    assert listed(shop) == []
    assert status(shop.account).is_clean
    assert shop.install(hello("1.1.0", subject="One")).conflicts == ()
    assert shop.plan(hello("2.0.0", subject="Two")).conflicts != ()


def test_only_what_is_owned_can_be_given_back(shop: Shop) -> None:
    shop.install(hello("1.0.0", subject="One"))
    with pytest.raises(BadInputError, match=r"email/welcome#subject is not yours for good"):
        give_back(shop, "email/welcome#subject")


def test_saying_it_twice_changes_nothing(shop: Shop) -> None:
    shop.install(hello("1.0.0", subject="One"))
    own(shop, "email/welcome#subject")
    again = find_owned(shop.account, [Selector.parse("email/welcome.subject")])
    assert keeping(shop.account, again, "again") is None


# --- status ---------------------------------------------------------------------------------------


def test_an_edit_of_what_is_owned_is_no_drift_and_any_other_is(shop: Shop) -> None:
    shop.install(hello("1.0.0", subject="One"))
    own(shop, "email/welcome#subject")
    shop.edit(EMAIL, subject="Mine")
    (drift,) = status(shop.account).drifts
    assert (drift.state, drift.owned) == (State.KEPT, ("subject",))
    shop.edit(EMAIL, preheader="Mine")
    (drift,) = status(shop.account).drifts
    assert drift.state is State.CHANGED


# --- what can be named ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("email/welcome", ""),
        ("email/welcome.subject", "subject"),
        ("email/welcome#preheader", "preheader"),
        ("campaign/follow-up#sequences.greet", "sequences.greet"),
        ("campaign/follow-up.greet", "sequences.greet"),
        ("campaign/follow-up.greet.mail", "sequences.greet.steps.mail"),
        ("campaign/follow-up.came", "goals.came"),
        (
            "campaign/follow-up#sequences.greet.steps.mail.wait.for",
            "sequences.greet.steps.mail.wait.for",
        ),
    ],
)
def test_a_field_is_named_in_full_or_in_short(shop: Shop, text: str, path: str) -> None:
    shop.install(hello("1.0.0", subject="One", flow=flow(mail="1 day")))
    (found,) = find_owned(shop.account, [Selector.parse(text)])
    assert found.path == path


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("email/other", "no package manages email/other"),
        ("email/welcome#title", "there is no title in email/welcome"),
        ("email/welcome#subject.x", "email/welcome#subject is one value"),
        ("campaign/follow-up.gone", "there is no gone in campaign/follow-up"),
        ("campaign/follow-up.greet.gone", "there is no gone in .*#sequences.greet.steps"),
        ("campaign/follow-up#sequences.greet.after.came", "#sequences.greet.after is one value"),
    ],
)
def test_what_is_not_there_cannot_be_owned(shop: Shop, text: str, sentence: str) -> None:
    shop.install(hello("1.0.0", subject="One", flow=flow(mail="1 day")))
    with pytest.raises(BadInputError, match=sentence):
        find_owned(shop.account, [Selector.parse(text)])


def test_of_two_packages_that_use_one_key_one_has_to_be_named(shop: Shop) -> None:
    other: Package = package("acme/other", "1.0.0", {"email/welcome": {**MAIL, "subject": "x"}})
    shop.install(hello("1.0.0", subject="One"))
    shop.install(other)
    with pytest.raises(BadInputError, match="email/welcome could be acme/hello:email/welcome or"):
        find_owned(shop.account, [Selector.parse("email/welcome")])


def test_records_without_anything_owned_say_nothing_of_it(shop: Shop) -> None:
    shop.install(hello("1.0.0", subject="One"))
    row: Json = shop.account.history[-1].record["objects"][EMAIL]
    assert set(row) == {"object", "origin", "base"}
    assert read_record(shop.account).objects[EMAIL].owned == ()


# --- the law --------------------------------------------------------------------------------------

WORDS = st.sampled_from(("a", "b", "c"))
MAILS = st.fixed_dictionaries(
    {"subject": WORDS, "from": st.just("a@example.com"), "body": st.just("<p>x</p>")},
    optional={"preheader": WORDS},
)


@given(base=MAILS, live=MAILS, wanted=MAILS)
def test_what_is_settled_is_as_it_was_live_and_the_rest_as_if_nothing_were(
    base: Json, live: Json, wanted: Json
) -> None:
    shape = shape_of(KINDS["email"].model)
    plain = merge(base, live, wanted, shape)
    kept = merge(base, live, wanted, shape, settled=lambda path, *_: path == ("subject",))
    assert kept.data["subject"] == live["subject"]
    assert [f for f in kept.fields if f.path != ("subject",)] == [
        f for f in plain.fields if f.path != ("subject",)
    ]
