"""The marketplace in a real Chromium: as a phone and a desk show it, in light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, ViewportSize
from whenever import Instant

from cpt.demo.marketplace import publish_examples
from registry_server.app import create_app
from registry_server.trees.folder_tree import FolderTree
from tests.browser import DESK, PHONE, note_failures, on_loopback, violations
from tests.registry_server.conftest import EXAMPLES

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

WEBINAR = "/packages/acme/webinar-follow-up"
RENEWAL = "/packages/acme/renewal-reminder"
PAGES = {
    "front": "/",
    "search": "/search?q=re&feature=email",
    "an empty search": "/search?q=nowhere",
    "new": "/new",
    "category": "/categories/events",
    "publishers": "/publishers",
    "publisher": "/publishers/acme",
    "package": RENEWAL,
    "an older version": WEBINAR + "/1.0.0",
    "tags alone": "/packages/acme/lifecycle-tags",
    "versions": RENEWAL + "/versions",
    "compare": WEBINAR + "/compare",
    "a big step": RENEWAL + "/compare?from=1.0.0&to=2.0.0",
    "status": "/status",
    "lost": "/packages/acme/webinar-folowup",
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The registry of all the examples, served over loopback."""
    root = tmp_path_factory.mktemp("examples")
    publish_examples(EXAMPLES, root, Instant.from_utc(2026, 11, 20, 9))
    with on_loopback(create_app(FolderTree(root), "http://packages.test")) as served:
        yield served


@contextmanager
def opened(
    browser: Browser, address: str, *, size: ViewportSize, dark: bool = False, scripts: bool = False
) -> Iterator[Page]:
    """A page to look at; whatever the browser refuses, or fetches from elsewhere, is a failure."""
    context = browser.new_context(
        base_url=address,
        java_script_enabled=scripts,
        viewport=size,
        color_scheme="dark" if dark else "light",
    )
    context.set_default_timeout(5_000)
    complaints: list[str] = []

    def hear(said: ConsoleMessage) -> None:
        if "404" not in said.text:
            complaints.append(said.text)

    def fetch(request: Request) -> None:
        if not request.url.startswith(address):
            complaints.append(request.url)

    page = context.new_page()
    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", fetch)
    note_failures(page, complaints)
    yield page
    context.close()
    assert complaints == []


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["a phone in the dark", "a desk by day"])
def test_everybody_can_read_the_page(
    browser: Browser, address: str, name: str, size: ViewportSize
) -> None:
    with opened(browser, address, size=size, dark=size is PHONE, scripts=True) as page:
        page.goto(PAGES[name])
        for summary in page.locator("summary").all():
            summary.click()
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert page.locator("script").count() == 0


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_pictures_are_drawn_for_the_scheme_and_the_width(
    browser: Browser, address: str, *, dark: bool
) -> None:
    for size, narrow in ((PHONE, True), (DESK, False)):
        with opened(browser, address, size=size, dark=dark) as page:
            page.goto(RENEWAL)
            picture = page.get_by_role("img", name="The campaign Renewal as a flow")
            shown = str(picture.evaluate("image => image.currentSrc"))
            assert ("dark" in shown, "narrow" in shown) == (dark, narrow)
            assert picture.evaluate("image => image.naturalWidth") > 300


def test_somebody_finds_a_package_and_reads_what_it_does(browser: Browser, address: str) -> None:
    with opened(browser, address, size=PHONE) as page:
        page.goto("/")
        page.get_by_role("searchbox").fill("member")
        page.get_by_role("searchbox").press("Enter")
        page.get_by_role("link", name="Renewal reminder").click()
        assert page.get_by_role("heading", name="Renewal reminder", level=1).is_visible()
        letter = page.get_by_text("We keep it for two weeks")
        assert not page.get_by_text("Dear").first.is_visible()
        letter.click()
        assert page.get_by_role(
            "heading", name="What it listens for, and what it does"
        ).is_visible()


def test_somebody_compares_two_versions_without_a_script(browser: Browser, address: str) -> None:
    with opened(browser, address, size=DESK) as page:
        page.goto(RENEWAL)
        page.get_by_role("link", name="Compare any two versions").click()
        page.get_by_label("From").select_option("1.0.0")
        page.get_by_label("to", exact=True).select_option("1.1.0")
        page.get_by_role("button", name="Compare").click()
        assert "from=1.0.0&to=1.1.0" in page.url
        assert page.get_by_role("heading", name="What the author says").is_visible()
        picture = page.get_by_role("img", name="Both versions of Renewal in one picture")
        picture.scroll_into_view_if_needed()
        assert (picture.bounding_box() or {"height": 0})["height"] > 100


def test_the_keyboard_alone_leads_everywhere(browser: Browser, address: str) -> None:
    with opened(browser, address, size=DESK) as page:
        page.goto("/")
        page.keyboard.press("Tab")
        assert page.locator(":focus").inner_text() == "Skip to the content"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.locator(":focus").get_attribute("name") == "q"
        page.goto(RENEWAL)
        page.locator("summary", has_text="in words").first.focus()
        page.keyboard.press("Enter")
        assert page.locator(".outline").first.is_visible()


def test_whoever_is_lost_comes_back_by_one_click(browser: Browser, address: str) -> None:
    with opened(browser, address, size=PHONE) as page:
        page.goto(PAGES["lost"])
        page.get_by_role("link", name="acme/webinar-follow-up").click()
        assert page.get_by_role("heading", name="Webinar follow-up", level=1).is_visible()


def test_a_picture_opened_by_itself_runs_and_fetches_nothing(
    browser: Browser, address: str
) -> None:
    with opened(browser, address, size=DESK, scripts=True) as page:
        page.goto(WEBINAR + "/2.0.0/campaigns/follow-up.svg")
        assert page.locator("svg").first.is_visible()
        assert page.locator("svg text", has_text="Your seat is saved").first.is_visible()
