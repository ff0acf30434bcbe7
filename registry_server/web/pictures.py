"""Pictures: a campaign as SVG, drawn by `package_format.picture` to fit a page.

A page names the pictures as files of their own, so that a browser keeps them, and so that whatever
stands in one is shown as an image and nothing else. It offers one for each width and colour scheme.
"""

from __future__ import annotations

from enum import StrEnum

from package_format.package import Package, Resource
from package_format.picture import draw_svg, layout
from package_format.picture.comparison import compared_campaigns, layout_of
from package_format.picture.theme import Theme
from package_format.references import Address
from registry_server.catalog.limits import MOST_PARTS, parts_of
from registry_server.catalog.wording import named
from registry_server.errors import NotFoundError


class Fit(StrEnum):
    """Where a picture is going to be looked at."""

    WIDE = "wide"
    NARROW = "narrow"


_WIDTHS = {Fit.WIDE: 1400.0, Fit.NARROW: 400.0}


def picture(package: Package, campaign: Resource, *, fit: Fit, theme: Theme) -> str:
    """Return a campaign's picture, with the names that people know.

    Raises:
        NotFoundError: It is too large to be drawn.
    """

    def name(kind: str, reference: str) -> str:
        return named(package, kind, reference).label

    _demand_drawable(campaign)
    return draw_svg(layout(campaign.flow, name, max_width=_WIDTHS[fit]), theme=theme)


def _demand_drawable(campaign: Resource) -> None:
    """A folder's packages were published to no server that would have refused them."""
    if parts_of(campaign.model) > MOST_PARTS:
        raise NotFoundError(f"The campaign {campaign.key} is too large to be drawn.")


def both(old: Package, new: Package, key: str, *, fit: Fit, theme: Theme) -> str | None:
    """Return two versions of a campaign as one picture; None if neither has such a campaign.

    Raises:
        NotFoundError: One of them is too large to be drawn.
    """
    for package in (old, new):
        for campaign in package.campaigns:
            _demand_drawable(campaign)

    def name(kind: str, reference: str) -> str:
        address = Address("", kind, reference)
        of = old if address in old.resources and address not in new.resources else new
        return named(of, kind, reference).label

    for compared in compared_campaigns(old, new):
        if compared.key == key:
            laid = layout_of(compared, name, max_width=_WIDTHS[fit])
            return draw_svg(laid, marks=compared.marks, theme=theme)
    return None
