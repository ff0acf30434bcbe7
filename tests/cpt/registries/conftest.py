"""A registry's tree made of the examples, and a static host that serves it over a real socket."""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from cpt.registries.directory import DirectoryRegistry
from package_format.archive import build_archive
from package_format.folder import load_package

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
FIRST = ("lifecycle-tags", "webinar-follow-up/1.0.0")
NOW = "2026-11-01T09:00:00Z"


class QuietServer(ThreadingHTTPServer):
    """A server to whom a client that hangs up is nothing to speak of."""

    def handle_error(self, request: object, client_address: object) -> None:
        pass


class Quiet(SimpleHTTPRequestHandler):
    """A static host, of which there is nothing to say."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  as it is called there
        pass


@contextlib.contextmanager
def served(root: Path) -> Iterator[str]:
    """Serve a folder from a bare static file server; its address."""
    server = QuietServer(("127.0.0.1", 0), partial(Quiet, directory=str(root)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def publish(root: Path, *folders: str) -> None:
    """Publish examples to a folder."""
    for folder in folders:
        package = load_package(EXAMPLES / folder).package
        assert package is not None
        DirectoryRegistry(root).publish(build_archive(package).data, NOW)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a registry of two packages, which nobody changes."""
    root = tmp_path_factory.mktemp("published")
    publish(root, *FIRST)
    return root


@pytest.fixture
def tree(published: Path, tmp_path: Path) -> Path:
    """Return a registry of two packages that a test may change."""
    return Path(shutil.copytree(published, tmp_path / "tree"))
