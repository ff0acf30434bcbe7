"""What an older server, or a backup, left out is there once a server starts."""

from pathlib import Path

import pytest
from sqlalchemy import text

from package_format.index import blob_path
from package_format.package import Package
from registry_server.database.database import engine_at
from registry_server.search.query import Wanted
from registry_server.store import Place
from registry_server.trees.stored_lists import StoredLists
from registry_server.upkeep.describing import bring_up_to_date
from tests.registry_server.conftest import KINDS
from tests.registry_server.stores import Running, renamed


def found(running: Running, words: str) -> list[str]:
    packages = StoredLists(running.store.database).found(Wanted(words)).packages
    return [listed.newest.name for listed in packages[:]]


def do(place: Place, *statements: str) -> None:
    engine = engine_at(place.database)
    with engine.execution_options(writing=True).begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def test_versions_that_an_older_server_took_are_described(
    running: Running, place: Place, tags: Package
) -> None:
    running.publish(tags)
    do(place, "DELETE FROM needs", "DELETE FROM listings", "DELETE FROM descriptions")
    do(place, "DELETE FROM search")
    assert found(running, "tags") == []
    assert bring_up_to_date(running.store) == 1
    assert found(running, "tags") == ["acme/lifecycle-tags"]
    assert "acme/lifecycle-tags" in running.ask("GET", "/").text
    assert bring_up_to_date(running.store) == 0


def test_what_is_described_in_an_older_form_is_described_anew(
    running: Running, place: Place, tags: Package
) -> None:
    running.publish(tags)
    do(place, "UPDATE descriptions SET format = 0, terms = 'nonsense'")
    assert bring_up_to_date(running.store) == 1
    assert found(running, "lifecycle") == ["acme/lifecycle-tags"]


def test_an_index_that_is_not_all_there_is_made_anew(
    running: Running, place: Place, tags: Package
) -> None:
    running.publish(renamed(tags, "acme/tags-one"))
    running.publish(renamed(tags, "acme/tags-two"))
    do(place, "DELETE FROM search")
    assert found(running, "tags") == []
    assert bring_up_to_date(running.store) == 0
    assert found(running, "tags") == ["acme/tags-two", "acme/tags-one"]


@pytest.mark.parametrize("kind", KINDS[:1])
def test_an_archive_that_is_lost_keeps_no_other_version_from_being_described(
    running: Running, place: Place, tags: Package, kind: str
) -> None:
    del kind
    running.publish(renamed(tags, "acme/tags-one"))
    running.publish(renamed(tags, "acme/tags-two"))
    line = running.ask("GET", "/index/acme/tags-one.jsonl").json()
    (Path(place.blobs) / blob_path(line["digest"])).unlink()
    do(place, "UPDATE descriptions SET format = 0")
    assert bring_up_to_date(running.store) == 1
    assert bring_up_to_date(running.store) == 0
