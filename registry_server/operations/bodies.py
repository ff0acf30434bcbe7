"""Bodies: how much of one is read, and for how long."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from registry_server.errors import TooLargeError, TooSlowError

if TYPE_CHECKING:
    from starlette.requests import Request

SMALL = 64 * 1024
"""How many bytes a body has at most that is not an archive."""

PATIENCE = 10.0
"""For how many seconds a body may take in any case."""

SLOWEST = 32 * 1024
"""And how many bytes must come in a second beyond that."""


async def body_of(request: Request, limit: int = SMALL, patience: float = PATIENCE) -> bytes:
    """Return a request's body.

    Args:
        request: The request.
        limit: How many bytes are taken.
        patience: For how many seconds it may take, besides what its size allows.

    Raises:
        TooLargeError: It has more bytes than are taken.
        TooSlowError: It does not come.
    """
    said = request.headers.get("Content-Length", "")
    if said.isdecimal() and int(said) > limit:
        raise TooLargeError(f"At most {limit:,} bytes are taken here.")
    data = bytearray()
    try:
        size = int(said) if said.isdecimal() else limit
        async with asyncio.timeout(patience + size / SLOWEST):
            async for chunk in request.stream():
                data += chunk
                if len(data) > limit:
                    raise TooLargeError(f"At most {limit:,} bytes are taken here.")
    except TimeoutError as error:
        raise TooSlowError("The body did not come in time; nothing was done.") from error
    return bytes(data)
