"""Freshness: what is asked for again is answered with 304 while the asker has it already."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Scope

ASK_AGAIN = "no-cache"
"""How long what may change is kept: until it is asked for again."""

FOR_EVER = "public, max-age=31536000, immutable"
"""How long what never changes is kept."""


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
    more: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, data: bytes, media_type: str, cache: str = ASK_AGAIN) -> Content:
        """Return content with the ETag that it has by itself."""
        return cls(data, media_type, f'"{sha256(data).hexdigest()[:32]}"', cache)

    def answer(self, scope: Scope) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """Return the status, headers and body of an answer: 304 to whoever has it already."""
        headers = [("etag", self.tag), ("cache-control", self.cache)]
        status, body = 304, b""
        if not is_known(scope, self.tag):
            status, body = 200, self.data
            length = str(len(body))
            headers += [("content-length", length), ("content-type", self.media_type), *self.more]
        return status, [(name.encode(), value.encode()) for name, value in headers], body

    def response(self, scope: Scope) -> Response:
        """Return the answer as a response."""
        status, headers, body = self.answer(scope)
        response = Response(body, status)
        response.raw_headers = headers
        return response


def fresh(request: Request, data: bytes, media_type: str) -> Response:
    """Give out what may change, or say that it is the same as what the asker has."""
    return Content.of(data, media_type).response(request.scope)


def is_known(scope: Scope, tag: str) -> bool:
    """Return whether the asker says that they have it (RFC 9110, 13.1.2; compared weakly)."""
    said = [value for name, value in scope["headers"] if name == b"if-none-match"]
    mine = (tag.encode(), b"*")
    return any(
        one.strip().removeprefix(b"W/") in mine for value in said for one in value.split(b",")
    )
