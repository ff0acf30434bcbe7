"""The desk: what the API's operations work with, and how a request is read before they do."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from anyio import CapacityLimiter
from anyio.lowlevel import RunVar
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from registry_server.auth.identity import Identity
from registry_server.auth.issuers import IssuerKeys
from registry_server.auth.tokens import demand_good, identify
from registry_server.catalog.publishing import Publishing
from registry_server.database.records import Records
from registry_server.errors import UnauthenticatedError
from registry_server.store import Store

if TYPE_CHECKING:
    from registry_server.signing import Signer

_PUBLISHING_AT_ONCE = 4
_SIGNING_TAKES = 10.0
"""For how many seconds whoever publishes waits for that to be signed, at most."""

_bearer = HTTPBearer(auto_error=False, description="A token, as 'cpt token create' makes one.")


_limiter: RunVar[CapacityLimiter] = RunVar("publishing")
"""One of each event loop: a server has one, and its limiter knows of no other."""


def publishing_limiter() -> CapacityLimiter:
    """Return what lets few publications be worked on at once.

    Each unpacks an archive, and none keeps a thread from whoever reads.
    """
    try:
        return _limiter.get()
    except LookupError:
        _limiter.set(CapacityLimiter(_PUBLISHING_AT_ONCE))
        return _limiter.get()


def utc_now() -> str:
    """Return the present moment in UTC, to the second."""
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Desk:
    """What the operations work with.

    Attributes:
        store: Where everything is kept.
        publishing: What publishes.
        now: Tells the time.
        address: The address that people reach the registry by, without a slash at its end.
        issuers: The keys of those who vouch for workflows.
        signer: What signs the index, if this server does.
    """

    store: Store
    publishing: Publishing
    now: Callable[[], str] = utc_now
    address: str = ""
    issuers: IssuerKeys = field(default_factory=IssuerKeys)
    signer: Signer | None = None

    async def signed(self) -> None:
        """Wait until the index is signed as it is now, if this server signs it; not for ever."""
        if self.signer is not None:
            with suppress(TimeoutError):
                signed = asyncio.wrap_future(self.signer.signed())
                await asyncio.wait_for(signed, _SIGNING_TAKES)

    @contextmanager
    def writing(self, by: Identity, *locks: str) -> Iterator[Records]:
        """Return a context in which somebody changes something, whose token is good still.

        They may have waited for others, and their token may have been revoked meanwhile.

        Args:
            by: Who it is.
            locks: See `Database.writing`.

        Raises:
            UnauthenticatedError: The token was revoked, or has expired.
            UnavailableError: The database does not answer, or somebody else writes for too long.
        """
        with self.store.database.writing(*locks) as records:
            demand_good(records, by, self.now())
            yield records


async def _desk(request: Request) -> Desk:  # no thread is needed for that
    desk = request.app.state.desk
    assert isinstance(desk, Desk)  # noqa: S101  put there when the application was made
    return desk


At = Annotated[Desk, Depends(_desk)]


def _identity(
    desk: At, shown: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Identity:
    if shown is None:
        raise UnauthenticatedError("This needs a token.")
    with desk.store.database.reading() as records:
        return identify(records, shown.credentials, desk.now())


By = Annotated[Identity, Depends(_identity)]
