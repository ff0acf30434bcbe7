"""Two processes that change one account at the same time: in a file, a database, and over HTTP."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from account_engine.account import Account
from account_engine.server.app import create_app
from account_engine.stores.locations import random_id
from cpt.cli.exit_codes import ExitCode
from tests.browser import on_loopback

if TYPE_CHECKING:
    from tests.cpt.cli.conftest import Cpt

CHECKOUT = Path(__file__).parents[3]
PLANS = ("ada.json", "bob.json")


@pytest.fixture(params=["file", "database", "served"])
def account(
    request: pytest.FixtureRequest, published: Path, cpt: Cpt, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Return what commands are to name: an account with contacts, and nothing installed."""
    file = str(published / "shop.account")
    if request.param == "database":
        where = f"{request.getfixturevalue('database')}#two-{random_id()}"
        create = ("account", "create", where, "--from", "shop", "--starts", "2026-03-02T09:00")
        assert cpt(*create).code == ExitCode.DONE
        yield where
        return
    if request.param == "served":
        scopes = ("--scope", "read", "--scope", "install")
        key = cpt("account", "key", "create", "cpt", *scopes, "--account", file)
        monkeypatch.setenv("CPT_ACCOUNT_KEY", key.out.strip())
        with on_loopback(create_app(file)) as address:
            yield address
        return
    yield file


def applying(plan: str, account: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "cpt", "apply", plan, "--yes", "--account", account],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
    )


@pytest.mark.slow
def test_of_two_who_apply_at_once_one_wins_and_the_other_is_told(cpt: Cpt, account: str) -> None:
    for plan in PLANS:
        settled = ("--set", "sender=us@shop.example", "--out", plan, "--account", account)
        assert cpt("plan", "acme/welcome", *settled).code == ExitCode.DONE
    both = [applying(plan, account) for plan in PLANS]
    said = [process.communicate(timeout=60)[1] for process in both]
    codes = [process.returncode for process in both]
    assert sorted(codes) == [ExitCode.DONE, ExitCode.REFUSED], said
    loser = codes.index(ExitCode.REFUSED)
    assert "the account has changed since the plan was made" in said[loser]
    assert "nothing was changed; make a new plan" in said[loser]
    assert "done: revision 1" in said[1 - loser]
    at = account if not account.startswith("http") else "shop.account"
    with Account.open(at) as opened:
        assert len(opened.contacts()) == opened.count_contacts() > 0
        (revision,) = opened.revisions()
        assert revision.id in Path(PLANS[1 - loser]).read_text("utf-8")
    assert cpt("status", "--account", account).code == ExitCode.DONE
