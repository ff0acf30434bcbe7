"""Actions: all that the log can say that somebody did, a row each: what it says, and to whom.

What was written down stays: a row may be added, or say more, and never be called otherwise.
"""

from __future__ import annotations

from enum import Enum
from typing import Literal, TypeAlias

Whom: TypeAlias = Literal["actor", "owner", "person"]
"""By what an entry concerns a person: as who did it, or as whom one of its details names."""

WORKFLOW = ("issuer", "repository", "workflow", "environment", "ref", "commit", "run")
"""What is said of a workflow that stands behind something."""


class Action(Enum):
    """Something that can be done.

    An entry shows to whoever asks for its subject, and to whoever asks for a person whom it
    concerns besides.

    Attributes:
        word: What the log calls it.
        says: The names of the details that it may have.
        concerns: Whom it concerns besides its subject.
    """

    # To a package.
    PUBLISHED = "published", ("version", "digest", "via", *WORKFLOW)
    IMPORTED = "imported", ("version", "digest")
    YANKED = "yanked", ("version", "reason")
    UNYANKED = "unyanked", ("version", "reason")
    DEPRECATED = "deprecated", ("reason", "successor")
    UNDEPRECATED = "undeprecated"
    QUARANTINED = "quarantined", ("reason",)
    FREED = "freed", ("reason",)
    LET_A_WORKFLOW_PUBLISH = "let a workflow publish", ("workflow", "issuer", "demands")
    REMOVED_A_WORKFLOW = "removed a workflow", ("workflow",)
    GAVE_A_WORKFLOW_A_TOKEN = "gave a workflow a token", ("number", *WORKFLOW)

    # To a publisher.
    CLAIMED = "claimed", ("standing", "looks like", "owner"), ("actor", "owner")
    DECIDED = "decided", ("standing", "reason")
    INVITED = "invited", ("person",), ("person",)
    BECAME_AN_OWNER = "became an owner", (), ("actor",)
    DECLINED = "declined", (), ("actor",)
    REMOVED_AN_OWNER = "removed an owner", ("person",), ("person",)
    SET_A_QUOTA = "set a quota", ("packages", "bytes", "versions")

    # To a person.
    WELCOMED = "welcomed", ("operator",)
    MADE_A_TOKEN = "made a token", ("token", "made with")
    REVOKED_A_TOKEN = "revoked a token", ("token", "made with")

    # To the registry.
    TOOK_A_ROOT = "took a root", ("version",)
    ADDED_AN_ISSUER = "added an issuer", ("issuer",)
    REMOVED_AN_ISSUER = "removed an issuer", ("issuer",)
    BEGAN_COLLECTING = "began collecting"
    COLLECTED = "collected", ("archives",)

    def __init__(
        self, word: str, says: tuple[str, ...] = (), concerns: tuple[Whom, ...] = ()
    ) -> None:
        """Take a row of the table."""
        self.word = word
        self.says = says
        self.concerns = concerns


def words_of(*ways: Whom) -> tuple[str, ...]:
    """Return what those actions are called, sorted, that concern somebody in one of these ways."""
    return tuple(sorted(each.word for each in Action if {*ways} & {*each.concerns}))
