"""Every diagnostic that reading can lead to has a page."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import package_format
from package_format.checks import RULES
from package_format.source.codes import CODES

ROOM = Path(package_format.__file__).parent
IDEAS = ("action", "condition", "story-step", "trigger")


def raised() -> set[str]:
    """Find every code in the source: the first argument of what records a diagnostic."""
    found = {
        f"{word}-{idea}{s}" for idea in IDEAS for word, s in (("unknown", ""), ("several", "s"))
    }
    for file in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                if node.func.attr in ("error", "_error", "warning"):
                    found |= _texts(node.args[0])
            elif isinstance(node, ast.Tuple) and file.name == "mistakes.py" and len(node.elts) == 4:
                found |= _texts(node.elts[0])
    return found | {"wrong-type", "invalid-value"}


def _texts(node: ast.expr) -> set[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    return set()


def test_every_code_that_is_raised_has_a_page_and_every_page_a_code() -> None:
    assert raised() == set(CODES)


def test_no_code_means_two_things() -> None:
    assert not set(CODES) & set(RULES)


@pytest.mark.parametrize("code", CODES)
def test_a_page_is_made_of_sentences(code: str) -> None:
    page = CODES[code]
    assert page.title
    assert not page.title.endswith(".")
    assert page.explanation.endswith((".", "?"))
