"""Remote accounts: an account that `cpt account serve` serves, over its native API.

What is asked is what the port says, each with one request. A change set is applied once however
often it is sent, so that one whose answer was lost is sent again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields, replace
from typing import Self, TypeVar

from pydantic import TypeAdapter

from account_engine.changing.changes import Applied, ChangeSet
from account_engine.position import Instant
from account_engine.rehearsal import Sending
from account_engine.stores.records import Revision
from account_engine.surveys import Crowds, Survey, Surveyed
from account_engine.upgrading.outlook import Onward, Outlook
from cpt import errors
from cpt.accounts.change_set_data import change_set_data
from cpt.accounts.remote import wire
from cpt.accounts.remote.campaigns import RemoteCampaigns, goals, occupied
from cpt.accounts.remote.life import RemoteLife
from cpt.accounts.remote.line import LONG, Line, LostError, Transport
from cpt.accounts.remote.outbox import RemoteOutbox
from cpt.accounts.remote.resources import AT_ONCE
from cpt.accounts.remote.wire import instant
from package_format.campaign.places import Place
from package_format.kinds.model import Json
from package_format.upgrades.answers import Answer

_ATTEMPTS = 3
_ANSWERS = TypeAdapter(list[tuple[Place, Answer | None]])


_Answer = TypeVar("_Answer")
_Asked = TypeVar("_Asked")


class RemoteAccount(RemoteLife, RemoteCampaigns, RemoteOutbox):
    """An account at an address; a context manager that closes its connections."""

    def __init__(self, address: str, key: str, transport: Transport | None = None) -> None:
        """Name the address; nothing is asked yet.

        Args:
            address: The address that `cpt account serve` printed.
            key: The token of a key that may do what is to be done.
            transport: What carries the requests, for tests.

        Raises:
            UsageError: The key would travel for everybody to read.
        """
        self._line = Line(address, key, transport)
        self._labels: dict[str, str] = {}
        self._events: list[Json] | None = None
        self.heard = True
        self.address = self._line.address

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self._line.close()

    def survey(self, asked: Survey) -> Surveyed:
        """Return what is asked of many things at once; a thousand of a sort with each request."""
        found = Surveyed()
        for part in _parts(asked):
            said = self._line.read(wire.Surveyed, "POST", "/survey", json=_survey_data(part))
            found = Surveyed(
                {**found.names, **_by(part.names, said.names)},
                {**found.happenings, **_by(part.happenings, map(goals, said.happenings))},
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
        asked: dict[str, Json] = {
            "data": data,
            "moves": [list(move) for move in moves],
            "answers": _ANSWERS.dump_python(list(answers.items()), mode="json"),
        }
        if onward:  # which a server of an earlier version would not know
            asked["onward"] = [asdict(one) for one in onward]
        said = self._line.read(wire.Outlooks, "POST", f"/campaigns/{campaign}/outlook", json=asked)
        return {one.place: one.value for one in said.places}

    # --- history

    def record(self) -> Json | None:
        """Return what the account remembers; None if nothing was ever installed."""
        return self._line.read(wire.Record, "GET", "/record").record

    def revisions(self) -> Sequence[Revision]:
        """Return every revision, oldest first."""
        found = self._line.read(wire.Revisions, "GET", "/revisions").revisions
        return [Revision(**{**dict(one), "at": instant(one.at)}) for one in found]

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
                said = self._line.asked("POST", "/change-sets", json=sent)
            except LostError:
                continue
            applied = self._line.understood(TypeAdapter(Applied), said)
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
        said = self._line.read(wire.Rehearsal, "POST", "/rehearsals", json=asked, timeout=LONG)
        return tuple(
            Sending(
                instant(one.at), one.contact, one.to, one.kind, one.resource, one.label,
                one.campaign,
            )
            for one in said.sendings
        )  # fmt: skip


def _crowds(said: wire.Campaign) -> Crowds:
    return Crowds(said.version, occupied(said.occupancy), said.published)


def _parts(asked: Survey) -> Iterator[Survey]:
    """Yield a survey in parts of which no list is too long for one request."""
    lists = tuple(getattr(asked, one.name) for one in fields(Survey))
    for start in range(0, max(map(len, lists)), AT_ONCE):
        yield Survey(*(one[start : start + AT_ONCE] for one in lists))


def _survey_data(asked: Survey) -> Json:
    return {
        "names": [{"kind": kind, "natural": natural} for kind, natural in asked.names],
        "happenings": [{"event": word, "about": dict(about)} for word, about in asked.happenings],
        "referred": list(asked.referred),
        "carried": list(asked.carried),
        "campaigns": list(asked.campaigns),
        "enrollable": [
            {
                "tags": list(one.tags),
                "campaign": one.campaign,
                **({"besides": list(one.besides)} if one.besides else {}),
            }
            for one in asked.enrollable
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
