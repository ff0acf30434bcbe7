"""What programs of readers and search engines read: feeds, badges, sitemap, robots.txt, status."""

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from package_format.index import Status, blob_path
from package_format.package import Package
from registry_server.web import sitemaps
from registry_server.web.badges import draw
from tests.registry_server.conftest import Asked, published, retold

ATOM = {"a": "http://www.w3.org/2005/Atom"}
SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
WEBINAR = "/packages/acme/webinar-follow-up"


def feed(ask: Asked, path: str) -> ET.Element:
    answer = ask(path)
    assert answer.headers["Content-Type"] == "application/atom+xml"
    return ET.fromstring(answer.content)  # noqa: S314  it is our own


def texts(root: ET.Element, path: str) -> list[str]:
    return [found.text or "" for found in root.findall(path, ATOM)]


@pytest.mark.parametrize("path", ["/feed.atom", "/publishers/acme/feed.atom"])
def test_a_feed_tells_what_was_published_the_newest_first(ask: Asked, path: str) -> None:
    root = feed(ask, path)
    assert texts(root, "a:entry/a:title") == [
        "acme/webinar-follow-up 2.0.0",
        "acme/webinar-follow-up 1.0.0",
        "acme/lifecycle-tags 1.0.0",
    ]
    assert texts(root, "a:updated") == ["2026-11-03T09:00:00Z"]
    assert texts(root, "a:id") == [f"http://packages.test{path}"]
    (own,) = root.findall("a:link[@rel='self']", ATOM)
    assert own.attrib["href"] == f"http://packages.test{path}"


def test_every_entry_has_what_a_reader_needs(ask: Asked) -> None:
    for entry in feed(ask, "/feed.atom").findall("a:entry", ATOM):
        for name in ("id", "title", "updated", "summary", "author/a:name"):
            assert entry.findtext(f"a:{name}", namespaces=ATOM)


def test_a_packages_feed_tells_what_its_author_says_of_each_version(ask: Asked) -> None:
    newest, first = feed(ask, WEBINAR + "/feed.atom").findall("a:entry/a:content", ATOM)
    assert newest.attrib["type"] == "html"
    assert "<li>New: contacts can ask to be called back" in (newest.text or "")
    assert "Reminders, two offers" in (first.text or "")


def test_whatever_a_feed_says_leads_somewhere(tmp_path: Path, tags: Package) -> None:
    """A reader knows no address to which something could be relative."""
    said = b"## 1.0.0\n\n[a](README.md) [b](/log) [c](https://d.example) ![e](media/f.png)"
    documents = {"CHANGELOG.md": said, "media/f.png": b"\x89PNG"}
    published(tmp_path, replace(tags, documents=documents))
    root = feed(Asked(tmp_path), "/packages/acme/lifecycle-tags/feed.atom")
    (content,) = texts(root, "a:entry/a:content")
    assert re.findall('(?:href|src)="([^"]*)"', content) == [
        "https://d.example",
        "http://packages.test/packages/acme/lifecycle-tags/1.0.0/media/f.png",
    ]


def test_an_empty_registry_has_a_feed(tmp_path: Path) -> None:
    root = feed(Asked(tmp_path), "/feed.atom")
    assert texts(root, "a:updated") == ["1970-01-01T00:00:00Z"]


def test_a_withdrawn_version_is_called_so_in_a_feed(tmp_path: Path, tags: Package) -> None:
    published(tmp_path, tags, status=Status.YANKED)
    titles = texts(feed(Asked(tmp_path), "/feed.atom"), "a:entry/a:title")
    assert titles == ["acme/lifecycle-tags 1.0.0 (withdrawn)"]


def test_a_feed_stands_even_if_an_archive_is_gone(tmp_path: Path, tags: Package) -> None:
    (line,) = published(tmp_path, tags)
    (tmp_path / blob_path(line.digest)).unlink()
    root = feed(Asked(tmp_path), "/packages/acme/lifecycle-tags/feed.atom")
    assert len(root.findall("a:entry", ATOM)) == 1


@pytest.mark.parametrize("path", ["/publishers/nobody/feed.atom", "/packages/a/b/feed.atom"])
def test_nobody_and_nothing_have_no_feed(ask: Asked, path: str) -> None:
    assert ask(path).status_code == 404


def test_a_text_that_no_xml_may_hold_leaves_a_feed_whole(tmp_path: Path, tags: Package) -> None:
    odd = retold(tags, summary="odd \ufffe\uffff\x7f & <b>bold</b> ]]>")
    documents = {"CHANGELOG.md": "## 1.0.0\n\nodd \ufffe\x00\x1b & ]]>".encode()}
    published(tmp_path, replace(odd, documents=documents))
    root = feed(Asked(tmp_path), "/packages/acme/lifecycle-tags/feed.atom")
    assert texts(root, "a:entry/a:summary") == ["odd \x7f & <b>bold</b> ]]>"]


@pytest.mark.parametrize(
    "path", ["/feed.atom", WEBINAR + "/feed.atom", WEBINAR + "/badge.svg", "/sitemap.xml"]
)
def test_what_is_still_the_same_is_not_sent_again(ask: Asked, path: str) -> None:
    etag = ask(path).headers["ETag"]
    again = ask(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")


# --- badges ---------------------------------------------------------------------------------------


def test_a_badge_says_the_newest_version(ask: Asked) -> None:
    answer = ask(WEBINAR + "/badge.svg")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    svg = ET.fromstring(answer.text)  # noqa: S314  it is our own
    assert svg.attrib["aria-label"] == "webinar-follow-up: 2.0.0"


def test_a_badge_of_a_withdrawn_package_has_another_colour() -> None:
    good, bad = draw("x", "1.0.0", bad=False), draw("x", "1.0.0", bad=True)
    assert "#3d4fc4" in good
    assert "#a02722" in bad
    assert "#3d4fc4" not in bad


def test_a_badge_is_as_wide_as_its_words_and_never_endless() -> None:
    def width(label: str) -> int:
        return int(ET.fromstring(draw(label, "1.0.0", bad=False)).attrib["width"])  # noqa: S314

    assert width("i") < width("webinar-follow-up") < width("w" * 500) < 600


# --- sitemap and robots ---------------------------------------------------------------------------


def locations(ask: Asked, path: str) -> list[str]:
    root = ET.fromstring(ask(path).text)  # noqa: S314  it is our own
    return [found.text or "" for found in root.findall("*/s:loc", SITEMAP)]


def test_every_package_stands_in_some_part_of_the_sitemap(
    tmp_path: Path, tags: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "PACKAGES_IN_A_PART", 2)
    published(tmp_path, *(retold(tags, name=f"acme/tags-{n}") for n in range(5)))
    published(tmp_path, retold(tags, name="shop/tags"))
    ask = Asked(tmp_path)
    parts = locations(ask, "/sitemap.xml")
    assert parts == [f"http://packages.test/sitemaps/{n}.xml" for n in (1, 2, 3)]
    found = [one for n in (1, 2, 3) for one in locations(ask, f"/sitemaps/{n}.xml")]
    assert {f"http://packages.test/packages/acme/tags-{n}" for n in range(5)} < set(found)
    assert {f"http://packages.test/publishers/{who}" for who in ("acme", "shop")} < set(found)
    assert len(found) == len(set(found)), "none twice, wherever a part begins"
    assert all(ask(one.removeprefix("http://packages.test")).status_code == 200 for one in found)


@pytest.mark.parametrize("number", ["0", "00", "9", "-1", "x", "1" * 5000, "%D9%A1"])
def test_a_part_of_the_sitemap_that_is_not_there_is_told(ask: Asked, number: str) -> None:
    assert ask(f"/sitemaps/{number}.xml").status_code == 404


@pytest.mark.parametrize("number", ["0", "2", "x", "99999999999999999999"])
def test_a_part_that_is_not_there_is_not_found(ask: Asked, number: str) -> None:
    assert ask(f"/sitemaps/{number}.xml").status_code == 404


def test_robots_find_the_sitemap_and_leave_endless_pages_alone(ask: Asked) -> None:
    said = ask("/robots.txt").text
    assert "Sitemap: http://packages.test/sitemap.xml" in said
    assert "Disallow: /search" in said


# --- status ---------------------------------------------------------------------------------------


def test_the_status_of_a_good_registry_is_well(ask: Asked) -> None:
    assert "All is well" in ask("/status").text
    told = ask("/status.json").json()
    assert told == {
        "ok": True, "packages": 2, "versions": 3, "faults": [], "wrong": 0, "looked_for": None,
    }  # fmt: skip


def test_the_status_says_what_is_wrong_and_who_can_mend_it(tmp_path: Path, tags: Package) -> None:
    (line,) = published(tmp_path, tags)
    (tmp_path / blob_path(line.digest)).unlink()
    ask = Asked(tmp_path)
    page = ask("/status").text
    assert "Something is wrong" in page
    assert "The archive of acme/lifecycle-tags 1.0.0 is missing." in page
    assert "Whoever runs this registry can restore it" in page
    told = ask("/status.json").json()
    assert not told["ok"]
    assert told["faults"][0]["package"] == "acme/lifecycle-tags"
