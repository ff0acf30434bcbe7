"""A crash at any statement, and a restart: the account comes to what it would have been without.

Each statement is the last one once: there the connection goes away, what it has not committed goes
with it, and the account is opened again and goes on from what is there.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from account_engine import working
from account_engine.account import Account
from account_engine.errors import UnknownObjectError
from account_engine.events import Event
from account_engine.stores.rows import Access
from account_engine.upgrading import flow_migration
from tests.account_engine.conftest import DAY, START, dumped
from tests.account_engine.test_waves import NEVER, PEOPLE, Data, Sandbox, sandbox

FLOW: Data = {
    "goals": {
        "g0": {"when": {"web-form-submitted": "f"}},
        "g1": {"when": {"tag-applied": "t0"}, "after": ["s0"]},
        "g2": {"when": {"opted-out": {}}, "after": "all", "ends": "none"},
    },
    "sequences": {
        "s0": {
            "after": ["g0"],
            "steps": {
                "a": {"wait": {"for": "1 day"}, "send-email": "m0"},
                "b": {"create-task": {"task": "k", "to": {"role": "few"}, "due": "1 day"}},
                "c": {"set-field": {"field": "day", "now": True}},
                "d": {
                    "if": {"field": "email", "contains": "o"},
                    "create-opportunity": {"stage": "stage1"},
                },
                "e": {"apply-tag": "t0"},
            },
        },
        "s1": {
            "after": ["g1"],
            "steps": {
                "a": {"wait": {"for": "1 day"}, "complete-task": {"task": "k"}},
                "b": {"move-opportunity": {"stage": "stage2"}},
                "c": {"set-field": {"field": "day", "value": ""}},
                "d": {"assign-owner": {"role": "few"}},
                "e": {"remove-tag": "t0"},
            },
        },
        "s2": {
            "after": ["d0.yes"],
            "steps": {"a": {"wait": {"for": "2 days"}, "send-email": "m1"}},
        },
        "s3": {
            "after": ["j0"],
            "steps": {"a": {"wait": {"for": "1 day"}, "add-note": {"note": "n"}}},
        },
    },
    "decisions": {
        "d0": {"after": ["g1"], "ways": {"yes": {"if": {"owner": "somebody"}}, "no": "otherwise"}}
    },
    "joins": {"j0": {"after": ["s1", "s2", "d0.no"], "wait-for": "all"}},
}
"""A campaign in which everything that can be written is."""

STEPS = FLOW["sequences"]["s0"]["steps"]
LATER: Data = {
    **FLOW,
    "sequences": {
        **FLOW["sequences"],
        "s0": {
            "after": ["g0"],
            "steps": {
                "a": {**STEPS["a"], "wait": {"for": "2 days"}},
                **{k: STEPS[k] for k in "de"},
            },
        },
    },
}


class Crash(BaseException):
    """The process is gone."""


class Crashing:
    """A life that crashes: a sandbox's account, opened again each time.

    Attributes:
        commits: How many transactions that may write have ended well.
    """

    def __init__(self, one: Sandbox, location: str) -> None:
        """Take over a sandbox."""
        self._one, self._location = one, location
        self.commits = 0

    @contextmanager
    def _opened(self, at: int) -> Iterator[None]:
        """The account, opened again, with a connection that goes away at its n-th statement."""
        whole, left = self._one.account, at
        with Account.open(self._location) as account:
            account.worth = whole.worth
            store: Any = account._store  # noqa: SLF001

            def dying(verb: Callable[..., Any]) -> Callable[..., Any]:
                def call(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401
                    nonlocal left
                    left -= 1
                    if left < 0:
                        store._connection.close()  # noqa: SLF001
                        raise Crash
                    done = verb(*arguments, **named)
                    if verb == commit and store._access is not Access.READ:  # noqa: SLF001
                        self.commits += 1
                    return done

                return call

            commit = store.commit
            for name in ("run", "run_all", "commit"):
                setattr(store, name, dying(getattr(store, name)))
            self._one.account = account
            try:
                yield
            finally:
                self._one.account = whole

    def crashes(self, act: Callable[[], object], at: int) -> bool:
        """Do something, and crash at its n-th statement; return whether it came so far."""
        try:
            with self._opened(at):
                act()
        except Crash:
            return True
        return False

    def at_every_statement(self, act: Callable[[], object]) -> int:
        """Let it crash at each, and go on from what is left each time; return how often."""
        crashes, at, commits, before = 0, 0, 0, self._dump()
        while self.crashes(act, at):
            crashes, at = crashes + 1, at + 1
            if self.commits > commits:
                commits, after = self.commits, self._dump()
                before, at = (after, 0) if after != before else (before, at)
        return crashes

    def _dump(self) -> tuple[str, ...]:
        return dumped(self._one.account._store)  # noqa: SLF001


def _undisturbed(folder: Path, *acts: Callable[[Sandbox], object]) -> list[object]:
    with sandbox([FLOW], NEVER, str(folder / "undisturbed.account")) as one:
        for act in acts:
            act(one)
        return one.told()


def _register(one: Sandbox) -> None:
    one.happen("flood", ("web-form-submitted", "form", "f"), 0)


def _receive(one: Sandbox) -> None:
    for person in one.people:
        one.account.receive(person, Event("opted-out"))
        one.account.receive(person, one.submission)


def _catch_up(one: Sandbox) -> None:
    one.account.catch_up()


def _live(one: Sandbox) -> None:
    one.account.tick(START + 9 * DAY)


def _upgrade(one: Sandbox) -> None:
    campaign = one.account.objects_of("campaign")[0].id
    if one.account.flow(campaign).version == 1:  # whoever has edited it does not do it again
        assert one.edit(LATER) == ""


def _merge(one: Sandbox) -> None:
    one.account.merge(one.people[0], one.people[1])


def _delete(one: Sandbox) -> None:
    with suppress(UnknownObjectError):  # whoever was deleted is not deleted again
        one.account.delete_contact(one.people[1])


CASES: dict[str, tuple[tuple[Callable[[Sandbox], None], ...], Callable[[Sandbox], None], int]] = {
    "timers in waves": ((_register,), _live, 1),
    "timers one by one": ((_register,), _live, NEVER),
    "events in waves": ((_register, _receive), _catch_up, 1),
    "an upgrade of many": ((_register,), _upgrade, 1),
    "an upgrade one by one": ((_register,), _upgrade, NEVER),
    "two who become one": ((_register, _receive), _merge, NEVER),
    "one who is deleted": ((_register, _receive), _delete, NEVER),
}
"""What happens before, in which it crashes, and how many are worth a wave."""

FEWEST = {"two who become one": 40, "one who is deleted": 15}
"""How many statements it takes at least, where that is not more than fifty."""


@pytest.mark.parametrize("case", CASES)
def test_a_crash_at_any_statement_leads_to_where_none_would_have_led(
    case: str, location: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, act, worth = CASES[case]
    monkeypatch.setattr(flow_migration, "WORTH", worth)
    monkeypatch.setattr(working, "BATCH", 3)
    monkeypatch.setattr(sys.modules[Sandbox.__module__], "PEOPLE", PEOPLE[:3])
    expected = _undisturbed(tmp_path, *before, act, _live)
    with sandbox([FLOW], worth, location) as one:
        for happens in before:
            happens(one)
        assert Crashing(one, location).at_every_statement(lambda: act(one)) > FEWEST.get(case, 50)
        act(one)
        _live(one)
        assert one.told() == expected
