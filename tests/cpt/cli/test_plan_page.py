"""A plan as a page: everything that the terminal says, in one file that fetches nothing."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cpt.cli.views.page import plan_page
from cpt.installer.plan import Plan
from package_format.kinds.model import Json
from tests.cpt.installer.shops import Shop, package

if TYPE_CHECKING:
    from tests.cpt.cli.conftest import Cpt

VOID = {"meta", "img", "source"}


class Balanced(HTMLParser):
    """Notes what a page opens, and complains about what it does not close."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def parsed(page: str) -> Balanced:
    found = Balanced()
    found.feed(page)
    assert found.open == []
    return found


@pytest.fixture
def page(plan: Plan) -> str:
    return plan_page(plan, "Harbour", "Europe/Oslo", lambda _: None)


def test_a_page_says_what_the_terminal_says(page: str) -> None:
    text = re.sub(r"<[^>]+>", " ", page)
    text = " ".join(text.split())
    for said in (
        "Plan for Harbour",
        "upgrade acme/webinar-follow-up 1.0.0 → 2.0.0",
        "3 to create",
        "1 to settle",
        "it has the same name, nothing else does, and 57 contacts carry it",
        "you and the author both changed it",
        "31 remind.reminder",
        "have nowhere to go: say where with --contacts",
        "Nobody is at",
        "1,204 contacts have the tag “Customer” or “Lead”",
        "12 contacts act within the first hour.",
        "“Coffee at the harbour”",
        "Our next webinar",
    ):
        assert said in text.replace("&gt;", ">"), said


def test_a_page_is_well_formed_and_has_a_heading_of_every_order(page: str) -> None:
    tags = [tag for tag, _ in parsed(page).seen]
    assert tags.count("h1") == 1
    assert tags.count("main") == 1
    assert "script" not in tags


def test_a_page_fetches_nothing(page: str) -> None:
    for _, attributes in parsed(page).seen:
        for name in ("src", "srcset", "href"):
            value = attributes.get(name)
            assert value is None or value.startswith("data:image/svg+xml;base64,")
    assert "url(" not in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page


def test_nothing_that_a_package_says_is_markup(plan: Plan) -> None:
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    changes = tuple(replace(c, label=evil, reason=evil, address=evil) for c in plan.changes)
    hurt = replace(plan, title=evil, changes=changes, notes=(evil,))
    found = parsed(plan_page(hurt, evil, "UTC", lambda _: None))
    assert all("onerror" not in attributes for _, attributes in found.seen)
    assert "script" not in [tag for tag, _ in found.seen]


def test_an_empty_plan_says_so(plan: Plan) -> None:
    nothing = replace(plan, packages=(), changes=(), travels=(), listeners=(), notes=())
    page = plan_page(nothing, "Harbour", "UTC", lambda _: None)
    assert "Nothing would change." in page
    parsed(page)


def test_what_moves_to_another_campaign_is_drawn_as_moved_and_what_is_in_it_as_changed() -> None:
    def steps(wait: str) -> Json:
        return {
            "again": {"wait": wait, "add-note": "n"},
            "call": {"wait": "2 days", "add-note": "n"},
        }

    note, goals = {"note/n": {"title": "N"}}, {"in": {"when": {"note-applied": "n"}}}
    greet = {"after": "in", "steps": {"hi": {"add-note": "n"}}}
    back = {"after": "in", "steps": steps("4 days")}
    letters = {"after": "in", "steps": steps("3 days")}
    one = {"title": "Trial", "goals": goals, "sequences": {"greet": greet, "back": back}}
    left = {"title": "Trial", "goals": goals, "sequences": {"greet": greet}}
    other = {"title": "No-show", "goals": goals, "sequences": {"letters": letters}}
    shop = Shop()
    shop.install(package("acme/a", "1.0.0", {**note, "campaign/trial": one}))
    newer = package(
        "acme/a",
        "2.0.0",
        {**note, "campaign/trial": left, "campaign/noshow": other},
        upgrades=[{"moved": "campaign/trial.back", "to": "campaign/noshow.letters"}],
    )
    page = plan_page(shop.plan(newer), "Harbour", "UTC", shop.account.object)
    drawn = {svg[svg.index("<title>") + 7 :].split("<")[0]: svg for svg in pictures(page)}
    assert "1 added · 1 changed · 1 moved" in drawn["No-show"]
    assert "1 moved" in drawn["Trial"]
    assert ">removed<" not in drawn["Trial"]


# --- from the command line ------------------------------------------------------------------------


def pictures(page: str) -> list[str]:
    found = re.findall(r'<img src="data:image/svg\+xml;base64,([^"]+)"', page)
    return [base64.b64decode(text).decode() for text in found]


@pytest.mark.usefixtures("published")
def test_an_installation_shows_the_new_campaign(cpt: Cpt) -> None:
    ended = cpt(
        *("plan", "acme/welcome@^1", "--set", "sender=us@shop.example", "--page", "plan.html")
    )
    assert ended.code == 0
    assert "the plan as a page is in plan.html" in ended.err
    page = Path("plan.html").read_text("utf-8")
    parsed(page)
    (picture,) = pictures(page)
    assert "added" in picture
    assert "@acme" not in picture


@pytest.mark.usefixtures("installed")
def test_an_upgrade_shows_both_versions_and_who_stands_where(cpt: Cpt) -> None:
    assert cpt("publish", "welcome-2").code == 0
    happened = cpt("account", "event", "ada@example.com", "submit", "sign-up")
    assert happened.code == 0, happened.said
    ended = cpt("plan", "acme/welcome@^2", "--page", "plan.html")
    assert ended.code == 0, ended.said
    (picture,) = pictures(Path("plan.html").read_text("utf-8"))
    assert "changed" in picture or "moved" in picture
    assert re.search(r">1</text>", picture)


def test_nothing_on_a_page_turns_or_hides_what_is_around_it(plan: Plan) -> None:
    evil = "A\u202e\u200b\x1b[31m<script>"
    travels = tuple(replace(one, title=evil) for one in plan.travels)
    changed = replace(plan, title=evil, notes=(evil,), travels=travels)
    page = plan_page(changed, evil, "UTC", lambda _: None)
    assert not {"\u202e", "\u200b", "\x1b"} & set(page)
    assert "<script" not in page
