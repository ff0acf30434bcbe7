"""A package with a hundred mistakes gets a hundred diagnostics, each in its line, and no others.

What is expected stands in the files of ``broken/`` themselves, as in the specs of `checks`.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from package_format.checks import check
from package_format.diagnostics import Diagnostic
from package_format.folder import load_package

FOLDER = Path(__file__).with_name("broken")
WITHOUT_A_PLACE = [("", 0, "warning", "unknown-file")]

_EXPECTED = re.compile(
    r"(?:#|<!--) (?P<severity>error|warning): (?P<code>[a-z0-9-]+)(?: \"(?P<says>[^\"]*)\")?"
)


def expected() -> list[tuple[tuple[str, int, str, str], str]]:
    """Read what is expected: the place and code, and what has to be said."""
    return [
        ((str(file.relative_to(FOLDER)), number, match["severity"], match["code"]), match["says"])
        for file in sorted(FOLDER.rglob("*.*"))
        for number, line in enumerate(file.read_text("utf-8", "replace").split("\n"), 1)
        for match in _EXPECTED.finditer(line)
    ]


@pytest.fixture(scope="module")
def found() -> list[Diagnostic]:
    loaded = load_package(FOLDER)
    assert loaded.package is None
    assert loaded.readable is not None
    return [*loaded.diagnostics, *check(loaded.readable, {}, loaded.unread)]


def _place(diagnostic: Diagnostic) -> tuple[str, int, str, str]:
    span = diagnostic.span
    return (
        span.file if span else "",
        span.line if span else 0,
        str(diagnostic.severity),
        diagnostic.code,
    )


def test_each_mistake_is_told_once_in_its_line_and_nothing_else_is(found: list[Diagnostic]) -> None:
    wanted = Counter([place for place, _ in expected()] + WITHOUT_A_PLACE)
    told = Counter(map(_place, found))
    assert sorted((told - wanted).elements()) == []
    assert sorted((wanted - told).elements()) == []


def test_there_are_a_hundred_of_them(found: list[Diagnostic]) -> None:
    assert len(found) >= 100


def test_help_is_offered_where_it_is_expected(found: list[Diagnostic]) -> None:
    for place, says in expected():
        said = [f"{one.message}\n{one.help}" for one in found if _place(one) == place]
        assert any((says or "") in text for text in said), (place, says, said)
