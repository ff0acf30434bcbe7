"""Interference: what a plan's campaigns and the account's others do to each other (C2, C10).

Reported to the owner, never compared at apply.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from account_engine.objects import number_of
from cpt.installer.neighbours.events import Caused, PossibleEvent, caused, heard
from cpt.installer.plan import Listener
from cpt.installer.record.snapshot import Live, Snapshot
from package_format.campaign.actions import ACTIONS
from package_format.campaign.model import Campaign
from package_format.campaign.triggers import TRIGGERS
from package_format.kinds.table import KINDS
from package_format.placeholders import in_brackets

Campaigns = Sequence[tuple[str, Campaign]]
"""Campaigns by key, with ids as references; two packages may use one key."""

HEARS_US = "hears us"
SETS_US_OFF = "sets us off"
HEARS_THE_SAME = "hears the same"


def listeners(ours: Campaigns, snapshot: Snapshot, in_play: frozenset[str]) -> tuple[Listener, ...]:
    """Return which other campaigns hear ours, set ours off, or hear the same as ours.

    Args:
        ours: The campaigns that the plan creates or changes.
        snapshot: What the account looks like.
        in_play: The packages that the plan is about, whose campaigns are not others.
    """
    packaged = {
        number
        for address, row in snapshot.carried.rows.items()
        if in_play & {address.package, row.old.package}
        and not row.managed.released
        and (number := number_of(row.managed.object)) is not None
    }
    others = {
        number: live
        for number, live in snapshot.objects.items()
        if live.kind == "campaign" and number not in packaged
    }
    found = [
        *_hearing_us(ours, others, snapshot),
        *_setting_us_off(ours, others, snapshot),
        *_hearing_the_same(ours, others, snapshot),
    ]
    return tuple(dict.fromkeys(found))


def _hearing_us(
    ours: Campaigns, others: Mapping[int, Live], snapshot: Snapshot
) -> Iterator[Listener]:
    for key, campaign in ours:
        for each in caused(campaign):
            for number, goal in snapshot.listeners.get(each.event, ()):
                if number in others:
                    doing = does(each, snapshot)
                    yield Listener(
                        others[number].label,
                        _goal(others[number], goal),
                        event_words(each.event, snapshot),
                        f"{doing} in {key}.{each.sequence}.{each.step}",
                        HEARS_US,
                    )


def _setting_us_off(
    ours: Campaigns, others: Mapping[int, Live], snapshot: Snapshot
) -> Iterator[Listener]:
    for key, campaign in ours:
        for event, goal in heard(campaign):
            mentioning = {
                number
                for value in event.values
                if (target := number_of(value)) is not None
                for number in snapshot.mentions.get(target, ())
            }
            for number in sorted(mentioning & set(others)):
                for each in caused(_flow(others[number])):
                    if each.event == event:
                        yield Listener(
                            others[number].label,
                            f"{key}.{goal}",
                            event_words(event, snapshot),
                            f"{does(each, snapshot)} in {each.sequence}.{each.step}",
                            SETS_US_OFF,
                        )


def _hearing_the_same(
    ours: Campaigns, others: Mapping[int, Live], snapshot: Snapshot
) -> Iterator[Listener]:
    for key, campaign in ours:
        for event, goal in heard(campaign):
            for number, theirs in snapshot.listeners.get(event, ()):
                if number in others:
                    yield Listener(
                        others[number].label,
                        _goal(others[number], theirs),
                        event_words(event, snapshot),
                        f"what {key}.{goal} listens for too",
                        HEARS_THE_SAME,
                    )


def event_words(event: PossibleEvent, snapshot: Snapshot) -> str:
    """Return an event in words: ``tag applied “Attended webinar”``."""
    title = TRIGGERS[event.word].title
    return f"{title[:1].lower()}{title[1:]} {_named(event, snapshot)}"


def _named(event: PossibleEvent, snapshot: Snapshot) -> str:
    names = []
    for value in event.values:
        live = snapshot.live(number_of(value))
        names.append(f"“{in_brackets(live.label)}”" if live else value)
    return " ".join(names)


def does(each: Caused, snapshot: Snapshot) -> str:
    """Return what a step does in words: ``applies tag “Attended webinar”``."""
    verb, _, rest = ACTIONS[each.action].title.lower().partition(" ")
    ending = "es" if verb.endswith(("s", "sh", "ch", "x")) else "s"
    third = verb[:-1] + "ies" if verb.endswith("ly") else verb + ending
    return f"{third} {rest} {_named(each.event, snapshot)}"


def _goal(live: Live, key: str) -> str:
    goal = _flow(live).goals.get(key)
    return goal.title if goal is not None and goal.title else key


def _flow(live: Live) -> Campaign:
    model = KINDS["campaign"].model.model_validate(live.data)
    assert isinstance(model, Campaign)  # noqa: S101  the kind says so
    return model
