"""The pages in a real Chromium, in which nothing runs a script."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize

from account_engine.keys import Scope
from account_engine.server.app import create_app
from account_engine.server.pages.sessions import digest
from tests.account_engine.server.conftest import Served
from tests.account_engine.server.test_public import delivering, registering
from tests.browser import DESK, PHONE, note_failures, on_loopback, violations

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


@pytest.fixture
def address(served: Served) -> Iterator[str]:
    """The shop, served over loopback."""
    app = create_app(served.shop.location, link=digest("once"))
    with on_loopback(app) as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on a phone, without JavaScript; what the browser refuses fails the test."""
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    found = context.new_page()
    complaints: list[str] = []

    def hear(said: ConsoleMessage) -> None:
        if "Security" in said.text or "Refused" in said.text:
            complaints.append(said.text)

    found.on("console", hear)
    note_failures(found, complaints)
    yield found
    context.close()
    assert complaints == []


def test_somebody_fills_in_a_form_and_mends_what_was_wrong(
    served: Served, address: str, page: Page
) -> None:
    page.goto(f"{address}/forms/{served.shop.form}")
    page.get_by_label("Email").fill("nobody")
    page.get_by_role("button", name="Send").press("Enter")
    assert page.get_by_role("alert").is_visible()
    assert page.get_by_label("Email").input_value() == "nobody"
    page.get_by_label("Email").fill("ada@example.com")
    page.get_by_label("Email").press("Enter")
    assert page.get_by_role("heading", name="Thank you").is_visible()
    assert served.shop.at() == {"remind.nudge": 1}


def test_a_link_in_an_email_leads_on_and_another_unsubscribes(
    served: Served, address: str, page: Page
) -> None:
    target = f"{address}/forms/{served.shop.form}"
    _, parcel = delivering(served.shop, target)
    (link,) = re.findall(r"https://shop\.example(/l/[^\"]+)", parcel.message.body)
    page.goto(address + link)
    assert page.url == target
    assert page.get_by_role("button", name="Send").is_visible()
    page.goto(address + parcel.unsubscribe_url.removeprefix("https://shop.example"))
    page.get_by_role("button").press("Enter")
    assert page.get_by_role("heading", name="You are unsubscribed").is_visible()
    assert served.shop.account.contact(parcel.message.contact).opted_out


def test_the_owner_comes_in_by_the_link_and_looks_around(
    served: Served, address: str, page: Page
) -> None:
    contact = served.shop.registered()
    page.goto(f"{address}/login?token=once")
    page.get_by_role("button", name="Go to the account").click()
    assert page.get_by_role("heading", name="Campaigns").is_visible()
    picture = page.get_by_role("img", name="Follow-up as a flow")
    picture.wait_for()  # loaded lazily, and of no height before
    assert (picture.bounding_box() or {"height": 0})["height"] > 100
    for name in ("Contacts", "Outbox", "Installations"):
        page.get_by_role("link", name=name, exact=True).click()
        assert page.get_by_role("heading", name=name, level=1).is_visible()
        current = page.locator("nav [aria-current=page]")
        assert current.inner_text() == name
        box = page.locator("body").bounding_box()
        assert box is not None
        assert box["width"] <= PHONE["width"]
    page.goto(f"{address}/contacts/{contact.id}")
    assert page.get_by_text("Achieved the goal").is_visible()
    page.get_by_role("button", name="Log out").click()
    assert page.get_by_role("heading", name="Log in").is_visible()


def test_a_key_lets_the_owner_in_by_the_keyboard_alone(
    served: Served, address: str, page: Page
) -> None:
    page.goto(address)
    page.get_by_label("API key").fill(served.key(Scope.READ))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Campaigns").wait_for()
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the content"


def _everything(served: Served) -> Sequence[str]:
    """Let something happen, and return the address of each page that shows it."""
    shop = served.shop
    contact = shop.registered()
    shop.account.apply_tag(contact.id, shop.attended)
    shop.account.opt_out(contact.id)
    body = "<h1>Learn to see</h1><p>A free evening.</p><ul><li>Light</li></ul>"
    page = {"title": "Evening", "form": f"#{registering(shop)}", "body": body}
    landing = shop.account.create_object("page", page)
    message = shop.account.outbox()[0].number
    return (
        "/",
        f"/campaigns/{shop.campaign}",
        "/contacts",
        "/contacts?email=nobody@example.com",
        f"/contacts/{contact.id}",
        "/outbox",
        f"/outbox/{message}",
        "/installations",
        "/nothing",
        f"/forms/{shop.form}",
        f"/forms/{shop.form}?sent",
        f"/pages/{landing.id}",
        "/login",
        "/login?token=once",
    )


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_everybody_can_use_every_page(
    served: Served,
    address: str,
    browser: Browser,
    size: ViewportSize,
    dark: bool,  # noqa: FBT001
) -> None:
    paths = _everything(served)
    _, parcel = delivering(served.shop)
    unsubscribe = parcel.unsubscribe_url.removeprefix("https://shop.example")
    scheme = "dark" if dark else "light"
    context = browser.new_context(viewport=size, color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{address}/login")
    page.get_by_label("API key").fill(served.key(Scope.READ))
    page.get_by_label("API key").press("Enter")
    found = {}
    for path in paths:
        page.goto(address + path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if said := violations(page) + ([f"{wide} px wide"] if wide > size["width"] else []):
            found[path] = said
    page.goto(f"{address}/forms/{served.shop.form}")
    page.get_by_role("button", name="Go").click()
    if said := violations(page):
        found["a faulty form"] = said
    page.goto(address + unsubscribe)
    if said := violations(page):
        found["unsubscribing"] = said
    page.get_by_role("button").click()
    if said := violations(page):
        found["unsubscribed"] = said
    context.close()
    assert found == {}
