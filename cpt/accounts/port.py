"""The port of accounts: all that the installer asks of one, whichever sort it is.

Implementations live beside this module (`embedded`, `remote.account`) and pass one conformance
suite. Whatever goes wrong there reaches the toolkit as an error of `cpt.errors`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from account_engine.changing.changes import Applied, ChangeSet
from account_engine.position import Instant
from account_engine.surveys import Occupied, Survey, Surveyed
from account_engine.upgrading.outlook import Onward
from package_format.campaign.places import Place
from package_format.kinds.model import Json
from package_format.upgrades.answers import Answer


class AccountInfo(Protocol):
    """What an account says of itself."""

    @property
    def id(self) -> str:
        """A random id, for life."""
        ...

    @property
    def incarnation(self) -> str:
        """A random id; a restored copy has another."""
        ...

    @property
    def name(self) -> str:
        """What its owner calls it."""
        ...

    @property
    def features(self) -> tuple[str, ...]:
        """What it offers, of `package_format.manifest.FEATURES`."""
        ...

    @property
    def zone(self) -> str:
        """The time zone of contacts who have none."""
        ...

    @property
    def now(self) -> Instant:
        """What its clock shows."""
        ...

    @property
    def head(self) -> str | None:
        """The id of the newest revision; None in an account without any."""
        ...


class StoredObject(Protocol):
    """One resource of an account."""

    @property
    def id(self) -> int:
        """The account's number for it."""
        ...

    @property
    def kind(self) -> str:
        """Its kind's name."""
        ...

    @property
    def data(self) -> dict[str, Json]:
        """Its canonical data; references are ids (``#12``)."""
        ...

    @property
    def digest(self) -> str:
        """What changes when, and only when, the data does."""
        ...


class CaughtUp(Protocol):
    """A new step that some who stand behind it would get first (M4)."""

    @property
    def step(self) -> str:
        """Its inner address in the new flow."""
        ...

    @property
    def contacts(self) -> int:
        """How many would get it."""
        ...

    @property
    def next_due(self) -> Instant | None:
        """When the first of them would; None if all would get something else before."""
        ...

    @property
    def late(self) -> int:
        """How many have stood there for too long to get it."""
        ...


class Outlook(Protocol):
    """What would come next for the contacts of one place (M9)."""

    @property
    def next_due(self) -> Instant | None:
        """When the first of them would act next, if that is known."""
        ...

    @property
    def past(self) -> int:
        """How many would wait for a date that is past (C9)."""
        ...

    @property
    def soon(self) -> int:
        """How many would act within an hour."""
        ...

    @property
    def caught_up(self) -> Sequence[CaughtUp]:
        """The new steps that some would get first or have come too early for, in order."""
        ...


class Retired(Protocol):
    """A flow that only lets those finish who are in it (M7)."""

    @property
    def title(self) -> str:
        """The campaign's title."""
        ...

    @property
    def contacts(self) -> int:
        """How many stand in it."""
        ...

    @property
    def waiting(self) -> int:
        """How many of them have come to their end, and wait for a goal there."""
        ...


class Flow(Protocol):
    """The live version of a campaign."""

    @property
    def version(self) -> int:
        """Counts from 1."""
        ...

    @property
    def published(self) -> bool:
        """Whether it hears and runs."""
        ...


class Revision(Protocol):
    """One applied plan."""

    @property
    def number(self) -> int:
        """Counts from 1."""
        ...

    @property
    def id(self) -> str:
        """The plan's own id."""
        ...

    @property
    def title(self) -> str:
        """What the history calls it."""
        ...

    @property
    def at(self) -> Instant:
        """When it was applied."""
        ...

    @property
    def record(self) -> Json:
        """What the account remembered from then on."""
        ...


class Account(Protocol):
    """An account."""

    @property
    def info(self) -> AccountInfo:
        """What the account says of itself."""
        ...

    def object(self, number: int) -> StoredObject | None:
        """Return an object, or None if there is none with this id."""
        ...

    def objects(self, numbers: Iterable[int]) -> Mapping[int, StoredObject]:
        """Return those of these objects that exist, by id."""
        ...

    def namesakes(self, kind: str, natural: str) -> tuple[int, ...]:
        """Return the ids of the objects of a kind with this (normalised) natural key."""
        ...

    def referrers(self, number: int) -> tuple[int, ...]:
        """Return the ids of the objects that refer to one; retired flows count (M7)."""
        ...

    def carriers(self, number: int) -> int:
        """Return how many contacts carry a tag, or have a value in a field; else 0."""
        ...

    def listeners(self, word: str, attributes: Mapping[str, str]) -> tuple[tuple[int, str], ...]:
        """Return (campaign, goal) of the published flows that listen for an event."""
        ...

    def flow(self, campaign: int) -> Flow:
        """Return the live version of a campaign."""
        ...

    def occupancy(self, campaign: int) -> Sequence[Occupied]:
        """Return where contacts stand in a campaign, in every version of it."""
        ...

    def survey(self, asked: Survey) -> Surveyed:
        """Return what is asked of many things at once."""
        ...

    def outlook(
        self,
        campaign: int,
        data: Json,
        answers: Mapping[Place, Answer | None],
        moves: Sequence[tuple[str, str]],
        onward: Sequence[Onward] = (),
    ) -> Mapping[Place, Outlook]:
        """Return what would come next at each place, were a campaign given another flow (M9)."""
        ...

    def retired(self) -> Sequence[Retired]:
        """Return the retired flows in which somebody still stands (M7)."""
        ...

    def record(self) -> Json | None:
        """Return what the account remembers; None if nothing was ever installed."""
        ...

    def revisions(self) -> Sequence[Revision]:
        """Return every revision, oldest first."""
        ...

    def apply(self, change_set: ChangeSet) -> Applied:
        """Apply a change set: whole or not at all, and once.

        Raises:
            StalePlanError: Something that it relies on has changed.
            StrandedError: Contacts stand where it has no answer.
            AccountBusyError: Somebody else is changing the account.
        """
        ...
