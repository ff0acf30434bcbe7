"""Searching a registry over HTTP and on its pages; what is found follows what is published."""

import time
from html import unescape
from urllib.parse import quote

import pytest

from package_format.index import blob_path, parse_index
from package_format.package import Package
from tests.registry_server.conftest import retold, with_documents
from tests.registry_server.stores import Running, renamed


def names(running: Running, query: str = "") -> list[str]:
    answer = running.ask("GET", f"/api/v1/search?{query}")
    assert answer.status_code == 200, answer.text
    return [found["line"]["name"] for found in answer.json()["items"]]


def archive_of(running: Running, name: str) -> str:
    """Where the archive of a package's newest version is."""
    (*_, line) = parse_index(running.ask("GET", f"/index/{name}.jsonl").text)
    return f"/{blob_path(line.digest)}"


def fetch(running: Running, name: str, times: int = 1) -> None:
    """Fetch a package, each time from another address."""
    path = archive_of(running, name)
    for number in range(times):
        assert running.ask("GET", path, address=f"192.0.2.{number}").status_code == 200


def downloads(running: Running, name: str) -> int:
    return int(running.ask("GET", f"/api/v1/packages/{name}").json()["downloads"])


def test_what_is_published_is_found_at_once_by_what_it_is_called_is_about_and_brings(
    running: Running, tags: Package, webinar: tuple[Package, Package]
) -> None:
    assert names(running) == []
    running.publish(tags)
    running.publish(webinar[0])
    assert names(running, "q=lifecycle") == ["acme/lifecycle-tags"]
    assert names(running, "q=course") == ["acme/webinar-follow-up"]
    assert names(running, "q=tag-applied") == ["acme/webinar-follow-up"]
    assert names(running, "q=webniar") == ["acme/webinar-follow-up", "acme/lifecycle-tags"]
    assert names(running, "category=lifecycle") == ["acme/lifecycle-tags"]
    assert names(running, "feature=tasks&publisher=acme") == ["acme/webinar-follow-up"]
    assert names(running, "publisher=nobody") == []
    found = running.ask("GET", "/api/v1/search?q=webniar").json()
    assert found["instead"] == [{"word": "webniar", "words": ["webinar"]}]
    assert (found["total"], found["more"], found["page"], found["pages"]) == (2, False, 1, 1)
    hit = found["items"][0]
    assert (hit["title"], hit["line"]["version"]) == ("Webinar follow-up", "1.0.0")
    assert (hit["downloads"], hit["deprecated"], hit["versions"]) == (0, False, 1)


def test_a_new_version_is_what_a_package_is_found_by_and_no_longer_the_old_one(
    running: Running, tags: Package
) -> None:
    running.publish(retold(tags, keywords=("aardvark",)))
    assert names(running, "q=aardvark") == ["acme/lifecycle-tags"]
    running.publish(retold(tags, version="1.1.0", keywords=("zebra",)))
    assert names(running, "q=aardvark") == []
    assert names(running, "q=zebra") == ["acme/lifecycle-tags"]
    path = "/api/v1/packages/acme/lifecycle-tags/versions/1.1.0/yanked"
    assert running.ask("PUT", path, by="ann", json={"reason": "no"}).status_code == 200
    assert names(running, "q=zebra") == []
    assert names(running, "q=aardvark") == ["acme/lifecycle-tags"]
    assert running.ask("DELETE", path, by="ann").status_code == 200
    assert names(running, "q=zebra") == ["acme/lifecycle-tags"]


def test_what_nobody_may_choose_is_not_found_and_comes_back(
    running: Running, tags: Package
) -> None:
    running.publish(tags)
    path = "/api/v1/packages/acme/lifecycle-tags/versions/1.0.0/yanked"
    running.ask("PUT", path, by="ann", json={"reason": "no"})
    assert names(running) == names(running, "q=tags") == []
    assert "withdrawn" in running.ask("GET", "/publishers/acme").text
    running.ask("DELETE", path, by="ann")
    path = "/api/v1/packages/acme/lifecycle-tags/quarantined"
    assert running.ask("PUT", path, by="root", json={"reason": "no"}).status_code == 200
    assert names(running) == names(running, "q=tags") == []
    for word in ("lifecycle", "lifecycel"):
        assert "these are about" not in running.ask("GET", f"/search?q={word}").text
    for page in ("/", "/new", "/search", "/publishers", "/feed.atom", "/sitemaps/1.xml"):
        assert "acme" not in running.ask("GET", page).text
    assert running.ask("DELETE", path, by="root").status_code == 200
    assert names(running) == names(running, "q=tags") == ["acme/lifecycle-tags"]


def test_what_is_deprecated_comes_last_and_is_called_so(running: Running, tags: Package) -> None:
    for name in ("acme/tags-one", "acme/tags-two"):
        running.publish(renamed(tags, name))
    fetch(running, "acme/tags-two", 3)
    running.app.state.counting.write_down()
    assert names(running, "q=tags") == ["acme/tags-two", "acme/tags-one"]
    path = "/api/v1/packages/acme/tags-two/deprecated"
    assert running.ask("PUT", path, by="ann", json={"reason": "old"}).status_code == 200
    assert names(running, "q=tags") == ["acme/tags-one", "acme/tags-two"]
    assert "deprecated" in running.ask("GET", "/search?q=tags").text
    running.ask("DELETE", path, by="ann")
    assert names(running, "q=tags") == ["acme/tags-two", "acme/tags-one"]


def test_what_is_fetched_is_counted_and_shown(running: Running, tags: Package) -> None:
    running.publish(renamed(tags, "acme/tags-one"))
    running.publish(renamed(tags, "acme/tags-two"))
    fetch(running, "acme/tags-one", 2)
    assert downloads(running, "acme/tags-one") == 0, "nobody waits for it to be written down"
    running.app.state.counting.write_down()
    assert downloads(running, "acme/tags-one") == 2
    assert "Most installed" in running.ask("GET", "/").text
    assert "2 downloads" in running.ask("GET", "/").text
    assert names(running, "q=tags") == ["acme/tags-one", "acme/tags-two"]


def test_much_that_is_found_is_told_page_by_page(running: Running, tags: Package) -> None:
    for number in range(5):
        running.publish(renamed(tags, f"acme/tags-{number}"))
    first = running.ask("GET", "/api/v1/search?size=2").json()
    assert (first["total"], first["pages"]) == (5, 3)
    everything = [name for page in (1, 2, 3) for name in names(running, f"size=2&page={page}")]
    assert everything == [f"acme/tags-{number}" for number in (4, 3, 2, 1, 0)]
    assert names(running, "size=2&page=4") == []


@pytest.mark.parametrize(
    "query",
    ["category=nonsense", "feature=1", "publisher=A", "page=0", "size=101", "q=" + "a" * 201],
)
def test_what_cannot_be_asked_is_a_problem(running: Running, query: str) -> None:
    answer = running.ask("GET", f"/api/v1/search?{query}")
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"


ATTACKS = (
    '"',
    "' OR 1=1 --",
    'tags" OR "x',
    "tags) OR (x",
    "NEAR(tags lifecycle)",
    "tags*",
    "terms:tags",
    "tags & !lifecycle | x:*",
    "'tags':A",
    "\\",
    "\0",
    "tags\0lifecycle",
    "%",
    "_",
    "\ud7ff\U0010ffff\ufffe",
    "\u202etags\u202c",
    "a\u0300" * 40,
    "🏷️",
    "ta\u200bgs",
    "x" * 199,
    "ab " * 66,
    "(((((((((((((((((((((((((((((",
)


@pytest.mark.parametrize("text", ATTACKS)
def test_no_text_is_read_as_a_query_breaks_anything_or_takes_long(
    running: Running, tags: Package, text: str
) -> None:
    running.publish(tags)
    start = time.process_time()
    for path in (f"/api/v1/search?q={quote(text)}", f"/search?q={quote(text)}"):
        answer = running.ask("GET", path)
        assert answer.status_code == 200, answer.text
    assert time.process_time() - start < 2


def test_a_query_that_is_no_text_is_answered(running: Running) -> None:
    for query in ("q=%ff%fe", "q=%ed%a0%80", "q=%00", "q=a&q=b", "page=%00"):
        assert running.ask("GET", f"/search?{query}").status_code == 200


def test_who_stuffs_words_into_a_package_does_not_come_before_what_is_called_so(
    running: Running, tags: Package, webinar: tuple[Package, Package]
) -> None:
    running.publish(tags)
    running.publish(webinar[0])
    stuffed = retold(
        tags,
        name="acme/buy-me",
        title="Buy me",
        summary="webinar " * 30,
        keywords=("webinar", *(f"webinar {n}" for n in range(49))),
        exports=(),
    )
    readme = ("webinar follow-up " * 20_000).encode()
    assert running.publish(with_documents(stuffed, {"README.md": readme})).status_code == 201
    found = names(running, "q=webinar")
    assert found[0] == "acme/webinar-follow-up"
    assert names(running, "q=webinar+follow-up")[0] == "acme/webinar-follow-up"
    far_down = retold(tags, name="acme/far", title=" ".join(f"w{n}" for n in range(40)), exports=())
    running.publish(far_down)
    assert names(running, "q=w1") == ["acme/far"]
    assert names(running, "q=w39") == [], "a title is read as far as one that is meant for people"


def test_nothing_that_is_found_or_asked_is_run_by_a_page(running: Running, tags: Package) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    running.publish(retold(tags, title=evil, summary=f"{evil} summary", keywords=(evil,)))
    for path in (
        "/search?q=alert",
        f"/search?q={quote(evil)}",
        "/",
        "/new",
        "/categories/lifecycle",
    ):
        page = running.ask("GET", path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert evil in unescape(running.ask("GET", "/search?q=alert").text)
    assert "“zzqx”" in running.ask("GET", "/search?q=zzqx+alert").text


def test_a_search_that_finds_nothing_says_so_and_one_that_forgives_says_what(
    running: Running, tags: Package
) -> None:
    running.publish(tags)
    nothing = running.ask("GET", "/search?q=zzqqzz").text
    assert "Nothing has these words" in nothing
    assert "was left out" not in nothing  # for it is all that was asked
    assert 'href="/categories/events"' in nothing
    assert "these are about “lifecycle”" in running.ask("GET", "/search?q=lifecycel").text
