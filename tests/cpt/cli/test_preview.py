"""``cpt show emails/KEY.html``: an email as a contact would get it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cpt.cli.verbs.preview import is_email, preview_email
from cpt.errors import BadInputError

EMAIL = """\
---
subject: "Hello {{ contact.first_name }}"
from: "[[ parameters.sender ]]"
preheader: From [[ parameters.sender ]]
---
<style>p { color: red }</style><p>Dear {{ contact.first_name }},</p>
<p><a href="{{ unsubscribe_url }}">Unsubscribe</a>, {{ account.address }}</p>
"""
MANIFEST = """\
[package]
name = "acme/spec"
version = "1.0.0"
title = "Spec"
summary = "A small package."
license = "MIT"

[parameters.sender]
type = "email"
"""


@pytest.fixture
def email(tmp_path: Path) -> Path:
    (tmp_path / "emails").mkdir()
    (tmp_path / "cpt.toml").write_text(MANIFEST)
    file = tmp_path / "emails" / "hello.html"
    file.write_text(EMAIL)
    return file


def test_an_email_is_shown_as_text(email: Path, capsys: pytest.CaptureFixture[str]) -> None:
    preview_email(str(email), None, None)
    told = capsys.readouterr().out
    assert told.startswith("Subject: Hello Ada\nPreview: From (sender)\n\nDear Ada,\n")
    assert "(https://example.com/unsubscribe)" in told


def test_an_email_is_written_as_html_for_a_contact(email: Path, tmp_path: Path) -> None:
    contact = tmp_path / "grace.yaml"
    contact.write_text("first_name: Grace\n")
    preview_email(str(email), str(contact), str(tmp_path / "out.html"))
    assert '<p style="color: red;">Dear Grace,</p>' in (tmp_path / "out.html").read_text()


def test_an_email_with_mistakes_is_not_shown(email: Path) -> None:
    email.write_text("no front matter")
    with pytest.raises(BadInputError, match="cannot be read"):
        preview_email(str(email), None, None)
    email.write_text(EMAIL.replace("contact.first_name }}", "contact.first_name + 1 }}"))
    with pytest.raises(BadInputError, match="arithmetic"):
        preview_email(str(email), None, None)


def test_only_an_email_of_a_package_is_one(email: Path, tmp_path: Path) -> None:
    assert is_email(str(email))
    assert not is_email(str(tmp_path))
    (tmp_path / "cpt.toml").unlink()
    assert not is_email(str(email))
