"""The campaigns of an account at an address: who stands where, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from account_engine import enrolling
from account_engine.backlog import Backlog, Sent
from account_engine.errors import RefusedError
from account_engine.objects import StoredObject
from account_engine.views.campaigns import Occupied, Retired
from cpt.accounts.remote import wire
from cpt.accounts.remote.line import LONG, MissingError
from cpt.accounts.remote.resources import RemoteResources
from cpt.accounts.remote.wire import instant_if
from cpt.errors import BadInputError
from package_format.campaign.places import Place

PATIENCE = 30
"""For how many seconds to wait for what was received to have its turn."""


@dataclass(frozen=True)
class RemoteFlow:
    """The live version of a campaign.

    Attributes:
        version: Counts from 1.
        published: Whether it hears and runs.
    """

    version: int
    published: bool


class RemoteCampaigns(RemoteResources):
    """The part of a remote account that knows its campaigns; see `cpt.accounts.remote.account`.

    Attributes:
        heard: Whether everything that was sent has had its turn.
    """

    heard: bool

    def listeners(self, word: str, attributes: Mapping[str, str]) -> tuple[tuple[int, str], ...]:
        """Return (campaign, goal) of the published flows that listen for an event."""
        asked = {"event": word, "about": dict(attributes)}
        return goals(self._line.read(wire.Listeners, "POST", "/listeners", json=asked).listeners)

    def flow(self, campaign: int) -> RemoteFlow:
        """Return the live version of a campaign."""
        said = self._campaign(campaign)
        return RemoteFlow(said.version, said.published)

    def occupancy(self, campaign: int) -> tuple[Occupied, ...]:
        """Return where contacts stand in a campaign, in every version of it."""
        return occupied(self._campaign(campaign).occupancy)

    def count_in(self, campaign: int) -> int:
        """Return how many contacts are in a campaign, each once, at however many places."""
        return self._campaign(campaign).contacts

    def _campaign(self, campaign: int) -> wire.Campaign:
        return self._line.read(wire.Campaign, "GET", f"/campaigns/{campaign}")

    def retired(self) -> Sequence[Retired]:
        """Return the retired flows in which somebody still stands (M7)."""
        return tuple(
            Retired(
                one.campaign,
                one.version,
                one.title,
                one.contacts,
                one.waiting,
                one.gone,
                one.published,
                occupied(one.occupancy),
            )
            for one in self._line.read(wire.RetiredList, "GET", "/retired").retired
        )

    def set_published(self, campaign: int, *, published: bool) -> None:
        """Let a campaign hear and run, or stop it; one that is gone, for those who finish it."""
        kept = "retired" if self.object(campaign) is None else "campaigns"
        with self._line.writing("the change", f"'cpt account campaign \"#{campaign}\"' tells"):
            path = f"/{kept}/{campaign}/published"
            self._line.asked("PUT", path, json={"published": published})

    def let_go(self, campaign: int) -> None:
        """Let everybody leave a campaign that was taken out and that they finish (M7)."""
        with self._line.writing("the change", f"'cpt account campaign \"#{campaign}\"' tells"):
            self._line.asked("DELETE", f"/retired/{campaign}")

    def backlog(self, campaign: int) -> Backlog:
        """Return what publishing a campaign would set going; that may take minutes."""
        path = f"/campaigns/{campaign}/backlog"
        said = self._line.read(wire.Backlog, "GET", path, timeout=LONG)
        sent = (Sent(one.kind, one.label, one.campaign, one.count) for one in said.sent)
        return Backlog(occupied(said.occupancy), tuple(sent), instant_if(said.next_due))

    def count_enrollable(self, tags: Sequence[int], campaign: int) -> int:
        """Return how many have any of these tags, and do not stand in a campaign."""
        asked = {"enrollable": [{"tags": list(tags), "campaign": campaign}]}
        return sum(self._line.read(wire.Surveyed, "POST", "/survey", json=asked).enrollable)

    def verify_enrolment(self, campaign: int, tags: Sequence[int]) -> None:
        """Refuse what `enrol_tagged` would refuse.

        Raises:
            BadInputError: The campaign does not let anybody in by one of these tags.
        """
        found = self.objects([campaign, *tags])
        try:
            enrolling.refuse(
                self._there(found, campaign),
                [self._there(found, tag) for tag in tags],
                published=self.flow(campaign).published,
                object_of=self.object,
            )
        except RefusedError as error:
            raise BadInputError(str(error)) from error

    @staticmethod
    def _there(found: Mapping[int, StoredObject], number: int) -> StoredObject:
        if number not in found:
            raise MissingError(f"there is no #{number} in this account")
        return found[number]

    def enrol_tagged(self, campaign: int, tags: Sequence[int]) -> int:
        """Enrol the contacts who have any of these tags in a campaign; return how many (C12)."""
        path, asked = f"/campaigns/{campaign}/enrolments", {"tags": list(tags)}
        how_to_see = "'cpt account campaign' tells; whoever is in it already is passed over"
        with self._line.writing("whom to enrol", how_to_see):
            said = self._line.asked("POST", path, params={"wait": PATIENCE}, json=asked)
        enrolled = self._line.understood(TypeAdapter(wire.Enrolled), said)
        self.heard = self.heard and enrolled.turn == "done"
        return enrolled.contacts


def occupied(said: Iterable[wire.Standing]) -> tuple[Occupied, ...]:
    """Return where contacts stand as the engine has it."""
    return tuple(
        Occupied(
            one.version,
            Place(one.node, one.step, one.sort),
            one.contacts,
            instant_if(one.next_due),
            one.overdue,
        )
        for one in said
    )


def goals(said: Iterable[wire.Listener]) -> tuple[tuple[int, str], ...]:
    """Return (campaign, goal) of those that listen."""
    return tuple((one.campaign, one.goal) for one in said)
