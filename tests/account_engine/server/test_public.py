"""What contacts meet: forms, landing pages, tracked links and opting out."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from account_engine.outgoing import tracking
from account_engine.outgoing.deliveries import Courier
from account_engine.outgoing.parcels import Parcel
from account_engine.outgoing.tracking import Tracked
from account_engine.whereabouts import Seen
from tests.account_engine.conftest import START, Shop
from tests.account_engine.server.conftest import Served

URL = "https://course.example/?a=1&b=2"


class Remembering:
    """A witness in memory."""

    def __init__(self) -> None:
        self.notes: dict[str, Seen] = {}

    def seen(self, account: str) -> Seen | None:
        return self.notes.get(account)

    def note(self, account: str, seen: Seen) -> None:
        self.notes[account] = seen


def registering(shop: Shop) -> int:
    """Make a form of every sort of field that starts the shop's campaign; return its number."""
    choice = shop.account.create_object(
        "field", {"name": "size", "title": "Size", "type": "choice", "choices": ["S", "L"]}
    )
    yes = shop.account.create_object("field", {"name": "vip", "title": "VIP?", "type": "boolean"})
    fields = [
        {"field": "email"},
        {"field": "first_name", "label": "Your <name>", "required": True},
        {"field": "birthday"},
        {"field": choice.reference},
        {"field": yes.reference},
    ]
    form = {"title": "Registration", "fields": fields, "button": "Go", "thanks": "See you!"}
    shop.account.edit(shop.form, form)
    return shop.form


def test_a_form_asks_what_its_fields_hold(served: Served) -> None:
    page = served.client.get(f"/forms/{registering(served.shop)}").text
    assert '<input id="f1" name="f1" type="email"' in page
    assert "Your &lt;name&gt;" in page
    assert 'type="date"' in page
    assert "<option>L</option>" in page
    assert 'type="checkbox"' in page
    assert "Go</button>" in page


def test_who_sends_a_form_becomes_a_contact_and_the_campaign_hears_it(served: Served) -> None:
    path = f"/forms/{registering(served.shop)}"
    sent = {"f1": " Ada@example.com ", "f2": "Ada", "f3": "1990-05-10", "f4": "L", "f5": "yes"}
    answer = served.client.post(path, data=sent)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{path}?sent")
    assert "See you!" in served.client.get(answer.headers["Location"]).text
    (contact,) = served.shop.account.find_contacts(email="ada@example.com")
    names = {one.data["name"]: one.reference for one in served.shop.account.objects_of("field")}
    assert contact.values[names["size"]] == "L"
    assert contact.values[names["vip"]] is True
    assert served.shop.at() == {"remind.nudge": 1}


def test_who_is_known_stays_one_contact_and_keeps_what_they_leave_empty(served: Served) -> None:
    contact = served.shop.contact("Ada", birthday="1990-05-10")
    path = f"/forms/{registering(served.shop)}"
    sent = {"f1": "ADA@example.com", "f2": "Augusta", "f3": ""}
    first = served.client.post(path, data=sent)
    new = served.client.post(path, data={**sent, "f1": "new@example.com"})
    assert first.headers["Location"] == new.headers["Location"]
    assert first.content == new.content == b""
    values = served.shop.account.contact(contact.id).values
    assert (values["first_name"], values["birthday"]) == ("Augusta", "1990-05-10")
    assert served.shop.account.count_contacts() == 2


@pytest.mark.parametrize(
    ("sent", "faults"),
    [
        ({"f9": "x"}, ["f1", "f2"]),
        ({"f1": "nobody", "f2": "x"}, ["f1"]),
        ({"f1": "a@x.org", "f2": "x", "f3": "soon", "f4": "M"}, ["f3", "f4"]),
        ({"f1": "a@x.org", "f2": "y" * 20_001}, ["f2"]),
    ],
)
def test_what_is_wrong_with_an_answer_stands_beside_it(
    served: Served, sent: dict[str, str], faults: list[str]
) -> None:
    answer = served.client.post(f"/forms/{registering(served.shop)}", data=sent)
    assert answer.status_code == 422
    assert re.findall(r'<p class="fault" id="(f\d)-fault">', answer.text) == faults
    assert all(f'href="#{fault}"' in answer.text for fault in faults)
    assert served.shop.account.count_contacts() == 0


def test_a_landing_page_has_its_form_and_nothing_that_acts(served: Served) -> None:
    shop = served.shop
    form = registering(shop)
    body = "<h2>Learn</h2><script>steal()</script><a href='javascript:x()' onclick='y()'>go</a>"
    data = {"title": "Webinar", "form": f"#{form}", "body": body}
    page = shop.account.create_object("page", data)
    flow = shop.flow()
    flow["goals"]["registered"]["when"] = [{"landing-page-submitted": {"page": page.reference}}]
    shop.account.edit(shop.campaign, flow)
    path = f"/pages/{page.id}"
    shown = served.client.get(path).text
    assert "<h2>Learn</h2>" in shown
    assert not re.search("script|onclick", shown)
    assert served.client.post(path, data={"f1": "a@x.org", "f2": "A"}).status_code == 303
    assert shop.at() == {"remind.nudge": 1}


def test_a_landing_page_without_a_form_takes_nothing_in(served: Served) -> None:
    page = served.shop.account.create_object("page", {"title": "Hello", "body": "<p>Hi</p>"})
    assert "<form" not in served.client.get(f"/pages/{page.id}").text
    assert served.client.post(f"/pages/{page.id}", data={"f1": "a@x.org"}).status_code == 422


@pytest.mark.parametrize("path", ["/forms/99", "/forms/x", "/forms/1", "/pages/1"])
def test_what_is_no_form_is_said_on_a_page(served: Served, path: str) -> None:
    answer = served.client.get(path)
    assert (answer.status_code, "There is no such page" in answer.text) == (404, True)


def test_what_was_sent_and_is_no_form_is_refused(served: Served) -> None:
    path = f"/forms/{registering(served.shop)}"
    assert served.client.post(path, json={}).status_code == 415
    said = {"Content-Type": "application/x-www-form-urlencoded"}
    for body in (b"f1=%ff", b"&".join(b"a=1" for _ in range(500)), b"a=" + b"x" * 300_000):
        answer = served.client.post(path, content=body, headers=said)
        assert answer.status_code in {400, 413}


# --- what emails lead to


def delivering(shop: Shop, url: str = URL) -> tuple[int, Parcel]:
    """Let an email with a tracked link go out; return the link's number and the parcel."""
    link = shop.account.create_object("link", {"title": "Course", "url": url}).id
    letter = shop.account.object(shop.welcome)
    assert letter is not None
    href = url.replace("&", "&amp;")
    body = f'<p><a class="x" href="{href}">Go</a> <a href="https://other.example">No</a></p>'
    shop.account.edit(shop.welcome, {**letter.data, "body": body})
    settings = {
        "host": "localhost",
        "unsubscribe": "https://shop.example/unsubscribe",
        "links": "https://shop.example/l",
    }
    witness = Remembering()
    shop.account.switch_on(Courier.MAIL, settings, witness)
    shop.registered()
    shop.account.take_up(Courier.MAIL, START)
    (delivery,) = shop.account.claim(Courier.MAIL, START, START + 600, 9, witness)
    parcel = shop.account.packer(Courier.MAIL).parcel(delivery)
    assert isinstance(parcel, Parcel)
    return link, parcel


def test_a_tracked_link_leads_where_it_says_and_is_noticed(served: Served) -> None:
    shop = served.shop
    link, parcel = delivering(shop)
    (address,) = re.findall(r"https://shop\.example(/l/[^\"]+)", parcel.message.body)
    assert 'href="https://other.example"' in parcel.message.body
    answer = served.client.get(address)
    assert (answer.status_code, answer.headers["Location"]) == (302, URL)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    shop.account.catch_up()
    happened = [one.why for one in shop.account.timeline(parcel.message.contact)]
    assert any(why.startswith(f"link clicked #{shop.campaign} #{link}") for why in happened)


def test_a_program_that_looks_at_a_link_follows_nothing(served: Served) -> None:
    _, parcel = delivering(served.shop)
    (address,) = re.findall(r"https://shop\.example(/l/[^\"]+)", parcel.message.body)
    assert served.client.request("HEAD", address).status_code == 302
    served.shop.account.catch_up()
    happened = [one.why for one in served.shop.account.timeline(parcel.message.contact)]
    assert not any("link clicked" in why for why in happened)


def test_a_link_leads_on_when_its_campaign_is_gone(served: Served) -> None:
    shop = served.shop
    _, parcel = delivering(shop)
    (address,) = re.findall(r"https://shop\.example(/l/[^\"]+)", parcel.message.body)
    shop.account.delete_object(shop.campaign)
    assert served.client.get(address).headers["Location"] == URL


@pytest.mark.parametrize("token", ["x", "1-2-3-aaaaaaaaaaaaaaaaaaaaaa", "https:%2F%2Fevil.example"])
def test_nobody_can_make_a_link_of_the_account_s(served: Served, token: str) -> None:
    delivering(served.shop)
    answer = served.client.get(f"/l/{token}")
    assert answer.status_code == 404
    assert "Location" not in answer.headers


def test_a_link_that_is_changed_is_none(served: Served) -> None:
    link, parcel = delivering(served.shop)
    (address,) = re.findall(r"https://shop\.example(/l/[^\"]+)", parcel.message.body)
    for other in (served.shop.form, link + 1):
        changed = address.replace(f"-{link}-", f"-{other}-", 1)
        assert served.client.get(changed).status_code == 404


def test_opening_the_page_to_unsubscribe_does_nothing_and_sending_it_does(served: Served) -> None:
    _, parcel = delivering(served.shop)
    path = parcel.unsubscribe_url.removeprefix("https://shop.example")
    who = parcel.message.contact
    shown = served.client.get(path)
    assert (shown.status_code, "No more emails?" in shown.text) == (200, True)
    assert not served.shop.account.contact(who).opted_out
    done = served.client.post(path)
    assert "You are unsubscribed" in done.text
    assert served.shop.account.contact(who).opted_out
    assert "You are unsubscribed" in served.client.post(path).text


def test_a_mail_program_unsubscribes_with_one_click(served: Served) -> None:
    _, parcel = delivering(served.shop)
    path = parcel.unsubscribe_url.removeprefix("https://shop.example")
    elsewhere = {"Origin": "null", "Sec-Fetch-Site": "cross-site"}
    answer = served.client.post(path, data={"List-Unsubscribe": "One-Click"}, headers=elsewhere)
    assert answer.status_code == 200
    assert served.shop.account.contact(parcel.message.contact).opted_out


def test_a_link_that_opts_nobody_out_says_so(served: Served) -> None:
    for token in ("1-aaaaaaaaaaaaaaaaaaaaaa", "x"):
        for ask in (served.client.get, served.client.post):
            answer = ask(f"/unsubscribe/{token}")
            assert (answer.status_code, "opts nobody out" in answer.text) == (404, True)


# --- tokens


@given(st.integers(1, 10**17), st.integers(1, 10**17), st.integers(1, 10**17), st.text(max_size=5))
def test_a_token_says_whose_it_is_to_the_account_alone(
    contact: int, link: int, message: int, key: str
) -> None:
    tracked = Tracked(contact, link, message)
    said = tracking.token(tracked, "account-1", key)
    assert tracking.read(said, "account-1", key) == tracked
    assert tracking.read(said, "account-2", key) is None
    assert tracking.read(said, "account-1", key + "x") is None
    assert tracking.read(said + "x", "account-1", key) is None


def test_only_whole_addresses_of_links_are_tracked() -> None:
    html = f'<a href=\'{URL}\'>a</a><a href="{URL}x">b</a><p title="{URL}">{URL}</p>'
    tracked = tracking.with_links(html, {URL: 7}, lambda link: f'/l/{link}?"')
    assert tracked == html.replace(f"'{URL}'", '"/l/7?&quot;"', 1)


_WORDS = st.sampled_from(["1", "7", "8", "9" * 25, "x", "%00", "1-2-3-aaaaaaaaaaaaaaaaaaaaaa", "é"])
_FORMS = st.dictionaries(st.sampled_from(["f1", "f2", "f3", "key", "token"]), st.text(max_size=9))


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", ["/forms/{}", "/pages/{}", "/l/{}", "/unsubscribe/{}", "/login", "/logout", "/{}"]
)
def test_whatever_anybody_sends_is_answered(served: Served, path: str) -> None:
    registering(served.shop)

    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(word=_WORDS, form=_FORMS, method=st.sampled_from(["GET", "POST"]))
    def ask(word: str, form: dict[str, str], method: str) -> None:
        sent = {"data": form} if method == "POST" and form else {"params": form}
        answer = served.client.request(method, path.format(word), **sent)
        assert answer.status_code < 500, answer.text

    ask()
