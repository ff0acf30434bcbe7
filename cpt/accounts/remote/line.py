"""The line to an account at an address: requests, answers, and what went wrong on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, NoReturn, TypeAlias, TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

from cpt import errors
from cpt.accounts.credentials import HOW_TO_GET_A_KEY, is_here, refuse_open_way, scope_missing
from cpt.accounts.remote import wire
from cpt.network import believed, usable_proxies
from package_format.failures import said_by

_TIMEOUT = httpx.Timeout(120, connect=5)
_SAID_LIMIT = 300

LONG = httpx.Timeout(1800, connect=5)
"""For what may take minutes where the account is."""

Transport: TypeAlias = httpx.BaseTransport
"""What carries requests."""

_Answer = TypeVar("_Answer")


class LostError(Exception):
    """A request may have been done, and its answer did not come."""


class MissingError(errors.BadInputError):
    """The account has nothing like what was asked for."""


class Line:
    """The line to one account; its errors are those of `cpt.errors`."""

    def __init__(self, address: str, key: str, transport: Transport | None) -> None:
        """Name the address; nothing is asked yet.

        Args:
            address: The address that `cpt account serve` printed.
            key: The token of a key.
            transport: What carries the requests, for tests.

        Raises:
            UsageError: The key would travel for everybody to read.
        """
        self.address = address.rstrip("/")
        refuse_open_way(self.address)
        here = is_here(self.address)
        try:
            with usable_proxies():
                self._client = httpx.Client(
                    transport=transport,
                    verify=here or believed(),
                    base_url=f"{self.address}/api/v1",
                    timeout=_TIMEOUT,
                    trust_env=not here,  # no proxy leads to oneself
                    headers={"User-Agent": "cpt", "Authorization": f"Bearer {key}"},
                )
        except httpx.InvalidURL as error:
            raise errors.UsageError(f"{self.address} is no address: {error}") from error

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def read(self, model: type[_Answer], method: str, path: str, **more: Any) -> _Answer:  # noqa: ANN401  handed on to httpx
        """Ask what may be asked again, and return what is answered.

        Raises:
            CptError: It is no success, or there is no answer.
        """
        try:
            return self.understood(TypeAdapter(model), self.asked(method, path, **more))
        except LostError as error:
            raise self._unreachable(said_by(error)) from error

    def read_if_there(self, model: type[_Answer], path: str) -> _Answer | None:
        """Likewise; None if the account has nothing like it."""
        try:
            return self.read(model, "GET", path)
        except MissingError:
            return None

    @contextmanager
    def writing(self, what: str, how_to_see: str) -> Iterator[None]:
        """Say of a request whose answer was lost that it may be done.

        Args:
            what: What was sent: ``the edit``.
            how_to_see: What tells whether it is done.

        Raises:
            AccountUnreachableError: Its answer was lost.
        """
        try:
            yield
        except LostError as error:
            raise errors.AccountUnreachableError(
                f"{self.address} was sent {what}, and its answer was lost: it may be done",
                how_to_see,
            ) from error

    def understood(self, adapter: TypeAdapter[_Answer], said: bytes) -> _Answer:
        """Read what a success says.

        Raises:
            NotAnAccountError: It is not what an account says.
        """
        try:
            return adapter.validate_json(said)
        except ValidationError as error:
            raise errors.NotAnAccountError(
                f"what {self.address} answers is not what an account answers",
                "check the address; it is the one that 'cpt account serve' prints",
            ) from error

    def asked(self, method: str, path: str, **more: Any) -> bytes:  # noqa: ANN401  likewise
        """Ask, and return what a success says.

        Raises:
            LostError: The answer did not come.
            CptError: It is no success, or nothing could be asked.
        """
        try:
            answer = self._client.request(method, path, **more)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise self._unreachable(said_by(error)) from error
        except httpx.TransportError as error:
            raise LostError(said_by(error)) from error
        if not answer.is_success:
            self._refuse(answer)
        return answer.content

    def _unreachable(self, why: str) -> errors.AccountUnreachableError:
        return errors.AccountUnreachableError(
            f"{self.address} cannot be reached: {why[:_SAID_LIMIT]}",
            "see that 'cpt account serve' runs there, and that the address is right",
        )

    def _refuse(self, answer: httpx.Response) -> NoReturn:
        """Raise what an answer that is no success means."""
        try:
            problem = wire.Problem.model_validate_json(answer.content)
        except ValidationError as error:
            raise errors.NotAnAccountError(
                f"there is no account at {self.address}: it answers {answer.status_code}",
                "check the address; it is the one that 'cpt account serve' prints",
            ) from error
        word, said = problem.type.removeprefix("urn:cpt:"), problem.detail.rstrip(".")
        match answer.status_code:
            case HTTPStatus.FORBIDDEN if problem.scope:
                raise errors.RefusedError(
                    f"{self.address} refuses: {said}", *scope_missing(problem.scope)
                )
            case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
                raise errors.RefusedError(f"{self.address} refuses: {said}", *HOW_TO_GET_A_KEY)
            case HTTPStatus.CONFLICT if word == "stale-plan":
                raise errors.StalePlanError.because(problem.differences)
            case HTTPStatus.CONFLICT if word == "stranded-contacts":
                raise errors.StrandedError(said)
            case HTTPStatus.NOT_FOUND:
                raise MissingError(_in_a_sentence(said))
            case HTTPStatus.UNPROCESSABLE_ENTITY | HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                raise errors.BadInputError(_in_a_sentence(said))
            case HTTPStatus.SERVICE_UNAVAILABLE if word == "busy":
                raise errors.AccountBusyError.now()
            case status if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise errors.AccountUnreachableError(
                    f"{self.address} failed: {said}", "whoever runs it finds more in its log"
                )
            case _:
                raise errors.RefusedError(f"{self.address} refuses: {said}")


def _in_a_sentence(said: str) -> str:
    """Begin as our errors do: small, but for what is written in capitals."""
    return said if said[:2].isupper() else said[:1].lower() + said[1:]
