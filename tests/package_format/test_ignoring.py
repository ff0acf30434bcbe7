"""What an author wants left out of a package."""

from __future__ import annotations

import pytest

from package_format.diagnostics import Diagnostics
from package_format.ignoring import ignoring


@pytest.mark.parametrize(
    ("pattern", "file", "left_out"),
    [
        ("*.bak", "emails/a.html.bak", True),
        ("/notes.md", "notes.md", True),
        ("/notes.md", "media/notes.md", False),
        ("drafts/", "media/drafts/x.png", True),
        ("drafts/", "drafts", False),
        ("media/**/x.png", "media/a/b/x.png", True),
        ("*.png\n!logo.png", "media/logo.png", False),
        ("# *.md", "README.md", False),
        ("", "README.md", False),
        ("*", "cpt.toml", False),
        ("*", "README.md", True),
    ],
)
def test_patterns_mean_what_they_mean_to_git(pattern: str, file: str, left_out: bool) -> None:  # noqa: FBT001
    diagnostics = Diagnostics()
    assert ignoring(pattern, diagnostics)(file) is left_out
    assert not len(diagnostics)


def test_a_line_that_means_nothing_is_reported_and_the_others_hold() -> None:
    diagnostics = Diagnostics()
    is_ignored = ignoring("!\n*.bak\n", diagnostics)
    assert is_ignored("a.bak")
    (found,) = diagnostics
    assert (found.code, str(found.span)) == ("invalid-pattern", ".cptignore:1:1")
