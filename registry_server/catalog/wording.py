"""Wording: texts with their placeholders told apart, and references by the names people know.

`[[ parameters.… ]]` is what the owner supplies at install and `{{ contact.… }}` what each contact
gets in its place; a page draws them as what they are rather than as punctuation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from package_format.kinds.table import KINDS
from package_format.package import Package
from package_format.placeholders import VALUES, placeholders
from package_format.references import Address, InvalidReferenceError, Reference


class Filled(StrEnum):
    """Who fills in a placeholder: nobody (it is plain text), the owner, or each message."""

    PLAIN = "plain"
    AT_INSTALL = "at-install"
    PER_CONTACT = "per-contact"


_FILLED = {"[[": Filled.AT_INSTALL, "{{": Filled.PER_CONTACT}


@dataclass(frozen=True)
class Part:
    """A piece of a text; a placeholder's text is the name that it is about."""

    text: str
    filled: Filled = Filled.PLAIN


def parts(text: str) -> tuple[Part, ...]:
    """Split a text at its placeholders."""
    return tuple(part for part in _parts(text) if part.text)


def _parts(text: str) -> Iterator[Part]:
    end = 0
    for found in placeholders(text, VALUES):
        yield Part(text[end : found.start])
        yield Part(_about(found.inner), _FILLED[found.opening])
        end = found.end
    yield Part(text[end:])


_PLACEHOLDER = "\u2039{}\u203a"  # single angle quotation marks


def plain(text: str) -> str:
    """Return a text with its placeholders in words, for where nothing can be drawn around them."""
    return "".join(
        part.text if part.filled is Filled.PLAIN else _PLACEHOLDER.format(part.text)
        for part in parts(text)
    )


def _about(expression: str) -> str:
    """The words of ``contact.first_name | default("there")`` that a reader cares for."""
    name = expression.partition("|")[0].strip()
    return name.rpartition(".")[2].replace("_", " ") or expression.strip()


@dataclass(frozen=True)
class Named:
    """A resource as people know it.

    Attributes:
        kind: The kind's word.
        label: Its name, or the reference itself where only a dependency knows the name.
        package: The dependency that brings it; None for the package's own.
    """

    kind: str
    label: str
    package: str | None = None


def named(package: Package, kind: str, reference: str) -> Named:
    """Return what a reference in a package names, as people know it."""
    try:
        read = Reference.parse(reference)
    except InvalidReferenceError:  # a built-in field may have any name
        return Named(kind, reference)
    if read.alias:
        return Named(kind, read.key.replace("-", " "), _dependency(package, read.alias))
    resource = package.resources.get(Address("", kind, read.key))
    if resource is None:
        return Named(kind, reference.replace("_", " "))
    return Named(kind, resource.label)


def _dependency(package: Package, alias: str) -> str:
    """The dependency that an alias means: its whole name, or the part after the publisher."""
    for name in package.manifest.dependencies:
        if alias in (name, name.partition("/")[2]):
            return name
    return alias


def counted(count: int, kind: str) -> str:
    """Say how many of a kind: ``1 tag``, ``3 custom fields``."""
    title = KINDS[kind].title
    return f"{count} {title}{'' if count == 1 else 's'}"
