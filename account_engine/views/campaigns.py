"""What can be asked of campaigns: what they listen for, and who stands where in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from account_engine import enrolling
from account_engine.flows import LiveFlow
from account_engine.lookup import current, live
from account_engine.objects import read_campaign
from account_engine.position import Instant, Position
from account_engine.stores.records import Crowd, FlowRow
from account_engine.surveys import Survey, Surveyed, survey
from account_engine.upgrading.outlook import Onward, Outlook, outlook
from account_engine.upgrading.travelled import place_of
from account_engine.views.objects import ObjectViews
from package_format.campaign.places import Place
from package_format.kinds.model import Json
from package_format.upgrades.answers import Answer


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


class CampaignViews(ObjectViews):
    """The part of an account that knows its campaigns; see `account_engine.account.Account`."""

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


def _place(campaign: int, crowd: Crowd) -> Place:
    spot = Position(
        campaign, crowd.version, crowd.node, crowd.status, crowd.step, entry=1, entered=0
    )
    return place_of(spot)
