"""What only the index in PostgreSQL has to hold: its levels change nothing of what is found."""

from collections.abc import Iterator
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_server.database.database import Database, open_database
from registry_server.search import tsvector
from registry_server.search.query import All, Wanted
from registry_server.search.searching import search
from tests.postgres import Cluster
from tests.registry_server.search.test_index import trying

A = All(((("1a",),),))
LEVELS = st.lists(st.integers(0, 9), min_size=4, max_size=4).map(
    lambda levels: tuple(sorted(levels, reverse=True))
)
PLACES = st.sets(st.integers(1, 9 << 32), max_size=8)


@pytest.fixture(scope="module")
def database(postgres: Cluster) -> Iterator[Database]:
    opened = open_database(postgres.database())
    yield opened
    opened.close()


@given(PLACES, LEVELS, st.integers(1, 9))
def test_the_levels_above_which_it_looks_first_make_no_difference(
    database: Database, places: set[int], levels: tuple[int, ...], limit: int
) -> None:
    with trying(database) as records:
        records.connection.info[tsvector.LEVELS] = (inf, levels)
        for place in places:
            records.index.put(place, ["1a", "2a"])
        expected = sorted(places, reverse=True)[:limit]
        assert list(records.index.find(A, limit)) == expected
        answer = records.index.find_in_steps([[A], [A]], limit, 99)
        assert answer.places == [[expected], [expected]]


@given(st.integers(0, 5), st.integers(0, 5), LEVELS)
def test_a_document_that_moves_has_the_levels_of_its_new_place(
    database: Database, before: int, after: int, levels: tuple[int, ...]
) -> None:
    with trying(database) as records:
        records.connection.info[tsvector.LEVELS] = (inf, levels)
        records.index.put(before << 32 | 1, ["1a"])
        records.index.put(3 << 32 | 2, ["1a"])
        records.index.move(before << 32 | 1, after << 32 | 1)
        best = max(after << 32 | 1, 3 << 32 | 2)
        assert list(records.index.find(A, 1)) == [best]


def test_the_levels_that_some_documents_have_reached_are_looked_up(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tsvector, "_TOP", 1)
    monkeypatch.setattr(tsvector, "_SIZES", (2, 3))
    with trying(database) as records:
        records.connection.info.pop(tsvector.LEVELS, None)
        for number in range(5):
            records.index.put(number << 32 | 1, ["1a"])
        assert list(records.index.find(A, 2)) == [4 << 32 | 1, 3 << 32 | 1]
        assert records.connection.info[tsvector.LEVELS][1] == (3, 2, 1)
        records.connection.info.pop(tsvector.LEVELS)


def test_what_lists_show_of_the_first_comes_with_the_answer(marketplace: Database) -> None:
    with marketplace.searching() as records:
        found = search(records.index, records.spellings, Wanted("webinar"))
        brings = isinstance(records.index, tsvector.TsvectorIndex)
        assert found.rows.keys() == ({*found.places[:30]} if brings else set())
        listed = records.listed.at(found.places, found.rows)
        assert listed == records.listed.at(found.places)
        assert len(listed) == len(found.places)
