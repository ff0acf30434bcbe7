"""Surveys: what somebody who plans wants to know of many things of an account, asked at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from account_engine.position import Instant
from package_format.campaign.places import Place

Named = tuple[str, str]
"""A kind and a (normalised) natural key."""

Happening = tuple[str, tuple[tuple[str, str | tuple[str, ...]], ...]]
"""The word of a trigger, and what narrows it, by name; of several values, any."""


@dataclass(frozen=True)
class Enrollable:
    """Who could be put into a campaign (C12).

    Attributes:
        tags: The ids of tags; who has any of them could.
        campaign: The id of the campaign, unless they stand there; None for one yet to come.
        besides: Places of other campaigns where they may not stand either, as those who are to be
            carried into it do; each by the campaign's id and the inner address.
    """

    tags: tuple[int, ...]
    campaign: int | None
    besides: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Survey:
    """What is asked.

    Attributes:
        names: Of these names, who has them.
        happenings: Of these events, who listens for them.
        referred: Of these objects, who refers to them.
        carried: Of these objects, how many contacts carry them, or have a value in them.
        campaigns: Of these campaigns, where contacts stand.
        enrollable: Of these tags and campaigns, how many contacts could be put into it (C12).
    """

    names: tuple[Named, ...] = ()
    happenings: tuple[Happening, ...] = ()
    referred: tuple[int, ...] = ()
    carried: tuple[int, ...] = ()
    campaigns: tuple[int, ...] = ()
    enrollable: tuple[Enrollable, ...] = ()


class Occupied(Protocol):
    """How many contacts stand at one place of one version of a campaign."""

    @property
    def version(self) -> int:
        """The version of the flow; all but the newest are retired (M7)."""
        ...

    @property
    def place(self) -> Place:
        """The place in that flow."""
        ...

    @property
    def contacts(self) -> int:
        """How many stand there."""
        ...

    @property
    def next_due(self) -> Instant | None:
        """When the first of them acts next, if that is known."""
        ...

    @property
    def overdue(self) -> int:
        """Of how many the time has come already."""
        ...


@dataclass(frozen=True)
class Crowds:
    """Where the contacts of one campaign stand.

    Attributes:
        version: Its live version.
        occupied: Who stands where, in every version.
        published: Whether it hears and runs.
    """

    version: int
    occupied: Sequence[Occupied]
    published: bool = True


@dataclass(frozen=True)
class Surveyed:
    """What is answered, each by what was asked."""

    names: Mapping[Named, tuple[int, ...]] = field(default_factory=dict)
    happenings: Mapping[Happening, tuple[tuple[int, str], ...]] = field(default_factory=dict)
    referred: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    carried: Mapping[int, int] = field(default_factory=dict)
    campaigns: Mapping[int, Crowds] = field(default_factory=dict)
    enrollable: Mapping[Enrollable, int] = field(default_factory=dict)


class _Flow(Protocol):
    @property
    def version(self) -> int: ...
    @property
    def published(self) -> bool: ...


class Surveyable(Protocol):
    """What can be asked of one thing after the other."""

    def namesakes(self, kind: str, natural: str) -> tuple[int, ...]:
        """Return the ids of the objects of a kind with this (normalised) natural key."""
        ...

    def listeners(
        self, word: str, attributes: Mapping[str, str | tuple[str, ...]]
    ) -> tuple[tuple[int, str], ...]:
        """Return (campaign, goal) of the published flows that listen for an event (C2)."""
        ...

    def referrers(self, number: int) -> tuple[int, ...]:
        """Return the ids of the objects that refer to one."""
        ...

    def carriers(self, number: int) -> int:
        """Return how many contacts carry a tag, or have a value in a field; else 0."""
        ...

    def flow(self, campaign: int) -> _Flow:
        """Return the live version of a campaign."""
        ...

    def occupancy(self, campaign: int) -> Sequence[Occupied]:
        """Return where contacts stand in a campaign, in every version of it."""
        ...

    def count_enrollable(
        self, tags: Sequence[int], campaign: int | None, besides: Sequence[tuple[int, str]] = ()
    ) -> int:
        """Return how many contacts have any of these tags and do not stand in a campaign (C12)."""
        ...


def survey(account: Surveyable, asked: Survey) -> Surveyed:
    """Ask an account of one thing after the other.

    Raises:
        UnknownObjectError: There is no such campaign.
    """
    return Surveyed(
        {(kind, natural): account.namesakes(kind, natural) for kind, natural in asked.names},
        {(word, about): account.listeners(word, dict(about)) for word, about in asked.happenings},
        {number: account.referrers(number) for number in asked.referred},
        {number: account.carriers(number) for number in asked.carried},
        {n: _crowds(account, n) for n in asked.campaigns},
        {
            one: account.count_enrollable(one.tags, one.campaign, one.besides)
            for one in asked.enrollable
        },
    )


def _crowds(account: Surveyable, campaign: int) -> Crowds:
    flow = account.flow(campaign)
    return Crowds(flow.version, account.occupancy(campaign), flow.published)
