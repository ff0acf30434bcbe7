"""Laws of contacts who go on in another campaign: nothing twice, nobody lost, however many."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import event, given, settings
from hypothesis import strategies as st

from account_engine.changing.changes import Arrival, ChangeSet, Republish
from account_engine.objects import read_campaign
from account_engine.stores.locations import random_id
from account_engine.upgrading import carrying
from package_format.answers import Answer, Outcome, Via, answers, departures
from package_format.campaign.flow import Flow
from package_format.campaign.places import Place
from package_format.references import Address
from package_format.upgrades import read_entries
from tests.account_engine.lives import Life
from tests.account_engine.test_laws import (
    Chain,
    Data,
    Letter,
    assert_nobody_is_stuck,
    chains,
    changes,
    lives,
    written,
)
from tests.account_engine.test_waves import (
    NEVER,
    Sandbox,
    connected,
    counted_together,
    histories,
    sandbox,
    straight,
)

Chains = dict[int, Chain]
"""Two campaigns of one package, by number, each a chain of sequences."""


@st.composite
def two(draw: st.DrawFn) -> Chains:
    """Draw two campaigns, of which no two letters are the same."""

    def renumbered(letter: Letter) -> Letter:
        return Letter(letter.mail + 20, f"k{letter.mail + 20}", letter.days)

    other = {key: tuple(map(renumbered, letters)) for key, letters in draw(chains()).items()}
    return {1: draw(chains()), 2: other}


@st.composite
def handed_over(draw: st.DrawFn, both: Chains, fresh: int) -> tuple[Chains, list[Data]]:
    """Draw a new version of both: one change within one of them, or something goes across."""
    one = draw(st.sampled_from([1, 2]))
    mine, theirs = both[one], both[3 - one]
    key = draw(st.sampled_from(sorted(mine)))
    index = draw(st.integers(0, len(mine[key]) - 1))
    letter, rest = mine[key][index], (*mine[key][:index], *mine[key][index + 1 :])
    here, there = f"campaign/c{one}.{key}", f"campaign/c{3 - one}"
    other = draw(st.sampled_from(sorted(theirs)))
    match draw(st.sampled_from(["within", "step", "sequence", "send", "send all"])):
        case "step" if rest:
            at = draw(st.integers(0, len(theirs[other])))
            longer = (*theirs[other][:at], letter, *theirs[other][at:])
            entry = {"moved": f"{here}.{letter.key}", "to": f"{there}.{other}.{letter.key}"}
            return {one: {**mine, key: rest}, 3 - one: {**theirs, other: longer}}, [entry]
        case "sequence" if len(mine) > 1:
            left = {k: letters for k, letters in mine.items() if k != key}
            entry = {"moved": here, "to": f"{there}.s{fresh}"}
            return {one: left, 3 - one: {**theirs, f"s{fresh}": mine[key]}}, [entry]
        case "send" if rest:
            target = draw(st.sampled_from(theirs[other])).key
            contacts = {"continue-at": f"{there}.{other}.{target}"}
            gone = {"removed": f"{here}.{letter.key}", "contacts": contacts}
            return {**both, one: {**mine, key: rest}}, [gone]
        case "send all" if len(mine) > 1:
            target = draw(st.sampled_from(theirs[other])).key
            contacts = {"continue-at": f"{there}.{other}.{target}"}
            left = {k: letters for k, letters in mine.items() if k != key}
            return {**both, one: left}, [{"removed": here, "contacts": contacts}]
        case _:
            chain, entries = draw(changes(mine, fresh))
            text = yaml.safe_dump(entries).replace("campaign/c.", f"campaign/c{one}.")
            return {**both, one: chain}, yaml.safe_load(text)


@given(two(), st.data())
def test_nothing_is_sent_twice_and_everybody_gets_to_the_end(
    both: Chains, data: st.DataObject
) -> None:
    life = Life(*(written(chain) for chain in both.values()))
    life.submit("f")
    for hop in range(data.draw(st.integers(1, 5))):
        life.advance(data.draw(st.sampled_from(["12 hours", "0 days", "1 day", "3 days"])))
        stood = bool(life.state.positions)
        both, entries = data.draw(handed_over(both, 100 + hop))
        texts: dict[int, str | None] = {number: written(chain) for number, chain in both.items()}
        life.upgrade_together(texts, yaml.safe_dump(entries))
        assert bool(life.state.positions) == stood
        assert_nobody_is_stuck(life)
    life.advance("90 days")
    assert len(set(life.sent)) == len(life.sent)
    assert all("queued" in at for at in life.at)
    life.tag("out")
    assert life.at == []


# --- all at once or one by one --------------------------------------------------------------------

REST = {"x": {"wait": {"for": "1 day"}}}
MOVED = read_entries([{"moved": "campaign/c0.s0", "to": "campaign/c1.moved"}])


def split(shop: Sandbox, flows: tuple[Data, Data], *, behind: bool) -> None:
    """Move the sequence of the first campaign into the second, with everybody in it.

    Args:
        shop: The account.
        flows: The two campaigns as they were.
        behind: Whether the second campaign leads to it; otherwise its first goal does.
    """
    rest = {"goals": flows[0]["goals"], "sequences": {"rest": {"after": ["g0"], "steps": REST}}}
    sequence = {**flows[0]["sequences"]["s0"], "after": ["s0"] if behind else ["g0"]}
    longer = {**flows[1], "sequences": {**flows[1]["sequences"], "moved": sequence}}
    numbers = [one.id for one in shop.account.objects_of("campaign")]
    old = [shop.account.flow(number).flow for number in numbers]
    data = [
        read_campaign(shop.named({"title": f"C{i}", **connected(flow)})).canonical()
        for i, flow in enumerate((rest, longer))
    ]
    new = [Flow(read_campaign(one)) for one in data]
    addresses = [Address("", "campaign", f"c{i}") for i in (0, 1)]
    arrivals = tuple(
        Arrival(numbers[0], source, ".".join(target.inner))
        for source, target in departures(old[0], addresses[0], MOVED, addresses[0])
    )

    def answered(i: int) -> tuple[tuple[Place, Answer | None], ...]:
        others = {addresses[1 - i]: new[1 - i]}
        found = answers(old[i], new[i], addresses[i], MOVED, None, others)
        leaves = Answer(Outcome.EXIT, Via.OWNER)
        named = ((place, answer or leaves) for place, answer in found)
        return tuple(
            (p, replace(a, campaign=f"#{numbers[1 - i]}") if a.campaign else a) for p, a in named
        )

    info = shop.account.info
    operations = (
        Republish(numbers[0], data[0], (), answered(0)),
        Republish(numbers[1], data[1], (), answered(1), arrivals),
    )
    shop.account.apply(
        ChangeSet("split", info.id, info.incarnation, info.head, "split", (), operations, None)
    )


def assert_split_the_same(
    flows: tuple[Data, Data],
    before: Any,  # noqa: ANN401
    after: Any,  # noqa: ANN401
    locations: tuple[str, str],
    *,
    behind: bool,
) -> None:
    with (
        sandbox(list(flows), NEVER, locations[0]) as many,
        sandbox(list(flows), NEVER, locations[1]) as single,
        pytest.MonkeyPatch.context() as patch,
    ):
        together = counted_together(patch)
        for one, worth in ((many, 1), (single, NEVER)):
            patch.setattr(carrying, "WORTH", worth)
            for (what, value), who in before:
                one.happen(what, value, who)
            split(one, flows, behind=behind)
            for (what, value), who in after:
                one.happen(what, value, who)
        assert many.told() == single.told()
    event("carried together" if any(together) else "carried one by one")


@lives
@given(st.tuples(straight, straight), histories, histories, st.booleans())
def test_all_at_once_or_one_by_one_a_split_carries_everybody_to_the_same_place(
    flows: tuple[Data, Data],
    before: Any,  # noqa: ANN401
    after: Any,  # noqa: ANN401
    behind: bool,  # noqa: FBT001
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        first, second = (str(Path(folder) / name) for name in ("many.account", "one.account"))
        assert_split_the_same(flows, before, after, (first, second), behind=behind)


@settings(lives, max_examples=8)
@given(st.tuples(straight, straight), histories, histories, st.booleans())
def test_a_split_carries_them_the_same_way_in_a_database(
    database: str,
    flows: tuple[Data, Data],
    before: Any,  # noqa: ANN401
    after: Any,  # noqa: ANN401
    behind: bool,  # noqa: FBT001
) -> None:
    locations = (f"{database}#{random_id()}", f"{database}#{random_id()}")
    assert_split_the_same(flows, before, after, locations, behind=behind)


def test_who_waits_at_one_place_and_nowhere_there_is_carried_across_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = {"a": {"wait": {"for": "1 day"}, "send-email": "m0"}, "b": {"send-email": "m1"}}
    first = {"goals": {"g0": {"when": {"web-form-submitted": "f"}}},
             "sequences": {"s0": {"after": ["g0"], "steps": steps}}}  # fmt: skip
    other = {**first, "goals": {"g0": {"when": {"tag-applied": "t0"}}}}
    monkeypatch.setattr(carrying, "WORTH", 1)
    together = counted_together(monkeypatch)
    with sandbox([first, other], NEVER, str(tmp_path / "an.account")) as shop:
        shop.happen("submit", "f", 0)
        shop.happen("tag", "t0", 0)
        split(shop, (first, other), behind=False)
        assert together == [1, len(shop.people) - 1]  # in the second campaign, and into it
        second = shop.account.objects_of("campaign")[1].id
        for person in shop.people[1:]:
            (position,) = shop.account.positions(person)
            assert (position.campaign, position.where) == (second, "moved.a")
