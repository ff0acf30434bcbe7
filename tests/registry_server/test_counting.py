"""What is fetched counts once a day for each address, and nobody can tell from it who fetched."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from package_format.index import blob_path, parse_index
from package_format.package import Package
from package_format.registry_folders import RECORDS
from registry_server.app import create_registry
from registry_server.database.database import Database
from registry_server.errors import UnavailableError
from registry_server.store import Store
from registry_server.upkeep.backup import back_up
from tests.registry_server.conftest import retold
from tests.registry_server.stores import Running

TAGS = "acme/lifecycle-tags"
ADDRESS = "198.51.100.7"


@pytest.fixture
def archive(running: Running, tags: Package) -> str:
    """Where the archive of a version is."""
    assert running.publish(tags).status_code == 201
    (line,) = parse_index(running.ask("GET", f"/index/{TAGS}.jsonl").text)
    return f"/{blob_path(line.digest)}"


def counted(running: Running) -> int:
    running.app.state.counting.write_down()
    return int(running.ask("GET", f"/api/v1/packages/{TAGS}").json()["downloads"])


def test_who_fetches_a_thousand_times_counts_once_a_day(running: Running, archive: str) -> None:
    for _ in range(3):
        for _ in range(30):
            assert running.ask("GET", archive, address=ADDRESS).status_code == 200
        assert counted(running) == 1
    running.now = "2026-11-27T00:00:00Z"
    running.ask("GET", archive, address=ADDRESS)
    assert counted(running) == 2


def test_each_version_and_each_address_counts(
    running: Running, archive: str, tags: Package
) -> None:
    running.ask("GET", archive, address=ADDRESS)
    running.ask("GET", archive, address="198.51.100.8")
    running.publish(retold(tags, version="1.1.0"))
    *_, line = parse_index(running.ask("GET", f"/index/{TAGS}.jsonl").text)
    running.ask("GET", f"/{blob_path(line.digest)}", address=ADDRESS)
    assert counted(running) == 3


def test_who_has_a_network_of_addresses_counts_once(running: Running, archive: str) -> None:
    for number in range(5):
        running.ask("GET", archive, address=f"2001:db8:1:2::{number}")
    assert counted(running) == 1


def test_two_servers_on_one_database_count_an_address_once(running: Running, archive: str) -> None:
    running.ask("GET", archive, address=ADDRESS)
    assert counted(running) == 1
    store = Store.open(running.place)
    running.app = create_registry(store, "http://packages.test", lambda: running.now)
    running.ask("GET", archive, address=ADDRESS)
    assert counted(running) == 1
    store.close()


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("HEAD", {}),
        ("GET", {"Range": "bytes=0-"}),
        ("GET", {"Range": "bytes=0-0"}),
        ("GET", {"Range": "bytes=100-"}),
        ("GET", {"If-None-Match": "*"}),
        ("GET", {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://google.com/bot)"}),
        ("GET", {"User-Agent": "ExampleSpider 1.0"}),
    ],
)
def test_what_is_not_an_archive_for_somebody_does_not_count(
    running: Running, archive: str, method: str, headers: dict[str, str]
) -> None:
    assert running.ask(method, archive, headers=headers).status_code in {200, 206, 304}
    assert counted(running) == 0
    running.ask("GET", archive, headers={"User-Agent": "cpt"})
    assert counted(running) == 1


# --- who it was -----------------------------------------------------------------------------------


def _everything(database: Database) -> str:
    with database.moment() as connection:
        tables = ("day_salts", "fetches", "downloads", "log")
        return "\n".join(
            repr(tuple(row)) for table in tables for row in connection.execute(
                text(f"SELECT * FROM {table}")  # noqa: S608  names of ours
            )
        )  # fmt: skip


def test_nobody_can_tell_who_fetched_what(running: Running, archive: str, tmp_path: Path) -> None:
    running.ask("GET", archive, address=ADDRESS)
    assert counted(running) == 1
    database = running.store.database
    assert ADDRESS not in _everything(database)
    back_up(running.store, tmp_path / "backup", running.now)
    kept = (tmp_path / "backup" / RECORDS).read_text()
    assert '"downloads"' in kept
    assert '"day_salts"' not in kept
    assert '"fetches"' not in kept
    with database.moment() as connection:
        salt, marks = (
            connection.execute(text(f"SELECT * FROM {table}")).all()  # noqa: S608  names of ours
            for table in ("day_salts", "fetches")
        )
    assert (len(salt), len(marks)) == (1, 1)
    running.now = "2026-11-27T00:00:00Z"
    running.ask("GET", archive, address="198.51.100.8")
    assert counted(running) == 2
    with database.moment() as connection:
        next_salt = connection.execute(text("SELECT * FROM day_salts")).all()
        next_marks = connection.execute(text("SELECT * FROM fetches")).all()
    assert (len(next_salt), len(next_marks)) == (1, 1)
    assert next_salt[0].salt != salt[0].salt, "yesterday's is thrown away, and its marks with it"
    assert next_marks[0].mark != marks[0].mark


def test_what_cannot_be_written_down_is_counted_later(
    running: Running, archive: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    running.ask("GET", archive, address=ADDRESS)

    def away(*_: str) -> None:
        raise UnavailableError("it is away")

    with monkeypatch.context() as patch:
        patch.setattr(running.store.database, "writing", away)
        running.app.state.counting.write_down()
    assert counted(running) == 1
