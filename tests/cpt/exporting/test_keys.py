"""Keys from what people call things."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from cpt.exporting.keys import resource_key, slug, unique
from package_format.references import KEY_PATTERN


def test_the_words_of_a_text_are_its_key() -> None:
    assert slug("Coffee at the harbour?", "email") == "coffee-at-the-harbour"
    assert slug("Your seat is saved, {{ contact.first_name }}", "email") == "your-seat-is-saved"
    assert slug("Grüße, Åse!", "email") == "grue-ase" or slug("Grüße", "x") == "grue"


def test_what_has_no_letters_is_called_by_its_kind() -> None:
    assert slug("你好", "email") == "email"


def test_a_taken_key_gets_a_number() -> None:
    assert unique("card", {"card", "card-2"}) == "card-3"


def test_a_field_is_never_called_like_a_built_in_one() -> None:
    assert resource_key("field", "company", ()) == "company-2"


def test_a_file_name_that_some_system_reserves_is_avoided() -> None:
    assert resource_key("email", "con", ()) == "con-email"


@given(st.text(max_size=200))
def test_every_text_has_a_key(text: str) -> None:
    key = slug(text, "thing")
    assert re.fullmatch(KEY_PATTERN, key)
    assert len(key) <= 64
