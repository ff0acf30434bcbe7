"""What a word is: the same for packages and for those who look for them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_server.search.query import Wanted
from registry_server.search.spelling import variants
from registry_server.search.words import LONGEST_WORD, pairs, terms, words

TEXTS = st.text(st.characters(codec="utf-8"), max_size=80)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Renewals", "renewal"),
        ("CAFÉ", "cafe"),
        ("naïve", "naive"),
        ("ﬁnal", "final"),
        ("straße", "strasse"),
        ("photographer's", "photographers"),
        ("photographer\u2019s", "photographers"),
        ("reminds", "reminding"),
    ],
)
def test_words_that_people_take_for_one_are_one(one: str, other: str) -> None:
    assert list(terms(one)) == list(terms(other))


def test_a_compound_is_found_by_its_parts_and_written_as_one() -> None:
    assert set(terms("follow-up")) == {"follow", "up", "followup"}
    assert {"product", "purchas", "productpurchas"} <= set(terms("product-purchased"))
    assert {"t", "shirt", "tshirt"} <= set(terms("T-shirt"))


def test_words_that_say_nothing_are_left_out() -> None:
    assert list(words("the webinar for your dentists")) == ["webinar", "dentists"]
    assert list(pairs("Send a letter")) == ["sendletter"]


def test_a_language_without_spaces_is_found_by_its_characters() -> None:
    assert list(words("日本語")) == ["日", "本", "語"]


@given(TEXTS)
def test_a_text_is_found_by_its_own_words_and_terms_hold_nothing_but_letters_and_digits(
    text: str,
) -> None:
    found = set(terms(text))
    assert all(
        term and not any(c.isspace() or c in "'\"\\:+|&!()*\0" for c in term) for term in found
    )
    for group in Wanted(text).groups:
        assert any(set(way) <= found for way in group.ways)


@given(TEXTS)
def test_no_word_is_long(text: str) -> None:
    assert all(len(word) <= LONGEST_WORD for word in words(text))


@given(st.text("abcdefgh", min_size=4, max_size=12), st.integers(0, 11), st.sampled_from("xyz"))
def test_one_slip_of_the_finger_leaves_something_in_common(word: str, at: int, key: str) -> None:
    at %= len(word)
    slips = (
        word[:at] + key + word[at:],
        word[:at] + word[at + 1 :],
        word[:at] + key + word[at + 1 :],
        word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
    )
    for slip in slips:
        if len(slip) >= 4:
            assert variants(word) & variants(slip)


@pytest.mark.parametrize(
    "text", ["a-" * 100_000, "a" * 200_000, "é\u0301" * 100_000, "-" * 200_000]
)
def test_a_text_made_to_hurt_takes_no_time(text: str) -> None:
    start = time.process_time()
    list(terms(text))
    assert Wanted(text).groups is not None
    assert time.process_time() - start < 2
