"""Pictures: a campaign as SVG, drawn by `package_format.picture` to fit a page.

A page names the pictures as files of their own, so that a browser keeps them, and so that whatever
stands in one is shown as an image and nothing else. It offers one for each width and colour scheme.
"""

from __future__ import annotations

from enum import StrEnum

from package_format.package import Package, Resource
from package_format.picture import draw_svg, layout
from package_format.picture.theme import Theme
from registry_server.catalog.wording import named


class Fit(StrEnum):
    """Where a picture is going to be looked at."""

    WIDE = "wide"
    NARROW = "narrow"


_WIDTHS = {Fit.WIDE: 1400.0, Fit.NARROW: 400.0}


def picture(package: Package, campaign: Resource, *, fit: Fit, theme: Theme) -> str:
    """Return a campaign's picture, with the names that people know."""

    def name(kind: str, reference: str) -> str:
        return named(package, kind, reference).label

    return draw_svg(layout(campaign.flow, name, max_width=_WIDTHS[fit]), theme=theme)
