from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from cpt.cli.views.plan import show_plan
from cpt.cli.views.plan_data import plan_data
from cpt.installer.plan import Plan
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
        "next_due": "2026-03-10T09:00:00Z",
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
