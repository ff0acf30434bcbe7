"""Circles: ways on which goals of several owners set each other off, round and round (C2, C10).

A circle within one package is its author's, who was told of it. What is told here is what comes
about only in this account: by a package and another one, or by a package and the owner's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from package_format.campaign.model import Campaign
from package_format.checks.closure import closure_of
from package_format.checks.loops import PlacedName, loop, onward
from package_format.checks.rule import Subject
from package_format.manifest import Manifest
from package_format.package import Package, Resource
from package_format.references import Address


@dataclass(frozen=True)
class Round:
    """A campaign of the account as it will be.

    Attributes:
        flow: Its flow; references are as the account has them.
        owner: The package that brings it; empty for one of the account's own.
        changes: Whether the plan makes or changes it.
    """

    flow: Campaign
    owner: str
    changes: bool


def circles(campaigns: tuple[Round, ...]) -> tuple[str, ...]:
    """Return a sentence for each way round that a plan opens, or that leads through its campaigns.

    Args:
        campaigns: Those that the plan makes or changes, and all that what they cause leads to.
    """
    by_key = {f"c{index}": each for index, each in enumerate(campaigns)}
    closure = closure_of(Subject(_as_one_package(by_key), {}))
    later = onward(closure, closure.sooner_or_later)
    at_once = onward(closure, closure.quickly)
    told: set[frozenset[PlacedName]] = set()
    sentences = []
    for start in (goal.name for goal in closure.goals if by_key[goal.campaign].changes):
        owner = by_key[start[1]].owner
        way = loop(later, start, lambda name: by_key[name[1]].owner != owner)  # noqa: B023
        if way and frozenset(way) not in told:
            told.add(frozenset(way))
            sentences.append(_said(way, by_key, at_once))
    return tuple(sentences)


def _said(
    way: tuple[PlacedName, ...],
    by_key: Mapping[str, Round],
    at_once: Mapping[PlacedName, list[PlacedName]],
) -> str:
    quick = all(after in at_once[name] for name, after in pairwise((*way, way[0])))
    waits = "and nothing waits on the way" if quick else "with waits on the way"
    first, *others = (_called(name, by_key) for name in way)
    chain = ", which sets off ".join((*others, f"{first} again"))
    return f"Contacts can go round in a circle, {waits}: {first} sets off {chain}."


def _called(name: PlacedName, by_key: Mapping[str, Round]) -> str:
    _, campaign, key = name
    flow = by_key[campaign].flow
    return f"{flow.goals[key].title or key} of “{flow.title}”"


def _as_one_package(campaigns: Mapping[str, Round]) -> Package:
    """Return campaigns as the check of packages takes them; ids mean the same in all of them."""
    about = {"name": "this/account", "version": "0.0.0", "title": "-", "summary": "-"}
    manifest = Manifest.model_validate({"package": {**about, "license": "MIT"}})
    return Package(manifest, dict(_resources(campaigns)))


def _resources(campaigns: Mapping[str, Round]) -> Iterator[tuple[Address, Resource]]:
    for key, each in campaigns.items():
        yield Address("", "campaign", key), Resource("campaign", key, each.flow)
