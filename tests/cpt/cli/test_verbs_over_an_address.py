"""The verbs under ``account``: over an address they say and do what they do at the file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from account_engine.account import Account
from tests.cpt.cli.conftest import Cpt, made

FILE, TWIN = "shop.account", "twin.account"
SCOPES = ("read", "install", "resources", "contacts", "events")


@pytest.fixture
def address(served: str, cpt: Cpt, monkeypatch: pytest.MonkeyPatch) -> str:
    """The served account with a package in it, and its file's twin beside it; gives its address."""
    given = ("acme/welcome@^1", "--set", "sender=us@shop.example", "--yes")
    assert cpt("install", *given, "--account", FILE).code == 0
    shutil.copy(FILE, TWIN)
    monkeypatch.setenv("CPT_ACCOUNT_KEY", made(cpt, *SCOPES))
    return served


def alike(cpt: Cpt, address: str, *command: str, at: str = TWIN) -> str:
    """Run a command at a file and over the address; demand the same and return what is said."""
    there = cpt(*command, "--account", at)
    over = cpt(*command, "--account", address)
    assert (over.code, over.out, over.err) == (there.code, there.out, there.err)
    assert over.code == 0, over.said
    return over.said


def test_what_is_the_owner_s_for_good(address: str, cpt: Cpt) -> None:
    assert "Nothing is kept" in alike(cpt, address, "account", "own")
    kept = alike(cpt, address, "account", "own", "email/hello#subject")
    assert "subject of the email “hello, [first name]” is yours for good" in kept
    assert "done: revision 2" in kept
    assert "acme/welcome:email/hello#subject" in alike(cpt, address, "account", "own")
    assert "nothing was changed" in alike(cpt, address, "account", "own", "email/hello#subject")
    back = alike(cpt, address, "account", "own", "--give-back", "email/hello#subject")
    assert "not yours for good any more" in back


def test_a_resource_is_edited(address: str, cpt: Cpt) -> None:
    said = alike(cpt, address, "account", "edit", "email/hello", "--set", "subject=Good day")
    assert "Good day" in said
    assert "acme/welcome brought it" in said
    with Account.open(FILE) as account, Account.open(TWIN) as twin:
        assert account.objects_of("email") == twin.objects_of("email")
    again = alike(cpt, address, "account", "edit", "email/hello", "--set", "subject=Good day")
    assert "nothing was changed" in again


def test_an_edited_campaign_takes_its_contacts_along(address: str, cpt: Cpt) -> None:
    for at in (FILE, TWIN):
        assert cpt("account", "event", "everyone", "submit", "sign-up", "--account", at).code == 0
    asked = ("account", "edit", "campaign/welcome", "--set", "sequences.greet.steps.nudge.wait=9 d")
    refused = cpt(*asked, "--account", address)
    assert refused.code == cpt(*asked, "--account", TWIN).code != 0
    alike(cpt, address, *asked[:-1], "sequences.greet.steps.nudge.wait=9 days")
    with Account.open(FILE) as account, Account.open(TWIN) as twin:
        (one,) = account.find("campaign", "welcome")
        assert account.flow(one.id).version == 2
        assert account.occupancy(one.id) == twin.occupancy(one.id) != ()


@pytest.mark.parametrize("at", ["the file", "the address"])
def test_what_somebody_else_edited_meanwhile_is_not_overwritten(
    address: str, cpt: Cpt, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    def meanwhile(text: str, **_: object) -> str:
        with Account.open(FILE) as account:
            (tag,) = account.find("tag", "came")
            account.edit(tag.id, {**tag.data, "category": "Theirs"})
        return text.replace("came", "came along")

    monkeypatch.setenv("EDITOR", "unused")
    monkeypatch.setattr("click.edit", meanwhile)
    ended = cpt("account", "edit", "tag/came", "--account", FILE if at == "the file" else address)
    assert (ended.code, "omebody has edited the tag" in ended.err) == (5, True), ended.said
    assert "your text is kept in" in ended.err
    with Account.open(FILE) as account:
        (tag,) = account.find("tag", "came")
        assert tag.data["category"] == "Theirs"


@pytest.mark.parametrize(
    ("command", "scope"),
    [
        (("edit", "email/hello", "--set", "subject=Hi"), "resources"),
        (("own", "email/hello"), "install"),
    ],
)
def test_a_key_that_may_not_says_which_scope_is_missing(
    address: str,
    cpt: Cpt,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    scope: str,
) -> None:
    monkeypatch.setenv("CPT_ACCOUNT_KEY", made(cpt, "read"))
    ended = cpt("account", *command, "--account", address)
    assert (ended.code, f"needs a key with the scope {scope};" in ended.err) == (5, True), (
        ended.said
    )
    assert f"--scope {scope}" in ended.err
    assert Path(FILE).exists()
