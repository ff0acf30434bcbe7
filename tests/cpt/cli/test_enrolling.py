"""Who has a campaign's tag already is asked about, and put into it if the answer is yes (C12)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from account_engine.account import Account
from cpt.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from tests.cpt.cli.conftest import Cpt

CLUB = """\
title: Club
goals:
  joined: {when: {tag-applied: member}}
  gilded: {when: {tag-applied: gold}}
sequences:
  greet: {after: [joined, gilded], steps: {later: {wait: 1 day, apply-tag: greeted}}}
"""
TAGS = "member: {name: Came}\ngold: {name: Customer}\ngreeted: {name: Greeted}\n"
ABOUT = """\
[package]
name = "acme/club"
version = "1.0.0"
title = "Club"
summary = "Small."
license = "MIT"
"""
QUESTION = (
    "2 contacts have the tag “Customer” or “came”, by which one comes into “Club”. "
    "Enrol them in it? [y/N]"
)


@pytest.fixture
def club(published: Path) -> Path:
    """Return a world in which two contacts have a tag by which one comes into a package."""
    folder = published / "club"
    (folder / "campaigns").mkdir(parents=True)
    (folder / "cpt.toml").write_text(ABOUT, "utf-8")
    (folder / "tags.yaml").write_text(TAGS, "utf-8")
    (folder / "campaigns/club.yaml").write_text(CLUB, "utf-8")
    return published


def standing() -> int:
    with Account.open(Path("shop.account")) as account:
        (campaign,) = account.find("campaign", "Club")
        return sum(one.contacts for one in account.occupancy(campaign.id))


@pytest.mark.usefixtures("club")
@pytest.mark.parametrize(("answers", "enrolled"), [("y\ny\n", 2), ("n\ny\n", 0), ("\ny\n", 0)])
def test_at_a_terminal_it_is_asked_before_the_plan_is_applied(
    cpt: Cpt, answers: str, enrolled: int
) -> None:
    ended = cpt("install", "./club", answers=answers)
    assert ended.code == ExitCode.DONE, ended.said
    assert QUESTION in ended.said
    assert standing() == enrolled
    assert ("2 contacts enrolled" in ended.said) is bool(enrolled)


@pytest.mark.usefixtures("club")
def test_who_does_not_apply_the_plan_enrols_nobody(cpt: Cpt) -> None:
    assert cpt("install", "./club", answers="y\nn\n").code == ExitCode.NO
    with Account.open(Path("shop.account")) as account:
        assert account.find("campaign", "Club") == ()


@pytest.mark.usefixtures("club")
@pytest.mark.parametrize(
    ("said", "enrolled"),
    [((), 0), (("--enrol", "yes"), 2), (("--enrol", "campaign/club=no"), 0)],
)
def test_what_is_said_beforehand_is_not_asked(
    cpt: Cpt, said: tuple[str, ...], enrolled: int
) -> None:
    ended = cpt("install", "./club", *said, "--yes", answers="")
    assert (ended.code, standing()) == (ExitCode.DONE, enrolled), ended.said
    assert "Enrol them" not in ended.said


@pytest.mark.usefixtures("club")
def test_a_program_is_told_and_says(cpt: Cpt) -> None:
    told = cpt("plan", "./club", "--format", "json")
    (offer,) = json.loads(told.out)["enrolments"]
    assert (offer["contacts"], offer["enrol"]) == (2, None)
    done = cpt("install", "./club", "--enrol", "yes", "--yes", "--format", "json")
    (offer,) = json.loads(done.out)["enrolments"]
    assert (offer["enrol"], standing()) == (True, 2)


@pytest.mark.usefixtures("club")
def test_a_kept_plan_enrols_whom_it_shows(cpt: Cpt) -> None:
    assert cpt("plan", "./club", "--enrol", "yes", "--out", "plan.json").code == ExitCode.DONE
    ended = cpt("apply", "plan.json", "--yes")
    assert (ended.code, standing()) == (ExitCode.DONE, 2), ended.said
    assert "2 contacts have the tag “Customer” or “came”" in " ".join(ended.said.split())


@pytest.mark.usefixtures("club")
def test_a_rehearsal_shows_what_they_would_get(cpt: Cpt) -> None:
    (Path("club/campaigns/club.yaml")).write_text(
        CLUB.replace("apply-tag: greeted", "create-task: {task: call, to: owner}"), "utf-8"
    )
    Path("club/tasks.yaml").write_text("call: {title: Call them}\n", "utf-8")
    Path("club/cpt.toml").write_text(f'{ABOUT}[account]\nfeatures = ["tasks"]\n', "utf-8")
    with_ = cpt("rehearse", "./club", "--enrol", "yes", "--format", "json")
    without = cpt("rehearse", "./club", "--format", "json")
    assert "Call them" in with_.out, with_.said
    assert "Call them" not in without.out


# --- by hand, later ---------------------------------------------------------------------------


@pytest.mark.usefixtures("club")
def test_it_can_be_said_later_and_is_asked_then(cpt: Cpt) -> None:
    cpt("install", "./club", "--yes")
    verb = ("account", "campaign", "Club", "--enrol", "customer")
    refused = cpt(*verb)
    assert (refused.code, standing()) == (ExitCode.REFUSED, 0), refused.said
    assert cpt(*verb, answers="n\n").code == ExitCode.NO
    asked = cpt(*verb, answers="y\n")
    assert "1 contact has the tag “Customer”, and is not in “Club”." in asked.said
    assert (asked.code, standing()) == (ExitCode.DONE, 1)
    both = cpt(*verb, "--enrol", "came", "--yes", "--format", "json")
    assert json.loads(both.out)["contacts"] == 1
    again = cpt(*verb, "--yes")
    assert "there is nobody to enrol who is not in “Club” already" in again.said


@pytest.mark.usefixtures("club")
def test_what_cannot_be_enrolled_is_refused_in_a_sentence(cpt: Cpt) -> None:
    cpt("install", "./club", "--yes")
    wrong = cpt("account", "campaign", "Club", "--enrol", "Greeted", "--yes")
    assert "nobody comes into the campaign “Club” by the tag “Greeted”" in wrong.err
    nowhere = cpt("account", "campaign", "--enrol", "Came")
    assert (nowhere.code, "say which campaign" in nowhere.err) == (ExitCode.USAGE, True)
