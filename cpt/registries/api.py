"""What a registry's server does for authors: publish, yank, deprecate, owners, tokens.

Beside `cpt.registries.http`, which reads the tree of any registry, this speaks to the API of one
that has a server. Each request shows a token, where there is one, and goes to that server only.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import NoReturn, TypeVar
from urllib.parse import quote, urlencode

import httpx
from pydantic import TypeAdapter, ValidationError

from cpt.errors import (
    CptError,
    NotLoggedInError,
    PublishRefusedError,
    RegistryError,
    RegistryRefusedError,
)
from cpt.network import believed, remedy, usable_proxies
from cpt.registries.answers import (
    About,
    Accepted,
    Done,
    Happened,
    Hits,
    Invited,
    Me,
    NameWaiting,
    Owners,
    Problem,
    Token,
    Workflow,
)
from cpt.registries.deadline import Deadline
from cpt.registries.patience import Once, wait_before_next
from cpt.registries.port import Published
from package_format.failures import said_by
from package_format.signature import SIGNATURES, Envelope, envelopes_text

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

_OPERATORS = (
    "it takes a token with the scope operate, of somebody who runs the registry",
    "'cpt registry welcome DIR NAME --operator' prints one, where the registry is kept",
)

_T = TypeVar("_T")

_TOKENS = TypeAdapter(tuple[Token, ...])
_NAMES = TypeAdapter(tuple[NameWaiting, ...])
_LOG = TypeAdapter(tuple[Happened, ...])
_WORKFLOWS = TypeAdapter(tuple[Workflow, ...])


class RegistryApi:
    """The API of one registry's server, as one person uses it."""

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

    # --- packages ---------------------------------------------------------------------------------

    def publish(self, archive: bytes, signatures: tuple[Envelope, ...] = ()) -> Published:
        """Publish an archive, and what its author signed of it.

        Raises:
            NotLoggedInError: It takes a token, or another one.
            PublishRefusedError: The registry does not take this version; it says why.
            RegistryError: The registry cannot be reached, or fails.
        """
        data = self._ask(
            "PUT",
            "packages",
            content=archive,
            headers={SIGNATURES: envelopes_text(signatures)} if signatures else {},
            refusal=PublishRefusedError,
        )
        done = self._read(TypeAdapter(Done), data)
        return Published(done.line, done.already, done.claimed)

    def search(self, words: str, count: int, **narrowed: str | None) -> Hits:
        """Find packages.

        Args:
            words: Words, or a package's name; none of them for all packages.
            count: How many are told at most.
            narrowed: A category, a feature of the account, or a publisher, by name.
        """
        asked = {"q": words, "size": count, **narrowed}
        query = urlencode({name: value for name, value in asked.items() if value})
        return self._read(TypeAdapter(Hits), self._ask("GET", f"search?{query}"))

    def about(self, package: str) -> About:
        """Return what is to be known of a package."""
        return self._read(TypeAdapter(About), self._ask("GET", f"packages/{package}"))

    def yank(self, package: str, version: str, reason: str) -> None:
        """Yank a version."""
        path = f"packages/{package}/versions/{quote(version, safe='')}/yanked"
        self._ask("PUT", path, body={"reason": reason})

    def unyank(self, package: str, version: str) -> None:
        """Take back that a version was yanked."""
        self._ask("DELETE", f"packages/{package}/versions/{quote(version, safe='')}/yanked")

    def deprecate(self, package: str, reason: str, successor: str | None) -> None:
        """Say that a package should not be chosen any more, and which one instead."""
        body = {"reason": reason, "successor": successor}
        self._ask("PUT", f"packages/{package}/deprecated", body=body)

    def undeprecate(self, package: str) -> None:
        """Take back that a package should not be chosen any more."""
        self._ask("DELETE", f"packages/{package}/deprecated")

    # --- workflows --------------------------------------------------------------------------------

    def accepted(self) -> Accepted:
        """Return whose tokens are taken for a workflow's."""
        return self._read(TypeAdapter(Accepted), self._ask("GET", "oidc"))

    def workflows(self, package: str) -> tuple[Workflow, ...]:
        """Return the workflows that may publish a package."""
        return self._read(_WORKFLOWS, self._ask("GET", f"packages/{package}/workflows"))

    def let_workflow(
        self, package: str, issuer: str, claims: Mapping[str, str], audience: str | None
    ) -> Workflow:
        """Let a workflow publish a package."""
        body = {"issuer": issuer, "claims": dict(claims), "audience": audience}
        data = self._ask("POST", f"packages/{package}/workflows", body=body)
        return self._read(TypeAdapter(Workflow), data)

    def forbid_workflow(self, package: str, number: int) -> None:
        """Let a workflow publish no more."""
        self._ask("DELETE", f"packages/{package}/workflows/{number}")

    def exchange(self, package: str, token: str) -> Token:
        """Return a token that publishes a package, for one in which a CI says who it is.

        Raises:
            PublishRefusedError: The registry does not let this workflow publish it; it says why.
        """
        data = self._ask(
            "POST",
            f"packages/{package}/workflows/token",
            body={"token": token},
            refusal=PublishRefusedError,
        )
        return self._read(TypeAdapter(Token), data)

    # --- people -----------------------------------------------------------------------------------

    def me(self) -> Me:
        """Return whose token is shown."""
        return self._read(TypeAdapter(Me), self._ask("GET", "me"))

    def tokens(self) -> tuple[Token, ...]:
        """Return one's tokens, without their secrets."""
        return self._read(_TOKENS, self._ask("GET", "me/tokens"))

    def create_token(
        self, name: str, scopes: tuple[str, ...], package: str | None, days: float
    ) -> Token:
        """Make a token; the answer is the only one that has its secret."""
        body = {"name": name, "scopes": list(scopes), "package": package, "days": days}
        return self._read(TypeAdapter(Token), self._ask("POST", "me/tokens", body=body))

    def revoke_token(self, number: int) -> tuple[Token, ...]:
        """End one of one's tokens, and those that were made with it; return all of them."""
        return self._read(_TOKENS, self._ask("DELETE", f"me/tokens/{number}"))

    def owners(self, publisher: str) -> Owners:
        """Return who owns a publisher."""
        return self._read(TypeAdapter(Owners), self._ask("GET", f"publishers/{publisher}/owners"))

    def invite(self, publisher: str, person: str) -> Invited:
        """Invite somebody to own a publisher."""
        data = self._ask("PUT", f"publishers/{publisher}/owners/{quote(person, safe='')}")
        return self._read(TypeAdapter(Invited), data)

    def remove_owner(self, publisher: str, person: str) -> None:
        """Make somebody an owner no more, or take back an invitation."""
        self._ask("DELETE", f"publishers/{publisher}/owners/{quote(person, safe='')}")

    def accept(self, publisher: str) -> None:
        """Accept an invitation."""
        self._ask("PUT", f"me/invitations/{publisher}")

    def decline(self, publisher: str) -> None:
        """Decline an invitation."""
        self._ask("DELETE", f"me/invitations/{publisher}")

    # --- those who run the registry ---------------------------------------------------------------

    def quarantine(self, package: str, reason: str) -> None:
        """Keep everybody from a package."""
        path = f"packages/{package}/quarantined"
        self._ask("PUT", path, body={"reason": reason}, not_allowed=_OPERATORS)

    def free(self, package: str) -> None:
        """Take a package out of quarantine."""
        self._ask("DELETE", f"packages/{package}/quarantined", not_allowed=_OPERATORS)

    def names_waiting(self, count: int) -> tuple[NameWaiting, ...]:
        """Return names that wait for a decision, the oldest first."""
        data = self._ask("GET", f"names/waiting?limit={count}", not_allowed=_OPERATORS)
        return self._read(_NAMES, data)

    def decide(self, publisher: str, standing: str, reason: str) -> None:
        """Decide whether a name may be published under: it is ``active`` or ``refused``."""
        path = f"publishers/{publisher}/standing"
        body = {"standing": standing, "reason": reason}
        self._ask("PUT", path, body=body, not_allowed=_OPERATORS)

    def log(self, subject: str | None, before: int | None, count: int) -> tuple[Happened, ...]:
        """Return what happened, the latest first.

        Args:
            subject: To this package, publisher or person only.
            before: Before the entry with this number only.
            count: How many entries at most, up to 200.
        """
        asked = {"subject": subject, "before": before, "limit": count}
        query = urlencode({name: value for name, value in asked.items() if value is not None})
        return self._read(_LOG, self._ask("GET", f"log?{query}"))

    # --- asking -----------------------------------------------------------------------------------

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
