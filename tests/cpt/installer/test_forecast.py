"""The forecast: what a plan says of when contacts act next is what then happens (M9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from account_engine.account import Account as Engine
from cpt.accounts.embedded import EmbeddedAccount
from cpt.installer.applying.apply import apply
from cpt.installer.choices import Choices, read_choices
from cpt.installer.plan import Plan, Travel
from cpt.installer.planning.forecast import _does
from cpt.installer.preparing import prepare
from cpt.installer.record.snapshot import read_record
from cpt.installer.request import Chosen, installing, uninstalling
from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.kinds.model import Json
from package_format.package import Package
from package_format.references import Address
from tests.cpt.installer.shops import package

DAY = 86_400
START = 1_772_442_000  # 2026-03-02T09:00Z, a Monday
FLOW = "acme/club:campaign/club"


def club(version: str, wait: Json) -> Package:
    campaign: Json = {
        "title": "Club",
        "goals": {
            "joined": {"when": [{"tag-applied": {"tag": "member"}}]},
            "left": {"when": [{"tag-removed": {"tag": "member"}}], "after": ["remind"]},
        },
        "sequences": {
            "remind": {
                "after": ["joined"],
                "steps": [{"key": "soon", "wait": wait, "action": {"apply-tag": {"tag": "told"}}}],
            }
        },
    }
    resources = {
        "tag/member": {"name": "Member"},
        "tag/told": {"name": "Told"},
        "campaign/club": campaign,
    }
    return package("acme/club", version, resources)


@pytest.fixture
def account(tmp_path: Path) -> Iterator[EmbeddedAccount]:
    path = tmp_path / "club.account"
    with Engine.create(path, name="club", now=START, features=(), zone="UTC") as new:
        for number in range(3):
            new.add_contact({"email": f"c{number}@example.com", "birthday": "2026-03-20"})
    with EmbeddedAccount.at(path) as opened:
        yield opened


def planned(account: EmbeddedAccount, of: Package, choices: Choices | None = None) -> Plan:
    request = installing(read_record(account), [Chosen(of, f"sha256:{of}", "*")], str(of))
    return prepare(account, request, choices or Choices(), f"plan-{len(account.revisions())}")


def joined(account: EmbeddedAccount, of: Package) -> None:
    apply(planned(account, of), account)
    tag = int(read_record(account).objects["acme/club:tag/member"].object[1:])
    for contact in account.contacts():
        account.apply_tag(contact.id, tag)


def soon(plan: Plan) -> Travel:
    return next(each for each in plan.travels if str(each.place) == "remind.soon")


def next_due(account: EmbeddedAccount) -> int | None:
    (place,) = account.occupancy(int(read_record(account).objects[FLOW].object[1:]))
    return place.next_due


@pytest.mark.parametrize(("days", "due"), [(10, START + 10 * DAY), (2, START + 2 * DAY)])
def test_a_timer_that_changes_is_planned_with_its_new_due_time(
    account: EmbeddedAccount, days: int, due: int
) -> None:
    joined(account, club("1.0.0", {"for": "3 days"}))
    plan = planned(account, club("1.1.0", {"for": f"{days} days"}))
    assert soon(plan).next_due == due
    apply(plan, account)
    assert next_due(account) == due


def test_a_timer_that_would_be_over_acts_at_once(account: EmbeddedAccount) -> None:
    joined(account, club("1.0.0", {"for": "3 days"}))
    account.tick(START + 2 * DAY)
    plan = planned(account, club("1.1.0", {"for": "1 day"}))
    assert soon(plan).next_due == START + 2 * DAY


@pytest.mark.parametrize(
    ("days", "note"), [(1, "3 timers come due within the first hour."), (3, None), (5, None)]
)
def test_what_falls_due_in_the_first_hour_is_said(
    account: EmbeddedAccount, days: int, note: str | None
) -> None:
    joined(account, club("1.0.0", {"for": "4 days"}))
    account.tick(START + 2 * DAY)
    plan = planned(account, club("1.1.0", {"for": f"{days} days"}))
    assert [each for each in plan.notes if "hour" in each] == ([] if note is None else [note])


def test_contacts_whose_date_is_past_in_the_new_version_are_said_to_be_passed_over(
    account: EmbeddedAccount,
) -> None:
    joined(account, club("1.0.0", {"until-field": "birthday", "offset": "-1 day"}))
    plan = planned(account, club("1.1.0", {"until-field": "birthday", "offset": "-30 days"}))
    assert any("3 contacts wait at remind.soon" in note for note in plan.notes)
    same = planned(account, club("1.1.0", {"until-field": "birthday", "offset": "-2 days"}))
    assert not any("remind.soon" in note for note in same.notes)


def test_who_leaves_has_nothing_coming_next(account: EmbeddedAccount) -> None:
    joined(account, club("1.0.0", {"for": "3 days"}))
    request = uninstalling(read_record(account), ["acme/club"], "uninstall")
    plan = prepare(account, request, read_choices(contacts=("exit",)), "gone")
    assert soon(plan).next_due is None


def test_who_comes_to_an_end_where_nothing_follows_has_nothing_coming_next(
    account: EmbeddedAccount,
) -> None:
    joined(account, club("1.0.0", {"for": "3 days"}))
    shorter = club("1.1.0", {"for": "3 days"})
    flow = shorter.resources[Address.parse("campaign/club")]
    data = flow.data
    data["sequences"]["remind"]["steps"] = [{"key": "now", "action": {"apply-tag": "told"}}]
    model = type(flow.model).model_validate(data)
    resources = {**shorter.resources, flow.address: replace(flow, model=model)}
    plan = planned(account, replace(shorter, resources=resources))
    assert (soon(plan).contacts, soon(plan).answer is not None) == (3, True)
    assert soon(plan).next_due is None
    assert not any("first hour" in note for note in plan.notes)


def test_uninstalling_puts_out_nobody_who_is_finishing_an_earlier_version(
    account: EmbeddedAccount,
) -> None:
    joined(account, club("1.0.0", {"for": "3 days"}))
    choices = read_choices(contacts=("campaign/club.remind.soon=finish-on-old",))
    apply(planned(account, club("1.1.0", {"for": "4 days"}), choices), account)
    assert [each.contacts for each in account.retired()] == [3]
    request = uninstalling(read_record(account), ["acme/club"], "uninstall")
    apply(prepare(account, request, read_choices(), "gone"), account)
    assert [each.contacts for each in account.retired()] == [3]
    assert account.tick(START + 3 * DAY).turns == 3


def test_uninstalling_puts_them_out_if_the_owner_says_so(account: EmbeddedAccount) -> None:
    joined(account, club("1.0.0", {"for": "3 days"}))
    choices = read_choices(contacts=("campaign/club.remind.soon=finish-on-old",))
    apply(planned(account, club("1.1.0", {"for": "4 days"}), choices), account)
    request = uninstalling(read_record(account), ["acme/club"], "uninstall")
    apply(prepare(account, request, read_choices(contacts=("exit",)), "gone"), account)
    assert account.retired() == ()
    assert account.tick(START + 3 * DAY).turns == 0


def test_what_a_new_step_does_is_told_as_people_read_it() -> None:
    steps = {"one": {"send-email": "tips"}}
    goals = {"in": {"when": {"tag-applied": "a"}}}
    data = {"title": "T", "goals": goals, "sequences": {"go": {"after": "in", "steps": steps}}}
    called = "tips, {{ contact.first_name | default('friend') }}"
    does = _does(Flow(Campaign.model_validate(data)), "go.one", lambda _kind, _name: called)
    assert does == "send email: tips, [first name]"
