"""A plan as JSON values: all that it says, for programs."""

from __future__ import annotations

from collections import Counter

from cpt.cli.views.plan import answer_in_words
from cpt.cli.views.words import iso
from cpt.installer.changes import Change
from cpt.installer.plan import Plan, Travel
from package_format.kinds.model import Json
from package_format.upgrades.answers import Outcome


def plan_data(plan: Plan) -> dict[str, Json]:
    """Return a plan as JSON values."""
    number = Counter(str(change.type) for change in plan.changes)
    return {
        "title": plan.title,
        "account": plan.change_set.account,
        "plan": plan.change_set.id,
        "packages": [
            {
                "name": step.name,
                "from": step.old,
                "to": step.new,
                "digest": step.digest,
                "why": step.why,
                "signed": step.signed or None,
                "signed_otherwise": step.is_odd,
            }
            for step in plan.packages
        ],
        "counts": dict(sorted(number.items())),
        "changes": [_change_data(change) for change in plan.changes],
        "contacts": [_travel_data(travel, plan) for travel in plan.travels],
        "listeners": [
            {
                "campaign": found.title,
                "goal": found.goal,
                "event": found.event,
                "caused_by": found.caused_by,
                "direction": found.direction,
            }
            for found in plan.listeners
        ],
        "enrolments": [
            {
                "campaign": one.campaign,
                "title": one.title,
                "goals": list(one.goals),
                "tags": list(one.tags),
                "contacts": one.contacts,
                "enrol": one.agreed,
            }
            for one in plan.enrolments
        ],
        "stopped": list(plan.stopped),
        "notes": list(plan.notes),
        "conflicts": len(plan.conflicts),
        "stranded": sum(travel.contacts for travel in plan.stranded),
        "empty": plan.is_empty,
    }


def _change_data(change: Change) -> dict[str, Json]:
    return {
        "type": str(change.type),
        "address": change.address,
        "kind": change.kind,
        "label": change.label,
        "object": change.object,
        "reason": change.reason,
        "fields": [
            {
                "path": list(field.path),
                "base": field.base,
                "live": field.live,
                "wanted": field.wanted,
                "result": field.result,
                "verdict": str(field.verdict),
            }
            for field in change.fields
        ],
    }


def _travel_data(travel: Travel, plan: Plan) -> dict[str, Json]:
    answer = travel.answer
    there = plan.leads_to(answer) if answer else None
    return {
        "campaign": travel.campaign,
        "place": str(travel.place),
        "contacts": travel.contacts,
        "outcome": str(answer.outcome) if answer else None,
        "to": answer_in_words(answer, plan) if answer and answer.outcome is Outcome.GO_ON else None,
        "to_campaign": there.address if there else None,
        "proposed": answer_in_words(travel.proposed, plan) if travel.proposed else None,
        "via": str(answer.via) if answer else None,
        "timer": str(answer.timer) if answer and answer.same else None,
        "next_due": iso(travel.next_due) if travel.next_due is not None else None,
        "caught_up": [
            {
                "step": one.step,
                "does": one.does,
                "contacts": one.contacts,
                "next_due": iso(one.next_due) if one.next_due is not None else None,
                "late": one.late,
            }
            for one in travel.caught_up
        ],
    }
