"""Events: what happened to a contact, and what else may set a turn off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias


@dataclass(frozen=True)
class Event:
    """Something that happened to a contact.

    Attributes:
        word: The word of the trigger that listens for it, such as ``tag-applied``.
        attributes: What narrows it: ``{"tag": "#5"}``. Where several values hold at once (the lines
            of an order) a tuple; a trigger is met if any of them is equal.
    """

    word: str
    attributes: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)

    def several(self, name: str) -> tuple[str, ...]:
        """Return the values of an attribute; none if the event does not have it."""
        value = self.attributes.get(name, ())
        return (value,) if isinstance(value, str) else value

    @cached_property
    def said(self) -> frozenset[tuple[str, str]]:
        """Every attribute with each of its values."""
        return frozenset((name, value) for name in self.attributes for value in self.several(name))

    def __str__(self) -> str:
        """Say it in words, resources by their ids: ``tag applied #5``."""
        values = (v if isinstance(v, str) else " ".join(v) for v in self.attributes.values())
        return " ".join((self.word.replace("-", " "), *values))


@dataclass(frozen=True)
class Due:
    """A position's timer has come."""

    campaign: int
    version: int
    node: str


@dataclass(frozen=True)
class Enrolment:
    """The owner enrols a contact whom an entry goal of one campaign would have heard (C12)."""

    campaign: int
    event: Event


@dataclass(frozen=True)
class Placement:
    """The owner, or a program, sends the contact into a sequence, whatever leads there."""

    campaign: int
    node: str


Stimulus: TypeAlias = Event | Due | Enrolment | Placement
"""What sets a turn off (C5)."""
