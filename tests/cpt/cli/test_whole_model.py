"""The whole model by hand: whatever can happen to a contact, and what is known of them after it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from account_engine.account import Account
from cpt.cli.exit_codes import ExitCode
from package_format.campaign.triggers import TRIGGERS

if TYPE_CHECKING:
    from tests.cpt.cli.conftest import Cpt

ADA = "ada@example.com"


@pytest.fixture
def model(cpt: Cpt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An account with one of everything that a trigger can name, and Ada."""
    path = tmp_path / "model.account"
    monkeypatch.setenv("CPT_ACCOUNT", str(path))
    assert cpt("account", "create", str(path)).code == ExitCode.DONE
    with Account.open(path) as account:
        make = account.create_object
        fields = [{"field": "email"}]
        tag = make("tag", {"name": "Warm"}).reference
        make("note", {"title": "Called", "text": "Hello"})
        make("internal-form", {"title": "Intake", "fields": fields})
        task = make("task", {"title": "Call"}).reference
        stage = make("stage", {"name": "New", "pipeline": "Sales"}).reference
        make("stage", {"name": "Won", "pipeline": "Sales"})
        form = make("form", {"title": "Registration", "fields": fields}).reference
        make("page", {"title": "Welcome", "body": "<p>Hi</p>", "form": form})
        make("link", {"title": "Course", "url": "https://shop.example/course"})
        make("product", {"name": "Book", "price": "10.00", "currency": "EUR"})
        make("email", {"subject": "Hi", "body": "<p>Hi</p>", "from": "shop@example.com"})
        make("appointment", {"title": "Talk"})
        rules = [{"when": [{"tag-applied": {"tag": tag}}], "add": 5}]
        make("score", {"name": "Interest", "rules": rules})
        steps = [
            {"key": "a", "action": {"create-task": {"task": task}}},
            {"key": "b", "action": {"create-opportunity": {"stage": stage}}},
        ]
        goals = {"begun": {"when": [{"tag-applied": {"tag": tag}}]}}
        sequences = {"does": {"after": ["begun"], "steps": steps}}
        make("campaign", {"title": "C", "goals": goals, "sequences": sequences})
        account.add_contact({"email": ADA})
    return path


def _known(cpt: Cpt) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(cpt("account", "contact", ADA, "--format", "json").out)
    return found


EVENTS = {
    "tag-applied": (("tag=Warm",), "tag applied"),
    "tag-removed": (("tag=Warm",), "tag removed"),
    "note-applied": (("note=Called",), "note applied"),
    "internal-form-submitted": (("form=Intake",), "internal form submitted"),
    "task-completed": (("task=Call", "outcome=yes"), "task completed"),
    "opportunity-moved": (("stage=Won", "from=New"), "opportunity moved"),
    "web-form-submitted": (("form=Registration",), "web form submitted"),
    "landing-page-submitted": (("page=Welcome",), "landing page submitted"),
    "link-clicked": (("link=Course",), "link clicked"),
    "product-purchased": (("product=Book", "quantity=2"), "product purchased"),
    "social-form-submitted": (("form=autumn",), "social form submitted"),
    "lead-card-submitted": (("card=spring-ad",), "lead card submitted"),
    "api-called": (("integration=shop", "call=paid"), "api called"),
    "email-opened": (("email=Hi",), "email opened"),
    "email-bounced": (("email=Hi", "reason=full"), "email bounced"),
    "opted-out": (("channel=fax",), "opted out"),
    "purchase-failed": (("product=Book",), "purchase failed"),
    "subscription-ended": (("product=Book",), "subscription ended"),
    "appointment-booked": (("appointment=Talk",), "appointment booked"),
    "appointment-cancelled": (("appointment=Talk",), "appointment cancelled"),
}


@pytest.mark.usefixtures("model")
def test_whatever_a_campaign_can_hear_can_be_let_happen_by_hand(cpt: Cpt) -> None:
    assert set(TRIGGERS) - EVENTS.keys() == {"field-changed", "lead-score-reached"}
    for word, (about, said) in EVENTS.items():
        ended = cpt("account", "event", ADA, word, *about)
        assert ended.code == ExitCode.DONE, ended.said
        assert any(said in line["why"] for line in _known(cpt)["story"]), word
    known = _known(cpt)
    assert known["tags"] == []
    assert known["refused"] == ["fax"]
    assert known["purchases"] == {"Book": 2}
    assert known["opportunities"] == ["Won"]
    assert known["tasks"] == {}
    assert known["scores"] == {"Interest": 5}
    assert sum(line["what"] == "scored" for line in known["story"]) == 1


@pytest.mark.usefixtures("model")
def test_consent_and_owner_are_changed_and_shown(cpt: Cpt) -> None:
    for what in (("opt-out", "letter"), ("opt-out", "fax"), ("opt-in", "fax")):
        assert cpt("account", "event", ADA, *what).code == ExitCode.DONE
    assert cpt("account", "event", ADA, "assign", "kim@shop.example").code == ExitCode.DONE
    known = _known(cpt)
    assert (known["refused"], known["owner"]) == (["letter"], "kim@shop.example")
    assert cpt("account", "event", ADA, "tag", "Warm").code == ExitCode.DONE
    shown = " ".join(cpt("account", "contact", ADA).out.split())
    for words in (
        "wants no letter", "belongs to kim@shop.example", "open tasks Call (1)",
        "opportunities New", "points Interest (5)",
    ):  # fmt: skip
        assert words in shown
    assert cpt("account", "event", ADA, "assign", "").code == ExitCode.DONE
    assert _known(cpt)["owner"] is None


@pytest.mark.usefixtures("model")
@pytest.mark.parametrize(
    ("what", "said"),
    [
        (("dance",), "all that a campaign can hear: tag-applied, "),
        (("opt-out", "smoke"), "the channels are email, "),
        (("task-completed",), "has to say which task"),
        (("task-completed", "task=Sing"), "there is no task template Sing"),
        (("task-completed", "Call"), "write NAME=VALUE"),
        (("link-clicked", "link=Course", "colour=red"), "says nothing of 'colour'"),
        (("lead-score-reached", "score=Interest"), "is not reported by anybody"),
    ],
)
def test_what_cannot_happen_says_what_can(cpt: Cpt, what: tuple[str, ...], said: str) -> None:
    ended = cpt("account", "event", ADA, *what)
    assert ended.code in (ExitCode.USAGE, ExitCode.BAD_INPUT)
    assert said in ended.err
