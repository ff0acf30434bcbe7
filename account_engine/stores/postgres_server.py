"""The PostgreSQL server: connecting and connecting again, transactions, and what its errors mean.

Everybody who writes in an account shares its *resource lock*; who publishes has it alone, so that
nobody moves a contact along a flow that is being replaced. Contacts are locked row by row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache

import psycopg
from psycopg import errors as postgres
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from account_engine.errors import (
    AccountBusyError,
    AccountError,
    DatabaseError,
    InvalidDataError,
)
from account_engine.outgoing.deliveries import Place
from account_engine.stores.rows import AMONG, TOO_LARGE, Access, Row, Rows, Values
from account_engine.stores.schema import APPLICATION_ID

SCHEMA = "cpt"
"""The schema of the database that holds our tables."""

_BEGIN = {
    Access.READ: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    Access.RECEIVE: "BEGIN",
    Access.WRITE: "BEGIN; SELECT pg_advisory_xact_lock_shared({lock}, {account})",
    Access.PUBLISH: "BEGIN; SELECT pg_advisory_xact_lock({lock}, {account})",
}
_RESOURCES = APPLICATION_ID + 1
"""The first key of the advisory locks; the second is the account's number."""

_UNLESS_SAID_OTHERWISE: dict[str, str | int | None] = {
    "application_name": "cpt",
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}
"""Connection parameters; a server that is gone without a word is noticed within a minute."""

_SESSION = (
    f"SET search_path TO {SCHEMA}",
    "SET client_min_messages TO warning",
    # Statements are short, or over many rows: to compile them takes longer than to run them.
    "SET jit TO off",
    # How many are due by now decides how they are found: the plan depends on the values.
    "SET plan_cache_mode TO force_custom_plan",
    # Those of a wave are sorted, and stand in temporary tables, without a detour over the disk.
    "SET work_mem TO '64MB'",
    "SET temp_buffers TO '64MB'",
    # What a process holds whose machine is gone without a word is free again within a minute.
    "SET tcp_keepalives_idle TO 30",
    "SET tcp_keepalives_interval TO 10",
    "SET tcp_keepalives_count TO 3",
)

_BUSY = (postgres.LockNotAvailable, postgres.DeadlockDetected, postgres.SerializationFailure)
_FULL = (postgres.DiskFull, postgres.OutOfMemory, postgres.TooManyConnections)
_PARAMETER = re.compile(r"(?<!:):([a-z_]+)")


def connect(database: str, patience: float) -> psycopg.Connection[Row]:
    """Connect to a database.

    Args:
        database: A libpq connection URI.
        patience: For how many seconds to wait for another process.

    Raises:
        DatabaseError: It cannot be reached.
    """
    try:
        settings = make_conninfo("", **(_UNLESS_SAID_OTHERWISE | conninfo_to_dict(database)))
        connection = psycopg.connect(settings, autocommit=True)
    except psycopg.OperationalError as error:
        raise DatabaseError(f"the database cannot be reached: {_sentence(error)}") from error
    except psycopg.ProgrammingError as error:  # what cannot be a URI
        raise DatabaseError(f"this is no database: {_sentence(error)}") from error
    with explained():
        patient = f"SET lock_timeout TO {max(int(patience * 1000), 1)}"
        connection.execute("; ".join((*_SESSION, patient)))
    return connection


class PostgresServer(Rows):
    """A connection to one account's rows, made again when it is lost."""

    def __init__(
        self, connection: psycopg.Connection[Row], database: str, account: int, patience: float
    ) -> None:
        """Take over an open connection.

        Args:
            connection: The connection.
            database: A libpq connection URI, to connect again.
            account: The number of the account.
            patience: For how many seconds to wait for another process.
        """
        self._connection = connection
        self._database = database
        self._account = account
        self._patience = patience
        self._is_closed = False

    def close(self) -> None:
        """Let go of the database; closing twice does nothing."""
        self._is_closed = True
        self._connection.close()

    def begin(self, access: Access) -> None:
        """Begin a transaction, on a new connection if the last one was lost."""
        if self._connection.closed and not self._is_closed:
            self._connection = connect(self._database, self._patience)
        statements = _BEGIN[access].format(lock=_RESOURCES, account=self._account)
        try:
            with explained():
                self._connection.execute(statements)
        except AccountError:
            self.roll_back()
            raise

    def commit(self) -> None:
        """End the transaction; what it has written stays."""
        with explained("whether the last change was written is not known"):
            self._connection.execute("COMMIT")

    def roll_back(self) -> None:
        """End the transaction, unless a lost connection has ended it already."""
        with suppress(psycopg.Error):
            self._connection.execute("ROLLBACK")

    def is_only_writer(self) -> bool:
        """Take the resource lock for itself, if nobody else has any part of it."""
        ((taken,),) = self.run(
            f"SELECT pg_try_advisory_xact_lock({_RESOURCES}, {self._account})"  # numbers of ours
        )
        return bool(taken)

    def place(self) -> Place:
        """See `DeliveryStore.place`: what a dump, a clone and a point in time have of their own."""
        ((name,),) = self.run(
            "SELECT concat_ws(':', (SELECT system_identifier FROM pg_control_system()), "
            "(SELECT timeline_id FROM pg_control_checkpoint()), (SELECT oid FROM pg_database "
            "WHERE datname = current_database()), 'deliveries'::regclass::oid, :account::int)"
        )
        return Place(str(name), str(name), copied_over=False)

    def run(self, statement: str, /, **values: object) -> list[Row]:
        """Run a statement and return the rows that it has."""
        with explained():
            cursor = self._connection.execute(
                pyformat(statement), {**values, "account": self._account}
            )
            return cursor.fetchall() if cursor.description else []

    def stream(self, statement: str, /, **values: object) -> Iterator[Row]:
        """Run a statement and yield the rows that it has, without holding them all."""
        named = {**values, "account": self._account}
        with explained(), self._connection.cursor(name="streamed") as cursor:
            cursor.execute(pyformat(statement), named)
            yield from cursor

    def run_all(self, statement: str, rows: Iterable[Values]) -> int:
        """Run a statement for each of these values and return how many rows were written."""
        each = [{**row, "account": self._account} for row in rows]
        if not each:
            return 0
        with explained(), self._connection.cursor() as cursor:
            cursor.executemany(pyformat(statement), each)
            return max(cursor.rowcount, 0)

    def fill(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Put rows into a temporary table; the server need not plan for each."""
        if not rows:
            return
        statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
        with explained(), self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)

    def number(self, table: str, columns: str, source: str, order: str, near: str) -> None:
        """Put rows into a table; whoever wrote them as they are numbered would go to and fro."""
        self.run(
            f"INSERT INTO {table} (account, seq, {columns}) SELECT :account, seq, {columns} "
            f"FROM (SELECT nextval('{table}_seq_seq') AS seq, {columns} "
            f"FROM (SELECT {columns} FROM {source} ORDER BY {order}) AS ordered OFFSET 0"
            f") AS numbered ORDER BY {near}"
        )

    def locked(self, table: str) -> str:
        """Return what locks the rows of a table, if the transaction writes."""
        return f"FOR NO KEY UPDATE OF {table}" if self.locks else ""

    def claimed(self, table: str) -> str:
        """Return what locks the rows of a table that nobody else has locked."""
        return f"FOR NO KEY UPDATE OF {table} SKIP LOCKED" if self.locks else ""

    def held(self, table: str) -> str:
        """Return what keeps rows from going, and nobody from working on them."""
        receives = self._depth > 0 and self._access is Access.RECEIVE
        return f"FOR KEY SHARE OF {table}" if receives else ""

    def shred(self) -> None:
        """Do nothing: a server's own vacuum takes away what was deleted."""

    def plain(self, column: str, also: str = "") -> str:
        """Return the condition that a column holds ASCII letters, digits and ``.@_+-"`` alone."""
        return f"{column} !~ '[^A-Za-z0-9.@_+\"{also}-]'"

    def listed(self, expression: str) -> str:
        """Return what puts the texts of all rows together."""
        return f"string_agg({expression}, '{AMONG}')"

    def each(self, parameter: str) -> str:
        """Return what gives a row for each item of a JSON list."""
        return f"json_array_elements_text(CAST(:{parameter} AS json)) AS each(value)"

    def lying_in_order(self) -> str:
        """Return a type without an index, which nobody would look into."""
        return "INTEGER NOT NULL"

    def clear(self, tables: Mapping[str, str]) -> None:
        """Make temporary tables, unless they are there, and empty them.

        What is deleted there would stay in its files, and TRUNCATE makes all the files of a table
        anew: it is for those that have a page. Most do not, and one question tells which do.
        """
        sizes = (f"pg_relation_size(to_regclass('pg_temp.{table}'))" for table in tables)
        (pages,) = self.run(f"SELECT {', '.join(sizes)}")
        used = []
        for (table, columns), size in zip(tables.items(), pages, strict=True):
            if size is None:
                self.run(f"CREATE TEMPORARY TABLE {table} ({columns})")
            elif size:
                used.append(table)
        if used:
            self.run(f"TRUNCATE {', '.join(used)}")

    def measured(self, *tables: str) -> None:
        """Let the database know how much stands in temporary tables by now."""
        self.run(f"ANALYZE {', '.join(tables)}")


@contextmanager
def explained(doubt: str = "nothing was changed") -> Iterator[None]:
    """Say what PostgreSQL's errors mean for the account; what is our own mistake stays as it is."""
    try:
        yield
    except psycopg.Error as error:
        meaning = _meaning(error, doubt)
        if meaning is None:
            raise
        raise meaning from error


def _meaning(error: psycopg.Error, doubt: str) -> AccountError | None:
    if isinstance(error, _BUSY):
        return AccountBusyError("another process is changing this account; try again")
    if isinstance(error, _FULL):
        return DatabaseError(f"the database has no room: {_sentence(error)}; {doubt}")
    if isinstance(error, postgres.InsufficientPrivilege):
        return DatabaseError(f"the database does not allow it: {_sentence(error)}; {doubt}")
    if isinstance(error, postgres.NumericValueOutOfRange):
        return InvalidDataError(TOO_LARGE)
    if isinstance(error, psycopg.DataError) and error.sqlstate is None:
        return InvalidDataError(f"this cannot be kept: {_sentence(error)}")  # NUL in a text
    if isinstance(error, psycopg.OperationalError):
        return DatabaseError(f"the database went away: {_sentence(error)}; {doubt}")
    return None


def _sentence(error: psycopg.Error) -> str:
    """Return the first line of what the database says, without its full stop."""
    text = error.diag.message_primary or str(error)
    return text.strip().partition("\n")[0].rstrip(".")


@cache
def pyformat(statement: str) -> str:
    """Return a statement with its parameters as the driver has them."""
    return _PARAMETER.sub(r"%(\1)s", statement.replace("%", "%%"))
