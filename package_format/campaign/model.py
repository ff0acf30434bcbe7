"""The model of a campaign: goals, sequences of steps, decisions and joins.

The YAML that authors write and the canonical data are two spellings of this one model. The arrows
are drawn by `after` alone; `package_format.campaign.flow` reads them as a graph.
"""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, Self, TypeAlias

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from package_format.campaign.actions import AnyAction
from package_format.campaign.conditions import Condition
from package_format.campaign.timers import Wait, WaitDefaults
from package_format.campaign.triggers import TRIGGERS, AnyTrigger
from package_format.forms import NODE
from package_format.kinds.model import Key, Model, RefTo, Text

NodeRef = Annotated[str, StringConstraints(pattern=NODE.pattern, max_length=130)]
"""A node's key, or ``decision.way``."""


def _one_or_many(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


def _keyed_list(value: object) -> object:
    """Read an ordered mapping ``{key: {…}}`` as the list ``[{key, …}]`` that it means."""
    if not isinstance(value, dict):
        return value
    return [
        {"key": key, **inner} if isinstance(inner, dict) else {"key": key, "": inner}
        for key, inner in value.items()
    ]


def _twice(keys: list[str]) -> str:
    """The first, in their order, of the keys that stand there twice."""
    return min(key for key, count in Counter(keys).items() if count > 1)


After = Annotated[tuple[NodeRef, ...], BeforeValidator(_one_or_many)]


class Ends(StrEnum):
    """What achieving a goal ends (C3)."""

    UPSTREAM = "upstream"
    NONE = "none"


class Audience(StrEnum):
    """Whom a goal hears (C2)."""

    ANY_CONTACT = "any-contact"
    IN_CAMPAIGN = "in-campaign"
    NEWCOMERS = "newcomers"


class Runs(StrEnum):
    """How long a sequence runs when a goal ends what leads to it (C3)."""

    UNTIL_GOAL = "until-goal"
    UNTIL_COMPLETE = "until-complete"


class Entry(StrEnum):
    """How often a contact may enter a sequence (C6)."""

    AGAIN = "again"
    ONCE = "once"


class Choose(StrEnum):
    """How many ways of a decision are followed (C4)."""

    FIRST = "first"
    EVERY = "every"


class WaitFor(StrEnum):
    """When a join passes (C8)."""

    ALL = "all"
    ANY = "any"


class Save(Model):
    """A value of the event that a goal puts into a field of the contact.

    Attributes:
        field: A built-in field's name or a reference to a custom field.
        attribute: The event's attribute (`triggers.TriggerKind.saves`).
    """

    field: Annotated[str, RefTo("field")]
    attribute: str


def _saves(value: object) -> object:
    """Read ``{field: attribute}`` as the list ``[{field, attribute}]`` that it means."""
    if not isinstance(value, dict):
        return value
    return [{"field": field, "attribute": inner} for field, inner in value.items()]


class Goal(Model):
    """An event that the campaign listens for.

    Attributes:
        title: What people call it; its key, if there is none.
        when: The triggers; any of them will do.
        if_: Must hold for the contact, or the goal does not hear the event.
        save: What of the event is put into the contact's fields, before anything starts (C2).
        after: The nodes that lead to it; ``all`` for everything it does not itself lead to.
        ends: What achieving it ends (C3).
        audience: Whom it hears; what `after` implies, when left out (C2).
    """

    sort: ClassVar[str] = "goal"

    title: Text | None = None
    when: Annotated[tuple[AnyTrigger, ...], BeforeValidator(_one_or_many), Field(min_length=1)]
    if_: Condition | None = None
    save: Annotated[tuple[Save, ...], BeforeValidator(_saves)] = ()
    after: Literal["all"] | After = ()
    ends: Ends = Ends.UPSTREAM
    audience: Audience | None = None

    @model_validator(mode="after")
    def _saves_what_is_there(self) -> Self:
        if not self.save:
            return self
        offered = {name for trigger in self.when for name in TRIGGERS[trigger.word].saves}
        for save in self.save:
            if save.attribute not in offered:
                raise ValueError(
                    f"the events of this goal have no {save.attribute}; save can take "
                    f"{', '.join(sorted(offered))}"
                )
        fields = [save.field for save in self.save]
        if len(set(fields)) < len(fields):
            raise ValueError(f"two values cannot both be saved in {_twice(fields)}")
        return self

    @property
    def hears(self) -> Audience:
        """Whom the goal hears: what it says, or else what its `after` implies (C2)."""
        if self.audience is not None:
            return self.audience
        return Audience.IN_CAMPAIGN if self.after else Audience.ANY_CONTACT


_OF_STEPS = frozenset({"key", "wait", "if", "if_"})
"""A step's own keys; what else stands in it is its action."""


class Step(Model):
    """One step of a sequence: an optional wait, an optional condition, at most one action.

    The author writes the action's word among the step's own; canonical data puts it under
    ``action``.

    Attributes:
        key: Its name: what it is known by in every version, and by those who wait at it.
        wait: The timer; without one, the step follows at once.
        if_: Must hold, or the action is passed over; the wait is not.
        action: What is done: ``send-email: hello``.
    """

    key: Key
    wait: Wait | None = None
    if_: Condition | None = None
    action: AnyAction | None = None

    @model_validator(mode="before")
    @classmethod
    def _collect_action(cls, value: object) -> object:
        if not isinstance(value, dict) or "action" in value:
            return value
        own: dict[object, object] = {}
        words: dict[object, object] = {}
        for name, inner in value.items():
            (own if name in _OF_STEPS else words)[name] = inner
        return {**own, "action": words} if words else value

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if self.wait is None and self.action is None:
            raise ValueError("a step has a wait, an action, or both")
        return self


class Sequence(Model):
    """An ordered list of steps that a contact goes through.

    Attributes:
        title: What people call it; its key, if there is none.
        after: The nodes that lead to it; any of them. A sequence leads on when it has finished.
        steps: In their order, each by its key.
        runs: ``until-goal``: a goal that it leads to ends it. ``until-complete``: it finishes its
            steps all the same, and leads nowhere then (C3).
        entry: Whether who has left it may enter again, or only ``once`` for life (C6).
    """

    sort: ClassVar[str] = "sequence"

    title: Text | None = None
    after: Annotated[After, Field(min_length=1)]
    steps: Annotated[tuple[Step, ...], BeforeValidator(_keyed_list), Field(min_length=1)]
    runs: Runs = Runs.UNTIL_GOAL
    entry: Entry = Entry.AGAIN

    @model_validator(mode="after")
    def _keys_are_unique(self) -> Self:
        keys = [step.key for step in self.steps]
        if len(set(keys)) < len(keys):
            raise ValueError(f"two steps have the key {_twice(keys)}")
        return self


class Way(Model):
    """One way out of a decision: a condition, or ``otherwise``.

    Attributes:
        key: Its name; ``after: [decision.key]`` follows it.
        if_: Must hold for the contact, when they reach the decision.
        otherwise: Taken when no other way is.
    """

    key: Key
    if_: Condition | None = None
    otherwise: Literal[True] | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_shorthand(cls, value: object) -> object:
        if isinstance(value, dict) and value.get("") == "otherwise":
            return {"key": value["key"], "otherwise": True}
        return value

    @model_validator(mode="after")
    def _is_one_or_the_other(self) -> Self:
        if (self.if_ is None) == (self.otherwise is None):
            raise ValueError("a way is an if, or the word otherwise")
        return self


class Decision(Model):
    """Rules that choose the ways onward.

    Attributes:
        title: What people call it; its key, if there is none.
        after: The nodes that lead to it; any of them.
        choose: The ``first`` way that fits, or ``every`` one, in parallel (C4).
        ways: In their order, each by its key.
    """

    sort: ClassVar[str] = "decision"

    title: Text | None = None
    after: Annotated[After, Field(min_length=1)]
    choose: Choose = Choose.FIRST
    ways: Annotated[tuple[Way, ...], BeforeValidator(_keyed_list), Field(min_length=1)]


class Join(Model):
    """Where parallel ways meet again.

    Attributes:
        title: What people call it; its key, if there is none.
        after: The nodes that it waits for.
        wait_for: ``all``: goes on when nobody is on the way to it any more. ``any``: goes on with
            the first, and absorbs the rest (C8).
    """

    sort: ClassVar[str] = "join"

    title: Text | None = None
    after: Annotated[After, Field(min_length=1)]
    wait_for: WaitFor = WaitFor.ALL


Node: TypeAlias = Goal | Sequence | Decision | Join


class Defaults(Model):
    """What a campaign's parts say when they do not say it themselves."""

    wait: WaitDefaults = WaitDefaults()


NODE_GROUPS = ("goals", "sequences", "decisions", "joins")
"""Where a campaign's data holds its nodes, sort by sort."""


class Campaign(Model):
    """A flow of goals, sequences, decisions and joins that a contact travels.

    Attributes:
        title: What people call it.
        defaults: What its waits say when they do not say it themselves.
        goals: The events that it listens for, by key; nodes of all sorts share one namespace.
        sequences: Its sequences of steps, by key.
        decisions: Its decisions, by key.
        joins: Its joins, by key.
    """

    title: Text
    defaults: Defaults = Defaults()
    goals: dict[Key, Goal] = Field(min_length=1)
    sequences: dict[Key, Sequence] = {}
    decisions: dict[Key, Decision] = {}
    joins: dict[Key, Join] = {}

    @model_validator(mode="after")
    def _nodes_share_one_namespace(self) -> Self:
        keys = [*self.goals, *self.sequences, *self.decisions, *self.joins]
        if len(set(keys)) < len(keys):
            raise ValueError(f"two nodes have the key {_twice(keys)}; nodes share one namespace")
        return self

    @property
    def nodes(self) -> dict[str, Node]:
        """Every node by its key, in the bytewise order of the keys."""
        every: dict[str, Node] = {**self.goals, **self.sequences, **self.decisions, **self.joins}
        return dict(sorted(every.items()))
