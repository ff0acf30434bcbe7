"""A new version with entries, all at once or one by one: everybody comes to the same place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest

from account_engine.changing.changes import ChangeSet, Republish
from account_engine.errors import RefusedError
from account_engine.objects import read_campaign
from account_engine.upgrading import carrying
from package_format.answers import Answer, Outcome, Via, answers, moves, spots
from package_format.campaign.flow import Flow
from package_format.references import Address
from package_format.upgrades import read_entries
from tests.account_engine.conftest import DAY, START
from tests.account_engine.test_waves import (
    LONG,
    NEVER,
    PEOPLE,
    Data,
    Sandbox,
    connected,
    counted_together,
    two_alike,
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
    info = shop.account.info
    change = Republish(number, data, moved, tuple(found.items()))
    plan = ChangeSet("new", info.id, info.incarnation, info.head, "new", (), (change,), None)
    try:
        shop.account.apply(plan)
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
            monkeypatch.setattr(carrying, "WORTH", worth)
            one.happen("submit", "f", 0)
            one.happen("advance", "1 hour", 0)
            assert republish(one, version)[0] == ""
        assert together == [len(PEOPLE)]
        assert pair[0].told() == pair[1].told()
        (position,) = pair[0].account.positions(pair[0].people[0])
        assert position.where == "s0.first"
        assert position.due == START + 3 * DAY
