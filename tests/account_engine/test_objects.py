"""What objects' data says about them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from account_engine.errors import InvalidDataError, UnknownObjectError
from account_engine.objects import (
    StoredObject,
    digest,
    natural_key,
    normalised,
    number_of,
    read,
    reference,
    refers_to,
    resolved,
)


@given(st.text())
def test_what_is_normalised_stays_as_it_is(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)


@given(st.integers(min_value=1, max_value=10**12))
def test_an_id_is_read_as_it_is_written(number: int) -> None:
    assert number_of(reference(number)) == number


@pytest.mark.parametrize("text", ["12", "#", "#0", "#x", "# 1", "#1 ", "attended"])
def test_other_texts_are_no_ids(text: str) -> None:
    assert number_of(text) is None


def test_a_digest_is_of_the_data_and_not_of_its_order() -> None:
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})


def test_natural_keys_are_compared_without_case_form_and_space() -> None:
    assert natural_key("tag", {"name": " Café "}) == natural_key("tag", {"name": "CAFE\u0301"})


def test_a_kind_without_a_natural_key_has_none() -> None:
    assert natural_key("email", {"subject": "Hi"}) is None


def test_an_object_is_called_by_its_kind_and_label() -> None:
    stored = StoredObject(4, "tag", {"name": "VIP"})
    assert (stored.called, stored.reference) == ("the tag “VIP”", "#4")
    mail = StoredObject(5, "email", {"subject": "Hi {{ contact.first_name | default('you') }}"})
    assert mail.called == "the email “Hi [first name]”"


def test_an_unknown_kind_is_named_with_those_there_are() -> None:
    with pytest.raises(UnknownObjectError, match=r"no kind 'hat'.*tag, field"):
        read("hat", {})


def test_data_that_is_no_mapping_is_refused() -> None:
    with pytest.raises(InvalidDataError, match="this is no tag: "):
        read("tag", [])


def test_references_are_ids_or_built_in_fields() -> None:
    form = read("form", {"title": "F", "fields": [{"field": "#4"}, {"field": "email"}]})
    assert list(refers_to(form)) == [(4, "field")]


def test_any_other_reference_is_refused_where_it_stands() -> None:
    form = read("form", {"title": "F", "fields": [{"field": "size"}]})
    with pytest.raises(InvalidDataError, match=r"fields\.0\.field: 'size' is not the id"):
        list(refers_to(form))


def test_created_names_are_resolved_as_whole_values_only() -> None:
    data = {"a": "@x", "@x": ["@x", "to @x", "@y", 1, None], "b": {"c": ("@x",)}}
    assert resolved(data, {"x": 7}) == {
        "a": "#7",
        "@x": ["#7", "to @x", "@y", 1, None],
        "b": {"c": ["#7"]},
    }
