"""Without effect: what an owner says of contacts is done, or it is said why it does nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from account_engine.objects import number_of
from cpt.errors import UsageError
from cpt.installer.changes import Change, ChangeType
from cpt.installer.choices import Choices, Course, Selector, flag
from cpt.installer.plan import Plan, Travel
from cpt.installer.record.snapshot import Snapshot
from cpt.installer.words import counted
from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.placeholders import in_brackets
from package_format.references import Address
from package_format.spelling import did_you_mean
from package_format.upgrades.answers import Via, spots


def without_effect(plan: Plan, snapshot: Snapshot, choices: Choices) -> tuple[str, ...]:
    """Say of everything that an owner said of contacts and that does nothing why that is.

    Args:
        plan: The plan, which says already who gets what first.
        snapshot: The account that it is for.
        choices: What the owner said.

    Raises:
        UsageError: It was said of a place that there is not.
    """
    return tuple(_Checking(plan, snapshot, choices).notes())


def told_without_effect(plan: Plan) -> tuple[str, ...]:
    """Return what a plan says of that."""
    return tuple(note for note in plan.notes if note.startswith("--contacts "))


@dataclass(frozen=True)
class _Checking:
    plan: Plan
    snapshot: Snapshot
    choices: Choices

    def notes(self) -> Iterator[str]:
        for chosen, said in self.choices.contacts.items():
            why = self._why_not(chosen, asks=said is Course.ASK)
            if why and said is not Course.MIGRATE:
                yield f"{flag(chosen, said)} changes nothing: {why}."
        for step, within in self.choices.catch_up.items():
            why = self._nobody_gets(step)
            if why and within is not None:
                yield f"{flag(step, within)} changes nothing: {why}."
        said_of_all = self.choices.everyone
        if said_of_all not in (None, Course.MIGRATE) and not any(
            map(self._is_anybody, self.plan.travels)
        ):
            why = "everybody has somewhere to go"
            if said_of_all is Course.ASK:
                why = "nobody would go elsewhere"
            if not any(travel.contacts for travel in self.plan.travels):
                why = "nobody is on their way"
            yield f"--contacts {said_of_all} changes nothing: {why}."

    # --- where contacts go ------------------------------------------------------------------------

    def _why_not(self, chosen: Address, *, asks: bool) -> str:
        """Say why something does nothing; nothing if it does what it says."""
        meant = self._meant(chosen)
        self._verify_place(chosen, meant)
        if any(one.type is ChangeType.CONFLICT for one in meant):
            return ""  # where they go is said once that is settled
        addresses = {one.address for one in meant}
        here = [
            travel
            for travel in self.plan.travels
            if travel.campaign in addresses
            and travel.contacts
            and chosen.inner == travel.place.inner[: len(chosen.inner)]
        ]
        heeded = [travel for travel in here if self._said_of(travel) == chosen]
        if not here:
            return self._unmoved(meant) or "nobody stands there"
        if not heeded and not asks:
            return "you say something else of every place where somebody stands"
        if asks and heeded == here and not any(travel.proposed for travel in here):
            return "nobody would go elsewhere"
        return ""

    def _verify_place(self, chosen: Address, meant: list[Change]) -> None:
        """Refuse a place that is in none of the campaigns that are meant."""
        known: list[str] = []
        for one in meant:
            live = self.snapshot.live(number_of(one.object or ""))
            if live is None or not chosen.inner:
                return
            inner = [p.inner for p in spots(Flow(Campaign.model_validate(live.data)))]
            if any(chosen.inner == each[: len(chosen.inner)] for each in inner):
                return
            known += [".".join(each) for each in inner]
        if known:
            hint = did_you_mean(".".join(chosen.inner), known)
            raise UsageError(
                f"nobody can stand at {chosen}: it is no sequence, step or join as yet",
                hint or f"there is {', '.join(dict.fromkeys(known))}",
            )

    def _said_of(self, travel: Travel) -> Address | None:
        """Return the address of which the owner said where the contacts of a place go."""
        names = self._names(travel.campaign)
        said = self.choices.contacts_at(*(replace(n, inner=travel.place.inner) for n in names))
        return said[0] if said else None

    def _is_anybody(self, travel: Travel) -> bool:
        """Whether what was said of everybody decides about contacts who stand there."""
        if not travel.contacts:
            return False
        if self.choices.everyone is Course.ASK:
            return self._said_of(travel) is not None or travel.proposed is not None
        return (
            self._said_of(travel) is None
            and travel.answer is not None
            and (travel.answer.via is Via.OWNER)
        )

    # --- what they get first ----------------------------------------------------------------------

    def _nobody_gets(self, step: Address) -> str:
        """Say why nobody is caught up with a new step; nothing if somebody is."""
        meant = self._meant(step)
        if any(one.type is ChangeType.CONFLICT for one in meant):
            return ""
        inner = ".".join(step.inner)
        names = {name for one in meant for name in (one.object, f"@{one.address}") if name}
        own = {one.address for one in meant}
        behind = [
            travel
            for travel in self.plan.travels
            if travel.contacts
            and travel.answer is not None
            and (
                travel.answer.campaign in names
                or (not travel.answer.campaign and travel.campaign in own)
            )
            and any(f"{travel.answer.node}.{c.step}" == inner for c in travel.answer.catch_up)
        ]
        if not behind:
            new = all(one.type is ChangeType.CREATE for one in meant)
            return ("" if new else self._unmoved(meant)) or "nobody stands behind that step"
        if not any(
            one.step == inner and one.contacts for travel in behind for one in travel.caught_up
        ):
            contacts = sum(travel.contacts for travel in behind)
            stand = counted(contacts, "contact stands", "contacts stand")
            return f"{stand} behind that step, and none of them came there as lately as that"
        return ""

    # --- of which campaigns -----------------------------------------------------------------------

    def _meant(self, chosen: Address) -> list[Change]:
        own = Selector(chosen.resource)
        campaigns = (one for one in self.plan.changes if one.kind == "campaign")
        return [one for one in campaigns if any(map(own.means, self._names(one.address)))]

    def _names(self, campaign: str) -> tuple[Address, ...]:
        """Return a campaign's address, and the one that it had."""
        address = Address.parse(campaign)
        row = self.snapshot.carried.rows.get(address)
        return (address,) if row is None else (address, row.old)

    def _unmoved(self, meant: list[Change]) -> str:
        """Say of a campaign whose contacts are where they are why that is; else nothing."""
        changing = {travel.campaign for travel in self.plan.travels}
        for one in meant:
            if one.type is ChangeType.CREATE:
                return f"“{in_brackets(one.label)}” is new, and nobody is in it yet"
            if one.address not in changing:
                return f"“{in_brackets(one.label)}” does not change, and everybody in it goes on"
        return ""
