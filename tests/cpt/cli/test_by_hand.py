"""What an account's API cannot do its owner is told to, and it is seen when they have."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from account_engine.account import Account
from cpt.cli import places
from cpt.cli.exit_codes import ExitCode
from cpt.installer.plan_file import sealed
from tests.cpt.cli.one_by_one import OneByOne, find_account

if TYPE_CHECKING:
    from tests.cpt.cli.conftest import Cpt

INSTALL = ("install", "acme/welcome@^1", "--set", "sender=us@shop.example", "--yes")
WELCOME = "acme/welcome:campaign/welcome"

Limited = Callable[..., None]


@pytest.fixture
def limited(published: Path, monkeypatch: pytest.MonkeyPatch) -> Limited:
    """Return what makes of the account one whose API cannot do something, by kind."""
    del published
    monkeypatch.setattr(places, "find_account", find_account)

    def limit(**by_hand: str) -> None:
        cannot = {kind: frozenset({verb}) for kind, verb in by_hand.items()}
        monkeypatch.setattr(OneByOne, "by_hand", cannot)

    return limit


def record() -> Any:  # noqa: ANN401  whatever it remembers
    with Account.open("shop.account") as account:
        return account.record()


def flat(text: str) -> str:
    return " ".join(text.split())


def wanted(address: str) -> dict[str, Any]:
    """What is to be done by hand, as the account would have it."""
    remembered = record()
    text = json.dumps(remembered["by_hand"][address]["wanted"])
    for known, row in remembered["objects"].items():
        text = text.replace(f'"{known}"', f'"{row["object"]}"')
    found: dict[str, Any] = json.loads(text)
    return found


def test_what_cannot_be_changed_is_left_to_the_owner_and_seen_when_it_is_done(
    cpt: Cpt, limited: Limited
) -> None:
    assert cpt(*INSTALL).code == ExitCode.DONE
    cpt("publish", "welcome-2")
    limited(email="change")
    nudge = "acme/welcome:email/nudge"
    before = record()["objects"][nudge]

    upgraded = cpt("upgrade", "acme/welcome@^2", "--yes", "--contacts", "exit")
    assert upgraded.code == ExitCode.DONE, upgraded.said
    assert "1 to do by hand" in upgraded.out
    said = flat(upgraded.said)
    assert "this account's API cannot change it: change it by hand, just so" in said
    assert "1 thing is left to do by hand" in said
    assert record()["objects"][nudge] == before

    left = cpt("status")
    assert (left.code, "Still to be done by hand" in left.out) == (ExitCode.NO, True)
    assert "change email" in left.out
    assert cpt("status").out == left.out

    number = int(before["object"][1:])
    with Account.open("shop.account") as account:
        stored = account.object(number)
        assert stored is not None
        account.edit(number, {**wanted(nudge), "subject": "Not just so"})
    (still,) = json.loads(cpt("status", "--format", "json").out)["by_hand"]
    assert [field["path"] for field in still["fields"]] == [["subject"]]

    with Account.open("shop.account") as account:
        account.edit(number, wanted(nudge))
    seen = cpt("status")
    assert (seen.code, "was done by hand, as it was wanted" in seen.err) == (ExitCode.DONE, True)
    assert "by_hand" not in record()
    assert record()["objects"][nudge]["base"] != before["base"]
    assert f"done by hand: {nudge}" in cpt("history").out
    assert "Nothing would change." in cpt("upgrade", "--yes").out


def test_what_is_left_is_said_again_and_is_no_change(cpt: Cpt, limited: Limited) -> None:
    cpt(*INSTALL)
    cpt("publish", "welcome-2")
    limited(email="change")
    cpt("upgrade", "acme/welcome@^2", "--yes", "--contacts", "exit")
    again = cpt("upgrade", "--yes")
    assert (again.code, "Nothing would change." in again.out) == (ExitCode.DONE, True)
    assert "change it by hand, just so" in flat(again.out)


def test_a_campaign_that_cannot_be_made_is_made_by_hand_and_upgraded_later(
    cpt: Cpt, limited: Limited
) -> None:
    limited(campaign="create")
    installed = cpt(*INSTALL)
    assert installed.code == ExitCode.DONE, installed.said
    assert "cannot make it: make it by hand, just so" in flat(installed.out)
    assert "create campaign" in cpt("status").out
    with Account.open("shop.account") as account:
        account.create_object("campaign", wanted(WELCOME))
    assert cpt("status").code == ExitCode.DONE
    assert record()["objects"][WELCOME]["origin"] == "created"
    cpt("publish", "welcome-2")
    assert cpt("upgrade", "acme/welcome@^2", "--yes", "--contacts", "exit").code == ExitCode.DONE
    assert cpt("status").code == ExitCode.DONE


def test_what_needs_something_that_is_made_by_hand_waits_for_it(cpt: Cpt, limited: Limited) -> None:
    limited(form="create")
    installed = cpt(*INSTALL)
    assert installed.code == ExitCode.DONE, installed.said
    assert "it needs the web form “" in flat(installed.out)
    assert WELCOME not in record()["objects"]
    assert list(record()["by_hand"]) == ["acme/welcome:form/sign-up"]
    with Account.open("shop.account") as account:
        account.create_object("form", wanted("acme/welcome:form/sign-up"))
    assert cpt("status").code == ExitCode.DONE
    done = cpt("upgrade", "--yes")
    assert (done.code, "1 to create" in done.out) == (ExitCode.DONE, True), done.said
    assert WELCOME in record()["objects"]


def test_what_cannot_be_deleted_is_deleted_by_hand(cpt: Cpt, limited: Limited) -> None:
    cpt(*INSTALL)
    limited(email="remove")
    gone = cpt("uninstall", "acme/welcome", "--yes")
    assert gone.code == ExitCode.DONE, gone.said
    assert "delete it by hand" in flat(gone.out)
    left = json.loads(cpt("status", "--format", "json").out)["by_hand"]
    assert {one["do"] for one in left} == {"remove"}
    with Account.open("shop.account") as account:
        for one in left:
            account.delete_object(int(one["object"][1:]))
    assert cpt("status").code == ExitCode.DONE
    assert "by_hand" not in record()


def test_a_kept_plan_leaves_to_its_owner_what_it_shows(cpt: Cpt, limited: Limited) -> None:
    limited(campaign="create")
    kept = cpt("plan", *INSTALL[1:-1], "--out", "plan.json")
    assert kept.code == ExitCode.DONE, kept.said
    lying = Path("plan.json").read_text("utf-8").replace('"type": "manual"', '"type": "unchanged"')
    Path("lying.json").write_text(json.dumps(sealed(json.loads(lying)["plan"])), "utf-8")
    refused = cpt("apply", "lying.json", "--yes")
    assert "would be taken for done by hand" in refused.err
    assert cpt("apply", "plan.json", "--yes").code == ExitCode.DONE
    assert list(record()["by_hand"]) == [WELCOME]
