"""The tree's files over HTTP, byte for byte, so that a server and a folder cannot be told apart.

An index file and the configuration are asked for again each time, and answered with 304 while they
are the same; an archive is kept for ever, for its address is its content's digest.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from package_format.index import NAMES_PATH, names_bytes
from package_format.notices import NOTICES_PATH, notices_text
from package_format.signed_tree import TIMESTAMP, TUF
from registry_server.api.freshness import (
    ASK_AGAIN,
    FOR_EVER,
    Content,
    Fresh,
    fresh,
    is_known,
    tag_of,
)
from registry_server.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.types import Scope

    from registry_server.tree import Tree

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
_READ_AT_ONCE = 256 * 1024
"""Up to how many bytes an archive's file is read and sent in one piece."""


class Files:
    """The files of one tree.

    Reading a small file takes less time than handing it to a thread would: what is on this machine
    is read where it is asked for, which makes it four times as fast.
    """

    def __init__(self, tree: Tree, fetched: Callable[[str], None] = lambda _: None) -> None:
        """Take the tree.

        Args:
            tree: The tree.
            fetched: Is told the digest of each archive that somebody begins to fetch.
        """
        self._tree = tree
        self._fetched = fetched

    @property
    def routes(self) -> list[Route]:
        """Where each file is: where it is in the tree; what is asked for most stands first."""
        return [
            Route("/index/{publisher}/{short}.jsonl", Fresh(self.index), methods=["GET"]),
            Route("/blobs/sha256/{start}/{digest}.cpt", Fresh(self.blob), methods=["GET"]),
            Route(f"/{TUF}{{rest:path}}", Fresh(self.signed), methods=["GET"]),
            Route("/config.json", Fresh(self.config), methods=["GET"]),
            Route(f"/{NAMES_PATH}", self.names),
            Route(f"/{NOTICES_PATH}", self.notices),
        ]

    async def config(self, scope: Scope) -> Content:
        """Find the file that makes a tree a registry."""
        del scope
        data = self._tree.config()
        return Content(data, _JSON, tag_of(data))

    def names(self, request: Request) -> Response:
        """Give out the name of every package, whether or not the tree has the list as a file."""
        return fresh(request, names_bytes(self._tree.names()), _JSON)

    def notices(self, request: Request) -> Response:
        """Give out what people should know of packages."""
        return fresh(request, notices_text(self._tree.notices()).encode(), _JSON)

    async def index(self, scope: Scope) -> Content:
        """Find the lines of a package's versions."""
        data = self._tree.index("{publisher}/{short}".format_map(scope["path_params"]))
        return Content(data, _LINES, tag_of(data))

    async def signed(self, scope: Scope) -> Content:
        """Find a file of what is signed; all of them but one are for ever."""
        path = TUF + scope["path_params"]["rest"]
        data = self._tree.signed(path)
        kind = _LINES if path.endswith("l") else _JSON
        return Content(data, kind, tag_of(data), ASK_AGAIN if path == TIMESTAMP else FOR_EVER)

    async def blob(self, scope: Scope) -> Content | Response:
        """Find an archive; only under the address that its digest gives it."""
        digest = scope["path_params"]["digest"]
        if scope["path_params"]["start"] != digest[:2]:
            raise NotFoundError(f"This registry has no archive {digest} here.")
        full = f"sha256:{digest}"
        found = (
            self._tree.blob(full)
            if self._tree.is_near
            else await run_in_threadpool(self._tree.blob, full)
        )
        tag, named = f'"{digest}"', f'attachment; filename="{digest}.cpt"'
        if is_known(scope, tag):
            return Content(b"", _BYTES, tag, FOR_EVER)
        part = Headers(scope=scope).get("Range")
        if scope["method"] == "GET" and _is_beginning(part):
            self._fetched(full)
        if isinstance(found, Path):
            read = found.stat()
            if part is not None or read.st_size > _READ_AT_ONCE:
                headers = {"ETag": tag, "Cache-Control": FOR_EVER, "Content-Disposition": named}
                return FileResponse(found, media_type=_BYTES, stat_result=read, headers=headers)
            found = found.read_bytes()
        more = ((b"content-disposition", named.encode()), (b"accept-ranges", b"bytes"))
        return Content(found, _BYTES, tag, FOR_EVER, more)


def _is_beginning(part: str | None) -> bool:
    """Whether somebody asks for the beginning of a file; who goes on was counted before."""
    return part is None or part.replace(" ", "").startswith("bytes=0-")
