"""Conditions: rules over a contact's values, as data.

A condition compares a field (`FieldCondition`) or a score, asks for one fact (a tag, a purchase, a
stage, an owner, consent, a campaign), or puts others together (`AllOf`, `AnyOf`, `Not`). They are
plain data, so that a page can draw them and another vendor's account can be given them; whether one
holds is decided by the engine (`account_engine.language.conditions`).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self, TypeAlias, get_args

from pydantic import Discriminator, Field, Tag, model_validator

from package_format.contact_fields import Channel
from package_format.kinds.model import Model, RefTo, Text, Words

Scalar: TypeAlias = bool | int | float | str

_OPERATORS = (
    "is_", "is_not", "one_of", "contains", "is_before", "is_after",
    "at_least", "more_than", "at_most", "less_than", "is_set",
)  # fmt: skip


class FieldCondition(Model):
    """Compares a contact's field with exactly one operator.

    Attributes:
        field: A built-in field's name or a reference to a custom field.
        is_: Equal to this; texts whatever their case.
        is_not: Not equal to this, or empty.
        one_of: Equal to one of these.
        contains: A text with this in it, whatever its case.
        is_before: A date before this one, or before ``today``.
        is_after: A date after this one, or after ``today``.
        at_least: This number or more.
        more_than: More than this number.
        at_most: This number or less.
        less_than: Less than this number.
        is_set: Whether the field has a value.
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


class Bought(Model):
    """What somebody has bought, at any time.

    Attributes:
        product: A product.
        category: A category of products.
        at_least: How many of them.
    """

    product: Annotated[str, RefTo("product")] | None = None
    category: Text | None = None
    at_least: Annotated[int, Field(ge=1)] = 1

    @model_validator(mode="before")
    @classmethod
    def _from_shorthand(cls, value: object) -> object:
        return {"product": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _is_about_one(self) -> Self:
        if (self.product is None) == (self.category is None):
            raise ValueError("bought has exactly one of product and category")
        return self


class BoughtCondition(Model):
    """Holds for contacts who have bought something: a product, or one of a category."""

    bought: Bought


class StageCondition(Model):
    """Holds for contacts of whom an opportunity stands in the stage."""

    stage: Annotated[str, RefTo("stage")]


_BOUNDS = ("at_least", "more_than", "at_most", "less_than")


class ScoreCondition(Model):
    """Compares a contact's points of a lead score with exactly one operator.

    Attributes:
        score: The score; who never got any points has none of them: 0.
        at_least: So many points or more.
        more_than: More than so many.
        at_most: So many or less.
        less_than: Less than so many.
    """

    score: Annotated[str, RefTo("score")]
    at_least: int | None = None
    more_than: int | None = None
    at_most: int | None = None
    less_than: int | None = None

    @model_validator(mode="after")
    def _has_one_operator(self) -> Self:
        if sum(getattr(self, name) is not None for name in _BOUNDS) != 1:
            names = ", ".join(name.replace("_", "-") for name in _BOUNDS)
            raise ValueError(f"a score's condition has exactly one of {names}")
        return self

    @property
    def operator(self) -> str:
        """The operator's name as authors write it, such as ``at-least``."""
        name = next(name for name in _BOUNDS if getattr(self, name) is not None)
        return name.replace("_", "-")

    @property
    def operand(self) -> int:
        """The points that the operator compares with."""
        points: int = next(v for name in _BOUNDS if (v := getattr(self, name)) is not None)
        return points


class HasRole(Model):
    """Whoever has a role."""

    role: Annotated[str, RefTo("role")]


class OwnerCondition(Model):
    """Holds for contacts whose owner is somebody, nobody, or one who has a role."""

    owner: Literal["somebody", "nobody"] | HasRole


class ConsentCondition(Model):
    """Holds for contacts who have not refused to be reached by the channel (C13)."""

    consent: Channel


class CampaignCondition(Model):
    """Holds for contacts who stand in the campaign (C2)."""

    in_campaign: Annotated[str, RefTo("campaign")]


Fact: TypeAlias = (
    BoughtCondition
    | StageCondition
    | ScoreCondition
    | OwnerCondition
    | ConsentCondition
    | CampaignCondition
)
"""A condition that asks for something an account knows of a contact besides values and tags."""


class AllOf(Model):
    """Holds when every condition in it holds."""

    all: tuple[Condition, ...]


class AnyOf(Model):
    """Holds when at least one condition in it holds."""

    any: tuple[Condition, ...]


class Not(Model):
    """Holds when the condition in it does not."""

    not_: Condition


_ANY: TypeAlias = (
    Annotated[FieldCondition, Tag("field")]
    | Annotated[TagCondition, Tag("tag")]
    | Annotated[BoughtCondition, Tag("bought")]
    | Annotated[StageCondition, Tag("stage")]
    | Annotated[ScoreCondition, Tag("score")]
    | Annotated[OwnerCondition, Tag("owner")]
    | Annotated[ConsentCondition, Tag("consent")]
    | Annotated[CampaignCondition, Tag("in-campaign")]
    | Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")]
)
"""Every sort of condition, with the one word that only that sort has."""

_SUBJECTS = {tag.tag: model for model, tag in map(get_args, get_args(_ANY))}
_WORDS = {model: word for word, model in _SUBJECTS.items()}


def _subject(value: Any) -> str | None:  # noqa: ANN401  whatever an author wrote
    """Tell the sort of condition by the one word that only that sort has."""
    if isinstance(value, dict):
        given = {str(word).rstrip("_").replace("_", "-") for word in value}
        return next((word for word in _SUBJECTS if word in given), None)
    return _WORDS.get(type(value))


Condition = Annotated[
    _ANY,
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
