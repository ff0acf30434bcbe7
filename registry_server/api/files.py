"""The tree's files over HTTP, byte for byte, so that a server and a folder cannot be told apart.

An index file and the configuration are asked for again each time, and answered with 304 while they
are the same; an archive is kept for ever, for its address is its content's digest.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from package_format.index import NAMES_PATH, names_bytes
from package_format.notices import NOTICES_PATH, notices_text
from package_format.signed_tree import TIMESTAMP, TUF
from registry_server.api.freshness import (
    ASK_AGAIN,
    FOR_EVER,
    Content,
    fresh,
    is_known,
)
from registry_server.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.types import Scope

    from registry_server.trees.tree import Tree

PREFIXES = (
    "/config.json",
    "/index/",
    "/blobs/",
    f"/{TUF}",
    "/api/",
    "/openapi.json",
    "/status.json",
    "/healthz",
    "/readyz",
    "/metrics",
)
"""The beginnings of the addresses that programs read."""

CHEAP = (
    "/config.json",
    "/index/",
    "/blobs/",
    f"/{TUF}",
    "/style.css",
    "/icon.svg",
    "/healthz",
    "/readyz",
    "/metrics",
)
"""The beginnings of the addresses that cost next to nothing to answer."""

_BYTES = "application/octet-stream"
_JSON = "application/json"
_LINES = "application/jsonl; charset=utf-8"
_INSTALLED_FROM = re.compile(
    r"/index/(?P<name>[^/]+/[^/]+)\.jsonl"
    r"|/blobs/sha256/(?P<start>[^/]+)/(?P<digest>(?P=start)[^/]+)\.cpt"
    rf"|/(?P<signed>{TUF}.+)"
)
_READ_AT_ONCE = 256 * 1024
"""Up to how many bytes an archive's file is read and sent in one piece."""


class Files:
    """The files of one tree.

    Reading a small file takes less time than handing it to a thread would: what is on this machine
    is read where it is asked for, which makes it four times as fast.
    """

    def __init__(
        self, tree: Tree, fetched: Callable[[Scope, str], None] = lambda _scope, _digest: None
    ) -> None:
        """Take the tree.

        Args:
            tree: The tree.
            fetched: Is told who asked, and the digest of each archive that is given out whole.
        """
        self._tree = tree
        self._fetched = fetched

    @property
    def routes(self) -> list[Route]:
        """Where each file is: where it is in the tree."""
        return [
            Route("/config.json", self.config),
            Route(f"/{NAMES_PATH}", self.names),
            Route(f"/{NOTICES_PATH}", self.notices),
            Route("/index/{publisher}/{short}.jsonl", self.index),
            Route(f"/{TUF}{{rest:path}}", self.signed),
            Route("/blobs/sha256/{start}/{digest}.cpt", self.blob),
        ]

    async def config(self, request: Request) -> Response:
        """Give out the file that makes a tree a registry."""
        return fresh(request, self._tree.config(), _JSON)

    def names(self, request: Request) -> Response:
        """Give out the name of every package, whether or not the tree has the list as a file."""
        return fresh(request, names_bytes(self._tree.names()), _JSON)

    def notices(self, request: Request) -> Response:
        """Give out what people should know of packages."""
        return fresh(request, notices_text(self._tree.notices()).encode(), _JSON)

    async def index(self, request: Request) -> Response:
        """Give out the lines of a package's versions."""
        name = "{publisher}/{short}".format_map(request.path_params)
        return self._lines(name).response(request.scope)

    async def signed(self, request: Request) -> Response:
        """Give out a file of what is signed; all of them but one are for ever."""
        return self._signed(TUF + request.path_params["rest"]).response(request.scope)

    async def blob(self, request: Request) -> Response:
        """Give out an archive; only under the address that its digest gives it."""
        digest = request.path_params["digest"]
        if request.path_params["start"] != digest[:2]:
            raise NotFoundError(f"This registry has no archive {digest} here.")
        full = f"sha256:{digest}"
        found = (
            self._tree.blob(full)
            if self._tree.is_near
            else await run_in_threadpool(self._tree.blob, full)
        )
        archive = _archive(b"", digest)
        if is_known(request.scope, archive.tag):
            return archive.response(request.scope)
        if request.method == "GET" and "Range" not in request.headers:
            self._fetched(request.scope, full)
        if isinstance(found, bytes):
            return _archive(found, digest).response(request.scope)
        headers = {"ETag": archive.tag, "Cache-Control": archive.cache, **dict(archive.more)}
        return FileResponse(found, media_type=_BYTES, stat_result=found.stat(), headers=headers)

    # --- what is asked for most -------------------------------------------------------------------

    def at_once(self, scope: Scope) -> tuple[str, Content] | None:
        """Find what a request is for, if it is one of the files that are installed from.

        Returns:
            tuple[str, Content] | None: What answers such requests, and the content; None if it is
            for anything else, or has to be waited for, or is large, or asked for in part.

        Raises:
            DamagedTreeError: It is not what it should be.
            RegistryServerError: It cannot be given out.
        """
        asked = _INSTALLED_FROM.fullmatch(scope["path"])
        if asked is None or scope["method"] != "GET":
            return None
        match asked.lastgroup:
            case "name":
                return "index", self._lines(asked["name"])
            case "signed":
                return "signed", self._signed(asked["signed"])
            case "digest" if self._tree.is_near:
                content = self._small(asked["digest"], scope)
                return None if content is None else ("blob", content)
        return None

    def _small(self, digest: str, scope: Scope) -> Content | None:
        """An archive that is no large file, and is asked for whole."""
        if any(name == b"range" for name, _ in scope["headers"]):
            return None
        found = self._tree.blob(f"sha256:{digest}")
        if isinstance(found, bytes) or found.stat().st_size > _READ_AT_ONCE:
            return None
        content = _archive(found.read_bytes(), digest)
        if not is_known(scope, content.tag):
            self._fetched(scope, f"sha256:{digest}")
        return content

    def _lines(self, name: str) -> Content:
        return Content.of(self._tree.index(name), _LINES)

    def _signed(self, path: str) -> Content:
        kind = _LINES if path.endswith("l") else _JSON
        cache = ASK_AGAIN if path == TIMESTAMP else FOR_EVER
        return Content.of(self._tree.signed(path), kind, cache)


def _archive(data: bytes, digest: str) -> Content:
    named = ("content-disposition", f'attachment; filename="{digest}.cpt"')
    return Content(data, _BYTES, f'"{digest}"', FOR_EVER, (named, ("accept-ranges", "bytes")))
