"""A campaign is renamed, split, merged, removed or handed over while somebody is in it."""

from __future__ import annotations

from typing import Any

import pytest

from package_format.package import Package
from tests.cpt.installer.owners import Owner
from tests.cpt.installer.shops import package

NAME = "acme/course"
FORM = f"{NAME}:form/sign-up"


def mail(key: str, days: int = 0) -> dict[str, Any]:
    wait = {"wait": f"{days} days"} if days else {}
    return {"key": key, **wait, "action": {"send-email": key}}


GREET = [mail("hello"), mail("nudge", 2), mail("last", 5)]
PITCH = [mail("offer", 1), mail("second", 3)]


def flow(title: str, **sequences: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a campaign whose sequences all begin when somebody signs up."""
    return {
        "title": title,
        "goals": {"joined": {"when": [{"web-form-submitted": "sign-up"}]}},
        "sequences": {
            key: {"after": ["joined"], "steps": steps} for key, steps in sequences.items()
        },
    }


def course(version: str, *upgrades: Any, **flows: Any) -> Package:  # noqa: ANN401
    resources = {
        "form/sign-up": {"title": "Sign up", "fields": [{"field": "email"}]},
        **{
            f"email/{key}": {"subject": key, "from": "a@b.example", "body": f"<p>{key}</p>\n"}
            for key in ("hello", "nudge", "last", "offer", "second")
        },
        **{f"campaign/{key}": data for key, data in flows.items()},
    }
    return package(NAME, version, resources, upgrades=upgrades)


def test_a_campaign_is_renamed(owner: Owner) -> None:
    owner.install(course("1.0.0", a=flow("Course", greet=GREET)))
    owner.submit(FORM)
    number = owner.number(f"{NAME}:campaign/a")
    moved = {"moved": "campaign/a", "to": "campaign/b"}
    owner.install(course("1.1.0", moved, b=flow("Lessons", greet=GREET)))
    assert owner.number(f"{NAME}:campaign/b") == number
    assert owner.standing == ["Lessons: greet.nudge"]
    owner.later(30)
    assert owner.sent == ["hello", "nudge", "last"]


SPLIT = ({"moved": "campaign/a.pitch", "to": "campaign/b.pitch"},)
APART = {"a": flow("Course", greet=GREET), "b": flow("Pitch", pitch=PITCH)}
TOGETHER = {"a": flow("Course", greet=GREET, pitch=PITCH)}


def test_a_campaign_is_split_and_who_is_in_the_part_that_leaves_goes_along(owner: Owner) -> None:
    owner.install(course("1.0.0", **TOGETHER))
    owner.submit(FORM)
    owner.later(2)
    assert owner.standing == ["Course: greet.last", "Course: pitch.second"]
    owner.install(course("1.1.0", *SPLIT, **APART))
    assert owner.standing == ["Course: greet.last", "Pitch: pitch.second"]
    owner.later(30)
    assert owner.sent == ["hello", "offer", "nudge", "second", "last"]


def test_a_campaign_is_split_and_who_was_in_it_finishes_it(owner: Owner) -> None:
    owner.install(course("1.0.0", **TOGETHER))
    owner.submit(FORM)
    owner.install(course("2.0.0", *SPLIT, **APART), contacts=("finish-on-old",))
    owner.later(30)
    assert sorted(owner.sent) == ["hello", "last", "nudge", "offer", "second"]
    assert [each.contacts for each in owner.account.retired()] == []


def test_two_campaigns_are_merged_and_who_was_in_the_second_finishes_it(owner: Owner) -> None:
    owner.install(course("1.0.0", **APART))
    owner.submit(FORM)
    merged = (
        {"moved": "campaign/b.pitch", "to": "campaign/a.pitch"},
        {"removed": "campaign/b", "contacts": "finish-on-old"},
    )
    owner.install(course("2.0.0", *merged, **TOGETHER), contacts=("finish-on-old",))
    owner.later(30)
    assert sorted(owner.sent) == ["hello", "last", "nudge", "offer", "second"]
    assert owner.standing == []


@pytest.mark.parametrize(
    ("contacts", "sent"), [("exit", ["hello"]), ("finish-on-old", ["hello", "nudge", "last"])]
)
def test_a_campaign_is_removed_and_its_contacts_go_as_its_author_says(
    owner: Owner, contacts: str, sent: list[str]
) -> None:
    owner.install(course("1.0.0", a=flow("Course", greet=GREET)))
    owner.submit(FORM)
    gone = {"removed": "campaign/a", "contacts": contacts}
    owner.install(course("2.0.0", gone, b=flow("Pitch", pitch=PITCH)))
    owner.later(30)
    assert owner.sent == sent


def test_a_campaign_is_handed_to_another_package_with_everybody_in_it(owner: Owner) -> None:
    owner.install(course("1.0.0", **APART))
    owner.submit(FORM)
    number = owner.number(f"{NAME}:campaign/a")
    handed = [
        {"moved": f"{kind}/{key}", "to": f"acme/greeting:{kind}/{key}"}
        for kind, key in (
            ("campaign", "a"), ("form", "sign-up"),
            ("email", "hello"), ("email", "nudge"), ("email", "last"),
        )
    ]  # fmt: skip
    text = {"subject": "x", "from": "a@b.example", "body": "<p>x</p>\n"}
    greeting = package(
        "acme/greeting", "1.0.0",
        {
            "form/sign-up": {"title": "Sign up", "fields": [{"field": "email"}]},
            **{f"email/{key}": {**text, "subject": key, "body": f"<p>{key}</p>\n"}
               for key in ("hello", "nudge", "last")},
            "campaign/a": flow("Course", greet=GREET),
        },
    )  # fmt: skip
    pitch = flow("Pitch", pitch=PITCH)
    pitch["goals"]["joined"]["when"] = [{"web-form-submitted": "greeting:sign-up"}]
    rest = package(
        NAME, "2.0.0",
        {
            **{f"email/{key}": {**text, "subject": key, "body": f"<p>{key}</p>\n"}
               for key in ("offer", "second")},
            "campaign/b": pitch,
        },
        dependencies={"acme/greeting": "^1"}, upgrades=handed,
    )  # fmt: skip
    owner.install(greeting, rest)
    assert owner.number("acme/greeting:campaign/a") == number
    assert owner.standing == ["Course: greet.nudge", "Pitch: pitch.offer"]
    owner.later(30)
    assert sorted(owner.sent) == ["hello", "last", "nudge", "offer", "second"]


def test_what_its_owner_has_unpublished_stays_so_through_an_upgrade(owner: Owner) -> None:
    owner.install(course("1.0.0", a=flow("Course", greet=GREET)))
    owner.submit(FORM)
    owner.account.set_published(owner.number(f"{NAME}:campaign/a"), published=False)
    owner.install(course("1.1.0", a=flow("Course", greet=[*GREET, mail("offer", 1)])))
    owner.later(30)
    assert owner.standing == ["Course: greet.nudge"]
    owner.account.set_published(owner.number(f"{NAME}:campaign/a"), published=True)
    owner.later(30)
    assert owner.sent == ["hello", "nudge", "last", "offer"]
