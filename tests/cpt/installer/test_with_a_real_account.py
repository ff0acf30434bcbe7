"""The story of the examples, planned and applied on a real account: embedded, and served."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from account_engine.account import Account as Engine
from account_engine.events import Event
from account_engine.keys import Scope, new_key
from account_engine.server.app import create_app
from account_engine.server.tokens import random_token
from cpt.accounts.embedded import EmbeddedAccount
from cpt.accounts.port import Account
from cpt.accounts.remote.account import RemoteAccount
from cpt.errors import StalePlanError, StrandedError
from cpt.installer.applying.apply import apply
from cpt.installer.changes import ChangeType
from cpt.installer.choices import Choices, read_choices
from cpt.installer.plan import Plan
from cpt.installer.plan_file import load, save
from cpt.installer.preparing import prepare, rolling_back
from cpt.installer.record.snapshot import read_record
from cpt.installer.request import Chosen, installing, uninstalling
from cpt.installer.status import State, status
from package_format.folder import load_package
from package_format.package import Package
from tests.browser import on_loopback
from tests.cpt.installer.shops import change, package
from tests.cpt.installer.test_whole_campaigns import APART, FORM, SPLIT, TOGETHER, course
from tests.cpt.installer.test_whole_campaigns import NAME as COURSE

EXAMPLES = Path(__file__).parents[3] / "examples"
DAY = 86_400
START = 1_772_442_000  # 2026-03-02T09:00Z, a Monday
FEATURES = ("api", "email", "tasks", "web-forms")
FLOW = "acme/webinar-follow-up:campaign/follow-up"
MAIL = "acme/webinar-follow-up:email/starts-tomorrow"
TAG = "acme/lifecycle-tags:tag/attended"


def example(path: str) -> Package:
    package = load_package(EXAMPLES / path).package
    assert package is not None
    return package


def chosen(version: str, **given: str) -> tuple[Chosen, ...]:
    return (
        Chosen(example("lifecycle-tags"), "sha256:tags"),
        Chosen(example(f"webinar-follow-up/{version}"), f"sha256:{version}", "*", given),
    )


def planned(account: Account, packages: tuple[Chosen, ...], choices: Choices | None = None) -> Plan:
    number = len(account.revisions())
    request = installing(read_record(account), packages, "install")
    return prepare(account, request, choices or Choices(), f"plan-{number}")


class Served(RemoteAccount):
    """An account that is asked over HTTP, and whose owner sits at its file.

    What the installer asks goes over HTTP; what an owner and their contacts do, to the file.
    """

    def __init__(self, address: str, key: str, file: EmbeddedAccount) -> None:
        super().__init__(address, key)
        self._file = file

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  whatever the engine has
        return getattr(self._file, name)


@pytest.fixture(params=["embedded", "served"])
def account(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EmbeddedAccount]:
    """Return an account with a life: a tag that is also the package's, and who carries it."""
    path = tmp_path / "shop.account"
    with Engine.create(path, name="shop", now=START, features=FEATURES, zone="Europe/Oslo") as new:
        tag = new.create_object("tag", {"name": "attended webinar"})
        for number in range(4):
            new.add_contact({"email": f"c{number}@example.com"}, tags=[tag.id] if number else [])
    with EmbeddedAccount.at(path) as opened:
        if request.param == "embedded":
            yield opened
            return
        token = random_token()
        opened.add_key(
            new_key(token, "installer", [Scope.READ, Scope.INSTALL, Scope.EVENTS], START)
        )
        with on_loopback(create_app(path)) as address, Served(address, token, opened) as served:
            yield cast("EmbeddedAccount", served)


@pytest.fixture
def installed(account: EmbeddedAccount) -> EmbeddedAccount:
    """Return the account with version 1.0.0 and everybody registered."""
    apply(planned(account, chosen("1.0.0", sender="a@example.com", company="Ada")), account)
    form = read_record(account).objects["acme/webinar-follow-up:form/registration"].object
    for contact in account.contacts():
        account.submit(contact.id, Event("web-form-submitted", {"form": form}))
    return account


def upgraded(account: EmbeddedAccount) -> Plan:
    plan = planned(account, chosen("2.0.0"))
    apply(plan, account)
    return plan


def reword(account: EmbeddedAccount) -> None:
    number = int(read_record(account).objects[MAIL].object[1:])
    stored = account.object(number)
    assert stored is not None
    body = stored.data["body"].replace("<p>", "<p>Ahoy! ", 1)
    account.edit(number, {**stored.data, "body": body})


def test_a_hand_made_tag_is_adopted_and_everything_else_created(account: EmbeddedAccount) -> None:
    plan = planned(account, chosen("1.0.0", sender="a@example.com", company="Ada"))
    assert change(plan, TAG).type is ChangeType.ADOPT
    assert "3 contacts carry it" in change(plan, TAG).reason
    assert apply(plan, account).revision == 1
    assert account.object(1) is not None


def test_planning_the_same_again_is_empty(installed: EmbeddedAccount) -> None:
    assert planned(installed, chosen("1.0.0")).is_empty
    upgraded(installed)
    assert planned(installed, chosen("2.0.0")).is_empty


def test_an_upgrade_keeps_the_owners_words_and_every_contact(installed: EmbeddedAccount) -> None:
    reword(installed)
    plan = upgraded(installed)
    assert change(plan, MAIL).type is ChangeType.MERGE
    stored = installed.object(int(read_record(installed).objects[MAIL].object[1:]))
    assert stored is not None
    assert "Ahoy!" in stored.data["body"]
    assert "worksheet" in stored.data["body"]
    assert sum(travel.contacts for travel in plan.travels) == 4
    standing = installed.occupancy(int(read_record(installed).objects[FLOW].object[1:]))
    assert [(str(each.place), each.contacts) for each in standing] == [("remind.nudge", 4)]
    assert status(installed).is_clean
    assert {drift.state for drift in status(installed).drifts} == {State.KEPT}


def test_a_saved_plan_can_be_applied_and_applying_it_twice_is_applying_it_once(
    installed: EmbeddedAccount,
) -> None:
    plan = load(save(planned(installed, chosen("2.0.0"))))
    first = apply(plan, installed)
    again = apply(plan, installed)
    assert (again.already, again.revision) == (True, first.revision)


def test_a_plan_is_refused_once_what_it_touches_was_edited(installed: EmbeddedAccount) -> None:
    plan = planned(installed, chosen("2.0.0"))
    reword(installed)
    with pytest.raises(StalePlanError, match="has been edited"):
        apply(plan, installed)
    assert len(installed.revisions()) == 1


def test_a_rollback_goes_back_to_the_same_steps_and_contacts(installed: EmbeddedAccount) -> None:
    upgraded(installed)
    plan = prepare(installed, rolling_back(installed), Choices(), "back")
    apply(plan, installed)
    assert planned(installed, chosen("1.0.0")).is_empty
    standing = installed.occupancy(int(read_record(installed).objects[FLOW].object[1:]))
    assert [(str(each.place), each.contacts) for each in standing] == [("remind.reminder", 4)]


def test_uninstalling_asks_about_contacts_and_lets_them_finish(
    installed: EmbeddedAccount,
) -> None:
    request = uninstalling(read_record(installed), ["acme/webinar-follow-up"], "uninstall")
    with pytest.raises(StrandedError):
        apply(prepare(installed, request, Choices(), "no"), installed)
    plan = prepare(installed, request, read_choices(contacts=("finish-on-old",)), "yes")
    apply(plan, installed)
    assert [each.contacts for each in installed.retired()] == [4]
    assert read_record(installed).packages == {}


def test_contacts_who_have_to_leave_let_everything_go(installed: EmbeddedAccount) -> None:
    request = uninstalling(read_record(installed), ["acme/webinar-follow-up"], "uninstall")
    apply(prepare(installed, request, read_choices(contacts=("exit",)), "yes"), installed)
    left = {
        each.kind for kind in ("email", "form", "campaign") for each in installed.objects_of(kind)
    }
    assert left == set()
    assert [tag.label for tag in installed.objects_of("tag")] == ["attended webinar", "Lead"]


def test_a_contact_who_arrives_before_a_removal_is_not_put_out(account: EmbeddedAccount) -> None:
    apply(planned(account, chosen("1.0.0", sender="a@example.com", company="Ada")), account)
    request = uninstalling(read_record(account), ["acme/webinar-follow-up"], "uninstall")
    plan = prepare(account, request, Choices(), "gone")
    form = read_record(account).objects["acme/webinar-follow-up:form/registration"].object
    account.submit(1, Event("web-form-submitted", {"form": form}))
    with pytest.raises((StrandedError, StalePlanError)):
        apply(plan, account)
    assert len(account.revisions()) == 1


def test_what_was_released_is_adopted_when_the_package_comes_again(
    installed: EmbeddedAccount,
) -> None:
    request = uninstalling(read_record(installed), ["acme/webinar-follow-up"], "uninstall")
    apply(prepare(installed, request, read_choices(contacts=("exit",)), "yes"), installed)
    plan = planned(installed, chosen("1.0.0", sender="a@example.com", company="Ada"))
    assert change(plan, TAG).reason.startswith("it was released earlier, and is taken up again")
    apply(plan, installed)
    assert status(installed).is_clean


def test_a_campaign_is_split_and_its_contacts_go_along(account: EmbeddedAccount) -> None:
    first, second = course("1.0.0", **TOGETHER), course("1.1.0", *SPLIT, **APART)
    apply(planned(account, (Chosen(first, "sha256:one", "*"),)), account)
    form = read_record(account).objects[FORM].object
    for contact in account.contacts():
        account.submit(contact.id, Event("web-form-submitted", {"form": form}))
    plan = load(save(planned(account, (Chosen(second, "sha256:two", "*"),))))
    going = next(travel for travel in plan.travels if str(travel.place) == "pitch.offer")
    assert (going.contacts, going.next_due) == (4, START + DAY)
    assert apply(plan, account).travelled == 8
    pitch = int(read_record(account).objects[f"{COURSE}:campaign/b"].object[1:])
    assert [(each.place.inner, each.contacts) for each in account.occupancy(pitch)] == [
        (("pitch", "offer"), 4)
    ]


def members(version: str, *tags: str) -> tuple[Chosen, ...]:
    """Return a package whose campaign is entered by these tags."""
    flow = {
        "title": "Members",
        "goals": {key: {"when": {"tag-applied": key}} for key in tags},
        "sequences": {
            "greet": {"after": list(tags), "steps": {"wait": {"wait": "1 day"}}},
        },
    }
    names = {f"tag/{key}": {"name": key.title()} for key in ("attended", "gold")}
    made = package("acme/members", version, {**names, "campaign/members": flow})
    return (Chosen(made, f"sha256:{version}", "*"),)


def test_who_has_the_tag_already_is_counted_and_enrolled(account: EmbeddedAccount) -> None:
    tag = account.create_object("tag", {"name": "attended"}).id
    gold = account.create_object("tag", {"name": "gold"}).id
    people = [contact.id for contact in account.contacts()]
    for person in people[:3]:
        account.apply_tag(person, tag)
    for person in people[2:]:
        account.apply_tag(person, gold)
    yes = read_choices(enrol=("yes",))

    plan = planned(account, members("1.0.0", "attended"), yes)
    assert [one.contacts for one in plan.enrolments] == [3]
    assert apply(plan, account).enrolled == 3
    assert apply(plan, account).enrolled == 3
    number = int(read_record(account).objects["acme/members:campaign/members"].object[1:])

    def standing() -> int:
        account.catch_up()  # served, others see to it: whoever comes second has nothing to do
        return sum(one.contacts for one in account.occupancy(number))

    assert standing() == 3

    plan = planned(account, members("1.1.0", "attended", "gold"), yes)
    assert [one.contacts for one in plan.enrolments] == [1]
    assert apply(plan, account).enrolled == 1
    assert standing() == 4
