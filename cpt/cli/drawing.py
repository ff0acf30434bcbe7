"""Pictures of campaigns for a command: what things are called in them, and where they go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from account_engine.objects import StoredObject, number_of, read_campaign
from cpt.errors import BadInputError, UsageError
from package_format.campaign.flow import Flow
from package_format.campaign.places import Place
from package_format.contact_fields import BUILT_IN
from package_format.package import Package, Resource
from package_format.picture import Layout, album, draw_svg, draw_terminal, layout
from package_format.picture.comparison import Compared, layout_of
from package_format.references import Address, InvalidReferenceError, Reference

if TYPE_CHECKING:
    from cpt.cli.places import AnyAccount

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


def names_of_both(old: Package, new: Package, dependencies: Mapping[str, Package]) -> Names:
    """Return what people call the things that either version's campaigns refer to."""
    before, after = names_of(old, dependencies), names_of(new, dependencies)

    def name(kind: str, text: str) -> str:
        local = (
            Address("", kind, text) if text.replace("-", "").replace("_", "").isalnum() else None
        )
        is_gone = local in old.resources and local not in new.resources
        return before(kind, text) if is_gone else after(kind, text)

    return name


def page_of(package: Package, campaigns: Mapping[str, Resource], names: Names) -> Layout:
    """Return the layout of some campaigns of a package, one below the other under its title.

    One alone stands for itself.
    """
    laid = {key: layout(campaign.flow, names) for key, campaign in campaigns.items()}
    if len(laid) == 1:
        return next(iter(laid.values()))
    about = package.manifest.package
    return album(f"{about.title} {about.version}", about.summary, laid)


def drawn(
    package: Package, campaigns: Mapping[str, Resource], names: Names, theme: str, suffix: str
) -> str | bytes:
    """Return the picture of some campaigns of a package, as a file of this suffix holds it."""
    return _as(suffix, draw_svg(page_of(package, campaigns, names), theme=_theme(theme, suffix)))


def drawn_comparison(compared: Compared, names: Names, theme: str, suffix: str) -> str | bytes:
    """Return the picture of two versions of a campaign, as a file of this suffix holds it."""
    laid = layout_of(compared, names)
    return _as(suffix, draw_svg(laid, marks=compared.marks, theme=_theme(theme, suffix)))


def drawn_comparison_text(compared: Compared, names: Names, screen: Console) -> str:
    """Return the picture of two versions as text that fits a screen."""
    colour = screen.is_terminal and not screen.no_color
    return draw_terminal(
        compared.flow, names, width=screen.width, marks=compared.marks, colour=colour
    )


def _theme(theme: str, suffix: str) -> str:
    """The colours of a picture; pixels cannot follow the reader's system."""
    return "light" if theme == "auto" and suffix == ".png" else theme


def _as(suffix: str, svg: str) -> str | bytes:
    if suffix != ".png":
        return svg
    from cpt.authoring.rasterising import png

    return png(svg)


def drawn_text(campaign: Resource, names: Names, screen: Console) -> str:
    """Return a campaign's picture as text that fits a screen."""
    colour = screen.is_terminal and not screen.no_color
    return draw_terminal(campaign.flow, names, width=screen.width, colour=colour)


def drawn_campaign(screen: Console, account: AnyAccount, campaign: StoredObject) -> str:
    """Return the picture of an account's campaign as text, with how many contacts stand where."""

    def name(_kind: str, text: str) -> str:
        number = number_of(text)
        stored = account.object(number) if number is not None else None
        return stored.label if stored is not None else text.replace("_", " ")

    flow = account.flow(campaign.id)
    current = Flow(read_campaign(campaign.data))
    counts: Counter[Place] = Counter()
    for occupied in account.occupancy(campaign.id):
        if occupied.version == flow.version:
            counts[occupied.place] += occupied.contacts
    colour = screen.is_terminal and not screen.no_color
    return draw_terminal(current, name, width=screen.width, counts=counts, colour=colour)


def suffix_of(out: str) -> str:
    """Return which sort of picture a file holds: ``.svg`` or ``.png``.

    Raises:
        UsageError: It is of a sort that is not drawn.
    """
    suffix = Path(out).suffix.lower()
    if suffix not in (".svg", ".png"):
        raise UsageError(
            f"{out} is not drawn: pictures are SVG or PNG",
            "name a file that ends in .svg or .png",
        )
    return suffix


def targets(out: str, campaigns: Collection[str]) -> dict[str, str]:
    """Return the file for each campaign's picture.

    Raises:
        UsageError: The file is of a kind that is not drawn.
    """
    suffix_of(out)
    path = Path(out)
    if len(campaigns) == 1:
        return dict.fromkeys(campaigns, out)
    return {key: str(path.with_name(f"{path.stem}-{key}{path.suffix}")) for key in campaigns}
