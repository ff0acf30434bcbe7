"""``cpt account serve`` and ``cpt account key``, as their owner types them."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.cpt.cli.conftest import Cpt


@pytest.fixture
def account(tmp_path: Path, cpt: Cpt) -> str:
    location = str(tmp_path / "shop.account")
    assert cpt("account", "create", location, "--starts", "2026-03-02").code == 0
    return location


@contextmanager
def running(account: str, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Serve an account at a free port; gives its address once it answers."""
    command = [sys.executable, "-m", "cpt", "account", "serve", "--account", account]
    with subprocess.Popen(
        [*command, "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip(), process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)


def test_a_token_is_shown_once(account: str, cpt: Cpt) -> None:
    made = cpt("account", "key", "create", "Webinars", "--scope", "events", "--account", account)
    assert made.code == 0
    assert made.out.startswith("cpt_")
    assert "good for events; it is not shown again" in made.err
    listed = cpt("account", "key", "list", "--account", account)
    assert "Webinars" in listed.out
    assert made.out.strip() not in listed.out


def test_a_key_is_revoked_by_its_id(account: str, cpt: Cpt) -> None:
    said = ("--account", account, "--format", "json")
    made = json.loads(cpt("account", "key", "create", "Webinars", *said).out)
    assert made["scopes"] == ["read"]
    gone = cpt("account", "key", "revoke", made["id"], "--account", account)
    assert gone.out == f"revoked {made['id']}, Webinars\n"
    (key,) = json.loads(cpt("account", "key", "list", *said).out)["keys"]
    assert key["revoked"] is not None
    unknown = cpt("account", "key", "revoke", "abc", "--account", account)
    assert (unknown.code, "there is no key abc" in unknown.err) == (3, True)


def test_a_scope_that_is_none_is_refused(account: str, cpt: Cpt) -> None:
    ended = cpt("account", "key", "create", "x", "--scope", "reed", "--account", account)
    assert (ended.code, "did you mean read?" in ended.err) == (2, True)


@pytest.mark.slow
def test_an_account_is_served_until_it_is_interrupted(account: str, cpt: Cpt) -> None:
    token = cpt("account", "key", "create", "x", "--account", account).out.strip()
    with running(account) as (address, process):
        assert address.startswith("http://127.0.0.1:")
        said = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=address, headers=said, trust_env=False) as client:
            assert client.get("/api/v1/account").json()["name"] == "shop"
            assert client.get("/api/v1/openapi.json").json()["openapi"] == "3.1.0"
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    assert [path.name for path in Path(account).parent.glob("shop*")] == ["shop.account"]


@pytest.mark.slow
def test_an_account_is_not_served_at_a_port_that_is_taken(account: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "cpt", "account", "serve", "--account", account, "--port", port],
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stdout) == (5, "")
    assert f"cannot listen at 127.0.0.1, port {port}" in done.stderr
    assert "choose a port with --port" in done.stderr


def test_an_account_that_is_not_there_is_not_served(tmp_path: Path, cpt: Cpt) -> None:
    ended = cpt("account", "serve", "--account", str(tmp_path / "none.account"))
    assert (ended.code, "there is no account" in ended.err) == (3, True)
