from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from package_format.campaign.model import Campaign
from package_format.diagnostics import Diagnostics
from package_format.kinds.contact_field import ContactField
from package_format.kinds.email import Email
from package_format.kinds.form import Form
from package_format.kinds.product import Product
from package_format.kinds.tag import Tag
from package_format.manifest import Manifest
from package_format.scenario import Scenario
from package_format.source import Source, read_toml, read_yaml, validated, written
from package_format.source.mistakes import first_problem, suggestion

SPECIFICATION = Path(__file__).with_name("mistakes.md")

MODELS = {
    model.__name__: model
    for model in (Campaign, ContactField, Email, Form, Manifest, Scenario, Tag)
}


def mistakes(model: type[BaseModel], text: str) -> list[str]:
    """Tell each mistake as ``code [words that are marked] message | help``."""
    diagnostics = Diagnostics()
    node = read_yaml(text, "a.yaml", diagnostics)
    assert node is not None
    assert validated(model, written(node), diagnostics) is None
    lines = text.split("\n")
    told = []
    for found in diagnostics:
        span = found.span
        assert span is not None
        words = lines[span.line - 1][span.column - 1 : span.end_column - 1]
        help_ = f" | {found.help}" if found.help else ""
        told.append(f"{found.code} [{words}] {found.message}{help_}")
    return told


def cases() -> Iterator[tuple[type[BaseModel], str, str]]:
    """Yield the cases of the specification: the model, the text, and what is said."""
    for section in re.split(r"^## ", SPECIFICATION.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        name = section.partition("\n")[0]
        for text, told in re.findall(
            r"```yaml\n(.*?)\n```\n\n```text\n(.*?)\n```", section, re.DOTALL
        ):
            yield MODELS[name], text, told


@pytest.mark.parametrize(("model", "text", "told"), list(cases()))
def test_a_mistake_is_said_where_it_stands(model: type[BaseModel], text: str, told: str) -> None:
    assert mistakes(model, text) == told.split("\n")


def test_all_mistakes_are_said_at_once() -> None:
    told = mistakes(Email, "subjetc: a\nform: b\nbody: 3")
    assert [line.split()[0] for line in told] == [
        "unknown-key",
        "missing-key",
        "missing-key",
        "unknown-key",
        "wrong-type",
    ]


def test_several_slips_in_one_place_are_said_one_by_one() -> None:
    told = mistakes(
        Campaign,
        "title: x\n"
        "goals: {a: {when: {tag-applied: t}}}\n"
        "sequences: {s: {after: a, steps: {one: {wiat: 2 days, send-emial: x}}}}",
    )
    assert [line.split()[1] for line in told] == ["[wiat]", "[send-emial]"]


def test_a_key_that_is_missing_in_one_of_many_is_said_at_that_one() -> None:
    diagnostics = Diagnostics()
    node = read_yaml("a: {name: x}\nb:\nc: {nam: y}\n", "tags.yaml", diagnostics)
    assert node is not None
    for key in "abc":
        validated(Tag, written(node), diagnostics, at=(key,))
    assert [(d.code, str(d.span)) for d in diagnostics] == [
        ("missing-key", "tags.yaml:2:1"),
        ("missing-key", "tags.yaml:3:1"),
        ("unknown-key", "tags.yaml:3:5"),
    ]


def test_defaults_stand_in_for_what_the_author_left_out() -> None:
    node = read_yaml("title: x", "a.yaml", Diagnostics())
    assert node is not None
    field = validated(ContactField, written(node), Diagnostics(), defaults={"name": "day"})
    assert field == ContactField(name="day", title="x")


def test_data_that_no_author_wrote_is_refused_in_one_sentence() -> None:
    with pytest.raises(ValidationError) as caught:
        Tag.model_validate({"name": 1})
    assert first_problem(caught.value) == "name: a text is needed here, and this is the number 1"
    with pytest.raises(ValidationError) as caught:
        Tag.model_validate(1)
    assert first_problem(caught.value).startswith("a mapping of keys to values is needed here")


def test_a_suggestion_is_the_closest_word_or_all_there_are() -> None:
    assert suggestion("nam", ["name", "title"]) == "did you mean name?"
    assert suggestion("x", ["name", "title"]) == "there are: name, title"
    assert suggestion("x", []) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "[package]\nname = 'a/b'\n",
            "is missing here | it is written version = …",
        ),
        ("package = ['a']\n", "this is a list | write it under a heading in brackets, such as"),
        ("[account]\nfeatures = 'email'\n", 'and this is \'email\' | write ["first", "second"]'),
    ],
)
def test_a_manifest_is_mended_in_its_own_language(text: str, told: str) -> None:
    diagnostics = Diagnostics()
    node = read_toml(Source("cpt.toml", text), diagnostics)
    assert node is not None
    assert validated(Manifest, written(node), diagnostics) is None
    assert any(told in f"{found.message} | {found.help}" for found in diagnostics)


@pytest.mark.parametrize(
    ("price", "message"),
    [
        ("-1", "at least 0 is needed here, and this is the number -1"),
        ("9999999999999", "the number 9999999999999 is too large to be used here"),
        ("1.234", "the number 1.234 has more than 2 digits behind the point"),
        ("cheap", "a number is needed here, and this is 'cheap'"),
    ],
)
def test_a_price_that_cannot_be_one_is_refused_in_plain_words(price: str, message: str) -> None:
    diagnostics = Diagnostics()
    node = read_yaml(f"name: x\nprice: {price}\ncurrency: EUR\n", "a.yaml", diagnostics)
    assert node is not None
    assert validated(Product, written(node), diagnostics) is None
    assert [found.message for found in diagnostics] == [message]
