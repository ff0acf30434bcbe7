"""Going back asks only about what its owner has not settled, by then or since."""

from __future__ import annotations

import pytest

from cpt.installer.changes import ChangeType, Verdict
from cpt.installer.choices import read_choices
from cpt.installer.plan import Plan
from cpt.installer.preparing import prepare, rolling_back
from cpt.installer.status import status
from package_format.kinds.model import Json
from package_format.package import Package
from tests.cpt.installer.shops import Shop, change, package, types

EMAIL = "acme/hello:email/welcome"
FLOW = "acme/hello:campaign/follow-up"
MAIL = {"subject": "One", "from": "a@example.com", "body": "<p>Hello</p>\n\n<p>Bye</p>\n"}


def hello(version: str, *, upgrades: Json = (), flow: Json = None, **mail: Json) -> Package:
    """Return a version; a mail of which nothing is said is not in it."""
    found: dict[str, Json] = {"email/welcome": {**MAIL, **mail}} if mail else {}
    if flow:
        found["campaign/follow-up"] = flow
    return package("acme/hello", version, found, upgrades=upgrades)


def flow(**steps: str) -> Json:
    """Return a campaign with the waits of its steps."""
    return {
        "title": "Follow-up",
        "goals": {"came": {"when": {"opted-out": {}}}},
        "sequences": {
            "greet": {"after": ["came"], "steps": {k: {"wait": v} for k, v in steps.items()}}
        },
    }


@pytest.fixture
def shop() -> Shop:
    return Shop()


def back(shop: Shop, to: int | None = None) -> Plan:
    return prepare(shop.account, rolling_back(shop.account, to), read_choices(), "back")


def kept(shop: Shop, packaged: Package, *keep: str) -> None:
    shop.install(packaged, choices=read_choices(keep=keep))


@pytest.mark.parametrize("to", [1, 2, 3])
def test_what_was_kept_against_a_later_version_is_not_asked_about_on_the_way_back(
    shop: Shop, to: int
) -> None:
    shop.install(hello("1.0.0", subject="One"))
    shop.edit(EMAIL, subject="Mine")
    kept(shop, hello("2.0.0", subject="Two"), "email/welcome")
    kept(shop, hello("3.0.0", subject="Three"), "email/welcome")
    kept(shop, hello("4.0.0", subject="Four"), "email/welcome")
    plan = back(shop, to)
    assert change(plan, EMAIL).type is ChangeType.KEEP
    shop.account.apply(plan.change_set)
    assert shop.account.stored[shop.id_of(EMAIL)].data["subject"] == "Mine"
    assert status(shop.account).is_clean


def test_what_was_changed_since_the_last_revision_is_asked_about(shop: Shop) -> None:
    shop.install(hello("1.0.0", subject="One"))
    shop.install(hello("2.0.0", subject="Two"))
    shop.edit(EMAIL, subject="Mine")
    plan = back(shop)
    assert change(plan, EMAIL).type is ChangeType.CONFLICT
    assert change(plan, EMAIL).fields[0].wanted == "One"


def test_what_was_changed_again_since_it_was_settled_is_asked_about(shop: Shop) -> None:
    shop.install(hello("1.0.0", subject="One"))
    shop.edit(EMAIL, subject="Mine")
    kept(shop, hello("2.0.0", subject="Two"), "email/welcome")
    shop.edit(EMAIL, subject="Mine, too")
    assert change(back(shop), EMAIL).type is ChangeType.CONFLICT


def test_what_the_target_left_stays_even_if_the_author_came_to_say_the_same(shop: Shop) -> None:
    shop.install(hello("1.0.0", subject="One"))
    shop.edit(EMAIL, subject="Mine")
    kept(shop, hello("2.0.0", subject="Two"), "email/welcome")
    shop.install(hello("3.0.0", subject="Mine"))
    assert change(back(shop, 2), EMAIL).type is ChangeType.KEEP


def test_one_field_that_was_settled_does_not_settle_another(shop: Shop) -> None:
    shop.install(hello("1.0.0", subject="One"))
    shop.edit(EMAIL, subject="Mine")
    kept(shop, hello("2.0.0", subject="Two", preheader="2"), "email/welcome")
    shop.edit(EMAIL, preheader="Mine")
    found = {field.path: field.verdict for field in change(back(shop), EMAIL).fields}
    assert found == {("subject",): Verdict.KEPT, ("preheader",): Verdict.CONFLICT}


def test_of_a_text_that_was_merged_only_the_authors_part_goes_back(shop: Shop) -> None:
    shop.install(hello("1.0.0", subject="One"))
    shop.edit(EMAIL, body="<p>Mine</p>\n\n<p>Bye</p>\n")
    shop.install(hello("2.0.0", subject="One", body="<p>Hello</p>\n\n<p>So long</p>\n"))
    shop.account.apply(back(shop).change_set)
    assert shop.account.stored[shop.id_of(EMAIL)].data["body"] == "<p>Mine</p>\n\n<p>Bye</p>\n"


def test_a_deletion_that_was_kept_is_not_asked_about_again(shop: Shop) -> None:
    shop.install(hello("1.0.0", subject="One"))
    del shop.account.stored[shop.id_of(EMAIL)]
    kept(shop, hello("2.0.0", subject="Two"), "email/welcome")
    plan = back(shop)
    assert change(plan, EMAIL).type is ChangeType.KEEP
    shop.account.apply(plan.change_set)
    assert status(shop.account).is_clean


def test_a_deletion_since_the_last_revision_is_asked_about(shop: Shop) -> None:
    shop.install(hello("1.0.0", subject="One"))
    shop.install(hello("2.0.0", subject="Two"))
    del shop.account.stored[shop.id_of(EMAIL)]
    assert change(back(shop), EMAIL).type is ChangeType.CONFLICT


def test_a_text_that_was_let_go_of_and_stayed_is_let_go_of_again_without_asking(
    shop: Shop,
) -> None:
    shop.install(hello("1.0.0", subject="One"))
    shop.edit(EMAIL, subject="Mine")
    kept(shop, hello("2.0.0"), "email/welcome")
    shop.account.apply(back(shop).change_set)
    plan = back(shop)
    assert plan.title == "roll back to revision 2"
    assert types(plan)["email/welcome"] is ChangeType.RELEASE


def test_what_was_settled_follows_a_step_to_its_new_name_and_back(shop: Shop) -> None:
    shop.install(hello("1.0.0", flow=flow(mail="1 day", last="1 day")))
    mine = flow(mail="9 days", last="1 day")["sequences"]["greet"]["steps"]
    shop.edit(FLOW, sequences={"greet": {"after": ["came"], "steps": mine}})
    kept(
        shop, hello("2.0.0", flow=flow(mail="2 days", last="1 day")),
        "campaign/follow-up#sequences.greet.steps.mail.wait",
    )  # fmt: skip
    moved = [{"moved": "campaign/follow-up.greet.mail", "to": "campaign/follow-up.greet.letter"}]
    three = flow(letter="3 days", last="1 day")
    kept(
        shop, hello("3.0.0", flow=three, upgrades=moved),
        "campaign/follow-up#sequences.greet.steps.letter.wait",
    )  # fmt: skip
    for revision in (2, 3, 1):
        plan = back(shop, revision)
        assert not plan.conflicts
        shop.account.apply(plan.change_set)
        steps = shop.account.stored[shop.id_of(FLOW)].data["sequences"]["greet"]["steps"]
        assert [step["wait"] for step in steps] == [{"for": "9 days"}, {"for": "1 day"}]
        assert status(shop.account).is_clean


def test_an_order_that_was_kept_is_not_asked_about_again(shop: Shop) -> None:
    shop.install(hello("1.0.0", flow=flow(a="1 day", b="1 day", c="1 day")))
    mine = flow(c="1 day", b="1 day", a="1 day")["sequences"]
    shop.edit(FLOW, sequences=mine)
    kept(
        shop, hello("2.0.0", flow=flow(b="1 day", a="1 day", c="1 day")),
        "campaign/follow-up",
    )  # fmt: skip
    plan = back(shop)
    assert change(plan, FLOW).type is ChangeType.KEEP
