from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_format.versions import Bump, InvalidVersionError, Range, Version, least_version

PRECEDENCE = [
    "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2",
    "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0",
]  # fmt: skip
"""SemVer 2.0.0, section 11, and some releases."""

_parts = st.integers(0, 30)
_versions = st.builds("{}.{}.{}".format, _parts, _parts, _parts)


def test_versions_are_in_the_order_that_semver_demands() -> None:
    versions = [Version.parse(text) for text in PRECEDENCE]
    backwards = versions[::-1]
    assert sorted(backwards) == versions


@pytest.mark.parametrize(
    "text", ["", "1", "1.0", "v1.0.0", "01.0.0", "1.0.0-", "1.0.0-01", "1.0.0\n"]
)
def test_what_is_no_version_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(InvalidVersionError, match="is not a version; one looks like"):
        Version.parse(text)


def test_a_prerelease_comes_before_a_release() -> None:
    assert Version.parse("1.0.0-beta").is_prerelease
    assert not Version.parse("1.0.0").is_prerelease


def test_versions_are_equal_when_their_texts_are() -> None:
    one, build = Version.parse("1.0.0"), Version.parse("1.0.0+a")
    assert one == Version.parse("1.0.0")
    assert len({one, Version.parse("1.0.0"), build}) == 2
    assert one != build
    assert one < build
    assert one != "1.0.0"


def test_a_version_is_written_as_it_was_read() -> None:
    assert str(Version.parse("1.0.0-beta.1+x")) == "1.0.0-beta.1+x"


@pytest.mark.parametrize(
    ("bump", "after"),
    [(Bump.MAJOR, "2.0.0"), (Bump.MINOR, "1.3.0"), (Bump.PATCH, "1.2.4"), (Bump.NONE, "1.2.3")],
)
def test_a_bump_leads_to_the_next_version(bump: Bump, after: str) -> None:
    assert str(Version.parse("1.2.3").bumped(bump)) == after


@pytest.mark.parametrize(
    ("older", "newer", "bump"),
    [
        ("1.2.3", "2.0.0", Bump.MAJOR),
        ("1.2.3", "1.3.0", Bump.MINOR),
        ("1.2.3", "1.2.4", Bump.PATCH),
        ("1.2.3", "1.2.3", Bump.NONE),
        ("0.2.3", "0.3.0", Bump.MAJOR),
        ("0.2.3", "0.2.4", Bump.MINOR),
        ("0.2.3", "1.0.0", Bump.MAJOR),
    ],
)
def test_how_far_a_version_moved_shifts_below_one(older: str, newer: str, bump: Bump) -> None:
    assert Version.parse(newer).bump_from(Version.parse(older)) is bump


def test_bumps_are_ordered_by_weight_and_written_as_people_do() -> None:
    assert Bump.NONE < Bump.PATCH < Bump.MINOR < Bump.MAJOR
    assert str(Bump.MAJOR) == "MAJOR"


@given(_versions, st.sampled_from([Bump.PATCH, Bump.MINOR, Bump.MAJOR]))
def test_a_bumped_version_is_greater_and_moved_at_least_so_far(text: str, bump: Bump) -> None:
    version = Version.parse(text)
    bumped = version.bumped(bump)
    assert bumped > version
    assert bumped.bump_from(version) >= bump


@pytest.mark.parametrize(
    ("range_", "allowed", "refused"),
    [
        ("^1.2.3", ["1.2.3", "1.9.0"], ["1.2.2", "2.0.0", "1.3.0-beta"]),
        ("^0.2.3", ["0.2.3", "0.2.9"], ["0.3.0", "1.0.0"]),
        ("^0.0.3", ["0.0.3"], ["0.0.4"]),
        ("^2.1", ["2.1.0", "2.9.9"], ["2.0.9", "3.0.0"]),
        ("~1.4.0", ["1.4.0", "1.4.9"], ["1.5.0"]),
        ("~1", ["1.9.0"], ["2.0.0"]),
        ("1.x", ["1.0.0", "1.9.9"], ["2.0.0"]),
        ("*", ["0.0.1", "9.9.9"], ["1.0.0-beta"]),
        ("", ["0.0.1"], ["1.0.0-beta"]),
        ("1.2.3 - 2.3", ["1.2.3", "2.3.9"], ["2.4.0", "1.2.2"]),
        (">=1.0.0 <3.0.0 || 4.x", ["2.9.9", "4.1.0"], ["3.0.0"]),
        ("^1.2.3-beta.2", ["1.2.3-beta.3", "1.2.3", "1.9.0"], ["1.2.4-beta.2", "1.2.3-beta.1"]),
        ("=1.0.0", ["1.0.0"], ["1.0.1"]),
        ("^0 ^1.0.0-0", [], ["1.0.0-0", "1.0.0"]),
        ("<1.0.0 >=1.0.0-0", ["1.0.0-0", "1.0.0-beta"], ["1.0.0", "0.9.0"]),
        ("^0 <1.0.0 >=1.0.0-0", [], ["1.0.0-0", "1.0.0-beta"]),
        (">=x || ~0.0.2-beta.11", ["0.0.2", "7.0.0"], ["0.0.2-rc.1"]),
        ("1.0.1-alpha || * || 2.0.0-beta", ["1.0.1", "3.0.0"], ["1.0.1-alpha", "2.0.0-beta"]),
    ],
)
def test_a_range_takes_what_npm_would_take(
    range_: str, allowed: list[str], refused: list[str]
) -> None:
    read = Range.parse(range_)
    assert [v for v in (*allowed, *refused) if read.allows(Version.parse(v))] == allowed


@pytest.mark.parametrize("text", ["^", "abc", "1.2.3.4", ">=1 and <2", "^^1"])
def test_what_is_no_range_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(InvalidVersionError, match="is not a version range; one looks like"):
        Range.parse(text)


@pytest.mark.parametrize("space", [" " * 100_000, "\n\t" * 50_000, "\u00a0"])
def test_a_range_may_have_any_white_space_between_its_parts(space: str) -> None:
    read = Range.parse(f"{space}>={space}1.0.0{space}<2{space}||{space}3{space}-{space}4{space}")
    versions = ["0.9.0", "1.0.0", "2.0.0", "3.1.0", "4.9.9", "5.0.0"]
    allowed = [version for version in versions if read.allows(Version.parse(version))]
    assert allowed == ["1.0.0", "3.1.0", "4.9.9"]


@pytest.mark.parametrize("many", ["= ", "v", "1 ", "1.0.0 || ", "> ", "1.", "~ ", "-1"])
def test_a_range_that_is_too_long_is_refused_before_it_is_read(many: str) -> None:
    with pytest.raises(InvalidVersionError, match="more than 1,000 characters") as caught:
        Range.parse(many * 100_000)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("text", ["^1\u0662.0", "1.x \u2013 2", ">=1.0.0-\u00e9"])
def test_a_range_is_written_in_the_letters_and_digits_of_ascii(text: str) -> None:
    with pytest.raises(InvalidVersionError, match="is not a version range; one looks like"):
        Range.parse(text)


def test_a_version_has_as_many_characters_as_npm_lets_it_have() -> None:
    longest = "1.0.0-" + "a" * 250
    assert Version.parse(longest).text == longest
    with pytest.raises(InvalidVersionError, match="more than 256 characters") as caught:
        Version.parse(longest + "a")
    assert len(str(caught.value)) < 200


@given(_versions, _versions)
def test_a_caret_takes_exactly_the_later_versions_of_the_same_sort(base: str, other: str) -> None:
    first, second = Version.parse(base), Version.parse(other)
    allowed = Range.parse(f"^{base}").allows(second)
    zero = base.startswith("0.0.")
    assert allowed == (
        second >= first and (second == first if zero else second.bump_from(first) < Bump.MAJOR)
    )


@given(_versions)
def test_a_range_is_equal_to_itself_and_written_as_it_was_read(text: str) -> None:
    assert Range.parse(f"^{text}") == Range.parse(f"^{text}")
    assert str(Range.parse(f"~{text}")) == f"~{text}"


@pytest.mark.parametrize(
    ("older", "demanded", "least"),
    [
        ("1.2.3", Bump.NONE, "1.2.3"),
        ("1.2.3", Bump.PATCH, "1.2.4"),
        ("1.2.3", Bump.MINOR, "1.3.0"),
        ("1.2.3", Bump.MAJOR, "2.0.0"),
        ("0.2.3", Bump.PATCH, "0.2.4"),
        ("0.2.3", Bump.MINOR, "0.2.4"),
        ("0.2.3", Bump.MAJOR, "0.3.0"),
    ],
)
def test_the_least_version_is_the_smallest_that_a_bump_allows(
    older: str, demanded: Bump, least: str
) -> None:
    found = least_version(Version.parse(older), demanded)
    assert str(found) == least
    assert found.bump_from(Version.parse(older)) >= demanded
