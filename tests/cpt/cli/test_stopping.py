"""An owner stops a campaign, and sees what has come together before it goes on."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from account_engine.account import Account
from account_engine.language.timers import NEVER
from cpt.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from tests.cpt.cli.conftest import Cpt

WELCOME = ("account", "campaign", "Welcome")


def is_published() -> bool:
    with Account.open(Path("shop.account")) as account:
        (campaign,) = account.find("campaign", "Welcome")
        return account.flow(campaign.id).published


@pytest.mark.usefixtures("installed")
def test_stopping_asks_and_says_what_it_means(cpt: Cpt) -> None:
    cpt("account", "event", "ada@example.com", "submit", "sign-up")
    refused = cpt(*WELCOME, "--unpublish")
    assert (refused.code, is_published()) == (ExitCode.REFUSED, True)
    assert "the 1 contact in it stays where they are" in refused.said
    assert cpt(*WELCOME, "--unpublish", answers="n\n").code == ExitCode.NO
    assert is_published()
    assert cpt(*WELCOME, "--unpublish", answers="y\n").code == ExitCode.DONE
    assert not is_published()
    again = cpt(*WELCOME, "--unpublish")
    assert again.code == ExitCode.DONE
    assert "is not published as it is; nothing was changed" in again.said


@pytest.mark.usefixtures("installed")
def test_who_is_at_two_places_of_a_campaign_is_counted_once(cpt: Cpt) -> None:
    cpt("account", "event", "ada@example.com", "submit", "sign-up")
    with Account.open(Path("shop.account")) as account:
        (campaign,) = account.find("campaign", "Welcome")
        flow = dict(campaign.data)
        flow["sequences"] = {**flow["sequences"], "also": flow["sequences"]["greet"]}
        account.edit(campaign.id, flow)
        account.place(account.contacts()[0].id, campaign.id, "also")
        assert [one.contacts for one in account.occupancy(campaign.id)] == [1, 1]
    assert re.search(r"Welcome +\d+ +1\n", cpt("account", "campaign").out)
    assert "the 1 contact in it stays" in cpt(*WELCOME, "--unpublish", "--yes").said
    assert "1 contact stands in “Welcome”" in cpt(*WELCOME, "--publish", "--yes").said


@pytest.mark.usefixtures("installed")
def test_going_on_shows_the_backlog_and_asks(cpt: Cpt) -> None:
    cpt("account", "event", "ada@example.com", "submit", "sign-up")
    cpt(*WELCOME, "--unpublish", "--yes")
    cpt("account", "tick", "3 days")
    looked = cpt(*WELCOME, "--publish", answers="n\n")
    assert (looked.code, is_published()) == (ExitCode.NO, False)
    assert "1 contact stands in “Welcome”; 1 is overdue:" in looked.said
    assert "Within the first hour this would be sent:\n  1 email “" in looked.said
    assert cpt(*WELCOME, "--publish", answers="y\n").code == ExitCode.DONE
    assert is_published()
    assert "1 email was sent" in cpt("account", "tick", "1 hour").said


@pytest.mark.usefixtures("installed")
def test_a_tick_says_when_the_next_timer_is_due_and_those_of_a_stopped_campaign_stand_still(
    cpt: Cpt,
) -> None:
    cpt("account", "event", "ada@example.com", "submit", "sign-up")
    said = json.loads(cpt("account", "tick", "1 hour", "--format", "json").out)
    assert said["turns"] == 0
    assert said["to"] < said["next"]
    with Account.open(Path("shop.account")) as account:
        assert account.next_timer(NEVER) == dt.datetime.fromisoformat(said["next"]).timestamp()
    cpt(*WELCOME, "--unpublish", "--yes")
    assert "No timer is running." in cpt("account", "tick", "1 hour").said
    assert json.loads(cpt("account", "tick", "1 hour", "--format", "json").out)["next"] is None


@pytest.mark.usefixtures("installed")
def test_a_campaign_with_nobody_in_it_goes_on_without_ado(cpt: Cpt) -> None:
    stopped = cpt(*WELCOME, "--unpublish", "--yes")
    assert "nobody is in it." in stopped.said
    done = cpt(*WELCOME, "--publish", "--yes")
    assert "Nobody is in “Welcome”; it hears what happens from now on." in done.said
    assert is_published()


@pytest.mark.usefixtures("installed")
def test_a_program_sees_the_backlog_and_changes_nothing_without_a_yes(cpt: Cpt) -> None:
    cpt("account", "event", "ada@example.com", "submit", "sign-up")
    assert json.loads(cpt(*WELCOME, "--unpublish", "--yes", "--format", "json").out)
    cpt("account", "tick", "3 days")
    told = cpt(*WELCOME, "--publish", "--format", "json")
    data = json.loads(told.out)
    assert (told.code, data["published"], is_published()) == (ExitCode.REFUSED, False, False)
    assert [place["overdue"] for place in data["places"]] == [1]
    assert [(one["kind"], one["count"]) for one in data["sent"]] == [("email", 1)]
    done = cpt(*WELCOME, "--publish", "--yes", "--format", "json")
    assert json.loads(done.out)["published"]
    again = cpt(*WELCOME, "--publish", "--yes", "--format", "json")
    assert json.loads(again.out)["published"]


@pytest.mark.usefixtures("installed")
def test_an_upgrade_leaves_a_stopped_campaign_stopped_and_says_so(cpt: Cpt) -> None:
    cpt(*WELCOME, "--unpublish", "--yes")
    cpt("publish", "welcome-2")
    ended = cpt("upgrade", "acme/welcome@^2", "--yes")
    assert (ended.code, is_published()) == (ExitCode.DONE, False), ended.said
    assert "“Welcome” is stopped, and stays so: nobody goes on in it" in ended.said


@pytest.mark.usefixtures("installed")
def test_one_thing_is_done_at_a_time(cpt: Cpt) -> None:
    both = cpt(*WELCOME, "--publish", "--enrol", "came")
    assert (both.code, "do not go together" in both.err) == (ExitCode.USAGE, True)
    assert cpt("account", "campaign", "--publish").code == ExitCode.USAGE


@pytest.mark.usefixtures("installed")
def test_a_campaign_that_was_taken_out_can_be_stopped_go_on_and_be_left(cpt: Cpt) -> None:
    cpt("account", "event", "ada@example.com", "submit", "sign-up")
    refused = cpt(*WELCOME, "--exit", "--yes")
    assert (refused.code, "was not taken out" in refused.err) == (ExitCode.USAGE, True)
    cpt(*WELCOME, "--unpublish", "--yes")
    plan = cpt("uninstall", "acme/welcome", "--contacts", "finish-on-old", "--yes")
    assert "is stopped: who is to finish it stands still until you publish it" in plan.out
    assert "“Welcome” is stopped; cpt account campaign welcome --publish" in plan.err
    gone = json.loads(cpt("account", "campaign", "--format", "json").out)["campaigns"][-1]
    assert (gone["gone"], gone["published"], gone["places"][0]["contacts"]) == (True, False, 1)
    assert "Welcome (taken out, stopped)" in cpt("account", "campaign").out
    assert "It is stopped" in cpt(*WELCOME).out
    assert cpt(*WELCOME, "--enrol", "came", "--yes").code == ExitCode.USAGE
    assert "runs for those who finish it" in cpt(*WELCOME, "--publish", "--yes").err
    assert cpt(*WELCOME, "--exit").code == ExitCode.REFUSED  # nobody to ask
    assert "1 contact left “Welcome”" in cpt(*WELCOME, "--exit", "--yes").err
    assert "taken out" not in cpt("account", "campaign").out
    assert cpt(*WELCOME).code == ExitCode.BAD_INPUT
