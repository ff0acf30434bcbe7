"""Every page and file, asked in every way that a socket lets through: nothing ends in a fault.

What a server hands on is not what a client library sends: paths are any bytes, decoded once, and so
are queries and headers. So the application is asked without one in between.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote_from_bytes, unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Route

from package_format.archive import build_archive
from package_format.package import Package
from registry_server.app import create_app
from registry_server.operations.rates import Rates
from registry_server.store import Place
from registry_server.trees.folder_tree import FolderTree
from tests.registry_server.conftest import published
from tests.registry_server.stores import Running

_ODD = (
    "", ".", "..", "%2e%2e", "..%2f..%2fetc%2fpasswd", "%252e%252e", "..%5c..", "%00", "a%00b",
    "%ff",
    "%ed%a0%80", "%0d%0aX: y", "%E2%80%AE", "acme", "webinar-follow-up", "1.0.0", "2.0.0", "0.0.0",
    "follow-up", "compare", "versions", "feed.atom", "99999999999999999999999", "-1", "%D9%A1", "*",
    "{{7*7}}", "<script>", "'", '"', "%", "%zz", "a" * 3000, "~", "CON", "acme%2fwebinar-follow-up",
)  # fmt: skip
_NAMES = (
    "q",
    "page",
    "category",
    "feature",
    "publisher",
    "from",
    "to",
    "narrow",
    "dark",
    "%00",
    "",
)
_HEADERS = (
    "Accept", "Accept-Encoding", "Authorization", "Content-Length", "Cookie", "Expect", "Forwarded",
    "Host", "If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "Origin", "Range",
    "Transfer-Encoding", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Request-Id",
)  # fmt: skip
_SAID = (
    b"", b"*", b"\xff\xfe", b"bytes=0-0", b"bytes=-0", b"bytes=5-1", b"bytes=0-,1-2,-3",
    b"bytes=" + b",".join(b"%d-%d" % (n, n) for n in range(500)), b"bytes=9999999999999999999999-",
    b"application/json", b"text/html;q=nan", b"gzip;q=x", b'W/"a", "b', b"Thu, 99 Foo 9999", b"-1",
    b"Bearer", b"Bearer \xff", b"Bearer cpt_" + b"x" * 43, b"Basic x", b"for=;by=",
    b"1.2.3.4, \xff",
    b"chunked, chunked", b"javascript", b"a" * 20_000,
)  # fmt: skip

odd = st.sampled_from(_ODD) | st.binary(max_size=12).map(quote_from_bytes)
said = st.sampled_from(_SAID) | st.binary(max_size=20).map(lambda b: b.replace(b"\n", b""))


def _asked(
    runner: asyncio.Runner,
    app: Starlette,
    method: str,
    raw: str,
    headers: list[tuple[bytes, bytes]],
) -> int:
    """Ask an application as a server would; return the status."""
    path, _, query = raw.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
        "scheme": "http", "path": unquote(path, errors="replace"), "raw_path": path.encode(),
        "query_string": query.encode(), "root_path": "", "headers": headers,
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    statuses: list[int] = []

    asked = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> dict[str, Any]:
        for message in asked:
            return message
        await asyncio.Event().wait()  # who has asked waits
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    runner.run(app(scope, receive, send))  # type: ignore[arg-type]
    return statuses[0]


def _paths(app: Starlette) -> list[str]:
    found = [route.path for route in app.routes if isinstance(route, Route)]
    assert len(found) > 20
    return [*found, "/{any}", "/{any}/{more}", "/tuf/metadata/{any}", "/index/{any}"]


@pytest.fixture(params=["a folder", "a store"])
def app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory,
    webinar: tuple[Package, Package], tags: Package,
) -> Iterator[Starlette]:  # fmt: skip
    root = tmp_path_factory.mktemp("fuzzed")
    if request.param == "a folder":
        published(root, tags, *webinar)
        yield create_app(FolderTree(root), "http://packages.test", Rates(0, 0))
        return
    running = Running(Place.of(root / "registry"))
    running.welcome("ann")
    for package in (tags, *webinar):
        assert running.publish(package).status_code == 201
    yield running.app
    running.close()


def test_nothing_that_is_asked_of_a_page_or_a_file_is_a_fault_of_ours(
    app: Starlette, webinar: tuple[Package, Package]
) -> None:
    digest = build_archive(webinar[1]).digest.removeprefix("sha256:")
    there = {"publisher": "acme", "short": "webinar-follow-up", "key": "follow-up",
             "version": "2.0.0", "category": "events", "start": digest[:2],
             "digest": digest}  # fmt: skip
    paths = _paths(app)

    def filled(draw: Callable[..., Any], path: str) -> str:
        parts = []
        for part in path.split("/"):
            before, brace, rest = part.partition("{")
            name, _, after = rest.partition("}")
            known = there.get(name.partition(":")[0])
            value = known if known and draw(st.integers(0, 3)) else draw(odd)
            parts.append(f"{before}{value}{after}" if brace else part)
        return "/".join(parts)

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def ask(data: st.DataObject) -> None:
        raw = filled(data.draw, data.draw(st.sampled_from(paths)))
        query = "&".join(
            f"{data.draw(st.sampled_from(_NAMES))}={data.draw(odd)}"
            for _ in range(data.draw(st.integers(0, 3)))
        )
        names = data.draw(st.lists(st.sampled_from(_HEADERS), max_size=3, unique=True))
        headers = [(name.lower().encode(), data.draw(said)) for name in names]
        method = data.draw(st.sampled_from(["GET", "GET", "GET", "HEAD", "POST", "OPTIONS", "PUT"]))
        status = _asked(runner, app, method, f"{raw}?{query}" if query else raw, headers)
        assert status < 500, (method, raw, query, headers)

    with asyncio.Runner() as runner:
        ask()
