"""Contacts on their way: what ``--contacts`` says, and what is asked about them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cpt.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from tests.cpt.cli.conftest import Cpt

UPGRADE = ("upgrade", "./welcome-2", "--contacts", "campaign/welcome=ask")


@pytest.fixture
def waiting(cpt: Cpt, installed: Path) -> Path:
    """Return the folder with contacts at a step that the next version drops."""
    assert cpt("account", "event", "everyone", "submit", "sign-up").code == ExitCode.DONE
    flow = installed / "welcome-2" / "campaigns" / "welcome.yaml"
    kept = [line for line in flow.read_text("utf-8").splitlines() if "remind:" not in line]
    flow.write_text("\n".join(kept) + "\n", "utf-8")
    entries = installed / "welcome-2" / "upgrades.yaml"
    entries.write_text("- {removed: campaign/welcome.greet.nudge}\n", "utf-8")
    return installed


@pytest.mark.usefixtures("waiting")
def test_who_wants_to_be_asked_is_asked_and_sees_where_they_would_go(cpt: Cpt) -> None:
    ended = cpt(*UPGRADE, answers="somewhere\nmigrate\ny\n")
    assert ended.code == ExitCode.DONE, ended.said
    assert "5  greet.nudge  -> greet.last, if you agree" in ended.said
    assert (
        "5 contacts at greet.nudge of “Welcome”: migrate (to greet.last), finish-on-old, exit, or "
        "continue-at:NODE.STEP?"
    ) in ended.said
    assert ended.said.count("migrate (to greet.last)") == 2  # it is asked again
    assert "5 positions carried along" in ended.said


@pytest.mark.usefixtures("waiting")
def test_where_nobody_can_be_asked_it_is_refused_with_what_to_say(cpt: Cpt) -> None:
    ended = cpt(*UPGRADE, "--yes")
    assert ended.code == ExitCode.NO
    assert "error: you are to say where contacts go: 5 contacts wait at greet.nudge" in ended.err
    assert "--contacts campaign/welcome.greet.nudge=migrate" in ended.err
    agreed = cpt(*UPGRADE, "--contacts", "campaign/welcome.greet.nudge=migrate", "--yes")
    assert agreed.code == ExitCode.DONE


@pytest.mark.usefixtures("waiting")
def test_everybody_in_one_campaign_can_finish_the_old_version(cpt: Cpt) -> None:
    ended = cpt("upgrade", "./welcome-2", "--contacts", "campaign/welcome=finish-on-old", "--yes")
    assert ended.code == ExitCode.DONE
    assert "5 contacts still finish an old version of “Welcome”" in cpt("status").out


@pytest.mark.usefixtures("waiting")
def test_taking_a_package_out_asks_what_becomes_of_the_contacts_in_flight(cpt: Cpt) -> None:
    refused = cpt("uninstall", "acme/welcome", "--yes")
    assert refused.code == ExitCode.NO
    assert "contacts would have nowhere to go: 5 contacts wait at greet.nudge" in refused.err
    asked = cpt("uninstall", "acme/welcome", answers="finish-on-old\ny\n")
    assert (
        "5 contacts are on their way in “Welcome”: let them finish it, or take them out?"
        in asked.said
    )
    assert asked.code == ExitCode.DONE
    assert "5 contacts still finish an old version of “Welcome”" in cpt("status").out


@pytest.mark.usefixtures("waiting")
def test_what_is_gone_keeps_its_name_in_what_happened(cpt: Cpt) -> None:
    gone = cpt("uninstall", "acme/welcome", "--yes", "--contacts", "finish-on-old")
    assert gone.code == ExitCode.DONE, gone.said
    shown = cpt("account", "contact", "1").out
    assert "stands at   Welcome: greet.nudge until" in shown
    assert "web form submitted “Sign up”" in " ".join(shown.split())
    assert cpt("account", "tick", "20 days").code == ExitCode.DONE
    told = cpt("account", "contact", "1").out
    assert "#" not in told
    assert "#" not in cpt("account", "outbox", "--summary").out
