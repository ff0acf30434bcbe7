"""The old API, called by the standard library's client over loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias
from xmlrpc.client import Binary, DateTime, Fault, ServerProxy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from account_engine.keys import Scope
from account_engine.server.app import create_app
from account_engine.server.xmlrpc.endpoint import PATHS
from account_engine.server.xmlrpc.wire import read_call
from account_engine.stores.contacts import ContactVerbs
from tests.account_engine.server.conftest import Served
from tests.browser import on_loopback

Proxy: TypeAlias = Any
"""A client that makes methods up as they are called; a type checker cannot know them."""

Answers: TypeAlias = Any


@pytest.fixture
def address(served: Served) -> Iterator[str]:
    """The shop, served over loopback."""
    with on_loopback(create_app(served.shop.location)) as found:
        yield found


@pytest.fixture
def old(address: str) -> Iterator[Proxy]:
    """A client as integrations have it."""
    with ServerProxy(f"{address}/crm/xmlrpc/v1", allow_none=True) as client:
        yield client


def with_goal(served: Served) -> int:
    """Let the shop's campaign listen for a call; return the contact who waits in it."""
    shop = served.shop
    called = {"when": [{"api-called": {"integration": "acme", "call": "webinarAttended"}}]}
    flow = shop.flow(goals={"came": {**called, "after": ["remind"]}})
    flow["sequences"]["pitch"]["after"] = ["attended", "came"]
    shop.account.edit(shop.campaign, flow)
    return shop.registered().id


@pytest.mark.parametrize("path", PATHS)
def test_a_goal_is_achieved_as_the_article_has_it(served: Served, address: str, path: str) -> None:
    contact = with_goal(served)
    client: Proxy
    with ServerProxy(f"{address}{path}") as client:
        (result,) = client.FunnelService.achieveGoal(
            served.token, "acme", "webinarAttended", contact
        )
    ids = served.shop.account.flow(served.shop.campaign).ids
    assert (result["success"], result["goalId"]) == (True, ids["came"])
    assert [one["flowId"] for one in result["flowStartResults"]] == [ids["pitch"]]
    assert [one["flowId"] for one in result["flowStopResults"]] == [ids["remind"]]
    assert served.shop.at() == {"pitch.offer": 1}


def test_a_call_that_nobody_listens_for_is_no_success(served: Served, old: Proxy) -> None:
    contact = served.shop.contact()
    (result,) = old.FunnelService.achieveGoal(served.token, "acme", "dance", contact.id)
    assert result["success"] is False
    assert result["msg"] == "No goal listens for acme dance"


def test_the_key_may_come_in_a_header(served: Served, address: str) -> None:
    contact = with_goal(served)
    headers = [("Authorization", f"Bearer {served.token}")]
    client: Proxy
    with ServerProxy(f"{address}/crm/xmlrpc/v1", headers=headers) as client:
        (result,) = client.FunnelService.achieveGoal("", "acme", "webinarAttended", contact)
    assert result["success"] is True


def test_a_client_adds_a_contact_and_finds_them_again(served: Served, old: Proxy) -> None:
    data = {"FirstName": "Ada", "Email": "ada@example.com", "_interest": "pro"}
    contact = old.ContactService.add(served.token, data)
    wanted = ["Id", "FirstName", "_interest", "LastName"]
    record = {"Id": contact, "FirstName": "Ada", "_interest": "pro"}
    assert old.ContactService.load(served.token, contact, wanted) == record
    assert old.ContactService.findByEmail(served.token, "ADA@example.com", wanted) == [record]
    assert old.ContactService.update(served.token, contact, {"LastName": "Byron"}) == contact
    loaded = old.ContactService.load(served.token, contact, ["LastName"])
    assert loaded == {"LastName": "Byron"}


def test_a_duplicate_check_finds_who_is_alike(served: Served, old: Proxy) -> None:
    ada = {"FirstName": "Ada", "Email": "ada@example.com"}
    check = old.ContactService.addWithDupCheck
    first = check(served.token, ada, "Email")
    assert check(served.token, {**ada, "FirstName": "Bo"}, "Email") == first
    assert served.shop.account.contact(first).values["first_name"] == "Bo"
    assert check(served.token, ada, "EmailAndName") != first
    with pytest.raises(Fault, match=r"\[InvalidParameter\]A duplicate check needs Email"):
        check(served.token, {"FirstName": "Ada"}, "Email")
    with pytest.raises(Fault, match="The checks are"):
        check(served.token, ada, "Shoe size")


def test_a_tag_is_put_on_and_taken_off(served: Served, old: Proxy) -> None:
    contact = served.shop.registered().id
    said = (served.token, contact, served.shop.attended)
    assert old.ContactService.addToGroup(*said) is True
    assert served.shop.at() == {"pitch.offer": 1}
    assert old.ContactService.addToGroup(*said) is False
    record = old.ContactService.load(served.token, contact, ["Groups"])
    assert record == {"Groups": str(served.shop.attended)}
    assert old.ContactService.removeFromGroup(*said) is True
    assert old.ContactService.removeFromGroup(*said) is False


def test_tables_are_queried(served: Served, old: Proxy) -> None:
    ada, bo = served.shop.contact("Ada", city="Oslo"), served.shop.contact("Bo", city="Bergen")
    served.shop.account.apply_tag(bo.id, served.shop.attended)

    def ask(table: str, where: dict[str, Any], wanted: list[str], *more: object) -> Answers:
        return old.DataService.query(served.token, table, 10, 0, where, wanted, *more)

    assert ask("Contact", {"Email": "bo@example.com"}, ["Id"]) == [{"Id": bo.id}]
    assert ask("Contact", {"Id": ada.id}, ["FirstName"]) == [{"FirstName": "Ada"}]
    assert ask("Contact", {"FirstName": "A%"}, ["City"]) == [{"City": "Oslo"}]
    assert ask("Contact", {"LastName": "~null~", "City": ["Oslo"]}, ["Id"]) == [{"Id": ada.id}]
    cities = ask("Contact", {"Id": "%"}, ["City"], "City", *[True])
    assert [one["City"] for one in cities] == ["Bergen", "Oslo"]
    assert ask("ContactGroup", {"GroupName": "att%"}, ["Id"]) == [{"Id": served.shop.attended}]
    assigned = ask("ContactGroupAssign", {"ContactId": bo.id}, ["GroupId"])
    assert assigned == [{"GroupId": served.shop.attended}]
    assert ask("Campaign", {"Id": "%"}, ["Name"]) == [{"Name": "Follow-up"}]
    second = old.DataService.query(served.token, "Contact", 1, 1, {"Id": "%"}, ["Id"])
    assert second == [{"Id": bo.id}]


@pytest.mark.parametrize(
    ("method", "arguments", "code", "why"),
    [
        ("ContactService.load", ["wrong", 1, ["Id"]], 2, "[InvalidKey]Invalid Key"),
        ("ContactService.load", [], 2, "[InvalidKey]Invalid Key"),
        ("ContactService.load", ["TOKEN", 77, ["Id"]], 5, "[RecordNotFound]Record Not Found"),
        ("ContactService.load", ["TOKEN", 1, ["Shoe"]], 10, "[NoFieldFound]No such field"),
        ("ContactService.load", ["TOKEN", "x", ["Id"]], 12, "[InvalidParameter]'x' has to be a n"),
        ("ContactService.load", ["TOKEN", 1], 0, "[NoSuchMethod]No method matching arguments"),
        ("ContactService.dance", ["TOKEN"], 0, "[NoSuchMethod]No such handler"),
        ("ContactService.add", ["TOKEN", {"Groups": "1"}], 8, "[NoFieldAccess]No access to"),
        ("ContactService.add", ["TOKEN", {"Email": []}], 12, "[InvalidParameter]"),
        ("ContactService.addToGroup", ["TOKEN", 1, 99], 5, "[RecordNotFound]"),
        ("FunnelService.achieveGoal", ["TOKEN", "a", "b", 77], 5, "[RecordNotFound]"),
        ("ContactService.update", ["TOKEN", 1, {"Birthday": "x"}], 12, "[InvalidParameter]"),
        ("DataService.query", ["TOKEN", "Lead", 1, 0, {}, ["Id"]], 9, "[NoTableFound]"),
        ("DataService.query", ["TOKEN", "Contact", 1, 0, {}, []], 11, "[NoFields]"),
        ("DataService.query", ["TOKEN", "Product", 1, 0, {"X": 1}, ["Id"]], 10, "[NoFieldFound]"),
        ("DataService.query", ["TOKEN", "Contact", 0, 0, {}, ["Id"]], 12, "[InvalidParameter]"),
    ],
)
def test_what_goes_wrong_has_the_number_that_clients_know(
    served: Served, old: Proxy, method: str, arguments: list[Any], code: int, why: str
) -> None:
    served.shop.contact()
    said = [served.token if one == "TOKEN" else one for one in arguments]
    with pytest.raises(Fault) as caught:
        getattr(old, method)(*said)
    assert (caught.value.faultCode, caught.value.faultString[: len(why)]) == (code, why)


def test_a_key_without_the_scope_is_no_good(served: Served, old: Proxy) -> None:
    token = served.key(Scope.READ)
    with pytest.raises(Fault) as caught:
        old.FunnelService.achieveGoal(token, "a", "b", 1)
    assert (caught.value.faultCode, caught.value.faultString[:10]) == (14, "[NoAccess]")


def test_dates_and_bytes_are_read_as_texts(served: Served, old: Proxy) -> None:
    data: dict[str, object] = {"Birthday": DateTime("19900510T00:00:00"), "City": Binary(b"Oslo")}
    with pytest.raises(Fault, match="holds a date"):
        old.ContactService.add(served.token, data)
    data["Birthday"] = "1990-05-10"
    contact = old.ContactService.add(served.token, data)
    assert served.shop.account.contact(contact).values["city"] == "Oslo"


BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<methodCall><methodName>ContactService.add</methodName><params><param><value>&b;</value></param>
</params></methodCall>"""
FILE = BOMB.replace(b'<!ENTITY a "ha">', b'<!ENTITY a SYSTEM "file:///etc/passwd">')
DEEP = b"<methodCall><methodName>x</methodName>" + b"<value><array><data>" * 90 + b"</methodCall>"
MANY = b"<methodCall><methodName>x</methodName><params>" + b"<i/>" * 60_000
FAULTY = b"<methodResponse><fault><value><string>x</string></value></fault></methodResponse>"


@pytest.mark.parametrize("body", [BOMB, FILE, DEEP, MANY, FAULTY, b"", b"<a/>", b"\xff", b"{}"])
def test_what_is_no_call_is_a_fault(served: Served, body: bytes) -> None:
    answer = served.client.post(PATHS[0], content=body, headers={"Content-Type": "text/xml"})
    assert answer.status_code == 200
    assert b"<int>12</int>" in answer.content
    assert b"root:" not in answer.content


def test_a_body_of_another_sort_is_refused(served: Served) -> None:
    assert served.client.post(PATHS[0], data={"a": "b"}).status_code == 415


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.binary(max_size=400) | st.text(alphabet="<>/&;!valuestringi4 methodCallN[]", max_size=200)
)
def test_whatever_is_sent_is_a_call_or_a_fault(tmp_path: Path, body: bytes | str) -> None:
    del tmp_path
    sent = body if isinstance(body, bytes) else f"<methodCall>{body}</methodCall>".encode()
    with pytest.raises(Fault):
        read_call(sent)


def test_what_fails_without_anybody_s_doing_is_a_fault(
    served: Served, old: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(ContactVerbs, "find_contacts", failing)
    with pytest.raises(Fault, match=r"\[UnexpectedError\]This is a fault of the server"):
        old.ContactService.findByEmail(served.token, "a@x.org", ["Id"])


def test_every_table_is_asked_by_its_own_fields(served: Served, old: Proxy) -> None:
    shop = served.shop
    price = {"name": "Course", "price": "49.90", "currency": "EUR", "sku": "C1"}
    product = shop.account.create_object("product", price).id
    contact = shop.contact()
    shop.account.assign_owner(contact.id, "boss@example.com")

    def ask(table: str, where: dict[str, object], wanted: list[str]) -> Answers:
        return old.DataService.query(served.token, table, 10, 0, where, wanted)

    assert ask("Product", {"Id": product}, ["ProductPrice", "Sku"]) == [
        {"ProductPrice": 49.9, "Sku": "C1"}
    ]
    (field,) = ask("DataFormField", {"Name": "interest"}, ["Label", "DataType"])
    assert field == {"Label": "Interest", "DataType": 15}
    owner = ask("Contact", {"OwnerEmail": "boss@example.com"}, ["Id", "OwnerEmail"])
    assert owner == [{"Id": contact.id, "OwnerEmail": "boss@example.com"}]
    assert ask("Contact", {"Id": 0}, ["Id"]) == ask("Contact", {"Id": "x"}, ["Id"]) == []
    assert ask("Contact", {"_interest": "~null~"}, ["FirstName"]) == [{"FirstName": "Ada"}]
    newest = old.DataService.query(
        served.token, "Contact", 1, 0, {"Id": "%"}, ["Id"], "Id", *[False]
    )
    assert newest == [{"Id": contact.id}]
