"""Changelogs: the entry of a new version, begun with what a comparison found."""

from __future__ import annotations

import re

from package_format.compatibility import Comparison, Finding
from package_format.versions import Bump, Version

_HEADING = re.compile(r"^## +\[?(?P<title>[^\]\s]+)\]?.*$", re.MULTILINE)
_NOTE = "<!-- begun by cpt bump: say it in your own words -->"


def with_entry(text: str, version: Version, comparison: Comparison) -> str:
    """Return a changelog with an entry for a version, above the older ones.

    An entry that is there already stays as it is, but for reasons of waivers that it lacks. One
    under the heading ``Unreleased`` becomes the version's.
    """
    text = text or "# Changelog\n"
    headings = {match["title"].lower(): match for match in _HEADING.finditer(text)}
    points = _points(comparison)
    there = headings.get(str(version).lower())
    if there is not None:
        missing = [_point(f) for f in comparison.findings if f.waived and f.waived not in text]
        return _put(text, there.end(), missing) if missing else text
    unreleased = headings.get("unreleased")
    if unreleased is not None:
        renamed = f"{text[: unreleased.start()]}## {version}{text[unreleased.end() :]}"
        return _put(renamed, unreleased.start() + len(f"## {version}"), points)
    first = next(iter(_HEADING.finditer(text)), None)
    at = len(text) if first is None else first.start()
    entry = "\n".join([f"## {version}", "", _NOTE, *points])
    before = text[:at].rstrip("\n")
    return f"{before}\n\n{entry}\n" + (f"\n{text[at:]}" if text[at:].strip() else "")


def _put(text: str, at: int, points: list[str]) -> str:
    """Put points right below a heading."""
    rest = text[at:].lstrip("\n")
    lines = "\n".join([_NOTE, *points])
    return (
        f"{text[:at]}\n\n{lines}\n{'' if rest.startswith('- ') else chr(10)}{rest}".rstrip() + "\n"
    )


def _points(comparison: Comparison) -> list[str]:
    return [_point(finding) for finding in comparison.findings] or ["- The same as before."]


def _point(finding: Finding) -> str:
    what = f"{finding.address}: {finding.message}" if finding.address else finding.message
    if finding.waived is not None:
        return f"- {what}. This does no harm: {finding.waived}"
    return f"- **Breaking:** {what}" if finding.bump is Bump.MAJOR else f"- {what}"
