"""The pages of a registry that is in a store: what is published over HTTP comes to them."""

import datetime as dt
from html import unescape

import pytest

from package_format.package import Package
from registry_server.database.packages import Packages
from registry_server.trees import folder_lists
from registry_server.web import happenings
from tests.registry_server.stores import Running, renamed


@pytest.fixture
def shown(running: Running, monkeypatch: pytest.MonkeyPatch) -> Running:
    """A registry whose lists are looked at anew for each page."""
    monkeypatch.setattr(folder_lists, "_LOOK_AGAIN", 0.0)
    return running


def test_what_is_published_comes_to_the_lists_and_what_is_withdrawn_is_called_so(
    shown: Running, tags: Package
) -> None:
    assert "Nothing is published here yet" in shown.ask("GET", "/").text
    assert shown.publish(tags).status_code == 201
    for path in ("/", "/search?q=tags", "/new", "/publishers/acme", "/feed.atom"):
        assert "acme/lifecycle-tags" in shown.ask("GET", path).text
    assert shown.publish(renamed(tags, "acme/other-words")).status_code == 201
    assert "2 packages, 2 versions" in shown.ask("GET", "/publishers/acme").text
    assert "withdrawn" not in shown.ask("GET", "/publishers/acme").text
    path = "/api/v1/packages/acme/lifecycle-tags/versions/1.0.0/yanked"
    assert shown.ask("PUT", path, by="ann", json={"reason": "a mistake"}).status_code == 200
    assert "withdrawn" in shown.ask("GET", "/publishers/acme").text


def test_a_store_is_well_and_says_so(shown: Running, tags: Package) -> None:
    shown.publish(tags)
    told = shown.ask("GET", "/status.json").json()
    assert told == {
        "ok": True,
        "packages": 1,
        "versions": 1,
        "faults": [],
        "wrong": 0,
        "looked_for": None,
    }


def test_a_page_of_one_package_asks_nothing_of_the_others(
    shown: Running, tags: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    def everything(_: object) -> object:
        raise AssertionError("a page of one package goes through all that there are")

    assert shown.publish(tags).status_code == 201
    for walk in ("names", "all_notices"):
        monkeypatch.setattr(Packages, walk, everything)
    assert shown.ask("GET", "/packages/acme/lifecycle-tags").status_code == 200


def test_a_package_says_who_owns_it_and_how_often_it_was_fetched(
    shown: Running, tags: Package
) -> None:
    digest = shown.publish(tags).json()["line"]["digest"]
    page = "/packages/acme/lifecycle-tags"
    text = shown.ask("GET", page).text
    assert "<dt>Owned by</dt><dd>ann</dd>" in text
    assert "<dt>Downloads</dt><dd>0, of all versions</dd>" in text
    shown.ask("PUT", "/api/v1/publishers/acme/owners/bo", by="ann")
    shown.ask("PUT", "/api/v1/me/invitations/acme", by="bo")
    with shown.store.database.writing() as records:
        records.downloads.add({digest: 1234}, dt.date(2026, 11, 26))
    text = shown.ask("GET", page).text
    assert "<dt>Owned by</dt><dd>ann, bo</dd>" in text
    assert "<dt>Downloads</dt><dd>1,234, of all versions</dd>" in text


def test_a_withdrawn_version_says_why_and_offers_the_one_that_can_be_had(
    shown: Running, webinar: tuple[Package, Package], tags: Package
) -> None:
    for package in (tags, *webinar):
        assert shown.publish(package).status_code == 201
    old, new = (f"/packages/acme/webinar-follow-up/{version}" for version in ("1.0.0", "2.0.0"))
    for version, reason in (("1.0.0", "at first"), ("2.0.0", "the other one")):
        yanked = f"/api/v1/packages/acme/webinar-follow-up/versions/{version}/yanked"
        assert shown.ask("PUT", yanked, by="ann", json={"reason": reason}).status_code == 200
    assert "cpt install" not in shown.ask("GET", old).text
    assert "No version of it can be had." in shown.ask("GET", new).text
    for version in ("1.0.0", "2.0.0"):
        yanked = f"/api/v1/packages/acme/webinar-follow-up/versions/{version}/yanked"
        assert shown.ask("DELETE", yanked, by="ann").status_code == 200
    assert "cpt install acme/webinar-follow-up@1.0.0" in shown.ask("GET", old).text
    yanked = "/api/v1/packages/acme/webinar-follow-up/versions/1.0.0/yanked"
    said = {"reason": "it sends <b>twice</b>"}
    assert shown.ask("PUT", yanked, by="ann", json=said).status_code == 200
    text = shown.ask("GET", old).text
    assert "The author has yanked this version: it sends &lt;b&gt;twice&lt;/b&gt;</p>" in text
    assert "cpt install acme/webinar-follow-up \\\n" in text
    assert "Install 2.0.0 instead" in text
    assert "the other one" not in text


def test_a_publisher_s_page_says_who_owns_it(shown: Running, tags: Package) -> None:
    assert shown.publish(tags).status_code == 201
    assert "Owned by ann." in shown.ask("GET", "/publishers/acme").text


def test_nobody_is_led_from_the_front_to_what_is_deprecated(shown: Running, tags: Package) -> None:
    digest = shown.publish(tags).json()["line"]["digest"]
    with shown.store.database.writing() as records:
        day = dt.date(2026, 11, 26)
        records.listings.count(records.downloads.add({digest: 5}, day))
    assert "Most installed" in shown.ask("GET", "/").text
    path = "/api/v1/packages/acme/lifecycle-tags/deprecated"
    assert shown.ask("PUT", path, by="ann", json={"reason": "old"}).status_code == 200
    assert "Most installed" not in shown.ask("GET", "/").text
    assert "deprecated" in shown.ask("GET", "/new").text


def test_the_badge_of_what_is_deprecated_has_another_colour(shown: Running, tags: Package) -> None:
    assert shown.publish(tags).status_code == 201
    badge = "/packages/acme/lifecycle-tags/badge.svg"
    before = shown.ask("GET", badge).text
    path = "/api/v1/packages/acme/lifecycle-tags/deprecated"
    assert shown.ask("PUT", path, by="ann", json={"reason": "old"}).status_code == 200
    assert ("#a02722" in before, "#a02722" in shown.ask("GET", badge).text) == (False, True)


def test_the_log_has_a_page_for_people(
    shown: Running, tags: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shown.publish(tags).status_code == 201
    yanked = "/api/v1/packages/acme/lifecycle-tags/versions/1.0.0/yanked"
    said = {"reason": "<i>oh</i>"}
    assert shown.ask("PUT", yanked, by="ann", json=said).status_code == 200
    page = " ".join(shown.ask("GET", "/log").text.split())
    assert "<strong>ann</strong> yanked, “&lt;i&gt;oh&lt;/i&gt;”" in page
    assert '<a class="version" href="/packages/acme/lifecycle-tags/1.0.0">1.0.0</a>' in page
    assert "<strong>operator</strong> welcomed" in page
    assert "What was before" not in page
    about = shown.ask("GET", "/log?about=acme/lifecycle-tags").text
    assert ("yanked" in about, "welcomed" in about) == (True, False)
    assert (
        "Nothing happened to acme/nothing here." in shown.ask("GET", "/log?about=acme/nothing").text
    )
    for odd in ("about=<script>", "about=" + "a" * 300, "before=-1", "before=99999999999"):
        answer = shown.ask("GET", f"/log?{odd}")
        assert (answer.status_code, "yanked" in answer.text) == (200, True)
    assert '<a href="/log">Log</a>' in shown.ask("GET", "/").text
    for path in ("/packages/acme/lifecycle-tags", "/publishers/acme"):
        assert f'href="/log?about={path.split("/", 2)[2]}"' in shown.ask("GET", path).text
    monkeypatch.setattr(happenings, "ENTRIES_ON_A_PAGE", 2)
    first = shown.ask("GET", "/log").text
    more = unescape(first.rpartition('<a rel="next" href="')[2].partition('"')[0])
    second = shown.ask("GET", more).text
    assert ("yanked" in first, "yanked" in second, "claimed" in second) == (True, False, True)
    assert '<a href="/log">The latest</a>' in second
