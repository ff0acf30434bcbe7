from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from cpt.cli.views.page import plan_page
from cpt.cli.views.plan import destination, show_plan
from cpt.cli.views.plan_data import plan_data
from cpt.installer.changes import Change, ChangeType, FieldChange, Verdict
from cpt.installer.plan import CaughtUp, Plan
from package_format.campaign.timers import Duration
from package_format.kinds.model import Json
from package_format.upgrades.terms import CatchUp, Timer
from tests.cpt.installer.shops import Shop, package

EXPECTED = Path(__file__).parent / "plan.txt"


def test_a_plan_reads_as_a_colleague_would_sum_it_up(
    plan: Plan, printed: Callable[[Callable[[Console], None]], str]
) -> None:
    assert printed(lambda console: show_plan(console, plan)) == EXPECTED.read_text("utf-8")


def test_a_plan_without_changes_says_so(
    plan: Plan, printed: Callable[[Callable[[Console], None]], str]
) -> None:
    empty = Plan("upgrade all", (), (), (), (), (), plan.change_set)
    assert (
        printed(lambda console: show_plan(console, empty))
        == "upgrade all\n\nNothing would change.\n"
    )


def test_a_plan_for_programs_has_everything_in_it(plan: Plan) -> None:
    data = plan_data(plan)
    assert data["counts"]["create"] == 3
    assert data["conflicts"] == 1
    assert data["stranded"] == 3
    assert data["packages"][0]["name"] == "acme/lifecycle-tags"
    moved = next(row for row in data["contacts"] if row["place"] == "remind.reminder")
    assert moved == {
        "campaign": "acme/webinar-follow-up:campaign/follow-up",
        "place": "remind.reminder",
        "contacts": 31,
        "outcome": "go on",
        "to": "remind.nudge",
        "proposed": None,
        "via": "entry",
        "to_campaign": None,
        "timer": "credit",
        "next_due": "2026-03-10T09:00:00Z",
        "caught_up": [],
    }
    assert [one["enrol"] for one in data["enrolments"]] == [None, True, False]
    assert data["enrolments"][0] == {
        "campaign": "acme/webinar-follow-up:campaign/follow-up",
        "title": "Webinar follow-up",
        "goals": ["bought"],
        "tags": ["Customer", "Lead"],
        "contacts": 1204,
        "enrol": None,
    }
    conflict = next(change for change in data["changes"] if change["type"] == "conflict")
    assert conflict["fields"][0]["verdict"] == "conflict"


def caught_up(plan: Plan) -> Plan:
    """Return a plan in which those who wait at `remind.reminder` get new steps first."""
    new = (
        CaughtUp("remind.tips", "send email: Tips", 12, 1_773_133_200),
        CaughtUp("remind.rest", "", 1, None, late=3),
        CaughtUp("remind.more", "", 0, None, late=1),
    )
    said = (CatchUp("rest", Duration(7, "day")), CatchUp("more", Duration(1, "hour")))
    return replace(
        plan,
        travels=tuple(
            replace(
                travel,
                answer=travel.answer and replace(travel.answer, timer=Timer.RESTART, catch_up=said),
                caught_up=new,
            )
            if str(travel.place) == "remind.reminder"
            else travel
            for travel in plan.travels
        ),
    )


def test_who_is_caught_up_with_what_is_said_below_where_they_go(
    plan: Plan, printed: Callable[[Callable[[Console], None]], str]
) -> None:
    text = " ".join(printed(lambda console: show_plan(console, caught_up(plan))).split())
    assert (
        "remind.tips is new (send email: Tips): 12 who are at remind.reminder get it first, "
        "from Tue 10 Mar 09:00 on remind.rest is new: 1 who is at remind.reminder gets it first, "
        "after that; 3 have been there for more than 7 days remind.more is new: nobody who is at "
        "remind.reminder gets it; 1 has been there for more than 1 hour"
    ) in text
    assert "and wait anew" in text


def test_and_so_it_is_for_programs(plan: Plan) -> None:
    rows = plan_data(caught_up(plan))["contacts"]
    (row,) = (row for row in rows if row["place"] == "remind.reminder")
    assert row["timer"] == "restart"
    assert row["caught_up"] == [
        {
            "step": "remind.tips",
            "does": "send email: Tips",
            "contacts": 12,
            "next_due": "2026-03-10T09:00:00Z",
            "late": 0,
        },
        {"step": "remind.rest", "does": "", "contacts": 1, "next_due": None, "late": 3},
        {"step": "remind.more", "does": "", "contacts": 0, "next_due": None, "late": 1},
    ]


def test_and_on_a_page(plan: Plan) -> None:
    page = plan_page(caught_up(plan), "Harbour", "UTC", lambda _: None)
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    said = "12 of these first get remind.tips, which is new (send email: Tips) Tue 10 Mar 09:00"
    assert said in text
    assert "1 of these first get remind.rest, which is new" in text
    why = "which is new: there for more than"
    assert f"3 of these do not get remind.rest, {why} 7 days" in text
    assert f"1 of these do not get remind.more, {why} 1 hour" in text
    assert "first get remind.more" not in text


def test_what_becomes_of_them_in_another_campaign_is_said_as_in_their_own(
    plan: Plan, printed: Callable[[Callable[[Console], None]], str]
) -> None:
    there = next(c for c in plan.changes if c.kind == "campaign")
    moved = caught_up(plan)
    travels = tuple(
        replace(one, answer=replace(one.answer, campaign=there.object or "", same=True))
        if one.caught_up and one.answer is not None
        else one
        for one in moved.travels
    )
    text = " ".join(
        printed(lambda console: show_plan(console, replace(moved, travels=travels))).split()
    )
    (gone,) = (one for one in travels if one.caught_up)
    goes = destination(gone, plan).plain
    assert goes == f"-> remind.nudge in “{there.label}”, and wait anew"
    assert f"remind.tips in “{there.label}” is new (send email: Tips): 12 who are at" in text


def test_a_name_that_is_taken_from_what_the_owner_knows_by_it_is_to_be_looked_at(
    printed: Callable[[Callable[[Console], None]], str],
) -> None:
    shop = Shop()
    mine = shop.account.put("tag", {"name": "VIP"})
    shop.install(package("evil/tags", "1.0.0", {"tag/a": {"name": "VIP"}}))
    renamed = shop.plan(package("evil/tags", "1.1.0", {"tag/a": {"name": "Lead"}}))
    text = printed(lambda console: show_plan(console, renamed))
    assert f"Please look at\n ~ tag “Lead” (#{mine})\n" in text
    assert '"VIP" -> "Lead"' in text
    assert "And plainly" not in text


def test_of_a_step_that_only_one_side_has_it_is_said_whose_it_is(
    plan: Plan, printed: Callable[[Callable[[Console], None]], str]
) -> None:
    step: Json = {"key": "x", "wait": "1 day"}
    rows = {
        "taken-out": (step, None, step),
        "never-had": (None, None, step),
        "gone-there": (step, step, None),
        "own-step": (None, step, None),
    }
    fields = tuple(
        FieldChange(("sequences", "greet", "steps", key), base, live, wanted, live, Verdict.KEPT)
        for key, (base, live, wanted) in rows.items()
    )
    address = "acme/hello:campaign/a"
    merged = Change(ChangeType.MERGE, address, "campaign", "A", "#1", fields=fields)
    shown = printed(lambda console: show_plan(console, replace(plan, changes=(merged,))))
    lines = [line.strip() for line in shown.splitlines() if line.strip().startswith("greet.")]
    assert lines == [
        "greet.taken-out: you took it out, and it stays out",
        "greet.never-had: new, and not taken",
        "greet.gone-there: gone from the package, and kept",
        "greet.own-step: yours, and stays",
    ]
