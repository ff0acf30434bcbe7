"""The log's page: what happened in a registry, to whom or what, the latest first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.routing import Route

from package_format.references import PACKAGE_NAME_PATTERN
from registry_server.errors import NotFoundError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from registry_server.database.log import Entry
    from registry_server.web.site import Site

ENTRIES_ON_A_PAGE = 50
_SUBJECT = re.compile(rf"[a-z0-9]+(-[a-z0-9]+)*|{PACKAGE_NAME_PATTERN}")
_NUMBER = re.compile(r"[1-9]\d{0,8}")
_LONGEST = 200
_OWN_WORDS = ("reason", "digest")
"""What a page says in words of its own, or leaves to the package's page."""


def routes(site: Site) -> list[Route]:
    """Where a registry says what happened in it."""

    def page(request: Request) -> Response:
        """Show what happened, all of it or to one subject."""
        about = request.query_params.get("about", "")
        if len(about) > _LONGEST or not _SUBJECT.fullmatch(about):
            about = ""
        before = request.query_params.get("before", "")
        number = int(before) if _NUMBER.fullmatch(before) else None
        found = site.tree.log(about or None, number, ENTRIES_ON_A_PAGE + 1)
        if found is None:
            raise NotFoundError("This registry is a folder of files, and keeps no log.")
        entries = found[:ENTRIES_ON_A_PAGE]
        more = None
        if len(found) > len(entries):
            asked = [("about", about)] if about else []
            more = f"/log?{urlencode([*asked, ('before', entries[-1].id)])}"
        return site.page(
            "log.html",
            about=about,
            entries=[(entry, _version(entry), _besides(entry)) for entry in entries],
            is_first=number is None,
            more=more,
        )

    return [Route("/log", page)]


def _version(entry: Entry) -> str | None:
    """The version of a package that an entry is about, if it is about one."""
    return entry.details.get("version") if "/" in entry.subject else None


def _besides(entry: Entry) -> dict[str, str]:
    """What else there is to say, by name."""
    told = {*_OWN_WORDS, "version"} if _version(entry) else {*_OWN_WORDS}
    return {name: text for name, text in entry.details.items() if text and name not in told}
