"""The journal: how far a plan has come in an account that does one thing at a time; a value.

The account keeps it from before the first write until the plan is a revision, or is undone. What is
*intended* may have been done; what is *done* was answered for.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field, ValidationError

from account_engine.changing.changes import ChangeSet, Create, Remove
from cpt.accounts.change_set_data import change_set_data, read_change_set
from cpt.errors import NotARecordError
from package_format.kinds.model import Json, Model


class State(StrEnum):
    """How far one operation has come."""

    INTENDED = "intended"
    DONE = "done"


class Entry(Model):
    """What is known of one operation that was begun.

    Attributes:
        state: How far it has come.
        number: The id of what a create made.
        alike: The ids of what looked just like it before it was made.
        before: The data that a write replaces.
    """

    state: State
    number: int | None = None
    alike: tuple[int, ...] = ()
    before: Json = None


class Journal(Model):
    """How far a plan has come.

    Attributes:
        plan: The change set, as plain data.
        entries: By the operation's position in the change set, those that were begun.
        undoing: Whether it is being undone.
    """

    format: Annotated[int, Field(ge=1, le=1)] = 1
    plan: Json
    entries: dict[int, Entry] = {}
    undoing: bool = False

    @classmethod
    def of(cls, change_set: ChangeSet) -> Journal:
        """Return the journal of a plan of which nothing was done yet."""
        return cls(plan=change_set_data(change_set))

    @property
    def change_set(self) -> ChangeSet:
        """The plan's change set."""
        return read_change_set(self.plan)

    def noted(self, index: int, entry: Entry) -> Journal:
        """Return the journal with an operation's entry replaced."""
        return self.model_copy(update={"entries": {**self.entries, index: entry}})

    @property
    def created(self) -> Mapping[str, int]:
        """The ids of what was made, by its name in the change set."""
        operations = self.change_set.operations
        found = ((operations[index], entry) for index, entry in self.entries.items())
        return {
            operation.name: entry.number
            for operation, entry in found
            if isinstance(operation, Create) and entry.number is not None
        }

    @property
    def has_removed(self) -> bool:
        """Whether something may have been removed already, which cannot be undone."""
        operations = self.change_set.operations
        return any(isinstance(operations[index], Remove) for index in self.entries)


def read_journal(data: Json) -> Journal | None:
    """Read what an account keeps; None if nothing is pending.

    Raises:
        NotARecordError: It is no journal that this version of the toolkit can read.
    """
    if data is None:
        return None
    try:
        journal = Journal.model_validate(data)
        journal.change_set  # noqa: B018  read now rather than in the middle of something
    except (ValidationError, KeyError, TypeError, ValueError) as error:
        raise NotARecordError(
            "the account has a plan pending that this cpt cannot read",
            "go on with the version of cpt that began it",
        ) from error
    return journal


def journal_data(journal: Journal) -> Json:
    """Return a journal as the account keeps it."""
    return journal.model_dump(mode="json", exclude_defaults=True)
