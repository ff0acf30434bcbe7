"""Packages beside each other in one account: they share, they touch, and one of them goes."""

from __future__ import annotations

from typing import Any

import pytest

from cpt.errors import UnsettledError
from package_format.package import Package
from tests.cpt.installer.owners import Owner
from tests.cpt.installer.shops import package

TAGS = package("acme/tags", "1.0.0", {"tag/friend": {"name": "Friend"}, "tag/old": {"name": "Old"}})
FORM = "acme/welcome:form/sign-up"


def neighbour(name: str, goals: Any, steps: Any, **resources: Any) -> Package:  # noqa: ANN401
    """Return a package of one campaign whose first goal starts its only sequence."""
    sequences = {"greet": {"after": list(goals)[:1], "steps": steps}}
    flow = {"title": name.partition("/")[2].title(), "goals": goals, "sequences": sequences}
    dependencies = {"acme/tags": "^1.0"}
    everything = {"campaign/flow": flow, **resources}
    return package(name, "1.0.0", everything, dependencies=dependencies)


def mail(subject: str) -> dict[str, str]:
    return {"subject": subject, "from": "us@acme.example", "body": "<p>Hello</p>\n"}


WELCOME = neighbour(
    "acme/welcome",
    {"joined": {"when": {"web-form-submitted": "sign-up"}}},
    {"hello": {"send-email": "hello"}, "mark": {"apply-tag": "tags:friend"}},
    **{
        "form/sign-up": {"title": "Sign up", "fields": [{"field": "email"}]},
        "email/hello": mail("Hello"),
    },
)
CAKE = neighbour(
    "acme/cake",
    {"friend": {"when": {"tag-applied": "tags:friend"}}},
    {"cake": {"wait": "2 days", "send-email": "cake"}},
    **{"email/cake": mail("Cake")},
)


def test_of_two_packages_that_share_a_tag_one_goes_and_the_other_goes_on(owner: Owner) -> None:
    owner.install(TAGS, WELCOME, CAKE)
    owner.submit(FORM)
    owner.uninstall("acme/welcome")
    assert owner.standing == ["Cake: greet.cake"]
    owner.later(3)
    assert owner.sent == ["Hello", "Cake"]
    tag = owner.number("acme/tags:tag/friend")
    other = owner.account.contacts()[1].id
    owner.account.apply_tag(other, tag)
    owner.later(3)
    assert [one.subject for one in owner.account.outbox() if one.contact == other] == ["Cake"]


def test_what_was_shared_goes_with_the_last_that_shared_it(owner: Owner) -> None:
    owner.install(TAGS, WELCOME, CAKE)
    owner.submit(FORM)
    assert [each.name for each in owner.uninstall("acme/welcome").packages] == ["acme/welcome"]
    last = owner.uninstall("acme/cake", contacts=("exit",))
    assert {each.name: each.why for each in last.packages} == {
        "acme/cake": "taken out",
        "acme/tags": "no longer needed",
    }
    (tag,) = owner.account.objects_of("tag")  # the one that a contact carries is released
    assert tag.label == "Friend"


def test_a_call_that_two_packages_claim_is_settled_by_the_owner(owner: Owner) -> None:
    till = {"paid": {"when": {"api-called": {"integration": "till", "call": "paid"}}}}
    one, two = (
        neighbour(f"acme/{key}", till, {"note": {"send-email": key}}, **{f"email/{key}": mail(key)})
        for key in ("one", "two")
    )
    owner.install(TAGS, one)
    with pytest.raises(UnsettledError, match="1 thing must be settled"):
        owner.install(TAGS, two)
    owner.install(TAGS, two, take=("acme/two:campaign/flow#goals.paid",))
    owner.call("till", "paid")
    assert owner.sent == ["one", "two"]
    owner.uninstall("acme/one")
    owner.call("till", "paid")
    assert owner.sent == ["one", "two", "two"]


def test_packages_that_set_each_other_off_in_turn_are_said_to_and_end(owner: Owner) -> None:
    there = neighbour(
        "acme/there",
        {"a": {"when": {"tag-applied": "tags:friend"}}},
        {"on": {"apply-tag": "tags:old"}, "off": {"remove-tag": "tags:friend"}},
    )
    back = neighbour(
        "acme/back",
        {"b": {"when": {"tag-applied": "tags:old"}}},
        {"on": {"apply-tag": "tags:friend"}, "off": {"remove-tag": "tags:old"}},
    )
    owner.install(TAGS, there)
    plan = owner.install(TAGS, back)
    (circle,) = (note for note in plan.notes if "circle" in note)
    assert circle.endswith("b of “Back” sets off a of “There”, which sets off b of “Back” again.")
    owner.account.apply_tag(owner.contact, owner.number("acme/tags:tag/friend"))
    assert owner.standing == []
