"""An account: what it is and holds, its contacts, its campaigns and what it sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from account_engine.contacts import Contact
from account_engine.objects import StoredObject, reference
from account_engine.position import Position, Status
from account_engine.views.campaigns import Occupied
from account_engine.views.contacts import Happening
from cpt.cli.views.words import called, iso, moment, rows
from cpt.installer.words import finishing
from package_format.kinds.model import Json
from package_format.kinds.table import KINDS

if TYPE_CHECKING:
    from cpt.cli.places import AnyAccount
    from cpt.cli.taken_out import Gone

_ID = re.compile(r"#[0-9]+")


def show_account(console: Console, account: AnyAccount, location: str) -> None:
    """Print what an account is and holds."""
    info = account.info
    console.print(Text.assemble((info.name, "bold"), f"  {location}"), soft_wrap=True)
    facts = Table.grid(padding=(0, 2, 0, 0))
    facts.add_row("clock", Text(f"{moment(info.now, info.zone)} ({info.zone})"))
    facts.add_row("offers", Text(", ".join(info.features)))
    facts.add_row("contacts", Text(f"{account.count_contacts():,}"))
    for kind, row in KINDS.items():
        objects = account.objects_of(kind)
        if objects:
            labels = " · ".join(f"{called(one.label)} ({one.reference})" for one in objects)
            facts.add_row(row.title, Text(f"{len(objects)}: {labels}"))
    console.print(Padding(facts, (0, 0, 0, 2)))


def account_data(account: AnyAccount) -> dict[str, Json]:
    """Return what an account is and holds as JSON values."""
    info = account.info
    return {
        "id": info.id,
        "name": info.name,
        "now": iso(info.now),
        "zone": info.zone,
        "features": list(info.features),
        "contacts": account.count_contacts(),
        "objects": [
            {"id": stored.reference, "kind": kind, "label": stored.label}
            for kind in KINDS
            for stored in account.objects_of(kind)
        ],
    }


def name_of(contact: Contact) -> str:
    """Return what a contact is called: their name, or their address, or their number."""
    parts = (contact.values.get("first_name"), contact.values.get("last_name"))
    name = " ".join(str(part) for part in parts if part)
    return name or str(contact.values.get("email") or f"contact {contact.id}")


def named(contact: Contact) -> str:
    """Return what tells a contact from every other: ``contact 7, Ada (ada@example.com)``."""
    name, address = name_of(contact), contact.values.get("email")
    known = f"{name} ({address})" if address and name != address else name
    return known if known == f"contact {contact.id}" else f"contact {contact.id}, {known}"


def show_contacts(
    console: Console, account: AnyAccount, contacts: Sequence[Contact], total: int
) -> None:
    """Print contacts and where they stand."""
    if not contacts:
        console.print(Text("There are no contacts in this account yet."))
        return
    zone = account.info.zone
    labels = {tag.reference: tag.label for tag in account.objects_of("tag")}
    table = rows("#", "NAME", "EMAIL", "TAGS", "STANDS AT", right=(0,))
    standing = account.positions_of(contact.id for contact in contacts)
    for contact in contacts:
        tags = ", ".join(sorted(labels.get(tag, tag) for tag in contact.tags))
        places = [position_in_words(account, p, zone) for p in standing.get(contact.id, ())]
        table.add_row(
            str(contact.id),
            Text(name_of(contact)),
            Text(str(contact.values.get("email", ""))),
            Text(tags),
            Text("; ".join(places)),
        )
    console.print(table)
    if total > len(contacts):
        console.print(Text(f"{len(contacts)} of {total:,}; --all shows the rest", "dim"))


def position_in_words(account: AnyAccount, position: Position, zone: str) -> str:
    """Say where a position is: ``Webinar follow-up: remind.nudge``."""
    inner = f"{position.node}.{position.step}" if position.step else position.node
    words = {
        Status.RUNNING: inner if position.step else f"the end of {inner}",
        Status.QUEUED: f"the end of {inner}",
        Status.JOINING: f"the join {inner}",
    }[position.status]
    until = position.resumed().due
    due = f" until {moment(until, zone)}" if until is not None else ""
    if position.owed and position.due is not None:
        due += f", catching up {moment(position.due, zone)}"
    return f"{account.label(reference(position.campaign))}: {words}{due}"


def contact_data(account: AnyAccount, contact: Contact) -> dict[str, Json]:
    """Return a contact as JSON values; fields by name, tags by label."""
    return contacts_data(account, [contact])[0]


def contacts_data(account: AnyAccount, contacts: Sequence[Contact]) -> list[dict[str, Json]]:
    """Return contacts as JSON values; fields by name, tags by label."""
    fields = {field.reference: str(field.data["name"]) for field in account.objects_of("field")}
    labels = {tag.reference: tag.label for tag in account.objects_of("tag")}
    standing = account.positions_of(contact.id for contact in contacts)
    return [
        {
            "id": contact.id,
            "fields": {fields.get(name, name): value for name, value in contact.values.items()},
            "tags": sorted(labels.get(tag, tag) for tag in contact.tags),
            "opted_out": contact.opted_out,
            **dict(_facts(account, contact)),
            "positions": [
                {
                    "campaign": f"#{p.campaign}",
                    "version": p.version,
                    "node": p.node,
                    "step": p.step,
                    "status": str(p.status),
                    "due": iso(p.due) if p.due is not None else None,
                }
                for p in standing.get(contact.id, ())
            ],
        }
        for contact in contacts
    ]


def _facts(account: AnyAccount, contact: Contact) -> Iterator[tuple[str, Json]]:
    """Yield what is known of a contact besides their values and tags; resources by label."""

    def called_(reference: str) -> str:
        return called(account.label(reference))

    yield "refused", sorted(contact.refused)
    yield "owner", contact.owner
    yield "purchases", {called_(product): n for product, n in contact.purchases.items()}
    yield "opportunities", [called_(stage) for stage in contact.opportunities]
    yield "tasks", {called_(task): n for task, n in contact.tasks.items()}
    yield "scores", {called_(score): had.points for score, had in contact.scores.items()}


def show_story(
    console: Console, account: AnyAccount, contact: Contact, story: Sequence[Happening]
) -> None:
    """Print one contact's values and what happened to them."""
    zone = account.info.zone
    data = contact_data(account, contact)
    console.print(Text.assemble((name_of(contact), "bold"), f"  contact {contact.id}"))
    facts = Table.grid(padding=(0, 2, 0, 0))
    for name, value in data["fields"].items():
        facts.add_row(Text(name), Text(str(value)))
    if data["tags"]:
        facts.add_row("tags", Text(", ".join(data["tags"])))
    for name, said in _facts_in_words(data):
        facts.add_row(name, Text(said))
    for position in account.positions_of([contact.id]).get(contact.id, ()):
        facts.add_row("stands at", Text(position_in_words(account, position, zone), "bold"))
    console.print(Padding(facts, (0, 0, 1, 2)))

    table = rows("WHEN", "WHAT", "WHERE", "WHY")
    for line in story:
        where = f"{line.campaign}: {line.node}" if line.campaign else line.node
        table.add_row(
            moment(line.at, zone),
            Text(line.what),
            Text(where),
            Text(with_labels(account, line.why), "dim"),
        )
    console.print(table)


def with_labels(account: AnyAccount, why: str) -> str:
    """Return a reason in which what people call a resource stands in the place of its id."""
    return _ID.sub(lambda found: f"“{called(account.label(found[0]))}”", why)


def _facts_in_words(data: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """Yield what is known of a contact besides their values and tags, as people read it."""
    if data["refused"]:
        yield "wants no", ", ".join(data["refused"])
    if data["owner"]:
        yield "belongs to", str(data["owner"])
    if data["purchases"]:
        yield "bought", ", ".join(f"{product} ({n})" for product, n in data["purchases"].items())
    if data["opportunities"]:
        yield "opportunities", ", ".join(data["opportunities"])
    if data["tasks"]:
        yield "open tasks", ", ".join(f"{task} ({n})" for task, n in data["tasks"].items())
    if data["scores"]:
        yield "points", ", ".join(f"{score} ({points})" for score, points in data["scores"].items())


def story_data(story: Sequence[Happening]) -> list[Json]:
    """Return a story as JSON values."""
    return [
        {"at": iso(x.at), "what": x.what, "campaign": x.campaign, "node": x.node, "why": x.why}
        for x in story
    ]


def show_campaigns(console: Console, account: AnyAccount, gone: Iterable[Gone] = ()) -> None:
    """Print the campaigns, and those that were taken out, with how many contacts are in them."""
    table = rows("#", "CAMPAIGN", "VERSION", "CONTACTS", right=(0, 2, 3))
    for campaign in account.objects_of("campaign"):
        flow = account.flow(campaign.id)
        stopped = "" if flow.published else " (stopped)"
        table.add_row(
            str(campaign.id),
            Text(f"{campaign.label}{stopped}"),
            str(flow.version),
            str(account.count_in(campaign.id)),
        )
    for one in gone:
        still = "" if _runs(one) else ", stopped"
        table.add_row(
            str(one.id),
            Text(f"{one.title} (taken out{still})"),
            str(one.versions[-1].version),
            str(one.contacts),
        )
    console.print(table)


def _runs(gone: Gone) -> bool:
    return all(one.published for one in gone.versions)


def show_gone(console: Console, account: AnyAccount, gone: Gone) -> None:
    """Print who finishes a campaign that was taken out."""
    console.print(Text.assemble((gone.title, "bold"), f"  {reference(gone.id)}, taken out"))
    console.print("  It admits nobody any more.")
    for one in gone.versions:
        console.print(Text(f"  {finishing(called(one.title), one.contacts, one.waiting)}"))
    if not _runs(gone):
        console.print("  It is stopped: it hears and runs nothing.")
    newest, zone = gone.versions[-1].version, account.info.zone
    places = [place for one in gone.versions for place in one.occupied]
    console.print(_places(places, newest, zone))


def gone_data(gone: Gone) -> dict[str, Json]:
    """Return a campaign that was taken out as JSON values."""
    versions = gone.versions
    return {
        "id": reference(gone.id),
        "title": gone.title,
        "version": max((one.version for one in versions), default=None),
        "published": _runs(gone),
        "gone": True,
        "places": [_place_data(place) for one in versions for place in one.occupied],
    }


def show_campaign(console: Console, account: AnyAccount, campaign: StoredObject) -> None:
    """Print where contacts stand in one campaign."""
    flow = account.flow(campaign.id)
    console.print(
        Text.assemble((campaign.label, "bold"), f"  {campaign.reference}, version {flow.version}")
    )
    if not flow.published:
        console.print("  It is stopped: it hears and runs nothing.")
    occupied = account.occupancy(campaign.id)
    if not occupied:
        console.print("  Nobody is in it.")
        return
    console.print(places_table(account, campaign, occupied))


def places_table(
    account: AnyAccount, campaign: StoredObject, occupied: Iterable[Occupied]
) -> Table:
    """Return a table of who stands where in a campaign, when the first acts, and who is overdue."""
    return _places(occupied, account.flow(campaign.id).version, account.info.zone)


def _places(occupied: Iterable[Occupied], version: int, zone: str) -> Table:
    table = rows("CONTACTS", "WHERE", "NEXT", right=(0,))
    for place in sorted(occupied, key=lambda found: -found.version):
        retired = "" if place.version == version else f" (version {place.version})"
        due = moment(place.next_due, zone) if place.next_due is not None else ""
        if place.overdue:
            due = f"{place.overdue:,} overdue, since {due}"
        table.add_row(str(place.contacts), Text(f"{place.place}{retired}"), due)
    return table


def campaign_data(account: AnyAccount, campaign: StoredObject) -> dict[str, Json]:
    """Return a campaign and who stands where in it as JSON values."""
    return {
        "id": campaign.reference,
        "title": campaign.label,
        "version": account.flow(campaign.id).version,
        "published": account.flow(campaign.id).published,
        "gone": False,
        "places": [_place_data(place) for place in account.occupancy(campaign.id)],
    }


def _place_data(place: Occupied) -> dict[str, Json]:
    return {
        "place": str(place.place),
        "version": place.version,
        "contacts": place.contacts,
        "next_due": iso(place.next_due) if place.next_due is not None else None,
        "overdue": place.overdue,
    }
