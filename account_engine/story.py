"""The story: what happened to a contact and why, line by line, for timelines and comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from account_engine.position import Instant


@dataclass(frozen=True)
class Line:
    """One line of a contact's story.

    Attributes:
        at: When.
        what: The kind of line: ``event``, ``achieved``, ``entered``, ``passed`` (a step's action
            was done), ``skipped`` (it was passed over), ``waiting``, ``queued``, ``joined``,
            ``overtaken``, ``ended``, ``refused``, ``migrated``, ``saved`` (a value of an
            event, in a field), ``scored`` (points of a lead score), ``merged`` (another contact
            became this one), ``failed`` and ``withheld`` (a message that never went).
        campaign: The campaign's id, or None for an event from outside.
        node: The node's key, and the step's after a dot; empty where there is none.
        why: The reason in words, with its rule: ``stopped by goal attended (C3)``.
    """

    at: Instant
    what: str
    campaign: int | None
    node: str
    why: str = ""
