"""Scoring: points that contacts get for events, and lose as time passes.

Points that rise are an event, by which goals see whether a threshold was crossed upwards; points
that are lost achieve nothing. They are lost on the calendar, and counted when anybody looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from account_engine.catalogue import Catalogue
from account_engine.contacts import Contact, Points
from account_engine.events import Event
from account_engine.language.matching import meets
from account_engine.language.timers import later, zone_of
from account_engine.position import Instant
from package_format.kinds.score import MOST_POINTS, Decay


def decayed(contact: Contact, catalogue: Catalogue, now: Instant, zone: str) -> Contact:
    """Return the contact without the points that they have lost by now.

    Args:
        contact: The contact.
        catalogue: The account's lead scores.
        now: The moment.
        zone: The account's time zone.
    """
    scores = dict(contact.scores)
    for number, points in contact.scores.items():
        score = catalogue.scores.get(number)
        if score is not None and score.decay is not None:
            left = _left(points, score.decay, now, zone_of(contact, zone))
            if left.points:
                scores[number] = left
            else:
                del scores[number]
    return contact if scores == contact.scores else replace(contact, scores=scores)


def _left(points: Points, decay: Decay, now: Instant, zone: str) -> Points:
    while points.points and (following := later(points.since, decay.every, zone)) <= now:
        points = Points(max(0, points.points - decay.by), following)
    return points


def scored(
    contact: Contact, event: Event, catalogue: Catalogue, now: Instant
) -> Iterator[tuple[Contact, str, int, int]]:
    """Yield each lead score that an event changes: the contact after it, the score, from, to.

    Args:
        contact: The contact, with what they have lost by now taken off.
        event: What happened.
        catalogue: The account's lead scores.
        now: The moment.
    """
    for number, score in sorted(catalogue.scores.items()):
        earned = sum(
            rule.add
            for rule in score.rules
            if any(meets(event, trigger, None, catalogue) for trigger in rule.when)
        )
        had = contact.scores.get(number)
        was = had.points if had else 0
        points = max(0, min(MOST_POINTS, was + earned))
        if points != was:
            scores = {other: kept for other, kept in contact.scores.items() if other != number}
            if points:
                scores[number] = Points(points, had.since if had else now)
            contact = replace(contact, scores=scores)
            yield contact, number, was, points


def reached(score: str, was: int, points: int) -> Event:
    """Return the event that points rose."""
    return Event("lead-score-reached", {"score": score, "points": str(points), "was": str(was)})
