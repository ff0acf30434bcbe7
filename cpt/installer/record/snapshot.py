"""The snapshot: what is read from an account for one plan, as a value.

What it costs depends on the packages in play, never on the size of the account.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pydantic import ValidationError

from account_engine.objects import digest as digest_of
from account_engine.objects import natural_key, number_of, reference
from account_engine.position import Instant
from account_engine.surveys import Crowds, Survey
from cpt.accounts.port import Account, StoredObject
from cpt.accounts.stepwise import stepwise
from cpt.errors import NotARecordError
from cpt.installer.choices import Choices
from cpt.installer.neighbours.events import PossibleEvent, caused, heard
from cpt.installer.planning.carried import Carried, carried
from cpt.installer.record.finishing import Finishing, finishing
from cpt.installer.record.names import Names
from cpt.installer.record.record import Record
from cpt.installer.request import Request
from package_format.campaign.model import Campaign
from package_format.campaign.places import Place
from package_format.kinds.model import Json, Model, references
from package_format.kinds.table import KINDS, label_in


@dataclass(frozen=True)
class Live:
    """One object as the account holds it; references are ids (``#12``)."""

    id: int
    kind: str
    data: dict[str, Json]

    @cached_property  # most are only looked at
    def digest(self) -> str:
        """What changes when, and only when, the data does."""
        return digest_of(self.data)

    @property
    def label(self) -> str:
        """What people know it by."""
        return label_in(self.kind, self.data)

    @property
    def model(self) -> Model:
        """The data, read as its kind."""
        return KINDS[self.kind].model.model_validate(self.data)

    @property
    def targets(self) -> frozenset[int]:
        """The objects that it refers to."""
        numbers = (number_of(text) for _, _, text in references(self.model))
        return frozenset(number for number in numbers if number is not None)


@dataclass(frozen=True)
class Standing:
    """How many contacts stand at one place of one version of a campaign."""

    version: int
    place: Place
    contacts: int
    next_due: Instant | None


@dataclass(frozen=True)
class Snapshot:
    """What an account looked like, as far as one plan is concerned.

    Attributes:
        account: The account's id.
        incarnation: Its incarnation.
        head: The id of its newest revision.
        features: What it offers.
        record: What it remembers of its packages.
        carried: The record as the new versions name it.
        objects: The objects in play, their namesakes, and the campaigns that they meet, by id.
        namesakes: The ids of what has a wanted natural key, by kind and (normalised) key.
        referrers: Who refers to what may be removed; retired flows count (M7).
        carriers: How many contacts carry what may be adopted or removed.
        standing: Where contacts stand in the campaigns in play.
        versions: The live versions of those campaigns.
        listeners: The (campaign, goal) pairs that hear what packaged steps cause and goals hear.
        mentions: The campaigns that refer to what packaged goals listen for.
        finishing: The flows of older versions that contacts finish, anywhere in the account (M7).
        carries_across: Whether contacts can be carried from one campaign into another: a plan whose
            operations are done one by one, each by itself, cannot.
        unpublished: The campaigns in play that the owner has stopped.
        by_hand: What the account's API cannot do, by kind (`Capabilities.by_hand`).
    """

    account: str
    incarnation: str
    head: str | None
    features: tuple[str, ...]
    record: Record
    carried: Carried
    objects: Mapping[int, Live] = field(default_factory=dict)
    namesakes: Mapping[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)
    referrers: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    carriers: Mapping[int, int] = field(default_factory=dict)
    standing: Mapping[int, tuple[Standing, ...]] = field(default_factory=dict)
    versions: Mapping[int, int] = field(default_factory=dict)
    listeners: Mapping[PossibleEvent, tuple[tuple[int, str], ...]] = field(default_factory=dict)
    mentions: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    finishing: tuple[Finishing, ...] = ()
    carries_across: bool = True
    unpublished: frozenset[int] = frozenset()
    by_hand: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def live(self, number: int | None) -> Live | None:
        """Return an object, or None if it is gone."""
        return None if number is None else self.objects.get(number)


def read_record(account: Account) -> Record:
    """Return what an account remembers of its packages.

    Raises:
        NotARecordError: It is nothing that this version of the toolkit can read.
    """
    return record_of(account.record())


def record_of(data: Json) -> Record:
    """Read a record from the JSON that accounts keep.

    Raises:
        NotARecordError: It is nothing that this version of the toolkit can read.
    """
    try:
        return Record() if data is None else Record.model_validate(data)
    except ValidationError as error:
        raise NotARecordError(
            "what this account remembers of its packages cannot be read by this version of cpt",
            "use the version of cpt that installed them, or a newer one",
        ) from error


def take(account: Account, request: Request, choices: Choices) -> Snapshot:
    """Read from an account what a plan for this request needs.

    Raises:
        NotARecordError: What the account remembers cannot be read.
        BrokenPackageError: Upgrade entries do not go on from the installed version's.
    """
    record = read_record(account)
    along = carried(record, request)
    info, by_step = account.info, stepwise(account)
    namesakes = account.survey(Survey(names=_natural_keys(request))).names
    managed = _managed(along, request, record)
    resembling = {number for numbers in namesakes.values() for number in numbers}
    resembling |= set(choices.maps.values())
    objects = _objects(account, set(managed.values()) | resembling)
    staying = {number for text, number in managed.items() if text in request.wanted}
    going = (set(managed.values()) - staying) & set(objects)
    events = _events(request, _names(along, namesakes, request), objects)
    meant = _meant(events)
    found = account.survey(
        Survey(
            happenings=tuple((event.word, event.attributes) for event in events),
            referred=tuple(sorted(meant | going)),
            carried=tuple(sorted((going | resembling) & set(objects))),
            campaigns=tuple(n for n in sorted(objects) if objects[n].kind == "campaign"),
        )
    )
    listeners = {event: found.happenings[event.word, event.attributes] for event in events}
    met = {campaign for goals in listeners.values() for campaign, _ in goals}
    met |= meant | {number for numbers in found.referred.values() for number in numbers}
    objects |= _objects(account, met - set(objects))
    hearing = {campaign for goals in listeners.values() for campaign, _ in goals}
    listeners |= _further(account, objects, listeners, hearing - set(managed.values()))
    return Snapshot(
        info.id,
        info.incarnation,
        info.head,
        tuple(info.features),
        record,
        along,
        objects,
        namesakes,
        {number: found.referred[number] for number in sorted(going)},
        found.carried,
        {n: _standing(crowds) for n, crowds in found.campaigns.items()},
        {n: crowds.version for n, crowds in found.campaigns.items()},
        listeners,
        {number: found.referred[number] for number in sorted(meant)},
        finishing(account),
        stepwise(account) is None,
        frozenset(n for n, crowds in found.campaigns.items() if not crowds.published),
        {} if by_step is None else by_step.capabilities.by_hand,
    )


def _objects(account: Account, numbers: Iterable[int]) -> dict[int, Live]:
    found = account.objects(sorted(numbers))
    return {n: _live(found[n]) for n in sorted(found)}


def _live(stored: StoredObject) -> Live:
    return Live(stored.id, stored.kind, stored.data)


def _further(
    account: Account,
    objects: dict[int, Live],
    listeners: Mapping[PossibleEvent, tuple[tuple[int, str], ...]],
    hearing: set[int],
) -> dict[PossibleEvent, tuple[tuple[int, str], ...]]:
    """Return who hears what those cause who hear us, and so on; their campaigns are added.

    Args:
        account: The account.
        objects: What is known of it; campaigns are added.
        listeners: Who hears what, as far as it is known.
        hearing: The campaigns, none of ours, that hear what ours cause.
    """
    further: dict[PossibleEvent, tuple[tuple[int, str], ...]] = {}
    asked: set[int] = set()
    while hearing - asked:
        flows = [_campaign(objects[number]) for number in sorted(hearing - asked)]
        asked |= hearing
        events = {each.event for flow in flows for each in caused(flow)} - set(listeners)
        events -= set(further)
        happenings = tuple((event.word, event.attributes) for event in sorted(events))
        found = account.survey(Survey(happenings=happenings)).happenings
        further |= {event: found[event.word, event.attributes] for event in sorted(events)}
        hearing = {campaign for goals in found.values() for campaign, _ in goals}
        objects |= _objects(account, hearing - set(objects))
    return further


def _campaign(live: Live) -> Campaign:
    model = live.model
    assert isinstance(model, Campaign)  # noqa: S101  only campaigns hear anything
    return model


def _natural_keys(request: Request) -> tuple[tuple[str, str], ...]:
    keys = {
        (each.kind, natural)
        for each in request.wanted.values()
        if (natural := natural_key(each.kind, each.data)) is not None
    }
    return tuple(sorted(keys))


def _managed(along: Carried, request: Request, record: Record) -> dict[str, int]:
    """The recorded objects that this plan is about, by full address."""
    everything = request.in_play(record)
    return {
        str(address): number
        for address, row in along.rows.items()
        if everything & {address.package, row.old.package}
        and (number := number_of(row.managed.object)) is not None
    }


def _names(
    along: Carried, namesakes: Mapping[tuple[str, str], tuple[int, ...]], request: Request
) -> Names:
    """What wanted resources are called in the account, as far as that can be told beforehand."""
    names = Names({str(address): row.managed.object for address, row in along.rows.items()})
    for text, each in request.wanted.items():
        alike = namesakes.get((each.kind, natural_key(each.kind, each.data) or ""), ())
        if names.of(text) is None and len(alike) == 1:
            names.add(text, reference(alike[0]))
    return names


def _events(
    request: Request, names: Names, objects: Mapping[int, Live]
) -> tuple[PossibleEvent, ...]:
    """What packaged campaigns cause and hear, as far as the account can know it."""
    flows = [
        KINDS[each.kind].model.model_validate(names.concrete(each.kind, each.data))
        for each in request.wanted.values()
        if each.kind == "campaign"
    ]
    flows += [live.model for live in objects.values() if live.kind == "campaign"]
    found: set[PossibleEvent] = set()
    for flow in flows:
        assert isinstance(flow, Campaign)  # noqa: S101  the kind says so
        found |= {each.event for each in caused(flow)} | {event for event, _ in heard(flow)}
    return tuple(sorted(event for event in found if not any("/" in v for v in event.values)))


def _meant(events: Iterable[PossibleEvent]) -> set[int]:
    numbers = (number_of(value) for event in events for value in event.values)
    return {number for number in numbers if number is not None}


def _standing(crowds: Crowds) -> tuple[Standing, ...]:
    return tuple(
        Standing(found.version, found.place, found.contacts, found.next_due)
        for found in crowds.occupied
    )
