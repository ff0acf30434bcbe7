"""The native API, asked as a program would."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from account_engine.errors import AccountBusyError, DatabaseError
from account_engine.keys import Scope
from account_engine.server.app import create_app
from account_engine.stores.contacts import ContactVerbs
from tests.account_engine.server.conftest import Served, asked, problem, said, serving
from tests.account_engine.witnesses import MemoryWitness


@pytest.fixture
def served(location: str) -> Iterator[Served]:
    """Serve a shop in each sort of store."""
    with serving(location) as found:
        yield found


PATIENT = {"wait": 20}


# --- keys


def test_nobody_is_let_in_without_a_key(served: Served) -> None:
    answer = served.client.get("/api/v1/account")
    assert "cpt account key create" in problem(answer, 401, "no-key")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("token", ["nonsense", "cpt_000000000000_" + "x" * 43])
def test_a_token_of_no_key_is_refused(served: Served, token: str) -> None:
    problem(served.ask("GET", "/account", token=token), 401, "wrong-key")


def test_a_key_is_good_for_its_scopes_alone(served: Served) -> None:
    token = served.key(Scope.READ)
    assert said(served.ask("GET", "/account", token=token))["name"] == "Shop"
    refused = served.ask("POST", "/contacts", token=token, json={})
    assert "scope contacts; this key has read" in problem(refused, 403, "wrong-scope")
    bulk = served.ask("POST", "/contacts/bulk", token=token, content=b"{}")
    problem(bulk, 403, "wrong-scope")


def test_a_revoked_key_is_good_for_nothing(served: Served) -> None:
    token = served.key(Scope.READ)
    (key,) = [one for one in served.shop.account.api_keys() if one.id == token.split("_")[1]]
    served.shop.account.revoke_key(key.id, 5)
    assert "revoked" in problem(served.ask("GET", "/account", token=token), 401, "wrong-key")


# --- contacts


def test_a_contact_is_added_read_and_changed(served: Served) -> None:
    shop = served.shop
    fields = {"first_name": "Ada", "email": "ada@example.com"}
    answer = served.ask("POST", "/contacts", json={"fields": fields, "tags": [shop.attended]})
    added = said(answer, 201)
    assert answer.headers["Location"] == f"/api/v1/contacts/{added['id']}"
    assert added["fields"] == fields
    one = f"/contacts/{added['id']}"
    change = {"fields": {"first_name": None, "city": "Oslo"}, "refuse": ["fax"], "owner": "b@x.org"}
    changed = said(served.ask("PATCH", one, json=change))
    assert changed == said(served.ask("GET", one))
    assert changed["fields"] == {"email": "ada@example.com", "city": "Oslo"}
    assert (changed["refused"], changed["owner"]) == (["fax"], "b@x.org")
    allowed = said(served.ask("PATCH", one, json={"allow": ["fax"], "owner": ""}))
    assert (allowed["refused"], allowed["owner"]) == ([], None)


def test_a_tag_that_is_put_on_is_an_event(served: Served) -> None:
    contact = served.shop.registered()
    path = f"/contacts/{contact.id}/tags/{served.shop.attended}"
    assert served.ask("PUT", path).status_code == 204
    assert served.shop.at() == {"pitch.offer": 1}
    assert served.ask("DELETE", path).status_code == 204
    assert said(served.ask("GET", f"/contacts/{contact.id}"))["tags"] == []


def test_what_cannot_be_changed_changes_nothing_at_all(served: Served) -> None:
    contact = served.shop.contact()
    change = {"fields": {"city": "Oslo", "birthday": "tomorrow"}}
    answer = served.ask("PATCH", f"/contacts/{contact.id}", json=change)
    assert "holds a date" in problem(answer, 422, "refused")
    assert "city" not in served.shop.account.contact(contact.id).values


def test_contacts_are_listed_a_page_at_a_time(served: Served) -> None:
    ids = [served.shop.contact(name).id for name in ("Ada", "Bo", "Cy")]
    first = said(served.ask("GET", "/contacts", params={"limit": 2}))
    assert [one["id"] for one in first["contacts"]] == ids[:2]
    assert first["next"] == ids[1]
    second = said(served.ask("GET", "/contacts", params={"limit": 2, "after": ids[1]}))
    assert [one["id"] for one in second["contacts"]] == ids[2:]
    assert second["next"] is None
    found = said(served.ask("GET", "/contacts", params={"email": "BO@example.com"}))
    assert [one["id"] for one in found["contacts"]] == [ids[1]]


def test_a_contact_can_be_added_again_without_there_being_two(served: Served) -> None:
    sent = {"fields": {"email": "ada@example.com"}}
    first = said(served.ask("POST", "/contacts", json=sent, params={"unless": "email"}), 201)
    again = said(served.ask("POST", "/contacts", json=sent, params={"unless": "email"}))
    assert first == again


def test_many_contacts_are_added_or_none(served: Served) -> None:
    good = ['{"fields": {"email": "a@x.org"}}', "", '{"fields": {"email": "b@x.org"}}']
    assert said(served.lines("/contacts/bulk", good), 201)["count"] == 2
    bad = [*good, '{"fields": {"nickname": "c"}}']
    detail = problem(served.lines("/contacts/bulk", bad), 422, "refused")
    assert "Line 3: contacts of this account have no field 'nickname'" in detail
    assert served.shop.account.count_contacts() == 2


def test_a_contact_who_is_not_there_is_not_found(served: Served) -> None:
    for path in ("/contacts/77", "/contacts/77/timeline", "/contacts/9000000000000000000"):
        problem(served.ask("GET", path), 404, "no-such-contact")
    problem(served.ask("GET", "/contacts/none"), 422, "invalid")


def test_the_timeline_says_what_happened_and_why(served: Served) -> None:
    contact = served.shop.registered()
    happened = said(served.ask("GET", f"/contacts/{contact.id}/timeline"))["happenings"]
    assert [one["what"] for one in happened][:3] == ["event", "achieved", "entered"]
    asked = {"limit": len(happened) - 1}
    latest = said(served.ask("GET", f"/contacts/{contact.id}/timeline", params=asked))
    assert latest["happenings"] == happened[1:]
    asked["before"] = latest["earlier"]
    first = said(served.ask("GET", f"/contacts/{contact.id}/timeline", params=asked))
    assert first == {"happenings": happened[:1], "earlier": None}


def test_two_contacts_are_merged(served: Served) -> None:
    shop = served.shop
    ada, twin = shop.registered("Ada"), shop.contact("Lovelace", company="Engines")
    path = f"/contacts/{ada.id}/merge"
    before = said(served.ask("GET", f"/contacts/{twin.id}"))
    shop.account.set_value(twin.id, "city", "London")
    sent = {"duplicate": twin.id, "duplicate_digest": before["digest"]}
    assert f"Contact {twin.id} has changed" in problem(
        served.ask("POST", path, json=sent), 409, "edited"
    )
    mine, theirs = (said(served.ask("GET", f"/contacts/{n}"))["digest"] for n in (ada.id, twin.id))
    sent = {"duplicate": twin.id, "digest": mine, "duplicate_digest": theirs}
    merged = said(served.ask("POST", path, json=sent))
    assert merged["fields"] == {
        "first_name": "Ada",
        "email": "ada@example.com",
        "company": "Engines",
        "city": "London",
    }
    assert [one["node"] for one in merged["positions"]] == ["remind"]
    assert said(served.ask("POST", path, json=sent)) == merged
    assert said(served.ask("GET", f"/contacts/{twin.id}")) == merged
    told = said(served.ask("GET", f"/contacts/{twin.id}/timeline"))["happenings"]
    assert told[-1]["what"] == "merged"
    itself = served.ask("POST", path, json={"duplicate": ada.id})
    assert "into themselves" in problem(itself, 422, "refused")
    problem(served.ask("POST", path, json={"duplicate": 99}), 404, "no-such-contact")
    received = {"contact": twin.id, "event": "opted-out"}
    assert said(served.ask("POST", "/events", json=received, params=PATIENT))["turn"] == "done"
    assert said(served.ask("GET", f"/contacts/{ada.id}"))["refused"] == ["email"]


def test_a_contact_is_deleted(served: Served) -> None:
    ada, twin = served.shop.registered("Ada"), served.shop.contact("Lovelace")
    served.shop.account.merge(ada.id, twin.id)
    digest = said(served.ask("GET", f"/contacts/{ada.id}"))["digest"]
    wrong = served.ask("DELETE", f"/contacts/{ada.id}", params={"digest": "sha256:0"})
    problem(wrong, 409, "edited")
    other = problem(served.ask("DELETE", f"/contacts/{twin.id}"), 422, "refused")
    assert f"Contact {twin.id} was merged into contact {ada.id}" in other
    gone = served.ask("DELETE", f"/contacts/{ada.id}", params={"digest": digest})
    assert (gone.status_code, gone.content) == (204, b"")
    for number in (ada.id, twin.id):
        detail = problem(served.ask("GET", f"/contacts/{number}"), 404, "no-such-contact")
        assert f"Contact {number} was deleted, at 2026-03-02" in detail
    problem(served.ask("DELETE", f"/contacts/{ada.id}"), 404, "no-such-contact")
    assert said(served.ask("GET", "/contacts")) == {"contacts": [], "next": None}
    assert said(served.ask("GET", "/outbox"))["messages"] == []


# --- events


def event(served: Served, contact: int, **more: object) -> dict[str, object]:
    about = {"form": f"#{served.shop.form}"}
    return {"contact": contact, "event": "web-form-submitted", "about": about, **more}


def test_an_event_has_its_turn(served: Served) -> None:
    contact = served.shop.contact()
    answer = served.ask("POST", "/events", params=PATIENT, json=event(served, contact.id))
    assert said(answer) == {"count": 1, "turn": "done"}
    assert served.shop.at() == {"remind.nudge": 1}


def test_an_event_is_safe_while_somebody_else_is_writing(served: Served) -> None:
    contact = served.shop.contact()
    with served.shop.account.together():
        answer = served.ask("POST", "/events", params={"wait": 0}, json=event(served, contact.id))
        assert said(answer, 202)["turn"] == "pending"
    served.ask("POST", "/events", params=PATIENT, json=event(served, contact.id))
    assert served.shop.at() == {"remind.nudge": 1}


def test_an_event_for_somebody_who_is_not_there_stands_in_the_log(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    problem(served.ask("POST", "/events", json=event(served, 99)), 422, "refused")
    problem(served.lines("/events/bulk", [json.dumps(event(served, 99))]), 422, "refused")
    lines = [one.getMessage() for one in caplog.records if one.levelname == "WARNING"]
    assert [line.partition(" is refused: ")[2].casefold() for line in lines] == [
        "there is no contact 99 in this account",
        "line 1: there is no contact 99 in this account",
    ]


def test_many_events_are_received_or_none(served: Served) -> None:
    contacts = [served.shop.contact(name).id for name in ("Ada", "Bo")]
    good = [json.dumps(event(served, who)) for who in contacts]
    bad = [*good, json.dumps(event(served, 99))]
    detail = problem(served.lines("/events/bulk?wait=20", bad), 422, "refused")
    assert detail.startswith("Line 3: there is no contact 99")
    assert served.shop.at() == {}
    assert said(served.lines("/events/bulk?wait=20", good))["count"] == 2
    assert served.shop.at() == {"remind.nudge": 2}


@pytest.mark.parametrize(
    ("word", "about", "why"),
    [
        ("party", {}, "is not an event"),
        ("field-changed", {"field": "city"}, "change the contact's field instead"),
        ("lead-score-reached", {"score": "#1"}, "follows from the points"),
        ("web-form-submitted", {}, "has to say which form"),
        ("web-form-submitted", {"form": "#1"}, "is not the id of a web form"),
        ("web-form-submitted", {"form": "registration"}, "is not the id of a web form"),
        ("web-form-submitted", {"form": "#7", "colour": "red"}, "says nothing of 'colour'"),
        ("opted-out", {"channel": "pigeon"}, "is not one of"),
        ("tag-applied", {"tag": "#99"}, "is not the id of a tag"),
    ],
)
def test_what_is_no_event_is_refused_with_the_reason(
    served: Served, word: str, about: dict[str, str], why: str
) -> None:
    contact = served.shop.contact()
    if about.get("form") == "#7":
        about = {**about, "form": f"#{served.shop.form}"}
    sent = {"contact": contact.id, "event": word, "about": about}
    assert why in problem(served.ask("POST", "/events", json=sent), 422, "refused")


def test_a_goal_that_is_called_says_what_it_ended_and_started(served: Served) -> None:
    shop = served.shop
    called = {"when": [{"api-called": {"integration": "acme", "call": "came"}}]}
    flow = shop.flow(goals={"came": {**called, "after": ["remind"]}})
    flow["sequences"]["pitch"]["after"] = ["attended", "came"]
    shop.account.edit(shop.campaign, flow)
    contact = shop.registered()
    sent = {"contact": contact.id, "integration": "acme", "call": "came"}
    assert said(served.ask("POST", "/goals", json=sent))["goals"] == [
        {"campaign": shop.campaign, "goal": "came", "started": ["pitch"], "ended": ["remind.nudge"]}
    ]
    nobody = {**sent, "call": "left"}
    assert said(served.ask("POST", "/goals", json=nobody)) == {"goals": []}


def test_a_click_says_which_step_sent_the_message(served: Served) -> None:
    shop = served.shop
    url = "https://shop.example"
    link = shop.account.create_object("link", {"title": "Shop", "url": url}).id
    contact = shop.registered()
    number = shop.account.last_message()
    sent = {"contact": contact.id, "event": "link-clicked", "about": {"link": f"#{link}"}}
    answer = served.ask("POST", "/events", params=PATIENT, json={**sent, "message": number})
    assert said(answer)["turn"] == "done"
    answer = served.ask("POST", "/events", json={**sent, "message": number + 1})
    assert "never got" in problem(answer, 422, "refused")


# --- what is sent wrongly, and what fails


def test_what_is_not_json_is_told_so(served: Served) -> None:
    said_so = {"Content-Type": "application/json"}
    for body in (b"", b"{", b'{"fields": {"city": "\\ud800"}}', b"[" * 100_000):
        answer = served.ask("POST", "/contacts", content=body, headers=said_so)
        problem(answer, 400, "not-json")


def test_every_fault_is_named(served: Served) -> None:
    answer = served.ask("POST", "/goals", json={"contact": 0, "integration": "", "who": 1})
    problem(answer, 422, "invalid")
    places = [one["where"] for one in answer.json()["errors"]]
    assert places == ["contact", "integration", "call", "who"]
    twice = served.ask("GET", "/contacts?limit=1&limit=2")
    assert "'limit' twice" in problem(twice, 422, "invalid")
    unknown = served.ask("GET", "/contacts?colour=red")
    assert "colour" in problem(unknown, 422, "invalid")


def test_a_body_of_another_sort_is_refused(served: Served) -> None:
    form = served.ask("POST", "/contacts", data={"email": "a@x.org"})
    assert "application/json" in problem(form, 415, "wrong-media")
    one = served.ask("POST", "/events/bulk", json={})
    assert "application/x-ndjson" in problem(one, 415, "wrong-media")


def test_a_body_that_is_too_large_is_not_read(served: Served) -> None:
    said_so = {"Content-Type": "application/json"}
    body = b" " * (2**20 + 1)
    answer = served.ask("POST", "/contacts", content=body, headers=said_so)
    problem(answer, 413, "too-large")

    async def pieces() -> AsyncIterator[bytes]:
        for piece in (body[:9], body):
            yield piece

    streamed = served.ask("POST", "/contacts", content=pieces(), headers=said_so)
    problem(streamed, 413, "too-large")


def test_what_nobody_has_is_told_in_the_same_envelope(served: Served) -> None:
    problem(served.ask("GET", "/nothing"), 404, "not-found")
    answer = served.ask("DELETE", "/account")
    problem(answer, 405, "method-not-allowed")
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("error", "status", "word"),
    [
        (AccountBusyError("another process is changing this account"), 503, "busy"),
        (DatabaseError("postgresql://secret@host cannot be reached"), 503, "unavailable"),
        (ZeroDivisionError(), 500, "bug"),
    ],
)
def test_what_fails_is_told_without_its_insides(
    served: Served, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, word: str
) -> None:
    def failing(_: object) -> None:
        raise error

    monkeypatch.setattr(ContactVerbs, "count_contacts", failing)
    answer = served.ask("GET", "/account")
    assert "secret" not in problem(answer, status, word)
    monkeypatch.undo()
    assert said(served.ask("GET", "/account"))["name"] == "Shop"


def test_every_answer_tells_a_browser_to_trust_nothing(served: Served) -> None:
    for answer in (served.ask("GET", "/account"), served.ask("GET", "/nothing")):
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert served.ask("GET", "/account").headers["Cache-Control"] == "no-store"


# --- work lists


def test_work_is_listed_page_by_page_until_it_is_handed_out(served: Served) -> None:
    shop = served.shop
    for name in ("Ada", "Bo", "Cy"):
        shop.registered(name)
    shop.later(5)
    first = said(served.ask("GET", "/worklist", params={"limit": 2}))
    assert [(one["kind"], one["subject"]) for one in first["work"]] == [
        ("task", "Call Ada"), ("task", "Call Bo"),
    ]  # fmt: skip
    assert len({one["key"] for one in first["work"]}) == 2
    rest = said(served.ask("GET", "/worklist", params={"after": first["next"], "limit": 2}))
    assert ([one["subject"] for one in rest["work"]], rest["next"]) == (["Call Cy"], None)
    numbers = {"numbers": [one["number"] for one in first["work"]]}
    for count in (2, 0):
        out = served.ask("POST", "/worklist/handed-out", json=numbers)
        assert said(out) == {"count": count}
    assert said(served.ask("GET", "/worklist"))["work"] == rest["work"]
    (emailed, *_) = (one.number for one in shop.account.outbox() if one.kind == "email")
    assert said(served.ask("POST", "/worklist/handed-out", json={"numbers": [emailed, 999]})) == {
        "count": 0
    }


def test_a_copy_lists_no_work_and_hands_none_out(tmp_path: Path) -> None:
    with serving(str(tmp_path / "shop.account")) as served:
        served.shop.account.worklist((), 0, MemoryWitness())  # on another machine
        told = "is a copy, or was restored or moved"
        assert told in problem(served.ask("GET", "/worklist"), 422, "refused")
        out = served.ask("POST", "/worklist/handed-out", json={"numbers": [1]})
        assert told in problem(out, 422, "refused")


def test_where_nothing_remembers_what_went_out_no_work_is_listed(served: Served) -> None:
    with asked(create_app(served.shop.location)) as client:
        headers = {"Authorization": f"Bearer {served.token}"}
        answer = client.get("/api/v1/worklist", headers=headers)
        assert "remembers nothing" in problem(answer, 422, "refused")
