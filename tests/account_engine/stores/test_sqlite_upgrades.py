"""Files of older versions of cpt open, are brought up to date, and keep what is in them.

`old/version-2.sql` is a real account's file of version 2, written by the cpt of then.
"""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from account_engine.account import Account
from account_engine.errors import AccountFileError
from account_engine.events import Event
from account_engine.position import Position, Status
from account_engine.stores import schema_upgrades, sqlite_upgrades
from account_engine.stores.locations import open_store
from account_engine.stores.port import Store
from account_engine.stores.schema import SCHEMA_VERSION
from account_engine.stores.sqlite import SqliteStore

OLD = Path(__file__).parent / "old"
DAY = 86_400

TO_THE_FIRST = """
DROP TABLE contact_facts;
DROP TABLE lineage;
DELETE FROM counters WHERE name = 'lineage';
ALTER TABLE contacts ADD COLUMN opted_out INTEGER NOT NULL DEFAULT 0;
UPDATE contacts SET opted_out = refused <> '[]';
ALTER TABLE contacts DROP COLUMN refused;
ALTER TABLE contacts DROP COLUMN owner;
ALTER TABLE effects DROP COLUMN person;
PRAGMA user_version = 1;
"""
"""What version 2 had more than version 1."""

DYING = """
import os, signal, sqlite3, sys
from account_engine.stores import sqlite_file
connect = sqlite3.connect
def dying(*arguments, **named):
    connection = connect(*arguments, **named)
    connection.execute("PRAGMA cache_size = 1")  # what is written goes to the disk at once
    def die(statement):
        if statement.startswith("DROP TABLE old_positions"):
            os.kill(os.getpid(), signal.SIGKILL)
    connection.set_trace_callback(die)
    return connection
sqlite3.connect = dying
sqlite_file.connect(sys.argv[1], 0)
"""

OPENING = """
import sys
from account_engine.account import Account
from account_engine.events import Event
print(len(Account.open(sys.argv[1], patience=60).contacts()))
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A file of version 2."""
    path = tmp_path / "old.account"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((OLD / "version-2.sql").read_text("utf-8"))
    return path


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def test_everything_in_a_file_of_the_second_version_is_kept(old: Path) -> None:
    positions = rows(
        old,
        "SELECT contact, campaign, version, node, status, step, entry, entered, began, due, "
        "overtaken, arrived, skip FROM positions ORDER BY contact, campaign, version, node",
    )
    story = rows(old, "SELECT contact, at, what, campaign, node, why FROM story ORDER BY seq")
    effects = rows(
        old, "SELECT seq, contact, step, entry, kind, resource, due, person, text FROM effects"
    )
    values = rows(old, "SELECT contact, field, value FROM contact_values")
    tags = rows(old, "SELECT contact, tag FROM contact_tags")
    with Account.open(old) as account:
        contacts = account.contacts()
        found = [
            (contact.id, position)
            for contact in contacts
            for position in account.positions(contact.id)
        ]
    assert len(positions) == 11
    assert found == [(row[0], _position(row[1:])) for row in positions]
    assert [(c.id, c.owner, set(c.refused)) for c in contacts if c.refused or c.owner] == [
        (3, "bo@example.com", {"email"})
    ]
    with closing(open_store(old)) as store, store.reading():
        assert [(one.id, *line) for one in contacts for line in _lines(store, one.id)] == sorted(
            story, key=lambda row: row[0]
        )
        recorded = store.effects()
        assert [(one.number, one.effect.identity.contact) for one in recorded] == [
            row[:2] for row in effects
        ]
        assert [
            (one.effect.identity.step, one.effect.identity.entry, one.effect.kind.value)
            for one in recorded
        ] == [row[2:5] for row in effects]
        assert [(o.effect.resource, o.effect.due, o.effect.person) for o in recorded] == [
            row[5:8] for row in effects
        ]
        (head,) = store.revisions()
        assert (head.id, head.record) == ("plan-1", {"packages": ["é"]})
        assert store.departed(3) == ("tag", "Gone")
        assert store.identity().address == "Storgata 1, Oslo"
        assert store.take_numbers("objects", 0) > max(row.campaign for row in store.flows())
        assert {(c.id, f, v) for c in contacts for f, v in c.values.items()} == {
            (contact, field, json.loads(value)) for contact, field, value in values
        }
        assert {(c.id, int(tag[1:])) for c in contacts for tag in c.tags} == set(tags)
    assert rows(old, "PRAGMA user_version") == [(SCHEMA_VERSION,)]
    assert rows(old, "PRAGMA journal_mode") == [("wal",)]
    assert rows(old, "SELECT name FROM sqlite_schema WHERE name LIKE 'old_%'") == []
    assert rows(old, "PRAGMA integrity_check") == [("ok",)]


def _lines(store: Store, contact: int) -> list[tuple[Any, ...]]:
    return [
        (line.at, line.what, line.campaign, line.node, line.why) for line in store.story(contact)
    ]


def _position(row: tuple[Any, ...]) -> Position:
    campaign, version, node, status, step, entry, entered, began, due, overtaken, arrived, skip = (
        row
    )
    return Position(
        *(campaign, version, node, Status(status), step, entry, entered, began, due),
        overtaken=bool(overtaken),
        arrived=tuple(json.loads(arrived)),
        skip=frozenset(json.loads(skip)),
    )


def test_life_goes_on_in_a_file_of_the_second_version(old: Path) -> None:
    with Account.open(old) as account:
        sent = len(account.outbox())
        account.tick(account.info.now + 40 * DAY)
        assert [(message.contact, message.subject) for message in account.outbox()[sent:]] == [
            (6, "An offer")
        ]
        assert account.retired() == ()
        (campaign,) = account.find("campaign", "Follow-up")
        account.edit(campaign.id, {**campaign.data, "title": "Renamed"})
        assert {position.version for position in account.positions(1)} == {3}
        (kept, new) = (account.contact(6), account.add_contact({"email": "zoe@example.com"}))
        assert new.id == kept.id + 1


@pytest.mark.parametrize("times", [1, 2])
def test_a_file_of_the_first_version_is_brought_up_to_date(old: Path, times: int) -> None:
    with closing(sqlite3.connect(old)) as connection:
        connection.executescript(TO_THE_FIRST)
    for _ in range(times):
        with closing(SqliteStore.open(old)) as store, store.reading():
            assert [one.id for one in store.contacts() if one.opted_out] == [3]
            assert set(store.remembered_ids(10).values()) >= {"remind", "remind.nudge", "both"}
            assert store.next_due(2**40) is not None
            assert len(store.effects()) == 15


def test_a_killed_upgrade_leaves_the_file_as_it_was(old: Path) -> None:
    before = rows(old, "SELECT * FROM positions"), rows(old, "SELECT * FROM story")
    died = subprocess.run([sys.executable, "-c", DYING, str(old)], check=False)
    assert died.returncode == -signal.SIGKILL
    assert (rows(old, "SELECT * FROM positions"), rows(old, "SELECT * FROM story")) == before
    assert rows(old, "PRAGMA user_version") == [(2,)]
    with Account.open(old) as account:
        assert len(account.contacts()) == 6


def test_an_upgrade_that_fails_leaves_the_file_as_it_was(old: Path) -> None:
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("PRAGMA user_version = 1")
    with pytest.raises(AccountFileError, match="damaged"):
        SqliteStore.open(old)
    assert rows(old, "PRAGMA user_version") == [(1,)]
    assert len(rows(old, "SELECT * FROM positions")) == 11


def test_an_upgrade_that_would_lose_somebody_fails(old: Path) -> None:
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("UPDATE positions SET node = 'nowhere' WHERE contact = 6")
    with pytest.raises(AccountFileError, match="1 rows of positions belong to nothing"):
        SqliteStore.open(old)
    assert len(rows(old, "SELECT * FROM positions")) == 11


def test_two_processes_that_open_an_old_file_at_once_upgrade_it_once(old: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", OPENING, str(old)], stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    assert [process.communicate(timeout=120)[0] for process in processes] == [b"6\n", b"6\n"]


def test_a_file_of_a_later_version_is_led_on_step_by_step(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Account.open(old).close()
    steps = {
        SCHEMA_VERSION: "ALTER TABLE contacts ADD COLUMN a TEXT;\n",
        SCHEMA_VERSION + 1: "UPDATE contacts SET a = 'x';\n@postgres never;\n",
    }
    monkeypatch.setattr(schema_upgrades, "UPGRADES", steps)
    for module in (schema_upgrades, sqlite_upgrades):
        monkeypatch.setattr(module, "SCHEMA_VERSION", SCHEMA_VERSION + 2)
    with closing(sqlite3.connect(old, isolation_level=None)) as connection:
        sqlite_upgrades.upgrade(connection)
        sqlite_upgrades.upgrade(connection)
        assert connection.execute("SELECT DISTINCT a FROM contacts").fetchall() == [("x",)]
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION + 2,)


SEVENTH = (
    "ALTER TABLE inbox DROP COLUMN enrols; ALTER TABLE revisions DROP COLUMN enrolled; "
    "ALTER TABLE positions DROP COLUMN owed; ALTER TABLE positions DROP COLUMN resumes;"
)
"""Makes of today's tables those of version 7."""


def test_what_waits_in_a_file_of_the_seventh_version_has_its_turn(tmp_path: Path) -> None:
    path = tmp_path / "seventh.account"
    with Account.create(path, name="Shop", now=1_000) as account:
        account.receive(account.add_contact({}).id, Event("opted-out"))
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"{SEVENTH} PRAGMA user_version = 7;")
    with Account.open(path) as account:
        assert account.catch_up() == 1
    assert rows(path, "PRAGMA user_version") == [(SCHEMA_VERSION,)]


def test_a_file_of_the_sixth_version_gets_an_index_by_which_retired_flows_are_found(
    tmp_path: Path,
) -> None:
    path = tmp_path / "sixth.account"
    Account.create(path, name="Shop", now=1_000).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"DROP INDEX flows_retired; {SEVENTH} PRAGMA user_version = 6;")
    Account.open(path).close()
    assert rows(path, "PRAGMA user_version") == [(SCHEMA_VERSION,)]
    with closing(sqlite3.connect(path)) as connection:
        traced: list[str] = []
        with closing(SqliteStore(connection, path)) as store:
            connection.set_trace_callback(traced.append)
            store.delete_empty_retired()
            connection.set_trace_callback(None)
            ((*_, how), *_) = connection.execute(f"EXPLAIN QUERY PLAN {traced[0]}").fetchall()
    assert how.endswith("flows USING INDEX flows_retired")
