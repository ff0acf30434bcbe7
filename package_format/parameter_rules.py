"""Rules across parameters: what has to be given together, or cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Self

from pydantic import model_validator

from package_format.kinds.model import Key, Model
from package_format.parameters import Line, Value


class ParameterRule(Model):
    """A rule across parameters; exactly one of `either`, `requires`, `excludes` and `in-order`.

    A parameter is *given* when it has a value, its default included; a boolean when it is true.

    Attributes:
        if_: The parameter that has to be given for `requires` or `excludes` to count.
        either: Of these, at least one is given.
        requires: All of these are given too.
        excludes: None of these is given too.
        in_order: None of these is less than the one before it: numbers or dates.
        message: What people are told when it does not hold, instead of what CPT says.
    """

    if_: Key | None = None
    either: tuple[Key, ...] = ()
    requires: tuple[Key, ...] = ()
    excludes: tuple[Key, ...] = ()
    in_order: tuple[Key, ...] = ()
    message: Line | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        words = (self.either, self.requires, self.excludes, self.in_order)
        if sum(map(bool, words)) != 1:
            raise ValueError("a rule has exactly one of either, requires, excludes and in-order")
        if bool(self.requires or self.excludes) != (self.if_ is not None):
            raise ValueError("requires and excludes, and no others, go with an if")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """Every parameter that it speaks of."""
        first = () if self.if_ is None else (self.if_,)
        return (*first, *self.either, *self.requires, *self.excludes, *self.in_order)

    def lacking(self, values: Mapping[str, Value | None]) -> tuple[str, ...]:
        """Return the parameters that have to be given too, and are not."""
        if self.if_ is None or not _is_given(values, self.if_):
            return ()
        return tuple(name for name in self.requires if not _is_given(values, name))

    def problem(self, values: Mapping[str, Value | None]) -> str | None:
        """Say how values break it, in one sentence; None if they do not."""
        broken = self._broken(values)
        return (self.message or broken) if broken else None

    def _broken(self, values: Mapping[str, Value | None]) -> str | None:
        if self.either and not any(_is_given(values, name) for name in self.either):
            return f"one of {' or '.join(self.either)} is needed"
        missing = self.lacking(values)
        if missing:
            are = "is" if len(missing) == 1 else "are"
            return f"with {self.if_}, {' and '.join(missing)} {are} needed too"
        if self.if_ is not None and _is_given(values, self.if_):
            surplus = [name for name in self.excludes if _is_given(values, name)]
            if surplus:
                return f"{self.if_} and {' and '.join(surplus)} cannot be given together"
        for before, after in pairwise(n for n in self.in_order if _is_given(values, n)):
            if _is_less(values[after], values[before]):
                return f"{after} ({values[after]}) is less than {before} ({values[before]})"
        return None


def _is_given(values: Mapping[str, Value | None], name: str) -> bool:
    return values.get(name) not in (None, False, "")


def _is_less(one: Value | None, other: Value | None) -> bool:
    """Compare numbers with numbers, and dates, which are ISO texts, with dates."""
    if isinstance(one, str) and isinstance(other, str):
        return one < other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one < other
    return False
