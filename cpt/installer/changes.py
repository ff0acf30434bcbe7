"""The types of change that a plan is made of: one row each.

A `Change` says what becomes of one resource, and why, in words for its owner; what is done for it
stands in the plan's change set.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from package_format.kinds.model import Json, Path
from package_format.kinds.table import KINDS


class ChangeType(StrEnum):
    """What becomes of a resource."""

    CREATE = "create"
    ADOPT = "adopt"
    UPDATE = "update"
    KEEP = "keep"
    MERGE = "merge"
    CONFLICT = "conflict"
    REMOVE = "remove"
    RELEASE = "release"
    RETIRE = "retire"
    UNCHANGED = "unchanged"
    MANUAL = "manual"


SYMBOLS: dict[ChangeType, str] = {
    ChangeType.CREATE: "+",
    ChangeType.ADOPT: "=",
    ChangeType.UPDATE: "~",
    ChangeType.KEEP: "k",
    ChangeType.MERGE: "m",
    ChangeType.CONFLICT: "!",
    ChangeType.REMOVE: "-",
    ChangeType.RELEASE: "r",
    ChangeType.RETIRE: "t",
    ChangeType.UNCHANGED: " ",
    ChangeType.MANUAL: "?",
}
"""The sign before a change's line in a printed plan."""


class Verdict(StrEnum):
    """What becomes of one field of a resource in a three-way merge."""

    TAKEN = "taken"
    KEPT = "kept"
    MERGED = "merged"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class FieldChange:
    """One field that differs among base, live and wanted; None stands for absent.

    Attributes:
        path: Where in the canonical data; steps and ways are named by their keys.
    """

    path: Path
    base: Json
    live: Json
    wanted: Json
    result: Json
    verdict: Verdict


@dataclass(frozen=True)
class Remedy:
    """One way to settle a conflict.

    Attributes:
        flag: What says it: ``keep``, ``take`` or ``map``.
        target: What it is said of: ``acme/hello:email/confirmed#subject``, or for ``map`` the
            address and the object (``acme/hello:tag/attended=#3``).
    """

    flag: str
    target: str


@dataclass(frozen=True)
class Change:
    """What becomes of one resource.

    Attributes:
        type: The type of change.
        address: The resource's full address.
        kind: Its kind.
        label: What people know it by.
        object: Its id in the account (``#12``), or None while it has none.
        reason: In words: the evidence for an adoption, why something is kept or in conflict.
        fields: What differs, field by field.
        remedies: How a conflict can be settled, if it can be without changing something first.
        question: What to ask about it as a whole, where keeping and taking do not say it all.
    """

    type: ChangeType
    address: str
    kind: str
    label: str
    object: str | None = None
    reason: str = ""
    fields: tuple[FieldChange, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    question: str = ""

    @property
    def is_told_in_full(self) -> bool:
        """Whether a change of a plain type is more than that, and its owner should look at it.

        It gives another name to what people tell apart by its name, as tags are; or it makes
        something in which there is what the owner had changed elsewhere.
        """
        if self.type is ChangeType.CREATE:
            return any(field.verdict in (Verdict.KEPT, Verdict.MERGED) for field in self.fields)
        row = KINDS.get(self.kind)
        return (
            self.type is ChangeType.UPDATE
            and row is not None
            and any(field.path[:1] and field.path[0] in row.natural_key for field in self.fields)
        )
