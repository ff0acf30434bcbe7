"""A new version with entries, all at once or one by one: everybody comes to the same place.

A step or a sequence is renamed, a step goes and its contacts go on elsewhere, finish on the old
version or leave, and the owner answers where no entry does.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from account_engine.changing.changes import ChangeSet, Remove, Republish
from account_engine.errors import RefusedError
from account_engine.objects import read_campaign
from account_engine.stores.locations import random_id
from account_engine.upgrading import flow_migration, migration, place_migration
from package_format.campaign.flow import Flow
from package_format.references import Address
from package_format.upgrades.answers import Answer, Outcome, Via, answers, spots
from package_format.upgrades.entry_data import read_entries
from package_format.upgrades.lineage import moves
from tests.account_engine.conftest import DAY, START
from tests.account_engine.test_laws import happenings, steps
from tests.account_engine.test_waves import (
    LONG,
    NEVER,
    PEOPLE,
    Data,
    Sandbox,
    arrivals,
    connected,
    counted_together,
    histories,
    lives,
    sandbox,
    straight,
    two_alike,
    two_files,
)

HERE = Address.parse("campaign/c")


@dataclass(frozen=True)
class Version:
    """A new version of a campaign.

    Attributes:
        flow: The campaign.
        entries: What its package says of what was moved or removed.
        owner: What the owner says where nothing else does: an outcome, and at which spot of the
            new flow they go on, for one place after the other.
    """

    flow: Data
    entries: tuple[Data, ...]
    owner: tuple[tuple[Outcome, int], ...]


def apply(shop: Sandbox, change: Republish | Remove) -> None:
    """Apply one change, or raise what is said against it."""
    info = shop.account.info
    shop.account.apply(
        ChangeSet("new", info.id, info.incarnation, info.head, "new", (), (change,), None)
    )


def republish(shop: Sandbox, version: Version) -> tuple[str, Counter[Outcome]]:
    """Give the first campaign a new version; what is said against it, and what was answered."""
    number = shop.account.objects_of("campaign")[0].id
    old = shop.account.flow(number).flow
    named = shop.named({"title": "C0", **connected(version.flow)})
    data = read_campaign(named).canonical()
    new, read = Flow(read_campaign(data)), read_entries(list(version.entries))
    found = dict(answers(old, new, HERE, read))
    places = spots(new)
    said = [
        Answer(outcome, Via.OWNER)
        if outcome is not Outcome.GO_ON
        else Answer(
            outcome, Via.OWNER, places[at % len(places)].node, places[at % len(places)].step
        )
        for outcome, at in version.owner
    ]
    for index, place in enumerate(place for place, answer in found.items() if answer is None):
        found[place] = said[index % len(said)]
    moved = moves(old, new, HERE, read)
    try:
        apply(shop, Republish(number, data, moved, tuple(found.items())))
    except RefusedError as error:
        return str(error), Counter()
    told = Counter(answer.outcome for answer in found.values() if answer is not None)
    return "", told


def test_a_renamed_step_takes_everybody_along_and_a_new_delay_counts_from_the_old_beginning(
    location: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = LONG["sequences"]["s0"]["steps"]
    after = {
        "first": {**before["a"], "wait": {"for": "3 days"}},
        **{key: step for key, step in before.items() if key != "a"},
    }
    sequences = {"s0": {**LONG["sequences"]["s0"], "steps": after}}
    entry = {"moved": f"{HERE}.s0.a", "to": f"{HERE}.s0.first"}
    version = Version({**LONG, "sequences": sequences}, (entry,), ())
    together = counted_together(monkeypatch)
    with two_alike(LONG, location, request) as pair:
        for one, worth in zip(pair, (1, NEVER), strict=True):
            monkeypatch.setattr(flow_migration, "WORTH", worth)
            one.happen("submit", "f", 0)
            one.happen("advance", "1 hour", 0)
            assert republish(one, version)[0] == ""
        assert together == [len(PEOPLE)]
        assert pair[0].told() == pair[1].told()
        (position,) = pair[0].account.positions(pair[0].people[0])
        assert position.where == "s0.first"
        assert position.due == START + 3 * DAY


@pytest.mark.parametrize("leaving", ["their step goes", "their campaign goes"])
def test_who_is_to_leave_leaves_together(
    leaving: str, location: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = {key: step for key, step in LONG["sequences"]["s0"]["steps"].items() if key != "a"}
    shorter = {**LONG, "sequences": {"s0": {**LONG["sequences"]["s0"], "steps": steps}}}
    version = Version(shorter, ({"removed": f"{HERE}.s0.a", "contacts": "exit"},), ())
    together = counted_together(monkeypatch)
    with two_alike(LONG, location, request) as pair:
        for one, worth in zip(pair, (1, NEVER), strict=True):
            monkeypatch.setattr(flow_migration, "WORTH", worth)
            one.happen("submit", "f", 0)
            one.happen("advance", "1 hour", 0)
            if leaving == "their step goes":
                assert republish(one, version)[0] == ""
            else:
                apply(one, Remove(one.account.objects_of("campaign")[0].id))
            one.happen("advance", "9 days", 0)
        assert together == [len(PEOPLE)]
        assert pair[0].told() == pair[1].told()
        assert not any(pair[0].account.positions(person) for person in pair[0].people)


def test_who_finishes_on_the_old_version_is_told_so_at_once(
    location: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = {"z": {"send-email": "m1"}}
    other = {**LONG, "sequences": {"s0": {**LONG["sequences"]["s0"], "steps": steps}}}
    told = Mock(wraps=place_migration.staying)
    monkeypatch.setattr(flow_migration, "staying", told)
    with two_alike(LONG, location, request) as pair:
        for one, worth in zip(pair, (1, NEVER), strict=True):
            monkeypatch.setattr(flow_migration, "WORTH", worth)
            one.happen("submit", "f", 0)
            one.happen("advance", "25 hours", 0)
            one.happen("submit", "f", 1)
            number = one.account.objects_of("campaign")[0].id
            named = one.named({"title": "C0", **connected(other)})
            stay = migration.everyone(one.account.flow(number), Outcome.FINISH_ON_OLD)
            apply(one, Republish(number, read_campaign(named).canonical(), (), tuple(stay.items())))
            one.happen("advance", "9 days", 0)
        assert told.called
        assert pair[0].told() == pair[1].told()
        stories = [pair[0].account.timeline(person) for person in pair[0].people]
        assert all(any("(M7)" in line.why for line in story) for story in stories)


# --- laws -----------------------------------------------------------------------------------------

ENDS: Data = {"when": {"tag-applied": "t2"}}
"""What who is through waits for."""

submitted = st.just(("flood", ("web-form-submitted", "form", "f"))) | arrivals
begun = st.builds(
    lambda first, lived: [(first, 0), *lived],
    submitted,
    st.lists(st.tuples(happenings, st.integers(0, len(PEOPLE) - 1)), max_size=3),
)
"""Lives in which people still stand in the midst of a campaign."""


@st.composite
def versions(draw: st.DrawFn) -> tuple[Data, Version]:
    """Draw a straight campaign, and another version of it with its entries."""
    flow: Data = {**draw(straight)}
    flow["goals"] = {**flow["goals"], "g1": {**ENDS, "after": ["s0"]}}
    old = flow["sequences"]["s0"]["steps"]
    renamed = draw(st.booleans())
    sequence, here = "s9" if renamed else "s0", f"{HERE}.s0"
    entries: list[Data] = [{"moved": here, "to": f"{HERE}.{sequence}"}] if renamed else []
    stays = draw(st.sampled_from(sorted(old)))
    fates = {
        key: draw(st.sampled_from(["keep", "longer", "move"] + ["remove", "send"] * (key != stays)))
        for key in old
    }
    new: Data = {}
    for key, step in old.items():
        match fates[key]:
            case "keep":
                new[key] = step
            case "longer":
                new[key] = {**step, "wait": {"for": "3 days"}}
            case "remove" | "send":
                pass
            case _:
                new[f"{key}x"] = step
                entries += [
                    {"moved": f"{HERE}.{sequence}.{key}", "to": f"{HERE}.{sequence}.{key}x"}
                ]
    new |= draw(st.dictionaries(st.sampled_from("gh"), steps, max_size=1))
    for key in old:
        if fates[key] == "send":
            on: Data = {"continue-at": f"{HERE}.{sequence}.{draw(st.sampled_from(sorted(new)))}"}
            contacts = draw(st.just(on) | st.sampled_from(["finish-on-old", "exit"]))
            entries.append({"removed": f"{HERE}.{sequence}.{key}", "contacts": contacts})
    if draw(st.booleans()):
        new = {key: new[key] for key in draw(st.permutations(sorted(new)))}
    told = st.tuples(st.sampled_from(Outcome), st.integers(0, 9))
    owner = draw(st.lists(told, min_size=1, max_size=4))
    changed = {
        "goals": {**flow["goals"], "g1": {**ENDS, "after": [sequence]}},
        "sequences": {sequence: {**flow["sequences"]["s0"], "steps": new}},
    }
    return flow, Version(changed, tuple(entries), tuple(owner))


def assert_republished_the_same(
    versions_: tuple[Data, Version],
    before: Any,  # noqa: ANN401
    after: Any,  # noqa: ANN401
    locations: tuple[str, str],
) -> None:
    flow, version = versions_
    with (
        sandbox([flow], NEVER, locations[0]) as many,
        sandbox([flow], NEVER, locations[1]) as single,
        pytest.MonkeyPatch.context() as patch,
    ):
        together, told = counted_together(patch), []
        for one, worth in ((many, 1), (single, NEVER)):
            patch.setattr(flow_migration, "WORTH", worth)
            for (what, value), who in before:
                one.happen(what, value, who)
            told.append(republish(one, version))
            for (what, value), who in after:
                one.happen(what, value, who)
        assert told[0] == told[1]
        assert many.told() == single.told()
    event("carried together" if any(together) else "carried one by one")


@lives
@given(versions(), begun, histories)
def test_all_at_once_or_one_by_one_entries_and_answers_carry_everybody_to_the_same_place(
    versions_: tuple[Data, Version],
    before: Any,  # noqa: ANN401
    after: Any,  # noqa: ANN401
) -> None:
    with two_files() as locations:
        assert_republished_the_same(versions_, before, after, locations)


@settings(lives, max_examples=12)
@given(versions(), begun, histories)
def test_entries_and_answers_carry_them_the_same_way_in_a_database(
    database: str,
    versions_: tuple[Data, Version],
    before: Any,  # noqa: ANN401
    after: Any,  # noqa: ANN401
) -> None:
    locations = (f"{database}#{random_id()}", f"{database}#{random_id()}")
    assert_republished_the_same(versions_, before, after, locations)
