"""The PostgreSQL of the tests: where there is none, that is said; in CI it is a failure."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests import postgres

CHECKOUT = Path(__file__).parent.parent


@pytest.fixture
def _nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_binaries", lambda: None)


@pytest.mark.usefixtures("_nowhere")
def test_without_postgresql_its_tests_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install postgresql-15"):
        postgres.cluster().__enter__()


@pytest.mark.usefixtures("_nowhere")
def test_without_postgresql_ci_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="there is no PostgreSQL here"):
        postgres.cluster().__enter__()


@pytest.mark.skipif(not (CHECKOUT / ".ci").exists(), reason="an sdist has no CI")
def test_what_is_said_to_be_installed_is_what_ci_installs() -> None:
    listed = (CHECKOUT / "requirements" / "debian.txt").read_text("utf-8").splitlines()
    packages = [line for line in listed if line and not line.startswith("#")]
    assert "postgresql-15" in packages
    assert "requirements/debian.txt" in (CHECKOUT / ".ci" / "run").read_text("utf-8")
    readme = (CHECKOUT / "README.md").read_text("utf-8")
    assert f"sudo apt-get install {' '.join(packages)}" in readme


KILLED = """
import os, signal, sys
from tests.postgres import cluster
with cluster() as running:
    print(running.url, flush=True)
    sys.stdin.readline()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_tests_that_are_killed_leave_no_server_behind(postgres: postgres.Cluster) -> None:
    del postgres  # there is one
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    with psycopg.connect(f"{url}/postgres") as connection:
        process.communicate("now\n")
        assert process.returncode == -signal.SIGKILL
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT pg_sleep(60)")
