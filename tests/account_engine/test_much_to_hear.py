"""Large campaigns: a turn costs what is heard, not what could be."""

from __future__ import annotations

import pytest

from account_engine.events import Event
from account_engine.interpreter import hearing
from account_engine.language.matching import meets
from package_format.campaign import flow as graph
from package_format.campaign.triggers import TRIGGERS
from tests.account_engine.lives import Life, live
from tests.account_engine.test_matching import NARROWED, SHOP

GOALS, TAGS = 30, 60


@pytest.mark.parametrize("word", TRIGGERS)
@pytest.mark.parametrize("side", [1, 2])
def test_what_a_flow_leaves_out_no_event_meets(word: str, side: int) -> None:
    """The index of triggers is faster than `meets`, and says the same."""
    everything = "\n".join(f"  {one}: {{when: {{{one}: {NARROWED[one][0]}}}}}" for one in TRIGGERS)
    flow = live(f"goals:\n{everything}\n  empty: {{when: {{opted-out: {{}}}}}}\n")
    event = Event(word, NARROWED[word][side])
    indexed = [
        key
        for key, _, triggers in flow.listening(event)
        if any(meets(event, one, flow, SHOP) for one in triggers)
    ]
    asked = [
        key
        for key, goal in sorted(flow.flow.campaign.goals.items())
        if any(meets(event, one, flow, SHOP) for one in goal.when)
    ]
    assert indexed == asked


def test_a_turn_asks_only_the_triggers_that_an_event_may_meet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    when = ", ".join(f"{{tag-applied: t{number}}}" for number in range(TAGS))
    goals = "\n".join(
        f"  g{number}: {{when: [{when}], audience: any-contact, after: all}}"
        for number in range(GOALS)
    )
    steps = "\n".join(f"      a{number}: {{apply-tag: t{number}}}" for number in range(TAGS))
    sequences = "\n".join(
        f"  q{number}: {{after: [g{number}], steps: {{w: {{wait: 1 day}}}}}}"
        for number in range(GOALS)
    )
    life = Life(
        f"goals:\n  start: {{when: {{api-called: {{integration: i, call: c}}}}}}\n{goals}\n"
        f"sequences:\n  s:\n    after: [start]\n    steps:\n{steps}\n{sequences}\n"
    )
    asked, walked = [0], [0]

    def counted_meets(*arguments: object) -> bool:
        asked[0] += 1
        return meets(*arguments)  # type: ignore[arg-type]

    closure = graph._closure  # noqa: SLF001  what is counted is how often it walks

    def counted_closure(*arguments: object) -> set[str]:
        walked[0] += 1
        return closure(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(hearing, "meets", counted_meets)
    monkeypatch.setattr(graph, "_closure", counted_closure)
    life.handle(Event("api-called", {"integration": "i", "call": "c"}))
    achieved = [line for line in life.story if line.what == "achieved"]
    refused = [line for line in life.story if line.what == "refused"]
    assert (len(achieved), len(refused)) == (GOALS + 1, GOALS * (TAGS - 1))
    assert asked[0] == GOALS * TAGS + 1
    nodes = 2 * GOALS + 2
    assert walked[0] <= 2 * nodes  # once upstream and once downstream of each node
