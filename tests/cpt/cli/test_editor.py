from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cpt.cli.conftest import Cpt

pytestmark = pytest.mark.usefixtures("installed")


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the script that is run on the text in place of an editor."""
    script = tmp_path / "editor.sh"
    monkeypatch.setenv("EDITOR", f"sh {script}")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return script


def test_an_email_is_edited_as_its_author_would_write_it(cpt: Cpt, editor: Path) -> None:
    editor.write_text('cp "$1" seen.html; sed -i "s/This is/Here comes/" "$1"')
    ended = cpt("account", "edit", "email/hello")
    assert ended.code == 0, ended.said
    assert "+ <p>Here comes the hello.</p>" in ended.out
    assert Path("seen.html").read_text("utf-8").startswith("---\nbody:") is False
    assert "subject: hello, {{ contact.first_name" in Path("seen.html").read_text("utf-8")


def test_a_campaign_is_edited_as_its_author_would_write_it(cpt: Cpt, editor: Path) -> None:
    editor.write_text('sed -i "s/5 days/6 days/" "$1"')
    ended = cpt("account", "edit", "campaign/welcome")
    assert ended.code == 0, ended.said
    assert 'sequences.greet.steps.last.wait.for: "5 days" -> "6 days"' in ended.out


def test_leaving_the_editor_without_a_change_changes_nothing(cpt: Cpt, editor: Path) -> None:
    editor.write_text("exit 0")
    ended = cpt("account", "edit", "email/hello")
    assert (ended.code, ended.err) == (0, "nothing was changed\n")


def test_what_cannot_be_read_is_refused_where_it_stands(cpt: Cpt, editor: Path) -> None:
    editor.write_text('printf "title: [" > "$1"')
    ended = cpt("account", "edit", "form/sign-up")
    assert ended.code == 3
    assert "your text.yaml:1:" in ended.err


def test_what_was_typed_is_kept_and_one_can_go_on_from_it(cpt: Cpt, editor: Path) -> None:
    editor.write_text('printf "title: [" > "$1"')
    ended = cpt("account", "edit", "form/sign-up")
    found = re.search(r"your text is kept in (\S+); 'cpt (account edit .*)' goes on", ended.err)
    assert found
    kept = Path(found[1])
    assert kept.read_text("utf-8").startswith("title: [")
    assert kept.stat().st_mode & 0o077 == 0
    assert cpt(*found[2].split()).code == 3
    kept.write_text("title: Come in\nfields:\n  - {field: email, required: true}\n", "utf-8")
    assert cpt(*found[2].split()).code == 0
    kept.unlink()


def test_an_emptied_text_is_refused(cpt: Cpt, editor: Path) -> None:
    editor.write_text(': > "$1"')
    assert cpt("account", "edit", "form/sign-up").code == 3


@pytest.mark.parametrize(
    ("editor", "why"),
    [
        ("false", "false ended with an error"),
        ("no-such-editor", "no-such-editor cannot be started: No such file or directory"),
        ("nano '", "nano ' cannot be started: No closing quotation"),
    ],
)
@pytest.mark.parametrize("variable", ["EDITOR", "VISUAL"])
def test_an_editor_that_fails_is_said_why_and_what_to_do(
    cpt: Cpt, monkeypatch: pytest.MonkeyPatch, editor: str, why: str, variable: str
) -> None:
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.setenv(variable, editor)
    ended = cpt("account", "edit", "form/sign-up")
    assert (ended.code, f"error: {why}; nothing was changed" in ended.err) == (2, True), ended.said
    assert "set EDITOR to a program" in ended.err


def test_what_an_editor_saves_that_is_no_text_is_refused(cpt: Cpt, editor: Path) -> None:
    editor.write_text('printf "\\377\\376" > "$1"')
    ended = cpt("account", "edit", "form/sign-up")
    assert (ended.code, "is not UTF-8 text; nothing was changed" in ended.err) == (3, True)
