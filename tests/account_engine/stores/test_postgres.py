"""A PostgreSQL in which accounts are kept: its tables, and many accounts beside each other."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import closing
from typing import cast

import psycopg
import pytest

from account_engine.account import Account
from account_engine.errors import AccountFileError, DatabaseError, InvalidDataError
from account_engine.stores import postgres, schema_upgrades
from account_engine.stores.locations import (
    create_store,
    has_secrets,
    open_store,
    random_id,
    without_secrets,
)
from account_engine.stores.postgres import PostgresStore, migrate
from account_engine.stores.records import Identity
from account_engine.stores.schema import SCHEMA_VERSION, table_names
from tests.postgres import Cluster

IDENTITY = Identity("account-1", "first", "Shop", ("email",), "Europe/Oslo", 1_000)

CREATING = """
import sys
from account_engine.account import Account
with Account.create(sys.argv[1], name="Shop", now=1_000) as account:
    print(account.add_contact({"email": "ada@example.com"}).values["email"])
"""


DYING = """
import os, signal, sys
from account_engine.account import Account
from account_engine.stores.locations import making_store
from account_engine.stores.records import Identity
with making_store(sys.argv[1], Identity("account-1", "first", "Shop", (), "UTC", 1_000)) as store:
    Account(store).add_contact({"email": "ada@example.com"})
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def empty(postgres: Cluster) -> str:
    """A database without any tables."""
    return postgres.database()


def test_several_processes_that_start_at_once_make_the_tables_once(empty: str) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", CREATING, f"{empty}#shop-{number}"], stdout=subprocess.PIPE
        )
        for number in range(4)
    ]
    said = [process.communicate(timeout=120)[0] for process in processes]
    assert said == [b"ada@example.com\n"] * 4
    for number in range(4):
        with Account.open(f"{empty}#shop-{number}") as account:
            assert len(account.contacts()) == 1


def test_accounts_in_one_database_know_nothing_of_each_other(database: str) -> None:
    ours, theirs = (f"{database}#{random_id()}" for _ in range(2))
    with (
        Account.create(ours, name="Ours", now=0) as one,
        Account.create(theirs, name="Theirs", now=0) as other,
    ):
        tag = one.create_object("tag", {"name": "VIP"}).id
        ada = one.add_contact({"email": "ada@example.com"}, tags=[tag])
        assert other.objects_of("tag") == ()
        assert other.contacts() == ()
        assert other.find_contacts(email="ada@example.com") == ()
        assert other.create_object("tag", {"name": "VIP"}).id == tag
        assert other.carriers(tag) == 0
        assert (one.info.name, other.info.name) == ("Ours", "Theirs")
    Account.remove(theirs)
    with Account.open(ours) as one:
        assert one.contact(ada.id).tags == {f"#{tag}"}


def test_a_removed_account_leaves_nothing(database: str) -> None:
    location = f"{database}#{random_id()}"
    with Account.create(location, name="Shop", now=0) as account:
        account.add_contact({"email": "ada@example.com"})
        number = account._store._account  # type: ignore[attr-defined]  # noqa: SLF001
    Account.remove(location)
    with psycopg.connect(database) as connection:
        for table in table_names():
            query = f"SELECT count(*) FROM cpt.{table} WHERE account = %s"  # noqa: S608
            assert connection.execute(query, (number,)).fetchone() == (0,)
    with pytest.raises(AccountFileError, match="there is no account"):
        open_store(location)


def test_the_only_account_needs_no_name(empty: str) -> None:
    with pytest.raises(AccountFileError, match="there is no account in this database"):
        open_store(empty)
    create_store(f"{empty}#one", IDENTITY).close()
    with closing(open_store(empty)) as store, store.reading():
        assert store.identity() == IDENTITY
    create_store(f"{empty}#two", IDENTITY).close()
    with pytest.raises(AccountFileError, match="several accounts in this database; name one"):
        open_store(empty)
    with pytest.raises(AccountFileError, match="there is no account three in this database"):
        open_store(f"{empty}#three")


def test_looking_for_an_account_makes_no_tables(empty: str) -> None:
    with pytest.raises(AccountFileError, match="cpt account create"):
        open_store(f"{empty}#one")
    with psycopg.connect(empty) as connection:
        assert connection.execute("SELECT to_regnamespace('cpt')").fetchone() == (None,)


def test_a_name_is_taken_once(database: str) -> None:
    location = f"{database}#{random_id()}"
    create_store(location, IDENTITY).close()
    with pytest.raises(AccountFileError, match="there is already an account"):
        create_store(location, IDENTITY)


@pytest.mark.parametrize("name", ["", "a b", "a#b", "é", "-a", "a/b", "x" * 101])
def test_names_are_such_that_nobody_has_to_quote_them(database: str, name: str) -> None:
    with pytest.raises(AccountFileError, match="by letters, digits, dots"):
        create_store(f"{database}#{name}", IDENTITY)


def test_a_killed_process_leaves_no_half_made_account(database: str) -> None:
    location = f"{database}#{random_id()}"
    died = subprocess.run([sys.executable, "-c", DYING, location], check=False)
    assert died.returncode == -signal.SIGKILL
    with pytest.raises(AccountFileError, match="there is no account"):
        open_store(location)
    create_store(location, IDENTITY).close()


def test_making_an_account_that_fails_leaves_none(database: str) -> None:
    location = f"{database}#{random_id()}"
    with pytest.raises(InvalidDataError):
        Account.create(location, name="A", now=2**70)
    with pytest.raises(AccountFileError, match="there is no account"):
        open_store(location)


# --- migrations


def test_tables_of_an_older_version_are_led_on_once_and_keep_what_is_in_them(
    empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_store(f"{empty}#one", IDENTITY).close()
    _newer(
        monkeypatch,
        {
            SCHEMA_VERSION: "ALTER TABLE contacts ADD COLUMN a TEXT;\n@sqlite never;\n",
            SCHEMA_VERSION + 1: "UPDATE accounts SET name = name || '!';\n",
        },
    )
    for _ in range(2):
        with closing(open_store(f"{empty}#one")) as store, store.reading():
            assert store.identity().name == "Shop!"


def test_tables_of_the_sixth_version_get_an_index_by_which_retired_flows_are_found(
    empty: str,
) -> None:
    create_store(f"{empty}#one", IDENTITY).close()
    with psycopg.connect(empty, autocommit=True, options="-c search_path=cpt") as connection:
        connection.execute("DROP INDEX flows_retired")
        connection.execute("ALTER TABLE positions DROP COLUMN owed, DROP COLUMN resumes")
        connection.execute("ALTER TABLE inbox DROP COLUMN enrols")
        connection.execute("ALTER TABLE revisions DROP COLUMN enrolled")
        connection.execute("UPDATE schema_version SET version = 6")
        open_store(f"{empty}#one").close()
        assert connection.execute("SELECT version FROM schema_version").fetchone() == (
            SCHEMA_VERSION,
        )
        connection.execute("SET enable_seqscan TO off")
        query = "SELECT campaign, version FROM flows WHERE account = 1 AND retired = 1"
        ((plan,), *_) = connection.execute(f"EXPLAIN {query}").fetchall()
        assert "flows_retired on flows" in plan


def test_a_migration_that_fails_leaves_what_was(
    empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_store(f"{empty}#one", IDENTITY).close()
    steps = {SCHEMA_VERSION: "UPDATE accounts SET name = '';\n", SCHEMA_VERSION + 1: "nonsense;\n"}
    with monkeypatch.context() as patch:
        _newer(patch, steps)
        with pytest.raises(psycopg.errors.SyntaxError):
            open_store(f"{empty}#one")
    with closing(open_store(f"{empty}#one")) as store, store.reading():
        assert store.identity() == IDENTITY


def test_tables_of_a_newer_cpt_say_to_upgrade(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        _newer(patch, {SCHEMA_VERSION: "", SCHEMA_VERSION + 1: ""})
        create_store(f"{empty}#one", IDENTITY).close()
    with pytest.raises(AccountFileError, match="kept by a newer cpt; upgrade cpt"):
        open_store(f"{empty}#one")


def _newer(patch: pytest.MonkeyPatch, steps: dict[int, str]) -> None:
    """Let the tables be of a version that is two steps ahead."""
    patch.setattr(schema_upgrades, "UPGRADES", steps)
    for module in (schema_upgrades, postgres):
        patch.setattr(module, "SCHEMA_VERSION", SCHEMA_VERSION + 2)


def test_who_may_not_make_tables_is_told_so(empty: str, postgres: Cluster) -> None:
    with psycopg.connect(empty, autocommit=True) as connection:
        role = f"guest_{random_id()}"
        connection.execute(f"CREATE ROLE {role} LOGIN")
    guest = empty.replace("//cpt@", f"//{role}@")
    with pytest.raises(DatabaseError, match="does not allow it: permission denied"):
        create_store(f"{guest}#one", IDENTITY)
    assert postgres.url in empty


def test_a_database_that_cannot_hold_every_text_is_refused(postgres: Cluster) -> None:
    name = f"ascii_{random_id()}"
    with psycopg.connect(f"{postgres.url}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' TEMPLATE template0")
    with pytest.raises(AccountFileError, match="is SQL_ASCII, and accounts need UTF8"):
        create_store(f"{postgres.url}/{name}#one", IDENTITY)


def test_what_a_location_says_of_the_connection_holds(empty: str) -> None:
    location = f"{empty}?application_name=mine&connect_timeout=3#one"
    with closing(create_store(location, IDENTITY)) as store:
        parameters = cast("PostgresStore", store)._connection.info.get_parameters()  # noqa: SLF001
    assert parameters["application_name"] == "mine"
    assert parameters["connect_timeout"] == "3"
    assert parameters["keepalives_idle"] == "30"


# --- addresses


@pytest.mark.parametrize(
    ("database", "message"),
    [
        ("postgresql://127.0.0.1:1/nowhere", "cannot be reached: .*refused"),
        ("postgresql://127.0.0.1:x/nowhere", "cannot be reached: .*port"),
        ("postgresql://h/d?nonsense=1", "no database: .*nonsense"),
    ],
)
def test_a_database_that_cannot_be_reached_is_an_error_of_ours(database: str, message: str) -> None:
    with pytest.raises(DatabaseError, match=message):
        PostgresStore.open(database, "shop")


def test_passwords_are_not_shown() -> None:
    location = "postgresql://me:secret@host:5432/db?password=secret&sslmode=require#shop"
    assert has_secrets(location)
    assert "secret" not in without_secrets(location)
    assert without_secrets(location).startswith("postgresql://me@host:5432/db?")
    plain = "postgresql://me@host:5432/db?sslmode=require#shop"
    assert without_secrets(plain) == plain


def test_migrating_twice_does_nothing(empty: str) -> None:
    with psycopg.connect(empty, autocommit=True, options="-c search_path=cpt") as connection:
        migrate(connection)
        migrate(connection)
        assert connection.execute("SELECT version FROM schema_version").fetchall() == [
            (SCHEMA_VERSION,)
        ]


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("postgresql://u:p@w@h/db#shop", "postgresql://u@h/db#shop"),
        ("postgresql://u:p/w@h/db", "postgresql://u@h/db"),
        ("postgresql://h/db?pass%77ord=secret#shop", "postgresql://h/db#shop"),
        ("postgresql://h/db?SSLPASSWORD=x&sslmode=require", "postgresql://h/db?sslmode=require"),
        ("postgresql://h:5432/db?host=/run#shop", "postgresql://h:5432/db?host=/run#shop"),
    ],
)
def test_a_password_is_left_out_however_it_is_written(location: str, shown: str) -> None:
    assert without_secrets(location) == shown
