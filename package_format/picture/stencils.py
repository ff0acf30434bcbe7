"""From a node to its card: what is written on it, how big it is, and where arrows meet it.

Arrows meet goals, decisions and the heads of sequences on one level, so that a campaign's main line
is a line; everything else hangs below it.
"""

from __future__ import annotations

from collections.abc import Sequence as Many
from dataclasses import dataclass, replace
from typing import assert_never

from package_format.campaign.conditions import Condition
from package_format.campaign.flow import Flow
from package_format.campaign.model import (
    Audience,
    Choose,
    Decision,
    Ends,
    Entry,
    Goal,
    Join,
    Node,
    Runs,
    Sequence,
    Step,
    WaitFor,
)
from package_format.campaign.places import Place, PlaceSort, places
from package_format.picture.cards import Anchor, Card, Icon, Part, Stand, Style, Text
from package_format.picture.graph import Box, Exit, Point, Shape
from package_format.picture.sizes import LINE, line, lines, width_of
from package_format.picture.words import (
    Names,
    action_phrase,
    action_verb,
    condition_text,
    spelled,
    title_of,
    trigger_phrase,
    wait_text,
)

_RADIUS = 27
_LABEL = 148
_LABEL_GAP = 21
"""From a circle, diamond or bar to the baseline of its title."""
_DETAILS = 3

_CARD_LEAST, _CARD_MOST, _CARD_STEP = 176, 256, 16
_HEADER, _LONG_HEADER, _PORT = 40, 56, 20
_INDENT, _PAD = 40, 14
_ACTION_LINES = 2
_CONDITION_LINES = 3

_DIAMOND = 27
_PILL, _PILL_GAP, _PILL_MOST, _PILL_PAD = 28, 8, 256, 12
_PILL_LINES = 3
_FAN = 26
_BAR, _BAR_LEAST, _SPREAD = 8, 54, 18


@dataclass(frozen=True)
class Stencil:
    """A card at the origin, and its shape for the arrangement."""

    card: Card
    shape: Shape


def stencils(flow: Flow, names: Names) -> dict[str, Stencil]:
    """Return the stencil of every node, by key."""
    width = _card_width(flow, names)
    return {key: _stencil(key, node, flow, names, width) for key, node in flow.nodes.items()}


def _stencil(key: str, node: Node, flow: Flow, names: Names, width: float) -> Stencil:
    match node:
        case Goal():
            return _goal(key, node, names)
        case Sequence():
            return _sequence(key, node, flow, names, width)
        case Decision():
            return _decision(key, node, names)
        case Join():
            return _join(key, node, sum(arrow.target == key for arrow in flow.arrows))
        case _:
            assert_never(node)


def _label(title: str, details: Many[str], middle: float, top: float) -> tuple[Text, ...]:
    """A title and details below it, centred."""
    texts = lines(Point(middle, top), title, Style.TITLE, _LABEL, 2, Anchor.MIDDLE)
    for detail in details:
        below = texts[-1].at.y + LINE[texts[-1].style]
        texts += lines(Point(middle, below), detail, Style.DETAIL, _LABEL, 2, Anchor.MIDDLE)
    return texts


def _label_width(title: str, details: Many[str], least: float) -> float:
    """An even width, so that what stands in its middle stands on whole pixels."""
    texts = _label(title, details, 0, 0)
    return max(least, 2 * round(max(text.width for text in texts) / 2 + 0.5))


# --- goals ----------------------------------------------------------------------------------------


def _goal(key: str, goal: Goal, names: Names) -> Stencil:
    title, details = title_of(key, goal), goal_details(goal, names)
    width = _label_width(title, details, 2 * _RADIUS)
    middle = width / 2
    texts = _label(title, details, middle, 2 * _RADIUS + _LABEL_GAP)
    height = texts[-1].at.y + 5
    icon = trigger_phrase(goal.when[0], names).icon
    card = Card(
        key,
        "goal",
        ", ".join((f"Goal {title}", *details)),
        Box(0, 0, width, height),
        Box(middle - _RADIUS, 0, 2 * _RADIUS, 2 * _RADIUS),
        texts,
        icons=(Icon(icon, Point(middle - 10, _RADIUS - 10), 20),),
        quiet=goal.ends is Ends.NONE,
    )
    entry = Point(middle - _RADIUS, _RADIUS)
    return Stencil(card, Shape(width, height, entry, {None: Point(middle + _RADIUS, _RADIUS)}))


def goal_details(goal: Goal, names: Names) -> tuple[str, ...]:
    """Say what a goal listens for, and for whom, in a few short lines."""
    heard = [trigger_phrase(trigger, names).text for trigger in goal.when]
    if len(heard) > _DETAILS:
        heard = [*heard[: _DETAILS - 1], f"{len(heard) - _DETAILS + 1} more"]
    details = [heard[0], *(f"or {text}" for text in heard[1:])]
    if goal.if_ is not None:
        details.append(f"if {condition_text(goal.if_, names)}")
    if goal.after == "all":
        details.append("from anywhere")
    if goal.audience is Audience.NEWCOMERS:
        details.append("newcomers only")
    return tuple(details)


# --- sequences ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StepLine:
    """One line of a step: its timer, its condition or its action."""

    style: Style
    icon: str
    text: str
    spoken: str


def step_lines(step: Step, flow: Flow, names: Names) -> tuple[StepLine, ...]:
    """Return the lines of a step, in the order in which things happen."""
    found = []
    if step.wait is not None:
        text = wait_text(step.wait, flow.campaign.defaults.wait, names)
        found.append(StepLine(Style.WAIT, "wait", text, f"wait {text}"))
    if step.if_ is not None:
        text = f"if {condition_text(step.if_, names)}"
        found.append(StepLine(Style.DETAIL, "if", text, text))
    if step.action is not None:
        phrase = action_phrase(step.action, names)
        spoken = f"{action_verb(step.action)} {phrase.text}"
        found.append(StepLine(Style.ACTION, phrase.icon, phrase.text, spoken))
    return tuple(found)


def sequence_detail(sequence: Sequence) -> str:
    """Say what is unusual about a sequence; mostly nothing."""
    return " · ".join(
        text
        for text, holds in (
            ("once for life", sequence.entry is Entry.ONCE),
            ("runs to its end", sequence.runs is Runs.UNTIL_COMPLETE),
        )
        if holds
    )


def _card_width(flow: Flow, names: Names) -> float:
    """One width for all sequences of a picture: calm, and as wide as the longest line needs."""
    needed: float = _CARD_LEAST
    for key, node in flow.nodes.items():
        if isinstance(node, Sequence):
            texts = [
                (title_of(key, node), Style.TITLE, _PAD),
                (sequence_detail(node), Style.DETAIL, _PAD),
            ]
            texts += [
                (found.text, found.style, _INDENT)
                for step in node.steps
                for found in step_lines(step, flow, names)
            ]
            needed = max(needed, *(width_of(t, s) + left + _PAD for t, s, left in texts))
    whole = -(-needed // _CARD_STEP) * _CARD_STEP
    return min(whole, _CARD_MOST)


def _sequence(key: str, sequence: Sequence, flow: Flow, names: Names, width: float) -> Stencil:
    title, detail = title_of(key, sequence), sequence_detail(sequence)
    room = width - 2 * _PAD
    texts = [line(Point(_PAD, _PORT + 4.5), title, Style.TITLE, room)]
    if detail:
        texts.append(line(Point(_PAD, _PORT + 21), detail, Style.DETAIL, room))
    header = _LONG_HEADER if detail else _HEADER
    body = _Steps(key, header + 7, width)
    for step in sequence.steps:
        body.add(step, step_lines(step, flow, names))
    height = body.y + 7
    end = Place(key, None, PlaceSort.END)
    stands = list(body.stands)
    if end in places(flow):
        stands.append(Stand(end, Point(width, height - 16)))
    spoken = "; ".join(body.spoken)
    box = Box(0, 0, width, height)
    card = Card(
        key, "sequence", f"Sequence {title}: {spoken}", box, box, (*texts, *body.texts),
        icons=tuple(body.icons), chips=tuple(body.chips), parts=tuple(body.parts),
        stands=tuple(stands), header=header,
    )  # fmt: skip
    exits: dict[Exit, Point] = {None: Point(width, _PORT)}
    return Stencil(card, Shape(width, height, Point(0, _PORT), exits))


class _Steps:
    """The steps of a sequence, set one below the other."""

    def __init__(self, sequence: str, y: float, width: float) -> None:
        self.sequence = sequence
        self.y = y
        self.width = width
        self.texts: list[Text] = []
        self.icons: list[Icon] = []
        self.chips: list[Box] = []
        self.parts: list[Part] = []
        self.stands: list[Stand] = []
        self.spoken: list[str] = []

    def add(self, step: Step, found: Many[StepLine]) -> None:
        top = self.y
        for one in found:
            if one.style is Style.ACTION:
                self._action(one)
            else:
                self._small(one, step)
            self.spoken.append(one.spoken)
        name = f"{self.sequence}.{step.key}"
        self.parts.append(Part(name, Box(6, top, self.width - 12, self.y - top)))

    def _action(self, one: StepLine) -> None:
        at = Point(_INDENT, self.y + 17.5)
        room = self.width - _INDENT - _PAD
        texts = lines(at, one.text, Style.ACTION, room, _ACTION_LINES)
        self.icons.append(Icon(one.icon, Point(_PAD, self.y + 5), 16))
        self.texts += texts
        self.y += 9 + len(texts) * LINE[Style.ACTION]

    def _small(self, one: StepLine, step: Step) -> None:
        """A timer or a condition: smaller, and a timer on a soft field, on one line."""
        at, room = Point(_INDENT, self.y + 15.5), self.width - _INDENT - _PAD - 4
        self.icons.append(Icon(one.icon, Point(_PAD + 1, self.y + 4.5), 14))
        if one.style is not Style.WAIT:
            texts = lines(at, one.text, one.style, room, _CONDITION_LINES)
            self.texts += texts
            self.y += 23 + (len(texts) - 1) * LINE[one.style]
            return
        text = line(at, one.text, one.style, room)
        self.texts.append(text)
        self.chips.append(Box(_PAD - 4, self.y + 2, text.width + _INDENT - _PAD + 14, 19))
        place = Place(self.sequence, step.key, PlaceSort.WAIT)
        self.stands.append(Stand(place, Point(self.width, self.y + 11.5)))
        self.y += 23


# --- decisions ------------------------------------------------------------------------------------


def _decision(key: str, decision: Decision, names: Names) -> Stencil:
    title = title_of(key, decision)
    details = ["every way that fits"] if decision.choose is Choose.EVERY else []
    left = _label_width(title, details, 2 * _DIAMOND)
    middle = left / 2
    ways = [(way.key, spelled(way.key), way_text(way.if_, names)) for way in decision.ways]
    pills = [_pill(name, text) for _, name, text in ways]
    width = max(2 * round(max(pill.width for pill in pills) / 2 + 0.5), 2 * _PILL_PAD)
    stack = sum(pill.height + _PILL_GAP for pill in pills) - _PILL_GAP
    level = max(_DIAMOND, stack / 2)
    label = _label(title, details, middle, level + _DIAMOND + _LABEL_GAP)
    texts = list(label)
    x, top = left + _FAN, level - stack / 2
    parts: list[Part] = []
    exits: dict[Exit, Point] = {}
    fan: list[tuple[Point, ...]] = []
    for (way, _, _), pill in zip(ways, pills, strict=True):
        y = top + pill.height / 2
        parts.append(Part(f"{key}.{way}", Box(x, top, width, pill.height)))
        exits[way] = Point(x + width, y)
        texts += [replace(text, at=text.at.moved(x, top)) for text in pill.texts]
        turn = left + 10
        start = Point(middle + _DIAMOND, level)
        fan.append((start, Point(turn, level), Point(turn, y), Point(x, y)))
        top += pill.height + _PILL_GAP
    height = max(level + stack / 2, label[-1].at.y + 5)
    spoken = "; ".join(f"{name}: {text}" for _, name, text in ways)
    card = Card(
        key, "decision", f"Decision {title}: {spoken}", Box(0, 0, x + width, height),
        Box(middle - _DIAMOND, level - _DIAMOND, 2 * _DIAMOND, 2 * _DIAMOND), tuple(texts),
        icons=(Icon("ways", Point(middle - 9, level - 9), 18),), parts=tuple(parts),
        fan=tuple(fan),
    )  # fmt: skip
    return Stencil(card, Shape(x + width, height, Point(middle - _DIAMOND, level), exits))


@dataclass(frozen=True)
class _Pill:
    """What is written on a way, from the pill's upper left corner."""

    texts: tuple[Text, ...]
    width: float
    height: float


def _pill(name: str, text: str) -> _Pill:
    """Write name and condition on one line, or below each other if that is too long."""
    room = _PILL_MOST - 2 * _PILL_PAD
    first = line(Point(_PILL_PAD, _PILL / 2 + 4), name, Style.WAY, room)
    after = first.width + 8
    if after + width_of(text, Style.DETAIL) <= room:
        second = line(first.at.moved(after, 0), text, Style.DETAIL, room - after)
        return _Pill((first, second), second.at.x + second.width + _PILL_PAD, _PILL)
    below = lines(first.at.moved(0, LINE[Style.DETAIL]), text, Style.DETAIL, room, _PILL_LINES)
    widest = max(one.width for one in (first, *below))
    height = _PILL + len(below) * LINE[Style.DETAIL]
    return _Pill((first, *below), widest + 2 * _PILL_PAD, 2 * round(height / 2 + 0.5))


def way_text(condition: Condition | None, names: Names) -> str:
    """Say when a way is taken."""
    return "otherwise" if condition is None else condition_text(condition, names)


# --- joins ----------------------------------------------------------------------------------------


def join_detail(join: Join) -> str:
    """Say what a join waits for."""
    return "waits for all" if join.wait_for is WaitFor.ALL else "waits for the first"


def _join(key: str, join: Join, arrows: int) -> Stencil:
    title, details = title_of(key, join), [join_detail(join)]
    width = _label_width(title, details, _BAR)
    middle = width / 2
    high = max(_BAR_LEAST, _SPREAD * (arrows - 1) + 28)
    texts = _label(title, details, middle, high + _LABEL_GAP - 2)
    height = texts[-1].at.y + 5
    card = Card(
        key, "join", f"Join {title}, {details[0]}", Box(0, 0, width, height),
        Box(middle - _BAR / 2, 0, _BAR, high), texts,
        stands=(Stand(Place(key, None, PlaceSort.JOIN), Point(middle + 2, 0)),),
    )  # fmt: skip
    entry, exit_ = Point(middle - _BAR / 2, high / 2), Point(middle + _BAR / 2, high / 2)
    return Stencil(card, Shape(width, height, entry, {None: exit_}, _SPREAD))
