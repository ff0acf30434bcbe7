"""A step of the owner's own stays behind the step that it followed, also once that is back."""

from __future__ import annotations

from typing import Any

import pytest

from cpt.installer.record.snapshot import read_record
from package_format.kinds.model import Json
from package_format.package import Package
from tests.cpt.installer.owners import Owner
from tests.cpt.installer.shops import package

FLOW = "acme/a:campaign/f"
OWN: Json = {"key": "own", "wait": {"for": "3 days"}}


def version(number: str, *steps: str, upgrades: Json = (), sequence: str = "greet") -> Package:
    found = {key: {"wait": "1 day", "send-email": "e"} for key in steps}
    campaign = {
        "title": "F",
        "goals": {"in": {"when": {"tag-applied": "t"}}},
        "sequences": {sequence: {"after": "in", "steps": found}},
    }
    email = {"subject": "E", "from": "a@example.com", "body": "<p>E</p>"}
    resources = {"tag/t": {"name": "T"}, "email/e": email, "campaign/f": campaign}
    return package("acme/a", number, resources, upgrades=upgrades)


def gone(*steps: str) -> Json:
    return [{"removed": f"campaign/f.greet.{step}", "contacts": "exit"} for step in steps]


FIRST = version("1.0.0", "hello", "nudge", "bring")
SECOND = version("2.0.0", "hello", "nudge", upgrades=gone("bring"))


def put_behind(key: str) -> Any:  # noqa: ANN401  what changes data in place
    def change(data: Any) -> None:  # noqa: ANN401  JSON
        steps = data["sequences"]["greet"]["steps"]
        found = [step for step in steps if step["key"] != "own"]
        at = [step["key"] for step in found].index(key) + 1
        steps[:] = [*found[:at], OWN, *found[at:]]

    return change


def keys(owner: Owner, sequence: str = "greet") -> list[str]:
    live = owner.account.object(owner.number(FLOW))
    assert live is not None
    return [step["key"] for step in live.data["sequences"][sequence]["steps"]]


@pytest.fixture
def upgraded(owner: Owner) -> Owner:
    owner.install(FIRST)
    owner.edit(FLOW, put_behind("bring"))
    owner.install(SECOND)
    assert keys(owner) == ["hello", "nudge", "own"]
    return owner


def test_going_back_it_stands_behind_the_step_that_had_gone(upgraded: Owner) -> None:
    upgraded.roll_back()
    assert keys(upgraded) == ["hello", "nudge", "bring", "own"]
    assert read_record(upgraded.account).objects[FLOW].orders == {}


def test_a_later_version_that_has_the_step_again_puts_it_before_it(upgraded: Owner) -> None:
    upgraded.install(version("3.0.0", "hello", "nudge", "bring", upgrades=gone("bring")))
    assert keys(upgraded) == ["hello", "nudge", "bring", "own"]


def test_over_two_versions_it_is_remembered(upgraded: Owner) -> None:
    upgraded.install(version("3.0.0", "hello", upgrades=gone("bring", "nudge")))
    assert keys(upgraded) == ["hello", "own"]
    upgraded.install(version("4.0.0", "hello", "nudge", "bring", upgrades=gone("bring", "nudge")))
    assert keys(upgraded) == ["hello", "nudge", "bring", "own"]


def test_where_the_owner_has_put_it_elsewhere_since_it_stays(upgraded: Owner) -> None:
    upgraded.edit(FLOW, put_behind("hello"))
    upgraded.roll_back()
    assert keys(upgraded) == ["hello", "own", "nudge", "bring"]


def test_what_is_remembered_follows_a_sequence_that_is_renamed(upgraded: Owner) -> None:
    moved = {"moved": "campaign/f.greet", "to": "campaign/f.meet"}
    third = version(
        "3.0.0", "hello", "nudge", "bring", upgrades=[*gone("bring"), moved], sequence="meet"
    )
    upgraded.install(third)
    assert keys(upgraded, "meet") == ["hello", "nudge", "bring", "own"]
