"""The page of threats names tests, and each of them is there."""

import ast
import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PAGE = CHECKOUT / "docs/threat-model.md"
NAMED = re.findall(r"`(tests/\S+?\.py)::(\w+)`", PAGE.read_text("utf-8"))


def test_each_row_of_the_page_names_a_test() -> None:
    rows = [row for row in PAGE.read_text("utf-8").splitlines() if row.startswith("|")]
    attacks = [row for row in rows if "`tests/" in row]
    trusted = 4
    tables = sum(row.startswith("|---") for row in rows)
    assert len(attacks) == len(rows) - 2 * tables - trusted


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_each_test_that_the_page_names_is_there(file: str, name: str) -> None:
    tree = ast.parse((CHECKOUT / file).read_text("utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
