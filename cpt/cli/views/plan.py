"""A plan, as a careful colleague sums it up: counts, then what deserves a look, then the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import assert_never

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cpt.cli.output import one_line
from cpt.cli.views.fields import field_lines, parts_changed
from cpt.cli.views.words import brief_moment, called, counted, listed
from cpt.installer.changes import SYMBOLS, Change, ChangeType
from cpt.installer.plan import CaughtUp, Enrolment, Listener, PackageStep, Plan, Travel
from package_format.kinds.table import KINDS
from package_format.upgrades.answers import Answer, Outcome
from package_format.upgrades.terms import Timer


@dataclass(frozen=True)
class _Look:
    """How a type of change is shown: what it is called in a count, and its colour."""

    counted: str
    colour: str


LOOKS = {
    ChangeType.CONFLICT: _Look("to settle", "bold red"),
    ChangeType.CREATE: _Look("to create", "green"),
    ChangeType.ADOPT: _Look("to adopt", "cyan"),
    ChangeType.UPDATE: _Look("to update", "yellow"),
    ChangeType.MERGE: _Look("to merge", "yellow"),
    ChangeType.KEEP: _Look("kept as you have it", "cyan"),
    ChangeType.REMOVE: _Look("to remove", "red"),
    ChangeType.RELEASE: _Look("released to you", "magenta"),
    ChangeType.RETIRE: _Look("to retire", "magenta"),
    ChangeType.MANUAL: _Look("to do by hand", "bold yellow"),
    ChangeType.UNCHANGED: _Look("unchanged", "dim"),
}
"""In the order of the count."""

ATTENTION = (
    ChangeType.CONFLICT,
    ChangeType.MANUAL,
    ChangeType.ADOPT,
    ChangeType.MERGE,
    ChangeType.RELEASE,
    ChangeType.RETIRE,
)
"""The types of change that an owner should look at, in the order in which they are shown."""


def to_look_at(changes: Iterable[Change]) -> list[Change]:
    """Return the changes that an owner should look at: those types, and what is told in full."""
    changes = tuple(changes)
    found = [change for type_ in ATTENTION for change in changes if change.type is type_]
    return [*found, *(change for change in changes if change.is_told_in_full)]


_TIMERS = {
    Timer.CREDIT: "",
    Timer.KEEP: ", until when they were to",
    Timer.RESTART: ", and wait anew",
}
"""What becomes of a wait that has changed (M5); nothing is said of what one expects."""

_SHOWN_BY_FIELD = (
    ChangeType.CONFLICT, ChangeType.MANUAL, ChangeType.ADOPT, ChangeType.MERGE,
)  # fmt: skip


def show_plan(console: Console, plan: Plan, zone: str = "UTC") -> None:
    """Print a plan, its moments in the account's time zone."""
    console.print(Text(one_line(plan.title), "bold"))
    if plan.is_empty:
        console.print("\nNothing would change.")
        _show_attention(console, [c for c in plan.changes if c.type is ChangeType.MANUAL])
        _show_notes(console, plan.notes)
        return
    _show_packages(console, plan.packages)
    console.print()
    console.print(_counts(plan.changes))
    _show_attention(console, plan.changes)
    _show_travels(console, plan, zone)
    _show_listeners(console, plan.listeners)
    _show_enrolments(console, plan.enrolments)
    _show_notes(console, plan.notes)
    _show_rest(console, plan.changes)


def _heading(console: Console, text: str, colour: str = "bold") -> None:
    console.print()
    console.print(Text(text, colour))


def _show_packages(console: Console, steps: Iterable[PackageStep]) -> None:
    table = Table.grid(padding=(0, 2, 0, 0))
    for step in steps:
        if step.old is None:
            sign, moved = Text("+", "green"), step.new or ""
        elif step.new is None:
            sign, moved = Text("-", "red"), step.old or ""
        else:
            sign = Text("~", "yellow")
            moved = f"{step.old} -> {step.new}" if step.old != step.new else f"{step.new}"
        table.add_row(
            sign,
            Text(one_line(step.name)),
            Text(one_line(moved), "bold"),
            _reason(step),
        )
    if table.row_count:
        console.print(Padding(table, (0, 0, 0, 2)))


def _reason(step: PackageStep) -> Text:
    """Say why a package moves, and who signed what it moves to."""
    text = Text(one_line(step.why), "dim")
    if step.signed:
        text.append(", ")
        text.append(one_line(step.signed), "bold red" if step.is_odd else "dim")
    return text


def _counts(changes: Iterable[Change]) -> Text:
    number = Counter(change.type for change in changes)
    text = Text()
    for type_, look in LOOKS.items():
        if number[type_]:
            text.append(", " if text else "")
            text.append(f"{number[type_]:,} {look.counted}", look.colour)
    return text.append(".") if text else Text("No resource changes.")


def _show_attention(console: Console, changes: Iterable[Change]) -> None:
    found = to_look_at(changes)
    if not found:
        return
    _heading(console, "Please look at")
    table = Table.grid(padding=(0, 1, 0, 0))
    for change in found:
        said = _named(change)
        if change.reason:
            said.append(f": {one_line(change.reason)}")
        table.add_row("", Text(SYMBOLS[change.type], LOOKS[change.type].colour), said)
        if change.type in _SHOWN_BY_FIELD or change.is_told_in_full:
            for line in field_lines(change):
                table.add_row("", "", Padding(line, (0, 0, 0, 2)))
    console.print(table)


def _named(change: Change) -> Text:
    """Name a resource: ``tag “Attended webinar” (#3)``."""
    row = KINDS.get(change.kind)
    text = Text(f"{row.title if row else change.kind} ")
    text.append(f"“{called(change.label)}”", "bold")
    if change.object is not None:
        text.append(f" ({change.object})", "dim")
    return text


def _show_travels(console: Console, plan: Plan, zone: str) -> None:
    occupied = [t for t in plan.travels if t.contacts]
    refusing = [t for t in plan.travels if not t.contacts and t.answer is None]
    if not occupied and not refusing:
        return
    # A contact may stand at several places, in one campaign or in two.
    unit = "contact" if len(occupied) == 1 else "position"
    who = counted(sum(t.contacts for t in occupied), unit)
    where = f"{who} at {counted(len(occupied), 'place')}" if occupied else "nobody"
    _heading(console, f"Contacts on their way: {where}")
    for _, group in groupby(occupied, key=lambda t: t.campaign):
        _show_travels_in_one(console, plan, tuple(group), zone)
    if refusing:
        named = listed([str(t.place) for t in refusing], "or")
        said = (
            f"Nobody is at {named} now. Should somebody be there when this is applied, nothing is "
            "changed, and you are asked where they go."
        )
        console.print(Padding(Text(said), (0, 0, 0, 2)))


def _show_travels_in_one(
    console: Console, plan: Plan, travels: tuple[Travel, ...], zone: str
) -> None:
    """Print where the contacts in one campaign go."""
    console.print(Text(f"  {one_line(travels[0].title)}"))
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, justify="right", min_width=6)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(no_wrap=True)
    for travel in travels:
        due = "stopped" if plan.stands_still(travel) else ""
        if travel.next_due is not None:
            due = f"next {brief_moment(travel.next_due, zone)}"
        table.add_row(
            f"{travel.contacts:,}",
            Text(str(travel.place)),
            destination(travel, plan),
            Text(due, "dim"),
        )
    console.print(table)
    for travel in travels:
        for one in travel.caught_up:
            said = one_line(catching_up(travel, one, plan, zone))
            colour = "yellow" if one.contacts else "dim"
            console.print(Padding(Text(said, colour), (0, 0, 0, 8)))


def catching_up(travel: Travel, one: CaughtUp, plan: Plan, zone: str) -> str:
    """Say what a new step does, how many of those at a place get it first and when, or do not."""
    there = plan.leads_to(travel.answer) if travel.answer is not None else None
    where = f" in “{called(there.label)}”" if there is not None else ""
    does = f" ({one.does})" if one.does else ""
    when = "after that" if one.next_due is None else f"from {brief_moment(one.next_due, zone)} on"
    when = "once it is published" if plan.stands_still(travel) else when
    if one.contacts:
        who = f"{one.contacts:,} who {'is' if one.contacts == 1 else 'are'} at {travel.place}"
        said = f"{who} {'gets' if one.contacts == 1 else 'get'} it first, {when}"
    else:
        said = f"nobody who is at {travel.place} gets it"
    if one.late:
        have = "has" if one.late == 1 else "have"
        said += f"; {one.late:,} {have} been {too_early(travel, one)}"
    return f"{one.step}{where} is new{does}: {said}"


def too_early(travel: Travel, one: CaughtUp) -> str:
    """Say why some at a place do not get a new step: ``there for more than 7 days``."""
    said = travel.answer.catch_up if travel.answer is not None else ()
    key = one.step.rpartition(".")[2]
    return next((f"there for more than {each.within}" for each in said if each.step == key), "")


def destination(travel: Travel, plan: Plan) -> Text:
    """Say where the contacts of a place go."""
    answer = travel.answer
    if answer is None and travel.proposed is not None:
        return Text(f"-> {answer_in_words(travel.proposed, plan)}, if you agree", "bold red")
    if answer is None:
        return Text("have nowhere to go: say where with --contacts", "bold red")
    words = answer_in_words(answer, plan)
    if answer.campaign and answer.same:
        return Text(f"-> {words}{_TIMERS[answer.timer]}")
    if answer.outcome is Outcome.GO_ON and not answer.campaign:
        if (answer.node, answer.step) == (travel.place.node, travel.place.step):
            return Text(f"stay{_TIMERS[answer.timer]}")
        if answer.same:
            return Text(f"-> {words}, its new name{_TIMERS[answer.timer]}")
    colour = "yellow" if answer.outcome is Outcome.GO_ON else "red"
    return Text(f"-> {words}", colour)


def answer_in_words(answer: Answer, plan: Plan) -> str:
    """Say where an answer sends contacts: ``remind.nudge``, ``leave the campaign``."""
    where = _place_in_words(answer)
    there = plan.leads_to(answer)
    return where if there is None else f"{where} in “{called(there.label)}”"


def _place_in_words(answer: Answer) -> str:
    match answer.outcome:
        case Outcome.GO_ON if answer.step is None:
            return f"the end of {answer.node}"
        case Outcome.GO_ON:
            return f"{answer.node}.{answer.step}"
        case Outcome.FINISH_ON_OLD:
            return "finish on the old version"
        case Outcome.EXIT:
            return "leave the campaign"
        case _:
            assert_never(answer.outcome)


def _show_listeners(console: Console, listeners: Iterable[Listener]) -> None:
    found = list(listeners)
    if not found:
        return
    _heading(console, "Other campaigns that this touches")
    table = Table.grid(padding=(0, 1, 0, 0))
    for listener in found:
        said = Text(f"“{one_line(listener.title)}”", "bold")
        said.append(f" {one_line(touch(listener))}", "")
        table.add_row("", Text("*", "magenta"), said)
    console.print(table)


def touch(listener: Listener) -> str:
    """Say how a plan and a campaign of the owner's touch each other."""
    hears = f"its goal {listener.goal} hears {listener.event}"
    match listener.direction:
        case "hears us":
            return f"will be set off: {hears}, and this {listener.caused_by}"
        case "sets us off":
            return (
                f"will set this off: it {listener.caused_by}, and the goal {listener.goal} hears "
                f"{listener.event}"
            )
        case _:
            return f"will be set off by the same: {hears}, {listener.caused_by}"


def _show_enrolments(console: Console, enrolments: Iterable[Enrolment]) -> None:
    found = list(enrolments)
    if not found:
        return
    _heading(console, "Contacts who have the tag already")
    table = Table.grid(padding=(0, 1, 0, 0))
    for one in found:
        table.add_row("", Text("*", "magenta"), Text(one_line(enrolment_in_words(one))))
    console.print(table)


def who_has(one: Enrolment) -> str:
    """Say how many contacts a campaign could be given for a tag of theirs."""
    have = counted(one.contacts, "contact has", "contacts have")
    tags = listed([f"“{called(tag)}”" for tag in one.tags], "or")
    return f"{have} the tag {tags}, by which one comes into “{called(one.title)}”"


def enrolment_in_words(one: Enrolment) -> str:
    """Say who could be put into a campaign, and what becomes of them."""
    if one.agreed:
        then = "They are enrolled: it begins for each as if the tag had just been put on."
        if one.narrowed:
            then += " Who does not meet its condition does not come in."
    elif one.agreed is None:
        campaign = one.campaign.rpartition(":")[2]
        then = (
            f"They stay out of it, unless you say --enrol {campaign}=yes; with that, cpt rehearse "
            "shows what they would get."
        )
    else:
        then = "They stay out of it."
    return f"{who_has(one)}. {then}"


def _show_notes(console: Console, notes: Iterable[str]) -> None:
    found = list(notes)
    if not found:
        return
    _heading(console, "Good to know")
    table = Table.grid(padding=(0, 1, 0, 0))
    for note in found:
        table.add_row("", Text("·"), Text(one_line(note)))
    console.print(table)


def _show_rest(console: Console, changes: Iterable[Change]) -> None:
    """Print what needs no attention: a line each, but one line for what is created of a kind."""
    rest = [
        c
        for c in changes
        if c.type not in (*ATTENTION, ChangeType.UNCHANGED) and not c.is_told_in_full
    ]
    if not rest:
        return
    _heading(console, "And plainly")
    table = Table.grid(padding=(0, 1, 0, 0))
    for type_, look in LOOKS.items():
        of_type = [change for change in rest if change.type is type_]
        for kind in KINDS:
            of_kind = [change for change in of_type if change.kind == kind]
            if not of_kind:
                continue
            said = Text(f"{kind:<8} ")
            said.append(
                " · ".join(f"{called(change.label)}{_changed(change)}" for change in of_kind)
            )
            table.add_row("", Text(SYMBOLS[type_], look.colour), said)
    console.print(table)


def _changed(change: Change) -> str:
    """Return what changes about a resource, and why, in brackets."""
    parts = [one_line(change.reason)] if change.reason else []
    if change.type in (ChangeType.CREATE, ChangeType.UPDATE, ChangeType.KEEP):
        parts = [*parts_changed(change.fields), *parts]
    return f" ({'; '.join(parts)})" if parts else ""
