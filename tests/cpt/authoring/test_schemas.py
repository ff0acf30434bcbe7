"""JSON Schemas: what authors write is valid against them, and what they must not write is not."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path, PurePosixPath

import pytest
from jsonschema import Draft202012Validator

from cpt.authoring.schemas import WRITTEN, schema_of
from package_format.diagnostics import Diagnostics
from package_format.kinds.model import Json
from package_format.source import plain, read_text, read_yaml
from package_format.source.front_matter import BODY, read_front_matter

ROOT = Path(__file__).parents[3]
PACKAGES = sorted(file.parent for file in (ROOT / "examples").rglob("cpt.toml"))
FILES = [
    (name, file)
    for package in PACKAGES
    for name, written in WRITTEN.items()
    for file in sorted(package.glob(written.location))
]


@lru_cache
def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(schema_of(name))


def read(file: Path) -> Json:
    diagnostics = Diagnostics()
    source = read_text(file.read_bytes(), file.name, diagnostics)
    assert source is not None
    if file.suffix == ".toml":
        return tomllib.loads(source.text)
    if file.suffix == ".html":
        node = read_front_matter(source, diagnostics)
        return {name: value for name, value in plain(node).items() if name != BODY}  # type: ignore[arg-type]
    return yaml_data(source.text)


def yaml_data(text: str) -> Json:
    source = read_text(text.encode(), "x.yaml", Diagnostics())
    assert source is not None
    node = read_yaml(source, "x.yaml", Diagnostics())
    assert node is not None
    return plain(node)


def problems(name: str, data: Json) -> list[str]:
    return [f"{e.json_path}: {e.message[:120]}" for e in validator(name).iter_errors(data)]


@pytest.mark.parametrize("name", WRITTEN)
def test_a_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(schema_of(name))


@pytest.mark.parametrize(
    ("name", "file"), FILES, ids=lambda x: str(x.relative_to(ROOT)) if isinstance(x, Path) else x
)
def test_every_example_is_valid(name: str, file: Path) -> None:
    assert problems(name, read(file)) == []


CAMPAIGN = """\
title: T
goals:
  g: {when: {tag-applied: t}}
  any: {when: [{tag-applied: {tag: t}}, {web-form-submitted: f}], after: [s], audience: newcomers}
sequences:
  s:
    after: g
    steps:
      a: {wait: 1 day, send-email: e}
      b: {wait: {for: 2 days, at: "09:00", weekdays: mon-fri}}
      c: {if: {field: x, is: 1}, apply-tag: {tag: t}}
decisions:
  d: {after: s, ways: {yes: {if: {not: {tag: t}}}, no: otherwise}}
"""


def test_the_short_forms_of_the_language_are_valid() -> None:
    assert problems("campaign", yaml_data(CAMPAIGN.replace("yes:", '"yes":'))) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("title: T", "titel: T"),
        ("title: T", "title: [T]"),
        ("tag-applied: t", "tag-aplied: t"),
        ("after: g", "aftr: g"),
        ("after: g", "after: 'g!'"),
        ("wait: 1 day", "wait: 1 fortnight"),
        ('at: "09:00"', 'at: "9 am"'),
        ("weekdays: mon-fri", "weekdays: monday"),
        ("send-email: e", "send-email: e, apply-tag: t"),
        ("send-email: e", "send-mail: e"),
        ("apply-tag: {tag: t}", "apply-tag: {tog: t}"),
        ("otherwise", "else"),
        ("audience: newcomers", "audience: everybody"),
        ("is: 1", "is: {x: 1}"),
    ],
)
def test_a_mistake_in_a_campaign_is_not_valid(right: str, wrong: str) -> None:
    text = CAMPAIGN.replace("yes:", '"yes":')
    assert right in text
    assert problems("campaign", yaml_data(text.replace(right, wrong, 1))) != []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("manifest", "package: {name: nobody}"),
        ("manifest", "packages: {}"),
        ("tag", "a: {nam: A}"),
        ("tag", "A b: {name: A}"),
        ("field", "a: {title: A, type: colour}"),
        ("product", "a: {name: A, price: 1, currency: euro}"),
        ("email", "{subject: S}"),
        ("form", "{title: T, fields: []}"),
        ("scenario", "{title: T, starts: yesterday, story: [{advance: 1 day}]}"),
        ("scenario", "{title: T, starts: 2026-03-02T09:00, story: [{wait: 1 day}]}"),
        ("upgrades", "[{moved: tag/a}]"),
        ("upgrades", "[{added: campaign/c.s.x}]"),
        ("upgrades", "[{added: campaign/c.s.x, catch-up: soon}]"),
        ("upgrades", "[{changed: campaign/c.s.x, timer: stop}]"),
        ("upgrades", "[{removed: tag/a, contacts: vanish}]"),
    ],
)
def test_a_mistake_in_another_file_is_not_valid(name: str, text: str) -> None:
    assert problems(name, yaml_data(text)) != []


def test_a_schema_tells_what_things_are_for() -> None:
    schema = schema_of("tag")
    assert "label" in schema["additionalProperties"]["description"]
    field = schema_of("field")["additionalProperties"]["properties"]["description"]
    assert field["description"] == "What the field is for."


def test_a_field_need_not_repeat_its_key() -> None:
    assert problems("field", {"age": {"title": "Age", "type": "number"}}) == []


def test_every_file_of_a_package_has_a_schema() -> None:
    locations = {written.location for written in WRITTEN.values()}
    assert {"cpt.toml", "campaigns/*.yaml", "scenarios/*.yaml", "upgrades.yaml"} <= locations
    assert all(not PurePosixPath(location).is_absolute() for location in locations)
