"""The rule that an upgrade entry is about something that happened between the two versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from package_format.campaign.places import places
from package_format.campaign.timers import Wait
from package_format.checks.existing import exists
from package_format.compatibility.moving import goes_on
from package_format.compatibility.rule import Found, Rule, Versions
from package_format.package import Package
from package_format.references import Address
from package_format.upgrades.entries import Entry, Moved, Removed, carry, contains
from package_format.upgrades.staying import wait_at
from package_format.upgrades.terms import Added, Timer
from package_format.versions import Bump


def _find(versions: Versions) -> Iterator[Found]:
    before = _waits(versions.old)
    after = _waits(versions.new)
    was = {versions.became(address): address for address in before}
    reached: frozenset[Address] | None = None
    for index, entry in enumerate(versions.entries):
        if isinstance(entry, Moved | Removed):
            if not _was_there(entry.source, versions.old, versions.entries[:index]):
                word = "moved" if isinstance(entry, Moved) else "removed"
                yield str(entry.source), f"it is called {word}, and was not there", None
            continue
        step = carry(entry.step, versions.entries[index:])
        if not isinstance(step, Address) or step not in after:
            continue
        old = was.get(step)
        if isinstance(entry, Added):
            reached = frozenset(_reached(versions)) if reached is None else reached
            if old is not None:
                yield str(entry.step), f"it is called added, and {old} was there", None
            elif step not in reached:
                yield (
                    str(entry.step),
                    "nobody is caught up with it: nobody can wait behind it",
                    None,
                )
        elif old is None:
            yield str(entry.step), "it is called changed, and is new", None
        elif after[step] is None:
            yield str(entry.step), "what becomes of its timer is said, and it has no wait", None
        elif before[old] == after[step]:
            why = "what becomes of its timer is said, and its wait is what it was"
            yield str(entry.step), why, None
        elif entry.timer is Timer.RESTART and not _is_delay(after[step]):
            why = "its timer is to begin anew, and a wait for a date ends when that comes"
            yield str(entry.step), why, None


def _was_there(address: Address, old: Package, earlier: Iterable[Entry]) -> bool:
    """Whether the older version has something here, or an earlier entry has brought it here."""
    return exists(old, address) or any(
        contains(entry.target, address) for entry in earlier if isinstance(entry, Moved)
    )


def _reached(versions: Versions) -> Iterator[Address]:
    """Yield the new steps that some who wait in the older version may be caught up with."""
    for campaign in versions.old.campaigns:
        home = versions.became(campaign.address)
        for place in places(campaign.flow):
            answer = goes_on(versions, campaign, place)
            for each in answer.catch_up if answer is not None else ():
                there = Address.parse(answer.campaign) if answer and answer.campaign else home
                if answer is not None and there is not None:
                    yield replace(there, inner=(answer.node, each.step))


def _is_delay(wait: Wait | None) -> bool:
    return wait is not None and wait.for_ is not None


def _waits(package: Package) -> dict[Address, Wait | None]:
    """Return every step's wait, with the campaign's defaults filled in."""
    return {
        Address("", "campaign", campaign.key, (key, step.key)): wait_at(
            campaign.flow, key, step.key
        )
        for campaign in package.campaigns
        for key, sequence in campaign.flow.campaign.sequences.items()
        for step in sequence.steps
    }


RULE = Rule(
    "entry-without-effect",
    Bump.PATCH,
    "an upgrade entry does nothing for those who have the older version",
    """\
`{moved: …}` and `{removed: …}` are about something that the older version has, `{added: …,
catch-up: …}` about a step that it has not and behind which somebody can wait, and `{changed: …,
timer: …}` about one whose wait is another there. Where that is not so, the entry has no effect: a
key is misspelt, the entry came with the wrong version, or the two are far apart.""",
    _find,
)
