"""Enrolments: contacts who have a tag already that a campaign, new or changed, comes to hear (C12).

A campaign does not act on the past. Whoever would be in it had it been there before is counted and
offered to the owner, who says; without a word, nobody is put into it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from account_engine.changing.changes import Create, Enrol, Operation, Remove, Republish
from account_engine.enrolling import entry_tags
from account_engine.objects import number_of
from account_engine.surveys import Enrollable, Survey
from cpt.accounts.port import Account
from cpt.installer.choices import Choices, Selector
from cpt.installer.plan import Enrolment, Plan
from cpt.installer.planning.draft import Draft
from cpt.installer.record.snapshot import Live, Snapshot
from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.campaign.places import Place
from package_format.kinds.model import Json
from package_format.kinds.table import label_in
from package_format.references import Address
from package_format.upgrades.answers import Answer, Outcome, Via, spots
from package_format.upgrades.entries import Leave


def enrolments(
    campaigns: Iterable[tuple[Draft, Json]], snapshot: Snapshot
) -> tuple[Enrolment, ...]:
    """Return what can be offered, nobody counted yet.

    Args:
        campaigns: The campaigns that are written and will run, and what they will be in the
            account.
        snapshot: What the account looks like.
    """
    return tuple(_offers(campaigns, snapshot))


def _offers(campaigns: Iterable[tuple[Draft, Json]], snapshot: Snapshot) -> Iterator[Enrolment]:
    for draft, data in campaigns:
        live = draft.live
        campaign = Campaign.model_validate(data)
        entered = entry_tags(campaign)
        known = {} if live is None else entry_tags(Campaign.model_validate(live.data))
        tags = {
            tag: number
            for tag in entered
            if tag not in known and (number := number_of(tag)) is not None
        }
        if tags:
            goals = tuple(dict.fromkeys(goal for tag in tags for goal in entered[tag]))
            yield Enrolment(
                str(draft.address),
                campaign.title,
                goals,
                tuple(_label(snapshot.live(number), tag) for tag, number in tags.items()),
                Enrol(draft.name, tuple(tags.values())),
                narrowed=any(campaign.goals[goal].if_ is not None for goal in goals),
            )


def _besides(
    campaign: str, operations: Sequence[Operation], account: Account
) -> Iterator[tuple[int, str]]:
    """Yield where those stand who come into a campaign with a part of another, or finish it there.

    They are in that part already, would get it twice, and are not enrolled when the plan is applied
    (`account_engine.enrolling`).
    """
    moving = {
        (arrival.campaign, arrival.source)
        for one in operations
        if (isinstance(one, Create) and f"@{one.name}" == campaign)
        or (isinstance(one, Republish) and f"#{one.object}" == campaign)
        for arrival in one.arrivals
    }
    for number, place, answer in _answers(operations, account):
        inner = ".".join(place.inner)
        moves = bool({(number, place.node), (number, inner)} & moving)
        stays = answer is None or answer.outcome is Outcome.FINISH_ON_OLD
        if (answer is not None and answer.campaign == campaign) or (stays and moves):
            yield number, inner


def _answers(
    operations: Sequence[Operation], account: Account
) -> Iterator[tuple[int, Place, Answer | None]]:
    """Yield where contacts stand in each campaign that changes or goes, and where they go."""
    answered = set()
    for one in operations:
        if isinstance(one, Republish):
            answered.add(one.object)
            yield from ((one.object, place, answer) for place, answer in one.answers)
        elif (
            isinstance(one, Remove)
            and one.object not in answered
            and one.contacts == Leave.FINISH_ON_OLD
            and (live := account.object(one.object)) is not None
            and live.kind == "campaign"
        ):
            flow = Flow(Campaign.model_validate(live.data))
            finish = Answer(Outcome.FINISH_ON_OLD, Via.OWNER)
            yield from ((one.object, place, finish) for place in spots(flow))


def _label(live: Live | None, tag: str) -> str:
    return tag if live is None else live.label


def counted_there(plan: Plan, account: Account) -> Plan:
    """Return a plan that says how many contacts each offer is about; those about nobody are gone.

    It asks once, and what that costs depends on how many contacts have these tags.
    """
    if not plan.enrolments:
        return plan
    operations = plan.change_set.operations
    revived = {f"@{one.name}": one.revives for one in operations if isinstance(one, Create)}
    asked = {
        one.campaign: Enrollable(
            one.operation.tags,
            revived.get(one.operation.campaign, number_of(one.operation.campaign)),
            tuple(_besides(one.operation.campaign, operations, account)),
        )
        for one in plan.enrolments
    }
    found = account.survey(Survey(enrollable=tuple(asked.values()))).enrollable
    return replace(
        plan,
        enrolments=tuple(
            replace(one, contacts=found[asked[one.campaign]])
            for one in plan.enrolments
            if found[asked[one.campaign]]
        ),
    )


def decided(plan: Plan, choices: Choices) -> Plan:
    """Return a plan that enrols whom the owner has said to, and nobody else; it says if nobody."""
    said = (
        replace(one, agreed=choices.enrols(Address.parse(one.campaign))) for one in plan.enrolments
    )
    offered = [Address.parse(one.campaign) for one in plan.enrolments]
    in_vain = (
        f"--enrol {chosen}=yes changes nothing: {_why_nobody(Selector(chosen), plan)}."
        for chosen, yes in choices.enrolling.items()
        if yes and not any(map(Selector(chosen).means, offered))
    )
    return agreed_to(replace(plan, notes=(*plan.notes, *in_vain)), tuple(said))


def _why_nobody(campaign: Selector, plan: Plan) -> str:
    if any(map(campaign.means, map(Address.parse, plan.stopped))):
        return "it is stopped, and nobody comes into it until you publish it"
    return (
        "nobody has a tag that it comes to hear who is not in it then, or finishes what becomes a "
        "part of it"
    )


def agreed_to(plan: Plan, enrolments: tuple[Enrolment, ...]) -> Plan:
    """Return a plan with what was said to its offers."""
    others = (one for one in plan.change_set.operations if not isinstance(one, Enrol))
    enrols = (one.operation for one in enrolments if one.agreed)
    change_set = replace(plan.change_set, operations=(*others, *enrols))
    return replace(plan, enrolments=enrolments, change_set=change_set)


def as_they_are(plan: Plan, account: Account) -> Plan:
    """Return a plan whose offers are shown as the account has them now; of a plan from a file."""
    titles = {
        f"@{one.name}": label_in(one.kind, one.data)
        for one in plan.change_set.operations
        if isinstance(one, Create)
    }
    shown = []
    for one in plan.enrolments:
        numbers = (*one.operation.tags, number_of(one.operation.campaign) or 0)
        there = account.objects(numbers)
        labels = {number: label_in(live.kind, live.data) for number, live in there.items()}
        title = titles.get(one.operation.campaign) or labels.get(numbers[-1], one.title)
        tags = tuple(labels.get(number, f"#{number}") for number in one.operation.tags)
        shown.append(replace(one, title=title, tags=tags))
    return counted_there(replace(plan, enrolments=tuple(shown)), account)
