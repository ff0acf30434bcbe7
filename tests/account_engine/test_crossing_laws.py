"""Laws of contacts who go on in another campaign: nothing twice, nobody lost, however many."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import event, given, settings
from hypothesis import strategies as st

from account_engine.changing.changes import Arrival, ChangeSet, Republish
from account_engine.objects import read_campaign
from account_engine.stores.locations import random_id
from account_engine.upgrading import flow_migration
from package_format.campaign.flow import Flow
from package_format.campaign.places import Place
from package_format.references import Address
from package_format.upgrades.answers import Answer, Outcome, Via, answers
from package_format.upgrades.entry_data import read_entries
from package_format.upgrades.lineage import departures
from tests.account_engine.lives import Life
from tests.account_engine.test_crossing import A, campaign
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


def test_who_comes_behind_is_not_sent_what_is_put_behind_both_later() -> None:
    one, two_, three = (Letter(mail, f"k{mail}", 1) for mail in (0, 1, 2))
    chain: Chain = {"s1": (one,), "s2": (two_,), "s3": (three,)}
    other: Chain = {"s1": (Letter(20, "k20", 1), Letter(21, "k21", 3))}
    life = Life(written(chain), written(other))
    life.submit("f")
    life.advance("12 hours")
    for source, target in (("s1", "s100"), ("s2", "s101")):
        other = {**other, target: chain[source]}
        chain = {key: letters for key, letters in chain.items() if key != source}
        moved = [{"moved": f"campaign/c1.{source}", "to": f"campaign/c2.{target}"}]
        life.upgrade_together({1: written(chain), 2: written(other)}, yaml.safe_dump(moved))
    life.advance("90 days")
    assert life.sent == ["m20", "m0", "m1", "m21"]


# --- the straight way -----------------------------------------------------------------------------

delays = st.sampled_from(["1 hour", "1 day", "3 days", "8 days"])
moments = st.sampled_from(["0 days", "1 hour", "12 hours", "1 day", "3 days", "9 days"])


@dataclass(frozen=True)
class Part:
    """A sequence that moves from one campaign to another, and is changed before or after.

    Attributes:
        waits: How long each of its steps waits; None for one that does not.
        at: Before which step a new one is put in; None if none is.
        new: How long that waits, if it does.
        within: For how long one may have stood behind it who gets it after all.
        changed: Which step waits otherwise then; one that does not wait is not changed.
        wait: How long.
        timer: What is said of those who wait there.
        sooner: Whether it is changed before it moves.
    """

    waits: tuple[str | None, ...]
    at: int | None
    new: str | None
    within: str
    changed: int
    wait: str
    timer: str | None
    sooner: bool

    def steps(self, *, changed: bool) -> tuple[str, ...]:
        """Return its steps, written."""
        waits = list(self.waits)
        index = self.changed % len(waits)
        if changed and waits[index] is not None:
            waits[index] = self.wait
        steps = [_step(f"k{number}", wait) for number, wait in enumerate(waits)]
        if changed and self.at is not None:
            steps.insert(self.at, _step("new", self.new))
        return tuple(steps)

    def entries(self, campaign: str) -> list[str]:
        """Return what is said of the change, of a campaign."""
        found = []
        if self.at is not None:
            step = f"campaign/{campaign}.late.new"
            found.append(f"{{added: {step}, catch-up: {self.within}}}")
        if self.timer is not None:
            step = f"campaign/{campaign}.late.k{self.changed % len(self.waits)}"
            found.append(f"{{changed: {step}, timer: {self.timer}}}")
        return found


def _step(key: str, wait: str | None) -> str:
    waits = "" if wait is None else f"wait: {wait}, "
    return f"{key}: {{{waits}send-email: mail-{key}}}"


parts = st.builds(
    Part,
    st.lists(st.none() | delays, min_size=1, max_size=3).map(tuple),
    st.none() | st.integers(0, 3),
    st.none() | delays,
    st.sampled_from(["1 hour", "2 days", "30 days"]),
    st.integers(0, 2),
    delays,
    st.none() | st.sampled_from(["credit", "keep", "restart"]),
    st.booleans(),
)


@given(parts, st.lists(moments, max_size=3), moments)
def test_the_straight_way_of_a_part_that_moves_and_is_changed_is_the_two_hops(
    part: Part, before: list[str], after: str
) -> None:
    """With what is new before them (M4), and with the time of those who wait (M5)."""
    whole = campaign(early=(A,), late=part.steps(changed=False))
    lives = [Life(whole), Life(whole)]
    move = "{moved: campaign/c1.late, to: campaign/c2.late}"
    for life in lives:
        life.submit("f")
        for time in before:
            life.advance(time)
    rest = campaign(early=(A,))
    there = campaign(late=part.steps(changed=True), form="g")
    if part.sooner:
        said = part.entries("c1")
        changed = campaign(early=(A,), late=part.steps(changed=True))
        lives[0].upgrade_together({1: changed}, f"[{', '.join(said)}]")
        lives[0].upgrade_together({1: rest, 2: there}, f"[{move}]")
        said = [*said, move]
    else:
        said = part.entries("c2")
        moved = campaign(late=part.steps(changed=False), form="g")
        lives[0].upgrade_together({1: rest, 2: moved}, f"[{move}]")
        lives[0].upgrade_together({1: rest, 2: there}, f"[{', '.join(said)}]")
        said = [move, *said]
    lives[1].upgrade_together({1: rest, 2: there}, f"[{', '.join(said)}]")
    assert seen(lives[0]) == seen(lives[1])
    event("owed something" if any(p.owed for p in lives[1].state.positions) else "owed nothing")
    for life in lives:
        life.advance(after)
        life.advance("30 days")
    assert (lives[0].sent, seen(lives[0])) == (lives[1].sent, seen(lives[1]))


def seen(life: Life) -> list[object]:
    """Where the contact stands, and what comes next there, whatever ids and versions are called."""
    flows = {flow.key: flow for flow in life.flows}
    return [
        (
            p.campaign,
            p.where,
            p.status,
            p.began,
            p.due,
            p.resumes,
            tuple(flows[p.identity[:2]].addresses[number] for number in p.owed),
        )
        for p in life.state.positions
    ]


# --- all at once or one by one --------------------------------------------------------------------

REST = {"x": {"wait": {"for": "1 day"}}}
MOVED: Data = {"moved": "campaign/c0.s0", "to": "campaign/c1.moved"}


def split(
    shop: Sandbox,
    flows: tuple[Data, Data],
    *,
    behind: bool,
    steps: Data | None = None,
    said: tuple[Data, ...] = (),
) -> None:
    """Move the sequence of the first campaign into the second, with everybody in it.

    Args:
        shop: The account.
        flows: The two campaigns as they were.
        behind: Whether the second campaign leads to it; otherwise its first goal does.
        steps: Its steps there; None if they are what they were.
        said: What else the package says.
    """
    entries = read_entries([MOVED, *said])
    rest = {"goals": flows[0]["goals"], "sequences": {"rest": {"after": ["g0"], "steps": REST}}}
    sequence = {**flows[0]["sequences"]["s0"], "after": ["s0"] if behind else ["g0"]}
    sequence |= {} if steps is None else {"steps": steps}
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
        for source, target in departures(old[0], addresses[0], entries, addresses[0])
    )

    def answered(i: int) -> tuple[tuple[Place, Answer | None], ...]:
        others = {addresses[1 - i]: new[1 - i]}
        found = answers(old[i], new[i], addresses[i], entries, None, others)
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
    **more: Any,  # noqa: ANN401
) -> None:
    with (
        sandbox(list(flows), NEVER, locations[0]) as many,
        sandbox(list(flows), NEVER, locations[1]) as single,
        pytest.MonkeyPatch.context() as patch,
    ):
        together = counted_together(patch)
        for one, worth in ((many, 1), (single, NEVER)):
            patch.setattr(flow_migration, "WORTH", worth)
            for (what, value), who in before:
                one.happen(what, value, who)
            split(one, flows, **more)
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


ARRIVING = [(("arrive", 7200), 0), (("tag", "t0"), 1)]
"""One after the other comes into the first campaign, and one of them into the second, too."""


def sequence_of(part: Part, *, changed: bool) -> Data:
    """Return the steps of a part that moves, with mails of the sandbox."""
    steps = yaml.safe_load("".join(f"{step}\n" for step in part.steps(changed=changed)))
    mails = {f"mail-k{number}": f"m{number}" for number in range(3)} | {"mail-new": "m3"}
    return {key: {**step, "send-email": mails[step["send-email"]]} for key, step in steps.items()}


def assert_terms_the_same(
    part: Part,
    time: str,
    after: Any,  # noqa: ANN401
    locations: tuple[str, str],
) -> None:
    """Assert that those who go along catch up and wait on in the same way, however many."""
    goal = {"when": {"tag-applied": "t1"}}
    flows: tuple[Data, Data] = (
        {
            "goals": {"g0": {"when": {"web-form-submitted": "f"}}, "g1": {**goal, "after": "all"}},
            "sequences": {"s0": {"after": ["g0"], "steps": sequence_of(part, changed=False)}},
        },
        {
            "goals": {"g0": {"when": {"tag-applied": "t0"}}, "g1": {**goal, "after": "all"}},
            "sequences": {"s0": {"after": ["g0"], "steps": REST}},
        },
    )
    said = tuple(
        yaml.safe_load(entry.replace("c1.late", "c1.moved")) for entry in part.entries("c1")
    )
    steps = sequence_of(part, changed=True)
    before = [*ARRIVING, (("advance", time), 0)]
    assert_split_the_same(flows, before, after, locations, behind=False, steps=steps, said=said)


late = st.sampled_from(["1 hour", "12 hour", "2 day", "9 day"])


@settings(lives, max_examples=25)
@given(parts, late, histories)
def test_all_at_once_or_one_by_one_they_catch_up_there_and_wait_as_is_said(
    part: Part,
    time: str,
    after: Any,  # noqa: ANN401
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        first, second = (str(Path(folder) / name) for name in ("many.account", "one.account"))
        assert_terms_the_same(part, time, after, (first, second))


@settings(lives, max_examples=8)
@given(parts, late, histories)
def test_they_do_so_in_a_database(
    database: str,
    part: Part,
    time: str,
    after: Any,  # noqa: ANN401
) -> None:
    locations = (f"{database}#{random_id()}", f"{database}#{random_id()}")
    assert_terms_the_same(part, time, after, locations)


def test_who_waits_at_one_place_and_nowhere_there_is_carried_across_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = {"a": {"wait": {"for": "1 day"}, "send-email": "m0"}, "b": {"send-email": "m1"}}
    first = {"goals": {"g0": {"when": {"web-form-submitted": "f"}}},
             "sequences": {"s0": {"after": ["g0"], "steps": steps}}}  # fmt: skip
    other = {**first, "goals": {"g0": {"when": {"tag-applied": "t0"}}}}
    monkeypatch.setattr(flow_migration, "WORTH", 1)
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
