"""``cpt resume`` and ``cpt abort``: whatever kills a plan, there is a way on and a way back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from account_engine.account import Account
from account_engine.objects import StoredObject
from cpt.cli import places
from cpt.cli.exit_codes import ExitCode
from package_format.kinds.table import KINDS
from tests.cpt.cli.one_by_one import DIES_AT, find_account

if TYPE_CHECKING:
    from tests.cpt.cli.conftest import Cpt

CHECKOUT = Path(__file__).parents[3]
INSTALL = ("install", "acme/welcome@^1", "--set", "sender=us@shop.example", "--yes")
UPGRADE = ("upgrade", "acme/welcome@2", "--yes")


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands in this process take the account for one that does one thing at a time."""
    monkeypatch.setattr(places, "find_account", find_account)


def killed(arguments: tuple[str, ...], at: str) -> bool:
    """Run a command in a process that kills itself at a call; return whether it came to that."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.cpt.cli.one_by_one", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT), DIES_AT: at},
    )
    assert ended.returncode in (-signal.SIGKILL, ExitCode.DONE), ended.stderr
    return ended.returncode != ExitCode.DONE


def held() -> tuple[Any, ...]:
    """What the account holds, whatever ids it gave: resources, where contacts stand, packages."""
    with Account.open(Path("shop.account")) as account:
        objects = [one for kind in KINDS for one in account.objects_of(kind)]
        labels = {one.reference: f"{one.kind} {one.label}" for one in objects}
        record = account.record() or {}
        return (
            sorted(_named(one, labels) for one in objects),
            {
                contact.id: [
                    (labels[f"#{p.campaign}"], p.node, p.step)
                    for p in account.positions(contact.id)
                ]
                for contact in account.contacts()
            },
            record.get("packages"),
        )


def _named(one: StoredObject, labels: dict[str, str]) -> str:
    text = str(one)[len(f"StoredObject(id={one.id}") :]
    for reference, label in labels.items():
        text = text.replace(f"'{reference}'", f"'{label}'")
    return text


def test_an_account_with_transactions_has_nothing_to_go_on_with(cpt: Cpt, installed: Path) -> None:
    del installed
    for verb in (("resume",), ("abort", "--yes")):
        ended = cpt(*verb)
        assert ended.code == ExitCode.BAD_INPUT
        assert ended.err.startswith(
            "error: no plan is pending: this account applies each plan whole, or not at all\n"
        )


@pytest.mark.usefixtures("published", "one_by_one")
def test_where_nothing_was_begun_there_is_nothing_to_go_on_with(cpt: Cpt) -> None:
    for verb in (("resume",), ("abort", "--yes")):
        assert "error: no plan is pending in this account" in cpt(*verb).err
    assert cpt(*INSTALL).code == ExitCode.DONE
    assert cpt("status").code == ExitCode.DONE
    assert "no plan is pending" in cpt("resume").err


@pytest.mark.slow
@pytest.mark.usefixtures("published")
def test_killed_at_any_write_of_an_install_it_is_gone_on_with(
    cpt: Cpt, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Path("shop.account").read_bytes()
    assert cpt(*INSTALL).code == ExitCode.DONE
    promised = held()
    monkeypatch.setattr(places, "find_account", find_account)
    for at in ("1", "1+", "3", "3+", "20+", "21"):
        Path("shop.account").write_bytes(before)
        assert killed(INSTALL, at), at
        begun = cpt("resume")
        if at == "1":  # not even the journal was written
            assert begun.code == ExitCode.BAD_INPUT
            assert cpt(*INSTALL).code == ExitCode.DONE
        assert held() == promised, at
        assert cpt("status").code == ExitCode.DONE
        assert "1  Mon" in cpt("history").out


@pytest.mark.slow
@pytest.mark.usefixtures("published")
def test_killed_at_any_write_of_an_upgrade_nobody_in_it_is_lost_either_way(
    cpt: Cpt, monkeypatch: pytest.MonkeyPatch
) -> None:
    cpt("publish", "welcome-2")
    assert cpt(*INSTALL).code == ExitCode.DONE
    assert cpt("account", "event", "everyone", "submit", "sign-up").code == ExitCode.DONE
    before, old = Path("shop.account").read_bytes(), held()
    assert cpt(*UPGRADE).code == ExitCode.DONE
    promised = held()
    assert promised != old
    monkeypatch.setattr(places, "find_account", find_account)
    for at in ("1+", "3", "3+", "5"):
        for verb, ending in ((("resume",), promised), (("abort", "--yes"), old)):
            Path("shop.account").write_bytes(before)
            assert killed(UPGRADE, at), at
            assert cpt(*verb).code == ExitCode.DONE
            assert held() == ending, (at, verb)
            assert "no plan is pending" in cpt("resume").err


@pytest.mark.slow
@pytest.mark.usefixtures("published", "one_by_one")
def test_what_was_begun_is_shown_and_nothing_else_can_be_planned(cpt: Cpt) -> None:
    assert killed(INSTALL, "7+")
    status = cpt("status")
    assert status.code == ExitCode.NO
    assert (
        "“install acme/welcome 1.0.0” was begun and is not finished (2 of 6 operations); cpt "
        "resume goes on with it, cpt abort undoes it."
    ) in " ".join(status.out.split())
    assert '"begun": 2' in cpt("status", "--format", "json").out
    for verb in (INSTALL, ("plan", "acme/tags"), ("rollback", "--yes")):
        ended = cpt(*verb)
        assert ended.code in (ExitCode.REFUSED, ExitCode.BAD_INPUT), ended.said
    assert "cpt abort undoes what was done of it" in cpt("plan", "acme/tags").err
    assert cpt("abort").code == ExitCode.REFUSED  # nobody is there to say yes
    assert cpt("abort", answers="n\n").code == ExitCode.NO
    undone = cpt("abort", answers="y\n")
    assert undone.code == ExitCode.DONE
    assert "undone: 2 operations of “install acme/welcome 1.0.0”" in undone.said
    assert cpt("status").code == ExitCode.DONE


@pytest.mark.slow
@pytest.mark.usefixtures("published", "one_by_one")
def test_what_somebody_has_touched_stays_and_is_listed(cpt: Cpt) -> None:
    assert killed(INSTALL, "7+")
    with Account.open(Path("shop.account")) as account:
        made = account.objects_of("email")[-1]
        account.edit(made.id, {**made.data, "subject": "Mine"})
    stopped = cpt("abort", "--yes", "--format", "json")
    assert stopped.code == ExitCode.NO
    assert "the email “Mine” stays: somebody has edited it" in stopped.out


@pytest.mark.slow
@pytest.mark.usefixtures("published", "one_by_one")
def test_once_something_was_removed_there_is_only_going_on(cpt: Cpt) -> None:
    assert cpt(*INSTALL).code == ExitCode.DONE
    uninstall = ("uninstall", "acme/welcome", "--yes")
    assert killed(uninstall, "6+")
    assert "resume goes on with it." in " ".join(cpt("status").out.split())
    refused = cpt("abort", "--yes")
    assert refused.code == ExitCode.REFUSED
    assert "has begun to remove things, which cannot be undone" in refused.err
    resumed = cpt("resume", "--format", "json")
    assert (resumed.code, '"revision": 2' in resumed.out) == (ExitCode.DONE, True)
    assert "Nothing is installed." in cpt("list").said
