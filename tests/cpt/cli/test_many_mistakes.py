"""A package may have any number of mistakes, and they are all drawn."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from cpt.cli.views.diagnostics import show_diagnostics
from package_format.diagnostics import Diagnostics, Span

MANY = 16_000


def test_a_file_is_read_once_however_many_mistakes_are_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tags.yaml").write_text("".join(f"key{n}: x\n" for n in range(MANY)))
    reads: list[Path] = []
    read_text = Path.read_text

    def counted(self: Path, encoding: str | None = None, errors: str | None = None) -> str:
        reads.append(self)
        return read_text(self, encoding, errors)

    monkeypatch.setattr(Path, "read_text", counted)
    diagnostics = Diagnostics()
    for number in range(1, 4):
        diagnostics.error("wrong", "this is wrong", Span("tags.yaml", number, 1, 5))
    console = Console(width=80, record=True, quiet=True)
    show_diagnostics(console, diagnostics, tmp_path)
    assert len(reads) == 1


def test_of_a_line_without_end_the_place_that_is_meant_is_shown(tmp_path: Path) -> None:
    (tmp_path / "tags.yaml").write_text("a" * 1_000_000 + "HERE" + "b" * 1_000_000)
    diagnostics = Diagnostics()
    diagnostics.error("wrong", "this is wrong", Span("tags.yaml", 1, 1_000_001, 1_000_005))
    console = Console(width=80, record=True, file=io.StringIO())
    show_diagnostics(console, diagnostics, tmp_path)
    lines = console.export_text().splitlines()
    assert max(map(len, lines)) < 500
    at = lines[-3].index("^")
    assert lines[-4][at : at + 4] == "HERE"
    assert lines[-3].count("^") == 4
