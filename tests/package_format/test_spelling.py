"""What was probably meant, whoever wrote the words that there are."""

from __future__ import annotations

import ast
import difflib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import package_format
from package_format.spelling import did_you_mean, nearest

MANY = [f"acme/package-{number}" for number in range(20_000)]


@pytest.mark.parametrize(
    "slip", ["acme/pakcage-5000", "acme/package5000", "cme/package-5000", "acme/package-5000x"]
)
def test_a_slip_finds_its_word_among_very_many(slip: str) -> None:
    assert nearest(slip, MANY) == ["acme/package-5000"]
    assert did_you_mean(slip, MANY) == "did you mean acme/package-5000?"


def test_nothing_is_offered_where_nothing_is_like_it() -> None:
    assert nearest("zzz", MANY) == []
    assert did_you_mean("zzz", MANY) is None


def test_words_too_long_for_a_name_are_not_compared() -> None:
    assert nearest("a" * 101, ["a" * 100]) == []
    assert nearest("a" * 100, ["a" * 101, "a" * 99]) == ["a" * 99]


def test_few_words_are_compared_letter_by_letter_whatever_a_stranger_lists(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[int] = []
    compare = difflib.get_close_matches

    def counting(word: str, words: list[str], n: int, cutoff: float) -> list[str]:
        compared.append(len(words))
        return compare(word, words, n, cutoff)

    monkeypatch.setattr(difflib, "get_close_matches", counting)
    hostile = [f"{'ab' * 40}{number}" for number in range(20_000)]
    nearest("ba" * 45, hostile)
    assert compared == [200]


@given(st.lists(st.text(max_size=12), max_size=30, unique=True), st.text(max_size=12))
def test_among_few_words_it_is_the_librarys_answer(words: list[str], word: str) -> None:
    assert nearest(word, words, most=3) == difflib.get_close_matches(word, words, n=3, cutoff=0.6)


@given(st.text("abc", min_size=4, max_size=10), st.integers(0, 9), st.sampled_from("xyz"))
def test_one_wrong_letter_is_always_found(word: str, place: int, letter: str) -> None:
    at = place % len(word)
    slip = word[:at] + letter + word[at + 1 :]
    others = [f"{number:04}" for number in range(400)]
    assert nearest(slip, [*others, word]) == [word]


def test_nothing_else_asks_the_library() -> None:
    root = Path(package_format.__file__).parent.parent
    asking = {
        path.relative_to(root).as_posix()
        for room in ("package_format", "account_engine", "cpt", "registry_server")
        for path in (root / room).rglob("*.py")
        if "get_close_matches" in path.read_text("utf-8")
        and any(
            isinstance(node, ast.ImportFrom | ast.Import) and "difflib" in ast.unparse(node)
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
        )
    }
    assert asking == {"package_format/spelling.py"}
