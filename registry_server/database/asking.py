"""Asking: what is read most often is asked of the driver itself.

What SQLAlchemy does around a statement takes longer than either database needs to answer one that
is short. So such a statement is written down once, in the database's dialect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, Select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from registry_server.errors import UnavailableError

Rows = Sequence[Sequence[Any]]


def ask(
    connection: Connection,
    statement: str,
    parameters: Sequence[object] | Mapping[str, object],
    **how: bool,
) -> Rows:
    """Return the rows that a statement finds, in the connection's transaction if it has one.

    Args:
        connection: The connection.
        statement: The statement, as the driver wants it.
        parameters: What stands for the statement's parameters, as the driver wants it.
        how: What else the driver is told.
    """
    driver = connection.connection
    try:
        with closing(driver.cursor()) as cursor:
            cursor.execute(statement, parameters, **how)
            return cursor.fetchall()
    except connection.dialect.loaded_dbapi.Error as error:
        if connection.dialect.is_disconnect(error, driver.driver_connection, None):
            connection.invalidate(error)
        raise


SQLITE: Dialect = make_url("sqlite://").get_dialect()()
POSTGRESQL: Dialect = make_url("postgresql+psycopg://").get_dialect()()


def written(statement: Select[Any], dialect: Dialect) -> str:
    """Return a statement as `ask` takes it."""
    return str(statement.compile(dialect=dialect))


def array(items: Iterable[object]) -> str:
    """Return an array as PostgreSQL reads it; the driver takes much longer to write one."""
    return f"{{{','.join(map(_quoted, items))}}}"


def _quoted(item: object) -> str:
    if isinstance(item, int):
        return str(item)
    escaped = str(item).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@contextmanager
def explained(engine: Engine) -> Iterator[None]:
    """Turn a database that fails into an error of ours, whether SQLAlchemy or the driver says so.

    Raises:
        UnavailableError: The database does not answer.
    """
    driver = engine.dialect.loaded_dbapi
    try:
        yield
    except DBAPIError as error:
        if error.connection_invalidated or isinstance(error, (OperationalError, InterfaceError)):
            raise _unavailable(error.orig) from error
        raise
    except (driver.OperationalError, driver.InterfaceError) as error:
        raise _unavailable(error) from error


def _unavailable(error: BaseException | None) -> UnavailableError:
    reason = str(error).strip().partition("\n")[0]
    return UnavailableError(f"The registry's database does not answer: {reason}.")
