"""The tree's files over HTTP, byte for byte, so that a server and a folder cannot be told apart.

An index file and the configuration are asked for again each time, and answered with 304 while they
are the same; an archive is kept for ever, for its address is its content's digest.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import FileResponse, Response
from starlette.routing import Route
from starlette.staticfiles import NotModifiedResponse, StaticFiles

from package_format.index import NAMES_PATH, names_bytes
from package_format.notices import NOTICES_PATH, notices_text
from package_format.signed_tree import TIMESTAMP, TUF
from registry_server.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

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

_ASK_AGAIN = "no-cache"
_BYTES = "application/octet-stream"
_STATIC = StaticFiles(directory=None)
_FOR_EVER = "public, max-age=31536000, immutable"


class Files:
    """The files of one tree.

    Reading a small file takes less time than handing it to a thread would: `config` and `index` run
    where they are called, which makes them four times as fast.
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
        return fresh(request, self._tree.config(), "application/json")

    def names(self, request: Request) -> Response:
        """Give out the name of every package, whether or not the tree has the list as a file."""
        return fresh(request, names_bytes(self._tree.names()), "application/json")

    def notices(self, request: Request) -> Response:
        """Give out what people should know of packages."""
        data = notices_text(self._tree.notices()).encode()
        return fresh(request, data, "application/json")

    async def index(self, request: Request) -> Response:
        """Give out the lines of a package's versions."""
        data = self._tree.index("{publisher}/{short}".format_map(request.path_params))
        return fresh(request, data, "application/jsonl; charset=utf-8")

    def signed(self, request: Request) -> Response:
        """Give out a file of what is signed; all of them but one are for ever."""
        path = TUF + request.path_params["rest"]
        data = self._tree.signed(path)
        kind = "application/jsonl; charset=utf-8" if path.endswith("l") else "application/json"
        cache = _ASK_AGAIN if path == TIMESTAMP else _FOR_EVER
        return fresh(request, data, kind, cache)

    def blob(self, request: Request) -> Response:
        """Give out an archive; only under the address that its digest gives it."""
        digest = request.path_params["digest"]
        found = self._tree.blob(f"sha256:{digest}")
        if request.path_params["start"] != digest[:2]:
            raise NotFoundError(f"This registry has no archive {digest} here.")
        headers = {
            "ETag": f'"{digest}"',
            "Cache-Control": _FOR_EVER,
            "Content-Disposition": f'attachment; filename="{digest}.cpt"',
        }
        response = (
            FileResponse(found, media_type=_BYTES, stat_result=found.stat(), headers=headers)
            if isinstance(found, Path)
            else Response(found, media_type=_BYTES, headers=headers)
        )
        answer = _unless_known(request, response)
        if answer is response and request.method == "GET" and _begins(request):
            self._fetched(f"sha256:{digest}")
        return answer


def _begins(request: Request) -> bool:
    """Whether a request is for the beginning of a file; who goes on was counted before."""
    return request.headers.get("Range", "bytes=0-").replace(" ", "").startswith("bytes=0-")


def fresh(request: Request, data: bytes, media_type: str, cache: str = _ASK_AGAIN) -> Response:
    """Give out what is asked for again, each time if it may change, or say that it is the same."""
    headers = {"ETag": f'"{sha256(data).hexdigest()[:32]}"', "Cache-Control": cache}
    return _unless_known(request, Response(data, media_type=media_type, headers=headers))


def _unless_known(request: Request, response: Response) -> Response:
    if _STATIC.is_not_modified(response.headers, request.headers):
        return NotModifiedResponse(response.headers)
    return response
