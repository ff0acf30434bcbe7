"""Whoever applies a plan may be killed at any write: the account has all of the plan, or nothing.

Here at some writes, so that it takes seconds; CPT_TEST_EVERY=1 kills at each of them, and
CPT_TEST_LIVES=100 lets so many random lives be lived.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgres import Cluster

CHECKOUT = Path(__file__).parents[3]
EVERY = os.environ.get("CPT_TEST_EVERY", "23")
LIVES = int(os.environ.get("CPT_TEST_LIVES", "1"))


def killed(location: str, twin: str, *seed: str) -> int:
    """Let an account live; return how many processes were killed on the way."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.cpt.installer.killing", location, twin, EVERY, *seed],
        capture_output=True,
        text=True,
        check=False,
        cwd=CHECKOUT,
    )
    assert ended.returncode == 0, ended.stderr
    return int(ended.stdout)


def two_databases(postgres: Cluster) -> tuple[str, str]:
    """Return where two accounts can be made that share no table, so that each has its own rows."""
    return f"{postgres.database()}#one", f"{postgres.database()}#twin"


@pytest.mark.slow
def test_in_a_file(tmp_path: Path) -> None:
    assert killed(str(tmp_path / "one.account"), str(tmp_path / "twin.account")) > 20


@pytest.mark.slow
def test_in_a_database(postgres: Cluster) -> None:
    assert killed(*two_databases(postgres)) > 20


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(LIVES))
def test_whatever_plans_there_are_in_a_file(tmp_path: Path, seed: int) -> None:
    where = (str(tmp_path / "one.account"), str(tmp_path / "twin.account"))
    assert killed(*where, str(seed)) > 20


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(LIVES))
def test_whatever_plans_there_are_in_a_database(postgres: Cluster, seed: int) -> None:
    assert killed(*two_databases(postgres), str(seed)) > 20
