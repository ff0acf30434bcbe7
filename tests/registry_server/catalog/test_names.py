import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_server.catalog.names import Likeness, is_one_edit_away, likeness, skeleton

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"

words = st.text(LETTERS, min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("new", "known"),
    [("ac-me", "acme"), ("acrne", "acme"), ("g00gle", "google"), ("1nsight", "lnsight"),
     ("insight", "lnsight"), ("vvinter", "winter"), ("five5", "fives")],
)  # fmt: skip
def test_what_the_eye_cannot_tell_apart_is_certain(new: str, known: str) -> None:
    assert likeness(new, ["zebra", known]) == Likeness(known, certain=True)


@pytest.mark.parametrize(
    ("new", "known"),
    [("c1oud-c1ub", "cloud-club"), ("cioud-ciub", "cloud-club"), ("rnicrosfot", "microsoft"),
     ("ac-mee", "acme"), ("paypa1-1", "paypal"), ("acid", "add")],
)  # fmt: skip
def test_what_looks_alike_in_two_ways_at_once_is_no_name_of_its_own(new: str, known: str) -> None:
    assert likeness(new, [known]) is not None


@pytest.mark.parametrize("new", ["acmes", "acm", "acne", "amce", "xacme"])
def test_one_slip_of_the_finger_is_near(new: str) -> None:
    assert is_one_edit_away(new, "acme")
    assert is_one_edit_away("acme", new)


def test_a_near_name_is_for_somebody_to_judge() -> None:
    assert likeness("acmes", ["acme"]) == Likeness("acme", certain=False)


def test_short_names_are_near_to_everything_and_may_be() -> None:
    assert likeness("abc", ["abd"]) is None


@pytest.mark.parametrize("new", ["photo-school", "bakery", "acorn"])
def test_a_name_of_its_own_looks_like_none(new: str) -> None:
    assert likeness(new, ["acme", "harbour"]) is None


@given(words, words)
def test_nearness_goes_both_ways(one: str, other: str) -> None:
    assert is_one_edit_away(one, other) == is_one_edit_away(other, one)


@given(words, st.integers(0, 12), st.sampled_from(LETTERS))
def test_every_edit_is_one_edit_away(word: str, where: int, letter: str) -> None:
    where = min(where, len(word))
    assert is_one_edit_away(word, word[:where] + letter + word[where:])
    changed = word[:where] + letter + word[where + 1 :]
    assert is_one_edit_away(word, changed)
    swapped = word[:where] + word[where : where + 2][::-1] + word[where + 2 :]
    assert is_one_edit_away(word, swapped)


@given(words)
def test_a_skeleton_of_a_skeleton_with_hyphens_is_the_same(word: str) -> None:
    assert skeleton("-".join(word)) == skeleton(word)
