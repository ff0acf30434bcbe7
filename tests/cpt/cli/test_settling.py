"""What is asked at the prompt where a plan cannot tell: only what an answer would settle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from account_engine.account import Account
from cpt.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from tests.cpt.cli.conftest import Cpt

INSTALL = ("install", "acme/welcome@^1", "--set", "sender=us@shop.example")


def revisions() -> int:
    with Account.open(Path("shop.account")) as account:
        return len(account.revisions())


@pytest.mark.usefixtures("published")
def test_of_two_namesakes_one_says_by_its_number_which_is_meant(cpt: Cpt) -> None:
    with Account.open(Path("shop.account")) as account:
        (mine,) = account.find("tag", "came")
        other = account.create_object("tag", {"name": "Came"})
    ended = cpt(*INSTALL, answers=f"keep\n{other.reference}\ny\n")
    assert ended.code == ExitCode.DONE, ended.said
    question = f"which of these of your account is it? ({mine.reference}, {other.reference})"
    assert f"tag “Came”: {question}" in ended.said
    assert f"please answer {mine.reference} or {other.reference}" in ended.said
    assert f"you said it is {other.reference}" in " ".join(ended.said.split())


CALL = """\
title: {0}
goals:
  joined: {{when: {{web-form-submitted: sign-up}}}}
  paid: {{title: Paid, when: {{api-called: {{integration: till, call: paid}}}}}}
sequences:
  greet: {{after: [joined, paid], steps: {{mark: {{apply-tag: seen}}}}}}
"""


@pytest.fixture
def claimed(cpt: Cpt, published: Path) -> Path:
    """Return the folder in which two packages answer to one call, and one of them is installed."""
    for name in ("one", "two"):
        folder = published / name
        (folder / "campaigns").mkdir(parents=True)
        (folder / "forms").mkdir()
        about = f'[package]\nname = "acme/{name}"\nversion = "1.0.0"\ntitle = "{name}"\n'
        (folder / "cpt.toml").write_text(
            f'{about}summary = "Small."\nlicense = "MIT"\n'
            '[account]\nfeatures = ["api", "web-forms"]\n',
            "utf-8",
        )
        (folder / "campaigns/c.yaml").write_text(CALL.format(name.title()), "utf-8")
        (folder / "forms/sign-up.yaml").write_text(
            f"title: Sign up {name}\nfields: [{{field: email}}]\n", "utf-8"
        )
        (folder / "tags.yaml").write_text(f"seen: {{name: Seen {name}}}\n", "utf-8")
    assert cpt("install", "./one", "--yes").code == ExitCode.DONE
    return published


@pytest.mark.usefixtures("claimed")
def test_where_one_answer_alone_would_do_one_may_stop_instead(cpt: Cpt) -> None:
    stopped = cpt("install", "./two", answers="stop\n")
    assert stopped.code == ExitCode.NO
    assert "campaign “Two”, paid: shall one call achieve this goal and another" in stopped.said
    assert "(take, stop)" in stopped.said
    assert "error: it is not settled; nothing was changed" in stopped.err
    assert revisions() == 1
    taken = cpt("install", "./two", answers="take\ny\n")
    assert (taken.code, revisions()) == (ExitCode.DONE, 2), taken.said


def test_what_no_answer_would_settle_is_not_asked_about(cpt: Cpt, claimed: Path) -> None:
    (claimed / "two/tags.yaml").write_text("seen: {name: Seen one}\n", "utf-8")
    ended = cpt("install", "./two", answers="")
    assert ended.code == ExitCode.NO
    assert "belongs to acme/one:tag/seen" in " ".join(ended.said.split())
    assert "(take" not in ended.said
    assert "error: 2 things must be settled before this can be applied" in ended.err


@pytest.mark.usefixtures("installed")
def test_what_leaves_with_the_owners_words_in_it_is_asked_about_in_words_that_fit(
    cpt: Cpt,
) -> None:
    edit = ("account", "edit", "email/hello", "--set", f"subject=Long {'and longer ' * 20}")
    assert cpt(*edit).code == ExitCode.DONE
    ended = cpt("uninstall", "acme/welcome", answers="keep\ny\n")
    assert (ended.code, revisions()) == (ExitCode.DONE, 2), ended.said
    question = "its package goes: keep it as your own, or let it go too? (keep, take)"
    (line,) = (line for line in ended.said.splitlines() if question in line)
    assert len(line) < 160


@pytest.mark.usefixtures("installed")
def test_whoever_takes_a_package_out_is_told_of_all_that_is_to_be_said(cpt: Cpt) -> None:
    edit = ("account", "edit", "email/hello", "--set", "subject=Hello there")
    assert cpt(*edit).code == ExitCode.DONE
    cpt("account", "event", "ada@example.com", "submit", "sign-up")
    refused = cpt("uninstall", "acme/welcome", "--yes")
    assert (refused.code, revisions()) == (ExitCode.NO, 1)
    assert (
        "1 thing must be settled before this can be applied, and where contacts go: "
        "1 contact waits at greet.nudge in “Welcome”" in refused.err
    )
    assert "let them finish it: --contacts finish-on-old" in refused.err
    assert "continue-at" not in refused.said
    asked = cpt("uninstall", "acme/welcome", answers="take\nelsewhere\nexit\ny\n")
    assert (asked.code, revisions()) == (ExitCode.DONE, 2), asked.said
    question = "1 contact is on their way in “Welcome”: let them finish it, or take them out?"
    assert f"{question} (finish-on-old, exit)" in asked.said
    assert "please answer finish-on-old or exit" in asked.said


@pytest.mark.usefixtures("installed")
def test_what_you_changed_stays_when_its_package_goes_and_can_go_with_it(cpt: Cpt) -> None:
    assert cpt("account", "edit", "form/sign-up", "--set", "title=Come in").code == ExitCode.DONE
    plan = cpt("uninstall", "acme/welcome", answers="n\n")
    said = " ".join(plan.said.split())
    assert "you changed title: it stays, and is yours; --take form/sign-up lets it go, too" in said
    assert cpt("uninstall", "acme/welcome", "--take", "form/sign-up", "--yes").code == 0
    with Account.open(Path("shop.account")) as account:
        assert account.find("form", "Come in") == ()
