"""A registry that means harm to who reads it: bounded time, bounded memory, one plain sentence."""

from __future__ import annotations

import gzip
import json
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from cpt.errors import DamagedRegistryError, RegistryError
from cpt.registries.cache import Cache
from cpt.registries.directory import DirectoryRegistry
from cpt.registries.http import HttpRegistry
from cpt.registries.nearness import is_oneself
from cpt.registries.transport import Transport
from package_format.archive import COMPRESSED_LIMIT
from package_format.index import blob_path
from tests.cpt.registries.hostile import (
    Attack,
    answer,
    attacking,
    for_ever,
    leads_to,
    once,
    reset,
)

NAME = "acme/lifecycle-tags"
DIGEST = "sha256:" + "0" * 64
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
PATIENCE = 1.0
MEGABYTE = 1024 * 1024


def _zeros(size: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    pieces = [packer.compress(bytes(MEGABYTE)) for _ in range(size // MEGABYTE)]
    return b"".join(pieces) + packer.flush()


def _problem(body: bytes) -> Attack:
    return answer(body, b"Content-Type: application/problem+json\r\n", b"403 No")


ATTACKS: dict[str, tuple[Attack, str]] = {
    # --- without end ---
    "a body without end": (for_ever(b"x" * 65536, OK + b"\r\n"), "more than 16777216 bytes"),
    "a header without end": (for_ever(b"x" * 65536, OK + b"X: "), "cannot be reached"),
    "headers without end": (for_ever(b"X: y\r\n" * 1000, OK), "cannot be reached"),
    "100,000 headers": (once(OK + b"a:\r\n" * 100_000 + b"\r\n"), "cannot be reached"),
    "a million bytes of cookies": (
        once(OK + b"Set-Cookie: a=" + b"x" * MEGABYTE + b"\r\n\r\n"),
        "cannot be reached",
    ),
    "trailers without end": (for_ever(b"a: b\r\n" * 1000, CHUNKED + b"0\r\n"), "breaks off:"),
    "hints without end": (
        for_ever(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100),
        "does not answer in time",
    ),
    "a chunk's extension without end": (
        for_ever(b"x" * 65536, CHUNKED + b"1;"),
        "breaks off:",
    ),
    # --- slowly ---
    "nothing": (for_ever(b"", pause=0.05), "does not answer in time"),
    "a body, a byte at a time": (
        for_ever(b"x", OK + b"Content-Length: 9999\r\n\r\n", 0.05),
        "does not answer in time",
    ),
    "a header, a byte at a time": (for_ever(b"x", OK + b"X: ", 0.05), "does not answer in time"),
    "millions of small chunks": (
        for_ever(b"1\r\nx\r\n" * 5000, CHUNKED),
        "does not answer in time",
    ),
    # --- lies ---
    "a longer body than it has": (
        once(OK + b"Content-Length: 9\r\n\r\nx"),
        "without sending complete",
    ),
    "a length below nothing": (once(OK + b"Content-Length: -1\r\n\r\n"), "bad Content-Length"),
    "a length of 5,000 digits": (
        once(OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n"),
        "bad Content-Length",
    ),
    "two lengths": (
        once(OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx"),
        "conflicting Content-Length",
    ),
    "a chunk as large as the world": (
        once(CHUNKED + b"ffffffffffffffff\r\nx"),
        "breaks off:",
    ),
    "a chunk below nothing": (once(CHUNKED + b"-1\r\nx"), "illegal chunk header"),
    "another protocol": (once(b"SSH-2.0-OpenSSH\r\n"), "cannot be reached"),
    "a page to log in": (answer(b"<html>", b"Content-Type: text/html\r\n"), "unusable index/"),
    "that nothing has changed": (once(b"HTTP/1.1 304 Not Modified\r\n\r\n"), "answered 304"),
    "a part that nobody asked for": (
        answer(b"x", b"Content-Range: bytes 5-5/9\r\n", b"206 Partial"),
        "answered 206",
    ),
    "another protocol from now on": (
        once(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"),
        "cannot be reached",
    ),
    "nothing at all": (lambda _: None, "cannot be reached"),
    "a connection that breaks": (reset, "cannot be reached"),
    # --- bombs ---
    "a bomb": (answer(_zeros(300 * MEGABYTE), b"Content-Encoding: gzip\r\n"), "more than 16777216"),
    "a bomb in a bomb": (
        answer(gzip.compress(_zeros(300 * MEGABYTE)), b"Content-Encoding: gzip, gzip\r\n"),
        "compressed more than once",
    ),
    "a bomb of thousands of layers": (
        answer(b"x", b"Content-Encoding: gzip" + b", gzip" * 9000 + b"\r\n"),
        "compressed more than once",
    ),
    "what is not compressed": (
        answer(b"x" * 99, b"Content-Encoding: gzip\r\n"),
        "while decompressing",
    ),
    # --- elsewhere ---
    "a file": (leads_to(b"file:///etc/passwd"), "unsupported protocol"),
    "itself": (leads_to(b"/index/acme/lifecycle-tags.jsonl"), "leads from one address to the next"),
    "nowhere": (leads_to(b"http://["), "cannot be reached"),
    "what steers a terminal": (leads_to(b"/\x1b[2J"), "cannot be reached"),
    "elsewhere, and more without end": (
        for_ever(b"x" * 65536, b"HTTP/1.1 302 Found\r\nLocation: /next\r\n\r\n"),
        "leads from one address to the next",
    ),
    # --- what is read ---
    "a million brackets": (answer(b"[" * MEGABYTE), "is not JSON"),
    "a number of a million digits": (answer(b'{"name": ' + b"9" * MEGABYTE + b"}"), "is not JSON"),
    "five million lines": (answer(b"{}\n" * 5_000_000), "line 1 of the index cannot be read"),
    "a line of fifteen megabytes": (
        answer(b'{"name": "' + b"x" * 15 * MEGABYTE + b'"}'),
        "longer than 129 characters",
    ),
    "a name that leads out": (
        answer(json.dumps({"name": "../../etc"}).encode()),
        "line 1 of the index cannot be read",
    ),
    "a problem of a million brackets": (_problem(b"[" * MEGABYTE), "answered 403 No"),
    "a problem that steers a terminal": (
        _problem(json.dumps({"detail": "\x1b]0;x\x07\r" + "y" * MEGABYTE}).encode()),
        "answered 403 No",
    ),
    "a reason that steers a terminal": (answer(b"", status=b"400 \x1b[2J"), "answered 400"),
    # --- patience ---
    "to come back in a century": (
        answer(b"", b"Retry-After: 3155760000\r\n", b"503 Busy"),
        "answered 503 Busy",
    ),
    "to come back in the year 9999": (
        answer(b"", b"Retry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\n", b"503 Busy"),
        "answered 503 Busy",
    ),
    "to come back when there is no number for it": (
        answer(b"", b"Retry-After: " + b"9" * 5000 + b"\r\n", b"503 Busy"),
        "answered 503 Busy",
    ),
}
"""What is sent for an index, and what is said of it."""


def demand_plain(error: RegistryError) -> None:
    """It is one sentence that steers no terminal and is not too long."""
    for said in (str(error), *error.help):
        assert said.isprintable()
        assert len(said) < 600


@pytest.mark.parametrize("what", ATTACKS)
def test_a_hostile_registry_costs_little_and_is_told_in_a_sentence(
    what: str, tmp_path: Path
) -> None:
    attack, said = ATTACKS[what]
    waits: list[float] = []
    with attacking(attack) as address:
        registry = HttpRegistry(
            address, cache=Cache(tmp_path), patience=PATIENCE, sleep=waits.append
        )
        tracemalloc.start()
        begun = time.monotonic()
        try:
            with pytest.raises(RegistryError, match=said) as caught:
                registry.versions(NAME)
        finally:
            took, (_, most) = time.monotonic() - begun, tracemalloc.get_traced_memory()
            tracemalloc.stop()
    demand_plain(caught.value)
    assert took < 20, "and not for as long as it likes"
    assert most < 250 * MEGABYTE
    assert sum(waits) < 10
    assert not list(tmp_path.rglob("*.jsonl")) or "unusable" in str(caught.value)


@pytest.mark.parametrize(
    "what",
    [
        "a body without end", "nothing", "a body, a byte at a time", "millions of small chunks",
        "a bomb in a bomb", "elsewhere, and more without end",
    ],
)  # fmt: skip
def test_likewise_where_an_archive_is_asked_for(what: str, tmp_path: Path) -> None:
    attack, _ = ATTACKS[what]
    with attacking(attack) as address:
        registry = HttpRegistry(
            address, cache=Cache(tmp_path), patience=PATIENCE / 15, sleep=lambda _: None
        )
        begun = time.monotonic()
        with pytest.raises(RegistryError) as caught:
            registry.fetch(DIGEST, limit=10_000)
    demand_plain(caught.value)
    assert time.monotonic() - begun < 20
    assert not (tmp_path / blob_path(DIGEST)).exists()


def test_an_archive_is_no_larger_than_archives_are_whatever_an_index_says(tmp_path: Path) -> None:
    came = 0

    def endlessly() -> Iterator[bytes]:
        nonlocal came
        while True:
            came += 1 << 20
            yield bytes(1 << 20)

    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/blobs/"):
            return httpx.Response(200, content=endlessly())
        return httpx.Response(200, json={"format": 1, "blobs": "blobs/"})

    registry = HttpRegistry("http://packages.test", httpx.MockTransport(handle))
    with pytest.raises(RegistryError, match=f"more than {COMPRESSED_LIMIT} bytes"):
        registry.fetch(DIGEST, limit=10**15)
    assert came <= COMPRESSED_LIMIT + (2 << 20)

    folder = tmp_path / blob_path(DIGEST)
    folder.parent.mkdir(parents=True)
    with folder.open("wb") as file:
        file.truncate(COMPRESSED_LIMIT + 1)
    with pytest.raises(RegistryError, match=f"more than {COMPRESSED_LIMIT:,} bytes"):
        DirectoryRegistry(tmp_path).fetch(DIGEST, limit=10**15)


@pytest.mark.parametrize(
    "what",
    [
        "a body without end", "nothing", "a body, a byte at a time", "a header without end",
        "millions of small chunks", "hints without end", "a bomb in a bomb", "a bomb", "itself",
        "a million brackets", "a problem of a million brackets", "a problem that steers a terminal",
    ],
)  # fmt: skip
def test_likewise_of_a_server_that_is_told_a_secret(what: str) -> None:
    attack, _ = ATTACKS[what]
    with attacking(attack) as address:
        api = HttpRegistry(address).api("cpt_secret")
        api = type(api)(
            api.location, f"{address}/api/v1/", "cpt_secret", sleep=lambda _: None,
            patience=PATIENCE,
        )  # fmt: skip
        begun = time.monotonic()
        with pytest.raises(Exception, match="the registry at") as caught:
            api.me()
    assert isinstance(caught.value, RegistryError) or what.startswith("a problem")
    assert str(caught.value).isprintable()
    assert "cpt_secret" not in str(caught.value)
    assert time.monotonic() - begun < 20


# --- where it leads -------------------------------------------------------------------------------


def led(base: str, to: str, asked: list[str] | None = None) -> Transport:
    """What reads a registry that leads elsewhere once."""

    def handle(request: httpx.Request) -> httpx.Response:
        if asked is not None:
            asked.append(str(request.url))
        if str(request.url).startswith(base):
            return httpx.Response(302, headers={"Location": to})
        return httpx.Response(200, content=b"there")

    return Transport(base, httpx.MockTransport(handle), sleep=lambda _: None)


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "a.localhost", "127.0.0.1", "127.1", "2130706433", "0x7f000001",
        "0.0.0.0",  # noqa: S104  nothing listens there
        "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "[fe80::1]", "[::]",
    ],
)  # fmt: skip
def test_nobody_is_led_to_what_listens_on_their_own_machine(host: str) -> None:
    asked: list[str] = []
    with pytest.raises(DamagedRegistryError, match=r"leads to .*: this machine"):
        led("http://packages.test", f"http://{host}/latest/meta-data", asked).file("x", 100)
    assert len(asked) == 1
    assert is_oneself(host.strip("[]"))


def test_nobody_is_led_from_a_safe_connection_to_a_plain_one() -> None:
    asked: list[str] = []
    with pytest.raises(DamagedRegistryError, match="a connection that anybody can read"):
        led("https://packages.test", "http://packages.test/x", asked).file("x", 100)
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("base", "to"),
    [
        ("http://packages.test", "http://cdn.test/x"),
        ("http://packages.test", "https://packages.test/x"),
        ("https://packages.test", "https://10.0.0.7/x"),
        ("http://127.0.0.1:1", "http://localhost:2/x"),
    ],
)
def test_where_it_leads_otherwise_is_followed(base: str, to: str) -> None:
    found = led(base, to).file("x", 100)
    assert found is not None
    assert getattr(found, "data", None) == b"there"


def test_archives_elsewhere_are_not_on_ones_own_machine_either() -> None:
    config = {"format": 1, "blobs": "http://127.0.0.1:2375/"}
    host = httpx.MockTransport(lambda _: httpx.Response(200, json=config))
    registry = HttpRegistry("http://packages.test", host)
    with pytest.raises(DamagedRegistryError, match="this machine"):
        registry.fetch(DIGEST)


def test_a_name_and_a_password_go_to_their_host_alone() -> None:
    shown: list[tuple[str, str | None]] = []
    leads = {"/x": "/y", "/y": "https://elsewhere.test/z"}

    def handle(request: httpx.Request) -> httpx.Response:
        shown.append((request.url.host, request.headers.get("Authorization")))
        if request.url.path in leads:
            return httpx.Response(302, headers={"Location": leads[request.url.path]})
        return httpx.Response(200, content=b"there")

    transport = Transport("https://ann:secret@packages.test", httpx.MockTransport(handle))
    transport.file("x", 100)
    first, second, third = shown
    assert first[1] is not None
    assert second == first
    assert third == ("elsewhere.test", None)
