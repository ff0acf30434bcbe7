"""The SQLite file: what its errors mean, and what is left of it after a crash."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from account_engine.errors import AccountBusyError, AccountFileError
from account_engine.stores.port import Identity, Revision
from account_engine.stores.sqlite import SqliteStore, random_id
from account_engine.stores.sqlite_file import SqliteFile

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


def test_a_writer_whose_readers_do_not_end_changes_nothing(
    file: SqliteStore, tmp_path: Path
) -> None:
    other = SqliteStore.open(tmp_path / "a", patience=0)
    with other.reading():
        assert other.identity().clock == 1_000
        with pytest.raises(AccountBusyError), file.writing():
            file.set_clock(2_000)
        assert other.identity().clock == 1_000
    with file.reading():
        assert file.identity().clock == 1_000
    other.close()


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (sqlite3.SQLITE_FULL, "no room left"),
        (sqlite3.SQLITE_READONLY, "cannot be written"),
        (sqlite3.SQLITE_IOERR_WRITE, "is damaged: disk"),
    ],
)
def test_what_the_disk_does_is_said_in_a_sentence(tmp_path: Path, code: int, message: str) -> None:
    class Failing:
        def execute(self, *_: object) -> object:
            error = sqlite3.OperationalError("disk")
            error.sqlite_errorcode = code
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


def test_a_file_of_the_first_version_is_brought_up_to_date(
    file: SqliteStore, tmp_path: Path
) -> None:
    with file.writing():
        assert [file.add_contact({}, []), file.add_contact({}, [])] == [1, 2]
    file.close()
    with closing(sqlite3.connect(tmp_path / "a")) as connection:
        connection.executescript(
            "DROP TABLE contact_facts; DROP TABLE lineage;"
            "INSERT INTO flows VALUES (7, 1, '{}', '{\"greet\": 1, \"greet.old\": 2}', 1, 1);"
            "INSERT INTO flows VALUES (7, 2, '{}', '{\"greet\": 1, \"greet.new\": 2}', 1, 0);"
            "ALTER TABLE contacts DROP COLUMN refused;"
            "ALTER TABLE contacts DROP COLUMN owner; ALTER TABLE effects DROP COLUMN person;"
            "ALTER TABLE contacts ADD COLUMN opted_out INTEGER NOT NULL DEFAULT 0;"
            "UPDATE contacts SET opted_out = 1 WHERE id = 2; PRAGMA user_version = 1"
        )
    for _ in range(2):
        store = SqliteStore.open(tmp_path / "a")
        with store.reading():
            found = {contact.id: contact.opted_out for contact in store.contacts()}
            remembered = store.remembered_ids(7)
        store.close()
        assert found == {1: False, 2: True}
        assert remembered == {1: "greet", 2: "greet.new"}


def test_an_upgrade_that_fails_leaves_the_file_as_it_was(file: SqliteStore, tmp_path: Path) -> None:
    file.close()
    with closing(sqlite3.connect(tmp_path / "a")) as connection:
        connection.execute("PRAGMA user_version = 1")
    with pytest.raises(AccountFileError, match="damaged"):
        SqliteStore.open(tmp_path / "a")
    with closing(sqlite3.connect(tmp_path / "a")) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
