"""Freshness: what is asked for again is answered with 304 while the asker has it already.

`fresh` makes a response, as pages and feeds need one. `Fresh` answers by itself, for the files that
whoever installs asks for: between the socket and the database there is nothing but what it sends.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

ASK_AGAIN = "no-cache"
"""How long what may change is kept: until it is asked for again."""

FOR_EVER = "public, max-age=31536000, immutable"
"""How long what never changes is kept."""


def fresh(request: Request, data: bytes, media_type: str) -> Response:
    """Give out what may change, or say that it is the same as what the asker has."""
    headers = {"ETag": tag_of(data), "Cache-Control": ASK_AGAIN}
    if is_known(request.scope, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=media_type, headers=headers)


def tag_of(data: bytes) -> str:
    """Return the ETag of some content."""
    return f'"{sha256(data).hexdigest()[:32]}"'


@dataclass(frozen=True)
class Content:
    """What there is to give out.

    Attributes:
        data: The bytes.
        media_type: What they are.
        tag: Their ETag.
        cache: How long they may be kept.
        more: Headers besides.
    """

    data: bytes
    media_type: str
    tag: str
    cache: str = ASK_AGAIN
    more: tuple[tuple[bytes, bytes], ...] = ()


class Fresh:
    """An endpoint that gives content out, or says that it is the same as what the asker has."""

    def __init__(self, find: Callable[[Scope], Awaitable[Content | Response]]) -> None:
        """Name what finds the content of a request; where that is a response, it is given out."""
        self._find = find
        self.__name__ = find.__name__
        self.__module__ = find.__module__

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        found = await self._find(scope)
        if isinstance(found, Response):
            await found(scope, receive, send)
            return
        headers = [(b"etag", found.tag.encode()), (b"cache-control", found.cache.encode())]
        status, body = 304, b""
        if not is_known(scope, found.tag):
            status, body = 200, found.data
            headers.append((b"content-length", str(len(body)).encode()))
            headers.append((b"content-type", found.media_type.encode()))
            headers += found.more
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def is_known(scope: Scope, tag: str) -> bool:
    """Return whether the asker says that they have it (RFC 9110, 13.1.2; compared weakly)."""
    mine = {tag.encode(), b"*"}
    return any(
        one.strip().removeprefix(b"W/") in mine
        for name, value in scope["headers"]
        if name == b"if-none-match"
        for one in value.split(b",")
    )
