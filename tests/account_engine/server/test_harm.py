"""What somebody tries who means harm: without a key, with the wrong one, and with a good one."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from xmlrpc.client import Binary, Fault, ServerProxy, dumps, loads

import pytest

from account_engine.outgoing import tracking
from account_engine.server.app import create_app
from account_engine.server.rest_v2.endpoint import PREFIX
from account_engine.server.xmlrpc.endpoint import PATHS
from tests.account_engine.conftest import Shop
from tests.account_engine.server.conftest import Served, asked, serving
from tests.browser import on_loopback

CROSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"
QUICK = 2.0
"""In how many seconds an answer to something nasty is there, on a slow and busy machine."""


@pytest.fixture
def kept(location: str) -> Iterator[Served]:
    """A shop in a store of each sort."""
    with serving(location) as found:
        yield found


# --- pages


class _Found(HTMLParser):
    """What a page could act with."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name in {"href", "src", "action"}:
                self.addresses.add(value or "")


def _hostile(shop: Shop) -> tuple[str, ...]:
    """Let everything that has a name in a shop be called something nasty; return its pages."""
    account = shop.account
    field = account.create_object("field", {"name": "evil", "title": CROSS, "type": "text"})
    tag = account.create_object("tag", {"name": CROSS})
    fields = [{"field": "email"}, {"field": field.reference, "label": CROSS}]
    names = {"title": CROSS, "button": CROSS, "thanks": CROSS}
    form = account.create_object("form", {**names, "fields": fields})
    body = f"<h2>Hi</h2>{CROSS}<form action='https://evil.example'><a href='javascript:x()'>a</a>"
    page = account.create_object("page", {"title": CROSS, "form": form.reference, "body": body})
    account.edit(shop.campaign, shop.flow(title=CROSS))
    who = shop.registered()
    for name in ("evil", "first_name"):
        account.set_value(who.id, name, CROSS)
    account.apply_tag(who.id, tag.id)
    sent = account.outbox()[0].number
    pages = [f"/campaigns/{shop.campaign}", f"/contacts/{who.id}", f"/outbox/{sent}"]
    public = [f"/forms/{form.id}", f"/forms/{form.id}?sent", f"/pages/{page.id}"]
    return ("/", "/contacts", "/outbox", "/installations", *pages, *public)


def test_no_text_of_anybody_s_acts_on_a_page(served: Served) -> None:
    paths = _hostile(served.shop)
    served.client.post("/login", data={"key": served.token})
    for path in paths:
        answer = served.client.get(path)
        assert answer.status_code == 200, path
        found = _Found(answer.text)
        assert not found.elements & {"script", "iframe", "object", "embed", "base"}, path
        assert not [name for name in found.attributes if name.startswith("on")], path
        for address in found.addresses:
            assert urlsplit(address).netloc == "", (path, address)
            assert not address.casefold().startswith("javascript"), (path, address)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    served.client.cookies.clear()


def test_no_text_of_anybody_s_acts_in_a_picture(served: Served) -> None:
    _hostile(served.shop)
    served.client.post("/login", data={"key": served.token})
    answer = served.client.get(f"/campaigns/{served.shop.campaign}.svg")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "<script" not in answer.text
    assert "<img" not in answer.text


def test_what_a_form_was_sent_with_is_shown_as_text(served: Served) -> None:
    answer = served.client.post(f"/forms/{served.shop.form}", data={"f1": CROSS})
    assert answer.status_code == 422
    assert "script" not in _Found(answer.text).elements


@pytest.mark.parametrize(
    "origin", ["http://[", "null", "https://evil.example", "http://shop.test.", ""]
)
def test_who_is_sent_from_elsewhere_does_nothing(served: Served, origin: str) -> None:
    for path in ("/login", "/logout"):
        answer = served.client.post(path, data={"key": served.token}, headers={"Origin": origin})
        assert answer.status_code == 403, answer.text
        assert "Set-Cookie" not in answer.headers


def test_what_a_browser_says_of_itself_is_true_behind_a_proxy_too(served: Served) -> None:
    headers = {"Origin": "https://shop.example", "Sec-Fetch-Site": "same-origin"}
    answer = served.client.post("/login", data={"key": served.token}, headers=headers)
    assert answer.status_code == 303


def test_a_link_leads_nowhere_but_where_the_account_s_says(served: Served) -> None:
    link = served.shop.account.create_object(
        "link", {"title": "a", "url": "https://course.example/"}
    )
    signed = tracking.token(tracking.Tracked(1, link.id, 1), "account-1", "guessed")
    for token in (signed, "https:%2F%2Fevil.example", "..%2Flogin", "//evil.example"):
        answer = served.client.get(f"/l/{token}?url=https://evil.example")
        assert answer.status_code == 404
        assert "Location" not in answer.headers


# --- names


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("shop.example", True),
        ("SHOP.example:443", True),
        ("localhost:8600", True),
        ("127.0.0.1:8600", True),
        ("[::1]:8600", True),
        ("evil.example", False),
        ("evil.example:8600", False),
        ("127.0.0.1.evil.example", False),
        ("shop.example.evil.example", False),
        ("", False),
    ],
)
def test_a_server_is_asked_by_its_name_alone(
    served: Served,
    host: str,
    known: bool,  # noqa: FBT001
) -> None:
    app = create_app(served.shop.location, address="https://shop.example")
    with asked(app) as client:
        answer = client.get("/login", headers={"Host": host})
    assert (answer.status_code == HTTPStatus.MISDIRECTED_REQUEST) is not known
    assert known or "--address" in answer.text


# --- too much


def test_a_form_is_sent_so_often_and_no_more(served: Served) -> None:
    for number in range(30):
        answer = served.client.post(
            f"/forms/{served.shop.form}", data={"f1": f"n{number}@example.com"}
        )
        assert answer.status_code == 303, answer.text
    answer = served.client.post(f"/forms/{served.shop.form}", data={"f1": "late@example.com"})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 3
    assert "Try again" in answer.text
    assert served.shop.account.count_contacts() == 30
    assert served.client.get(f"/forms/{served.shop.form}").status_code == 200


def test_a_form_is_sent_by_so_many_and_no_more(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("account_engine.server.public.pages.OF_ONE_FORM", 3)
    app = create_app(served.shop.location, address="http://shop.test", proxied=True)
    with asked(app) as client:
        answers = [
            client.post(
                f"/forms/{served.shop.form}",
                data={"f1": f"n{number}@example.com"},
                headers={"X-Forwarded-For": f"8.8.8.{number}"},
            ).status_code
            for number in range(5)
        ]
    assert answers == [303, 303, 303, 429, 429]


def test_who_guesses_keys_is_told_to_wait(served: Served) -> None:
    answers = [served.client.post("/login", data={"key": "guess"}).status_code for _ in range(22)]
    assert answers == [401] * 20 + [429] * 2


# --- what is sent


BODIES = (
    '{"fields":' + "[" * 100_000 + "]" * 100_000 + "}",
    '{"fields":{"a":' + '{"a":' * 50_000 + "1" + "}" * 50_001 + "}",
    '{"fields":{"first_name":' + "9" * 100_000 + "}}",
    '{"fields":{"first_name":1e999}}',
    '{"fields":{"first_name":NaN}}',
    '{"fields":{"first_name":"\\ud800"}}',
    '{"fields":{"first_name":"a\\u0000b"}}',
    '{"fields":{"\\u0000":"b"}}',
    '{"tags":[' + "9" * 30 + "]}",
    '{"tags":[-1]}',
    '{"fields":{"first_name":"x"},"fields":{"nobody":1}}',
    '{"fields":{"email":"' + "a" * 900_000 + '@x.org"}}',
    "\x00",
    "[]",
)


def test_a_body_that_is_made_to_hurt_is_refused(kept: Served) -> None:
    for body in BODIES:
        before = time.monotonic()
        answer = kept.ask(
            "POST", "/contacts", content=body, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code in {400, 422}, answer.text[:500]
        assert time.monotonic() - before < QUICK
        assert len(answer.text) < 5000
        assert kept.shop.account.count_contacts() == 0


def _change_set(kept: Served, **more: Any) -> dict[str, Any]:  # noqa: ANN401  it is JSON
    info = kept.shop.account.info
    tag = {"is": "create", "name": "t", "kind": "tag", "data": {"name": "New"}}
    return {
        "id": "change-1",
        "account": info.id,
        "incarnation": info.incarnation,
        "head": info.head,
        "title": "Install",
        "relies": [],
        "operations": [tag],
        "record": {},
        **more,
    }


HUGE = 10**30


def test_a_number_that_no_column_holds_is_refused(kept: Served) -> None:
    one = {"is": "unchanged", "object": HUGE, "digest": "x"}
    flow = kept.shop.flow()
    flow["goals"]["registered"]["if"] = {"field": "#999999999999999999", "is": "x"}
    for path, sent in (
        ("/change-sets", _change_set(kept, relies=[one])),
        ("/change-sets", _change_set(kept, relies=[{"is": "unused", "object": -HUGE}])),
        ("/change-sets", _change_set(kept, operations=[{"is": "remove", "object": HUGE}])),
        ("/resources", {"kind": "campaign", "data": flow}),
    ):
        assert kept.ask("POST", path, json=sent).status_code in {409, 422}  # nothing has it


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_number_that_is_none_is_refused(kept: Served, number: str) -> None:
    flow = kept.shop.flow()
    flow["goals"]["registered"]["if"] = {"field": "first_name", "at-least": 7777}
    campaign = {"kind": "campaign", "data": flow}
    for path, sent in (
        ("/resources", campaign),
        ("/change-sets", _change_set(kept, record={"a": [{"b": 7777}]})),
    ):
        body = json.dumps(sent).replace("7777", number)
        said = {"Content-Type": "application/json"}
        assert kept.ask("POST", path, content=body, headers=said).status_code == 422
    assert kept.shop.account.revisions() == ()


def test_the_id_of_a_change_set_is_no_way_to_have_another_taken_for_done(kept: Served) -> None:
    first = _change_set(kept, record={"of": "@t"})
    assert kept.ask("POST", "/change-sets", json=first).status_code == 201
    assert kept.ask("POST", "/change-sets", json=first).json()["already"] is True
    for other in ({"record": {"of": "something else"}}, {"title": "Another"}):
        answer = kept.ask("POST", "/change-sets", json={**first, **other})
        assert answer.status_code == 409
        assert "was made by another plan" in answer.json()["detail"]


def test_a_query_of_very_many_names_takes_no_time(served: Served) -> None:
    names = "&".join(f"{number:x}" for number in range(12_000))
    before = time.monotonic()
    assert served.ask("GET", f"/contacts?{names}").status_code == 422
    assert time.monotonic() - before < QUICK


ADDRESSES = (
    "/contacts?email=%00",
    "/contacts?email=a%00b@x.org",
    "/contacts?email=%ED%A0%80",
    "/resources?natural=%00&kind=tag",
    "/contacts?after=9223372036854775807",
    "/outbox?after=9223372036854775807",
    "/contacts/9223372036854775807",
    "/contacts/9223372036854775807/timeline",
    "/resources/9223372036854775807",
    "/campaigns/9223372036854775807/picture",
    "/contacts/1%2Ftimeline",
    "/contacts/%2e%2e/account",
    "/contacts/1%00",
)


def test_an_address_that_is_made_to_hurt_is_answered(kept: Served) -> None:
    for path in ADDRESSES:
        assert kept.ask("GET", path).status_code in {200, 404, 422}


OF_REST_V2 = (
    "/contacts?filter=email%3D%3D%00",
    "/contacts?filter=city%3D%3D%00",
    "/contacts?page_token=999999999999999999",
    "/tags?filter=name%3D%3D%00",
    "/campaigns?filter=name%3D%3D%00",
    "/contacts/999999999999999999",
)


def test_an_address_of_rest_v2_that_is_made_to_hurt_is_answered(kept: Served) -> None:
    for path in OF_REST_V2:
        headers = {"X-Keap-API-Key": kept.token}
        assert kept.client.get(PREFIX + path, headers=headers).status_code in {200, 400, 404}


OWNERS = ("/contacts?email=%00", "/contacts?after=999999999999999999")


def test_an_owner_s_address_that_is_made_to_hurt_is_answered(kept: Served) -> None:
    for path in OWNERS:
        kept.client.post("/login", data={"key": kept.token})
        assert kept.client.get(path).status_code == 200


def test_a_form_that_is_made_to_hurt_is_refused(kept: Served) -> None:
    form = f"/forms/{kept.shop.form}"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for body in (
        "f1=a%00b@x.org",
        "f1=%ED%A0%80",
        "f1=" + "a" * 200_000 + "@x.org",
        "f1=@",
        "&" * 500,
    ):
        answer = kept.client.post(form, content=body, headers=headers)
        assert answer.status_code in {400, 422}, answer.text[:300]
    assert kept.shop.account.count_contacts() == 0


def test_a_call_that_is_made_to_hurt_is_a_fault(kept: Served) -> None:
    with on_loopback(create_app(kept.shop.location)) as address:
        client: Any
        with ServerProxy(f"{address}{PATHS[0]}", allow_none=True) as client:
            nul = Binary(b"a\0b")
            kept.shop.contact()
            assert client.ContactService.findByEmail(kept.token, nul, ["Id"]) == []
            assert (
                client.DataService.query(kept.token, "Contact", 9, 0, {"City": nul}, ["Id"]) == []
            )
            for data in ({"Email": nul}, {"City": float("inf"), "Birthday": "\ufffe"}):
                with pytest.raises(Fault) as caught:
                    client.ContactService.add(kept.token, data)
                assert caught.value.faultCode == 12
    for value in ("<int>" + "9" * 5000 + "</int>", "<int>9999999999999999999999</int>"):
        body = (
            "<methodCall><methodName>ContactService.load</methodName><params><param><value>"
            f"<string>{kept.token}</string></value></param><param><value>{value}</value></param>"
            "<param><value><array><data/></array></value></param></params></methodCall>"
        )
        answer = kept.client.post(PATHS[0], content=body, headers={"Content-Type": "text/xml"})
        assert "<int>12</int>" in answer.text or "<int>5</int>" in answer.text, answer.text


def test_patterns_take_no_time_that_grows_with_their_square(served: Served) -> None:
    served.shop.contact(city="a" * 10_000)
    before = time.monotonic()
    headers = {"X-Keap-API-Key": served.token, "Content-Type": "text/xml"}
    spaces = " " * 30_000
    wanted = {"filter": f"name=={spaces}x{spaces}x"}
    answer = served.client.get(f"{PREFIX}/tags", params=wanted, headers=headers)
    assert answer.json()["tags"] == []
    where = {"City": "%a" * 500 + "b"}
    body = dumps((served.token, "Contact", 1, 0, where, ["Id"]), "DataService.query")
    answer = served.client.post(PATHS[0], content=body, headers=headers)
    assert loads(answer.text)[0] == ([],)
    html = "<a href " * 30_000
    assert tracking.with_links(html, {}, str) == html
    assert time.monotonic() - before < QUICK


# --- at once


def test_a_change_set_that_is_sent_twice_at_once_is_applied_once(served: Served) -> None:
    sent = _change_set(served)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: served.ask("POST", "/change-sets", json=sent), range(8)))
    assert sorted(one.status_code for one in answers) == [200] * 7 + [201]
    assert len(served.shop.account.revisions()) == 1


def test_a_contact_who_is_added_twice_at_once_is_one(served: Served) -> None:
    sent = {"fields": {"email": "ada@example.com"}}
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: served.ask("POST", "/contacts?unless=email", json=sent), range(8))
        )
    assert sorted(one.status_code for one in answers) == [200] * 7 + [201]
    assert served.shop.account.count_contacts() == 1
