"""Rows: what the verbs of a store ask of the database below, whichever it is.

Statements are written once for every database: parameters are named (``:due``), ``:account`` is
always known, and what only one database has stands in `schema` or in that database's module.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from enum import Enum
from typing import Any, TypeAlias

from account_engine.errors import EngineBugError
from package_format.canonical import to_json
from package_format.kinds.model import Json

Row: TypeAlias = tuple[Any, ...]
Values: TypeAlias = Mapping[str, object]
"""A statement's parameters, by name."""

GREATEST = 2**63 - 1
"""The greatest number that a column can hold; nothing has a greater one."""


TOO_LARGE = "this cannot be kept: a number in it is too large"
"""What is said of a number that no column can hold, and so nothing has."""

AMONG = "\x1e"
"""What stands between the texts that `Rows.listed` puts together."""


def written(value: Json) -> str:
    """Return a value as it stands in a column."""
    return to_json(value).decode()


def unwritten(text: str) -> Json:
    """Read what `written` wrote."""
    return json.loads(text)


class Access(Enum):
    """What a transaction may do, from the least to the most."""

    READ = 1
    RECEIVE = 2
    WRITE = 3
    PUBLISH = 4


class Rows(ABC):
    """One account's rows: transactions around statements, statements in, rows out."""

    _depth = 0
    _access = Access.READ

    # --- transactions

    def reading(self) -> AbstractContextManager[None]:
        """See `Store.reading`."""
        return self._transaction(Access.READ)

    def writing(self) -> AbstractContextManager[None]:
        """See `Store.writing`."""
        return self._transaction(Access.WRITE)

    def publishing(self) -> AbstractContextManager[None]:
        """See `Store.publishing`."""
        return self._transaction(Access.PUBLISH)

    def receiving(self) -> AbstractContextManager[None]:
        """See `Store.receiving`."""
        if self._depth:
            raise EngineBugError("what is received stands in a transaction of its own")
        return self._transaction(Access.RECEIVE)

    @contextmanager
    def _transaction(self, access: Access) -> Iterator[None]:
        if self._depth == 0:
            self.begin(access)
            self._access = access
        elif access.value > self._access.value:
            raise EngineBugError(f"a transaction that may {self._access.name} cannot {access.name}")
        self._depth += 1
        try:
            yield
            if self._depth == 1:
                self.commit()
        except BaseException:
            if self._depth == 1:
                self.roll_back()
            raise
        finally:
            self._depth -= 1

    @property
    def locks(self) -> bool:
        """Whether what is going to be written has to be locked; who publishes has everything."""
        return self._depth > 0 and self._access is Access.WRITE

    @abstractmethod
    def is_only_writer(self) -> bool:
        """Return whether nobody else is writing, and nobody will until this transaction ends."""

    @abstractmethod
    def begin(self, access: Access) -> None:
        """Begin a transaction."""

    @abstractmethod
    def commit(self) -> None:
        """End the transaction; what it has written stays."""

    @abstractmethod
    def roll_back(self) -> None:
        """End the transaction, if there still is one; what it has written goes."""

    # --- statements

    @abstractmethod
    def run(self, statement: str, /, **values: object) -> list[Row]:
        """Run a statement and return the rows that it has."""

    @abstractmethod
    def stream(self, statement: str, /, **values: object) -> Iterator[Row]:
        """Run a statement and yield the rows that it has, without holding them all."""

    @abstractmethod
    def run_all(self, statement: str, rows: Iterable[Values]) -> int:
        """Run a statement for each of these values and return how many rows were written."""

    @abstractmethod
    def fill(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Put rows into a temporary table; an account's own number does not stand in those."""

    @abstractmethod
    def number(self, table: str, columns: str, source: str, order: str, near: str) -> None:
        """Put the rows of a temporary table into one that numbers them.

        Args:
            table: What numbers its rows, ``seq``.
            columns: What both have.
            source: The temporary table.
            order: In which order they are numbered.
            near: In which order they are written, if that is the faster for the table's indexes.
        """

    @abstractmethod
    def locked(self, table: str) -> str:
        """Return what to add to a query so that the table's rows are the transaction's own."""

    @abstractmethod
    def claimed(self, table: str) -> str:
        """Like `locked`, but passing over the rows that are another transaction's."""

    @abstractmethod
    def held(self, table: str) -> str:
        """Return what to add to a query so that the rows stay as long as one receives.

        Others can change them meanwhile, but not delete them.
        """

    @abstractmethod
    def shred(self) -> None:
        """Let nothing of what this transaction deletes from now on be found in the database."""

    @abstractmethod
    def plain(self, column: str, also: str = "") -> str:
        """Return the condition that a column holds ASCII letters, digits and ``.@_+-"`` alone.

        Args:
            column: The column.
            also: What else it may hold.
        """

    @abstractmethod
    def listed(self, expression: str) -> str:
        """Return what puts the texts of all rows together, in any order, with `AMONG` between."""

    @abstractmethod
    def each(self, parameter: str) -> str:
        """Return what gives a row for each item of a parameter, a JSON list: ``each.value``."""

    @abstractmethod
    def lying_in_order(self) -> str:
        """Return the type of a number by which a temporary table lies in order, if that is free.

        Each number is there once, and they are put in in their order.
        """

    @abstractmethod
    def clear(self, tables: Mapping[str, str]) -> None:
        """Make temporary tables, unless they are there, and empty them.

        Args:
            tables: What is in each table: its columns, as SQL has them.
        """

    @abstractmethod
    def measured(self, *tables: str) -> None:
        """Let the database know how much stands in temporary tables by now."""

    def one(self, statement: str, /, **values: object) -> Row | None:
        """Run a statement and return its first row, if there is any."""
        rows = self.run(statement, **values)
        return rows[0] if rows else None

    def claim(
        self, contacts: str, limit: int, *, wait: bool, **values: object
    ) -> tuple[int, ...] | None:
        """Lock some of these contacts, passing over those whom others have locked.

        Args:
            contacts: The query, from ``FROM`` on; a contact may be in it more than once.
            limit: How many at most.
            wait: Whether to wait for others if they have all of them locked.
            values: The query's parameters.

        Returns:
            Their numbers, sorted; None if there are some, but others have locked them all.
        """
        query = f"SELECT contacts.id {contacts} LIMIT :limit"
        rows = self.run(f"{query} {self.claimed('contacts')}", limit=limit, **values)
        if not rows and limit and self.locked("contacts") and self.run(query, limit=1, **values):
            if not wait:
                return None
            rows = self.run(f"{query} {self.locked('contacts')}", limit=1, **values)
        return tuple(sorted({contact for (contact,) in rows}))
