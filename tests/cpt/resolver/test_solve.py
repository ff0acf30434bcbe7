from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nab_resolver.errors import ResolutionError
from nab_resolver.resolver import Resolver

from cpt.errors import NoSuchVersionError, UnknownPackageError, UnresolvableError
from cpt.resolver.explain import versions_in_words
from cpt.resolver.solve import Index, solve
from package_format.index import IndexLine, Status
from package_format.versions import Range, Version

Shop = Mapping[str, Mapping[str, Mapping[str, str]]]
"""Names to versions to dependencies."""


def line(name: str, version: str, needs: Mapping[str, str], *, yanked: bool = False) -> IndexLine:
    return IndexLine(
        name=name,
        version=version,
        digest="sha256:" + f"{abs(hash((name, version))):064x}"[:64],
        size=1,
        dependencies=dict(needs),
        summary="s",
        status=Status.YANKED if yanked else Status.ACTIVE,
        published="2026-01-01T00:00:00Z",
    )


def index_of(shop: Shop, yanked: tuple[str, ...] = ()) -> Index:
    return lambda name: tuple(
        line(name, version, needs, yanked=f"{name} {version}" in yanked)
        for version, needs in shop.get(name, {}).items()
    )


def chosen(
    shop: Shop,
    wanted: Mapping[str, str],
    preferred: Mapping[str, str] | None = None,
    *yanked: str,
    installed: Collection[str] = (),
) -> dict[str, str]:
    found = solve(
        {name: Range.parse(text) for name, text in wanted.items()},
        index_of(shop, yanked),
        {name: Version.parse(text) for name, text in (preferred or {}).items()},
        names=lambda: shop,
        installed=installed,
    )
    return {name: line.version for name, line in found.items()}


TAGS = "acme/tags"
WEB = "acme/webinar"


def test_the_newest_version_that_fits_is_chosen() -> None:
    shop: Shop = {TAGS: {"1.0.0": {}, "1.10.0": {}, "1.9.0": {}, "2.0.0": {}}}
    assert chosen(shop, {TAGS: "^1.0"}) == {TAGS: "1.10.0"}


def test_dependencies_are_chosen_along_with_what_needs_them() -> None:
    shop: Shop = {TAGS: {"1.0.0": {}, "1.1.0": {}}, WEB: {"1.0.0": {TAGS: "^1.0"}}}
    assert chosen(shop, {WEB: "*"}) == {TAGS: "1.1.0", WEB: "1.0.0"}


def test_an_older_version_is_chosen_where_the_newest_cannot_be_had() -> None:
    shop: Shop = {TAGS: {"1.0.0": {}}, WEB: {"1.0.0": {TAGS: "^1.0"}, "2.0.0": {TAGS: "^2.0"}}}
    assert chosen(shop, {WEB: "*"}) == {TAGS: "1.0.0", WEB: "1.0.0"}


def test_a_prerelease_is_chosen_only_where_the_range_names_one_of_its_version() -> None:
    shop: Shop = {TAGS: {"1.0.0": {}, "1.1.0-beta.1": {}, "2.0.0-rc.1": {}}}
    assert chosen(shop, {TAGS: "*"}) == {TAGS: "1.0.0"}
    assert chosen(shop, {TAGS: ">=1.1.0-alpha"}) == {TAGS: "1.1.0-beta.1"}


def test_a_yanked_version_is_not_chosen_anew() -> None:
    shop: Shop = {TAGS: {"1.0.0": {}, "1.1.0": {}}}
    assert chosen(shop, {TAGS: "^1.0"}, None, "acme/tags 1.1.0") == {TAGS: "1.0.0"}


@pytest.mark.parametrize(
    ("versions", "yanked", "said"),
    [
        (("1.0.0",), ("1.0.0",), "but 1.0.0 was withdrawn"),
        (("1.0.0", "1.1.0"), ("1.0.0", "1.1.0"), "but 1.0.0 and 1.1.0 were withdrawn"),
        (("1.0.0", "2.0.0"), ("1.0.0",), "but 1.0.0 was withdrawn"),
        (("2.0.0", "3.0.0"), ("2.0.0",), "but there is only 3.0.0"),
    ],
)
def test_what_is_needed_and_was_withdrawn_is_said_to_be(
    versions: tuple[str, ...], yanked: tuple[str, ...], said: str
) -> None:
    shop: Shop = {TAGS: {v: {} for v in versions}, WEB: {"1.0.0": {TAGS: "^1.0"}}}
    with pytest.raises(UnresolvableError, match=f"needs acme/tags \\^1.0, {said}"):
        chosen(shop, {WEB: "*"}, None, *(f"{TAGS} {version}" for version in yanked))


def test_a_yanked_version_stays_where_it_is_locked() -> None:
    shop: Shop = {TAGS: {"1.0.0": {}, "1.1.0": {}}}
    assert chosen(shop, {TAGS: "^1.0"}, {TAGS: "1.1.0"}, "acme/tags 1.1.0") == {TAGS: "1.1.0"}


def test_what_is_preferred_stays_while_it_fits() -> None:
    shop: Shop = {TAGS: {"1.0.0": {}, "1.1.0": {}}, WEB: {"1.0.0": {TAGS: "^1.0"}}}
    assert chosen(shop, {WEB: "*"}, {TAGS: "1.0.0"}) == {TAGS: "1.0.0", WEB: "1.0.0"}


def test_what_is_preferred_moves_when_it_must() -> None:
    shop: Shop = {TAGS: {"1.0.0": {}, "1.1.0": {}}, WEB: {"1.0.0": {TAGS: "^1.1"}}}
    assert chosen(shop, {WEB: "*"}, {TAGS: "1.0.0"}) == {TAGS: "1.1.0", WEB: "1.0.0"}


def test_packages_may_need_each_other() -> None:
    shop: Shop = {TAGS: {"1.0.0": {WEB: "*"}}, WEB: {"1.0.0": {TAGS: "*"}}}
    assert chosen(shop, {WEB: "*"}) == {TAGS: "1.0.0", WEB: "1.0.0"}


def test_an_unknown_package_is_answered_with_names_that_are_close() -> None:
    with pytest.raises(UnknownPackageError) as caught:
        chosen({TAGS: {"1.0.0": {}}}, {"acme/tag": "*"})
    assert str(caught.value) == "there is no package acme/tag"
    assert caught.value.help == ("did you mean acme/tags?",)


def test_an_unknown_package_without_a_namesake_gets_no_suggestion() -> None:
    with pytest.raises(UnknownPackageError) as caught:
        chosen({TAGS: {"1.0.0": {}}}, {"zebra/quux": "*"})
    assert caught.value.close == ()


def test_a_version_that_does_not_exist_is_answered_with_those_that_do() -> None:
    shop: Shop = {TAGS: {"1.0.0": {}, "1.1.0": {}, "9.0.0": {}}}
    with pytest.raises(NoSuchVersionError) as caught:
        chosen(shop, {TAGS: "9.x"}, None, "acme/tags 9.0.0")
    assert str(caught.value) == "no version of acme/tags fits 9.x"
    assert caught.value.help == (
        "there are: 1.1.0, 1.0.0",
        "withdrawn by the author (yanked): 9.0.0",
    )


def test_a_contradiction_is_explained_from_what_was_asked_for() -> None:
    shop: Shop = {
        TAGS: {"1.0.0": {}, "2.0.0": {}},
        WEB: {"1.0.0": {TAGS: "^1.0"}, "1.1.0": {TAGS: "^1.0"}},
    }
    with pytest.raises(UnresolvableError) as caught:
        chosen(shop, {WEB: "*", TAGS: "^2.0"})
    assert caught.value.reasons == (
        "you ask for acme/tags ^2.0",
        "you ask for acme/webinar *",
        "acme/webinar 1.0.0 and 1.1.0 need acme/tags ^1.0",
    )
    assert caught.value.remedies == ("acme/tags 1.0.0 would do, instead of ^2.0: acme/tags@1.0.0",)


def test_a_dependency_that_nobody_publishes_is_named_as_the_reason() -> None:
    shop: Shop = {WEB: {"1.0.0": {"acme/gone": "^1.0"}}}
    with pytest.raises(UnresolvableError) as caught:
        chosen(shop, {WEB: "*"})
    assert caught.value.reasons == (
        "you ask for acme/webinar *",
        "acme/webinar 1.0.0 needs acme/gone ^1.0, but there is no package acme/gone",
    )
    assert caught.value.remedies == ()


def test_a_dependency_without_a_fitting_version_is_shown_with_those_there_are() -> None:
    versions: dict[str, dict[str, str]] = {f"1.{minor}.0": {} for minor in range(6)}
    shop: Shop = {TAGS: versions, WEB: {"1.0.0": {TAGS: "^3.0"}}}
    with pytest.raises(UnresolvableError) as caught:
        chosen(shop, {WEB: "*"})
    assert caught.value.reasons[-1] == (
        "acme/webinar 1.0.0 needs acme/tags ^3.0, but there is only 1.0.0 to 1.5.0"
    )


def test_reasons_deep_in_the_proof_are_reached() -> None:
    shop: Shop = {
        "acme/a": {"1.0.0": {"acme/b": "^1.0"}},
        "acme/b": {"1.0.0": {"acme/c": "^1.0"}},
        "acme/c": {"1.0.0": {TAGS: "^1.0"}},
        TAGS: {"1.0.0": {}, "2.0.0": {}},
    }
    with pytest.raises(UnresolvableError) as caught:
        chosen(shop, {"acme/a": "*", TAGS: "^2.0"})
    assert "acme/c 1.0.0 needs acme/tags ^1.0" in caught.value.reasons
    assert "acme/a 1.0.0 needs acme/b ^1.0" in caught.value.reasons


CLASH: Shop = {
    "acme/one": {"1.0.0": {TAGS: "^1.0"}},
    "acme/two": {"1.0.0": {TAGS: "^2.0"}},
    TAGS: {"1.0.0": {}, "2.0.0": {}},
}


def test_where_no_other_version_helps_one_is_told_what_to_go_without() -> None:
    with pytest.raises(UnresolvableError) as caught:
        chosen(CLASH, {"acme/one": "*", "acme/two": "*"})
    assert caught.value.remedies == (
        "without acme/one the others fit together",
        "without acme/two the others fit together",
    )


def test_what_is_installed_is_said_to_be_and_how_it_goes() -> None:
    with pytest.raises(UnresolvableError) as caught:
        chosen(CLASH, {"acme/one": "^1.0", "acme/two": "*"}, installed={"acme/one"})
    assert caught.value.reasons[:2] == (
        "you ask for acme/two *",
        "acme/one is installed, as ^1.0",
    )
    assert caught.value.remedies[0] == (
        "without acme/one the others fit together: cpt uninstall acme/one"
    )


def test_what_others_need_is_not_said_to_be_left_out() -> None:
    shop: Shop = {**CLASH, "acme/three": {"1.0.0": {"acme/one": "*", "acme/two": "*"}}}
    with pytest.raises(UnresolvableError) as caught:
        chosen(shop, {"acme/three": "*", "acme/one": "*"})
    assert caught.value.remedies == ("without acme/three the others fit together",)


names = st.sampled_from(["acme/a", "acme/b", "acme/c", "acme/d"])
numbers = st.sampled_from(["1.0.0", "1.1.0", "2.0.0"])
ranges = st.sampled_from(["^1.0", "^2.0", "*", "1.0.0", ">=1.1.0"])
shops = st.dictionaries(
    names, st.dictionaries(numbers, st.dictionaries(names, ranges, max_size=2), min_size=1)
)


def fits(shop: Shop, wanted: Mapping[str, str], pins: Mapping[str, str]) -> bool:
    demands = [*wanted.items()]
    for name, version in pins.items():
        demands += shop[name][version].items()
    return all(
        name in pins and Range.parse(text).allows(Version.parse(pins[name]))
        for name, text in demands
    )


def every_choice(shop: Shop) -> list[dict[str, str]]:
    choices: list[dict[str, str]] = [{}]
    for name, versions in shop.items():
        choices += [{**choice, name: version} for choice in choices for version in versions]
    return choices


@given(shops, st.dictionaries(names, ranges, min_size=1, max_size=2))
def test_an_answer_fits_and_there_is_one_whenever_there_can_be(
    shop: Shop, wanted: dict[str, str]
) -> None:
    try:
        pins = chosen(shop, wanted)
    except (UnknownPackageError, NoSuchVersionError, UnresolvableError):
        assert not any(fits(shop, wanted, choice) for choice in every_choice(shop))
    else:
        assert fits(shop, wanted, pins)


def test_many_versions_are_named_briefly() -> None:
    every = [Version.parse(f"1.{minor}.0") for minor in range(8)]
    assert versions_in_words(every, every) == "1.0.0 to 1.7.0"
    assert versions_in_words(every[:2], every) == "1.0.0 and 1.1.0"
    apart = [*every[:3], *every[4:7]]
    assert versions_in_words(apart, every) == "1.4.0, 1.5.0, 1.6.0 and 3 older ones"


def test_of_very_many_reasons_the_nearest_are_said() -> None:
    shop: dict[str, dict[str, dict[str, str]]] = {TAGS: {"1.0.0": {}}}
    for number in range(16):
        needs = {TAGS: "^9.0"} if number == 15 else {f"acme/p{number + 1}": "*"}
        shop[f"acme/p{number}"] = {"1.0.0": needs}
    with pytest.raises(UnresolvableError) as caught:
        chosen(shop, {"acme/p0": "*"})
    assert len(caught.value.reasons) == 13
    assert caught.value.reasons[-1] == "and so on, for 5 more reasons like these"


def test_a_search_that_proves_nothing_is_our_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    def give_up(*_: object) -> None:
        raise ResolutionError("out of steps")

    monkeypatch.setattr(Resolver, "resolve", give_up)
    with pytest.raises(ResolutionError):
        chosen({TAGS: {"1.0.0": {}}}, {TAGS: "*"})
