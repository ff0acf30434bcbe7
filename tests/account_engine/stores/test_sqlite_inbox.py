"""The inbox beside an account's file: nothing that was received is lost, or taken in twice."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from account_engine.errors import AccountBusyError, AccountFileError, EngineBugError
from account_engine.events import Event
from account_engine.stores.records import Identity
from account_engine.stores.sqlite import SqliteStore
from account_engine.stores.sqlite_inbox import TABLE, SqliteInbox

IDENTITY = Identity("account-1", "first", "Shop", (), "UTC", 1_000)
FORM = Event("web-form-submitted", {"form": "#4"})

RECEIVING = """
import os, signal, sys
from account_engine.events import Event
from account_engine.stores.sqlite import SqliteStore
store = SqliteStore.open(sys.argv[1])
with store.receiving():
    store.add_event(1, 100, Event("web-form-submitted", {"form": "#4"}))
if sys.argv[2] == "taken in":
    store._inbox.drop = lambda seq: os.kill(os.getpid(), signal.SIGKILL)
    with store.writing():
        assert store.claim_received(10) == (1,)
        store.take_in()
os.kill(os.getpid(), signal.SIGKILL)
"""

FLOODING = """
import sys
from account_engine.events import Event
from account_engine.stores.sqlite import SqliteStore
for _ in range(40):
    store = SqliteStore.open(sys.argv[1], patience=60)
    with store.receiving():
        store.add_event(1, 100, Event("web-form-submitted", {"form": "#4"}))
    store.close()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shop.account"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    """A store with one contact, number 1."""
    made = SqliteStore.create(path, IDENTITY, patience=0)
    with made.writing():
        assert made.add_contact({}, ()) == 1
    yield made
    made.close()


def _receive(store: SqliteStore) -> int:
    with store.receiving():
        return store.add_event(1, 100, FORM)


def _waiting(store: SqliteStore) -> list[int]:
    with store.writing():
        return [one.seq for one in store.received(1, 1_000)]


def _beside(path: Path) -> list[str]:
    return sorted(other.name for other in path.parent.iterdir())


def test_a_closed_account_is_one_file_whatever_was_received(store: SqliteStore, path: Path) -> None:
    numbers = [_receive(store), _receive(store)]
    assert "shop.account-inbox" in _beside(path)
    store.close()
    assert _beside(path) == ["shop.account"]
    again = SqliteStore.open(path)
    assert _waiting(again) == numbers
    again.close()


def test_the_inbox_stays_as_long_as_anybody_may_have_it_open(
    store: SqliteStore, path: Path
) -> None:
    other = SqliteStore.open(path, patience=0)
    first = _receive(store)
    store.close()
    assert "shop.account-inbox" in _beside(path)
    second = _receive(other)
    assert second > first
    assert _waiting(other) == [first, second]
    third = _receive(other)
    other.close()
    assert _beside(path) == ["shop.account"]
    again = SqliteStore.open(path, patience=0)
    assert _waiting(again) == [first, second, third]
    assert _receive(again) > third
    again.close()


def test_what_cannot_be_taken_in_at_once_stays_beside(store: SqliteStore, path: Path) -> None:
    other = SqliteStore.open(path, patience=0)
    number = _receive(other)
    with store.writing():
        other.close()
    assert "shop.account-inbox" in _beside(path)
    assert _waiting(store) == [number]


@pytest.mark.parametrize("when", ["received", "taken in"])
def test_a_killed_process_loses_nothing_and_nothing_comes_twice(
    store: SqliteStore, path: Path, when: str
) -> None:
    store.close()
    died = subprocess.run([sys.executable, "-c", RECEIVING, str(path), when], check=False)
    assert died.returncode == -signal.SIGKILL
    for _ in range(2):
        again = SqliteStore.open(path)
        assert len(_waiting(again)) == 1
        again.close()
    assert _beside(path) == ["shop.account"]


def test_several_processes_that_open_and_close_it_lose_nothing(
    store: SqliteStore, path: Path
) -> None:
    processes = [subprocess.Popen([sys.executable, "-c", FLOODING, str(path)]) for _ in range(3)]
    assert [process.wait(timeout=240) for process in processes] == [0, 0, 0]
    numbers = _waiting(store)
    assert len(numbers) == len(set(numbers)) == 120


def test_an_inbox_that_cannot_be_made_is_an_error_of_ours(store: SqliteStore, path: Path) -> None:
    (path.parent / "shop.account-inbox").mkdir()
    with pytest.raises(AccountFileError, match=r"-inbox, .* is no plain file"):
        _receive(store)


def test_an_inbox_that_somebody_keeps_to_themselves_is_busy(store: SqliteStore, path: Path) -> None:
    other = SqliteInbox(path, 0)
    with other.writing(), pytest.raises(AccountBusyError):
        _receive(store)
    other.close()
    assert _receive(store) == 1


def test_events_are_received_in_a_context_of_their_own(store: SqliteStore) -> None:
    with pytest.raises(EngineBugError), store.writing():
        store.add_event(1, 100, FORM)


def test_who_asks_an_inbox_that_is_not_there_makes_none(path: Path) -> None:
    inbox = SqliteInbox(path, 0)
    assert inbox.after(0) == []
    assert inbox.last() == 0
    inbox.close()
    assert list(path.parent.iterdir()) == []


def test_an_inbox_is_for_nobody_elses_eyes(store: SqliteStore, path: Path) -> None:
    _receive(store)
    assert (path.parent / "shop.account-inbox").stat().st_mode & 0o077 == 0


def test_a_failed_removal_of_what_was_taken_in_does_no_harm(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = _receive(store)

    def fails(_: SqliteInbox, __: int) -> None:
        raise sqlite3.OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(SqliteInbox, "drop", fails)
        assert _waiting(store) == [number]
    with store.writing():
        store.drop_received(1, number)
    assert _waiting(store) == []
    assert _receive(store) > number


# --- from strangers -------------------------------------------------------------------------------


def beside(path: Path) -> Path:
    return path.with_name(f"{path.name}-inbox")


def refused(path: Path) -> None:
    """The inbox is named as what is wrong; moved away, the account is as good as ever."""
    with (
        closing(SqliteStore.open(path)) as store,
        store.writing(),
        pytest.raises(AccountFileError, match="-inbox"),
    ):
        store.take_in()
    beside(path).rename(path.with_name("elsewhere"))
    with closing(SqliteStore.open(path)) as store, store.writing():
        assert store.claim_received(10) == ()


@pytest.mark.parametrize(
    "row",
    [
        (2**63 - 1, 1, 0, "tag-applied", "{}"),
        (1, 2**62, 0, "tag-applied", "{}"),
        (1, 1, 0, "tag-applied", "{"),
        (1, 1, 0, "tag-applied", '{"tag": 1}'),
        (1, 1, 0, "tag-applied", "[]"),
        (1, 1, 0, "no-such-word", "{}"),
        (1, "x", 0, "tag-applied", "{}"),
    ],
)
def test_an_inbox_with_what_is_no_event_is_refused(
    store: SqliteStore, path: Path, row: tuple[object, ...]
) -> None:
    store.close()
    with closing(sqlite3.connect(beside(path))) as connection, connection:
        connection.execute(TABLE)
        connection.execute("INSERT INTO inbox VALUES (?, ?, ?, ?, ?)", row)
    refused(path)


@pytest.mark.parametrize(
    "more",
    [
        "CREATE TRIGGER t AFTER INSERT ON inbox BEGIN DELETE FROM inbox; END",
        "CREATE TABLE other (x)",
        "ALTER TABLE inbox ADD COLUMN more",
    ],
)
def test_an_inbox_with_more_in_it_is_refused(store: SqliteStore, path: Path, more: str) -> None:
    store.close()
    with closing(sqlite3.connect(beside(path))) as connection, connection:
        connection.execute(TABLE)
        connection.execute(more)
    refused(path)


def test_what_is_no_database_is_no_inbox(store: SqliteStore, path: Path) -> None:
    store.close()
    beside(path).write_text("something else entirely, and long enough to be looked at\n" * 20)
    refused(path)


def test_an_inbox_is_no_link(store: SqliteStore, path: Path, tmp_path: Path) -> None:
    store.close()
    other = tmp_path / "precious.txt"
    other.write_text("precious")
    beside(path).symlink_to(other)
    refused(path)
    assert other.read_text() == "precious"
