"""Behaviour: what a package listens for in an account, and what it does there of its own accord."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from package_format.campaign.actions import ACTIONS
from package_format.campaign.model import Campaign, Goal, Sequence
from package_format.campaign.triggers import TRIGGERS
from package_format.kinds.model import Named as NamedModel
from package_format.kinds.model import RefTo, marked
from package_format.package import Package
from registry_server.catalog.wording import Named, named


@dataclass(frozen=True)
class Behaviour:
    """One thing that a package listens for, or does.

    Attributes:
        title: The trigger or the action in a few words.
        subjects: The resources that it is about.
        words: The values that narrow it besides, such as an API call's name.
        times: How many goals listen for it, or how many steps do it.
    """

    title: str
    subjects: tuple[Named, ...]
    words: tuple[str, ...]
    times: int


def listens_for(package: Package) -> tuple[Behaviour, ...]:
    """Return every event that some goal of the package hears, in the triggers' order."""
    triggers = [
        trigger
        for campaign in _campaigns(package)
        for node in campaign.nodes.values()
        if isinstance(node, Goal)
        for trigger in node.when
    ]
    titles = {word: row.title for word, row in TRIGGERS.items()}
    return tuple(_behaviours(package, triggers, titles))


def does(package: Package) -> tuple[Behaviour, ...]:
    """Return everything that some step of the package does, in the actions' order."""
    actions = [
        step.action
        for campaign in _campaigns(package)
        for node in campaign.nodes.values()
        if isinstance(node, Sequence)
        for step in node.steps
        if step.action is not None
    ]
    titles = {word: row.title for word, row in ACTIONS.items()}
    return tuple(_behaviours(package, actions, titles))


def _campaigns(package: Package) -> Iterator[Campaign]:
    for resource in package.campaigns:
        yield resource.flow.campaign


def _behaviours(
    package: Package, models: Iterable[NamedModel], titles: dict[str, str]
) -> Iterator[Behaviour]:
    order = list(titles)
    seen = Counter((model.word, _subjects(package, model), _words(model)) for model in models)
    for (word, subjects, words), times in sorted(
        seen.items(), key=lambda found: (order.index(found[0][0]), str(found[0][1:]))
    ):
        yield Behaviour(titles[word], subjects, words, times)


def _subjects(package: Package, model: NamedModel) -> tuple[Named, ...]:
    return tuple(
        named(package, found.marker.kind, found.value)
        for found in marked(model)
        if isinstance(found.marker, RefTo)
    )


def _words(model: NamedModel) -> tuple[str, ...]:
    """The values that narrow a model and name no resource."""
    references = {found.path[-1] for found in marked(model) if isinstance(found.marker, RefTo)}
    data = model.canonical()[model.word]
    return tuple(
        f"{name} {value}" for name, value in data.items() if name not in references and value
    )
