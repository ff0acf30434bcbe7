"""Two processes that change one account at the same time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from account_engine.account import Account
from cpt.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from tests.cpt.cli.conftest import Cpt

CHECKOUT = Path(__file__).parents[3]
PLANS = ("ada.json", "bob.json")


def applying(plan: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "cpt", "apply", plan, "--yes", "--account", "shop.account"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
    )


@pytest.mark.slow
@pytest.mark.usefixtures("published")
def test_of_two_who_apply_at_once_one_wins_and_the_other_is_told(cpt: Cpt) -> None:
    for plan in PLANS:
        settled = ("--set", "sender=us@shop.example", "--out", plan)
        assert cpt("plan", "acme/welcome", *settled).code == ExitCode.DONE
    with Account.open(Path("shop.account")) as account:
        people = account.contacts()
    both = [applying(plan) for plan in PLANS]
    said = [process.communicate(timeout=60)[1] for process in both]
    codes = [process.returncode for process in both]
    assert sorted(codes) == [ExitCode.DONE, ExitCode.REFUSED], said
    loser = codes.index(ExitCode.REFUSED)
    assert "the account has changed since the plan was made" in said[loser]
    assert "nothing was changed; make a new plan" in said[loser]
    assert "done: revision 1" in said[1 - loser]
    with Account.open(Path("shop.account")) as account:
        assert account.contacts() == people
        (revision,) = account.revisions()
        assert revision.id in Path(PLANS[1 - loser]).read_text("utf-8")
    assert cpt("status").code == ExitCode.DONE
