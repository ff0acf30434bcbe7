"""The outline: a campaign in words, for whoever cannot or would rather not look at a picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from package_format.campaign.actions import ACTIONS
from package_format.campaign.conditions import (
    AllOf,
    AnyOf,
    BoughtCondition,
    CampaignCondition,
    Condition,
    ConsentCondition,
    Fact,
    FieldCondition,
    HasRole,
    Not,
    OwnerCondition,
    ScoreCondition,
    StageCondition,
    TagCondition,
)
from package_format.campaign.flow import Flow
from package_format.campaign.model import Decision, Goal, Join, Node, Sequence, Step, WaitFor
from package_format.campaign.timers import Wait
from package_format.campaign.triggers import TRIGGERS
from package_format.kinds.model import Named as NamedModel
from package_format.kinds.model import references
from package_format.package import Package, Resource
from registry_server.catalog.wording import named


@dataclass(frozen=True)
class Stop:
    """A node in words.

    Attributes:
        sort: ``goal``, ``sequence``, ``decision`` or ``join``.
        title: What people see.
        comes_after: The nodes that lead here, by title; empty where contacts come in.
        lines: A goal's triggers, a sequence's steps, a decision's ways.
    """

    sort: str
    title: str
    comes_after: tuple[str, ...]
    lines: tuple[str, ...]


def outline(package: Package, campaign: Resource) -> tuple[Stop, ...]:
    """Return a campaign's nodes in the order in which contacts meet them."""
    flow = campaign.flow
    return tuple(
        Stop(
            flow.nodes[key].sort,
            _title(key, flow.nodes[key]),
            _comes_after(flow, key),
            tuple(_lines(package, flow.nodes[key])),
        )
        for key in _met(flow)
    )


def _met(flow: Flow) -> list[str]:
    """Every node's key: those without an arrow to them first, then breadth first along arrows."""
    led_to = {arrow.target for arrow in flow.arrows}
    met = dict.fromkeys(key for key in flow.nodes if key not in led_to)
    agenda = list(met)
    while agenda:
        key = agenda.pop(0)
        onward = [a.target for a in flow.arrows if a.source == key and a.target not in met]
        met |= dict.fromkeys(onward)
        agenda += dict.fromkeys(onward)
    return [*met, *(key for key in flow.nodes if key not in met)]


def _title(key: str, node: Node) -> str:
    return node.title or key.replace("-", " ").replace("_", " ").capitalize()


def _comes_after(flow: Flow, key: str) -> tuple[str, ...]:
    return tuple(
        _title(arrow.source, flow.nodes[arrow.source]) + (f" ({arrow.way})" if arrow.way else "")
        for arrow in flow.arrows
        if arrow.target == key
    )


def _lines(package: Package, node: Node) -> Iterator[str]:
    match node:
        case Goal():
            for trigger in node.when:
                yield _sentence(package, TRIGGERS[trigger.word].title, trigger)
        case Sequence():
            for step in node.steps:
                yield _step(package, step)
        case Decision():
            for way in node.ways:
                rule = "otherwise" if way.if_ is None else f"if {_rule(package, way.if_)}"
                yield f"{way.key}: {rule}"
        case Join():
            yield f"waits for {'all' if node.wait_for is WaitFor.ALL else 'any'} of them"
        case _:
            assert_never(node)


def _step(package: Package, step: Step) -> str:
    said = []
    if step.wait is not None:
        said.append(_wait(package, step.wait))
    if step.action is not None:
        title = ACTIONS[step.action.word].title
        said.append(_sentence(package, title.lower() if said else title, step.action))
    rule = "" if step.if_ is None else f" (if {_rule(package, step.if_)})"
    return ", then ".join(said) + rule


def _rule(package: Package, condition: Condition) -> str:
    match condition:
        case FieldCondition():
            field = named(package, "field", condition.field).label
            operand = condition.operand
            values = operand if isinstance(operand, tuple) else (operand,)
            text = ", ".join(str(value) for value in values)
            return f"{field} {condition.operator.replace('-', ' ')} {text}"
        case TagCondition():
            return f"tagged {named(package, 'tag', condition.tag).label}"
        case AllOf():
            return " and ".join(_rule(package, inner) for inner in condition.all)
        case AnyOf():
            return " or ".join(_rule(package, inner) for inner in condition.any)
        case Not():
            return f"not ({_rule(package, condition.not_)})"
        case _:
            return _fact(package, condition)


def _fact(package: Package, condition: Fact) -> str:
    match condition:
        case BoughtCondition(bought=bought):
            what = bought.category
            if bought.product is not None:
                what = named(package, "product", bought.product).label
            return f"bought {f'{bought.at_least} of ' if bought.at_least > 1 else ''}{what}"
        case StageCondition():
            return f"opportunity in {named(package, 'stage', condition.stage).label}"
        case ScoreCondition():
            score = named(package, "score", condition.score).label
            return f"{score} {condition.operator.replace('-', ' ')} {condition.operand}"
        case OwnerCondition(owner=HasRole(role=role)):
            return f"owner is {named(package, 'role', role).label}"
        case OwnerCondition():
            return f"{condition.owner} is the owner"
        case ConsentCondition():
            return f"may be reached by {condition.consent}"
        case CampaignCondition():
            return f"is in {named(package, 'campaign', condition.in_campaign).label}"
    assert_never(condition)


def _sentence(package: Package, title: str, model: NamedModel) -> str:
    named_here = [named(package, kind, text).label for _, kind, text in references(model)]
    others = [str(v) for v in model.canonical()[model.word].values() if isinstance(v, str)]
    subject = ", ".join(named_here or others)
    return f"{title}: {subject}" if subject else title


def _wait(package: Package, wait: Wait) -> str:
    if wait.until_field is not None:
        field = named(package, "field", wait.until_field).label
        if wait.offset is None:
            return f"Wait until {field}"
        before = wait.offset.count < 0
        length = str(wait.offset).removeprefix("-")
        return f"Wait until {length} {'before' if before else 'after'} {field}"
    if wait.until is not None:
        return f"Wait until {wait.until:%Y-%m-%d %H:%M}"
    return f"Wait {wait.for_}"
