"""The pages of one registry, all of them together; each noun has a module of its own.

Each takes a request and gives a response; what stands on a page is worked out by the catalog.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_server.web import badges, condition, happenings, statics
from registry_server.web.comparing import Comparing
from registry_server.web.feeds import Feeds
from registry_server.web.finding import Finding
from registry_server.web.packages import PackagePages
from registry_server.web.sitemaps import Sitemaps

if TYPE_CHECKING:
    from starlette.routing import Route

    from registry_server.web.site import Site


def page_routes(site: Site) -> list[Route]:
    """Return where each page is."""
    return [
        *Finding(site).routes,
        # Before the packages' own: `compare` is no version.
        *Comparing(site).routes,
        *Feeds(site).routes,
        *badges.routes(site),
        *PackagePages(site).routes,
        *Sitemaps(site).routes,
        *condition.routes(site),
        *happenings.routes(site),
        *statics.routes(),
    ]
