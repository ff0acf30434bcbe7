"""Exporting: from what was gathered in an account to a package, and a report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from account_engine.objects import number_of, reference
from cpt.errors import UsageError
from cpt.exporting.gathering import Gathered, Thing
from cpt.exporting.keys import resource_key, slug
from cpt.exporting.own_keys import without_own_keys
from cpt.exporting.parting import Parted, part
from cpt.exporting.settings import Settings
from cpt.exporting.words import CHANGELOG, readme, scenario
from cpt.installer.record.names import Names
from package_format.campaign.actions import ACTIONS
from package_format.campaign.model import Campaign, Goal
from package_format.campaign.triggers import TRIGGERS, Trigger
from package_format.canonical import in_order
from package_format.device_names import device_in
from package_format.kinds.link import Link
from package_format.kinds.model import Json, Model, references, replaced
from package_format.kinds.score import Score
from package_format.kinds.table import KINDS
from package_format.manifest import Manifest
from package_format.package import Package, Resource
from package_format.parameters import ParameterType
from package_format.references import PACKAGE_NAME_PATTERN, Address

VERSION = "0.1.0"
LICENSE = "UNLICENSED"

_HAPPENS = {
    "web-form-submitted": "submit",
    "tag-applied": "apply-tag",
}
_AS_IT_IS = (
    "landing-page-submitted", "internal-form-submitted", "note-applied", "appointment-booked",
    "api-called", "social-form-submitted", "lead-card-submitted",
)  # fmt: skip
"""The triggers whose events a scenario can tell without knowing more."""


class Sort(StrEnum):
    """What a remark is about."""

    NOT_TAKEN = "not-taken"
    COPIED = "copied"
    LOOK = "look"


@dataclass(frozen=True)
class Remark:
    """Something that whoever exports has to know.

    Attributes:
        sort: Whether something could not be taken, was copied, or has to be looked at.
        about: What it is about, as a sentence names it.
        text: What there is to say.
    """

    sort: Sort
    about: str
    text: str


@dataclass(frozen=True)
class Exported:
    """What came of an export.

    Attributes:
        package: The package.
        values: What its parameters are in the account, by name; secrets are left out.
        remarks: The report.
        addresses: What each copied object is called in the package, by its id.
    """

    package: Package
    values: Mapping[str, str]
    remarks: tuple[Remark, ...]
    addresses: Mapping[int, Address] = field(default_factory=dict)


def export(gathered: Gathered, name: str | None = None) -> Exported:
    """Return a package that brings what was gathered, and what there is to say about it.

    Args:
        gathered: Some campaigns, and all that they refer to.
        name: ``publisher/name``; made from the account's and the first campaign's, if left out.

    Raises:
        UsageError: The name is not one that a package can have.
    """
    titles = [gathered.things[number].label for number in gathered.campaigns]
    if name is None:
        own = slug(titles[0], "campaign")
        name = f"{_possible(slug(gathered.account, 'my-account'))}/{_possible(own)}"
    elif not re.fullmatch(PACKAGE_NAME_PATTERN, name) or device_in(name) is not None:
        raise UsageError(
            f"{name!r} cannot be a package's name",
            "a name is PUBLISHER/NAME in lower case, such as acme/spring-offer, and neither is "
            "what Windows calls a device, such as con",
        )
    parted = part(gathered, name)
    addresses = _addresses(gathered, parted)
    resources, settings = _resources(gathered, parted, addresses)
    title = " · ".join(titles)[:300]
    manifest = Manifest.model_validate(
        {
            "package": {
                "name": name,
                "version": VERSION,
                "title": title,
                "summary": f"Made of what was built in an account: {title}"[:300],
                "license": LICENSE,
            },
            "account": {"features": _features(resources)},
            "dependencies": {
                package: f"^{gathered.record.packages[package].version}"
                for package in parted.packages
            },
            "parameters": {
                key: parameter.canonical() for key, parameter in settings.parameters.items()
            },
        }
    )
    documents = {
        "README.md": _readme(title, resources, settings).encode(),
        "CHANGELOG.md": CHANGELOG.encode(),
    }
    by_address = in_order(resources)
    package = Package(manifest, by_address, (), _scenarios(resources), documents)
    remarks = (*_on_packages(gathered, parted, name), *_on_things(gathered, parted, package))
    secrets = {key for key, p in settings.parameters.items() if p.type is ParameterType.SECRET}
    values = {key: value for key, value in settings.values.items() if key not in secrets}
    return Exported(package, values, remarks, addresses)


# --- the resources --------------------------------------------------------------------------------


def _possible(part: str) -> str:
    """A part of a package's name as folders can be called on every system."""
    return part if device_in(part) is None else f"my-{part}"


def _addresses(gathered: Gathered, parted: Parted) -> dict[int, Address]:
    """Return what copied objects are called: as their package has it, or by what people say."""
    taken: dict[str, set[str]] = {}
    found: dict[int, Address] = {}
    for number in parted.copied:
        thing = gathered.things[number]
        manager = parted.managers.get(number)
        if manager is not None:
            wish = manager.key
        elif thing.kind == "field":
            wish = slug(str(thing.data["name"]), "field").replace("-", "_")
        else:
            wish = slug(thing.label, thing.kind)
        keys = taken.setdefault(thing.kind, set())
        key = resource_key(thing.kind, wish, keys)
        keys.add(key)
        found[number] = Address("", thing.kind, key)
    return found


def _resources(
    gathered: Gathered, parted: Parted, addresses: Mapping[int, Address]
) -> tuple[list[Resource], Settings]:
    names = {reference(number): address.key for number, address in addresses.items()}
    short = [package.partition("/")[2] for package in parted.packages]
    for number, address in parted.taken.items():
        alias = address.package.partition("/")[2]
        if short.count(alias) > 1:
            alias = address.package
        names[reference(number)] = f"{alias}:{address.key}"
    settings = Settings()
    ordered = sorted(addresses.items(), key=lambda each: (each[1].kind, each[1].key))
    settings.collect(
        (address.kind, address.key, gathered.things[number].label, gathered.things[number].data)
        for number, address in ordered
    )
    made = []
    for number in parted.copied:
        thing = gathered.things[number]
        key = addresses[number].key
        data = settings.templated(thing.kind, key, thing.data)
        for path, _, text in references(thing.model):
            if number_of(text) is not None:
                data = replaced(data, path, names[text])
        if thing.kind == "campaign":
            data = without_own_keys(data)
        made.append(Resource(thing.kind, key, KINDS[thing.kind].model.model_validate(data)))
    return made, settings


def _features(resources: list[Resource]) -> list[str]:
    """Return the account features that kinds, triggers and actions need."""
    needed = {KINDS[resource.kind].feature for resource in resources}
    for resource in resources:
        needed |= {TRIGGERS[trigger.word].feature for trigger in _triggers(resource.model)}
        if isinstance(resource.model, Campaign):
            for sequence in resource.model.sequences.values():
                needed |= {ACTIONS[s.action.word].feature for s in sequence.steps if s.action}
    return sorted(feature for feature in needed if feature)


def _triggers(model: Model) -> Iterator[Trigger]:
    if isinstance(model, Campaign):
        for goal in model.goals.values():
            yield from goal.when
    elif isinstance(model, Score):
        for rule in model.rules:
            yield from rule.when


# --- what is written around them ------------------------------------------------------------------


def _readme(title: str, resources: list[Resource], settings: Settings) -> str:
    campaigns = [r.model for r in resources if isinstance(r.model, Campaign)]
    brought: dict[str, list[str]] = {}
    for kind in KINDS:
        labels = [r.label for r in resources if r.kind == kind and kind != "campaign"]
        if labels:
            brought[kind] = labels
    return readme(title, campaigns, brought, settings.parameters)


def _scenarios(resources: list[Resource]) -> dict[str, Json]:
    """Return a first scenario for each campaign that something simple sets off."""
    campaigns = {r.key: r.model for r in resources if isinstance(r.model, Campaign)}
    found: dict[str, Json] = {}
    for key, campaign in campaigns.items():
        started = next(_started(campaign), None)
        if started is not None:
            goal, happens = started
            node = goal if len(campaigns) == 1 else f"{key}.{goal}"
            title = campaign.goals[goal].title or goal
            found[key] = scenario(f"{campaign.title}: {title}", happens, node)
    return found


def _started(campaign: Campaign) -> Iterator[tuple[str, Json]]:
    for key, goal in campaign.goals.items():
        if goal.after or goal.if_ is not None or goal.audience is not None or goal.save:
            continue
        yield from ((key, happens) for happens in _happening(goal))


def _happening(goal: Goal) -> Iterator[Json]:
    for trigger in goal.when:
        data = trigger.canonical()
        if trigger.word in _HAPPENS:
            yield {_HAPPENS[trigger.word]: data[trigger.word]}
        elif trigger.word in _AS_IT_IS:
            yield {"happens": data}


# --- the report -----------------------------------------------------------------------------------


def _on_packages(gathered: Gathered, parted: Parted, name: str) -> Iterator[Remark]:
    """Say what belongs to installed packages, and what became of it."""
    names = Names({text: row.object for text, row in gathered.record.objects.items()})
    copied: dict[str, list[Thing]] = {}
    for number in parted.copied:
        if number in parted.managers:
            package = parted.managers[number].package
            copied.setdefault(package, []).append(gathered.things[number])
    for package, things in copied.items():
        listed = ", ".join(thing.called for thing in things)
        yield Remark(
            Sort.COPIED,
            package,
            f"{listed}: copied, with its words as they are here; an account cannot have both this "
            f"and {package} as long as they bring things of the same name",
        )
    for number, address in parted.taken.items():
        thing = gathered.things[number]
        row = gathered.record.objects[str(address)]
        if names.symbolic(thing.kind, thing.data) != row.base:
            yield Remark(
                Sort.NOT_TAKEN,
                thing.called,
                f"it comes from {address.package}, and how it was changed here does not come along",
            )
    if name in gathered.record.packages:
        yield Remark(
            Sort.LOOK, name, "a package of this name is installed; give another one with --name"
        )


def _on_things(gathered: Gathered, parted: Parted, package: Package) -> Iterator[Remark]:
    """Say what could not be taken, and what somebody should look at."""
    for number in gathered.campaigns:
        if number in gathered.unpublished:
            yield Remark(
                Sort.NOT_TAKEN,
                gathered.things[number].called,
                "it does not run in this account; where the package is installed, it will",
            )
    for number in parted.copied:
        thing = gathered.things[number]
        for name in thing.unknown:
            yield Remark(
                Sort.NOT_TAKEN,
                thing.called,
                f"it says contact.{name}, and this account has no custom field of that name; take "
                "it out, or add the field to fields.yaml",
            )
        if isinstance(thing.model, Link):
            yield Remark(Sort.LOOK, thing.called, f"it leads to {thing.model.url}, for everybody")
    for key, parameter in package.manifest.parameters.items():
        if parameter.type is ParameterType.SECRET:
            yield Remark(
                Sort.NOT_TAKEN, f"parameter {key}", "a secret stays where it is; it is asked for"
            )
