"""How a plan speaks of fields, numbers and lists."""

from __future__ import annotations

import pytest

from cpt.installer.merging.merge import ORDER
from cpt.installer.words import called, carried_by, field_words, listed
from package_format.kinds.model import Path


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ((), "the whole of it"),
        (("subject",), "subject"),
        (("sequences", "remind"), "remind"),
        (("goals", "bought", "after"), "bought: after"),
        (("sequences", "remind", "steps", "nudge"), "remind.nudge"),
        (("sequences", "remind", "steps", "nudge", "wait", "for"), "remind.nudge: wait.for"),
        (("sequences", "remind", "steps", ORDER), "the order of the steps in remind"),
        (("decisions", "fork", "ways", ORDER), "the order of the ways in fork"),
    ],
)
def test_a_field_is_named_as_its_owner_would(path: Path, words: str) -> None:
    assert field_words(path) == words


def test_a_resource_is_named_as_people_say_it() -> None:
    label = "Hi {{ contact.first_name | default('friend') }}"
    assert called("email", label, 7) == "the email “Hi [first name]” (#7)"


def test_lists_read_like_sentences() -> None:
    assert [listed(words) for words in ("", "a", "ab", "abc")] == ["", "a", "a and b", "a, b and c"]


@pytest.mark.parametrize(
    ("kind", "contacts", "words"),
    [
        ("tag", 0, "no contact carries it"),
        ("tag", 1, "1 contact carries it"),
        ("tag", 2, "2 contacts carry it"),
        ("field", 0, "no contact has a value in it"),
        ("field", 5, "5 contacts have a value in it"),
    ],
)
def test_carriers_are_counted_in_words(kind: str, contacts: int, words: str) -> None:
    assert carried_by(kind, contacts) == words
