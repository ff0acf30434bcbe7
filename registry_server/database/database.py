"""Opening a database by its address, bringing its tables up to date, and transactions in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from importlib.resources import as_file, files
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError

from registry_server.database.asking import explained
from registry_server.database.reads import Reads
from registry_server.database.records import Records
from registry_server.errors import CannotServeError, UnavailableError, UnusableInputError

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

PATIENCE = 30
"""For how many seconds a writer waits for another one."""

ARCHIVES = "archives"
"""The lock of whoever takes archives away; whoever writes down that there is one shares it."""

_POOL = 8
_DRIVERS = {
    "sqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}


class Database:
    """A database with the registry's tables; any number of processes may share it.

    Attributes:
        reads: What is asked of it most often.
    """

    def __init__(self, engine: Engine) -> None:
        """Take an engine; see `engine_at`."""
        self._engine = engine
        self._writing = engine.execution_options(writing=True)
        self._each = engine.execution_options(
            **({} if engine.dialect.name == "sqlite" else {"isolation_level": "AUTOCOMMIT"})
        )
        self._turn = Lock() if engine.dialect.name == "sqlite" else None
        self.reads = Reads(engine)

    @contextmanager
    def reading(self) -> Iterator[Records]:
        """Return a context in which the database is read, as it was at its beginning.

        Raises:
            UnavailableError: The database does not answer.
        """
        with explained(self._engine), self._engine.begin() as connection:
            yield Records(connection)

    @contextmanager
    def searching(self) -> Iterator[Records]:
        """Return a context in which the database is read, each thing as it is when it is asked for.

        Raises:
            UnavailableError: The database does not answer.
        """
        with explained(self._engine), self._each.connect() as connection:
            yield Records(connection)

    @contextmanager
    def moment(self) -> Iterator[Connection]:
        """Return a context in which all that is read is as it was at one moment.

        Raises:
            UnavailableError: The database does not answer.
        """
        isolation = "REPEATABLE READ" if self._engine.dialect.name == "postgresql" else None
        engine = (
            self._engine.execution_options(isolation_level=isolation) if isolation else self._engine
        )
        with explained(self._engine), engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self, *locks: str, sharing: str | None = None) -> Iterator[Records]:
        """Return a context whose changes are kept together, or none if an error leaves it.

        Args:
            locks: What nobody else may be changing meanwhile, such as a publisher's name; several
                are taken in their order in the alphabet, so that nobody waits in a circle.
            sharing: A lock that others may share, and nobody has for themselves meanwhile.

        Raises:
            UnavailableError: The database does not answer, or somebody else writes for too long.
        """
        with explained(self._engine), self._our_turn(), self._writing.begin() as connection:
            if sharing is not None:
                _lock(connection, sharing, shared=True)
            for lock in sorted(locks):
                _lock(connection, lock)
            yield Records(connection)

    @contextmanager
    def _our_turn(self) -> Iterator[None]:
        """Wait within this process: SQLite has one writer, and others look again and again."""
        if self._turn is None:
            yield
        elif self._turn.acquire(timeout=PATIENCE):
            try:
                yield
            finally:
                self._turn.release()
        else:
            raise UnavailableError("The registry's database is busy: somebody writes for too long.")

    def ready(self) -> None:
        """Ask the database something.

        Raises:
            UnavailableError: It does not answer.
        """
        with explained(self._engine), self._engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")

    def close(self) -> None:
        """Close every connection."""
        self.reads.close()
        self._engine.dispose()


def open_database(address: str, *, is_up_to_date: bool = False) -> Database:
    """Open a database, and make its tables what this version of the server needs.

    Args:
        address: Such as ``sqlite:////var/lib/registry/registry.sqlite`` or
            ``postgresql://registry@database.example/registry``.
        is_up_to_date: Whether the tables were looked at just before, by another process.

    Raises:
        CannotServeError: The address is none of a database, or the tables are of a newer server.
        UnavailableError: The database does not answer.
    """
    engine = engine_at(address)
    if is_up_to_date:
        return Database(engine)
    try:
        with explained(engine), engine.execution_options(writing=True).begin() as connection:
            _lock(connection, "migrations")
            _migrate(connection)
            Records(connection).index.prepare()
    except BaseException:
        engine.dispose()
        raise
    return Database(engine)


def engine_at(address: str) -> Engine:
    """Return SQLAlchemy's engine for a database; nothing is asked yet.

    Raises:
        UnusableInputError: The address is none of a database.
    """
    try:
        url = make_url(address)
    except ArgumentError:
        url = None
    if url is None or url.drivername not in _DRIVERS:
        raise UnusableInputError(
            f"{address.partition('://')[0]}://… is no address of a database that can be used",
            "one looks like postgresql://registry@database.example/registry",
        )
    url = url.set(drivername=_DRIVERS[url.drivername])
    if url.drivername != "sqlite":
        connect = {"connect_timeout": PATIENCE, "options": f"-c lock_timeout={PATIENCE}s"}
        engine = create_engine(url, pool_size=_POOL, pool_timeout=PATIENCE, connect_args=connect)
        event.listen(engine, "checkout", _demand_open)
        return engine
    _make_file(url)
    engine = create_engine(
        url, pool_size=_POOL, pool_timeout=PATIENCE, connect_args={"timeout": PATIENCE}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_file(url: URL) -> None:
    """Make the file, which has what nobody else may read; what SQLite makes beside it is alike."""
    if url.database and not Path(url.database).exists():
        with suppress(OSError):  # SQLite says so
            Path(url.database).touch(mode=0o600)


def _demand_open(connection: DBAPIConnection, entry: ConnectionPoolEntry, proxy: object) -> None:
    """Let the pool open another connection if nobody is at the other end of one.

    Whoever closes it says so, and nothing else comes on a connection on which nothing was asked.
    """
    del entry, proxy
    with DefaultSelector() as selector:
        selector.register(connection.fileno(), EVENT_READ)
        if selector.select(0):
            raise DisconnectionError


def _prepare_sqlite(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    """Let transactions begin where we say, wait for nobody to read, and lose nothing said done."""
    del entry
    connection.isolation_level = None
    cursor = connection.cursor()
    for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Begin writing as a writer: a reader that wants to write later may find that it cannot."""
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _lock(connection: Connection, name: str, *, shared: bool = False) -> None:
    """Keep others from what a word stands for until the transaction ends; SQLite has one writer."""
    if connection.dialect.name == "postgresql":
        key = int.from_bytes(sha256(f"registry {name}".encode()).digest()[:8], signed=True)
        lock = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
        connection.execute(text(f"SELECT {lock}(:key)"), {"key": key})


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  ten megabytes that a server's workers do without
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    with as_file(files("registry_server.database").joinpath("migrations")) as folder:
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise CannotServeError(
                f"the tables of this database are not of this server's making: {error}",
                "a newer server may have made them; use that one",
            ) from error
