"""A real Chromium, and an application behind a real socket, for tests that look at pages.

Where there is no Chromium (`requirements/debian.txt` says what Debian calls it), its tests are
skipped; in CI that is a failure. Playwright keeps a loop running while it is open, so that a test
module which uses it runs no loop of its own.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from threading import Thread
from typing import TypedDict

import pytest
from granian.constants import Interfaces
from granian.server.embed import Server
from playwright.sync_api import Browser, Page, Request, ViewportSize, sync_playwright
from starlette.applications import Starlette

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 900}

_RULES = {"resultTypes": ["violations"]}


class Violation(TypedDict):
    """What axe-core found on a page; more than this is in it."""

    id: str
    help: str
    nodes: list[dict[str, object]]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run Debian's Chromium; skip where there is none, but fail in CI."""
    path = shutil.which("chromium")
    if path is None:
        sentence = "there is no Chromium here; requirements/debian.txt says what Debian calls it"
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield found
        found.close()


@contextmanager
def on_loopback(app: Starlette) -> Iterator[str]:
    """Serve an application over loopback, in a thread of this process; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = Server(
        app, address="127.0.0.1", port=port, interface=Interfaces.ASGI, log_enabled=False
    )
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_until_complete, args=(server.serve(),))
    thread.start()
    try:
        for _ in range(2000):
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            thread.join(0.005)
        yield f"http://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(server.stop)
        thread.join(10)
        loop.close()


def violations(page: Page) -> list[str]:
    """Return what axe-core finds on a page, a sentence for each element that it is about."""
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    found: list[Violation] = page.evaluate(
        "rules => axe.run(document, rules).then(found => found.violations)", _RULES
    )
    return [f"{one['id']}: {one['help']}: {node['html']}" for one in found for node in one["nodes"]]


def note_failures(page: Page, noted: list[str]) -> None:
    """Note what a page asks for and does not get; who goes on to another page waits for no icon."""

    def note(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":
            noted.append(f"{request.url}: {request.failure}")

    page.on("requestfailed", note)
