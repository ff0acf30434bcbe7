"""Who is caught up, and what becomes of timers: planned, kept, applied, embedded and served."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from account_engine.account import Account as Engine
from account_engine.changing.changes import Republish
from account_engine.keys import Scope, new_key
from account_engine.server.app import create_app
from account_engine.server.tokens import random_token
from cpt.accounts.embedded import EmbeddedAccount
from cpt.errors import NotAPlanError, UsageError
from cpt.installer.applying.apply import apply
from cpt.installer.choices import read_choices
from cpt.installer.plan import CaughtUp, Plan, Travel
from cpt.installer.plan_file import load, save
from cpt.installer.planning.agreement import as_it_is
from cpt.installer.preparing import prepare, rolling_back
from cpt.installer.record.snapshot import read_record
from cpt.installer.request import Chosen, installing
from package_format.campaign.timers import Duration
from package_format.kinds.model import Json
from package_format.package import Package
from package_format.references import Address
from package_format.upgrades.terms import CatchUp, Timer
from tests.browser import on_loopback
from tests.cpt.installer.shops import package
from tests.cpt.installer.test_with_a_real_account import Served

DAY = 86_400
START = 1_772_442_000  # 2026-03-02T09:00Z, a Monday
NEW = "campaign/club.remind.new"
TOLD: Json = {"key": "told", "wait": "2 days", "action": {"apply-tag": {"tag": "told"}}}
TIPS: Json = {"key": "new", "action": {"apply-tag": {"tag": "tips"}}}


def club(version: str, *steps: Json, upgrades: Json = ()) -> Package:
    campaign: Json = {
        "title": "Club",
        "goals": {
            "joined": {"when": [{"tag-applied": {"tag": "member"}}]},
            "left": {"when": [{"tag-removed": {"tag": "member"}}], "after": ["remind"]},
        },
        "sequences": {"remind": {"after": ["joined"], "steps": list(steps)}},
    }
    tags = {f"tag/{key}": {"name": key.title()} for key in ("member", "told", "tips")}
    return package("acme/club", version, {**tags, "campaign/club": campaign}, upgrades=upgrades)


ADDED: Json = [{"added": NEW, "catch-up": "7 days"}]
FIRST = club("1.0.0", TOLD)
TIPPED = club("2.0.0", TIPS, TOLD, upgrades=ADDED)
APPENDED = club("2.0.0", TOLD, TIPS)


@pytest.fixture(params=["embedded", "served"])
def account(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EmbeddedAccount]:
    """Return an account with three members, a day on their way."""
    path = tmp_path / "club.account"
    with Engine.create(path, name="club", now=START, features=(), zone="UTC") as new:
        for number in range(3):
            new.add_contact({"email": f"c{number}@example.com"})
    with EmbeddedAccount.at(path) as opened:
        apply(planned(opened, FIRST), opened)
        tag = number_of(opened, "member")
        for contact in opened.contacts():
            opened.apply_tag(contact.id, tag)
        opened.tick(START + DAY)
        if request.param == "embedded":
            yield opened
            return
        token = random_token()
        opened.add_key(new_key(token, "installer", [Scope.READ, Scope.INSTALL], START))
        with on_loopback(create_app(path)) as address, Served(address, token, opened) as served:
            yield cast("EmbeddedAccount", served)


def number_of(account: EmbeddedAccount, tag: str) -> int:
    return int(read_record(account).objects[f"acme/club:tag/{tag}"].object[1:])


def planned(account: EmbeddedAccount, of: Package, *contacts: str) -> Plan:
    request = installing(read_record(account), [Chosen(of, f"sha256:{of}", "*")], str(of))
    number = len(account.revisions())
    return prepare(account, request, read_choices(contacts=contacts), f"plan-{number}")


def occupied(plan: Plan) -> Travel:
    (found,) = (travel for travel in plan.travels if travel.contacts)
    return found


def tipped(account: EmbeddedAccount) -> int:
    """Return how many have got the tips."""
    return account.carriers(number_of(account, "tips"))


def test_a_plan_says_who_gets_what_first_and_when_and_then_they_do(
    account: EmbeddedAccount,
) -> None:
    plan = planned(account, TIPPED)
    travel = occupied(plan)
    assert travel.caught_up == (CaughtUp("remind.new", "apply tag: Tips", 3, START + DAY),)
    assert travel.next_due == START + DAY
    assert "3 timers come due within the first hour." in plan.notes
    apply(plan, account)
    assert tipped(account) == 0
    account.tick(START + DAY)
    assert tipped(account) == 3
    account.tick(START + 2 * DAY)
    assert account.carriers(number_of(account, "told")) == 3


def test_a_plan_that_was_kept_catches_up_the_same(account: EmbeddedAccount) -> None:
    plan = load(save(planned(account, TIPPED)))
    assert occupied(as_it_is(plan, account)).caught_up == occupied(plan).caught_up
    apply(plan, account)
    account.tick(START + DAY)
    assert tipped(account) == 3


def test_what_a_kept_plan_says_of_it_is_asked_once_more(account: EmbeddedAccount) -> None:
    plan = planned(account, TIPPED)
    untrue = CaughtUp("remind.new", "nothing at all", 1, None)
    travels = tuple(replace(travel, caught_up=(untrue,)) for travel in plan.travels)
    kept = as_it_is(load(save(replace(plan, travels=travels))), account)
    assert occupied(kept).caught_up == occupied(plan).caught_up


def test_a_kept_plan_that_catches_up_somebody_and_does_not_show_it_is_refused(
    account: EmbeddedAccount,
) -> None:
    plan = planned(account, TIPPED)
    travels = tuple(
        replace(travel, answer=travel.answer and replace(travel.answer, catch_up=()))
        for travel in plan.travels
    )
    with pytest.raises(NotAPlanError, match="would go elsewhere than it shows"):
        load(save(replace(plan, travels=travels)))


def test_a_plan_file_of_the_former_form_is_refused(account: EmbeddedAccount) -> None:
    text = save(planned(account, TIPPED)).replace('"version": 4', '"version": 2')
    with pytest.raises(NotAPlanError, match="is of version 2, and this cpt reads 4"):
        load(text)


def test_nobody_gets_it_who_came_too_long_ago(account: EmbeddedAccount) -> None:
    late = club("2.0.0", TIPS, TOLD, upgrades=[{"added": NEW, "catch-up": "23 hours"}])
    plan = planned(account, late)
    assert occupied(plan).caught_up == (CaughtUp("remind.new", "apply tag: Tips", 0, None, late=3),)
    assert occupied(plan).next_due == START + 2 * DAY


def test_where_they_are_queued_the_plan_says_that_they_do_not_get_it_and_the_owner_can_say_so(
    account: EmbeddedAccount,
) -> None:
    account.tick(START + 3 * DAY)
    plan = planned(account, APPENDED)
    assert occupied(plan).caught_up == ()
    (note,) = (note for note in plan.notes if "remind.new" in note)
    assert note.startswith("remind.new is new, and 3 contacts at the end of remind will not get it")
    said = f"{NEW}=catch-up:7days"
    assert said in note
    plan = planned(account, APPENDED, said)
    assert occupied(plan).caught_up == (
        CaughtUp("remind.new", "apply tag: Tips", 3, START + 3 * DAY),
    )
    assert not any("remind.new" in note for note in plan.notes)
    apply(plan, account)
    account.tick(START + 3 * DAY)
    assert tipped(account) == 3


def test_an_owner_can_say_that_nobody_gets_it(account: EmbeddedAccount) -> None:
    plan = planned(account, TIPPED, f"{NEW}=catch-up:nobody")
    assert occupied(plan).caught_up == ()
    apply(plan, account)
    account.tick(START + 9 * DAY)
    assert tipped(account) == 0


def test_an_owner_can_say_another_time_than_the_author(account: EmbeddedAccount) -> None:
    plan = planned(account, TIPPED, f"acme/club:{NEW}=catch-up:1 hour")
    (republish,) = (o for o in plan.change_set.operations if isinstance(o, Republish))
    said = {a.catch_up for place, a in republish.answers if a and str(place) == "remind.told"}
    assert said == {(CatchUp("new", Duration(1, "hour")),)}


def test_who_finishes_on_the_old_version_is_not_caught_up(account: EmbeddedAccount) -> None:
    plan = planned(account, TIPPED, "campaign/club=finish-on-old", f"{NEW}=catch-up:7days")
    assert occupied(plan).caught_up == ()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("campaign/club.remind.told=catch-up:7days", "which is not new"),
        ("campaign/club.remind.nothing=catch-up:7days", "there will be no such step"),
        ("campaign/club.remind=catch-up:7days", "campaign/club.remind is no step"),
        (f"{NEW}=catch-up:soon", "'soon' is not a duration"),
        (f"{NEW}=catch-up:0 days", "nobody came within 0 days"),
        ("campaign/other.remind.new=catch-up:7days", "there is no campaign/other"),
    ],
)
def test_what_an_owner_says_of_no_new_step_is_refused(
    account: EmbeddedAccount, said: str, why: str
) -> None:
    with pytest.raises(UsageError, match=why):
        planned(account, TIPPED, said)


@pytest.mark.parametrize(
    ("timer", "due"),
    [("credit", START + 5 * DAY), ("keep", START + 2 * DAY), ("restart", START + 6 * DAY)],
)
def test_a_timer_is_planned_as_its_entry_says(
    account: EmbeddedAccount, timer: str, due: int
) -> None:
    entries = [{"changed": "campaign/club.remind.told", "timer": timer}]
    plan = planned(account, club("2.0.0", {**TOLD, "wait": "5 days"}, upgrades=entries))
    travel = occupied(plan)
    assert travel.next_due == due
    assert travel.answer is not None
    assert travel.answer.timer is Timer(timer)
    apply(plan, account)
    number = int(read_record(account).objects["acme/club:campaign/club"].object[1:])
    (place,) = account.occupancy(number)
    assert place.next_due == due


def test_going_back_says_which_waits_had_begun_before(account: EmbeddedAccount) -> None:
    entries = [{"changed": "campaign/club.remind.told", "timer": "restart"}, *ADDED]
    longer = {**TOLD, "wait": "5 days"}
    apply(planned(account, club("2.0.0", TIPS, longer, upgrades=entries)), account)
    plan = prepare(account, rolling_back(account), read_choices(), "back")
    (note,) = (note for note in plan.notes if "going back" in note)
    assert note.startswith("2.0.0 let the wait at remind.told begin anew; going back cannot tell")
    assert occupied(plan).caught_up == ()
    apply(plan, account)
    account.tick(START + 9 * DAY)
    assert tipped(account) == 0


def test_who_is_caught_up_does_not_depend_on_what_the_campaign_is_called() -> None:
    choices = read_choices(contacts=(f"acme/club:{NEW}=catch-up:7days",))
    assert choices.caught_up(Address.parse("acme/club:campaign/club")) == {
        Address.parse(f"acme/club:{NEW}"): Duration(7, "day")
    }
    assert choices.caught_up(Address.parse("acme/other:campaign/club")) == {}
