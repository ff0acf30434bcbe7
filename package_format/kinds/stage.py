"""Stages: where an opportunity stands in a pipeline."""

from __future__ import annotations

from enum import StrEnum

from package_format.kinds.model import Model, Text


class Ending(StrEnum):
    """How an opportunity ends that reaches a stage."""

    WON = "won"
    LOST = "lost"


class Stage(Model):
    """A stage of a pipeline; opportunities of a contact move through them.

    Attributes:
        name: What people see; with its pipeline, it is what a stage is recognised by.
        pipeline: The pipeline it belongs to; the account's first one when left out.
        ends: How an opportunity that reaches it has ended; it goes on where this is left out.
        description: What it means to be there.
    """

    name: Text
    pipeline: Text | None = None
    ends: Ending | None = None
    description: Text | None = None
