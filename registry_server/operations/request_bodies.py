"""Request bodies: how much of one is read, and for how long."""

from __future__ import annotations

import asyncio
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect

from registry_server.errors import TooLargeError, TooSlowError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

SMALL = 64 * 1024
"""How many bytes a body has at most that is not an archive."""

PATIENCE = 10.0
"""For how many seconds a body may take in any case."""

SLOWEST = 32 * 1024
"""And how many bytes must come in a second beyond that."""

_IN_MEMORY = 256 * 1024


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
    data = bytearray()
    await _read(request, data.extend, limit, patience)
    return bytes(data)


async def spooled(
    request: Request, limit: int, patience: float = PATIENCE
) -> SpooledTemporaryFile[bytes]:
    """Return a request's body as a file, at its beginning; one that is small is in no file.

    However many come at once, and however slowly, they are not in memory.

    Args:
        request: The request.
        limit: How many bytes are taken.
        patience: For how many seconds it may take, besides what its size allows.

    Raises:
        TooLargeError: It has more bytes than are taken.
        TooSlowError: It does not come.
        UnavailableError: There is no room for it.
    """
    file = SpooledTemporaryFile[bytes](_IN_MEMORY)
    try:
        await _read(request, file.write, limit, patience)
        file.seek(0)
    except OSError as error:
        file.close()
        raise UnavailableError(f"The body cannot be kept: {error.strerror}.") from error
    except BaseException:
        file.close()
        raise
    return file


async def _read(
    request: Request, take: Callable[[bytes], object], limit: int, patience: float
) -> None:
    said = request.headers.get("Content-Length", "")
    if said.isdecimal() and int(said) > limit:
        raise TooLargeError(f"At most {limit:,} bytes are taken here.")
    came = 0
    try:
        size = int(said) if said.isdecimal() else limit
        async with asyncio.timeout(patience + size / SLOWEST):
            async for chunk in request.stream():
                came += len(chunk)
                if came > limit:
                    raise TooLargeError(f"At most {limit:,} bytes are taken here.")
                take(chunk)
    except TimeoutError as error:
        raise TooSlowError("The body did not come in time; nothing was done.") from error
    except ClientDisconnect as error:  # or its chunks are none
        raise TooSlowError("The body broke off; nothing was done.") from error
