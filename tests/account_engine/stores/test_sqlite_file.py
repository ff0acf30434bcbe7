"""The SQLite file: what its errors mean, and what is left of it after a crash."""

from __future__ import annotations

import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from account_engine.errors import AccountBusyError, AccountFileError
from account_engine.stores.locations import random_id
from account_engine.stores.records import Identity, Revision
from account_engine.stores.sqlite import SqliteStore
from account_engine.stores.sqlite_file import SqliteFile, log_ahead
from tests.account_engine.crowds import END, IN_WAVES, crowded

if TYPE_CHECKING:
    from collections.abc import Iterator

IDENTITY = Identity("account-1", "first", "Shop", (), "UTC", 1_000)

DYING = """
import os, signal, sys
from account_engine.stores.sqlite import SqliteStore
store = SqliteStore.open(sys.argv[1])
with store.writing():
    store.set_clock(2_000)
    for number in range(3_000):  # more than the page cache of one transaction holds back
        store.add_contact({"company": "x" * 1_000}, [number])
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def file(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore.create(tmp_path / "a", IDENTITY, patience=0)
    yield store
    store.close()


def test_a_killed_process_leaves_what_was_before(file: SqliteStore, tmp_path: Path) -> None:
    died = subprocess.run([sys.executable, "-c", DYING, str(tmp_path / "a")], check=False)
    assert died.returncode == -signal.SIGKILL
    with file.reading():
        assert file.identity().clock == 1_000
        assert file.contacts() == ()
    with closing(sqlite3.connect(tmp_path / "a")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_second_writer_is_told_to_try_again(file: SqliteStore, tmp_path: Path) -> None:
    other = SqliteStore.open(tmp_path / "a", patience=0)
    with file.writing(), pytest.raises(AccountBusyError, match="try again"), other.writing():
        pass
    with other.writing():
        other.set_clock(3_000)
    other.close()


@pytest.fixture
def without_log(tmp_path: Path) -> Path:
    """A database without a write-ahead log, as an account is that somebody has brought along."""
    path = tmp_path / "without-log"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE anything (x)")
    return path


def test_who_gives_a_file_its_log_waits_for_who_writes_there(without_log: Path) -> None:
    writer = sqlite3.connect(without_log, isolation_level=None, check_same_thread=False)
    with closing(writer), closing(sqlite3.connect(without_log, timeout=30)) as connection:
        writer.execute("BEGIN IMMEDIATE")
        later = threading.Timer(0.3, writer.execute, ["ROLLBACK"])
        later.start()
        log_ahead(connection)
        later.join()
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_who_gives_a_file_its_log_waits_no_longer_than_they_would(without_log: Path) -> None:
    with (
        closing(sqlite3.connect(without_log, isolation_level=None)) as writer,
        closing(sqlite3.connect(without_log, timeout=0.2)) as connection,
    ):
        writer.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            log_ahead(connection)
        assert 0.2 <= time.monotonic() - began < 10


def test_whoever_reads_sees_one_moment_and_keeps_nobody_from_writing(
    file: SqliteStore, tmp_path: Path
) -> None:
    other = SqliteStore.open(tmp_path / "a", patience=0)
    with other.reading():
        assert other.identity().clock == 1_000
        with file.writing():
            file.set_clock(2_000)
        assert other.identity().clock == 1_000
    with other.reading():
        assert other.identity().clock == 2_000
    other.close()


def test_a_closed_account_is_one_file_that_can_be_copied(file: SqliteStore, tmp_path: Path) -> None:
    other = SqliteStore.open(tmp_path / "a", patience=0)
    with file.writing():
        number = file.add_contact({"email": "ada@example.com"}, [])
    file.close()
    with other.reading():
        assert [contact.id for contact in other.contacts()] == [number]
    other.close()
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    shutil.copy(tmp_path / "a", tmp_path / "b")
    with closing(SqliteStore.open(tmp_path / "b")) as copy, copy.reading():
        assert [contact.id for contact in copy.contacts()] == [number]


def test_a_closed_account_is_one_file_even_after_its_last_process_was_killed(
    file: SqliteStore, tmp_path: Path
) -> None:
    file.close()
    died = subprocess.run([sys.executable, "-c", DYING, str(tmp_path / "a")], check=False)
    assert died.returncode == -signal.SIGKILL
    SqliteStore.open(tmp_path / "a").close()
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (sqlite3.SQLITE_FULL, "no room left"),
        (sqlite3.SQLITE_READONLY, "cannot be written"),
        (
            sqlite3.SQLITE_IOERR_WRITE,
            r"does not read or write .* \(SOME\); see whether it has room",
        ),
        (sqlite3.SQLITE_CORRUPT, "is damaged: disk"),
    ],
)
def test_what_the_disk_does_is_said_in_a_sentence(tmp_path: Path, code: int, message: str) -> None:
    class Failing:
        def execute(self, *_: object) -> object:
            error = sqlite3.OperationalError("disk")
            error.sqlite_errorcode, error.sqlite_errorname = code, "SOME"
            raise error

    file = SqliteFile(Failing(), tmp_path / "a")  # type: ignore[arg-type]
    with pytest.raises(AccountFileError, match=message), file.writing():
        pass


def test_our_own_mistakes_are_not_blamed_on_the_file(file: SqliteStore) -> None:
    revision = Revision(1, "a", "install", 100, None, {}, 0)
    with file.writing():
        file.add_revision(revision)
    with pytest.raises(sqlite3.IntegrityError), file.writing():
        file.add_revision(revision)


def test_a_file_that_others_may_not_read(tmp_path: Path) -> None:
    SqliteStore.create(tmp_path / "a", IDENTITY).close()
    assert (tmp_path / "a").stat().st_mode & 0o077 == 0


def test_random_ids_differ() -> None:
    assert random_id() != random_id()


def test_rows_that_nobody_reads_to_the_end_may_outlive_the_connection(file: SqliteStore) -> None:
    with file.writing():
        for number in range(3):
            file.add_contact({"company": "x"}, [number])
    rows = file.stream("SELECT id FROM contacts WHERE :account IS NOT NULL")
    assert isinstance(rows, Generator)
    next(rows)
    file.close()
    rows.close()  # as whoever is interrupted leaves them


def test_who_is_moved_with_many_others_is_looked_up_and_nobody_else_is(tmp_path: Path) -> None:
    """SQLite knows no statistics: it would rather look at everybody, once for each span of time."""
    with crowded(str(tmp_path / "a"), apart=600) as shop:
        shop.account.worth = IN_WAVES
        connection = cast("SqliteFile", shop.store)._connection  # noqa: SLF001
        said: list[str] = []
        connection.set_trace_callback(said.append)
        shop.account.tick(END)
        connection.set_trace_callback(None)
        assert any(statement.startswith("UPDATE positions") for statement in said)
        steps = [
            detail
            for statement in said
            if statement.split()[0] in ("SELECT", "INSERT", "UPDATE", "DELETE")
            for *_, detail in connection.execute(f"EXPLAIN QUERY PLAN {statement}")
        ]
        scanned = {step.split()[1] for step in steps if re.match(r"SCAN \w", step)}
        temporary = {name for (name,) in connection.execute("SELECT name FROM sqlite_temp_master")}
        few = {"accounts", "flows", "places", "inbox", "gone", "taken", "signatures"}
        assert scanned - temporary <= few
