"""Changelogs: what an author says of the versions between any two of a package."""

from __future__ import annotations

import re
from dataclasses import dataclass

from package_format.versions import InvalidVersionError, Version

_ENTRY = re.compile(r"^## +(?P<title>\S.*)$", re.MULTILINE)
_VERSION = re.compile(r"\[?v?(?P<version>\d+\.\d+\.\d+[0-9A-Za-z.+-]*)\]?")


@dataclass(frozen=True)
class Entry:
    """What an author says of one version.

    Attributes:
        version: The version.
        text: The Markdown below its heading.
    """

    version: Version
    text: str


def entries(text: str) -> tuple[Entry, ...]:
    """Return the entries of a changelog in the order in which they stand there.

    An entry begins with a heading of the second level whose first word is a version, as in Keep a
    Changelog: ``## [1.2.0] - 2026-03-02``. Other sections, such as ``## Unreleased``, are left out.
    """
    headings = list(_ENTRY.finditer(text))
    ends = [*(heading.start() for heading in headings), len(text)][1:]
    found = []
    for heading, end in zip(headings, ends, strict=True):
        version = _version(heading["title"])
        if version is not None:
            found.append(Entry(version, text[heading.end() : end].strip()))
    return tuple(found)


def between(text: str, low: Version, high: Version) -> tuple[Entry, ...]:
    """Return the entries above one version, up to another and with it, the newest first."""
    found = (entry for entry in entries(text) if low < entry.version <= high)
    return tuple(sorted(found, key=lambda entry: entry.version, reverse=True))


def _version(title: str) -> Version | None:
    match = _VERSION.match(title)
    if match is None:
        return None
    try:
        return Version.parse(match["version"])
    except InvalidVersionError:
        return None
