from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_format.campaign.flow import Arrow, Flow
from package_format.campaign.model import Campaign
from package_format.kinds.model import Json

STEPS = {"one": {"wait": "1 day"}}
WAYS = {"pro": {"if": {"tag": "t"}}, "basic": "otherwise"}


def flow(**after: Json) -> Flow:
    """Make a flow of nodes by their first letter: goals, sequences, decisions, joins."""
    sections: dict[str, dict[str, Json]] = {"g": {}, "s": {}, "d": {}, "j": {}}
    bodies: Mapping[str, Json] = {
        "g": {"when": {"tag-applied": "t"}},
        "s": {"steps": STEPS},
        "d": {"ways": WAYS},
        "j": {},
    }
    for key, arrows in after.items():
        sections[key[0]][key] = {**bodies[key[0]], "after": arrows}
    return Flow(
        Campaign.model_validate(
            {
                "title": "x",
                "goals": sections["g"],
                "sequences": sections["s"],
                "decisions": sections["d"],
                "joins": sections["j"],
            }
        )
    )


STORY = flow(
    g1=[], s1="g1", g2="s1", d1="g2", s2="d1.pro", s3="d1.basic", j1=["s2", "s3"], s4="j1", g3="s4"
)


def test_arrows_are_drawn_by_after_and_sorted() -> None:
    assert STORY.arrows[:3] == (
        Arrow("d1", "s2", "pro"),
        Arrow("d1", "s3", "basic"),
        Arrow("g1", "s1"),
    )


@pytest.mark.parametrize("after", ["gone", "g1.way", "d1", "d1.gone"])
def test_an_arrow_with_an_unknown_end_is_left_out(after: str) -> None:
    made = flow(g1=[], d1="g1", s1=after)
    assert made.arrows == (Arrow("g1", "d1"),)


def test_after_all_means_everything_that_the_goal_does_not_itself_lead_to() -> None:
    made = flow(g1=[], s1="g1", d1="s1", s2="d1.pro", g2="all", s3="g2", g3="s3")
    assert {a.source for a in made.arrows if a.target == "g2"} == {"g1", "s1", "s2"}


def test_the_next_nodes_are_those_that_an_arrow_leads_to() -> None:
    assert STORY.next_nodes("d1", "pro") == ("s2",)
    assert STORY.next_nodes("g1") == ("s1",)
    assert STORY.next_nodes("g3") == ()


def test_a_node_leads_only_to_goals_if_it_leads_anywhere_and_nowhere_else() -> None:
    # C7
    assert STORY.leads_only_to_goals("s1")
    assert not STORY.leads_only_to_goals("g1")
    assert not STORY.leads_only_to_goals("g3")
    assert not flow(g1=[], s1="g1", g2="s1", s2="s1").leads_only_to_goals("s1")


def test_one_may_be_queued_at_a_decision_by_a_way_that_leads_only_to_goals() -> None:
    # C7
    made = flow(g1=[], s1="g1", d1="s1", g2="d1.pro", s2="d1.basic", d2="s2", s3="d2.pro")
    assert made.queues("d1")
    assert not made.queues("d2")
    assert not made.queues("s1")
    assert not made.queues("s3")
    assert flow(g1=[], s1="g1", g2="s1").queues("s1")


def test_upstream_of_a_goal_is_everything_from_which_it_can_be_reached_but_itself() -> None:
    # C3
    assert STORY.upstream("g2") == {"g1", "s1"}
    loop = flow(g1="s1", s1="g1", g2="s1", s2="g2")
    assert loop.upstream("g1") == {"s1"}
    assert loop.upstream("g2") == {"s1", "g1"}


def test_downstream_holds_the_node_itself_only_on_a_loop() -> None:
    assert STORY.downstream("s4") == {"g3"}
    loop = flow(g1="s1", s1="g1")
    assert loop.downstream("g1") == {"g1", "s1"}


def test_the_goals_after_a_node_are_those_that_listen_downstream() -> None:
    # M2
    assert STORY.goals_after("s1") == {"g2", "g3"}
    assert STORY.goals_after("g3") == frozenset()


def test_feeders_of_a_join_reach_it_without_crossing_a_goal_or_the_join_itself() -> None:
    # C8
    assert STORY.feeders("j1") == {"s2", "s3", "d1"}
    loop = flow(g1=[], s1=["g1", "j1"], s2="g1", j1=["s1", "s2"])
    assert loop.feeders("j1") == {"s1", "s2"}


def test_nodes_lie_on_one_loop_if_each_can_be_reached_from_the_other() -> None:
    loop = flow(g1="s1", s1="g1", s2="g1")
    assert loop.on_one_loop("g1", "s1")
    assert not loop.on_one_loop("g1", "s2")
    assert not loop.on_one_loop("s2", "s2")


def test_a_step_is_found_by_its_keys() -> None:
    step = STORY.step("s1", "one")
    assert step is not None
    assert step.key == "one"
    assert STORY.step("s1", "gone") is None
    assert STORY.step("g1", "one") is None
    assert STORY.step("gone", "one") is None


_keys = [f"{sort}{n}" for sort in "gsj" for n in range(3)]
_graphs = st.fixed_dictionaries(
    {key: st.lists(st.sampled_from(_keys), min_size=1, max_size=3, unique=True) for key in _keys}
)


@given(_graphs)
def test_upstream_and_downstream_are_two_views_of_one_graph(graph: dict[str, list[str]]) -> None:
    made = flow(**graph)
    for goal in ("g0", "g1", "g2"):
        seen_from = {key for key in _keys if goal in made.downstream(key)}
        assert made.upstream(goal) == seen_from - {goal}
        assert {key for key in _keys if goal in made.goals_after(key)} == seen_from


@given(_graphs)
def test_a_flow_does_not_depend_on_the_order_of_its_nodes(graph: dict[str, list[str]]) -> None:
    backwards = dict(reversed(graph.items()))
    assert flow(**graph).arrows == flow(**backwards).arrows
