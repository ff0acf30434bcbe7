"""Delivering from the command line, into a world that is real: servers, processes and signals."""

from __future__ import annotations

import csv
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from account_engine.clock import SystemClock
from cpt.cli.logs import log_to_standard_error
from tests.receivers import Endpoint, Sink, http_server, mail_server

if TYPE_CHECKING:
    from tests.cpt.cli.conftest import Cpt, Ended

UNSUBSCRIBE = "https://shop.example/u"
NOW = 1_772_442_000  # what the account's clock shows: 2026-03-02T09:00Z


@pytest.fixture
def sink() -> Iterator[Sink]:
    with mail_server() as running:
        yield running


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with http_server() as running:
        yield running


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The system's clock, which shows what stands in the list."""
    shown = [NOW]
    monkeypatch.setattr(SystemClock, "now", lambda _: shown[0])
    return shown


@pytest.fixture(autouse=True)
def _state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CPT_STATE", str(tmp_path / "state"))


def _mail_on(cpt: Cpt, sink: Sink, *more: str) -> Ended:
    settings = ("host=127.0.0.1", f"port={sink.port}", "security=none")
    pairs = [word for one in (*settings, f"unsubscribe={UNSUBSCRIBE}") for word in ("--set", one)]
    return cpt("account", "courier", "mail", "--on", *pairs, *more)


def _registered(cpt: Cpt, who: str = "ada@example.com") -> None:
    ended = cpt("account", "event", who, "submit", "sign-up")
    assert ended.code == 0, ended.said


@pytest.mark.usefixtures("installed")
def test_nothing_goes_out_before_its_owner_says_so(cpt: Cpt, sink: Sink, clock: list[int]) -> None:
    del clock
    _registered(cpt)
    ended = cpt("account", "run", "--once")
    assert (ended.code, sink.mail) == (0, [])
    listed = cpt("account", "courier")
    assert listed.out.count("off") == 2


@pytest.mark.usefixtures("installed")
def test_what_is_due_goes_out_and_the_outbox_says_so(
    cpt: Cpt, sink: Sink, clock: list[int]
) -> None:
    del clock
    assert _mail_on(cpt, sink).code == 0
    _registered(cpt)
    assert cpt("account", "run", "--once").code == 0
    ((_, to, content),) = sink.mail
    assert to == "ada@example.com"
    assert "(delivered)" in " ".join(cpt("account", "outbox").out.split())
    data = json.loads(cpt("account", "outbox", "--format", "json").out)
    assert data["messages"][0]["delivery"]["state"] == "delivered"
    link = message_from_bytes(content)["List-Unsubscribe"].strip("<>")
    done = cpt("account", "unsubscribe", link, "--format", "json")
    assert json.loads(done.out)["contact"] == 1
    assert cpt("account", "unsubscribe", link[:-1]).code == 1
    assert "opted out" in cpt("account", "contact", "ada@example.com").out


@pytest.mark.usefixtures("installed")
def test_what_failed_is_listed_and_tried_again(cpt: Cpt, sink: Sink, clock: list[int]) -> None:
    del clock
    _mail_on(cpt, sink)
    sink.recipients["ada@example.com"] = "550 no such mailbox"
    _registered(cpt)
    _registered(cpt, "bo@example.com")
    cpt("account", "run", "--once")
    failed = cpt("account", "outbox", "--failed").out
    assert "550 no such mailbox" in " ".join(failed.split())
    assert "bo@example.com" not in failed
    sink.recipients.clear()
    assert "1 message will be tried again" in cpt("account", "outbox", "--retry").said
    cpt("account", "run", "--once")
    assert [to for _, to, _ in sink.mail] == ["bo@example.com", "ada@example.com"]


@pytest.mark.usefixtures("installed")
def test_a_report_of_a_mail_server_is_heard(cpt: Cpt, sink: Sink, clock: list[int]) -> None:
    del clock
    _mail_on(cpt, sink)
    _registered(cpt)
    cpt("account", "run", "--once")
    key = message_from_bytes(sink.mail[0][2])["Message-ID"]
    report = (
        "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n"
        "\nReporting-MTA: dns; mx\n\nAction: failed\nDiagnostic-Code: smtp; 550 no\n\n--b\n"
        f"Content-Type: text/rfc822-headers\n\nMessage-ID: {key}\n\n--b--\n"
    )
    Path("report.eml").write_text(report)
    assert "came back" in cpt("account", "bounce", "report.eml").said
    assert "was known" in cpt("account", "bounce", "report.eml").said
    known = json.loads(cpt("account", "bounce", "report.eml", "--format", "json").out)
    assert (known["message"], known["new"]) == (1, False)
    Path("other.eml").write_text(report.replace(key, "<x@y>"))
    assert cpt("account", "bounce", "other.eml").code == 1
    assert cpt("account", "bounce", "99").code == 3
    assert cpt("account", "bounce", "nothing.eml").code == 3
    assert "email bounced" in cpt("account", "contact", "ada@example.com").out


@pytest.mark.usefixtures("installed")
def test_couriers_are_switched_and_set_one_by_one(cpt: Cpt, sink: Sink) -> None:
    assert cpt("account", "courier", "mail", "--on").code == 3  # no host
    assert cpt("account", "courier", "mail", "--set", "port=25").code == 2  # off
    assert cpt("account", "courier", "mail", "--on", "--set", "colour=red").code == 2
    assert cpt("account", "courier", "--on").code == 2
    _mail_on(cpt, sink)
    changed = cpt("account", "courier", "mail", "--set", "bounces=b@shop.example")
    assert "bounces: b@shop.example" in changed.out
    assert f"port: {sink.port}" in changed.out
    allowed = cpt("account", "courier", "http", "--on", "--set", "allow=a.example, b.example:81")
    assert "allow: a.example, b.example:81" in " ".join(allowed.out.split())
    assert len(cpt("account", "courier", "http", "--key").out.strip()) == 32
    off = json.loads(cpt("account", "courier", "mail", "--off", "--format", "json").out)
    assert [(one["courier"], one["on"]) for one in off["couriers"]] == [
        ("mail", False), ("http", True),
    ]  # fmt: skip
    assert cpt("account", "courier", "mail", "--off", "--set", "port=1").code == 2


@pytest.mark.usefixtures("installed")
def test_a_copy_delivers_when_its_owner_confirms_it(
    cpt: Cpt, sink: Sink, clock: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    del clock
    _mail_on(cpt, sink)
    _registered(cpt)
    assert "no copy" in cpt("account", "confirm").said
    assert json.loads(cpt("account", "confirm", "--format", "json").out)["copy"] is False
    Path("copy").write_bytes(Path("shop.account").read_bytes())
    monkeypatch.setenv("CPT_ACCOUNT", "copy")
    refused = cpt("account", "run", "--once")
    assert (refused.code, sink.mail) == (5, [])
    assert "cpt account confirm" in refused.said
    assert cpt("account", "worklist").code == 5
    assert cpt("account", "confirm").code == 5  # nobody is there to ask
    assert cpt("account", "confirm", answers="n").code == 1
    assert cpt("account", "confirm", answers="y").code == 0
    assert cpt("account", "run", "--once").code == 0
    assert len(sink.mail) == 1


@pytest.mark.usefixtures("installed")
def test_work_for_people_is_handed_out_in_lists(cpt: Cpt, clock: list[int]) -> None:
    del clock
    _with_a_task(cpt)
    assert "nothing to be done" in cpt("account", "worklist", "letter").out
    shown = cpt("account", "worklist").out
    assert "=Call" in shown
    assert cpt("account", "worklist", "--out", "work.txt").code == 2
    assert "--hand-out" in cpt("account", "worklist", "task", "--out", "work.csv").said
    (row,) = csv.DictReader(Path("work.csv").read_text().splitlines())
    assert (row["kind"], row["subject"], row["to"]) == ("task", "'=Call", "ada@example.com")
    data = json.loads(cpt("account", "worklist", "--format", "json").out)
    assert data["work"][0]["key"] == row["key"]
    assert "1 thing handed out" in cpt("account", "worklist", "--out", "w.json", "--hand-out").said
    assert json.loads(Path("w.json").read_text())["work"] == data["work"]
    assert "nothing to be done" in cpt("account", "worklist").out
    assert "handed out" in cpt("account", "outbox").out


def _with_a_task(cpt: Cpt) -> None:
    """Give somebody a task whose title would be a formula."""
    from cpt.accounts.embedded import EmbeddedAccount  # noqa: PLC0415  as the command line does

    with EmbeddedAccount.at(Path("shop.account")) as account:
        tag = account.create_object("tag", {"name": "Call them"})
        made = account.create_object("task", {"title": "=Call"})
        steps = [{"key": "call", "action": {"create-task": {"task": made.reference}}}]
        account.create_object(
            "campaign",
            {
                "title": "Calls",
                "goals": {"in": {"when": [{"tag-applied": {"tag": tag.reference}}]}},
                "sequences": {"call": {"after": ["in"], "steps": steps}},
            },
        )
        account.apply_tag(account.add_contact({"email": "ada@example.com"}).id, tag.id)
    assert cpt("account", "list").code == 0


# --- processes ------------------------------------------------------------------------------------


@contextmanager
def _running() -> Iterator[subprocess.Popen[str]]:
    """Run an engine as a process, from when it says that it runs."""
    command = [sys.executable, "-m", "cpt", "account", "run", "--format", "json"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stderr is not None
        assert json.loads(process.stderr.readline())["event"] == "running"
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_an_engine_ends_when_it_is_told_to(how: signal.Signals) -> None:
    with _running() as process:
        process.send_signal(how)
        _, said = process.communicate(timeout=20)
    assert process.returncode == 0
    assert json.loads(said.splitlines()[-1])["event"] == "stopped"


def _hooked(endpoint: Endpoint) -> None:
    """Let a contact come by who is told to the endpoint."""
    from cpt.accounts.embedded import EmbeddedAccount  # noqa: PLC0415  as the command line does

    with EmbeddedAccount.at(Path("shop.account")) as account:
        tag = account.create_object("tag", {"name": "Tell them"})
        hook = account.create_object("endpoint", {"title": "Hook", "url": f"{endpoint.url}/hook"})
        steps = [{"key": "tell", "action": {"http-post": {"endpoint": hook.reference}}}]
        account.create_object(
            "campaign",
            {
                "title": "Hooks",
                "goals": {"in": {"when": [{"tag-applied": {"tag": tag.reference}}]}},
                "sequences": {"tell": {"after": ["in"], "steps": steps}},
            },
        )
        for name in ("ada", "bo"):
            account.apply_tag(account.add_contact({"email": f"{name}@x.example"}).id, tag.id)


@pytest.mark.usefixtures("installed")
def test_an_engine_that_is_killed_between_sending_and_marking_loses_nothing(
    cpt: Cpt, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cpt("account", "courier", "http", "--on", "--set", "allow=127.0.0.1").code == 0
    _hooked(endpoint)
    with _running() as process:
        endpoint.told = lambda _: process.kill()
        process.wait(timeout=20)
    assert process.returncode == -signal.SIGKILL
    assert len(endpoint.posts) == 1
    endpoint.told = str
    now = SystemClock().now()
    monkeypatch.setattr(SystemClock, "now", lambda _: now + 600)
    assert cpt("account", "run", "--once").code == 0
    ids = [headers["webhook-id"] for _, headers, _ in endpoint.posts]
    assert (len(ids), len(set(ids)), ids[0]) == (3, 2, ids[1])
    data = json.loads(cpt("account", "courier", "--format", "json").out)
    assert data["couriers"][1]["deliveries"]["delivered"] == 2
    assert data["couriers"][1]["deliveries"]["pending"] == 0


# --- rehearsing -----------------------------------------------------------------------------------


def _next_without_the_greeting() -> None:
    """Make a version of the package in which those who are being greeted have no place."""
    shutil.copytree("welcome-1", "next", ignore=shutil.ignore_patterns("scenarios"))
    manifest = Path("next/cpt.toml")
    manifest.write_text(manifest.read_text().replace('version = "1.0.0"', 'version = "2.0.0"'))
    Path("next/campaigns/welcome.yaml").write_text(
        "title: Welcome\n"
        "goals:\n  came: {when: {tag-applied: tags:came}}\n"
        "sequences:\n  thank: {after: [came], steps: {thanks: {send-email: thanks}}}\n"
    )


@pytest.mark.usefixtures("installed")
def test_a_way_that_cannot_be_gone_is_said_and_the_others_are_shown(cpt: Cpt) -> None:
    _registered(cpt)
    _next_without_the_greeting()
    ended = cpt("rehearse", "./next", "--for", "7d")
    assert ended.code == 1, ended.said
    assert "upgraded: cannot be done as things stand" in ended.out
    assert "finish-on-old: sends just what it would as it is" in " ".join(ended.out.split())
    data = json.loads(cpt("rehearse", "./next", "--for", "7d", "--format", "json").out)
    assert [(way["way"], way["possible"]) for way in data["ways"]] == [
        ("as it is", True), ("upgraded", False), ("finish-on-old", True),
    ]  # fmt: skip
    assert "nowhere to go" in data["ways"][1]["reason"]
    exits = cpt("rehearse", "./next", "--contacts", "exit", "--for", "7 days")
    assert exits.code == 0, exits.said
    assert "2 things less" in exits.out


@pytest.mark.usefixtures("published")
def test_an_account_in_which_nothing_is_installed_is_rehearsed_as_it_is(cpt: Cpt) -> None:
    assert "Nothing would be sent." in cpt("rehearse", "--for", "2w").out
    data = json.loads(cpt("rehearse", "--format", "json").out)
    assert [way["way"] for way in data["ways"]] == ["as it is"]
    shown = cpt("rehearse", "acme/welcome@^1", "--set", "sender=us@shop.example")
    assert shown.code == 0, shown.said


def test_a_log_is_for_people_or_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    log = logging.getLogger("account_engine.delivery")
    for format_ in ("human", "json"):
        log_to_standard_error(format_)
        log.warning("failed", extra={"said": {"message": 5, "why": "no\nroom\x1b[2J"}})
    logging.getLogger("account_engine").handlers = []
    logging.getLogger("account_engine").propagate = True
    human, document = capsys.readouterr().err.splitlines()
    assert human.endswith('WARNING failed message=5 why="no\\nroom\\u001b[2J"')
    said = json.loads(document)
    assert (said["level"], said["event"], said["message"]) == ("WARNING", "failed", 5)
