"""Markup: the elements of an email's HTML, with the places of their attributes.

Templates are covered before the HTML is read, so that what stands in one is not taken for markup,
and an attribute that is filled in later is known as such. So is ``<![``, which no email needs and
which the library reads as SGML, or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from html.parser import HTMLParser
from typing import NamedTuple

from package_format.checks.rule import Subject, once
from package_format.kinds.email import Email
from package_format.placeholders import TAGS, VALUES, replaced_placeholders
from package_format.references import Address

FILLED = "\ue001"
"""Stands in an attribute's value for each character that is filled in later."""


class Element(NamedTuple):
    """A start tag.

    Attributes:
        name: In lower case.
        attributes: Their values; None for one without a value.
        text: The tag as it is written, with templates covered.
        start: Where it begins, as an offset in the text.
    """

    name: str
    attributes: Mapping[str, str | None]
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where it ends, exclusive."""
        return self.start + len(self.text)

    def place(self, attribute: str) -> tuple[int, int]:
        """Return where an attribute's value stands; the whole tag if that is hard to say."""
        form = rf"\s{re.escape(attribute)}\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))"
        found = re.search(form, self.text, re.IGNORECASE)
        if found is None or not found.group(found.lastindex or 0):
            return self.start, self.end
        start, end = found.span(found.lastindex or 0)
        return self.start + start, self.start + end


class _Reader(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.lines = [0, *(match.end() for match in re.finditer("\n", text))]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line, column = self.getpos()
        start = self.lines[line - 1] + column
        self.elements.append(Element(tag, dict(attrs), self.get_starttag_text() or "", start))


def addresses(html: str, found: Iterable[Element]) -> Iterator[str]:
    """Yield the addresses that the elements of a text link to, templates included."""
    for element in found:
        if element.name in ("a", "area") and element.attributes.get("href"):
            start, end = element.place("href")
            yield unescape(html[start:end]).strip()


@once
def emails(subject: Subject) -> Iterator[tuple[Address, Email, tuple[Element, ...]]]:
    """Yield every email of a package, with the elements of its body."""
    for address, resource in subject.package.resources.items():
        if isinstance(resource.model, Email):
            yield address, resource.model, elements(resource.model.body)


def elements(html: str) -> tuple[Element, ...]:
    """Return the start tags of a text, in order."""
    covered = replaced_placeholders(html, VALUES, lambda it: FILLED * (it.end - it.start))
    covered = replaced_placeholders(covered, TAGS, lambda it: " " * (it.end - it.start))
    covered = covered.replace("<![", "   ")
    reader = _Reader(covered)
    reader.feed(covered)
    return tuple(reader.elements)
