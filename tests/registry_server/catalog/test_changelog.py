"""What an author says of versions, found in a changelog however it is written."""

from hypothesis import given
from hypothesis import strategies as st

from package_format.versions import Version
from registry_server.catalog.changelog import between, entries

TEXT = """\
# Changelog

## Unreleased

- Nothing yet.

## [2.0.0] - 2026-03-02

- The second.

### Removed

- The fax.

## v1.1.0 ##

- A little more.

## 1.0.0

- The first.
"""


def versions(text: str) -> list[str]:
    return [entry.version.text for entry in entries(text)]


def test_an_entry_begins_at_a_heading_that_names_a_version() -> None:
    assert versions(TEXT) == ["2.0.0", "1.1.0", "1.0.0"]
    assert entries(TEXT)[0].text == "- The second.\n\n### Removed\n\n- The fax."


def test_between_two_versions_stands_what_came_after_the_one_up_to_the_other() -> None:
    one, two = Version.parse("1.0.0"), Version.parse("2.0.0")
    assert [entry.version.text for entry in between(TEXT, one, two)] == ["2.0.0", "1.1.0"]
    assert between(TEXT, two, two) == ()


def test_what_looks_like_a_version_and_is_none_is_left_out() -> None:
    assert versions("## 1.0.0.0.1\n\n## 01.2.3\n\n## 1.2\n") == []


@given(st.text())
def test_any_text_has_entries_or_none(text: str) -> None:
    assert all(entry.text in text for entry in entries(text))


def test_however_long_a_changelog_is_reading_it_takes_no_longer_than_its_length_says() -> None:
    assert len(entries("## 1.0.0\n" * 50_000)) == 50_000
    assert entries("## " + " " * 500_000 + "x" + "#" * 500_000 + "x") == ()
