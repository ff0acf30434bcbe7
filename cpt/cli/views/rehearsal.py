"""A rehearsal: what each way would send, counted, day by day, and where the ways differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from account_engine.effects import EffectKind
from account_engine.rehearsal import Sending, difference
from cpt.cli.views.words import brief_moment, called, counted, iso, listed, moment, rows
from package_format.kinds.model import Json

if TYPE_CHECKING:
    from cpt.cli.rehearsing import Way

_SHOWN = 12


def show_rehearsal(
    console: Console, name: str, now: int, until: int, ways: Sequence[Way], zone: str
) -> None:
    """Print a rehearsal."""
    said = f"{name} from {moment(now, zone)} until {moment(until, zone)}"
    console.print(Text(said, "bold"))
    console.print()
    possible = [way for way in ways if not way.why_not]
    if any(way.sendings for way in possible):
        _show_counts(console, possible)
        console.print()
        _show_days(console, possible, zone)
    else:
        console.print("Nothing would be sent.")
    before = ways[0]
    for way in ways[1:]:
        console.print()
        _show_difference(console, before, way, zone)
    console.print()
    stops = f"It stops at {moment(until, zone)}: what would come after that is not shown."
    console.print(Text(stops, "dim"))


def _show_counts(console: Console, ways: Sequence[Way]) -> None:
    count = [Counter((s.kind, s.label, s.campaign) for s in way.sendings) for way in ways]
    every = dict.fromkeys(key for each in count for key in each)
    table = rows("WHAT", "SUBJECT", "CAMPAIGN", *_headings(ways), right=_right(3, ways))
    for kind, label, campaign in every:
        numbers = (f"{each[kind, label, campaign]:,}" for each in count)
        table.add_row(str(kind), Text(called(label)), Text(campaign), *numbers)
    console.print(table)


def _show_days(console: Console, ways: Sequence[Way], zone: str) -> None:
    count = [Counter(_day(s.at, zone) for s in way.sendings) for way in ways]
    days = sorted({(s.at, _day(s.at, zone)) for way in ways for s in way.sendings})
    table = rows("DAY", *_headings(ways), right=_right(1, ways))
    for day in dict.fromkeys(day for _, day in days):
        table.add_row(day, *(f"{each[day]:,}" for each in count))
    console.print(table)


def _headings(ways: Sequence[Way]) -> list[str]:
    return [way.name.upper() for way in ways]


def _right(first: int, ways: Sequence[Way]) -> range:
    return range(first, first + len(ways))


def _day(at: int, zone: str) -> str:
    return moment(at, zone)[:-6]


def _show_difference(console: Console, before: Way, way: Way, zone: str) -> None:
    if way.why_not:
        console.print(Text(f"{way.name}: cannot be done as things stand: {way.why_not}"))
        return
    gone, come, moved = difference(before.sendings, way.sendings)
    if not (gone or come or moved):
        console.print(f"{way.name}: sends just what it would as it is.")
        return
    said = [
        f"{counted(len(found), 'thing')} {what}"
        for found, what in ((come, "more"), (gone, "less"), (moved, "at another time"))
        if found
    ]
    console.print(Text(f"{way.name}, against as it is: {listed(said)}", "bold"))
    lines: list[tuple[Sending, str, str]] = [
        *((one, brief_moment(one.at, zone), "-") for one in gone),
        *((one, "-", brief_moment(one.at, zone)) for one in come),
        *((one, brief_moment(one.at, zone), brief_moment(to.at, zone)) for one, to in moved),
    ]
    lines.sort(key=lambda line: (line[0].contact, line[0].at))
    table = rows("WHO", "WHAT", before.name.upper(), way.name.upper())
    for one, was, will in lines[:_SHOWN]:
        who = one.to or f"#{one.contact}"
        table.add_row(Text(who), Text(_called(one)), was, will)
    console.print(table)
    if len(lines) > _SHOWN:
        rest = f"the first {_SHOWN} of {len(lines):,}; --format json has them all"
        console.print(Text(rest, "dim"))


def _called(one: Sending) -> str:
    """Return an email by its subject, and anything else with a word that says what it is."""
    label = called(one.label)
    return label if one.kind is EffectKind.EMAIL else f"{one.kind}: {label}"


def rehearsal_data(now: int, until: int, ways: Sequence[Way]) -> dict[str, Json]:
    """Return a rehearsal as JSON values."""
    return {
        "from": iso(now),
        "until": iso(until),
        "ways": [
            {
                "way": way.name,
                "possible": not way.why_not,
                "reason": way.why_not or None,
                "sendings": [_sending(one) for one in way.sendings],
                "difference": _difference(ways[0], way) if way is not ways[0] else None,
            }
            for way in ways
        ],
    }


def _difference(before: Way, way: Way) -> Json:
    if way.why_not:
        return None
    gone, come, moved = difference(before.sendings, way.sendings)
    return {
        "more": [_sending(one) for one in come],
        "less": [_sending(one) for one in gone],
        "moved": [{**_sending(one), "to_at": iso(to.at)} for one, to in moved],
    }


def _sending(one: Sending) -> dict[str, Json]:
    return {
        "at": iso(one.at),
        "contact": one.contact,
        "to": one.to or None,
        "kind": str(one.kind),
        "resource": one.resource,
        "subject": one.label,
        "campaign": one.campaign,
    }
