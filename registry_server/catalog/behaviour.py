"""Behaviour: what a package listens for in an account, sends, calls out to, and does there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from package_format.campaign.actions import (
    ACTIONS,
    Action,
    HttpPost,
    SendEmail,
    SendFax,
    SendLetter,
)
from package_format.campaign.model import Campaign, Goal, Sequence
from package_format.campaign.triggers import TRIGGERS
from package_format.kinds.endpoint import Endpoint
from package_format.kinds.model import Named as NamedModel
from package_format.kinds.model import RefTo, marked
from package_format.package import Package
from package_format.references import Address
from registry_server.catalog.wording import Named, named


@dataclass(frozen=True)
class Behaviour:
    """One thing that a package listens for, or does.

    Attributes:
        word: The trigger's or the action's word, as campaigns are written.
        title: The trigger or the action in a few words.
        subjects: The resources that it is about.
        words: The values that narrow it besides, such as an API call's name.
        times: How many goals listen for it, or how many steps do it.
    """

    word: str
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


def sends(package: Package) -> tuple[Behaviour, ...]:
    """Return every message that some step of the package sends to contacts."""
    return _done(package, lambda action: isinstance(action, _MESSAGES))


def calls_out(package: Package) -> tuple[Behaviour, ...]:
    """Return every program elsewhere that some step of the package tells of contacts."""
    return _done(package, lambda action: isinstance(action, HttpPost))


def does(package: Package) -> tuple[Behaviour, ...]:
    """Return everything else that some step of the package does, in the actions' order."""
    return _done(package, lambda action: not isinstance(action, (*_MESSAGES, HttpPost)))


_MESSAGES = (SendEmail, SendLetter, SendFax)


def _done(package: Package, wanted: Callable[[Action], bool]) -> tuple[Behaviour, ...]:
    actions = [
        step.action
        for campaign in _campaigns(package)
        for node in campaign.nodes.values()
        if isinstance(node, Sequence)
        for step in node.steps
        if step.action is not None and wanted(step.action)
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
    seen = Counter(
        (model.word, _subjects(package, model), _words(package, model)) for model in models
    )
    for (word, subjects, words), times in sorted(
        seen.items(), key=lambda found: (order.index(found[0][0]), str(found[0][1:]))
    ):
        yield Behaviour(word, titles[word], subjects, words, times)


def _subjects(package: Package, model: NamedModel) -> tuple[Named, ...]:
    return tuple(
        named(package, found.marker.kind, found.value)
        for found in marked(model)
        if isinstance(found.marker, RefTo)
    )


def _words(package: Package, model: NamedModel) -> tuple[str, ...]:
    """The values that narrow a model and name no resource, and where an endpoint is."""
    named_there = {found.path[1] for found in marked(model) if isinstance(found.marker, RefTo)}
    data = model.canonical()[model.word]
    words = [
        name if value is True else f"{name} {value}"
        for name, value in data.items()
        if name not in named_there and value
    ]
    if isinstance(model, HttpPost):
        resource = package.resources.get(Address("", "endpoint", model.endpoint))
        if resource is not None and isinstance(resource.model, Endpoint) and resource.model.url:
            words.append(f"at {resource.model.url}")
    return tuple(words)
