"""What may happen between a plan and its application, or between one day and the next."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from account_engine.account import Account
from cpt.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from tests.cpt.cli.conftest import Cpt, Ended

GIVEN = ("--set", "sender=us@shop.example")
NEW_PLAN = "help: nothing was changed; make a new plan and look at it"
STACK = """\
[stack]
name = "shop"

[packages."acme/welcome"]
range = ">=1"
parameters = {sender = "us@shop.example"}
"""


@pytest.fixture
def plan(cpt: Cpt, published: Path) -> str:
    """Return a plan for an account in which nothing is installed."""
    ended = cpt("plan", "acme/welcome@^1", *GIVEN, "--out", "plan.json")
    assert ended.code == ExitCode.DONE, ended.said
    return str(published / "plan.json")


def revisions(account: str = "shop.account") -> int:
    with Account.open(Path(account)) as found:
        return len(found.revisions())


def refused(ended: Ended, why: str) -> None:
    assert ended.code == ExitCode.REFUSED, ended.said
    assert "error: the account has changed since the plan was made" in ended.err
    assert why in ended.err
    assert NEW_PLAN in ended.err


# --- a saved plan ---------------------------------------------------------------------------------


def test_a_plan_for_another_account_is_refused(cpt: Cpt, plan: str) -> None:
    create = ("account", "create", "other.account", "--from", "shop")
    assert cpt(*create, "--starts", "2026-03-02T09:00").code == ExitCode.DONE
    refused(
        cpt("apply", plan, "--yes", "--account", "other.account"),
        "it was made for another account than 'other'",
    )
    assert revisions("other.account") == 0


def test_a_plan_is_refused_by_a_copy_of_the_account(cpt: Cpt, plan: str) -> None:
    shutil.copy("shop.account", "other.account")
    refused(
        cpt("apply", plan, "--yes", "--account", "other.account"),
        "the account 'shop' is a copy, or has been restored from one since",
    )
    assert revisions("other.account") == 0
    assert cpt("apply", plan, "--yes", "--account", "shop.account").code == ExitCode.DONE


def test_a_plan_is_refused_by_a_backup_that_took_the_account_s_place(cpt: Cpt, plan: str) -> None:
    shutil.copy("shop.account", "backup")
    Path("backup").replace("shop.account")
    refused(cpt("apply", plan, "--yes"), "has been restored from one since")
    assert revisions() == 0


def test_an_account_that_is_moved_takes_its_plans_along(cpt: Cpt, plan: str) -> None:
    Path("elsewhere").mkdir()
    Path("shop.account").rename("elsewhere/harbour.account")
    applied = cpt("apply", plan, "--yes", "--account", "elsewhere/harbour.account")
    assert applied.code == ExitCode.DONE, applied.said
    assert revisions("elsewhere/harbour.account") == 1


def test_a_plan_is_refused_by_a_backup_from_before_what_it_was_made_on(
    cpt: Cpt, published: Path
) -> None:
    del published
    shutil.copy("shop.account", "backup")
    assert cpt("install", "acme/tags", "--yes").code == ExitCode.DONE
    assert cpt("plan", "acme/welcome@^1", *GIVEN, "--out", "plan.json").code == ExitCode.DONE
    shutil.copy("backup", "shop.account")
    refused(
        cpt("apply", "plan.json", "--yes"), "the revision it was made on is not in this account"
    )
    assert revisions() == 0


def test_a_plan_that_was_applied_before_a_backup_came_back_can_be_applied_again(
    cpt: Cpt, plan: str
) -> None:
    shutil.copy("shop.account", "backup")
    assert cpt("apply", plan, "--yes").code == ExitCode.DONE
    shutil.copy("backup", "shop.account")
    assert cpt("apply", plan, "--yes").code == ExitCode.DONE
    assert revisions() == 1


def test_a_plan_names_what_somebody_has_made_under_a_name_that_it_needs(
    cpt: Cpt, plan: str
) -> None:
    with Account.open(Path("shop.account")) as account:
        (tag,) = account.find("tag", "came")
        account.edit(tag.id, {**tag.data, "category": "Mine"})
    refused(cpt("apply", plan, "--yes"), "the tag “came” has been edited")
    assert revisions() == 0


def test_what_becomes_of_a_registry_is_nothing_to_a_plan_that_was_saved(
    cpt: Cpt, plan: str, published: Path
) -> None:
    index = published / "registry" / "index" / "acme" / "tags.jsonl"
    line = json.loads(index.read_text("utf-8"))
    index.write_text(json.dumps({**line, "status": "yanked"}) + "\n", "utf-8")
    withdrawn = cpt("install", "acme/welcome@^1", *GIVEN, "--yes")
    assert withdrawn.code == ExitCode.NO
    assert "acme/welcome 1.0.0 needs acme/tags ^1.0, but 1.0.0 was withdrawn" in withdrawn.err
    shutil.rmtree(published / "registry")
    assert cpt("apply", plan, "--yes").code == ExitCode.DONE
    assert cpt("status").code == ExitCode.DONE


# --- a stack and its lock -------------------------------------------------------------------------


def test_what_is_not_what_was_locked_is_not_installed(cpt: Cpt, published: Path) -> None:
    (published / "stack.toml").write_text(STACK, "utf-8")
    shutil.copy("shop.account", "other.account")
    assert cpt("sync", "--yes", "--account", "other.account").code == ExitCode.DONE
    lock = published / "stack.lock"
    text = lock.read_text("utf-8")
    digest = json.loads(text)["packages"]["acme/tags"]["digest"]
    lock.write_text(text.replace(digest, f"sha256:{'0' * 64}"), "utf-8")
    ended = cpt("sync", "--yes", "--account", "shop.account")
    assert ended.code == ExitCode.OTHER_SIDE
    assert "error: acme/tags 1.0.0 is not what was locked: its digest is" in ended.err
    assert "help: do not install it; ask who runs the registry what happened" in ended.err
    assert revisions() == 0


# --- a parameter that was required yesterday ------------------------------------------------------


@pytest.fixture
def without_parameter(cpt: Cpt, installed: Path) -> Path:
    """Return the folder in which a version is published that needs no sender any more."""
    folder = installed / "welcome-2"
    manifest = folder / "cpt.toml"
    manifest.write_text(manifest.read_text("utf-8").partition("[parameters")[0], "utf-8")
    for email in (folder / "emails").iterdir():
        text = email.read_text("utf-8")
        email.write_text(text.replace("[[ parameters.sender ]]", "us@acme.example"), "utf-8")
    assert cpt("publish", str(folder)).code == ExitCode.DONE
    return installed


def test_a_parameter_that_is_gone_is_forgotten_with_its_value(
    cpt: Cpt, without_parameter: Path
) -> None:
    del without_parameter
    assert cpt("upgrade", "acme/welcome@2", "--yes").code == ExitCode.DONE
    assert '"parameters": {}' in cpt("list", "--format", "json").out
    assert cpt("upgrade").code == ExitCode.DONE


def test_whoever_still_gives_it_is_told_that_it_is_gone(cpt: Cpt, without_parameter: Path) -> None:
    ended = cpt("upgrade", "acme/welcome@2", *GIVEN, "--yes")
    assert ended.code == ExitCode.USAGE
    assert "acme/welcome: there is no parameter sender; this package has none" in ended.err
    (without_parameter / "stack.toml").write_text(STACK, "utf-8")
    ended = cpt("sync", "--update-all", "--yes")
    assert ended.code == ExitCode.USAGE
    assert "acme/welcome: there is no parameter sender; this package has none" in ended.err
    assert revisions() == 1


def test_the_environment_may_go_on_giving_it(
    cpt: Cpt, without_parameter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del without_parameter
    monkeypatch.setitem(os.environ, "CPT_SET_SENDER", "us@shop.example")
    assert cpt("upgrade", "acme/welcome@2", "--yes").code == ExitCode.DONE
