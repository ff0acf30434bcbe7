"""An account's life of plans, in which every plan is killed at each of its writes first.

``python -m tests.cpt.installer.killing LOCATION TWIN EVERY [SEED]`` makes two accounts that are
alike and plans to install, to upgrade, to go back, forth again, to take out and to install anew;
with a seed, whatever a random life brings (`tests.cpt.installer.random_lives`). It lets a process
of its own apply each plan to the first and kill itself at every EVERY-th statement that writes:
before it, and behind it. What it leaves is compared, table by table, with what was there before,
until one is killed behind its commit; and that with the twin, to which the plan is applied in
peace. Prints how many were killed.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from account_engine.account import Account as Engine
from account_engine.changing.changes import ChangeSet
from account_engine.events import Event
from account_engine.stores.locations import create_store
from account_engine.stores.records import Identity
from account_engine.stores.schema import table_names
from cpt.accounts.embedded import EmbeddedAccount
from cpt.installer.choices import read_choices
from cpt.installer.plan import Plan
from cpt.installer.preparing import prepare, rolling_back
from cpt.installer.record.snapshot import read_record
from cpt.installer.request import Request, installing, uninstalling
from tests.cpt.installer.random_lives import random_life
from tests.cpt.installer.test_with_a_real_account import FEATURES, START, chosen

COMPARED = (
    "objects", "refs", "departed", "flows", "places", "lineage", "listens", "contacts",
    "contact_values", "contact_tags", "positions", "entries", "passed", "revisions",
)  # fmt: skip
"""The tables without numbers that a database does not take back when a transaction fails."""

NUMBERED = {
    "inbox": "SELECT at, contact, word, attributes FROM inbox",
    "story": "SELECT at, contact, campaign, what, node, why FROM story",
    "effects": "SELECT recorded, due, contact, campaign, step, entry, resource, kind, person, "
    "digest FROM effects JOIN texts ON texts.account = effects.account AND id = text",
}
"""Those that have such numbers, without them."""

WRITES = ("INSERT", "UPDATE", "DELETE", "WITH", "CREATE", "DROP")


def _install(account: EmbeddedAccount) -> Request:
    packages = chosen("1.0.0", sender="a@example.com", company="Ada")
    return installing(read_record(account), packages, "install")


def _upgrade(account: EmbeddedAccount) -> Request:
    form = read_record(account).objects["acme/webinar-follow-up:form/registration"].object
    for contact in account.contacts():
        account.submit(contact.id, Event("web-form-submitted", {"form": form}))
    return installing(read_record(account), chosen("2.0.0"), "upgrade")


def _uninstall(account: EmbeddedAccount) -> Request:
    return uninstalling(read_record(account), ["acme/webinar-follow-up"], "uninstall")


LIFE: tuple[Callable[[EmbeddedAccount], Request], ...] = (
    _install,
    _upgrade,
    rolling_back,
    _upgrade,
    _uninstall,
    _install,
)


def made(location: str) -> None:
    """Make an account with a tag that is the package's too, and contacts who carry it."""
    identity = Identity("account-1", "first", "Shop", FEATURES, "Europe/Oslo", START)
    account = Engine(create_store(location, identity))
    tag = account.create_object("tag", {"name": "attended webinar"})
    for number in range(4):
        account.add_contact({"email": f"c{number}@example.com"}, tags=[tag.id] if number else [])
    account.close()


def planned(location: str, ask: Callable[[EmbeddedAccount], Request]) -> Plan:
    """Plan the next thing in the account's life."""
    with EmbeddedAccount.at(location) as account:
        number = len(account.revisions())
        request, staying = ask(account), ("finish-on-old",)
        plan = prepare(account, request, read_choices(contacts=staying), f"plan-{number}")
        take = tuple(change.address for change in plan.conflicts)
        if take:
            choices = read_choices(take=take, contacts=staying)
            plan = prepare(account, request, choices, f"plan-{number}")
    assert not plan.conflicts, plan.conflicts
    return plan


def held(location: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return all that an account holds, by table."""
    with EmbeddedAccount.at(location) as account:
        asked = {table: f"SELECT * FROM {table}" for table in table_names()}  # noqa: S608
        return _rows(account, asked)


def compared(location: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return what two accounts that lived alike have in common, by table."""
    with EmbeddedAccount.at(location) as account:
        asked = {table: f"SELECT * FROM {table}" for table in COMPARED}  # noqa: S608
        return _rows(account, {**asked, **NUMBERED})


def _rows(account: EmbeddedAccount, asked: Mapping[str, str]) -> dict[str, list[tuple[Any, ...]]]:
    store: Any = account._store  # noqa: SLF001  what is there, whoever shows it
    return {table: sorted(map(tuple, store.run(query)), key=repr) for table, query in asked.items()}


def applying(location: str, change_set: ChangeSet, at: int, *, behind: bool) -> None:
    """Apply in a process of its own that kills itself at a write, or when all is done.

    Args:
        location: Where the account is.
        change_set: What is applied.
        at: At which write, from 1; those that end the transaction count, too.
        behind: Whether it dies behind that write rather than before it.
    """
    child = os.fork()
    if child == 0:
        try:
            account = EmbeddedAccount.at(location)
            _let_die(account, at, behind=behind)
            account.apply(change_set)
        except BaseException as error:  # noqa: BLE001  the parent is told, and nothing else is run
            os.write(2, f"{error}\n".encode())
            os._exit(1)
        os.kill(os.getpid(), signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), (change_set.title, at, status)


def _let_die(account: EmbeddedAccount, at: int, *, behind: bool) -> None:
    store: Any = account._store  # noqa: SLF001  each statement goes through it
    left = at

    def dying(verb: Callable[..., Any], writes: Callable[..., bool]) -> Callable[..., Any]:
        def call(*arguments: object, **named: object) -> object:
            nonlocal left
            if not writes(*arguments):
                return verb(*arguments, **named)
            left -= 1
            if left == 0 and not behind:
                os.kill(os.getpid(), signal.SIGKILL)
            done = verb(*arguments, **named)
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        return call

    def changes(statement: str, *_: object) -> bool:
        return statement.lstrip().startswith(WRITES)

    store.run = dying(store.run, changes)
    store.run_all = dying(store.run_all, changes)
    store.commit = dying(store.commit, lambda: True)


def main(location: str, twin: str, every: int, seed: int | None) -> int:
    """Let two accounts live, one with many deaths; return how many processes were killed."""
    made(location)
    made(twin)
    killed = 0
    for ask in LIFE if seed is None else random_life(seed):
        change_set = planned(location, ask).change_set
        like = planned(twin, ask).change_set
        assert replace(like, incarnation=change_set.incarnation) == change_set
        before, at = held(location), 1
        while held(location) == before:
            for behind in (False, True):
                if held(location) == before:
                    applying(location, change_set, at, behind=behind)
                    killed += 1
            at += every
        for one, its in ((location, change_set), (twin, like)):
            with EmbeddedAccount.at(one) as account:
                assert account.apply(its).already is (one == location)
        after, promised = compared(location), compared(twin)
        for table, rows in after.items():
            assert rows == promised[table], (change_set.title, table)
    return killed


if __name__ == "__main__":
    _, where, like, every_, *rest = sys.argv
    sys.stdout.write(f"{main(where, like, int(every_), int(rest[0]) if rest else None)}\n")
