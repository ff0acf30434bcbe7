"""The owner's pages: who is let in, and what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from account_engine.changing.changes import Remove
from account_engine.events import Event
from account_engine.keys import Scope
from account_engine.server.app import create_app
from account_engine.server.pages import views
from account_engine.server.pages.sessions import LASTS, LINK_LASTS, digest
from account_engine.views.contacts import Happening
from tests.account_engine.conftest import DAY
from tests.account_engine.server.conftest import Client, Served, asked, said


class Standing:
    """A clock that is moved by hand."""

    time = 1_000_000

    def now(self) -> int:
        return self.time


@pytest.fixture
def clock() -> Standing:
    return Standing()


@pytest.fixture
def pages(served: Served, clock: Standing) -> Iterator[Client]:
    """The pages, with a link that lets in once, and something that is installed."""

    def installed(record: object) -> tuple[tuple[str, str, str, int], ...]:
        return (("acme/follow-up", "1.2.0", "^1", 3),) if record else ()

    location = served.shop.location
    app = create_app(location, clock=clock, installations=installed, link=digest("once"))
    with asked(app) as client:
        yield client


def let_in(served: Served, pages: Client) -> Client:
    answer = pages.post("/login", data={"key": served.key(Scope.READ)})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    return pages


def read(pages: Client, path: str) -> str:
    answer = pages.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.text


PATHS = (
    "/",
    "/campaigns/1",
    "/campaigns/1.svg",
    "/contacts",
    "/contacts/1",
    "/outbox",
    "/outbox/1",
)


@pytest.mark.parametrize("path", [*PATHS, "/installations"])
def test_nobody_sees_a_page_without_having_come_in(pages: Client, path: str) -> None:
    answer = pages.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")


def test_the_link_lets_in_once(pages: Client) -> None:
    assert 'value="once"' in pages.get("/login?token=once").text
    answer = pages.post("/login", data={"token": "once"})
    assert answer.status_code == 303
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Campaigns" in read(pages, "/")
    again = pages.post("/login", data={"token": "once"})
    assert again.status_code == 401
    assert "has been used, or is too old" in again.text


def test_the_link_is_good_for_ten_minutes(pages: Client, clock: Standing) -> None:
    assert pages.post("/login", data={"token": "other"}).status_code == 401
    clock.time += LINK_LASTS + 1
    assert pages.post("/login", data={"token": "once"}).status_code == 401


def test_a_key_that_may_not_read_lets_nobody_in(served: Served, pages: Client) -> None:
    wrong = pages.post("/login", data={"key": "cpt_no"})
    assert "There is no such key" in wrong.text
    other = pages.post("/login", data={"key": served.key(Scope.EVENTS)})
    assert (other.status_code, "may not read" in other.text) == (401, True)


def test_a_session_ends(served: Served, pages: Client, clock: Standing) -> None:
    let_in(served, pages)
    clock.time += LASTS + 1
    assert pages.get("/").status_code == 303
    let_in(served, pages)
    assert pages.post("/logout").headers["Location"] == "/login"
    assert pages.get("/").status_code == 303


def test_a_session_ends_with_its_key(served: Served, pages: Client) -> None:
    let_in(served, pages)
    for key in served.shop.account.api_keys():
        served.shop.account.revoke_key(key.id, 5)
    assert pages.get("/").status_code == 303


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}],
)
def test_no_other_page_can_log_somebody_in_or_out(pages: Client, headers: dict[str, str]) -> None:
    for path in ("/login", "/logout"):
        answer = pages.post(path, data={"token": "once"}, headers=headers)
        assert (answer.status_code, "Nothing was done" in answer.text) == (403, True)
    own = {"Sec-Fetch-Site": "same-origin", "Origin": "http://shop.test"}
    assert pages.post("/login", data={"token": "once"}, headers=own).status_code == 303


def test_campaigns_say_how_many_are_in_them(served: Served, pages: Client) -> None:
    served.shop.registered()
    let_in(served, pages)
    number = served.shop.campaign
    assert "1 contact in it" in read(pages, "/")
    page = read(pages, f"/campaigns/{number}")
    assert "It is tomorrow</th>" in page
    assert "Wed 4 Mar 2026, 09:00" in page
    picture = pages.get(f"/campaigns/{number}.svg?dark")
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert "1 at remind.nudge" in picture.text
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    assert "overdue" not in page
    served.shop.account.set_published(number, published=False)
    served.shop.later(2)
    page = read(pages, f"/campaigns/{number}")
    assert "stopped: it hears and runs nothing" in page
    assert "1 overdue</span> since" in page


def test_who_is_at_two_places_of_a_campaign_is_in_it_once(served: Served, pages: Client) -> None:
    shop = served.shop
    shop.account.place(shop.registered().id, shop.campaign, "pitch")
    assert sum(one.contacts for one in shop.account.occupancy(shop.campaign)) == 2
    let_in(served, pages)
    for path in ("/", f"/campaigns/{shop.campaign}"):
        assert "1 contact in it" in read(pages, path)
    (entry,) = said(served.ask("GET", "/campaigns"))["campaigns"]
    assert entry["contacts"] == 1


def test_campaigns_that_were_taken_out_are_listed_while_somebody_finishes_them(
    served: Served, pages: Client
) -> None:
    shop = served.shop
    shop.registered()
    let_in(served, pages)
    assert "Taken out" not in read(pages, "/")
    shop.account.apply(shop.change_set(Remove(shop.campaign, "finish-on-old")))
    page = read(pages, "/")
    assert "There is no campaign here any more." in page
    (row,) = re.findall(r'<tr><th scope="row">(.*?)</tr>', page, re.DOTALL)
    assert "Follow-up" in row
    assert 'data-label="finishes it">1<' in row
    assert "Wed 4 Mar 2026, 09:00" in row
    assert "stopped" not in row
    shop.account.set_published(shop.campaign, published=False)
    shop.later(2)
    page = read(pages, "/")
    assert "stopped" in page
    assert "1 overdue</span> since" in page
    shop.account.let_go(shop.campaign)
    assert "Taken out" not in read(pages, "/")


def test_a_contact_s_page_tells_their_story(served: Served, pages: Client) -> None:
    contact = served.shop.registered("<b>Ada</b>")
    served.shop.account.apply_tag(contact.id, served.shop.attended)
    served.shop.account.opt_out(contact.id)
    let_in(served, pages)
    page = read(pages, f"/contacts/{contact.id}")
    assert "&lt;b&gt;Ada&lt;/b&gt;" in page
    assert "<b>Ada" not in page
    assert "stopped by goal attended (C3)" in page
    assert "Web form submitted “Registration”" in page
    assert "no email" in page
    assert "Pitch: An offer" in page


def test_what_a_reason_names_by_its_id_is_called_by_its_name(served: Served) -> None:
    task = f"#{served.shop.task}"
    why = f"created task {task}, due 2026-03-15; not a{task}, #99999 or #0"
    happening = Happening(0, "passed", "Follow-up", "remind.call", why)
    labels = views.labels_in(served.shop.account, [happening])
    ((_, (told,)),) = views.days([happening], labels)
    label = views.called(served.shop.account.label(task))
    assert told.why.startswith(f"created task “{label}”, due 2026-03-15; not a{task}, ")
    assert told.why.endswith(" or #0")


def test_contacts_are_found_and_listed_page_by_page(served: Served, pages: Client) -> None:
    let_in(served, pages)
    assert "There are no contacts." in read(pages, "/contacts")
    for number in range(51):
        served.shop.contact(f"Contact{number}")
    page = read(pages, "/contacts")
    assert 'href="/contacts?after=50"' in page
    assert "Contact50" in read(pages, "/contacts?after=50")
    assert "Contact7<" in read(pages, "/contacts?email=CONTACT7@example.com")
    assert "Nobody here has the address" in read(pages, "/contacts?email=nobody")


def test_the_outbox_says_how_far_each_message_has_come(served: Served, pages: Client) -> None:
    let_in(served, pages)
    assert "Nothing was sent yet." in read(pages, "/outbox")
    for number in range(52):
        served.shop.registered(f"Contact{number}")
    page = read(pages, "/outbox")
    assert "contact51@example.com" in page
    assert "contact1@example.com" not in page
    assert 'href="/outbox?before=3"' in page
    assert "contact1@example.com" in read(pages, "/outbox?before=3")
    served.shop.account.opt_out(1)
    message = read(pages, "/outbox/1")
    assert "withheld: the contact" in message
    assert "Welcome" in message


def test_installations_and_history(served: Served, pages: Client) -> None:
    let_in(served, pages)
    assert "No package is installed" in read(pages, "/installations")
    served.shop.account.apply(served.shop.change_set(record={"packages": {}}))
    page = read(pages, "/installations")
    assert "acme/follow-up" in page
    assert "1.2.0" in page
    assert "install plan-1" in page


@pytest.mark.parametrize(
    "path", ["/campaigns/77", "/campaigns/x", "/contacts/77", "/outbox/77", "/nothing"]
)
def test_what_is_not_there_is_said_on_a_page(served: Served, pages: Client, path: str) -> None:
    let_in(served, pages)
    answer = pages.get(path)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Nothing has this address" in answer.text


def test_a_page_s_time_is_the_account_s(served: Served, pages: Client) -> None:
    let_in(served, pages)
    served.shop.account.tick(served.shop.account.info.now + DAY)
    assert "Tue 3 Mar 2026, 09:00" in read(pages, "/")


def test_nothing_on_a_page_comes_from_elsewhere(served: Served, pages: Client) -> None:
    served.shop.registered()
    let_in(served, pages)
    for path in ("/", "/contacts", "/outbox", "/outbox/1", "/installations", "/login"):
        answer: httpx.Response = pages.get(path)
        assert "<script" not in answer.text
        assert " style=" not in answer.text
        assert "http:" not in answer.text
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert pages.get("/style.css").headers["Content-Type"].startswith("text/css")
    assert pages.get("/icon.svg").status_code == 200


def test_the_page_of_one_who_was_merged_leads_to_the_other(served: Served, pages: Client) -> None:
    ada, twin = served.shop.registered("Ada"), served.shop.contact("Lovelace")
    served.shop.account.merge(ada.id, twin.id)
    let_in(served, pages)
    answer = pages.get(f"/contacts/{twin.id}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/contacts/{ada.id}")
    assert f"contact {twin.id} is this one from now on" in read(pages, f"/contacts/{ada.id}")
    served.shop.account.delete_contact(ada.id)
    assert pages.get(f"/contacts/{twin.id}").status_code == 404


def test_a_long_timeline_is_read_page_by_page(
    served: Served, pages: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "LINES", 3)
    ada = served.shop.registered("Ada")
    let_in(served, pages)
    latest = read(pages, f"/contacts/{ada.id}")
    assert "The latest" not in latest
    assert "web form submitted" not in latest.casefold()
    (path,) = re.findall(r'href="([^"]+)">Earlier', latest)
    earlier = read(pages, path)
    while found := re.findall(r'href="([^"]+)">Earlier', earlier):
        earlier = read(pages, found[0])
    assert "web form submitted" in earlier.casefold()
    assert f'href="/contacts/{ada.id}">The latest' in earlier


def test_what_is_known_of_a_contact_stands_on_their_page(served: Served, pages: Client) -> None:
    shop = served.shop
    ada = shop.registered("Ada")
    book = shop.account.create_object(
        "product", {"name": "Book", "price": "10.00", "currency": "EUR"}
    )
    stage = shop.account.create_object("stage", {"name": "Won"})
    shop.account.buy(ada.id, [(book.id, 2)])
    shop.account.submit(ada.id, Event("opportunity-moved", {"stage": stage.reference}))
    shop.account.assign_owner(ada.id, "kim@shop.example")
    shop.later(4)
    let_in(served, pages)
    page = read(pages, f"/contacts/{ada.id}")
    for name, words in (
        ("Bought", "Book (2)"), ("Open tasks", "Call [first name] (1)"),
        ("Opportunities", "Won"), ("Belongs to", "kim@shop.example"),
    ):  # fmt: skip
        assert f"<dt>{name}</dt><dd>{words}</dd>" in page
