"""What an index promises, whichever database keeps it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_server.database.database import Database, open_database
from registry_server.database.records import Records
from registry_server.search.query import All
from tests.postgres import Cluster
from tests.registry_server.search.conftest import KINDS

WORDS = ("1a", "1b", "2a", "+ab", "category:web-forms", "1ü", "1日", "0acme/tags")
TERM = st.sampled_from(WORDS)
DOCUMENTS = st.dictionaries(st.integers(1, 2**40), st.frozensets(TERM), max_size=6)
WAY = st.lists(TERM, min_size=1, max_size=2).map(tuple)
GROUPS = st.lists(st.lists(WAY, min_size=1, max_size=2).map(tuple), min_size=1, max_size=3)


@pytest.fixture(scope="module", params=KINDS)
def database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    folder: Path = tmp_path_factory.mktemp("index")
    address = f"sqlite:///{folder / 'registry.sqlite'}"
    if request.param == "postgresql":
        cluster: Cluster = request.getfixturevalue("postgres")
        address = cluster.database()
    opened = open_database(address)
    yield opened
    opened.close()


class UndoneError(Exception):
    """Takes back what a transaction did."""


@contextmanager
def trying(database: Database) -> Iterator[Records]:
    """A transaction that is taken back."""
    with suppress(UndoneError), database.writing() as records:
        yield records
        raise UndoneError


def satisfies(terms: frozenset[str], groups: tuple[tuple[tuple[str, ...], ...], ...]) -> bool:
    return all(any(set(way) <= terms for way in ways) for ways in groups)


@given(DOCUMENTS, GROUPS.map(tuple), st.integers(1, 7))
def test_those_that_match_are_found_from_the_greatest_place_down(
    database: Database,
    documents: dict[int, frozenset[str]],
    groups: tuple[tuple[tuple[str, ...], ...], ...],
    limit: int,
) -> None:
    expected = sorted(
        (place for place, terms in documents.items() if satisfies(terms, groups)),
        reverse=True,
    )
    with trying(database) as records:
        for place, terms in documents.items():
            records.index.put(place, terms)
        assert list(records.index.find(All(groups), limit)) == expected[:limit]


@given(
    DOCUMENTS,
    st.lists(st.lists(GROUPS.map(tuple).map(All), max_size=2), max_size=3),
    st.integers(1, 4),
    st.integers(1, 5),
)
def test_steps_are_taken_until_enough_is_found(
    database: Database,
    documents: dict[int, frozenset[str]],
    steps: list[list[All]],
    limit: int,
    enough: int,
) -> None:
    with trying(database) as records:
        for place, terms in documents.items():
            records.index.put(place, terms)
        expected: list[list[list[int]]] = []
        for step in steps:
            so_far = {place for taken in expected for places in taken for place in places}
            is_taken = len(so_far) < enough
            expected.append(
                [list(records.index.find(one, limit)) if is_taken else [] for one in step]
            )
        found = records.index.find_in_steps(steps, limit, enough)
        assert [[list(places) for places in step] for step in found.places] == expected


def test_what_is_moved_is_found_there_and_what_is_removed_nowhere(database: Database) -> None:
    wanted = All(((("1a",),),))
    with trying(database) as records:
        records.index.put(1, ["1a"])
        records.index.put(2, ["1a", "1b"])
        records.index.move(1, 9)
        assert list(records.index.find(wanted, 5)) == [9, 2]
        records.index.remove(2)
        records.index.remove(77)
        assert list(records.index.find(wanted, 5)) == [9]


def test_what_is_taken_back_was_never_there(database: Database) -> None:
    with trying(database) as records:
        records.index.put(1, ["1a"])
    with database.reading() as records:
        assert list(records.index.find(All(((("1a",),),)), 5)) == []


@pytest.mark.parametrize("term", ['"', "'", "\\", "*", "&", "1a:*", "-1a", "+1a", "OR", "NOT"])
def test_no_term_is_read_as_the_language_of_a_query(database: Database, term: str) -> None:
    with trying(database) as records:
        records.index.put(1, ["1a"])
        assert list(records.index.find(All((((term,),),)), 5)) == []
