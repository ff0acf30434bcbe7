"""However a registry's index is made, a search for versions comes to an end."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nab_resolver.ranges import Range as Listed

from cpt.errors import AnswerIsNoError, TooHardToResolveError, UnresolvableError
from cpt.resolver.numbered import Numbers
from cpt.resolver.solve import solve
from package_format.index import IndexLine
from package_format.versions import Range
from tests.cpt.resolver.test_solve import Shop, chosen, fits, line

PACKAGES, VERSIONS = 200, 50
NUMBERS = [f"{number // 10 + 1}.{number % 10}.0" for number in range(VERSIONS)]


def grown(seed: int) -> dict[str, dict[str, dict[str, str]]]:
    """A shop as it grows: each version needs what of others was new at the time, or a bit older."""
    dice = random.Random(seed)  # noqa: S311  a shop is no secret
    shop: dict[str, dict[str, dict[str, str]]] = {}
    for number in range(PACKAGES):
        others = range(number + 1, PACKAGES)
        needed = dice.sample(others, min(3, len(others)))
        shop[f"a/p{number}"] = {
            version: {
                f"a/p{other}": f"^{NUMBERS[max(0, age - dice.randrange(5))]}" for other in needed
            }
            for age, version in enumerate(NUMBERS)
        }
    return shop


def lagging(seed: int) -> dict[str, dict[str, dict[str, str]]]:
    """Likewise, but one package in five keeps to what others were long ago, and needs go round.

    The newest versions do not fit together: a search has to come back from them, all the way to the
    first major versions, where everything fits.
    """
    dice = random.Random(seed)  # noqa: S311  a shop is no secret
    lag = [dice.randrange(5, 25) if dice.random() < 0.2 else 0 for _ in range(PACKAGES)]
    shop: dict[str, dict[str, dict[str, str]]] = {}
    for number in range(PACKAGES):
        needed = dice.sample([other for other in range(PACKAGES) if other != number], 3)
        shop[f"a/p{number}"] = {
            version: {
                f"a/p{other}": f"^{NUMBERS[max(0, age - lag[number] - dice.randrange(5))]}"
                for other in needed
            }
            for age, version in enumerate(NUMBERS)
        }
    return shop


def contradictory(seed: int) -> dict[str, dict[str, dict[str, str]]]:
    """Likewise, but the first two packages need versions of the last that exclude each other."""
    shop = grown(seed)
    for version in NUMBERS:
        shop["a/p0"][version] |= {f"a/p{PACKAGES - 1}": "^1.0.0", "a/p1": "*"}
        shop["a/p1"][version] |= {f"a/p{PACKAGES - 1}": "^3.0.0"}
    return shop


def scattered(seed: int) -> dict[str, dict[str, dict[str, str]]]:
    """Every version needs any three packages in any range: as hard as a shop can be.

    There mostly is a choice that fits. Glucose, a SAT solver in C++, finds it after some 200,000
    conflicts, which takes it a minute; nobody who asks for a package waits for that.
    """
    dice = random.Random(seed)  # noqa: S311  a shop is no secret
    forms = ("^{}", "~{}", ">={}", "<={}", "*", "^{} || ^5.0.0")
    return {
        f"a/p{number}": {
            version: {
                f"a/p{other}": dice.choice(forms).format(dice.choice(NUMBERS))
                for other in dice.sample(range(PACKAGES), 3)
            }
            for version in NUMBERS
        }
        for number in range(PACKAGES)
    }


def pigeons(count: int) -> tuple[Shop, dict[str, str]]:
    """More pigeons than holes: small, impossible, and exponentially hard to prove so."""
    shop: dict[str, Mapping[str, Mapping[str, str]]] = {}
    for pigeon in range(count):
        shop[f"a/pigeon{pigeon}"] = {
            f"{hole + 1}.0.0": {f"a/hole{hole}": f"{pigeon + 1}.0.0"} for hole in range(count - 1)
        }
    for hole in range(count - 1):
        shop[f"a/hole{hole}"] = {f"{pigeon + 1}.0.0": {} for pigeon in range(count)}
    return shop, {f"a/pigeon{pigeon}": "*" for pigeon in range(count)}


@pytest.mark.parametrize("grow", [grown, lagging])
@pytest.mark.parametrize("seed", range(2))
def test_a_shop_of_200_packages_with_50_versions_each_is_resolved(
    seed: int, grow: Callable[[int], Shop]
) -> None:
    shop = grow(seed)
    assert fits(shop, {"a/p0": "*"}, chosen(shop, {"a/p0": "*"}))


@pytest.mark.parametrize("seed", range(2))
def test_that_nothing_fits_in_such_a_shop_is_proved(seed: int) -> None:
    with pytest.raises(UnresolvableError, match="do not fit together"):
        chosen(contradictory(seed), {"a/p0": "*"})


@pytest.mark.slow
@pytest.mark.parametrize("count", [6, 12, 50])
def test_pigeons_are_put_into_holes_for_a_while_and_then_it_is_said(count: int) -> None:
    with pytest.raises(AnswerIsNoError, match="fit together"):
        chosen(*pigeons(count))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_a_shop_of_random_needs_is_resolved_or_given_up(seed: int) -> None:
    shop = scattered(seed)
    try:
        found = chosen(shop, {"a/p0": "*"})
    except (TooHardToResolveError, UnresolvableError):
        return
    assert fits(shop, {"a/p0": "*"}, found)


def test_a_search_that_is_given_up_says_what_makes_it_easier() -> None:
    shop, wanted = pigeons(6)
    lines: dict[str, tuple[IndexLine, ...]] = {
        name: tuple(line(name, version, needs) for version, needs in versions.items())
        for name, versions in shop.items()
    }
    ranges = {name: Range.parse(text) for name, text in wanted.items()}
    with pytest.raises(TooHardToResolveError, match="too many ways to try") as caught:
        solve(ranges, lines.__getitem__, effort=100)
    assert "narrower ranges" in caught.value.help[0]


sets = st.tuples(st.frozensets(st.integers(0, 9)), st.booleans())


@given(sets, sets)
def test_sets_of_numbers_answer_as_the_librarys_own(
    one: tuple[frozenset[int], bool], other: tuple[frozenset[int], bool]
) -> None:
    mine, theirs = (
        ~Numbers(sum(1 << n for n in members)) if but else Numbers(sum(1 << n for n in members))
        for members, but in (one, other)
    )
    own, others = (
        ~Listed.from_versions(members) if but else Listed.from_versions(members)
        for members, but in (one, other)
    )
    for ours, librarys in (
        (mine & theirs, own & others),
        (mine | theirs, own | others),
        (mine - theirs, own - others),
        (~mine, ~own),
    ):
        assert [n in ours for n in range(12)] == [n in librarys for n in range(12)]
    assert mine.is_subset((mine - theirs) | theirs)
    assert mine.is_disjoint(theirs) == own.is_disjoint(others)
    assert mine.is_superset(theirs) == theirs.is_subset(mine)
    assert mine.relation(theirs).is_subset == mine.is_subset(theirs)
    assert mine.relation(theirs).is_disjoint == mine.is_disjoint(theirs)
    assert Numbers.empty().is_empty
    assert not Numbers.full().is_empty
    assert 3 in Numbers.singleton(3)
