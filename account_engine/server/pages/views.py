"""What stands on the owner's pages, asked of the account."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from account_engine.account import Account
from account_engine.contacts import Contact
from account_engine.effects import EffectKind
from account_engine.flows import LiveFlow
from account_engine.outgoing.deliveries import Delivery, DeliveryState
from account_engine.outgoing.rendering import Message
from account_engine.picturing import names_in, place_words
from account_engine.position import Instant, Position, Status
from account_engine.views.campaigns import Occupied, Retired, flows_taken_out
from account_engine.views.contacts import Happening
from package_format.campaign.places import PlaceSort
from package_format.picture.words import Names, spelled

ON_A_PAGE = 50
LINES = 200
"""How many lines of a timeline are on one page."""

_WAITS_FOR = {PlaceSort.WAIT: "a time", PlaceSort.END: "a goal", PlaceSort.JOIN: "other ways"}

_ID = re.compile(r"(?<!\w)#[1-9][0-9]{0,17}\b")
_MERGE_FIELD = re.compile(r"\{\{\s*+(?:contact\.)?([a-z0-9_]++)[^{}]*+\}\}")

WORDS: Mapping[str, str] = {
    "event": "Caused at",
    "achieved": "Achieved the goal",
    "entered": "Entered",
    "passed": "Did",
    "skipped": "Passed over",
    "waiting": "Waits at",
    "queued": "Waits at the end of",
    "joined": "Arrived at",
    "overtaken": "Overtaken in",
    "ended": "Left",
    "refused": "Not entered:",
    "migrated": "Was carried to",
    "saved": "Saved",
    "scored": "Points:",
    "merged": "Merged",
    "failed": "Not delivered:",
    "withheld": "Withheld:",
}
"""How the kinds of a timeline's lines are said to people."""

_HTML = frozenset({EffectKind.EMAIL, EffectKind.LETTER, EffectKind.FAX, EffectKind.CALL})

_STATES: Mapping[DeliveryState, tuple[str, str]] = {
    DeliveryState.PENDING: ("on its way", ""),
    DeliveryState.DELIVERED: ("delivered", "good"),
    DeliveryState.FAILED: ("failed", "bad"),
}


@dataclass(frozen=True)
class Row:
    """A contact in a list."""

    id: int
    name: str
    email: str
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Occupancy:
    """A place of a campaign where contacts stand, in words.

    Attributes:
        node: What its node is called.
        step: What its step does; empty at a sequence's end or a join.
        waits_for: What ends the wait.
        version: The version of the campaign.
        contacts: How many stand there.
        next_due: When the first of them goes on, if that is a matter of time.
        overdue: Of how many the time has come already.
    """

    node: str
    step: str
    waits_for: str
    version: int
    contacts: int
    next_due: Instant | None
    overdue: int


@dataclass(frozen=True)
class TakenOut:
    """A campaign that was taken out and that contacts finish (M7).

    Attributes:
        title: Its title.
        contacts: How many finish it.
        next_due: When the first of them goes on, if that is a matter of time.
        overdue: Of how many the time has come already.
        published: Whether it runs for them.
    """

    title: str
    contacts: int
    next_due: Instant | None
    overdue: int
    published: bool


@dataclass(frozen=True)
class Standing:
    """Where a contact stands, in words."""

    campaign: int
    title: str
    where: str
    due: Instant | None


def name_of(contact: Contact) -> str:
    """Return what a contact is called: their name, their address, or their number."""
    parts = (contact.values.get("first_name"), contact.values.get("last_name"))
    name = " ".join(str(part) for part in parts if part)
    return name or str(contact.values.get("email") or f"Contact {contact.id}")


def rows(account: Account, contacts: Sequence[Contact]) -> list[Row]:
    """Return contacts as a list shows them."""
    labels = {tag.reference: tag.label for tag in account.objects_of("tag")}
    return [
        Row(
            one.id,
            name_of(one),
            str(one.values.get("email", "")),
            tuple(sorted(labels.get(tag, tag) for tag in one.tags)),
        )
        for one in contacts
    ]


def fields(account: Account, contact: Contact) -> list[tuple[str, object]]:
    """Return a contact's values with their labels, in the order of the alphabet."""
    titles = {one.reference: str(one.data["title"]) for one in account.objects_of("field")}
    found: list[tuple[str, object]] = [
        (titles.get(name, name.replace("_", " ").capitalize()), _said(value))
        for name, value in contact.values.items()
    ]
    if contact.owner:
        found.append(("Belongs to", contact.owner))
    found += [(name, ", ".join(said)) for name, said in _facts(account, contact) if said]
    return sorted(found, key=lambda item: item[0].casefold())


def _facts(account: Account, contact: Contact) -> Iterator[tuple[str, list[str]]]:
    """Yield what is known of a contact besides their values and tags."""

    def counted(numbers: Iterable[tuple[str, int]]) -> list[str]:
        return [f"{called(account.label(one))} ({number})" for one, number in numbers]

    yield "Bought", counted(contact.purchases.items())
    yield "Open tasks", counted(contact.tasks.items())
    yield "Opportunities", [called(account.label(stage)) for stage in contact.opportunities]
    yield "Points", counted((score, had.points) for score, had in contact.scores.items())


def _said(value: object) -> object:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def occupancies(account: Account, flow: LiveFlow, occupied: Iterable[Occupied]) -> list[Occupancy]:
    """Return where contacts stand in a campaign: the newest version first, each in its order."""
    order = {key: number for number, key in enumerate(flow.flow.nodes)}
    names = names_in(account)
    ordered = sorted(
        occupied, key=lambda one: (-one.version, order.get(one.place.node, -1), str(one.place))
    )
    return [
        Occupancy(
            *_place(flow, one, names),
            _WAITS_FOR[one.place.sort],
            one.version,
            one.contacts,
            one.next_due,
            one.overdue,
        )
        for one in ordered
    ]


def taken_out(retired: Iterable[Retired]) -> list[TakenOut]:
    """Return the campaigns that were taken out and that contacts finish, by title."""
    rows = [
        TakenOut(
            flows[-1].title,
            sum(one.contacts for one in flows),
            min((p.next_due for p in places if p.next_due is not None), default=None),
            sum(place.overdue for place in places),
            all(one.published for one in flows),
        )
        for flows in flows_taken_out(retired).values()
        for places in [[place for one in flows for place in one.occupied]]
    ]
    return sorted(rows, key=lambda one: one.title.casefold())


def _place(flow: LiveFlow, occupied: Occupied, names: Names) -> tuple[str, str]:
    """Call a place by its words, or by its keys where an earlier version meant something else."""
    node, step = occupied.place.node, occupied.place.step
    if occupied.version != flow.version:
        return spelled(node), spelled(step or "")
    node, step = place_words(flow.flow, node, step, names)
    return node, called(step)


def standings(account: Account, positions: Sequence[Position]) -> list[Standing]:
    """Return where a contact stands."""
    return [
        Standing(one.campaign, account.label(f"#{one.campaign}"), _where(account, one), one.due)
        for one in positions
    ]


def _where(account: Account, position: Position) -> str:
    flow = account.flow(position.campaign).flow
    node, step = place_words(flow, position.node, position.step, names_in(account))
    if position.status is Status.JOINING:
        return f"at the join {node}"
    return f"{node}: {called(step)}" if step else f"at the end of {node}"


def days(
    happenings: Sequence[Happening], labels: Mapping[str, str]
) -> Iterator[tuple[Instant, list[Happening]]]:
    """Yield the moments at which something happened, newest first, with what did.

    Args:
        happenings: The timeline, oldest first.
        labels: What people call the resources that reasons name by their ids.
    """
    told = [
        Happening(one.at, one.what, one.campaign, one.node, _named(one.why, labels))
        for one in happenings
    ]
    grouped = [(at, list(lines)) for at, lines in groupby(told, key=lambda one: one.at)]
    yield from reversed(grouped)


def _named(why: str, labels: Mapping[str, str]) -> str:
    return _ID.sub(lambda found: f"“{labels[found[0]]}”" if found[0] in labels else found[0], why)


def labels_in(account: Account, happenings: Sequence[Happening]) -> dict[str, str]:
    """Return what people call the resources that a timeline names by their ids."""
    ids = {found for one in happenings for found in _ID.findall(one.why)}
    return {one: called(account.label(one)) for one in ids}


def called(label: str) -> str:
    """Return what a resource is called, merge fields put briefly: ``Call [first name]``."""
    return _MERGE_FIELD.sub(lambda found: f"[{found[1].replace('_', ' ')}]", label)


def state_of(message: Message, delivery: Delivery | None) -> tuple[str, str]:
    """Return how far a message has come, and whether that is good or bad."""
    if message.withheld:
        return "withheld", "bad"
    if delivery is None:
        return ("in the account", "") if message.kind is EffectKind.NOTE else ("recorded", "")
    return _STATES.get(delivery.state, (str(delivery.state), ""))


def detail_of(message: Message, delivery: Delivery | None) -> str:
    """Return the reason for how far a message has come, if there is one to tell."""
    return message.withheld or (delivery.detail if delivery else "")


def is_html(message: Message) -> bool:
    """Whether what a message says is HTML."""
    return message.kind in _HTML
