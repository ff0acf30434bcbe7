"""Every pattern that a text can fail is said in words, and every text keeps its form."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from package_format.forms import FORMS, Form, described
from package_format.index import IndexLine
from package_format.kinds.table import KINDS
from package_format.manifest import Manifest
from package_format.scenario import Scenario

MODELS: tuple[type[BaseModel], ...] = (
    Manifest,
    Scenario,
    IndexLine,
    *(kind.model for kind in KINDS.values()),
)


def patterns(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str):
            yield schema["pattern"]
        for key, inner in schema.items():
            if key != "metadata":
                yield from patterns(inner)
    elif isinstance(schema, list | tuple):
        for inner in schema:
            yield from patterns(inner)


def test_every_pattern_of_a_model_has_its_words() -> None:
    for model in MODELS:
        model.model_rebuild(force=True)
    used = {each for model in MODELS for each in patterns(model.__pydantic_core_schema__)}
    assert used == set(FORMS)


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.noun)
def test_advice_ends_with_an_example_that_has_the_form(form: Form) -> None:
    assert "^" not in form.advice
    words = re.findall(r"[^\s,;]+", form.advice)
    if form.noun not in ("a digest", "a name"):
        assert any(re.fullmatch(form.pattern, word.rstrip(".")) for word in words[-3:])


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "empty"),
        (True, "true"),
        (5, "the number 5"),
        (1.5, "the number 1.5"),
        ("x", "'x'"),
        ("x" * 30_000, "'" + "x" * 60 + "…'"),
        ([1], "a list"),
        ((1,), "a list"),
        ({"a": 1}, "a mapping"),
    ],
)
def test_a_value_is_described_in_few_words_whatever_it_is(value: object, words: str) -> None:
    assert described(value) == words
