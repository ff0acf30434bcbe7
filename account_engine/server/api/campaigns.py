"""Campaigns: their flows, their pictures, and how many contacts stand where."""

from __future__ import annotations

from http import HTTPStatus

from account_engine.account import Account
from account_engine.backlog import backlog
from account_engine.keys import Scope
from account_engine.objects import StoredObject
from account_engine.picturing import drawn
from account_engine.position import Instant
from account_engine.server.api.contact_shapes import Enrolled, Enrolling, EnrolmentAsked
from account_engine.server.api.resources import known_resource
from account_engine.server.api.shapes import (
    BacklogShape,
    CampaignAsked,
    CampaignEntry,
    CampaignList,
    CampaignShape,
    PlaceShape,
    Publishing,
    SentShape,
    moment_if,
)
from account_engine.server.desks import Access
from account_engine.server.operations import Answer, Nothing, Operation
from account_engine.server.problems import ProblemError
from account_engine.surveys import Occupied


def known_campaign(account: Account, number: int) -> StoredObject:
    """Return the campaign that a path names.

    Raises:
        ProblemError: There is none.
    """
    found = known_resource(account, number)
    if found.kind != "campaign":
        raise ProblemError(
            HTTPStatus.NOT_FOUND, "no-such-campaign", f"{found.called} is no campaign."
        )
    return found


def _entry(account: Account, stored: StoredObject) -> dict[str, object]:
    flow = account.flow(stored.id)
    return {
        "id": stored.id,
        "title": stored.label,
        "version": flow.version,
        "published": flow.published,
        "contacts": account.count_in(stored.id),
    }


def list_campaigns(account: Account, _: Nothing, _sent: None, _now: Instant) -> Answer:
    """List the campaigns, with how many contacts are in each."""
    every = account.objects_of("campaign")
    return Answer(
        CampaignList(
            campaigns=[CampaignEntry.model_validate(_entry(account, one)) for one in every]
        )
    )


def read_campaign(account: Account, asked: CampaignAsked, _: None, _now: Instant) -> Answer:
    """Return a campaign's flow and how many contacts stand at each place."""
    return Answer(_shape(account, known_campaign(account, asked.campaign)))


def _shape(account: Account, stored: StoredObject) -> CampaignShape:
    return CampaignShape.model_validate(
        {
            **_entry(account, stored),
            "data": stored.data,
            "ids": dict(account.flow(stored.id).ids),
            "occupancy": [place_shape(one) for one in account.occupancy(stored.id)],
        }
    )


def place_shape(one: Occupied) -> PlaceShape:
    """Return a place with its contacts as programs see it."""
    return PlaceShape(
        version=one.version,
        node=one.place.node,
        step=one.place.step,
        sort=str(one.place.sort),
        contacts=one.contacts,
        next_due=moment_if(one.next_due),
        overdue=one.overdue,
    )


def draw_campaign(account: Account, asked: CampaignAsked, _: None, _now: Instant) -> Answer:
    """Draw a campaign, with how many contacts stand where."""
    known_campaign(account, asked.campaign)
    return Answer(drawn(account, asked.campaign, account.occupancy(asked.campaign)).encode())


def publish_campaign(
    account: Account, asked: CampaignAsked, sent: Publishing, _now: Instant
) -> Answer:
    """Say whether a campaign hears and runs; while it does not, its contacts stay as they are."""
    stored = known_campaign(account, asked.campaign)
    account.set_published(stored.id, published=sent.published)
    return Answer(_shape(account, stored))


def read_backlog(account: Account, asked: CampaignAsked, _: None, _now: Instant) -> Answer:
    """Say what publishing a campaign that is stopped would set going within an hour.

    It is found out in copies of the account; nothing in it changes, and nothing is sent.
    """
    stored = known_campaign(account, asked.campaign)
    found = backlog(account, stored.id)
    return Answer(
        BacklogShape(
            published=account.flow(stored.id).published,
            occupancy=[place_shape(one) for one in found.occupied],
            sent=[SentShape(**vars(one)) for one in found.sent],
            next_due=moment_if(found.next_due),
        )
    )


def enrol_contacts(
    account: Account, asked: EnrolmentAsked, sent: Enrolling, _now: Instant
) -> Answer:
    """Put contacts who have some tag into a campaign, as if they had been tagged now (C12).

    Only the goals at its entry hear that, and those who stand in it are passed over. They have
    their turns at once, unless something large is going on; then the answer is 202, and the turns
    come afterwards.
    """
    stored = known_campaign(account, asked.campaign)
    contacts = account.enrol_tagged(stored.id, sent.tags)
    return Answer(Enrolled(contacts=contacts, turn="pending"), 202, hears=True)


def _demand_gone(account: Account, number: int) -> None:
    """Refuse a campaign that is not there for those who finish it alone.

    Raises:
        ProblemError: It is another, or none.
    """
    if not any(one.gone and one.campaign == number for one in account.retired()):
        raise ProblemError(
            HTTPStatus.NOT_FOUND,
            "no-such-campaign",
            f"#{number} is no campaign that was taken out and that somebody finishes.",
        )


def publish_retired(
    account: Account, asked: CampaignAsked, sent: Publishing, _now: Instant
) -> Answer:
    """Say whether a campaign that was taken out runs for those who finish it."""
    _demand_gone(account, asked.campaign)
    account.set_published(asked.campaign, published=sent.published)
    return Answer(None, 204)


def leave_retired(account: Account, asked: CampaignAsked, _: None, _now: Instant) -> Answer:
    """Let everybody leave a campaign that was taken out and that they finish (M7)."""
    _demand_gone(account, asked.campaign)
    account.let_go(asked.campaign)
    return Answer(None, 204)


_ONE = "/campaigns/{campaign}"
CAMPAIGNS = (
    Operation(
        "listCampaigns",
        "GET",
        "/campaigns",
        "List campaigns",
        Scope.READ,
        list_campaigns,
        {200: CampaignList},
    ),
    Operation(
        "readCampaign",
        "GET",
        _ONE,
        "Read a campaign and its occupancy",
        Scope.READ,
        read_campaign,
        {200: CampaignShape},
        asks=CampaignAsked,
    ),
    Operation(
        "drawCampaign",
        "GET",
        f"{_ONE}/picture",
        "Draw a campaign",
        Scope.READ,
        draw_campaign,
        {200: None},
        asks=CampaignAsked,
        media="image/svg+xml",
    ),
    Operation(
        "publishCampaign",
        "PUT",
        f"{_ONE}/published",
        "Publish a campaign, or stop it",
        Scope.RESOURCES,
        publish_campaign,
        {200: CampaignShape},
        asks=CampaignAsked,
        sends=Publishing,
        access=Access.WRITE,
    ),
    Operation(
        "readBacklog",
        "GET",
        f"{_ONE}/backlog",
        "Look at what publishing would set going",
        Scope.RESOURCES,
        read_backlog,
        {200: BacklogShape},
        asks=CampaignAsked,
        access=Access.REHEARSE,
    ),
    Operation(
        "enrolContacts",
        "POST",
        f"{_ONE}/enrolments",
        "Put tagged contacts into a campaign",
        Scope.EVENTS,
        enrol_contacts,
        {200: Enrolled, 202: Enrolled},
        asks=EnrolmentAsked,
        sends=Enrolling,
        access=Access.WRITE,
    ),
    Operation(
        "publishRetired",
        "PUT",
        "/retired/{campaign}/published",
        "Let those who finish a campaign go on, or stop them",
        Scope.RESOURCES,
        publish_retired,
        {204: None},
        asks=CampaignAsked,
        sends=Publishing,
        access=Access.WRITE,
    ),
    Operation(
        "leaveRetired",
        "DELETE",
        "/retired/{campaign}",
        "Let those who finish a campaign leave it",
        Scope.RESOURCES,
        leave_retired,
        {204: None},
        asks=CampaignAsked,
        access=Access.WRITE,
    ),
)
