"""The plan: the ordered changes that would bring an account to what is wanted, as a value.

It is printed, drawn, saved, compared and applied; applying reads nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

from account_engine.changing.changes import ChangeSet, Enrol
from account_engine.position import Instant
from cpt.installer.changes import Change, ChangeType
from package_format.campaign.places import Place
from package_format.upgrades.answers import Answer, Outcome


@dataclass(frozen=True)
class PackageStep:
    """How one package moves: from None when it is new, to None when it goes.

    Attributes:
        why: ``asked for``, ``needed by acme/webinar-follow-up``, ``no longer needed``.
        signed: Who signed the new version, in words; empty if nobody is known to have.
        is_odd: Whether that is not who signed before.
    """

    name: str
    old: str | None
    new: str | None
    digest: str | None
    why: str
    signed: str = ""
    is_odd: bool = False


@dataclass(frozen=True)
class CaughtUp:
    """A new step that some of the contacts of a place get first (M4).

    Attributes:
        step: Its inner address: ``remind.tips``.
        does: What it does, in words; empty if it only waits.
        contacts: How many get it; reported, never compared.
        next_due: When the first of them does; None if all get something else before.
        late: How many have stood there for too long to get it; reported, never compared.
    """

    step: str
    does: str
    contacts: int
    next_due: Instant | None
    late: int = 0


@dataclass(frozen=True)
class Travel:
    """Where the contacts of one place go (M9).

    Attributes:
        campaign: The campaign's full address.
        place: The place in the live flow.
        contacts: How many stand there now; reported, never compared.
        answer: Where they go; None refuses the plan if anybody stands there at apply.
        next_due: When the first of them acts next, as far as it is known.
        proposed: Where they would go if the owner had not wanted to be asked.
        caught_up: The new steps that some of them get first, or have come too early for.
    """

    campaign: str
    title: str
    place: Place
    contacts: int
    answer: Answer | None
    next_due: Instant | None
    proposed: Answer | None = None
    caught_up: tuple[CaughtUp, ...] = ()


@dataclass(frozen=True)
class Listener:
    """A campaign, not part of the package, that will be set off by what the package causes.

    Attributes:
        title: The campaign's title.
        goal: The goal that listens.
        event: What it listens for, in words: ``tag applied “Attended webinar”``.
        caused_by: What causes it, in words: ``applies tag “Attended webinar” in
            follow-up.remind.mark``.
        direction: ``hears us``, ``sets us off`` (then `goal` is the packaged campaign's) or
            ``hears the same``.
    """

    title: str
    goal: str
    event: str
    caused_by: str
    direction: str


@dataclass(frozen=True)
class Enrolment:
    """Contacts who have a tag already by which one comes into a campaign (C12).

    Attributes:
        campaign: The campaign's full address.
        title: Its title.
        goals: The keys of the goals that hear the tags.
        tags: What the tags are called that it did not hear before.
        operation: What puts them into it, if the owner agrees.
        narrowed: Whether a goal has a condition, so that some may not come in.
        contacts: How many have one of the tags and do not stand in it; reported, never compared.
        agreed: Whether they are put into it; None if the owner has not said.
    """

    campaign: str
    title: str
    goals: tuple[str, ...]
    tags: tuple[str, ...]
    operation: Enrol
    narrowed: bool = False
    contacts: int = 0
    agreed: bool | None = None


@dataclass(frozen=True)
class Plan:
    """A plan.

    Attributes:
        title: ``install acme/webinar-follow-up 1.0.0``.
        packages: How packages move.
        changes: One for each resource, in the order in which they are shown.
        travels: One for each place of each campaign that changes.
        listeners: What it will touch.
        notes: What else the owner should know, one sentence each.
        change_set: What is applied; carries the account, incarnation, head and the plan's own id.
        enrolments: Who could be put into a campaign that comes to hear a tag of theirs.
        stopped: The addresses of the campaigns that are stopped, and hear and run nothing until
            the owner publishes them; also those that it makes and that begin so.
    """

    title: str
    packages: tuple[PackageStep, ...]
    changes: tuple[Change, ...]
    travels: tuple[Travel, ...]
    listeners: tuple[Listener, ...]
    notes: tuple[str, ...]
    change_set: ChangeSet
    enrolments: tuple[Enrolment, ...] = ()
    stopped: tuple[str, ...] = ()

    @property
    def conflicts(self) -> tuple[Change, ...]:
        """The changes that the owner must settle before the plan can be applied."""
        return tuple(c for c in self.changes if c.type is ChangeType.CONFLICT)

    @property
    def stranded(self) -> tuple[Travel, ...]:
        """The places where contacts stand now who would have nowhere to go."""
        return tuple(t for t in self.travels if t.answer is None and t.contacts)

    def leads_to(self, answer: Answer) -> Change | None:
        """Return what becomes of the other campaign that an answer leads to; None if it stays."""
        return next(
            (c for c in self.changes if answer.campaign in (c.object, f"@{c.address}")), None
        )

    def goes_to(self, travel: Travel) -> str | None:
        """Return the address of the campaign in which the contacts of a place are then, if any."""
        answer = travel.answer or travel.proposed
        if answer is None or not answer.campaign:
            leaves = answer is not None and answer.outcome is Outcome.EXIT
            return None if leaves else travel.campaign
        there = self.leads_to(answer)
        return None if there is None else there.address

    def stands_still(self, travel: Travel) -> bool:
        """Whether nothing happens to the contacts of a place until a campaign is published."""
        return self.goes_to(travel) in self.stopped

    @property
    def is_empty(self) -> bool:
        """Whether applying it would change nothing, not even the record.

        The record changes only when a package moves: to another version, other content, other
        parameters or another range.
        """
        return not (self.packages or self.change_set.operations or self.conflicts)
