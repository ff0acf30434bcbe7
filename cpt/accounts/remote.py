"""Remote accounts: an account that `cpt account serve` serves, over its native API.

What is asked is what the port says, each with one request. A change set is applied once however
often it is sent, so that one whose answer was lost is sent again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from http import HTTPStatus
from typing import Any, NoReturn, Self, TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

from account_engine.carrying import Onward, Outlook
from account_engine.changes import Applied, ChangeSet
from account_engine.objects import StoredObject, normalised
from account_engine.position import Instant
from account_engine.rehearsal import Sending
from account_engine.stores.records import Revision
from account_engine.surveys import Crowds, Survey, Surveyed
from account_engine.views import AccountInfo, Occupied, Retired
from cpt import errors
from cpt.accounts import wire
from cpt.accounts.change_set_data import change_set_data
from cpt.accounts.credentials import HOW_TO_GET_A_KEY, is_here, refuse_open_way
from package_format.answers import Answer
from package_format.campaign.places import Place
from package_format.failures import said_by
from package_format.kinds.model import Json

_TIMEOUT = httpx.Timeout(120, connect=5)
_LONG = httpx.Timeout(1800, connect=5)
_SAID_LIMIT = 300
_AT_ONCE = 1000
_ATTEMPTS = 3
_ANSWERS = TypeAdapter(list[tuple[Place, Answer | None]])


_Answer = TypeVar("_Answer")
_Asked = TypeVar("_Asked")


@dataclass(frozen=True)
class RemoteFlow:
    """The live version of a campaign.

    Attributes:
        version: Counts from 1.
        published: Whether it hears and runs.
    """

    version: int
    published: bool


class _LostError(Exception):
    """A request may have been done, and its answer did not come."""


class RemoteAccount:
    """An account at an address; a context manager that closes its connections."""

    def __init__(
        self, address: str, key: str, transport: httpx.BaseTransport | None = None
    ) -> None:
        """Name the address; nothing is asked yet.

        Args:
            address: The address that `cpt account serve` printed.
            key: The token of a key that may read, and install if anything is to be applied.
            transport: What carries the requests, for tests.

        Raises:
            UsageError: The key would travel for everybody to read.
        """
        self.address = address.rstrip("/")
        refuse_open_way(self.address)
        try:
            self._client = httpx.Client(
                transport=transport,
                base_url=f"{self.address}/api/v1",
                timeout=_TIMEOUT,
                trust_env=not is_here(self.address),  # no proxy leads to oneself
                headers={"User-Agent": "cpt", "Authorization": f"Bearer {key}"},
            )
        except httpx.InvalidURL as error:
            raise errors.UsageError(f"{self.address} is no address: {error}") from error

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self._client.close()

    @property
    def info(self) -> AccountInfo:
        """What the account says of itself."""
        said = self._read(wire.Info, "GET", "/account")
        return AccountInfo(
            said.id,
            said.incarnation,
            said.name,
            said.features,
            said.zone,
            int(said.now.timestamp()),
            said.head,
        )

    def count_contacts(self) -> int:
        """Return how many contacts there are."""
        return self._read(wire.Info, "GET", "/account").contacts

    # --- resources

    def object(self, number: int) -> StoredObject | None:
        """Return an object, or None if there is none with this id."""
        return self.objects([number]).get(number)

    def objects(self, numbers: Iterable[int]) -> Mapping[int, StoredObject]:
        """Return those of these objects that exist, by id."""
        wanted = [number for number in dict.fromkeys(numbers) if 0 < number < 2**63]
        found: dict[int, StoredObject] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            asked = {"numbers": wanted[start : start + _AT_ONCE]}
            page = self._read(wire.Resources, "POST", "/resources/lookup", json=asked)
            found |= {one.id: _stored(one) for one in page.resources}
        return found

    def objects_of(self, kind: str) -> tuple[StoredObject, ...]:
        """Return every object of a kind, by id."""
        return tuple(self._listed({"kind": kind}))

    def find(self, kind: str, name: str) -> tuple[StoredObject, ...]:
        """Return the objects of a kind that people call by this name, or whose key it is."""
        wanted = normalised(name)
        return tuple(
            one
            for one in self.objects_of(kind)
            if wanted in (one.natural, normalised(one.label), one.reference)
        )

    def namesakes(self, kind: str, natural: str) -> tuple[int, ...]:
        """Return the ids of the objects of a kind with this (normalised) natural key."""
        return tuple(one.id for one in self._listed({"kind": kind, "natural": natural}))

    def _listed(self, asked: Mapping[str, str]) -> Iterator[StoredObject]:
        after: int | None = 0
        while after is not None:
            params = {**asked, "after": after, "limit": _AT_ONCE}
            page = self._read(wire.Resources, "GET", "/resources", params=params)
            yield from map(_stored, page.resources)
            after = page.next

    def referrers(self, number: int) -> tuple[int, ...]:
        """Return the ids of the objects that refer to one; retired flows count (M7)."""
        used = self._used(number)
        return used.referrers if used else ()

    def carriers(self, number: int) -> int:
        """Return how many contacts carry a tag, or have a value in a field; else 0."""
        used = self._used(number)
        return used.carriers if used else 0

    def _used(self, number: int) -> wire.Used | None:
        return self._read_if_there(wire.Used, f"/resources/{number}")

    # --- campaigns

    def listeners(self, word: str, attributes: Mapping[str, str]) -> tuple[tuple[int, str], ...]:
        """Return (campaign, goal) of the published flows that listen for an event."""
        asked = {"event": word, "about": dict(attributes)}
        return _goals(self._read(wire.Listeners, "POST", "/listeners", json=asked).listeners)

    def flow(self, campaign: int) -> RemoteFlow:
        """Return the live version of a campaign."""
        said = self._campaign(campaign)
        return RemoteFlow(said.version, said.published)

    def occupancy(self, campaign: int) -> tuple[Occupied, ...]:
        """Return where contacts stand in a campaign, in every version of it."""
        return _occupied(self._campaign(campaign).occupancy)

    def _campaign(self, campaign: int) -> wire.Campaign:
        return self._read(wire.Campaign, "GET", f"/campaigns/{campaign}")

    def survey(self, asked: Survey) -> Surveyed:
        """Return what is asked of many things at once; a thousand of a sort with each request."""
        found = Surveyed()
        for part in _parts(asked):
            said = self._read(wire.Surveyed, "POST", "/survey", json=_survey_data(part))
            found = Surveyed(
                {**found.names, **_by(part.names, said.names)},
                {**found.happenings, **_by(part.happenings, map(_goals, said.happenings))},
                {**found.referred, **_by(part.referred, said.referred)},
                {**found.carried, **_by(part.carried, said.carried)},
                {**found.campaigns, **_by(part.campaigns, map(_crowds, said.campaigns))},
                {**found.enrollable, **_by(part.enrollable, said.enrollable)},
            )
        return found

    def outlook(
        self,
        campaign: int,
        data: Json,
        answers: Mapping[Place, Answer | None],
        moves: Sequence[tuple[str, str]],
        onward: Sequence[Onward] = (),
    ) -> Mapping[Place, Outlook]:
        """Return what would come next at each place, were a campaign given another flow (M9)."""
        asked = {
            "data": data,
            "moves": [list(move) for move in moves],
            "answers": _ANSWERS.dump_python(list(answers.items()), mode="json"),
        }
        if onward:  # which a server of an earlier version would not know
            asked["onward"] = [asdict(one) for one in onward]
        said = self._read(wire.Outlooks, "POST", f"/campaigns/{campaign}/outlook", json=asked)
        return {one.place: one.value for one in said.places}

    def retired(self) -> Sequence[Retired]:
        """Return the retired flows in which somebody still stands (M7)."""
        return self._read(wire.RetiredList, "GET", "/retired").retired

    # --- history

    def record(self) -> Json | None:
        """Return what the account remembers; None if nothing was ever installed."""
        return self._read(wire.Record, "GET", "/record").record

    def revisions(self) -> Sequence[Revision]:
        """Return every revision, oldest first."""
        found = self._read(wire.Revisions, "GET", "/revisions").revisions
        return [Revision(**{**dict(one), "at": int(one.at.timestamp())}) for one in found]

    def apply(self, change_set: ChangeSet) -> Applied:
        """Apply a change set: whole or not at all, and once.

        Raises:
            StalePlanError: Something that it relies on has changed.
            StrandedError: Contacts stand where it has no answer.
            AccountBusyError: Somebody else is changing the account.
            AccountUnreachableError: Whether it was applied could not be learnt.
        """
        sent = change_set_data(change_set)
        for attempt in range(_ATTEMPTS):
            try:
                said = self._asked("POST", "/change-sets", json=sent)
            except _LostError:
                continue
            applied = self._understood(TypeAdapter(Applied), said)
            return replace(applied, already=False) if attempt and applied.already else applied
        raise errors.AccountUnreachableError(
            f"{self.address} was sent the changes, and its answer was lost {_ATTEMPTS} times: "
            "they may be done",
            "'cpt history' tells; to apply the same plan again does nothing twice",
        )

    def rehearse(self, change_set: ChangeSet | None, until: Instant) -> tuple[Sending, ...]:
        """Return what would be sent until a moment, after a change set or as it is.

        The server lets time run ahead in a copy; that may take minutes.

        Raises:
            StalePlanError: Something that the change set relies on has changed.
            StrandedError: Contacts stand where it has no answer.
        """
        asked = {
            "until": dt.datetime.fromtimestamp(until, dt.UTC).isoformat(),
            "change_set": change_set_data(change_set) if change_set is not None else None,
        }
        said = self._read(wire.Rehearsal, "POST", "/rehearsals", json=asked, timeout=_LONG)
        return tuple(
            Sending(
                int(one.at.timestamp()), one.contact, one.to, one.kind, one.resource, one.label,
                one.campaign,
            )
            for one in said.sendings
        )  # fmt: skip

    # --- asking

    def _read(self, model: type[_Answer], method: str, path: str, **more: Any) -> _Answer:  # noqa: ANN401  handed on to httpx
        try:
            return self._understood(TypeAdapter(model), self._asked(method, path, **more))
        except _LostError as error:
            raise self._unreachable(said_by(error)) from error

    def _read_if_there(self, model: type[_Answer], path: str) -> _Answer | None:
        try:
            return self._read(model, "GET", path)
        except _MissingError:
            return None

    def _understood(self, adapter: TypeAdapter[_Answer], said: bytes) -> _Answer:
        try:
            return adapter.validate_json(said)
        except ValidationError as error:
            raise errors.NotAnAccountError(
                f"what {self.address} answers is not what an account answers",
                "check the address; it is the one that 'cpt account serve' prints",
            ) from error

    def _asked(self, method: str, path: str, **more: Any) -> bytes:  # noqa: ANN401  likewise
        """Ask, and return what a success says.

        Raises:
            _LostError: The answer did not come.
            CptError: It is no success, or nothing could be asked.
        """
        try:
            answer = self._client.request(method, path, **more)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise self._unreachable(said_by(error)) from error
        except httpx.TransportError as error:
            raise _LostError(said_by(error)) from error
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
            case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
                raise errors.RefusedError(f"{self.address} refuses: {said}", *HOW_TO_GET_A_KEY)
            case HTTPStatus.CONFLICT if word == "stale-plan":
                raise errors.StalePlanError.because(problem.differences)
            case HTTPStatus.CONFLICT if word == "stranded-contacts":
                raise errors.StrandedError(said)
            case HTTPStatus.NOT_FOUND:
                raise _MissingError(said)
            case HTTPStatus.UNPROCESSABLE_ENTITY | HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                raise errors.BadInputError(said)
            case HTTPStatus.SERVICE_UNAVAILABLE if word == "busy":
                raise errors.AccountBusyError.now()
            case status if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise errors.AccountUnreachableError(
                    f"{self.address} failed: {said}", "whoever runs it finds more in its log"
                )
            case _:
                raise errors.RefusedError(f"{self.address} refuses: {said}")


class _MissingError(errors.BadInputError):
    """The account has nothing like what was asked for."""


def _stored(one: wire.Resource) -> StoredObject:
    return StoredObject(one.id, one.kind, one.data)


def _occupied(said: Iterable[wire.Standing]) -> tuple[Occupied, ...]:
    return tuple(
        Occupied(
            one.version,
            Place(one.node, one.step, one.sort),
            one.contacts,
            _when(one.next_due),
            one.overdue,
        )
        for one in said
    )


def _goals(said: Iterable[wire.Listener]) -> tuple[tuple[int, str], ...]:
    return tuple((one.campaign, one.goal) for one in said)


def _crowds(said: wire.Campaign) -> Crowds:
    return Crowds(said.version, _occupied(said.occupancy), said.published)


def _parts(asked: Survey) -> Iterator[Survey]:
    """Yield a survey in parts of which no list is too long for one request."""
    lists = tuple(getattr(asked, one.name) for one in fields(Survey))
    for start in range(0, max(map(len, lists)), _AT_ONCE):
        yield Survey(*(one[start : start + _AT_ONCE] for one in lists))


def _survey_data(asked: Survey) -> Json:
    return {
        "names": [{"kind": kind, "natural": natural} for kind, natural in asked.names],
        "happenings": [{"event": word, "about": dict(about)} for word, about in asked.happenings],
        "referred": list(asked.referred),
        "carried": list(asked.carried),
        "campaigns": list(asked.campaigns),
        "enrollable": [
            {"tags": list(tags), "campaign": campaign} for tags, campaign in asked.enrollable
        ],
    }


def _by(asked: Iterable[_Asked], said: Iterable[_Answer]) -> dict[_Asked, _Answer]:
    """Return what is answered by what was asked.

    Raises:
        NotAnAccountError: Not everything is.
    """
    try:
        return dict(zip(asked, said, strict=True))
    except ValueError as error:
        raise errors.NotAnAccountError(
            "what the account answers is not what it was asked",
            "check the address; it is the one that 'cpt account serve' prints",
        ) from error


def _when(moment: dt.datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())
