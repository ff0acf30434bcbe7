"""Shapes: how the canonical data of a model is built, as far as merging has to know.

A shape says which mappings merge by field, which lists merge by key, which texts merge by block,
and which data is one value because half of one and half of another would mean nothing (a condition,
a trigger). Shapes are read from the models' own annotations, so that no kind is named here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias, get_args, get_origin

from pydantic import TypeAdapter

from package_format.kinds.model import Block, Model, Named


@dataclass(frozen=True)
class Whole:
    """Data that is kept or taken as one value."""


@dataclass(frozen=True)
class Prose:
    """A text that merges by block and by line."""


@dataclass(frozen=True)
class Fields:
    """A model's fields by alias, or entries by key; `validator` refuses what no author could write.

    Attributes:
        fields: The shapes of the fields; what is not among them has the shape `other`.
        other: The shape of every entry of a mapping, or None for a model.
        validator: Validates merged data, or None where any combination will do.
    """

    fields: Mapping[str, Shape]
    other: Shape | None = None
    validator: TypeAdapter[Any] | None = None

    def of(self, field: str) -> Shape:
        """Return the shape of a field."""
        return self.fields.get(field) or self.other or Whole()


@dataclass(frozen=True)
class Worded:
    """Data under its row's word: merges inside one word, and is one value across two."""

    words: Mapping[str, Shape]


@dataclass(frozen=True)
class Keyed:
    """An ordered list whose items have keys."""

    item: Shape


Shape: TypeAlias = Whole | Prose | Fields | Worded | Keyed

_WHOLE = Whole()


@cache
def shape_of(model: type[Model]) -> Shape:
    """Return the shape of a model's canonical data."""
    fields = {
        info.alias or name: _shape(info.annotation, tuple(info.metadata))
        for name, info in model.model_fields.items()
    }
    inner = Fields(fields, validator=TypeAdapter(model))
    if issubclass(model, Named):
        return Worded({model.word: Fields(fields)})
    return inner


def _shape(annotation: Any, metadata: tuple[object, ...]) -> Shape:  # noqa: ANN401  annotations have no type of their own
    if hasattr(annotation, "__metadata__"):
        return _shape(annotation.__origin__, (*metadata, *annotation.__metadata__))
    if any(isinstance(marker, Block) for marker in metadata):
        return Prose()
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return shape_of(annotation)
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is tuple and _has_key(args[0]):
        return Keyed(_shape(args[0], ()))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return Fields({}, other=_shape(args[1], ()))
    if origin is not None and origin not in (tuple, list):
        return _united([arg for arg in args if arg is not type(None)])
    return _WHOLE


def _plain(annotation: Any) -> Any:  # noqa: ANN401  annotations have no type of their own
    return annotation.__origin__ if hasattr(annotation, "__metadata__") else annotation


def _united(members: list[Any]) -> Shape:
    """The shape of a union: of its only member, or of several told apart by their words."""
    if len(members) == 1:
        return _shape(members[0], ())
    words: dict[str, Shape] = {}
    for member in map(_plain, members):
        if not (isinstance(member, type) and issubclass(member, Named)):
            return _WHOLE
        shape = shape_of(member)
        words |= shape.words if isinstance(shape, Worded) else {}
    return Worded(words) if words else _WHOLE


def _has_key(annotation: Any) -> bool:  # noqa: ANN401  annotations have no type of their own
    return (
        isinstance(annotation, type)
        and issubclass(annotation, Model)
        and "key" in annotation.model_fields
    )
