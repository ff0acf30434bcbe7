"""What goes and comes back is what it was: nobody gets a step twice, and once is for life."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from account_engine.account import Account as Engine
from account_engine.events import Event
from cpt.accounts.embedded import EmbeddedAccount
from cpt.installer.applying.apply import apply
from cpt.installer.choices import Choices, read_choices
from cpt.installer.preparing import prepare, rolling_back
from cpt.installer.record.snapshot import read_record
from cpt.installer.request import Chosen, Request, installing, uninstalling
from cpt.installer.status import status
from package_format.package import Package
from tests.cpt.installer.shops import package

DAY = 86_400
START = 1_772_442_000  # 2026-03-02T09:00Z, a Monday
NAME = "acme/course"
FLOW = f"{NAME}:campaign/flow"
KEEP_ALL = read_choices(contacts=("finish-on-old",))
EXIT = read_choices(contacts=("exit",))

MOVED = {"moved": "campaign/flow.once.a", "to": "campaign/flow.once.first"}
ALSO = {"removed": "campaign/flow.also", "contacts": "exit"}
FIRST = {"removed": "campaign/flow.once.first"}


def mail(key: str, days: int = 0, subject: str = "") -> dict[str, Any]:
    wait = {"wait": f"{days} days"} if days else {}
    return {"key": key, **wait, "action": {"send-email": subject or key}}


def version(
    number: int, *once: dict[str, Any], also: bool = True, upgrades: tuple[Any, ...] = ()
) -> Package:
    """Return a version: two sequences, each for once in a life."""
    steps = once or (mail("a"), mail("b", 2), mail("c", 5))
    sequences: dict[str, Any] = {
        "once": {"after": ["came"], "entry": "once", "steps": list(steps)},
    }
    if also:
        steps = (mail("d"), mail("e", 3))
        sequences["also"] = {"after": ["came"], "entry": "once", "steps": list(steps)}
    flow = {
        "title": "Course",
        "goals": {"came": {"when": [{"web-form-submitted": "form"}]}},
        "sequences": sequences,
    }
    resources = {
        "form/form": {"title": "Form", "fields": [{"field": "email"}]},
        "campaign/flow": flow,
        **{
            f"email/{key}": {"subject": key, "from": "a@b.example", "body": f"<p>{key}</p>\n"}
            for key in "abcde"
        },
    }
    return package(NAME, f"{number}.0.0", resources, upgrades=upgrades)


class School:
    """An account with a life, and short words for what its owner does."""

    def __init__(self, account: EmbeddedAccount) -> None:
        self.account = account

    def do(self, request: Request, choices: Choices | None = None) -> None:
        number = f"plan-{len(self.account.revisions())}"
        apply(prepare(self.account, request, choices or Choices(), number), self.account)
        assert status(self.account).is_clean

    def install(self, one: Package, choices: Choices | None = None) -> None:
        chosen = [Chosen(one, f"sha256:{one}", "*")]
        self.do(installing(read_record(self.account), chosen, "install"), choices)

    def uninstall(self, choices: Choices | None = None) -> None:
        self.do(uninstalling(read_record(self.account), [NAME], "uninstall"), choices)

    def back(self, to: int | None = None, choices: Choices | None = None) -> None:
        self.do(rolling_back(self.account, to), choices)

    @property
    def campaign(self) -> int:
        return int(read_record(self.account).objects[FLOW].object[1:])

    def come(self, contact: int = 1) -> None:
        form = read_record(self.account).objects[f"{NAME}:form/form"].object
        self.account.submit(contact, Event("web-form-submitted", {"form": form}))

    def later(self, days: int) -> None:
        self.account.tick(self.account.info.now + days * DAY)

    def without(self, *keys: str) -> None:
        """Let the owner delete steps of `once`."""
        stored = self.account.object(self.campaign)
        assert stored is not None
        once = stored.data["sequences"]["once"]
        steps = [step for step in once["steps"] if step["key"] not in keys]
        sequences = {**stored.data["sequences"], "once": {**once, "steps": steps}}
        self.account.edit(self.campaign, {**stored.data, "sequences": sequences})

    @property
    def sent(self) -> list[str]:
        return [one.subject for one in self.account.outbox()]


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    path = tmp_path / "school.account"
    features = ("email", "web-forms")
    with Engine.create(path, name="school", now=START, features=features, zone="UTC") as new:
        for number in range(2):
            new.add_contact({"email": f"c{number}@example.com"})
    with EmbeddedAccount.at(path) as opened:
        yield School(opened)


def _sequence_removed(school: School) -> None:
    school.install(version(2, also=False, upgrades=(ALSO,)))
    school.back()


def _steps_removed(school: School) -> None:
    removed = tuple({"removed": f"campaign/flow.once.{key}"} for key in "ab")
    school.install(version(2, mail("c", 5), upgrades=removed))
    school.back()


def _renamed_and_removed(school: School) -> None:
    first = mail("first", subject="a")
    school.install(version(2, first, mail("b", 2), mail("c", 5), upgrades=(MOVED,)))
    school.install(version(3, mail("b", 2), mail("c", 5), upgrades=(MOVED, FIRST)))
    school.back(1)


def _deleted_by_the_owner(school: School) -> None:
    school.without("a", "b")
    steps = (mail("c", 5), mail("a", 1), mail("b", 1))
    school.install(version(2, *steps), read_choices(take=("campaign/flow",)))


def _uninstalled(school: School) -> None:
    school.uninstall(EXIT)
    school.install(version(1))


def _uninstalled_while_they_finish(school: School) -> None:
    school.uninstall(KEEP_ALL)
    school.later(1)
    school.install(version(1))


def _uninstalled_and_renamed(school: School) -> None:
    school.uninstall(EXIT)
    first = mail("first", subject="a")
    school.install(version(2, first, mail("b", 2), mail("c", 5), upgrades=(MOVED,)))


def _rolled_back_to_nothing(school: School) -> None:
    school.back(0, EXIT)
    school.back()


def _deleted_as_a_whole(school: School) -> None:
    school.account.delete_object(school.campaign)
    school.install(version(1), read_choices(take=("campaign/flow",)))


def _twice(school: School) -> None:
    _uninstalled(school)
    _rolled_back_to_nothing(school)


WAYS = [
    _sequence_removed, _steps_removed, _renamed_and_removed, _deleted_by_the_owner, _uninstalled,
    _uninstalled_while_they_finish, _uninstalled_and_renamed, _rolled_back_to_nothing,
    _deleted_as_a_whole, _twice,
]  # fmt: skip


@pytest.mark.parametrize("days", [0, 3, 8, 20])
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__.strip("_"))
def test_whatever_goes_and_comes_back_is_given_to_nobody_twice(
    school: School, way: Callable[[School], None], days: int
) -> None:
    school.install(version(1))
    before = school.campaign
    school.come()
    school.later(days)
    way(school)
    assert school.campaign == before
    school.come()
    school.later(30)
    school.come()
    school.later(30)
    assert max(Counter(school.sent).values()) == 1


def test_who_finishes_a_removed_campaign_is_heard_there_alone_when_it_comes_back(
    school: School,
) -> None:
    school.install(version(1))
    school.come(1)
    school.uninstall(KEEP_ALL)
    school.install(version(1))
    school.come(1)
    school.come(2)
    where = {number: school.account.positions(number) for number in (1, 2)}
    assert {n: [p.where for p in standing] for n, standing in where.items()} == {
        1: ["also.e", "once.b"],
        2: ["also.e", "once.b"],
    }
    assert where[1][0].version < where[2][0].version
    school.later(30)
    assert Counter(school.sent) == dict.fromkeys("abcde", 2)


def test_who_comes_after_it_came_back_gets_everything(school: School) -> None:
    school.install(version(1))
    school.come(1)
    school.later(30)
    school.uninstall()
    school.install(version(1))
    school.come(2)
    school.later(30)
    assert Counter(school.sent) == dict.fromkeys("abcde", 2)


def test_planning_again_what_came_back_is_empty(school: School) -> None:
    school.install(version(1))
    school.uninstall()
    school.install(version(1))
    chosen = [Chosen(version(1), f"sha256:{version(1)}", "*")]
    request = installing(read_record(school.account), chosen, "install")
    assert prepare(school.account, request, Choices(), "again").is_empty
