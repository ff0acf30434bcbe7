"""Every rule, as Markdown specs: two versions of a small package and what is found between them.

A section of a spec is one case. Its fenced blocks are files: the word after the language is the
path, in both versions, or after ``old/`` or ``new/`` in one. Blocks before the first section belong
to every section. What is expected stands between the blocks, a line for each finding; a quoted text
must be part of its message or help. A section without any expects that nothing is found::

    MAJOR export-removed tag/attended "other packages"
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from package_format.compatibility import RULES, compare
from package_format.folder import load_package
from package_format.package import Package
from package_format.upgrades.entry_data import read_entries
from package_format.versions import Bump
from tests.specs import read_spec

HERE = Path(__file__).parent

_EXPECTED = re.compile(
    r"^(?P<bump>MAJOR|MINOR|PATCH) (?P<rule>[a-z-]+)(?: (?P<address>[^\s\"]+))?"
    r"(?: \"(?P<says>[^\"]*)\")?$",
    re.MULTILINE,
)
_MANIFEST = """\
[package]
name = "acme/spec"
version = "1.0.0"
title = "Spec"
summary = "A small package."
license = "MIT"
"""


@dataclass(frozen=True)
class Case:
    """A section of a spec."""

    spec: str
    title: str
    files: dict[str, str]
    expected: tuple[tuple[str, str, str, str], ...]


def read_cases(spec: Path) -> Iterator[Case]:
    """Read the sections of a spec."""
    preamble, sections = read_spec(spec)
    for section in sections:
        expected = tuple(
            (m["bump"], m["rule"], m["address"] or "", m["says"] or "")
            for m in _EXPECTED.finditer(section.prose)
        )
        yield Case(spec.stem, section.title, {**preamble.files, **section.files}, expected)


CASES = [case for spec in sorted(HERE.glob("*.md")) for case in read_cases(spec)]
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.spec}: {case.title}")


def version(case: Case, which: str, folder: Path) -> Package:
    """Write one of a case's versions to disk, and read it."""
    files = {"cpt.toml": _MANIFEST}
    files |= {p: text for p, text in case.files.items() if not p.startswith(("old/", "new/"))}
    files |= {
        p.removeprefix(f"{which}/"): text
        for p, text in case.files.items()
        if p.startswith(f"{which}/")
    }
    for path, text in files.items():
        file = folder / which / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    loaded = load_package(folder / which)
    assert loaded.package is not None, list(loaded.diagnostics)
    return loaded.package


@each_case
def test_a_spec_finds_what_it_expects_and_nothing_else(case: Case, tmp_path: Path) -> None:
    comparison = compare(version(case, "old", tmp_path), version(case, "new", tmp_path))
    found = sorted((str(f.bump), f.rule, f.address) for f in comparison.findings)
    assert found == sorted(expected[:3] for expected in case.expected)
    for bump, rule, address, says in case.expected:
        assert any(
            says in f"{f.message}\n{f.help}"
            for f in comparison.findings
            if (str(f.bump), f.rule, f.address) == (bump, rule, address)
        ), says
    bumps = [Bump[expected[0]] for expected in case.expected]
    assert comparison.demanded is max(bumps, default=Bump.NONE)


@each_case
def test_a_version_is_compatible_with_itself(case: Case, tmp_path: Path) -> None:
    new = version(case, "new", tmp_path)
    assert compare(new, new).findings == ()
    assert compare(new, new).demanded is Bump.NONE


@each_case
def test_an_entry_that_is_offered_can_be_read(case: Case, tmp_path: Path) -> None:
    comparison = compare(version(case, "old", tmp_path), version(case, "new", tmp_path))
    for finding in comparison.findings:
        if finding.help and finding.help.startswith("add to upgrades.yaml:\n"):
            assert read_entries(yaml.safe_load(finding.help.partition("\n")[2]))


def test_the_weightiest_finding_comes_first(tmp_path: Path) -> None:
    for case in CASES:
        folder = tmp_path / str(CASES.index(case))
        comparison = compare(version(case, "old", folder), version(case, "new", folder))
        bumps = [finding.bump for finding in comparison.findings]
        assert bumps == sorted(bumps, reverse=True)


def test_every_rule_has_a_spec() -> None:
    assert {expected[1] for case in CASES for expected in case.expected} == set(RULES)


@pytest.mark.parametrize("code", RULES)
def test_every_rule_explains_itself(code: str) -> None:
    rule = RULES[code]
    assert rule.code == code
    assert rule.title
    assert not rule.title.endswith(".")
    assert rule.explanation.endswith(".")
    assert max(map(len, rule.explanation.splitlines())) <= 100
