"""Random lives of an account: packages of random versions come, change and go, by a seed."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from account_engine.events import Event
from cpt.accounts.embedded import EmbeddedAccount
from cpt.installer.preparing import rolling_back
from cpt.installer.record.snapshot import read_record
from cpt.installer.request import Chosen, Request, installing, uninstalling
from package_format.package import Package
from tests.cpt.installer.shops import package

HOUR = 3_600
NAME = "acme/random"
EMAILS = ("hello", "nudge", "offer", "last")
TAGS = ("lead", "guest", "friend")

Steps = list[dict[str, Any]]
Ask = Callable[[EmbeddedAccount], Request]


class Author:
    """Somebody who changes a package at random, and says in its entries what became of steps."""

    def __init__(self, random: Random) -> None:
        """Begin with a first version."""
        self._random = random
        self._number = 0
        self._keys = 0
        self._entries: list[dict[str, Any]] = []
        self._bodies = dict.fromkeys(EMAILS, 0)
        self._sequences: dict[str, Steps] = {key: self._steps() for key in ("one", "two")}
        self._tags = list(TAGS)

    def version(self) -> Package:
        """Return the next version."""
        self._number += 1
        if self._number > 1:
            for _ in range(self._random.randint(1, 4)):
                self._random.choice(
                    (
                        self._rename,
                        self._drop,
                        self._insert,
                        self._shuffle,
                        self._reword,
                        self._retime,
                    )
                )()
        flow = {
            "title": "Random",
            "goals": {
                "joined": {"when": [{"web-form-submitted": "form"}]},
                "done": {"when": [{"tag-applied": "friend"}], "after": list(self._sequences)},
            },
            "sequences": {
                key: {"after": ["joined"], "steps": steps} for key, steps in self._sequences.items()
            },
        }
        resources: dict[str, Any] = {
            "form/form": {"title": "Form", "fields": [{"field": "email"}]},
            "campaign/flow": flow,
            **{f"tag/{key}": {"name": key.title()} for key in self._tags},
            **{f"email/{key}": _mail(key, self._bodies[key]) for key in EMAILS},
        }
        return package(NAME, f"{self._number}.0.0", resources, upgrades=tuple(self._entries))

    # --- what may happen to a version

    def _steps(self) -> Steps:
        return [self._step() for _ in range(self._random.randint(2, 4))]

    def _step(self) -> dict[str, Any]:
        self._keys += 1
        action = self._random.choice(
            [{"send-email": key} for key in EMAILS] + [{"apply-tag": key} for key in TAGS[:2]]
        )
        wait = {"for": f"{self._random.randint(1, 90)} hours"}
        return {"key": f"k{self._keys}", "wait": wait, "action": action}

    def _any(self) -> tuple[str, Steps]:
        key = self._random.choice(sorted(self._sequences))
        return key, self._sequences[key]

    def _rename(self) -> None:
        sequence, steps = self._any()
        step = self._random.choice(steps)
        old, self._keys = step["key"], self._keys + 1
        step["key"] = f"k{self._keys}"
        self._entries.append(
            {
                "moved": f"campaign/flow.{sequence}.{old}",
                "to": f"campaign/flow.{sequence}.{step['key']}",
            }
        )

    def _drop(self) -> None:
        sequence, steps = self._any()
        if len(steps) > 1:
            gone = steps.pop(self._random.randrange(len(steps)))
            entry: dict[str, Any] = {"removed": f"campaign/flow.{sequence}.{gone['key']}"}
            leaves = self._random.choice((None, "exit", "finish-on-old"))
            self._entries.append({**entry, "contacts": leaves} if leaves else entry)

    def _insert(self) -> None:
        _, steps = self._any()
        steps.insert(self._random.randint(0, len(steps)), self._step())

    def _shuffle(self) -> None:
        self._random.shuffle(self._any()[1])

    def _reword(self) -> None:
        self._bodies[self._random.choice(EMAILS)] += 1

    def _retime(self) -> None:
        step = self._random.choice(self._any()[1])
        step["wait"] = {"for": f"{self._random.randint(1, 90)} hours"}


def _mail(key: str, edition: int) -> dict[str, str]:
    return {"subject": key, "from": "a@b.example", "body": f"<p>{key}, edition {edition}</p>\n"}


def random_life(seed: int) -> tuple[Ask, ...]:
    """Return what is asked for one after the other; contacts and the owner are busy in between."""
    random = _dice(seed)
    author = Author(random)
    asks = [_installing(author.version(), random.random())]
    for _ in range(4):
        asks.append(_installing(author.version(), random.random()))
        leaving = random.choice((None, _going_back, _taking_out))
        if leaving is not None:
            asks.append(leaving(random.random()))
    return tuple(asks)


def _dice(seed: float) -> Random:
    return Random(seed)  # noqa: S311  the same life each time


def _installing(one: Package, seed: float) -> Ask:
    def ask(account: EmbeddedAccount) -> Request:
        _live(account, _dice(seed))
        chosen = [Chosen(one, f"sha256:{one}", "*")]
        return installing(read_record(account), chosen, f"install {one}")

    return ask


def _going_back(seed: float) -> Ask:
    def ask(account: EmbeddedAccount) -> Request:
        _live(account, _dice(seed))
        return rolling_back(account)

    return ask


def _taking_out(seed: float) -> Ask:
    def ask(account: EmbeddedAccount) -> Request:
        _live(account, _dice(seed))
        return uninstalling(read_record(account), [NAME], "uninstall")

    return ask


def _live(account: EmbeddedAccount, random: Random) -> None:
    """Let some time pass, in which contacts come and the owner rewords an email."""
    record = read_record(account)
    if NAME not in record.packages:
        return
    form = record.objects[f"{NAME}:form/form"].object
    for contact in account.contacts():
        if random.random() < 0.7:
            account.submit(contact.id, Event("web-form-submitted", {"form": form}))
    account.tick(account.info.now + random.randint(1, 60) * HOUR)
    email = account.object(int(record.objects[f"{NAME}:email/{random.choice(EMAILS)}"].object[1:]))
    if email is not None:
        account.edit(email.id, {**email.data, "subject": f"{email.data['subject']}!"})
