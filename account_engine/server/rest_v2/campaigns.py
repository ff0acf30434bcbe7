"""Campaigns, as REST v2 has them: listed, their goals achieved, contacts sent into sequences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from account_engine.account import Account
from account_engine.errors import UnknownObjectError
from account_engine.flows import LiveFlow
from account_engine.keys import Scope
from account_engine.objects import StoredObject, normalised
from account_engine.server.desks import Access
from account_engine.server.goals import Outcome
from account_engine.server.goals import call as call_goal
from account_engine.server.operations import Number, Shape
from account_engine.server.rest_v2.asking import (
    Call,
    Route,
    bad,
    known,
    listed,
    missing,
    page,
    whole,
)
from account_engine.server.rest_v2.tags import ContactsSent
from account_engine.story import Line
from package_format.campaign.triggers import ApiCalled
from package_format.kinds.model import Json

_GOALS = {
    "tag-applied": "Tag",
    "tag-removed": "Tag",
    "note-applied": "Note",
    "internal-form-submitted": "InternalForm",
    "task-completed": "Task",
    "opportunity-moved": "StageMove",
    "web-form-submitted": "WebForm",
    "landing-page-submitted": "LandingPage",
    "link-clicked": "LinkClick",
    "lead-score-reached": "Score",
    "product-purchased": "Purchase",
    "purchase-failed": "FailedPurchase",
    "social-form-submitted": "GroSocial",
    "lead-card-submitted": "TwitterForm",
    "api-called": "API",
    "email-opened": "EmailOpened",
    "appointment-booked": "AppointmentEvent",
    "appointment-cancelled": "AppointmentEvent",
}
"""What the vendor calls the triggers that it has."""


class GoalSent(Shape):
    """A goal to be achieved: by its name, or by its id."""

    contact_id: Number
    integration: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    call_name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    automation_id: Number | None = None
    goal_id: Number | None = None


def _shape(account: Account, stored: StoredObject) -> Json:
    flow = account.flow(stored.id)
    return {
        "id": str(stored.id),
        "name": stored.label,
        "locked": False,
        "published_status": flow.published,
        "time_zone": account.info.zone,
        "active_contact_count": account.count_in(stored.id),
    }


def list_campaigns(account: Account, call: Call) -> tuple[int, Json]:
    """List campaigns; the filter looks for words anywhere in a name."""
    found = list(account.objects_of("campaign"))
    for name, operator, wanted in call.conditions:
        if (name, operator) != ("name", "=="):
            raise bad("Campaigns are filtered by name==.")
        found = [one for one in found if normalised(wanted) in normalised(one.label)]
    orders = {
        "name": lambda one: normalised(one["name"]),
        "id": lambda one: int(one["id"]),
        "activeContacts": lambda one: one["active_contact_count"],
    }
    shapes = [_shape(account, one) for one in found]
    unfiltered = Call(call.path, {k: v for k, v in call.query.items() if k != "filter"})
    return 200, page(call, "campaigns", listed(unfiltered, shapes, {}, orders), lambda one: one)


def _known(account: Account, call: Call) -> StoredObject:
    return known(account, call, "campaign_id", "campaign", "campaign")


def read_campaign(account: Account, call: Call) -> tuple[int, Json]:
    """Return a campaign."""
    return 200, _shape(account, _known(account, call))


def list_sequences(account: Account, call: Call) -> tuple[int, Json]:
    """List the sequences of a campaign, with their steps in order."""
    stored = _known(account, call)
    flow = account.flow(stored.id)
    counts: dict[str, int] = {}
    for one in account.occupancy(stored.id):
        if one.version == flow.version:
            counts[one.place.node] = counts.get(one.place.node, 0) + one.contacts
    sequences = [
        {
            "id": str(flow.ids[key]),
            "name": key,
            "active_contact_count": counts.get(key, 0),
            "paths": [
                {
                    "id": str(flow.ids[key]),
                    "items": [
                        {"id": str(flow.ids[f"{key}.{step.key}"]), "name": step.key}
                        for step in sequence.steps
                    ],
                }
            ],
        }
        for key, sequence in flow.flow.campaign.sequences.items()
    ]
    return 200, {**page(call, "sequences", sequences, lambda one: one), **_of(stored)}


def list_goals(account: Account, call: Call) -> tuple[int, Json]:
    """List the goals of a campaign."""
    stored = _known(account, call)
    flow = account.flow(stored.id)
    goals = [_goal(flow, key) for key in flow.flow.campaign.goals]
    return 200, {**page(call, "goals", goals, lambda one: one), **_of(stored)}


def _of(stored: StoredObject) -> Json:
    return {"campaign_id": str(stored.id)}


def _goal(flow: LiveFlow, key: str) -> Json:
    goal, sequences = flow.flow.campaign.goals[key], flow.flow.campaign.sequences
    kind = next((_GOALS[one.word] for one in goal.when if one.word in _GOALS), None)
    before = [name for name in flow.flow.upstream(key) if name in sequences]
    return {
        "id": str(flow.ids[key]),
        "name": key,
        **({"type": kind} if kind else {}),
        "next_sequence_ids": [
            str(flow.ids[one]) for one in flow.flow.next_nodes(key) if one in sequences
        ],
        "previous_sequence_ids": [
            str(flow.ids[name]) for name in sorted(before) if key in flow.flow.next_nodes(name)
        ],
    }


def achieve_goal(account: Account, call: Call) -> tuple[int, Json]:
    """Achieve a goal: by integration and call name, or an API goal by its id."""
    sent = call.read(GoalSent)
    named = sent.integration is not None and sent.call_name is not None
    numbered = sent.automation_id is not None and sent.goal_id is not None
    if named == numbered:
        raise bad("A goal is named by integration and call_name, or by automation_id and goal_id.")
    integration, name = sent.integration or "", sent.call_name or ""
    if sent.automation_id is not None and sent.goal_id is not None:
        trigger = _api_goal(account, sent.automation_id, sent.goal_id)
        integration, name = trigger.integration, trigger.call
    try:
        outcomes = call_goal(account, sent.contact_id, integration, name)
    except UnknownObjectError:
        raise missing("contact", sent.contact_id) from None
    return 200, {"results": [_outcome(one) for one in outcomes]}


def _api_goal(account: Account, campaign: int, goal: int) -> ApiCalled:
    stored = account.object(campaign)
    if stored is None or stored.kind != "campaign":
        raise missing("automation", campaign)
    flow = account.flow(campaign)
    for key, one in flow.flow.campaign.goals.items():
        if flow.ids[key] == goal:
            for trigger in one.when:
                if isinstance(trigger, ApiCalled):
                    return trigger
            raise bad(f"The goal {key} is not one that programs achieve.")
    raise missing("goal", goal)


def _outcome(one: Outcome) -> Json:
    return {
        "success": True,
        "message": f"Goal {one.goal} of {one.title} was achieved",
        "automation_id": one.campaign,
        "goal_id": one.number,
        "flow_start_results": [
            {"success": True, "message": f"{name} was started", "flow_id": number}
            for name, number in one.started
        ],
        "flow_stop_results": [
            {"success": True, "message": f"{name} was stopped", "flow_id": number}
            for name, number in one.ended
        ],
    }


def add_contacts(account: Account, call: Call) -> tuple[int, Json]:
    """Send contacts into a sequence; says of each what became of it."""
    stored = _known(account, call)
    number = call.number("sequence_id", "sequence")
    flow = account.flow(stored.id)
    node = next((key for key in flow.flow.campaign.sequences if flow.ids[key] == number), None)
    if node is None:
        raise missing("sequence", number)
    results = {}
    for text in call.read(ContactsSent).contact_ids:
        try:
            story = account.place(whole(text) or 0, stored.id, node)
        except UnknownObjectError:
            results[text] = "CONTACT_DOES_NOT_EXIST"
        else:
            results[text] = _became(story, stored.id, node)
    return 200, {"add_to_sequence_results": results}


def _became(story: Sequence[Line], campaign: int, node: str) -> str:
    mine = [one for one in story if (one.campaign, one.node) == (campaign, node)]
    if any(one.what == "entered" for one in mine):
        return "SUCCESS"
    there = any(one.what == "refused" and "is there already" in one.why for one in mine)
    return "ALREADY_IN_SEQUENCE" if there else "FAILED"


_ONE = "/campaigns/{campaign_id}"
CAMPAIGNS = (
    Route("GET", "/campaigns", Scope.READ, list_campaigns),
    Route("GET", _ONE, Scope.READ, read_campaign),
    Route("GET", f"{_ONE}/sequences", Scope.READ, list_sequences),
    Route("GET", f"{_ONE}/goals", Scope.READ, list_goals),
    Route(
        "POST",
        f"{_ONE}/sequences/{{sequence_id}}:addContacts",
        Scope.EVENTS,
        add_contacts,
        Access.WRITE,
    ),
    Route("POST", "/automations/goals/achieve", Scope.EVENTS, achieve_goal, Access.WRITE),
)
