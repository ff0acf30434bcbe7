"""Conditions: rules over a contact's values, as data.

A condition is one of `FieldIs` and its like (a *comparison*), `HasTag`, `All`, `Any_` and `Not`.
They are plain data, so that a page can draw them and another vendor's account can be given them;
whether one holds is decided by the engine (`account_engine.conditions`).
"""

from __future__ import annotations

from typing import Annotated, Any, Self, TypeAlias

from pydantic import Discriminator, Tag, model_validator

from package_format.kinds.model import Model, RefTo, Words

Scalar: TypeAlias = bool | int | float | str

_OPERATORS = (
    "is_", "is_not", "one_of", "contains", "is_before", "is_after",
    "at_least", "more_than", "at_most", "less_than", "is_set",
)  # fmt: skip


class FieldCondition(Model):
    """Compares a contact's field with exactly one operator.

    Attributes:
        field: A built-in field's name or a reference to a custom field.
    """

    field: Annotated[str, RefTo("field")]
    is_: Scalar | None = None
    is_not: Scalar | None = None
    one_of: tuple[Scalar, ...] | None = None
    contains: str | None = None
    is_before: str | None = None
    is_after: str | None = None
    at_least: int | float | None = None
    more_than: int | float | None = None
    at_most: int | float | None = None
    less_than: int | float | None = None
    is_set: bool | None = None

    @model_validator(mode="after")
    def _has_one_operator(self) -> Self:
        if sum(getattr(self, name) is not None for name in _OPERATORS) != 1:
            names = ", ".join(name.rstrip("_").replace("_", "-") for name in _OPERATORS)
            raise ValueError(f"a field's condition has exactly one of {names}")
        return self

    @property
    def operator(self) -> str:
        """The operator's name as authors write it, such as ``is-not``."""
        return next(
            name.rstrip("_").replace("_", "-")
            for name in _OPERATORS
            if getattr(self, name) is not None
        )

    @property
    def operand(self) -> object:
        """The value that the operator compares with."""
        return next(v for name in _OPERATORS if (v := getattr(self, name)) is not None)


class TagCondition(Model):
    """Holds for contacts who carry the tag."""

    tag: Annotated[str, RefTo("tag")]


class AllOf(Model):
    """Holds when every condition in it holds."""

    all: tuple[Condition, ...]


class AnyOf(Model):
    """Holds when at least one condition in it holds."""

    any: tuple[Condition, ...]


class Not(Model):
    """Holds when the condition in it does not."""

    not_: Condition


_SUBJECTS = ("field", "tag", "all", "any", "not")


def _subject(value: Any) -> str | None:  # noqa: ANN401  whatever an author wrote
    """Tell the sort of condition by the one word that only that sort has."""
    if isinstance(value, dict):
        return next((word for word in _SUBJECTS if word in value or f"{word}_" in value), None)
    names: dict[type, str] = {
        FieldCondition: "field",
        TagCondition: "tag",
        AllOf: "all",
        AnyOf: "any",
        Not: "not",
    }
    return names.get(type(value))


Condition = Annotated[
    Annotated[FieldCondition, Tag("field")]
    | Annotated[TagCondition, Tag("tag")]
    | Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")],
    Discriminator(
        _subject,
        custom_error_type="condition",
        custom_error_message="a condition starts with one of: " + ", ".join(_SUBJECTS),
        custom_error_context=Words(idea="condition", words=", ".join(_SUBJECTS)),
    ),
]

AllOf.model_rebuild()
AnyOf.model_rebuild()
Not.model_rebuild()
