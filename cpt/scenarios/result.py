"""What running a scenario came to, as values: each step, what was expected, what was visited."""

from __future__ import annotations

from dataclasses import dataclass

from account_engine.position import Instant


@dataclass(frozen=True)
class StepResult:
    """One step of a story, as it was told.

    Attributes:
        at: When it was over.
        said: The step in an author's words: ``submit registration``.
        happened: What it led to, a line each.
        problems: What was expected and is not so, a sentence each.
    """

    at: Instant
    said: str
    happened: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class ScenarioResult:
    """A story, told to its end or to its first disappointed expectation.

    Attributes:
        title: What the story is about.
        zone: The contact's time zone, in which its moments are shown.
        steps: The steps that were told.
        visited: The goals, steps and ways that the contact came by: ``follow-up.remind.nudge``.
    """

    title: str
    zone: str
    steps: tuple[StepResult, ...]
    visited: frozenset[str]

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not any(step.problems for step in self.steps)


@dataclass(frozen=True)
class Coverage:
    """How much of a package's campaigns its scenarios have visited.

    Attributes:
        visited: The goals, steps and ways that some scenario came by.
        missed: Those that none did, sorted.
    """

    visited: tuple[str, ...]
    missed: tuple[str, ...]
