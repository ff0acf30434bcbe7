from __future__ import annotations

import pytest
from pydantic import ValidationError

from package_format.kinds.model import Json
from package_format.manifest import Manifest
from package_format.versions import Version

PACKAGE = {"name": "acme/x", "version": "1.4.0", "title": "X", "summary": "S", "license": "MIT"}


def manifest(**tables: Json) -> Manifest:
    return Manifest.model_validate({"package": PACKAGE, **tables})


def test_a_manifest_says_who_the_package_is() -> None:
    assert manifest().name == "acme/x"
    assert manifest().version == Version.parse("1.4.0")


def test_what_is_left_out_stays_out_of_canonical_data() -> None:
    assert manifest().canonical() == {"package": PACKAGE}


def test_canonical_data_means_the_same_manifest() -> None:
    full = manifest(
        package={**PACKAGE, "exports": ["tag/a"], "keywords": ["k"], "categories": ["events"]},
        account={"features": ["email"]},
        dependencies={"acme/tags": "^2.1"},
        parameters={"sender": {"type": "email", "required": True}},
    )
    assert Manifest.model_validate(full.canonical()) == full


@pytest.mark.parametrize(
    "tables",
    [
        {"package": {**PACKAGE, "name": "acme"}},
        {"package": {**PACKAGE, "name": "Acme/x"}},
        {"package": {**PACKAGE, "name": f"{'a' * 100}/{'b' * 100}"}},
        {"package": {**PACKAGE, "version": "1.4"}},
        {"package": {**PACKAGE, "summary": ""}},
        {"package": {**PACKAGE, "exports": ["attended"]}},
        {"package": {**PACKAGE, "categories": ["fun"]}},
        {"package": {**PACKAGE, "colour": "red"}},
        {"account": {"features": ["telepathy"]}},
        {"dependencies": {"acme/tags": "soon"}},
        {"dependencies": {"tags": "^1.0"}},
        {"parameters": {"Sender": {"type": "email"}}},
        {"parameters": {"sender": {"type": "mail"}}},
        {"extra": {}},
    ],
)
def test_what_does_not_follow_the_rules_is_refused(tables: dict[str, Json]) -> None:
    with pytest.raises(ValidationError):
        manifest(**tables)
