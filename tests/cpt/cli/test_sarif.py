"""SARIF 2.1.0: what the standard asks of a log, of a package that is broken in every way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest

if TYPE_CHECKING:
    from tests.cpt.cli.conftest import Cpt

BROKEN = Path(__file__).parents[2] / "package_format"


@pytest.fixture
def log(cpt: Cpt, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401  any JSON
    monkeypatch.chdir(BROKEN)
    ended = cpt("check", "broken", "--format", "sarif")
    assert ended.code == 1
    return json.loads(ended.out)


def test_a_log_names_its_version_and_its_tool(log: Any) -> None:  # noqa: ANN401  any JSON
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["tool"]["driver"]["name"] == "cpt"


def test_every_result_is_of_a_rule_that_is_described(log: Any) -> None:  # noqa: ANN401  any JSON
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules) > 40
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note", "none")
        assert result["message"]["text"]
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]


def test_every_result_is_in_a_file_and_line_that_there_are(log: Any) -> None:  # noqa: ANN401  any JSON
    (run,) = log["runs"]
    assert len(run["results"]) >= 100
    for result in run["results"]:
        place = result["locations"][0]["physicalLocation"]
        file = BROKEN / unquote(place["artifactLocation"]["uri"])
        assert file.is_file()
        if "region" in place:
            region = place["region"]
            assert 1 <= region["startLine"] <= file.read_bytes().count(b"\n") + 1
            assert 1 <= region["startColumn"] < region["endColumn"]
