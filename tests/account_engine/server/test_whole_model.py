"""The whole model, noun by noun, as a program makes it, lets it happen, and sees it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.account_engine.conftest import DAY
from tests.account_engine.server.conftest import Served, said, serving

NOW = {"wait": 20}


@pytest.fixture
def served(location: str) -> Iterator[Served]:
    """Serve a shop in each sort of store."""
    with serving(location) as found:
        yield found


class World:
    """A program, and a contact of the account that it asks."""

    def __init__(self, served: Served) -> None:
        """Add the contact."""
        self.served = served
        self.ada = self.contact(first_name="Ada", email="ada@example.com", phone="555", fax="556")

    def contact(self, **fields: str) -> int:
        """Add a contact."""
        return int(said(self.served.ask("POST", "/contacts", json={"fields": fields}), 201)["id"])

    def make(self, kind: str, **data: Any) -> str:  # noqa: ANN401  JSON
        """Make a resource."""
        sent = {"kind": kind, "data": data}
        return f"#{said(self.served.ask('POST', '/resources', json=sent), 201)['id']}"

    def campaign(self, when: dict[str, Any], *steps: dict[str, Any]) -> None:
        """Publish a campaign that does this when that happens."""
        numbered = [{"key": f"s{n}", **step} for n, step in enumerate(steps)]
        goals = {"begun": {"when": [when], "audience": "any-contact"}}
        sequences = {"does": {"after": ["begun"], "steps": numbered}}
        self.make("campaign", title="C", goals=goals, sequences=sequences)

    def happen(self, event: str, **about: Any) -> None:  # noqa: ANN401  JSON
        """Say what happened to the contact."""
        sent = {"contact": self.ada, "event": event, "about": about}
        assert said(self.served.ask("POST", "/events", json=sent, params=NOW))["turn"] == "done"

    def change(self, **sent: Any) -> dict[str, Any]:  # noqa: ANN401  JSON
        """Change the contact."""
        found: dict[str, Any] = said(self.served.ask("PATCH", f"/contacts/{self.ada}", json=sent))
        return found

    @property
    def known(self) -> dict[str, Any]:
        """What is known of the contact."""
        found: dict[str, Any] = said(self.served.ask("GET", f"/contacts/{self.ada}"))
        return found

    @property
    def sent(self) -> list[dict[str, Any]]:
        """What is in the outbox."""
        found: list[dict[str, Any]] = said(self.served.ask("GET", "/outbox"))["messages"]
        return found

    @property
    def told(self) -> list[str]:
        """The contact's timeline, a text a line."""
        found = said(self.served.ask("GET", f"/contacts/{self.ada}/timeline"))["happenings"]
        return [f"{one['what']} {one['node']}: {one['why']}" for one in found]


@pytest.fixture
def world(served: Served) -> World:
    """A program that asks."""
    return World(served)


def test_contacts_have_typed_fields(world: World) -> None:
    world.make("field", name="seats", title="Seats", type="number")
    world.make("field", name="born", title="Born", type="date")
    world.make("field", name="vip", title="VIP", type="boolean")
    world.make("field", name="level", title="Level", type="choice", choices=["pro", "basic"])
    sent = {"seats": "3", "born": "1815-12-10", "vip": "yes", "level": "pro"}
    read = {**sent, "seats": 3, "vip": True}
    fields = world.change(fields=sent)["fields"]
    assert {name: fields[name] for name in read} == read
    for name, value in (("seats", "many"), ("born", "soon"), ("vip", "perhaps"), ("level", "x")):
        refused = world.served.ask(
            "PATCH", f"/contacts/{world.ada}", json={"fields": {name: value}}
        )
        assert refused.status_code == 422, name


def test_contacts_have_consent_for_each_channel(world: World) -> None:
    assert world.change(refuse=["email", "fax"])["refused"] == ["email", "fax"]
    assert world.change(allow=["fax"])["refused"] == ["email"]
    world.happen("opted-out", channel="phone")
    assert world.known["refused"] == ["email", "phone"]


def test_contacts_have_a_time_zone_and_an_owner(world: World) -> None:
    email = world.make("email", subject="Hi", body="<p>Hi</p>", **{"from": "a@example.com"})
    tag = world.make("tag", name="go")
    wait = {"for": "1 day", "at": "09:00"}
    world.campaign(
        {"tag-applied": {"tag": tag}}, {"wait": wait, "action": {"send-email": {"email": email}}}
    )
    changed = world.change(
        fields={"time_zone": "Asia/Tokyo"}, owner="kim@shop.example", apply_tags=[int(tag[1:])]
    )
    assert changed["owner"] == "kim@shop.example"
    (position,) = changed["positions"]
    assert position["due"] == "2026-03-04T00:00:00Z"  # nine in the morning in Tokyo
    assert world.change(owner="")["owner"] is None


def test_tags_are_put_on_and_taken_off(world: World) -> None:
    tag = int(world.make("tag", name="VIP", category="Rank")[1:])
    path = f"/contacts/{world.ada}/tags/{tag}"
    assert world.served.ask("PUT", path).status_code == 204
    assert world.known["tags"] == [tag]
    assert world.served.ask("DELETE", path).status_code == 204
    assert world.known["tags"] == []


def test_notes_are_added_and_heard(world: World) -> None:
    heard, added = (world.make("note", title=t, text="{{ contact.first_name }}") for t in "AB")
    world.campaign({"note-applied": {"note": heard}}, {"action": {"add-note": {"note": added}}})
    world.happen("note-applied", note=heard)
    (note,) = world.sent
    assert (note["kind"], note["subject"]) == ("note", "B")


def test_tasks_are_created_and_completed(world: World) -> None:
    task = world.make("task", title="Call")
    form = world.make("internal-form", title="Ask", fields=[{"field": "email"}])
    after = world.make("task", title="Write it down")
    world.campaign(
        {"internal-form-submitted": {"form": form}}, {"action": {"create-task": {"task": task}}}
    )
    world.campaign({"task-completed": {"task": task}}, {"action": {"create-task": {"task": after}}})
    world.happen("internal-form-submitted", form=form)
    assert world.known["tasks"] == {task[1:]: 1}
    world.happen("task-completed", task=task)
    assert world.known["tasks"] == {after[1:]: 1}
    world.happen("task-completed", task=task)
    assert [one["subject"] for one in world.sent] == ["Call", "Write it down"]


def test_opportunities_move_through_stages(world: World) -> None:
    first, second = (world.make("stage", name=n, pipeline="Sales") for n in ("New", "Won"))
    tag = world.make("tag", name="go")
    world.campaign(
        {"tag-applied": {"tag": tag}},
        {"action": {"create-opportunity": {"stage": first}}},
        {"wait": {"for": "1 day"}, "action": {"move-opportunity": {"stage": second}}},
    )
    changed = world.change(apply_tags=[int(tag[1:])])
    assert changed["opportunities"] == [int(first[1:])]
    world.served.shop.account.tick(world.served.shop.account.info.now + DAY)
    assert world.known["opportunities"] == [int(second[1:])]
    world.happen("opportunity-moved", stage=first, **{"from": second})
    assert world.known["opportunities"] == [int(first[1:])]


def test_products_are_purchased(world: World) -> None:
    product = world.make("product", name="Course", price="10.00", currency="EUR")
    task = world.make("task", title="Thank")
    bought = {"product-purchased": {"product": product, "at-least": 2}}
    world.campaign(bought, {"action": {"create-task": {"task": task}}})
    world.happen("product-purchased", product=[product], quantity=["1"])
    assert world.sent == []
    world.happen("product-purchased", product=[product], quantity=["2"])
    assert world.known["purchases"] == {product[1:]: 3}
    assert [one["subject"] for one in world.sent] == ["Thank"]
    world.happen("purchase-failed", product=product, reason="no money")
    world.happen("subscription-ended", product=product)
    assert sum("event" in line for line in world.told) >= 4


def test_forms_pages_and_links_are_met_by_contacts(world: World) -> None:
    form = world.make("form", title="F", fields=[{"field": "email"}])
    page = world.make("page", title="P", body="<p>Hi</p>", form=form)
    link = world.make("link", title="L", url="https://shop.example/course")
    for path in (f"/forms/{form[1:]}", f"/pages/{page[1:]}"):
        assert world.served.client.get(path).status_code == 200
    assert world.served.client.post(
        f"/forms/{form[1:]}", data={"f1": "bo@example.com"}
    ).status_code in (200, 303)
    found = said(world.served.ask("GET", "/contacts", params={"email": "bo@example.com"}))
    assert len(found["contacts"]) == 1
    world.happen("landing-page-submitted", page=page)
    world.happen("link-clicked", link=link)
    assert [line.partition(": ")[2] for line in world.told] == [
        f"landing page submitted {page}", f"link clicked {link}",
    ]  # fmt: skip


def test_lead_scores_add_and_decay(world: World) -> None:
    tag = world.make("tag", name="warm")
    rules = [{"when": [{"tag-applied": {"tag": tag}}], "add": 5}]
    decay = {"by": 2, "every": "1 day"}
    score = world.make("score", name="Interest", rules=rules, decay=decay)
    task = world.make("task", title="Call")
    reached = {"lead-score-reached": {"score": score, "at-least": 5}}
    world.campaign(reached, {"action": {"create-task": {"task": task}}})
    assert world.change(apply_tags=[int(tag[1:])])["scores"] == {score[1:]: 5}
    assert [one["subject"] for one in world.sent] == ["Call"]
    world.served.shop.account.tick(world.served.shop.account.info.now + DAY)
    world.happen("opted-out")
    assert world.known["scores"] == {score[1:]: 3}


def test_fulfilment_lists_are_filled(world: World) -> None:
    fulfilment = world.make("fulfilment-list", name="Books", fields=["first_name"])
    tag = world.make("tag", name="go")
    world.campaign(
        {"tag-applied": {"tag": tag}},
        {"action": {"add-to-fulfilment-list": {"list": fulfilment}}},
    )
    world.change(apply_tags=[int(tag[1:])])
    (sent,) = world.sent
    assert (sent["kind"], sent["subject"]) == ("fulfilment", "Books")
    assert "Ada" in sent["body"]


def test_users_have_roles(world: World) -> None:
    role = world.make("role", title="Coach", people=["kim@shop.example"])
    task, tag = world.make("task", title="Call"), world.make("tag", name="go")
    world.campaign(
        {"tag-applied": {"tag": tag}},
        {"action": {"create-task": {"task": task, "to": {"role": role}}}},
        {"action": {"assign-owner": {"role": role}}},
    )
    assert world.change(apply_tags=[int(tag[1:])])["owner"] == "kim@shop.example"
    (sent,) = world.sent
    assert sent["person"] == "kim@shop.example"


def test_the_timeline_says_of_everything_that_happened_why(world: World) -> None:
    email = world.make("email", subject="Hi", body="<p>Hi</p>", **{"from": "a@example.com"})
    tag = world.make("tag", name="go")
    world.campaign({"tag-applied": {"tag": tag}}, {"action": {"send-email": {"email": email}}})
    world.change(apply_tags=[int(tag[1:])], refuse=["email"])
    assert world.told == [
        f"event : tag applied {tag}",
        f"achieved begun: tag applied {tag}",
        "entered does: after begun",
        f"passed does.s0: sent email {email}",
        "ended does: finished",
        "event : opted out email",
    ]
