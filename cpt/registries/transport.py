"""Files over HTTP: asked for again while that may help, and gone on with where they broke off.

Each thread asks with a line of its own (`cpt.registries.lines`). Proxies are those of the usual
environment variables (HTTPS_PROXY, NO_PROXY), and so are certificates (`cpt.network`); a name and a
password in an address go to its host, and to no other.
"""

from __future__ import annotations

import contextlib
import json
import random
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from enum import Enum
from typing import NoReturn, TypeAlias, TypeVar

import httpx

from cpt.errors import DamagedRegistryError, RegistryError
from cpt.network import remedy
from cpt.registries.addresses import spelled
from cpt.registries.cache import Kept
from cpt.registries.lines import Carrier, Line, Lines
from cpt.registries.nearness import Nearness, Place, TooNearError, is_oneself
from cpt.registries.patience import PASSING, Once, wait_before_next
from package_format.failures import said_by

Watch: TypeAlias = Callable[[int], None]
"""Told how many bytes have come, each time that some have."""

PATIENCE = 60.0
"""For how many seconds an answer may be coming; an archive for fifteen times as many."""

_SAID_LIMIT = 300
_REDIRECTS = 5
_PASSING = (httpx.ReadError, httpx.WriteError, httpx.CloseError, httpx.RemoteProtocolError)
_WITHOUT_THE_BEGINNING = (
    httpx.codes.OK,
    httpx.codes.PARTIAL_CONTENT,
    httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE,
)
_Answer = TypeVar("_Answer")
_TO = {
    Nearness.MACHINE: "this machine, where other programs may listen",
    Nearness.NETWORK: "a network of your own, which the registry is not in",
}
_RANGE = re.compile(r"bytes (\d+)-\d+/(?:\d+|\*)")


class Same(Enum):
    """The answer that a file is still as it was."""

    SAME = "same"


class Came(Enum):
    """How a file came."""

    WHOLE = "whole"
    IN_PARTS = "in parts"


class _BrokenError(Exception):
    """An attempt failed in a way that another time may pass."""

    def __init__(self, error: RegistryError, retry_after: str | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.retry_after = retry_after


class _StoppedError(Exception):
    """Nothing is asked any more."""


class Transport:
    """Asks one host for files."""

    def __init__(
        self,
        address: str,
        carrier: Carrier | None = None,
        sleep: Callable[[float], object] | None = None,
        patience: float = PATIENCE,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Name the address; nothing is asked yet.

        Args:
            address: The address of the tree, which may hold a name and a password.
            carrier: What carries the requests, for tests.
            sleep: Waits for some seconds, for tests.
            patience: In how many seconds an answer has to be complete; an archive, which may be
                large, in fifteen times as many.
            say: Told why nothing happens, where the registry asks for a wait that is felt.
        """
        self._base = f"{address.rstrip('/')}/"
        self.location = spelled(address)
        self._patience = patience
        self._lines = Lines(carrier, Place(httpx.URL(self._base).host))
        self._sleep = sleep or self._lines.stopped.wait
        self._say = Once(say)

    def stop(self) -> None:
        """End whatever other threads ask for at the moment, or wait for; nothing is asked again."""
        self._lines.stop()

    def file(self, path: str, limit: int, etag: str | None = None) -> Kept | Same | None:
        """Return a file; None if there is none, `Same` if it is what the ETag is of.

        Args:
            path: Where it stands, relative to the tree, or an address of its own.
            limit: The most bytes that it may have.
            etag: What the host called the state of it that is known.

        Raises:
            RegistryError: The registry cannot be reached, or answers with a failure.
        """
        headers = {"If-None-Match": etag} if etag else {}

        def attempt() -> Kept | Same | None:
            body = bytearray()
            with self._asking(path, headers, self._patience) as response:
                if response.status_code == httpx.codes.NOT_MODIFIED and etag:
                    return Same.SAME
                if _is_gone(response):
                    return None
                self._take(response, body, limit)
                if response.status_code != httpx.codes.OK:
                    self._failed(response, bytes(body))
                return Kept(bytes(body), response.headers.get("ETag"))

        return self._patiently(attempt)

    def download(
        self, path: str, limit: int, body: bytearray, watch: Watch = lambda _: None
    ) -> Came | None:
        """Download a file that never changes, going on behind what there is of it.

        Args:
            path: Where it stands, relative to the tree, or an address of its own.
            limit: The most bytes that it may have.
            body: What there is of it; grows, and is begun anew if the host demands that.
            watch: Told of every byte of it, those that were there as well.

        Returns:
            Came | None: How it came; None if there is no such file.

        Raises:
            RegistryError: It broke off, or the registry cannot be reached, or answers with a
                failure; `body` has what came.
        """
        watch(len(body))

        def attempt() -> Came | None:
            # No compression on the way: a range would be one of the compressed bytes.
            headers = {"Accept-Encoding": "identity"}
            if body:
                headers["Range"] = f"bytes={len(body)}-"
            with self._asking(path, headers, 15 * self._patience) as response:
                status = response.status_code
                if _is_gone(response):
                    return None
                came = Came.IN_PARTS
                if not (status == httpx.codes.PARTIAL_CONTENT and _begins_at(response, len(body))):
                    came = Came.WHOLE
                    if status not in _WITHOUT_THE_BEGINNING:
                        said = bytearray()
                        self._take(response, said, limit)
                        self._failed(response, bytes(said))
                    watch(-len(body))
                    body.clear()
                    if status != httpx.codes.OK:
                        raise _BrokenError(
                            DamagedRegistryError(
                                f"the registry at {self.location} sends another part of an "
                                "archive than the one asked for",
                                "tell whoever runs the registry, or what is in front of it",
                            )
                        )
                self._take(response, body, limit, watch)
                return came

        return self._patiently(attempt)

    @contextlib.contextmanager
    def _asking(
        self, path: str, headers: dict[str, str], patience: float
    ) -> Iterator[httpx.Response]:
        """Ask for a file, and read it within so many seconds."""
        line = self._lines.mine()
        deadline = line.deadline
        try:
            with deadline.of(patience):
                request = line.client.build_request(
                    "GET",
                    self._url(path),
                    headers=headers,
                    extensions={"trace": line.trace},
                )
                with contextlib.closing(self._answer(line, request)) as response:
                    yield response
            if deadline.is_over:  # where no length was said, an end looks like any other
                raise httpx.ReadTimeout("too slow")
        except httpx.HTTPError as error:
            if deadline.is_over:
                raise httpx.ReadTimeout("too slow") from error
            raise

    def _answer(self, line: Line, request: httpx.Request) -> httpx.Response:
        """Ask, and follow where the host leads; httpx would read what it says there to the end."""
        for _ in range(1 + _REDIRECTS):
            url = request.url
            self._demand_fitting(url)
            line.lookout.expect(url.raw_host.decode("ascii"), is_registry=self._is_its_own(url))
            try:
                response = line.client.send(request, stream=True)
            except TooNearError as error:
                raise self._leads(url, _TO[error.nearness]) from error
            if response.next_request is None:
                return response
            request = response.next_request
            response.close()
        raise httpx.TooManyRedirects("it leads from one address to the next", request=request)

    def _demand_fitting(self, url: httpx.URL) -> None:
        """Refuse to be led from a safe connection to a plain one, or to what is called oneself."""
        base = httpx.URL(self._base)
        if base.scheme == "https" and url.scheme == "http":
            raise self._leads(url, "a connection that anybody can read and change")
        if is_oneself(url.host) and not is_oneself(base.host):
            raise self._leads(url, _TO[Nearness.MACHINE])

    def _is_its_own(self, url: httpx.URL) -> bool:
        """Whether an address is where the registry itself is."""
        base = httpx.URL(self._base)
        return (url.scheme, url.host, url.port) == (base.scheme, base.host, base.port)

    def _leads(self, url: httpx.URL, to: str) -> RegistryError:
        return DamagedRegistryError(
            f"the registry at {self.location} leads to {_plain(str(url))}: {to}",
            "it is not followed; tell whoever runs the registry",
        )

    def _patiently(self, attempt: Callable[[], _Answer]) -> _Answer:
        """Try until it works or there is no hope left."""
        tried = 0
        while True:
            if self._lines.stopped.is_set():
                raise _StoppedError
            tried += 1
            try:
                return attempt()
            except _BrokenError as broken:
                error, asked = broken.error, broken.retry_after
            except httpx.TimeoutException as late:
                raise RegistryError(
                    f"the registry at {self.location} does not answer in time", "try again later"
                ) from late
            except _PASSING as cause:
                error, asked = self._unreachable(cause), None
            except (httpx.HTTPError, httpx.InvalidURL) as cause:
                raise self._unreachable(cause) from cause
            chance = random.random()  # noqa: S311  it keeps clients apart, and is no secret
            wait = wait_before_next(tried, asked, now=datetime.now(UTC), chance=chance)
            if wait is None:
                raise error
            self._say.of_a_wait(str(error), wait)
            self._sleep(wait)

    def _url(self, path: str) -> httpx.URL:
        return httpx.URL(self._base).join(path)

    def _take(
        self, response: httpx.Response, body: bytearray, limit: int, watch: Watch = lambda _: None
    ) -> None:
        """Add a response's bytes to a body, as long as there are not too many of them."""
        if "," in response.headers.get("Content-Encoding", ""):
            raise DamagedRegistryError(
                f"the registry at {self.location} has an unusable "
                f"{response.url.path.lstrip('/')}: it is compressed more than once",
                "tell whoever runs the registry",
            )
        deadline = self._lines.mine().deadline
        try:
            for chunk in response.iter_bytes():
                if deadline.is_over:  # whatever came before is still being read
                    raise httpx.ReadTimeout("too slow")
                if len(body) + len(chunk) > limit:
                    raise DamagedRegistryError(
                        f"the registry at {self.location} has an unusable "
                        f"{response.url.path.lstrip('/')}: it has more than {limit} bytes",
                        "tell whoever runs the registry",
                    )
                body += chunk
                watch(len(chunk))
        except _PASSING as cause:
            if deadline.is_over:
                raise
            raise _BrokenError(self._breaks_off(cause)) from cause

    def _failed(self, response: httpx.Response, data: bytes) -> NoReturn:
        """Say what the registry says is wrong, if it says it in problem+json."""
        if response.status_code == httpx.codes.PROXY_AUTHENTICATION_REQUIRED:
            raise RegistryError(
                f"the proxy on the way to the registry at {self.location} wants to know who asks",
                "write it into the proxy's address: http://NAME:PASSWORD@proxy.example:3128",
            )
        said = f"{response.status_code} {response.reason_phrase}".strip()
        if response.headers.get("Content-Type", "").startswith("application/problem+json"):
            with contextlib.suppress(ValueError, KeyError, TypeError, RecursionError):
                said += f": {json.loads(data)['detail']}"
        asked = response.headers.get("Retry-After")
        error = DamagedRegistryError(
            f"the registry at {self.location} answered {_plain(said)}",
            "try again later, or tell whoever runs the registry",
            *([f"it asks to be left alone (Retry-After: {_plain(asked)})"] if asked else []),
        )
        if response.status_code in PASSING:
            raise _BrokenError(error, asked)
        raise error

    def _breaks_off(self, cause: Exception) -> RegistryError:
        return RegistryError(
            f"the connection to the registry at {self.location} breaks off: {_reason(cause)}",
            "try again: what has come of an archive is kept, and the rest is asked for",
        )

    def _unreachable(self, cause: Exception) -> RegistryError:
        return RegistryError(
            f"the registry at {self.location} cannot be reached: {_reason(cause)}", remedy(cause)
        )


def _is_gone(response: httpx.Response) -> bool:
    return response.status_code in (httpx.codes.NOT_FOUND, httpx.codes.GONE)


def _begins_at(response: httpx.Response, start: int) -> bool:
    """Whether a part of a file begins where it was asked to."""
    said = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
    return said is not None and int(said[1]) == start > 0


def _reason(error: Exception) -> str:
    return said_by(error)


def _plain(text: str) -> str:
    """A stranger's words for a terminal: one line, not too long, and nothing that steers it."""
    return "".join(char if char.isprintable() else " " for char in text)[:_SAID_LIMIT]
