"""Placeholders are found in one pass, whatever a text holds."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpt.cli.views.words import called
from package_format.checks.link_in_no_email import _plain
from package_format.checks.markup import elements
from package_format.picture.metrics import shown
from package_format.placeholders import (
    TAGS,
    VALUES,
    in_brackets,
    placeholders,
    replaced_placeholders,
)
from package_format.templates import read_message

BOTH = {**VALUES, **TAGS}
MANY = 300_000
AS_EXPRESSION = re.compile(r"\[\[.*?\]\]|\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


def test_a_placeholder_has_its_delimiter_and_what_stands_in_it() -> None:
    found = list(placeholders("a [[ x ]] {{y}} {% z %}", VALUES))
    assert [(it.opening, it.inner, it.start, it.end) for it in found] == [
        ("[[", " x ", 2, 9),
        ("{{", "y", 10, 15),
    ]


@given(st.text(alphabet="[]{}%# a\n", max_size=60))
def test_placeholders_are_what_the_plain_expression_finds(text: str) -> None:
    found = [(it.start, it.end) for it in placeholders(text, BOTH)]
    assert found == [match.span() for match in AS_EXPRESSION.finditer(text)]
    assert replaced_placeholders(text, BOTH, lambda it: f"<{it.inner}>") == AS_EXPRESSION.sub(
        lambda match: f"<{match[0][2:-2]}>", text
    )


@pytest.mark.parametrize(
    "many", ["[[", "{{", "{%", "{#", "[[{{", "[", "{", "[[ ", "{{ ]]", "{{%}}"]
)
def test_what_is_never_closed_is_looked_for_once(many: str) -> None:
    text = many * MANY
    pieces = replaced_placeholders(text, BOTH, lambda it: text[it.start : it.end])
    assert pieces == text
    assert elements(text) == ()
    assert _plain(text).startswith(many)


@pytest.mark.parametrize("many", ["[[ parameters.a ]] {{ contact.b }} ", "{{ [[ parameters.a ]] "])
def test_a_message_of_nothing_but_templates_is_read_in_one_pass(many: str) -> None:
    assert read_message(many * (400_000 // len(many))).problems


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Call {{ contact.first_name }}", "Call [first name]"),
        ("Hi {{ contact.first_name | default('you') }}!", "Hi [first name]!"),
        ("Welcome to [[ parameters.course ]]", "Welcome to [course]"),
        ("{% if contact.city %}In {{ contact.city }}{% endif %}", "In [city]"),
        ("{{ unsubscribe_url }} {{ 'a' }} {{ never", "[unsubscribe url] ['a'] {{ never"),
    ],
)
def test_a_text_is_read_with_its_placeholders_in_brackets(text: str, read: str) -> None:
    assert in_brackets(text) == read
    assert called(text) == read
    assert shown(text) == read
