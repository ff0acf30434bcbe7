"""The pages that only a server's registry has, in a real Chromium: withdrawn, or fetched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Browser, ViewportSize

from package_format.package import Package
from package_format.signing import public_text
from registry_server.store import Place
from tests.browser import DESK, PHONE, on_loopback, violations
from tests.registry_server.conftest import example
from tests.registry_server.stores import Running, renamed
from tests.registry_server.trust.conftest import serve
from tests.registry_server.trust.test_attacks import signed_by
from tests.registry_server.web.test_browser import opened

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

PAGES = {
    "/": "Most installed",
    "/packages/acme/lifecycle-tags": "1,234, of all versions",
    "/packages/acme/old-tags": "Deprecated.",
    "/packages/acme/bad-tags": "In quarantine.",
    "/packages/acme/wrong-tags": "Withdrawn.",
    "/publishers/acme": "withdrawn",
    "/packages/shop/tags": "a key of shop, says the root of this registry",
    "/publishers/shop": "names whose signature counts for shop",
    "/log": "it phones home",
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A store with a package that was fetched, and one withdrawn in each way.

    It is to be made before the browser, beside whose loop nothing can be asked.
    """
    running = Running(Place.of(tmp_path_factory.mktemp("data") / "store", None, None))
    running.welcome("ann")
    running.welcome("root", operator=True)
    tags: Package = example("lifecycle-tags")
    digest = running.publish(tags).json()["line"]["digest"]
    theirs, keys = renamed(tags, "shop/tags"), [Ed25519PrivateKey.generate() for _ in range(2)]
    assert running.publish(theirs, signatures=signed_by(theirs, *keys)).status_code == 201
    serve(running, tmp_path_factory.mktemp("roots"), {"shop": (public_text(keys[0].public_key()),)})
    for name in ("old", "bad", "wrong"):
        assert running.publish(renamed(tags, f"acme/{name}-tags")).status_code == 201
    said = {"reason": "there is a better one", "successor": "acme/lifecycle-tags"}
    for path, by, why in (
        ("old-tags/deprecated", "ann", said),
        ("bad-tags/quarantined", "root", {"reason": "it phones home"}),
        ("wrong-tags/versions/1.0.0/yanked", "ann", {"reason": "a mistake in it"}),
    ):
        done = running.ask("PUT", f"/api/v1/packages/acme/{path}", by=by, json=why)
        assert done.status_code == 200, done.text
    with running.store.database.writing() as records:
        day = dt.date(2026, 11, 26)
        records.listings.count(records.downloads.add({digest: 1234}, day))
    with on_loopback(running.app) as served:
        yield served
    running.close()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["a phone in the dark", "a desk by day"])
def test_everybody_can_read_what_only_a_store_knows(
    address: str, browser: Browser, path: str, size: ViewportSize
) -> None:
    with opened(browser, address, size=size, dark=size is PHONE, scripts=True) as page:
        page.goto(path)
        assert PAGES[path] in page.inner_text("main")
        for summary in page.locator("summary").all():
            summary.click()
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["a phone", "a desk"])
def test_however_many_signed_a_version_its_facts_stand_beside_their_names(
    address: str, browser: Browser, size: ViewportSize
) -> None:
    with opened(browser, address, size=size) as page:
        page.goto("/packages/shop/tags")
        names = page.locator(".facts dt").all()
        facts = page.locator(".facts dd").all()
        assert len(facts) == len(names) + 2, "a second key, and whose the first one is"
        ends = [box["x"] + box["width"] for one in names if (box := one.bounding_box())]
        lefts = {box["x"] for one in facts if (box := one.bounding_box())}
        assert len(lefts) == 1
        assert max(ends) < lefts.pop()
