"""A plan as one self-contained page: what the terminal says, with pictures, to be sent to others.

Nothing on it is fetched from anywhere, and nothing runs: pictures stand in it as images.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import groupby
from typing import Any

from account_engine.changing.changes import Create, Operation, Remove, Republish
from account_engine.objects import number_of
from cpt.cli.output import plain
from cpt.cli.views.fields import field_lines
from cpt.cli.views.page.crossing import Objects, crossing_marks
from cpt.cli.views.plan import (
    ATTENTION,
    LOOKS,
    destination,
    enrolment_in_words,
    to_look_at,
    too_early,
    touch,
)
from cpt.cli.views.words import brief_moment, called
from cpt.installer.changes import SYMBOLS, Change
from cpt.installer.plan import CaughtUp, Plan, Travel
from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.campaign.places import Place
from package_format.kinds.table import KINDS, label_in
from package_format.picture import Mark, draw_svg
from package_format.picture.comparison import Compared, compared_flows, layout_of

_WIDTHS = (900.0, 400.0)
"""The greatest widths of pictures, for a desk and for a phone, in pixels."""


@dataclass(frozen=True)
class _Picture:
    """A campaign's picture.

    Attributes:
        title: The campaign's title.
        wide: The image for a desk, as an address that holds it whole.
        narrow: The image for a phone, likewise.
    """

    title: str
    wide: str
    narrow: str


def plan_page(plan: Plan, account: str, zone: str, objects: Objects) -> str:
    """Return a plan as an HTML page.

    Args:
        plan: The plan.
        account: The account's name.
        zone: The account's time zone (IANA), for the page's moments.
        objects: What the account has, by number.
    """
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, finalize=_harmless
    )
    folder = files("cpt.cli.views.page")
    template = environment.from_string((folder / "plan.html").read_text("utf-8"))
    occupied = [travel for travel in plan.travels if travel.contacts]
    return template.render(
        plan=plan,
        account=account,
        style=(folder / "plan.css").read_text("utf-8"),
        counts=_counts(plan.changes),
        attention=[_shown(c) for c in to_look_at(plan.changes)],
        travels_by_campaign=[
            list(group) for _, group in groupby(occupied, key=lambda t: t.campaign)
        ],
        refusing=[t for t in plan.travels if not t.contacts and t.answer is None],
        goes=lambda travel: destination(travel, plan).plain.removeprefix("-> "),
        due=lambda one, travel: _due(plan, one, travel, zone),
        too_early=too_early,
        touch=touch,
        enrolment=enrolment_in_words,
        pictures=list(_pictures(plan, objects)),
        rest=list(_rest(plan.changes)),
    )


def _harmless(value: object) -> object:
    """Return what is put into the page without characters that turn or hide what is around."""
    return plain(value) if type(value) is str else value


def _counts(changes: Iterable[Change]) -> list[tuple[str, int, str]]:
    number = Counter(change.type for change in changes)
    return [(str(t), number[t], look.counted) for t, look in LOOKS.items() if number[t]]


def _shown(change: Change) -> dict[str, Any]:
    row = KINDS.get(change.kind)
    return {
        "type": str(change.type),
        "sign": SYMBOLS[change.type].strip() or "·",
        "kind": row.title if row else change.kind,
        "label": called(change.label),
        "object": change.object,
        "address": change.address,
        "reason": change.reason,
        "lines": [(_class(str(line.style)), line.plain) for line in field_lines(change)],
    }


def _class(style: str) -> str:
    return {"red": "gone", "green": "new", "dim": "dim"}.get(style, "said")


def _rest(changes: Iterable[Change]) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """Yield what needs no attention, by type: the type, what it is called, and the changes."""
    for type_, look in LOOKS.items():
        rest = (c for c in changes if c.type is type_ and not c.is_told_in_full)
        found = [_shown(c) for c in rest if type_ not in ATTENTION]
        if found:
            yield str(type_), look.counted, found


def _due(plan: Plan, one: Travel | CaughtUp, travel: Travel, zone: str) -> str:
    if plan.stands_still(travel):
        return "stopped"
    return "" if one.next_due is None else brief_moment(one.next_due, zone)


# --- pictures -------------------------------------------------------------------------------------


def _pictures(plan: Plan, objects: Objects) -> Iterator[_Picture]:
    """Yield a picture of each campaign that comes, changes or goes."""
    new = {
        f"@{one.name}": label_in(one.kind, one.data)
        for one in plan.change_set.operations
        if isinstance(one, Create)
    }

    def name(_kind: str, text: str) -> str:
        number = number_of(text)
        stored = objects(number) if number is not None else None
        return new.get(text) or (
            label_in(stored.kind, stored.data) if stored else text.replace("_", " ")
        )

    for operation in plan.change_set.operations:
        found = _compared(operation, objects)
        if found is None:
            continue
        compared, number = found
        crossing = crossing_marks(operation, compared, plan, objects)
        marks = {**compared.marks, **crossing}
        compared = replace(compared, marks={k: mark for k, mark in marks.items() if mark})
        counts = _standing(plan, number, compared)
        wide, narrow = (
            draw_svg(
                layout_of(compared, name, max_width=width), marks=compared.marks, counts=counts
            )
            for width in _WIDTHS
        )
        yield _Picture(compared.flow.campaign.title, _inline(wide), _inline(narrow))


def _inline(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def _compared(operation: Operation, objects: Objects) -> tuple[Compared, int | None] | None:
    """Return a campaign before and after an operation, and its number if it has one."""
    match operation:
        case Create(kind="campaign", data=data):
            flow = Flow(Campaign.model_validate(data))
            return Compared("", flow, dict.fromkeys(flow.nodes, Mark.ADDED)), None
        case Republish(number, data, moves):
            live, new = objects(number), Campaign.model_validate(data)
            if live is not None:
                old = Campaign.model_validate(live.data)
                return compared_flows("", new.title, old, new, moves), number
        case Remove(number):
            live = objects(number)
            if live is not None and live.kind == "campaign":
                flow = Flow(Campaign.model_validate(live.data))
                return Compared("", flow, dict.fromkeys(flow.nodes, Mark.REMOVED)), number
        case _:
            pass
    return None


def _standing(plan: Plan, number: int | None, compared: Compared) -> Mapping[Place, int]:
    """Return how many contacts stand at the places of a picture."""
    of_campaign = {c.address: c.object for c in plan.changes if c.kind == "campaign"}
    counts: Counter[Place] = Counter()
    for travel in plan.travels:
        if travel.contacts and of_campaign.get(travel.campaign) == f"#{number}":
            counts[_stands(travel.place, compared)] += travel.contacts
    return counts


def _stands(place: Place, compared: Compared) -> Place:
    inner = place.inner
    node, *step = compared.stands.get(inner) or (
        *compared.stands.get(inner[:1], inner[:1]),
        *inner[1:],
    )
    return replace(place, node=node, step=step[0] if step else None)
