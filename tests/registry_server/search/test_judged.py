"""What people judged to be right, on each database: the same words find the same packages."""

import re
from pathlib import Path

import pytest

from registry_server.database.database import Database
from registry_server.database.listed import ListedPackages
from registry_server.search.query import Wanted
from registry_server.search.searching import search
from registry_server.trees.stored_lists import StoredLists

_ROW = re.compile(r"^\| (?!looked|---)(.*?) \| ?(.*?) ?\|$", re.MULTILINE)
_FILTER = re.compile(r"\b(category|feature|publisher):(\S+)")
JUDGED = _ROW.findall((Path(__file__).with_name("judged.md")).read_text("utf-8"))


def wanted(asked: str) -> Wanted:
    filters = dict(_FILTER.findall(asked))
    return Wanted(_FILTER.sub("", asked).strip(), **filters)


def found(database: Database, asked: Wanted) -> list[str]:
    return [one.newest.name for one in StoredLists(database).found(asked).packages[:]]


@pytest.mark.parametrize(("asked", "judgement"), JUDGED, ids=[row[0] for row in JUDGED])
def test_what_is_looked_for_is_found_as_people_judged(
    marketplace: Database, asked: str, judgement: str
) -> None:
    names = found(marketplace, wanted(asked))
    if not judgement:
        assert names == []
    at, anywhere = 0, False
    for word in judgement.split():
        if word.startswith("!"):
            assert word[1:] not in names
        elif word == "…":
            anywhere = True
        elif anywhere:
            assert word in names[at:]
            at, anywhere = names.index(word) + 1, False
        else:
            assert names[at] == word
            at += 1


def test_there_is_something_judged() -> None:
    assert len(JUDGED) > 30


def test_what_was_looked_for_instead_is_told(marketplace: Database) -> None:
    def instead(text: str) -> list[tuple[str, tuple[str, ...]]]:
        with marketplace.reading() as records:
            places = search(records.index, records.spellings, Wanted(text))
        return [(it.word, it.words) for it in places.instead]

    assert instead("webinar") == []
    assert instead("webniar") == [("webniar", ("webinar",))]
    assert instead("webin") == [("webin", ("webinar", "bebine"))]
    assert instead("webinar zzzzqqq") == [("zzzzqqq", ())]
    assert instead("birthdays for dentists") == [("dentists", ())]


@pytest.mark.parametrize("asked", ["webinar-follow-up", "zzzzqqq"])
def test_what_a_page_shows_of_what_is_found_is_read_once(
    marketplace: Database, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = StoredLists(marketplace).found(Wanted(asked)).packages
    monkeypatch.setattr(ListedPackages, "at", None)
    assert len(packages[:30]) == min(30, len(packages))
