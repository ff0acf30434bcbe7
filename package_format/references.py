"""References and addresses: how one resource names another, within and across packages.

A *reference* is what an author writes where the kind is known from the context: ``attended``, or
``lifecycle-tags:attended`` for a dependency's resource. An *address* names one thing with its
kind, and with its package where that is not plain: ``tag/attended``,
``campaign/follow-up.remind.nudge``, ``acme/lifecycle-tags:tag/attended``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

KEY_PATTERN = r"[a-z0-9]+(?:[-_][a-z0-9]+)*"
PACKAGE_NAME_PATTERN = r"[a-z0-9]+(?:-[a-z0-9]+)*/[a-z0-9]+(?:-[a-z0-9]+)*"

_KEY = re.compile(rf"(?=.{{1,64}}$){KEY_PATTERN}")
_ADDRESS = re.compile(
    rf"(?:(?P<package>{PACKAGE_NAME_PATTERN}):)?"
    rf"(?P<kind>[a-z]+(?:-[a-z]+)*)/(?P<key>{KEY_PATTERN})(?P<inner>(?:\.{KEY_PATTERN}){{0,2}})"
)
_REFERENCE = re.compile(
    rf"(?:(?P<alias>[a-z0-9]+(?:-[a-z0-9]+)*(?:/[a-z0-9]+(?:-[a-z0-9]+)*)?):)?(?P<key>{KEY_PATTERN})"
)


class InvalidReferenceError(ValueError):
    """The text is not a reference or an address; the message says what one looks like."""


def is_key(text: str) -> bool:
    """Whether a text can be a key."""
    return _KEY.fullmatch(text) is not None


def key_like(text: str) -> str:
    """Return the key that is most like a text; empty if nothing in it can be in one."""
    separated = re.sub(r"[^a-z0-9_-]+", "-", text.lower())
    return re.sub(r"[-_]{2,}", "-", separated).strip("-_")


@dataclass(frozen=True, order=True)
class Address:
    """The name of a resource, or of a node or step inside a campaign.

    Attributes:
        package: ``publisher/name``, or the empty string for "this package".
        kind: A kind's name, or ``parameter``.
        key: The resource's key.
        inner: For a campaign: the node's key, and for a sequence's step also the step's.
    """

    package: str
    kind: str
    key: str
    inner: tuple[str, ...] = ()

    @classmethod
    @lru_cache(maxsize=16_384)  # so do plans, of all that an account has of its packages
    def parse(cls, text: str) -> Address:
        """Read an address.

        Raises:
            InvalidReferenceError: The text does not follow the grammar.
        """
        match = _ADDRESS.fullmatch(text)
        if match is None:
            raise InvalidReferenceError(
                f"{text!r} is not an address; one looks like tag/attended, "
                "campaign/follow-up.remind.nudge or acme/lifecycle-tags:tag/attended"
            )
        inner = tuple(part for part in match["inner"].split(".") if part)
        return cls(match["package"] or "", match["kind"], match["key"], inner)

    def within(self, package: str) -> Address:
        """Return this address with its package filled in, if it had none."""
        return self if self.package else Address(package, self.kind, self.key, self.inner)

    @property
    def resource(self) -> Address:
        """The address of the resource itself, without node and step."""
        return Address(self.package, self.kind, self.key) if self.inner else self

    @property
    def local(self) -> str:
        """The address without its package: ``tag/attended``."""
        return f"{self.kind}/{'.'.join((self.key, *self.inner))}"

    def __str__(self) -> str:
        """Return the text that `parse` reads."""
        return self._text

    @cached_property
    def _text(self) -> str:
        return f"{self.package}:{self.local}" if self.package else self.local


class Reference(NamedTuple):
    """What an author writes to name a resource whose kind is known from the context."""

    alias: str
    key: str

    @classmethod
    @lru_cache(maxsize=4096)  # a package names the same few things again and again
    def parse(cls, text: str) -> Reference:
        """Read a reference.

        Raises:
            InvalidReferenceError: The text does not follow the grammar.
        """
        match = _REFERENCE.fullmatch(text)
        if match is None:
            raise InvalidReferenceError(
                f"{text!r} is not a reference; one looks like attended, "
                "or lifecycle-tags:attended for a dependency's resource"
            )
        return cls(match["alias"] or "", match["key"])

    def __str__(self) -> str:
        """Return the text that `parse` reads."""
        return f"{self.alias}:{self.key}" if self.alias else self.key
