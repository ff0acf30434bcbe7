"""Views: what can be asked of an account without changing it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import product

from account_engine import enrolling
from account_engine.contacts import Contact
from account_engine.effects import Effect, EffectKind
from account_engine.errors import UnknownObjectError
from account_engine.flows import LiveFlow
from account_engine.lookup import contacts_of, current, find_present, live, state_of, titled
from account_engine.objects import StoredObject, normalised, number_of, read_campaign
from account_engine.outgoing.rendering import Message, Renderer
from account_engine.position import Instant, Position
from account_engine.stores.copying import copied
from account_engine.stores.port import Store
from account_engine.stores.records import Crowd, FlowRow, RecordedEffect, Revision
from account_engine.stores.sqlite_file import FilePath
from account_engine.story import Line
from account_engine.surveys import Survey, Surveyed, survey
from account_engine.upgrading.contact_migration import place_of
from account_engine.upgrading.flow_migration import Onward, Outlook, outlook
from account_engine.whereabouts import incarnation
from package_format.campaign.places import Place
from package_format.kinds.model import Json
from package_format.upgrades.answers import Answer


@dataclass(frozen=True)
class AccountInfo:
    """What an account says of itself.

    Attributes:
        id: A random id, for life.
        incarnation: What is another for every copy, a restored one too.
        name: What its owner calls it.
        features: What it offers (`package_format.manifest.FEATURES`).
        zone: The time zone of contacts who have none.
        now: What its clock shows.
        head: The id of the newest revision; None in an account without any.
    """

    id: str
    incarnation: str
    name: str
    features: tuple[str, ...]
    zone: str
    now: Instant
    head: str | None


@dataclass(frozen=True)
class Occupied:
    """How many contacts stand at one place of one version of a campaign.

    Attributes:
        version: The version; all but the newest are retired (M7).
        place: The place in that version's flow.
        contacts: How many stand there.
        next_due: When the first of them acts, if that is known.
        overdue: Of how many the time has come: nothing runs here, or what runs is behind.
    """

    version: int
    place: Place
    contacts: int
    next_due: Instant | None
    overdue: int = 0


@dataclass(frozen=True)
class Retired:
    """A flow that only lets those finish who are in it (M7).

    Attributes:
        contacts: How many stand in it.
        waiting: How many of them have come to their end, and wait for a goal there (C7).
        gone: Whether the campaign itself was taken out.
        published: Whether it runs.
        occupied: Where they stand.
    """

    campaign: int
    version: int
    title: str
    contacts: int
    waiting: int = 0
    gone: bool = False
    published: bool = True
    occupied: tuple[Occupied, ...] = ()


def flows_taken_out(retired: Iterable[Retired]) -> dict[int, list[Retired]]:
    """Return the campaigns that were taken out and that somebody is in still, by id.

    Args:
        retired: What `retired` returned; the versions of each campaign keep their order.
    """
    found: dict[int, list[Retired]] = {}
    for one in retired:
        if one.gone:
            found.setdefault(one.campaign, []).append(one)
    return found


@dataclass(frozen=True)
class Happening:
    """One line of a contact's timeline, to be read by people.

    Attributes:
        at: When.
        what: The kind of line (`account_engine.story.Line`).
        campaign: The campaign's title, empty for what came from outside.
        node: The node, and the step after a dot; empty where there is none.
        why: The reason in words, with its rule.
    """

    at: Instant
    what: str
    campaign: str
    node: str
    why: str


class AccountViews:
    """The asking half of an account; see `account_engine.account.Account`."""

    _store: Store

    @property
    def info(self) -> AccountInfo:
        """What the account says of itself."""
        with self._store.reading():
            identity, head = self._store.identity(), self._store.head()
            which = incarnation(self._store)
        return AccountInfo(
            identity.id,
            which,
            identity.name,
            identity.features,
            identity.zone,
            identity.clock,
            head.id if head else None,
        )

    def fault(self) -> str | None:
        """Return what is wrong with what the account was read from; None if nothing is.

        It looks at everything; to be asked when something went wrong that nobody foresaw.
        """
        return self._store.fault()

    # --- objects

    def object(self, number: int) -> StoredObject | None:
        """Return an object, or None if there is none with this id."""
        with self._store.reading():
            return self._store.object(number)

    def objects(self, numbers: Iterable[int]) -> Mapping[int, StoredObject]:
        """Return those of these objects that exist, by id."""
        with self._store.reading():
            found = (self._store.object(number) for number in numbers)
            return {stored.id: stored for stored in found if stored}

    def objects_of(self, kind: str) -> tuple[StoredObject, ...]:
        """Return all objects of a kind, by id."""
        with self._store.reading():
            return self._store.objects_of(kind)

    def namesakes(self, kind: str, natural: str) -> tuple[int, ...]:
        """Return the objects of a kind with this natural key, whatever its case and spacing."""
        with self._store.reading():
            return self._store.namesakes(kind, normalised(natural))

    def find(self, kind: str, name: str) -> tuple[StoredObject, ...]:
        """Return the objects of a kind that people call by this name, or whose key it is."""
        wanted = normalised(name)
        with self._store.reading():
            return tuple(
                stored
                for stored in self._store.objects_of(kind)
                if wanted in (stored.natural, normalised(stored.label), stored.reference)
            )

    def referrers(self, number: int) -> tuple[int, ...]:
        """Return the ids of the objects that refer to one; retired flows count (M7)."""
        with self._store.reading():
            return self._store.referrers(number)

    def carriers(self, number: int) -> int:
        """Return how many contacts carry a tag, or have a value in a field; else 0."""
        with self._store.reading():
            stored = self._store.object(number)
            return self._store.carriers(stored) if stored else 0

    def count_enrollable(
        self, tags: Sequence[int], campaign: int | None, besides: Sequence[tuple[int, str]] = ()
    ) -> int:
        """Return how many contacts have any of these tags and do not stand in a campaign (C12).

        Args:
            tags: The ids of the tags; at least one.
            campaign: The campaign; None for one that does not exist yet.
            besides: Places of other campaigns where they do not stand either, as those who are to
                be carried into it do; each by the campaign's id and the inner address.
        """
        with self._store.reading():
            there = () if campaign is None else enrolling.finished_elsewhere(self._store, campaign)
            return self._store.count_tagged(tags, campaign, (*besides, *there))

    # --- campaigns

    def flow(self, campaign: int) -> LiveFlow:
        """Return the live version of a campaign.

        Raises:
            UnknownObjectError: There is no such campaign.
        """
        with self._store.reading():
            return live(current(self._store, campaign))

    def listeners(
        self, word: str, attributes: Mapping[str, str | tuple[str, ...]]
    ) -> tuple[tuple[int, str], ...]:
        """Return (campaign, goal) of the published flows that listen for an event (C2)."""
        several = [(value,) if isinstance(value, str) else value for value in attributes.values()]
        found: set[tuple[int, str]] = set()
        with self._store.reading():
            for values in product(*several):
                found.update(
                    self._store.listeners(word, dict(zip(attributes, values, strict=True)))
                )
        return tuple(sorted(found))

    def occupancy(self, campaign: int) -> tuple[Occupied, ...]:
        """Return where contacts stand in a campaign, in every version of it."""
        with self._store.reading():
            crowds = self._store.crowds(campaign, self._store.identity().clock)
        counts: Counter[tuple[int, Place]] = Counter()
        overdue: Counter[tuple[int, Place]] = Counter()
        dues: dict[tuple[int, Place], Instant] = {}
        for crowd in crowds:
            spot = (crowd.version, _place(campaign, crowd))
            counts[spot] += crowd.contacts
            overdue[spot] += crowd.overdue
            if crowd.next_due is not None:
                dues[spot] = min(crowd.next_due, dues.get(spot, crowd.next_due))
        return tuple(
            Occupied(*spot, count, dues.get(spot), overdue[spot]) for spot, count in counts.items()
        )

    def count_in(self, campaign: int) -> int:
        """Return how many contacts are in a campaign, each once, at however many places."""
        with self._store.reading():
            flows = self._store.flows_of(campaign)
            return sum(self._store.count_travellers(one.campaign, one.version) for one in flows)

    def survey(self, asked: Survey) -> Surveyed:
        """Return what is asked of many things at once.

        Raises:
            UnknownObjectError: There is no such campaign.
        """
        with self._store.reading():
            return survey(self, asked)

    def outlook(
        self,
        campaign: int,
        data: Json,
        answers: Mapping[Place, Answer | None],
        moves: Sequence[tuple[str, str]] = (),
        onward: Sequence[Onward] = (),
    ) -> dict[Place, Outlook]:
        """Return what would come next at each place, were a campaign given another flow (M9).

        Args:
            campaign: The campaign.
            data: The flow; what it refers to need not be there yet.
            answers: Where the contacts of each place would go.
            moves: As in `account_engine.changing.changes.Republish`.
            onward: The other campaigns that answers name.
        """
        with self._store.reading():
            row = current(self._store, campaign)
            return outlook(self._store, row, read_campaign(data), answers, moves, onward)

    def retired(self) -> tuple[Retired, ...]:
        """Return the retired flows, in which somebody still stands (M7)."""
        with self._store.reading():
            rows = self._store.retired_flows()
            occupied = {number: self.occupancy(number) for number in {r.campaign for r in rows}}
            return tuple(self._retired(row, occupied[row.campaign]) for row in rows)

    def _retired(self, row: FlowRow, occupied: Iterable[Occupied]) -> Retired:
        own = row.campaign, row.version
        return Retired(
            *own,
            row.data["title"],
            self._store.count_travellers(*own),
            self._store.count_waiting(*own),
            self._store.object(row.campaign) is None,
            row.published,
            tuple(one for one in occupied if one.version == row.version),
        )

    # --- contacts

    def contact(self, number: int) -> Contact:
        """Return a contact.

        Raises:
            UnknownObjectError: There is no such contact.
        """
        with self._store.reading():
            return state_of(self._store, number).contact

    def contacts(self, *, after: int = 0, limit: int | None = None) -> tuple[Contact, ...]:
        """Return contacts by number, those after this one."""
        with self._store.reading():
            return self._store.contacts(after=after, limit=limit)

    def count_contacts(self) -> int:
        """Return how many contacts there are."""
        with self._store.reading():
            return self._store.count_contacts()

    def find_contacts(self, *, email: str) -> tuple[Contact, ...]:
        """Return the contacts with this address, whatever its case, by number."""
        with self._store.reading():
            numbers = self._store.find_contacts("email", normalised(email))
            return tuple(self._store.known_contacts(numbers).values())

    def contacts_with(self, field: str, value: str, *, limit: int) -> tuple[Contact, ...]:
        """Return contacts with this value in a field, whatever its case, by number.

        Args:
            field: A built-in field's name, or a custom field's id (``#12``).
            value: The value.
            limit: How many at most.
        """
        with self._store.reading():
            numbers = self._store.find_contacts(field, normalised(value))[:limit]
            return tuple(self._store.known_contacts(numbers).values())

    def positions(self, contact: int) -> tuple[Position, ...]:
        """Return where a contact stands.

        Raises:
            UnknownObjectError: There is no such contact.
        """
        with self._store.reading():
            return state_of(self._store, contact).positions

    def positions_of(self, contacts: Iterable[int]) -> Mapping[int, tuple[Position, ...]]:
        """Return where contacts stand, by their numbers; those who are gone are left out."""
        found: dict[int, tuple[Position, ...]] = {}
        with self._store.reading():
            for number in contacts:
                with suppress(UnknownObjectError):
                    found[number] = state_of(self._store, number).positions
        return found

    def timeline(self, contact: int) -> tuple[Happening, ...]:
        """Return what happened to a contact and why, oldest first."""
        with self._store.reading():
            return self._happenings(self._store.story(find_present(self._store, contact) or 0))

    def timeline_before(
        self, contact: int, seq: int | None = None, *, limit: int | None = None
    ) -> tuple[tuple[Happening, ...], int | None]:
        """Return the latest part of a contact's timeline before some number, oldest first.

        Args:
            contact: The contact.
            seq: Where the part that is known begins; None to begin with the latest.
            limit: How many lines at most; None for all of them.

        Returns:
            The lines, and where they begin: what to ask for next; None if nothing was earlier.
        """
        with self._store.reading():
            known = find_present(self._store, contact) or 0
            told = self._store.story_before(known, seq, None if limit is None else limit + 1)
            shown = told[:limit]
            earlier = shown[-1].seq if len(told) > len(shown) else None
            return self._happenings([one.line for one in reversed(shown)]), earlier

    def _happenings(self, lines: Sequence[Line]) -> tuple[Happening, ...]:
        campaigns = {line.campaign for line in lines if line.campaign is not None}
        titles: dict[int | None, str] = {n: titled(self._store, n) for n in campaigns}
        return tuple(
            Happening(line.at, line.what, titles.get(line.campaign, ""), line.node, line.why)
            for line in lines
        )

    def outbox(self, *, after: int = 0, limit: int | None = None) -> tuple[Message, ...]:
        """Return what is to be delivered, rendered with the values of this moment (C11, C13).

        Args:
            after: Leave out the messages up to this number.
            limit: Return no more than this.
        """
        with self._store.reading():
            return tuple(self._rendered(self._store.effects(after=after, limit=limit)))

    def _rendered(self, effects: Sequence[RecordedEffect]) -> Iterator[Message]:
        renderer = Renderer.of(self._store)
        contacts = contacts_of(self._store, {one.effect.identity.contact for one in effects})
        campaigns = {one.effect.identity.campaign for one in effects}
        titles = {number: titled(self._store, number) for number in campaigns}
        for recorded in effects:
            who = recorded.effect.identity
            yield renderer.render(recorded, contacts[who.contact], titles[who.campaign])

    def recorded(self) -> tuple[Effect, ...]:
        """Return everything that was recorded, not rendered, in the order in which it was."""
        with self._store.reading():
            return tuple(each.effect for each in self._store.effects())

    def label(self, reference: str) -> str:
        """Return what people call an object (``#12``), or called it before it was deleted."""
        with self._store.reading():
            return titled(self._store, number_of(reference) or 0)

    def copied(self, path: FilePath) -> Store:
        """Return a copy in a new file, without what is past; see `account_engine.rehearsal`."""
        with self._store.reading():
            return copied(self._store, self._store.identity(), path)

    def message(self, number: int) -> Message | None:
        """Return one message, as `outbox` does; None if there is none with this number."""
        with self._store.reading():
            recorded = self._store.effect(number)
            return next(self._rendered((recorded,)), None) if recorded else None

    def count_sent(self, *, after: int = 0) -> Mapping[EffectKind, int]:
        """Return how many messages of each kind were recorded after this number."""
        with self._store.reading():
            return self._store.count_effects(after=after)

    def last_message(self) -> int:
        """Return the number of the newest message; 0 if there is none."""
        with self._store.reading():
            return self._store.last_effect()

    # --- history

    def record(self) -> Json | None:
        """Return what the account remembers; None if nothing was ever applied."""
        with self._store.reading():
            head = self._store.head()
        return head.record if head else None

    def revisions(self) -> tuple[Revision, ...]:
        """Return every revision, oldest first."""
        with self._store.reading():
            return self._store.revisions()


def _place(campaign: int, crowd: Crowd) -> Place:
    spot = Position(
        campaign, crowd.version, crowd.node, crowd.status, crowd.step, entry=1, entered=0
    )
    return place_of(spot)
