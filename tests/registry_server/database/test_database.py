import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from registry_server.database.database import engine_at, open_database
from registry_server.database.people import Person
from registry_server.database.publishers import Standing
from registry_server.database.quotas import Quota
from registry_server.database.schema import metadata
from registry_server.errors import CannotServeError, UnavailableError
from registry_server.search.query import All, Wanted
from registry_server.trees.stored_lists import StoredLists
from tests.postgres import Cluster, cluster

NOW = "2026-11-26T09:00:00Z"

OPEN = """
import sys
from registry_server.database.database import open_database
database = open_database(sys.argv[1])
with database.writing("names") as records:
    known = len(records.publishers.names())
    records.publishers.claim(f"name-{known}", "active", "2026-11-26T09:00:00Z")
database.close()
"""


MIGRATIONS = Config()
MIGRATIONS.set_main_option("script_location", "registry_server.database:migrations")
STEPS = ScriptDirectory.from_config(MIGRATIONS)


def demand_tables_that_the_code_knows(address: str) -> None:
    engine = engine_at(address)
    with engine.begin() as connection:
        options = {"include_name": lambda name, *_: not (name or "").startswith("search")}
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, metadata)
    assert differences == []
    engine.dispose()


def test_the_migrations_make_the_tables_that_the_code_knows(address: str) -> None:
    open_database(address).close()
    demand_tables_that_the_code_knows(address)


@pytest.mark.parametrize("revision", [step.revision for step in STEPS.walk_revisions()])
def test_a_database_of_each_earlier_server_is_brought_up_to_date(
    address: str, revision: str
) -> None:
    assert len(STEPS.get_heads()) == 1
    engine = engine_at(address)
    with engine.execution_options(writing=True).begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(STEPS.dir))
        command.upgrade(config, revision)
        for statement in (
            "INSERT INTO publishers VALUES (1, 'acme', 'active', '2026-11-26T09:00:00Z')",
            "INSERT INTO packages (id, publisher, name) VALUES (1, 1, 'acme/tags')",
            (
                "INSERT INTO versions (id, package, precedence, digest, line) "
                "VALUES (1, 1, '1.0.0', 'sha256:0', '{\"size\"\\:7}')"
            ),
            "INSERT INTO people VALUES (1, 'ann', false, '2026-11-26T09:00:00Z')",
            (
                "INSERT INTO tokens (id, person, name, hash, scopes, made, expires) VALUES "
                "(7, 1, 'laptop', '0', 'read', '2026-11-26', '2026-12-26')"
            ),
        ):
            connection.execute(text(statement))
    engine.dispose()
    database = open_database(address)
    with database.reading() as records:
        assert records.packages.names() == ("acme/tags",)
        assert [package.name for package in records.packages.unsigned()] == ["acme/tags"]
        counted = Quota(packages=1, bytes=7 if revision < "0008" else 0, versions=0)
        assert records.quotas.used("acme", dt.date(2026, 11, 26)) == counted
        assert [token.id for token in records.tokens.of(Person(1, "ann"))] == [7]
    database.close()
    demand_tables_that_the_code_knows(address)


def test_a_database_is_opened_again_with_what_is_in_it(address: str) -> None:
    first = open_database(address)
    with first.writing() as records:
        records.publishers.claim("acme", Standing.ACTIVE, NOW)
    first.close()
    second = open_database(address)
    with second.reading() as records:
        assert records.publishers.names() == ("acme",)
    second.close()


def test_several_processes_may_open_it_at_once_and_wait_for_each_other(address: str) -> None:
    several = [subprocess.Popen([sys.executable, "-c", OPEN, address]) for _ in range(3)]
    assert [process.wait() for process in several] == [0] * 3
    database = open_database(address)
    with database.reading() as records:
        assert records.publishers.names() == tuple(f"name-{number}" for number in range(3))
    database.close()


def test_the_tables_of_a_newer_server_are_left_alone(address: str) -> None:
    open_database(address).close()
    engine = engine_at(address)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(CannotServeError, match="not of this server's making"):
        open_database(address)


@pytest.mark.parametrize("address", ["mysql://x/y", "nonsense", "https://packages.example"])
def test_another_address_is_refused_with_what_one_looks_like(address: str) -> None:
    with pytest.raises(CannotServeError) as refused:
        open_database(address)
    assert "postgresql://" in refused.value.help[0]


def test_a_refused_address_does_not_show_its_password() -> None:
    with pytest.raises(CannotServeError) as refused:
        open_database("mysql://registry:hunter2@database.example/registry")
    assert "hunter2" not in str(refused.value)


def test_a_folder_that_is_not_there_is_no_traceback(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="does not answer: unable to open"):
        open_database(f"sqlite:///{tmp_path / 'nowhere' / 'registry.sqlite'}")


def test_a_file_of_what_is_signed_is_read_as_it_was_written(address: str) -> None:
    database = open_database(address)
    with database.writing() as records:
        records.signed.write("tuf/metadata/1.root.json", b"{\x00}")
    assert database.reads.signed("tuf/metadata/1.root.json") == b"{\x00}"
    database.close()


def test_a_server_that_comes_back_is_used_again() -> None:
    with cluster() as server:
        database = open_database(server.database())
        with database.writing() as records:
            records.publishers.claim("acme", Standing.ACTIVE, NOW)
        assert database.reads.index("acme/tags") is None
        server.stop("fast")
        for _ in range(2):  # with the connection that there was, and without one
            with pytest.raises(UnavailableError, match="does not answer"):
                database.reads.index("acme/tags")
        with pytest.raises(UnavailableError), database.reading() as records:
            records.publishers.names()
        server.start()
        assert not StoredLists(database).found(Wanted("tags")).packages
        with pytest.raises(UnavailableError), database.searching() as records:  # noqa: PT012
            server.stop("fast")  # while somebody is at it
            records.index.find(All(((("1tag",),),)), 1)
        server.start()
        assert not StoredLists(database).found(Wanted("tags")).packages
        assert database.reads.index("acme/tags") is None
        with database.reading() as records:
            assert records.publishers.names() == ("acme",)
        database.close()


def test_a_connection_that_the_database_has_closed_is_replaced(postgres: Cluster) -> None:
    address = postgres.database()
    database = open_database(address)
    with database.reading() as records:
        records.connection.execute(text("SELECT 1"))
    other = engine_at(address)
    with other.begin() as connection:
        ended = connection.scalars(
            text(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        ).all()
    assert ended == [True]
    with database.searching() as records:
        assert records.index.size() == 0
    with database.reading() as records:
        assert records.publishers.names() == ()
    database.close()
    other.dispose()
