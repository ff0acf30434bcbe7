"""Lead scores: points that contacts earn by what they do, and lose as time passes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import BeforeValidator, Field, field_validator

from package_format.campaign.timers import Duration
from package_format.campaign.triggers import TRIGGERS, LeadScoreReached, Trigger
from package_format.kinds.model import Model, Text, any_of

MOST_POINTS = 100_000
"""Nobody has more."""

if TYPE_CHECKING:
    ScoringTrigger: TypeAlias = Trigger
else:
    ScoringTrigger = any_of(
        [row.model for row in TRIGGERS.values() if row.model is not LeadScoreReached], "trigger"
    )


def _one_or_many(value: Any) -> Any:  # noqa: ANN401
    return value if isinstance(value, list | tuple) else [value]


class ScoreRule(Model):
    """Points for an event.

    Attributes:
        when: The triggers; any of them will do. Scores do not listen for scores.
        add: The points; less than none takes some away.
    """

    when: Annotated[tuple[ScoringTrigger, ...], BeforeValidator(_one_or_many), Field(min_length=1)]
    add: Annotated[int, Field(ge=-1000, le=1000)]

    @field_validator("when")
    @classmethod
    def _stands_in_no_campaign(cls, when: tuple[Trigger, ...]) -> tuple[Trigger, ...]:
        if any(getattr(trigger, "in_", None) for trigger in when):
            raise ValueError("in names the sequences of a campaign, and a score is in none")
        return when

    @field_validator("add")
    @classmethod
    def _adds_something(cls, add: int) -> int:
        if add == 0:
            raise ValueError("a rule that adds nothing does nothing")
        return add


class Decay(Model):
    """Points that are lost as time passes; losing them never achieves a goal.

    Attributes:
        by: How many points.
        every: How often, counted from the contact's first points.
    """

    by: Annotated[int, Field(ge=1, le=MOST_POINTS)]
    every: Duration

    @field_validator("every")
    @classmethod
    def _takes_time(cls, every: Duration) -> Duration:
        if every.count <= 0 or every.unit in ("minute", "hour"):
            raise ValueError("points are lost over days or longer")
        return every


class Score(Model):
    """A lead score: how warm a contact is.

    Attributes:
        name: What people see; a score is recognised in an account by its name.
        rules: What is worth how much.
        decay: How points are lost again; they stay where this is left out.
        description: What the score says of somebody.
    """

    name: Text
    rules: Annotated[tuple[ScoreRule, ...], Field(min_length=1)]
    decay: Decay | None = None
    description: Text | None = None
