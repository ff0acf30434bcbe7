"""Every rule, as Markdown specs: small packages with the expected diagnostics in their lines.

A section of a spec is one case. Its fenced blocks are files: the word after the language is the
path. Blocks before the first section belong to every section; a path that begins with
``../NAME/`` is a dependency's. An expected diagnostic stands in its line as a comment, or, when it
has no line, as ``Expected: …`` between the blocks; a quoted text must be part of its message or
help::

    after: [remindd]  # error: unknown-arrow "did you mean remind?"

A spec whose packages are too small to make sense says ``Beside the point:`` and the codes of the
rules that it does not speak of; there are specs for those elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from package_format.campaign.triggers import TRIGGERS
from package_format.checks import RULES, check
from package_format.diagnostics import Diagnostic, Diagnostics
from package_format.folder import load_package
from tests.specs import read_spec

HERE = Path(__file__).parent

_EXPECTED = re.compile(
    r"(?:#|<!--|Expected:) (?P<severity>error|warning): (?P<code>[a-z-]+)(?: \"(?P<says>[^\"]*)\")?"
)
_DEFAULTS = {
    "cpt.toml": """\
[package]
name = "acme/spec"
version = "1.0.0"
title = "Spec"
summary = "A small package."
license = "MIT"

[account]
features = ["api", "ecommerce", "email", "tasks", "web-forms"]
""",
    "README.md": "# Spec\n",
    "LICENSE": "MIT\n",
}


@dataclass(frozen=True)
class Expected:
    """A diagnostic that a spec expects."""

    file: str
    line: int
    severity: str
    code: str
    says: str = field(default="", compare=False)


@dataclass(frozen=True)
class Case:
    """A section of a spec."""

    spec: str
    title: str
    files: dict[str, str]
    expected: tuple[Expected, ...]
    beside: frozenset[str] = frozenset()
    needs: str = ""


def read_cases(spec: Path) -> Iterator[Case]:
    """Read the sections of a spec."""
    preamble, sections = read_spec(spec)
    said = re.search(r"^Beside the point: (.*)$", preamble.prose, re.MULTILINE)
    beside = frozenset(said[1].split(", ")) if said else frozenset()
    for section in sections:
        files = {**_DEFAULTS, **preamble.files, **section.files}
        files = {path: text for path, text in files.items() if text.strip() != "(absent)"}
        prose = section.prose
        expected = [e for path, text in files.items() for e in _expected(path, text)]
        expected += [
            Expected("", 0, match["severity"], match["code"], match["says"] or "")
            for match in _EXPECTED.finditer(prose)
        ]
        needs = re.search(r"^Needs the trigger ([a-z-]+)", prose, re.MULTILINE)
        needed = needs[1] if needs else ""
        yield Case(spec.stem, section.title, files, tuple(expected), beside, needed)


def _expected(path: str, text: str) -> Iterator[Expected]:
    for number, line in enumerate(text.splitlines(), 1):
        for match in _EXPECTED.finditer(line):
            yield Expected(path, number, match["severity"], match["code"], match["says"] or "")


CASES = [
    case
    for spec in sorted(HERE.glob("*.md"))
    for case in read_cases(spec)
    if not case.needs or case.needs in TRIGGERS
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.spec}: {case.title}")
def test_a_spec_finds_what_it_expects_and_nothing_else(case: Case, tmp_path: Path) -> None:
    found = [d for d in checked(case, tmp_path) if d.code not in case.beside]
    diagnostics = {_as_expected(diagnostic): diagnostic for diagnostic in found}
    assert sorted(map(repr, diagnostics)) == sorted(repr(_plain(e)) for e in case.expected)
    for expected in case.expected:
        diagnostic = diagnostics[_plain(expected)]
        assert expected.says in f"{diagnostic.message}\n{diagnostic.help}"


def checked(case: Case, folder: Path) -> Diagnostics:
    """Write a case's packages to disk, and check the one it is about."""
    for path, text in case.files.items():
        file = (folder / "package" / path).resolve()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    names = {path.split("/")[1] for path in case.files if path.startswith("../")}
    dependencies = {}
    for name in names:
        loaded = load_package(folder / name)
        assert loaded.package is not None, list(loaded.diagnostics)
        dependencies[loaded.package.name] = loaded.package
    loaded = load_package(folder / "package")
    assert loaded.readable is not None, list(loaded.diagnostics)
    found = loaded.diagnostics
    found.extend(check(loaded.readable, dependencies, loaded.unread))
    return found


def _as_expected(diagnostic: Diagnostic) -> Expected:
    span = diagnostic.span
    return Expected(
        span.file if span else "",
        span.line if span else 0,
        str(diagnostic.severity),
        diagnostic.code,
    )


def _plain(expected: Expected) -> Expected:
    return Expected(expected.file, expected.line, expected.severity, expected.code)


def test_every_rule_has_a_spec() -> None:
    waiting = set() if "email-opened" in TRIGGERS else {"goal-without-cause"}
    specified = {expected.code for case in CASES for expected in case.expected}
    assert specified >= set(RULES) - waiting


@pytest.mark.parametrize("code", RULES)
def test_every_rule_explains_itself(code: str) -> None:
    rule = RULES[code]
    assert rule.code == code
    assert rule.title
    assert not rule.title.endswith(".")
    assert rule.explanation.rstrip(".") + "." == rule.explanation
    assert max(map(len, rule.explanation.splitlines())) <= 100
