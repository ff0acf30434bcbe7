"""What an account knows of contacts beyond fields and tags, told in lives (C1, C2, C10, C13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from account_engine.catalogue import NOTHING, Catalogue, catalogue_of
from account_engine.contacts import Contact, Points, Value
from account_engine.effects import EffectKind
from account_engine.events import Event
from account_engine.language.scoring import decayed
from package_format.contact_fields import Channel
from package_format.kinds.contact_field import ContactField
from package_format.kinds.link import Link
from package_format.kinds.product import Product
from package_format.kinds.role import Role
from package_format.kinds.score import MOST_POINTS, Score
from package_format.kinds.stage import Stage
from tests.account_engine.lives import MONDAY, Life, instant

HEAT = Score.model_validate(
    {
        "name": "Heat",
        "rules": [
            {"when": [{"web-form-submitted": "f"}, {"link-clicked": "l"}], "add": 10},
            {"when": {"tag-applied": "cold"}, "add": -15},
        ],
        "decay": {"by": 4, "every": "7 days"},
    }
)
COACH = Role.model_validate({"title": "Coach", "people": ["bo@x.no", "cy@x.no"]})
NOBODY = Role.model_validate({"title": "Nobody", "people": [{}]})
PRO = {"name": "Pro", "price": 5, "currency": "EUR", "category": "Courses"}
MUG = {"name": "Mug", "price": 5, "currency": "EUR"}
SEATS = {"name": "seats", "title": "Seats", "type": "number"}
CATALOGUE = catalogue_of(
    [
        ("heat", "score", HEAT),
        ("coach", "role", COACH),
        ("none", "role", NOBODY),
        ("won", "stage", Stage(name="Won", pipeline="Sales")),
        ("new", "stage", Stage(name="New", pipeline="Sales")),
        ("open", "stage", Stage(name="Open")),
        ("pro", "product", Product.model_validate(PRO)),
        ("mug", "product", Product.model_validate(MUG)),
        ("seats", "field", ContactField.model_validate(SEATS)),
        ("l", "link", Link(title="Course page", url="https://x.no")),
    ]
)


def one_step(step: str, more: str = "") -> str:
    return f"""
    goals:
      g: {{when: {{web-form-submitted: f}}}}
      {more}
    sequences:
      s: {{after: [g], steps: {{x: {step}}}}}
    """


def known(values: Mapping[str, Value]) -> Life:
    """A life in no campaign yet, of a contact of whom this is known."""
    life = Life()
    contact = life.state.contact
    known_now = replace(contact, values={**contact.values, **values})
    life.state = replace(life.state, contact=known_now)
    return life


def after(step: str, life: Life | None = None, more: str = "") -> Life:
    life = life or Life()
    other = Life(one_step(step, more))
    life.flows, life.catalogue = other.flows, CATALOGUE
    life.submit("f")
    return life


class TestActions:
    @pytest.mark.parametrize(
        ("step", "kind", "missing"),
        [
            ("{send-letter: a}", EffectKind.LETTER, "has no postal address"),
            ("{send-fax: a}", EffectKind.FAX, "has no fax number"),
            ("{phone-call: a}", EffectKind.CALL, "has no phone number"),
        ],
    )
    def test_each_channel_needs_an_address_and_consent_of_its_own(
        self, step: str, kind: EffectKind, missing: str
    ) -> None:
        # C13
        nowhere = after(step)
        assert nowhere.sent == []
        assert missing in nowhere.told("skipped")[0]
        everywhere: dict[str, Value] = {
            "street": "Strandgata 1",
            "city": "Oslo",
            "fax": "1",
            "phone": "2",
        }
        there = after(step, known(everywhere))
        assert [effect.kind for effect in there.effects] == [kind]
        refusing = known(everywhere)
        channel = {"call": Channel.PHONE}.get(kind.value) or Channel(kind.value)
        contact = replace(refusing.state.contact, refused=frozenset({channel}))
        refusing.state = replace(refusing.state, contact=contact)
        assert after(step, refusing).sent == []

    @pytest.mark.parametrize(
        ("step", "kind"),
        [
            ("{add-note: a}", EffectKind.NOTE),
            ("{add-to-fulfilment-list: a}", EffectKind.FULFILMENT),
            ("{http-post: a}", EffectKind.POST),
            ("{create-task: a}", EffectKind.TASK),
        ],
    )
    def test_what_is_left_for_others_needs_no_consent(self, step: str, kind: EffectKind) -> None:
        assert [(e.kind, e.resource) for e in after(step).effects] == [(kind, "a")]

    def test_a_role_s_person_is_the_same_for_a_contact_at_a_node(self) -> None:
        once = after("{create-task: {task: a, to: {role: coach}}}").effects[0].person
        again = after("{create-task: {task: a, to: {role: coach}}}").effects[0].person
        assert once == again
        assert once in ("bo@x.no", "cy@x.no")

    def test_contacts_are_spread_over_the_people_of_a_role(self) -> None:
        drawn = [CATALOGUE.one_of("coach", contact, 100) for contact in range(400)]
        assert 150 < drawn.count("bo@x.no") < 250

    def test_the_owner_is_asked_unless_a_role_is(self) -> None:
        life = Life()
        life.state = replace(life.state, contact=replace(life.state.contact, owner="bo@x.no"))
        assert after("{create-task: a}", life).effects[0].person == "bo@x.no"
        assert after("{create-task: a}").effects[0].person == ""

    def test_somebody_of_a_role_becomes_the_owner(self) -> None:
        life = after("{assign-owner: coach}")
        assert life.state.contact.owner in ("bo@x.no", "cy@x.no")
        life.submit("f")
        assert "already" in life.told("passed")[-1]

    def test_a_role_that_nobody_has_assigns_nobody(self) -> None:
        life = after("{assign-owner: none}")
        assert life.state.contact.owner is None
        assert life.told("skipped") == ["skipped s.x: nobody has role none"]

    def test_completing_a_task_needs_an_open_one_and_is_an_event(self) -> None:
        more = "done: {when: {task-completed: a}}"
        life = after("{complete-task: a}", more=more)
        assert life.told("event")[1:] == []
        steps = "{create-task: a}, y: {create-task: a}, z: {complete-task: a}"
        life = after(steps, more=more)
        assert life.state.contact.tasks == {}
        assert life.told("achieved")[-1] == "achieved done: task completed a"

    def test_a_note_is_an_event(self) -> None:
        life = after("{add-note: a}", more="noted: {when: {note-applied: a}}")
        assert life.told("achieved")[-1] == "achieved noted: note applied a"

    def test_an_opportunity_moves_within_its_pipeline(self) -> None:
        more = "won: {when: {opportunity-moved: {stage: won, from: new}}}"
        steps = (
            "{create-opportunity: new}, a: {create-opportunity: open}, b: {move-opportunity: won}"
        )
        life = after(steps, more=more)
        assert life.state.contact.opportunities == ("won", "open")
        assert life.told("achieved")[-1].startswith("achieved won")

    def test_without_an_opportunity_none_is_moved(self) -> None:
        assert "no opportunity" in after("{move-opportunity: won}").told("skipped")[0]
        there = after("{create-opportunity: won}, y: {move-opportunity: won}")
        assert there.told("passed")[-1].endswith("was in won already")

    @pytest.mark.parametrize(
        ("setting", "values", "value"),
        [
            ("from: renewal", {"renewal": "2026-05-01"}, "2026-05-01"),
            ("from: renewal", {"x": "old"}, None),
            ("from: renewal, plus: 1 year", {"renewal": "2024-02-29"}, "2025-02-28"),
            ("now: true, plus: 2 weeks", {}, "2026-03-16"),
            ("plus: -1 month", {"x": "2026-03-31"}, "2026-02-28"),
            ("plus: 1 day", {"x": "no date"}, "no date"),
            ("plus: 1 day", {}, None),
            ("plus: 9 years", {"x": "9999-01-01"}, "9999-01-01"),
        ],
    )
    def test_a_field_is_copied_and_dates_are_added_to(
        self, setting: str, values: dict[str, str], value: str | None
    ) -> None:
        life = after(f"{{set-field: {{field: x, {setting}}}}}", known(values))
        assert life.state.contact.values.get("x") == value


class TestEventsFromOutside:
    def test_an_order_is_remembered_line_by_line(self) -> None:
        life = Life(catalogue=CATALOGUE)
        life.happen("product-purchased", product=("pro", "mug"), quantity=("2", "1"))
        life.happen("product-purchased", product="pro")
        life.happen("product-purchased", category="Courses")
        assert life.state.contact.purchases == {"pro": 3, "mug": 1}

    def test_a_task_is_done_one_at_a_time(self) -> None:
        life = Life()
        life.state = replace(
            life.state, contact=replace(life.state.contact, tasks={"a": 2, "b": 1})
        )
        life.happen("task-completed", task="a")
        assert life.state.contact.tasks == {"a": 1, "b": 1}

    def test_who_opts_out_of_nothing_in_particular_opts_out_of_email(self) -> None:
        life = Life()
        life.happen("opted-out")
        assert life.state.contact.opted_out
        life.happen("opted-out", channel="fax")
        assert life.state.contact.refused == {Channel.EMAIL, Channel.FAX}

    def test_an_opportunity_is_moved_or_begun(self) -> None:
        life = Life(catalogue=CATALOGUE)
        life.happen("opportunity-moved", stage="new")
        life.happen("opportunity-moved", stage="open")
        life.happen("opportunity-moved", **{"stage": "won", "from": "new"})
        life.happen("opportunity-moved", stage="new")
        assert life.state.contact.opportunities == ("new", "open")


class TestSave:
    TEXT = """
    goals:
      looked:
        when: [{link-clicked: l}, {product-purchased: pro}]
        save: {interest: link, seats: quantity, seen: order}
      moved: {when: {field-changed: interest}, ends: none}
    sequences:
      s: {after: [looked], steps: {x: {if: {field: interest, is: course page}, apply-tag: t}}}
    """

    def test_the_values_are_there_before_anything_starts(self) -> None:
        life = Life(self.TEXT, catalogue=CATALOGUE)
        life.happen("link-clicked", link="l")
        assert life.state.contact.values["interest"] == "Course page"
        assert life.state.contact.tags == {"t"}
        assert life.told("saved") == ["saved looked: link in field interest"]

    def test_a_saved_value_is_heard_as_a_change_and_an_equal_one_is_none(self) -> None:
        life = Life(self.TEXT, catalogue=CATALOGUE)
        life.happen("link-clicked", link="l")
        assert life.told("achieved")[-1] == "achieved moved: field changed interest"
        life.happen("link-clicked", link="l")
        assert len(life.told("saved")) == 1

    def test_a_value_is_read_as_the_field_s_type(self) -> None:
        life = Life(self.TEXT, catalogue=CATALOGUE)
        life.happen("product-purchased", product="pro", quantity="2", order="A-7")
        assert life.state.contact.values["seats"] == 2
        assert life.state.contact.values["seen"] == "A-7"

    def test_what_the_field_cannot_hold_is_not_saved_and_the_story_says_so(self) -> None:
        text = """
        goals: {g: {when: {api-called: {integration: i, call: c}}, save: {seats: call}}}
        """
        life = Life(text, catalogue=CATALOGUE)
        life.happen("api-called", integration="i", call="c")
        assert "seats" not in life.state.contact.values
        assert "not saved: the field seats holds a number" in life.told("skipped")[0]


class TestScores:
    TEXT = """
    goals: {hot: {when: {lead-score-reached: {score: heat, at-least: 20}}}}
    sequences: {s: {after: [hot], steps: {x: {send-email: mail}}}}
    """

    def test_a_goal_is_achieved_when_the_points_rise_over_its_threshold(self) -> None:
        life = Life(self.TEXT, catalogue=CATALOGUE)
        life.submit("f")
        assert life.sent == []
        life.happen("link-clicked", link="l")
        assert life.sent == ["mail"]
        life.submit("f")
        assert life.sent == ["mail"]
        assert life.told("scored")[-1] == "scored : heat from 20 to 30"

    def test_losing_points_achieves_nothing_and_rising_again_does(self) -> None:
        life = Life(self.TEXT, catalogue=CATALOGUE)
        life.submit("f")
        life.submit("f")
        life.tag("cold")
        assert life.state.contact.scores["heat"].points == 5
        life.submit("f")
        life.submit("f")
        assert life.sent == ["mail", "mail"]

    def test_points_are_lost_on_the_calendar_and_achieve_nothing(self) -> None:
        life = Life(self.TEXT, catalogue=CATALOGUE)
        life.submit("f")
        life.sleep("15 days")
        life.happen("api-called", integration="i", call="c")
        start = instant(MONDAY)
        assert life.state.contact.scores["heat"] == Points(2, start + 14 * 86_400)
        life.sleep("10 days")
        life.happen("api-called", integration="i", call="c")
        assert life.state.contact.scores == {}

    def test_nobody_has_less_than_none_or_more_than_the_most(self) -> None:
        life = Life(catalogue=CATALOGUE)
        life.tag("cold")
        assert life.state.contact.scores == {}
        most = replace(life.state.contact, scores={"heat": Points(MOST_POINTS - 5, life.now)})
        life.state = replace(life.state, contact=most)
        life.submit("f")
        assert life.state.contact.scores["heat"].points == MOST_POINTS

    def test_a_score_that_is_gone_or_never_decays_keeps_its_points(self) -> None:
        contact = Contact(1, scores={"gone": Points(5, 0)})
        assert decayed(contact, CATALOGUE, instant(MONDAY), "UTC") is contact
        forever = Catalogue(scores={"gone": HEAT.model_copy(update={"decay": None})})
        assert decayed(contact, forever, instant(MONDAY), "UTC") is contact

    def test_an_enrolment_earns_no_points(self) -> None:
        # C12
        life = Life(one_step("{wait: 1 day}"), catalogue=CATALOGUE)
        life.enrol("web-form-submitted", form="f")
        assert life.state.contact.scores == {}
        assert life.at == ["s.x"]


def test_the_catalogue_knows_nothing_of_what_is_not_in_it() -> None:
    assert NOTHING.one_of("coach", 1, 1) is None
    assert CATALOGUE.pipelines == {"won": "Sales", "new": "Sales"}
    assert CATALOGUE.categories == {"pro": "Courses"}
    assert CATALOGUE.labels["l"] == "Course page"


def test_an_attribute_of_an_event_has_any_number_of_values() -> None:
    event = Event("x", {"a": "1", "b": ("1", "2")})
    assert [event.several(name) for name in "abc"] == [("1",), ("1", "2"), ()]
