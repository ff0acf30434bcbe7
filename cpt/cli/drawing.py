"""Pictures of campaigns for a command: what things are called in them, and where they go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from rich.console import Console

from account_engine.account import Account
from account_engine.objects import StoredObject, number_of
from cpt.errors import BadInputError, UsageError
from package_format.campaign.places import Place
from package_format.contact_fields import BUILT_IN
from package_format.package import Package, Resource
from package_format.picture import draw_svg, draw_terminal, layout
from package_format.references import Address, InvalidReferenceError, Reference

Names = Callable[[str, str], str]


def campaigns_of(package: Package, key: str | None) -> dict[str, Resource]:
    """Return the campaigns of a package by key, or the one with this key.

    Raises:
        BadInputError: There is no such campaign.
    """
    every = {campaign.key: campaign for campaign in package.campaigns}
    if key is None:
        return every
    if key not in every:
        there = ", ".join(every) or "none"
        raise BadInputError(f"{package} has no campaign {key}", f"there is: {there}")
    return {key: every[key]}


def names_of(package: Package, dependencies: Mapping[str, Package]) -> Names:
    """Return what people call the things that a package's campaigns refer to."""

    def name(kind: str, text: str) -> str:
        if kind == "field" and text in BUILT_IN:
            return text.replace("_", " ")
        try:
            reference = Reference.parse(text)
        except InvalidReferenceError:
            return text
        owner: Package | None = package
        if reference.alias:
            fitting = (
                other
                for full, other in dependencies.items()
                if reference.alias in (full, full.partition("/")[2])
            )
            owner = next(fitting, None)
        resource = owner.resources.get(Address("", kind, reference.key)) if owner else None
        return resource.label if resource is not None else reference.key

    return name


def drawn_svg(campaign: Resource, names: Names) -> str:
    """Return a campaign's picture as SVG."""
    return draw_svg(layout(campaign.flow, names))


def drawn_text(campaign: Resource, names: Names, screen: Console) -> str:
    """Return a campaign's picture as text that fits a screen."""
    colour = screen.is_terminal and not screen.no_color
    return draw_terminal(campaign.flow, names, width=screen.width, colour=colour)


def drawn_campaign(screen: Console, account: Account, campaign: StoredObject) -> str:
    """Return the picture of an account's campaign as text, with how many contacts stand where."""

    def name(_kind: str, text: str) -> str:
        number = number_of(text)
        stored = account.object(number) if number is not None else None
        return stored.label if stored is not None else text.replace("_", " ")

    flow = account.flow(campaign.id)
    counts: Counter[Place] = Counter()
    for occupied in account.occupancy(campaign.id):
        if occupied.version == flow.version:
            counts[occupied.place] += occupied.contacts
    colour = screen.is_terminal and not screen.no_color
    return draw_terminal(flow.flow, name, width=screen.width, counts=counts, colour=colour)


def targets(out: str, campaigns: Mapping[str, Resource]) -> dict[str, str]:
    """Return the file for each campaign's picture.

    Raises:
        UsageError: The file is of a kind that is not drawn.
    """
    path = Path(out)
    if path.suffix.lower() != ".svg":
        raise UsageError(f"{out} is not drawn: pictures are SVG", "name a file that ends in .svg")
    if len(campaigns) == 1:
        return dict.fromkeys(campaigns, out)
    return {key: str(path.with_name(f"{path.stem}-{key}{path.suffix}")) for key in campaigns}
