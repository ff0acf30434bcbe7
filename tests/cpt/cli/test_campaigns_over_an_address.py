"""What an owner does with a campaign is done over an address as at the file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from account_engine.account import Account
from cpt.cli.exit_codes import ExitCode
from tests.cpt.cli.conftest import Cpt, Ended, made

FILE, TWIN = "shop.account", "twin.account"
WELCOME = ("account", "campaign", "Welcome")
CLUB = ("account", "campaign", "Club")


@pytest.fixture
def address(served: str, cpt: Cpt, monkeypatch: pytest.MonkeyPatch) -> str:
    """The served account, with two campaigns and somebody overdue, and its file's twin."""
    given = ("acme/welcome@^1", "--set", "sender=us@shop.example", "--yes")
    assert cpt("install", *given, "--account", FILE).code == 0
    with Account.open(FILE) as account:
        (came,) = account.find("tag", "came")
        flow = {
            "title": "Club",
            "goals": {"joined": {"when": {"tag-applied": came.reference}}},
            "sequences": {
                "greet": {
                    "after": "joined",
                    "steps": {"stay": {"wait": "9 days", "remove-tag": came.reference}},
                }
            },
        }
        account.create_object("campaign", flow)
    for event in (("ada@example.com", "submit", "sign-up"), ("bob@example.com", "tag", "came")):
        assert cpt("account", "event", *event, "--account", FILE).code == 0
    shutil.copy(FILE, TWIN)
    monkeypatch.setenv("CPT_ACCOUNT_KEY", made(cpt, "read", "resources", "events"))
    return served


def alike(cpt: Cpt, address: str, *command: str, answers: str | None = None) -> Ended:
    """Run a command at the twin and over the address, and demand that the same is said and done."""
    there = cpt(*command, "--account", TWIN, answers=answers)
    over = cpt(*command, "--account", address, answers=answers)
    assert (over.code, over.out, over.err) == (there.code, there.out, there.err)
    with Account.open(FILE) as account, Account.open(TWIN) as twin:
        for one in account.objects_of("campaign"):
            assert account.flow(one.id).published == twin.flow(one.id).published
            assert account.occupancy(one.id) == twin.occupancy(one.id)
        assert account.recorded() == twin.recorded()
    return over


def later(cpt: Cpt) -> None:
    for at in (FILE, TWIN):
        assert cpt("account", "tick", "3 days", "--account", at).code == 0


@pytest.mark.parametrize("format_", ["human", "json"])
def test_a_campaign_stops_and_goes_on(address: str, cpt: Cpt, format_: str) -> None:
    more = ("--format", format_)
    assert alike(cpt, address, *WELCOME, "--unpublish", *more).code == ExitCode.REFUSED
    assert alike(cpt, address, *WELCOME, "--unpublish", "--yes", *more).code == ExitCode.DONE
    assert alike(cpt, address, *WELCOME, "--unpublish", *more).code == ExitCode.DONE
    later(cpt)
    looked = alike(cpt, address, *WELCOME, "--publish", *more)
    assert looked.code == ExitCode.REFUSED
    assert "Welcome" in looked.said
    if format_ == "human":
        assert "1 is overdue:" in looked.said
        assert "Within the first hour this would be sent:\n  1 email “" in looked.said
    else:
        assert json.loads(looked.out)["sent"][0]["count"] == 1
    assert alike(cpt, address, *WELCOME, "--publish", "--yes", *more).code == ExitCode.DONE
    assert alike(cpt, address, *WELCOME, "--publish", *more).code == ExitCode.DONE
    later(cpt)
    alike(cpt, address, "account", "outbox")


def test_it_is_asked_before_over_an_address_too(address: str, cpt: Cpt) -> None:
    assert alike(cpt, address, *WELCOME, "--unpublish", answers="n\n").code == ExitCode.NO
    assert alike(cpt, address, *WELCOME, "--unpublish", answers="y\n").code == ExitCode.DONE
    assert alike(cpt, address, *WELCOME, "--publish", answers="n\n").code == ExitCode.NO
    assert alike(cpt, address, *CLUB, "--enrol", "came", answers="n\n").code == ExitCode.NO


@pytest.mark.parametrize("format_", ["human", "json"])
def test_contacts_are_enrolled(address: str, cpt: Cpt, format_: str) -> None:
    more = ("--format", format_)
    for wrong in ("Customer", "nothing like it", "#1"):
        assert (
            alike(cpt, address, *CLUB, "--enrol", wrong, "--yes", *more).code == ExitCode.BAD_INPUT
        )
    for at in (FILE, TWIN):
        with Account.open(at) as account:
            (came,) = account.find("tag", "came")
            account.add_contact({"email": "eve@example.com"}, tags=[came.id])
    assert alike(cpt, address, *CLUB, "--enrol", "came", *more).code == ExitCode.REFUSED
    done = alike(cpt, address, *CLUB, "--enrol", "came", "--yes", *more)
    assert done.code == ExitCode.DONE
    assert "enrolled" in done.said
    assert alike(cpt, address, *CLUB, "--enrol", "came", "--yes", *more).code == ExitCode.DONE
    alike(cpt, address, *CLUB, "--unpublish", "--yes")
    stopped = alike(cpt, address, *CLUB, "--enrol", "came", "--yes", *more)
    assert "is not published, and hears nothing" in stopped.err


@pytest.mark.parametrize(
    ("command", "scope"),
    [(("--unpublish", "--yes"), "resources"), (("--enrol", "came", "--yes"), "events")],
)
def test_a_key_that_may_not_says_which_scope_is_missing(
    address: str, cpt: Cpt, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], scope: str
) -> None:
    with Account.open(FILE) as account:
        (came,) = account.find("tag", "came")
        account.add_contact({"email": "eve@example.com"}, tags=[came.id])
    monkeypatch.setenv("CPT_ACCOUNT_KEY", made(cpt, "read"))
    ended = cpt(*CLUB, *command, "--account", address)
    assert (ended.code, f"scope {scope}" in ended.err) == (ExitCode.REFUSED, True), ended.said
    assert Path(FILE).exists()
