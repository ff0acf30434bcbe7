"""A server that is asked: one request and its answer, or in words what went wrong, and what to do.

What there is to ask, and what the answers mean, is in `cpt.registries.api`.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import NoReturn, TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

from cpt.errors import CptError, NotLoggedInError, RegistryError, RegistryRefusedError
from cpt.network import believed, remedy, usable_proxies
from cpt.registries.answers import Problem
from cpt.registries.deadline import Deadline
from cpt.registries.patience import Once, wait_before_next
from package_format.failures import said_by

_TIMEOUT = httpx.Timeout(60, connect=5)
PATIENCE = 120.0
"""In how many seconds an exchange has to be complete, besides what sending something takes."""

_SLOWEST = 32 * 1024
"""How many bytes a second are sent at least, or the server takes no more."""

_ANSWER_LIMIT = 4 * 1024 * 1024
_SAID_LIMIT = 1000
_TOLD = 20
_NOTHING_WAS_DONE = (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE)
"""The statuses by which a server says that it did nothing, and another time may do it."""

_T = TypeVar("_T")


class AskedServer:
    """A registry's server, as one person asks it."""

    def __init__(
        self,
        location: str,
        address: str,
        token: str | None,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        patience: float = PATIENCE,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Name the API; nothing is asked yet.

        Args:
            location: The registry's address, as people know it.
            address: Where its API is, ending in a slash.
            token: What is shown with each request.
            transport: What carries the requests, for tests.
            sleep: Waits for some seconds, before something is asked for again.
            patience: In how many seconds an exchange has to be complete.
            say: Told why nothing happens, where the registry asks for a wait that is felt.
        """
        self.location = location
        self._address = address
        self._token = token
        self._transport = transport
        self._sleep = sleep
        self._patience = patience
        self._say = Once(say)

    def _ask(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        body: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        refusal: type[CptError] = RegistryRefusedError,
        not_allowed: tuple[str, ...] = (),
    ) -> bytes:
        """Return what the server answers to one request.

        Args:
            method: The method.
            path: What is asked for, below the API's address.
            content: The body.
            body: The body, as JSON.
            headers: Further headers.
            refusal: What is raised if the server does not do it.
            not_allowed: What to do about it if the token does not allow it.
        """
        shown = {"User-Agent": "cpt", **(headers or {})}
        if self._token is not None:
            shown["Authorization"] = f"Bearer {self._token}"
        tried = 0
        while True:
            tried += 1
            response = self._once(method, path, shown, content, body)
            if response.is_success:
                return response.content
            wait = self._wait(tried, response)
            if wait is None:
                self._refused(response, refusal, not_allowed)
            answered = f"{response.status_code} {response.reason_phrase}"
            self._say.of_a_wait(f"the registry at {self.location} answered {answered}", wait)
            self._sleep(wait)

    def _wait(self, tried: int, response: httpx.Response) -> float | None:
        """After how many seconds to ask again; None if the answer stands."""
        if response.status_code not in _NOTHING_WAS_DONE:
            return None
        asked = response.headers.get("Retry-After")
        chance = random.random()  # noqa: S311  it keeps clients apart, and is no secret
        return wait_before_next(tried, asked, now=datetime.now(UTC), chance=chance)

    def _once(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        content: bytes | None,
        body: Mapping[str, object] | None,
    ) -> httpx.Response:
        """Ask once, and return the answer, read."""
        deadline = Deadline()
        try:
            with (
                deadline.of(self._patience + len(content or b"") / _SLOWEST),
                self._client() as client,
                client.stream(
                    method,
                    self._address + path,
                    headers={"Accept-Encoding": "gzip", **headers},
                    content=content,
                    json=body,
                    extensions={"trace": deadline.trace},
                ) as response,
            ):
                data = self._whole(response, deadline)
            return httpx.Response(
                response.status_code, headers=_undone(response.headers), content=data
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            if deadline.is_over or isinstance(error, httpx.TimeoutException):
                raise RegistryError(
                    f"the registry at {self.location} does not answer in time",
                    "try again later; what was published already is not published twice",
                ) from error
            raise RegistryError(
                f"the registry at {self.location} cannot be reached: {_line(said_by(error))}",
                remedy(error),
            ) from error

    def _client(self) -> httpx.Client:
        with usable_proxies():
            return httpx.Client(transport=self._transport, verify=believed(), timeout=_TIMEOUT)

    def _whole(self, response: httpx.Response, deadline: Deadline) -> bytes:
        if "," in response.headers.get("Content-Encoding", ""):
            raise RegistryError(
                f"the registry at {self.location} answers what is compressed more than once"
            )
        data = bytearray()
        for chunk in response.iter_bytes():
            if deadline.is_over:
                break
            data += chunk
            if len(data) > _ANSWER_LIMIT:
                raise RegistryError(f"the registry at {self.location} answers without end")
        if deadline.is_over:  # where no length was said, an end looks like any other
            raise httpx.ReadTimeout("too slow")
        return bytes(data)

    def _refused(
        self, response: httpx.Response, refusal: type[CptError], not_allowed: tuple[str, ...]
    ) -> NoReturn:
        status = response.status_code
        try:
            told = Problem.model_validate_json(response.content)
        except ValidationError:
            told = Problem(detail=f"{status} {response.reason_phrase}")
        said = f"the registry at {self.location} says: {_line(told.detail)}"
        problems = tuple(_line(text) for text in told.problems[:_TOLD])
        if status == httpx.codes.UNAUTHORIZED:
            raise NotLoggedInError(said, *self._how_to_log_in())
        if status >= httpx.codes.INTERNAL_SERVER_ERROR or response.is_redirect:
            called = (
                f", which calls the request {_line(told.request_id)}" if told.request_id else ""
            )
            raise RegistryError(said, f"try again later, or tell whoever runs the registry{called}")
        what_to_do = not_allowed if status == httpx.codes.FORBIDDEN else ()
        raise refusal(said, *problems, *what_to_do)

    def _how_to_log_in(self) -> tuple[str, ...]:
        login = f"'cpt login --registry {self.location}' stores"
        if self._token is None:
            return (f"{login} a token",)
        return (f"{login} another one; CPT_TOKEN, where it is set, is what is shown",)

    def _read(self, adapter: TypeAdapter[_T], data: bytes) -> _T:
        try:
            return adapter.validate_python(json.loads(data))
        except (ValidationError, ValueError, RecursionError) as error:
            raise RegistryError(
                f"the registry at {self.location} answers something that this cpt cannot read",
                "use a newer cpt, or tell whoever runs the registry",
            ) from error


def _line(text: str) -> str:
    """Somebody else's words as one line that steers no terminal."""
    return "".join(c if c.isprintable() else " " for c in text[:_SAID_LIMIT]).rstrip(". ")


def _undone(headers: httpx.Headers) -> httpx.Headers:
    """The headers of a body that is not compressed any more."""
    return httpx.Headers([(k, v) for k, v in headers.multi_items() if k != "content-encoding"])
