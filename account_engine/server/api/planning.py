"""What whoever plans an installation asks of an account, before anything is changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from account_engine.account import Account
from account_engine.keys import Scope
from account_engine.position import Instant
from account_engine.server.api.campaigns import known_campaign, place_shape
from account_engine.server.api.contact_shapes import Enrolling
from account_engine.server.api.shapes import (
    CampaignAsked,
    PlaceShape,
    Text,
    Word,
    moment_if,
)
from account_engine.server.operations import LARGE, Answer, Nothing, Number, Operation, Shape
from account_engine.surveys import Enrollable, Survey
from account_engine.surveys import Happening as HappeningAsked
from account_engine.upgrading.outlook import Onward
from package_format.campaign.places import Place
from package_format.kinds.model import Json
from package_format.upgrades import answers as m2

SURVEYED = 1000
"""Of how many things of a sort one survey may ask."""

_Moves = Annotated[list[tuple[str, str]], Field(max_length=10_000)]


class RecordShape(Shape):
    """What an account remembers of what was installed; null if nothing ever was."""

    record: Json


class RetiredShape(Shape):
    """A flow that only lets those finish who are in it (M7).

    Attributes:
        campaign: The campaign's id.
        version: The version of the flow.
        title: Its title.
        contacts: How many stand in it.
        waiting: How many of them have come to their end, and wait for a goal there.
        gone: Whether the campaign itself was taken out.
        published: Whether it runs.
        occupancy: Every place where somebody stands.
    """

    campaign: int
    version: int
    title: str
    contacts: int
    waiting: int
    gone: bool
    published: bool
    occupancy: list[PlaceShape]


class RetiredList(Shape):
    """The retired flows in which somebody still stands."""

    retired: list[RetiredShape]


class Happening(Shape):
    """Something that could happen.

    Attributes:
        event: What: a trigger's word.
        about: What narrows it, by name; of several values, any.
    """

    event: Word
    about: Annotated[
        dict[Word, Text | Annotated[list[Text], Field(min_length=1, max_length=20)]],
        Field(max_length=4),
    ] = {}


class ListenerShape(Shape):
    """A goal that listens."""

    campaign: int
    goal: str


class ListenerList(Shape):
    """The goals of published campaigns that listen for something (C2)."""

    listeners: list[ListenerShape]


class NameAsked(Shape):
    """A name that a resource of a kind may have.

    Attributes:
        kind: The kind.
        natural: What resources of this kind are told apart by, as they have it or normalised.
    """

    kind: Word
    natural: Text


class EnrollableAsked(Enrolling):
    """Who has any of some tags, and does not stand in a campaign.

    Attributes:
        campaign: The campaign; null for one yet to come.
        besides: Places of other campaigns, each by the campaign and the inner address, where they
            do not stand either, in whichever version.
    """

    campaign: Number | None = None
    besides: Annotated[list[tuple[Number, Text]], Field(max_length=10_000)] = []


class SurveyAsked(Shape):
    """What is asked of many things at once.

    Attributes:
        names: Of these names, which resources have them.
        happenings: Of these events, which goals listen for them.
        referred: Of these resources, which refer to them; retired flows count (M7).
        carried: Of these resources, how many contacts carry them, or have a value in them.
        campaigns: Of these campaigns, where contacts stand.
        enrollable: Of these tags and campaigns, how many contacts could be put into it (C12).
    """

    names: Annotated[list[NameAsked], Field(max_length=SURVEYED)] = []
    happenings: Annotated[list[Happening], Field(max_length=SURVEYED)] = []
    referred: Annotated[list[Number], Field(max_length=SURVEYED)] = []
    carried: Annotated[list[Number], Field(max_length=SURVEYED)] = []
    campaigns: Annotated[list[Number], Field(max_length=SURVEYED)] = []
    enrollable: Annotated[list[EnrollableAsked], Field(max_length=SURVEYED)] = []


class CrowdsShape(Shape):
    """A campaign's live version, where contacts stand in every version, and whether it runs."""

    version: int
    occupancy: list[PlaceShape]
    published: bool


class SurveyShape(Shape):
    """What is answered: for each thing that was asked about, in that order."""

    names: list[list[int]]
    happenings: list[list[ListenerShape]]
    referred: list[list[int]]
    carried: list[int]
    campaigns: list[CrowdsShape]
    enrollable: list[int]


class OnwardShape(Shape):
    """Another campaign in which contacts would go on.

    Attributes:
        campaign: What answers call it.
        data: Its flow by then; what it refers to need not be there yet.
        moves: What would come to it from the campaign that they leave: pairs of inner addresses.
    """

    campaign: Text
    data: dict[str, Json]
    moves: _Moves = []


class OutlookAsked(Shape):
    """Another flow for a campaign, and where the contacts of each place would go.

    Attributes:
        data: The flow; what it refers to need not be there yet.
        moves: Nodes and steps that keep their ids under another address: pairs of inner addresses.
        answers: For every place of the live flow, where its contacts go.
        onward: The other campaigns that answers name.
    """

    data: dict[str, Json]
    moves: _Moves = []
    answers: list[tuple[Place, m2.Answer | None]]
    onward: Annotated[list[OnwardShape], Field(max_length=SURVEYED)] = []


class CaughtUpShape(Shape):
    """A new step that some who stand behind it would get first (M4).

    Attributes:
        step: Its inner address in the new flow.
        contacts: How many would get it.
        next_due: When the first of them would; none if all would get something else before.
        late: How many have stood there for too long to get it.
    """

    step: str
    contacts: int
    next_due: dt.datetime | None
    late: int = 0


class OutlookShape(Shape):
    """What would come next for the contacts of one place (M9).

    Attributes:
        place: The place that they stand at now.
        next_due: When the first of them would act next, if that is known.
        past: How many would wait for a date that is past (C9).
        soon: How many would act within an hour.
        caught_up: The new steps that some would get first or have come too early for, in order.
    """

    place: Place
    next_due: dt.datetime | None
    past: int
    soon: int
    caught_up: list[CaughtUpShape]


class OutlookList(Shape):
    """What would come next, by place."""

    places: list[OutlookShape]


def read_record(account: Account, _: Nothing, _sent: None, _now: Instant) -> Answer:
    """Return what the account remembers of what was installed; opaque to it."""
    return Answer(RecordShape(record=account.record()))


def list_retired(account: Account, _: Nothing, _sent: None, _now: Instant) -> Answer:
    """List the retired flows in which somebody still stands (M7)."""
    return Answer(
        RetiredList(
            retired=[
                RetiredShape(
                    campaign=one.campaign,
                    version=one.version,
                    title=one.title,
                    contacts=one.contacts,
                    waiting=one.waiting,
                    gone=one.gone,
                    published=one.published,
                    occupancy=[place_shape(place) for place in one.occupied],
                )
                for one in account.retired()
            ]
        )
    )


def find_listeners(account: Account, _: Nothing, sent: Happening, _now: Instant) -> Answer:
    """Return the goals that listen for something, were it to happen; nothing does."""
    word, about = _happening(sent)
    return Answer(ListenerList(listeners=_listeners(account.listeners(word, dict(about)))))


def survey_account(account: Account, _: Nothing, sent: SurveyAsked, _now: Instant) -> Answer:
    """Return what whoever plans wants to know of many things, at one moment."""
    names = [(one.kind, one.natural) for one in sent.names]
    happenings = [_happening(one) for one in sent.happenings]
    enrollable = [
        Enrollable(tuple(one.tags), one.campaign, tuple(one.besides)) for one in sent.enrollable
    ]
    found = account.survey(
        Survey(
            tuple(names),
            tuple(happenings),
            tuple(sent.referred),
            tuple(sent.carried),
            tuple(sent.campaigns),
            tuple(enrollable),
        )
    )
    return Answer(
        SurveyShape(
            names=[list(found.names[one]) for one in names],
            happenings=[_listeners(found.happenings[one]) for one in happenings],
            referred=[list(found.referred[one]) for one in sent.referred],
            carried=[found.carried[one] for one in sent.carried],
            campaigns=[
                CrowdsShape(
                    version=crowds.version,
                    occupancy=[place_shape(one) for one in crowds.occupied],
                    published=crowds.published,
                )
                for crowds in map(found.campaigns.__getitem__, sent.campaigns)
            ],
            enrollable=[found.enrollable[one] for one in enrollable],
        )
    )


def _happening(sent: Happening) -> HappeningAsked:
    about = {
        name: value if isinstance(value, str) else tuple(value)
        for name, value in sent.about.items()
    }
    return sent.event, tuple(sorted(about.items()))


def _listeners(found: Iterable[tuple[int, str]]) -> list[ListenerShape]:
    return [ListenerShape(campaign=campaign, goal=goal) for campaign, goal in found]


def preview_flow(
    account: Account, asked: CampaignAsked, sent: OutlookAsked, _now: Instant
) -> Answer:
    """Return what would come next at each place, were a campaign given another flow (M9)."""
    campaign = known_campaign(account, asked.campaign).id
    onward = [Onward(one.campaign, one.data, tuple(one.moves)) for one in sent.onward]
    outlook = account.outlook(campaign, sent.data, dict(sent.answers), sent.moves, onward)
    return Answer(
        OutlookList(
            places=[
                OutlookShape(
                    place=place,
                    next_due=moment_if(one.next_due),
                    past=one.past,
                    soon=one.soon,
                    caught_up=[
                        CaughtUpShape(
                            step=each.step,
                            contacts=each.contacts,
                            next_due=moment_if(each.next_due),
                            late=each.late,
                        )
                        for each in one.caught_up
                    ],
                )
                for place, one in outlook.items()
            ]
        )
    )


PLANNING = (
    Operation(
        "readRecord",
        "GET",
        "/record",
        "Read what is remembered",
        Scope.READ,
        read_record,
        {200: RecordShape},
    ),
    Operation(
        "listRetired",
        "GET",
        "/retired",
        "List retired flows",
        Scope.READ,
        list_retired,
        {200: RetiredList},
    ),
    Operation(
        "findListeners",
        "POST",
        "/listeners",
        "Find who listens",
        Scope.READ,
        find_listeners,
        {200: ListenerList},
        sends=Happening,
    ),
    Operation(
        "surveyAccount",
        "POST",
        "/survey",
        "Ask of many things at once",
        Scope.READ,
        survey_account,
        {200: SurveyShape},
        sends=SurveyAsked,
        limit=LARGE,
    ),
    Operation(
        "previewFlow",
        "POST",
        "/campaigns/{campaign}/outlook",
        "Look ahead with another flow",
        Scope.READ,
        preview_flow,
        {200: OutlookList},
        asks=CampaignAsked,
        sends=OutlookAsked,
        limit=LARGE,
    ),
)
