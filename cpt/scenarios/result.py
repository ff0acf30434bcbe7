"""What running a scenario came to, as values: each step, what was expected, what was visited."""

from __future__ import annotations

from dataclasses import dataclass

from account_engine.position import Instant


@dataclass(frozen=True)
class Told:
    """One thing that happened.

    Attributes:
        at: When.
        what: What sort of thing: ``achieved``, ``passed``, ``waiting``; see `account_engine.story`.
        where: The goal, node or step, behind its campaign's key.
        why: The reason, with its rule.
    """

    at: Instant
    what: str
    where: str
    why: str

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.what} {self.where}: {self.why}"


@dataclass(frozen=True)
class StepResult:
    """One step of a story, as it was told.

    Attributes:
        at: When it was over.
        said: The step in an author's words: ``submit registration``.
        happened: What it led to, in order.
        problems: What was expected and is not so, a sentence each.
    """

    at: Instant
    said: str
    happened: tuple[Told, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class ScenarioResult:
    """A story, told to its end or to its first disappointed expectation.

    Attributes:
        title: What the story is about.
        zone: The contact's time zone, in which its moments are shown.
        steps: The steps that were told.
        visited: The goals, steps and ways of this version that the contact came by:
            ``follow-up.remind.nudge``.
        skipped: Why the story was not told, if it was not.
    """

    title: str
    zone: str
    steps: tuple[StepResult, ...]
    visited: frozenset[str]
    skipped: str = ""

    @property
    def passed(self) -> bool:
        """Whether nothing was other than expected; what was not told disappoints nobody."""
        return not any(step.problems for step in self.steps)

    @property
    def problems(self) -> tuple[str, ...]:
        """What was expected and is not so, a sentence each."""
        return tuple(problem for step in self.steps for problem in step.problems)


@dataclass(frozen=True)
class Coverage:
    """How much of a package's campaigns its scenarios have visited.

    Attributes:
        visited: The goals, steps and ways that some scenario came by.
        missed: Those that none did, sorted.
    """

    visited: tuple[str, ...]
    missed: tuple[str, ...]
