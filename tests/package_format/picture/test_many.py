"""A campaign of very many nodes is drawn all the same."""

from __future__ import annotations

import pytest

from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.picture import draw_svg, draw_terminal, layout

MANY = 1_000


def campaign(after: dict[int, int]) -> Flow:
    """A campaign of sequences, each after another, or after the one goal."""
    sequences = {
        f"s{number}": {
            "after": [f"s{source}" if source >= 0 else "start"],
            "steps": [{"key": "a", "apply-tag": "a"}],
        }
        for number, source in after.items()
    }
    goals = {"start": {"when": [{"tag-applied": "a"}]}}
    data = {"title": "Many", "goals": goals, "sequences": sequences}
    return Flow(Campaign.model_validate(data))


@pytest.mark.slow
@pytest.mark.parametrize(
    "after",
    [
        {number: number - 1 for number in range(MANY)},
        dict.fromkeys(range(MANY), -1),
        {number: (number - 1) // 3 if number else -1 for number in range(MANY)},
    ],
    ids=["a chain", "a fan", "a tree"],
)
def test_a_campaign_of_a_thousand_nodes_is_drawn(after: dict[int, int]) -> None:
    flow = campaign(after)
    drawn = layout(flow)
    assert len(drawn.cards) == MANY + 1
    assert draw_svg(drawn).count("data-node=") == MANY + 1
    assert draw_terminal(flow, width=100)
