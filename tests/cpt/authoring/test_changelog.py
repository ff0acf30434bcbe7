"""The beginning of a changelog's entry."""

from __future__ import annotations

from cpt.authoring.changelog import with_entry
from package_format.compatibility import Comparison, Finding
from package_format.versions import Bump, Version

TWO = Version.parse("2.0.0")
CHANGES = Comparison(
    (
        Finding(Bump.MAJOR, "export-removed", "tag/t", "other packages cannot refer to it"),
        Finding(Bump.MAJOR, "parameter-removed", "parameter/p", "is gone", waived="Nobody set it."),
        Finding(Bump.PATCH, "documents-changed", "", "the readme is new"),
    )
)


def test_a_new_entry_stands_above_the_older_ones() -> None:
    text = with_entry("# Changelog\n\n## 1.0.0\n\n- First.\n", TWO, CHANGES)
    assert text == (
        "# Changelog\n\n"
        "## 2.0.0\n\n"
        "<!-- begun by cpt bump: say it in your own words -->\n"
        "- **Breaking:** tag/t: other packages cannot refer to it\n"
        "- parameter/p: is gone. This does no harm: Nobody set it.\n"
        "- the readme is new\n\n"
        "## 1.0.0\n\n- First.\n"
    )


def test_a_changelog_that_is_not_there_is_begun() -> None:
    text = with_entry("", TWO, Comparison(()))
    assert text.startswith("# Changelog\n\n## 2.0.0\n\n")
    assert text.endswith("- The same as before.\n")


def test_an_entry_of_the_authors_stays_but_for_reasons_that_it_lacks() -> None:
    mine = "# Changelog\n\n## 2.0.0\n\n- My own words.\n\n## 1.0.0\n\n- First.\n"
    text = with_entry(mine, TWO, CHANGES)
    assert "- My own words.\n" in text
    assert "Nobody set it." in text
    assert "**Breaking:**" not in text
    assert with_entry(text, TWO, CHANGES) == text


def test_what_is_unreleased_becomes_the_versions() -> None:
    mine = "# Changelog\n\n## [Unreleased]\n\n- Mine.\n\n## 1.0.0\n\n- First.\n"
    text = with_entry(mine, TWO, CHANGES)
    assert "Unreleased" not in text
    assert (
        text.index("## 2.0.0") < text.index("tag/t") < text.index("- Mine.") < text.index("1.0.0")
    )


def test_an_empty_entry_keeps_its_distance_from_the_next() -> None:
    text = with_entry("# Changelog\n\n## Unreleased\n\n## 1.0.0\n", TWO, CHANGES)
    assert "the readme is new\n\n## 1.0.0\n" in text
