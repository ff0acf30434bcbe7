"""The rule that what an email links to can be reached from an inbox."""

from __future__ import annotations

import re
from collections.abc import Iterator

from package_format.checks.markup import FILLED, Element, emails
from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity

_ADDRESSES = {"a": "href", "area": "href", "img": "src", "link": "href"}
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_WEB = re.compile(r"https?://[^/?#\s]", re.IGNORECASE)
_BESIDE = ("mailto", "tel")


def _find(subject: Subject) -> Iterator[Finding]:
    for address, _, found in emails(subject):
        for element in found:
            attribute = _ADDRESSES.get(element.name)
            problem = attribute and _problem(element, attribute)
            if attribute and problem:
                yield Finding(
                    problem,
                    subject.span(address, ("body",), within=element.place(attribute)),
                    "write the whole address, such as https://example.com/page",
                )


def _problem(element: Element, attribute: str) -> str | None:
    """Say why an address cannot be reached from an inbox."""
    if attribute not in element.attributes:
        return None
    value = (element.attributes[attribute] or "").strip()
    if not value:
        return "this leads nowhere"
    if value.startswith((FILLED, "#")) or _WEB.match(value):
        return None
    scheme = _SCHEME.match(value)
    if scheme is None:
        return f"{_shown(value)} is no whole address, and an inbox does not know where to look"
    if element.name == "a" and scheme[1].lower() in _BESIDE:
        return None
    return f"an email can link to web addresses, and not to {_shown(value)}"


def _shown(value: str) -> str:
    return re.sub(f"{FILLED}+", "…", value)[:60]


RULE = Rule(
    "unusable-link",
    Severity.ERROR,
    "a link or an image leads nowhere from an inbox",
    """\
An email is read far from any page, so a relative address such as `/course` means nothing there.
Links and images have whole addresses that begin with `https://` (or `http://`); a link may also be
`mailto:` or `tel:`. Others, `javascript:` above all, are refused by every mail program.""",
    _find,
)
