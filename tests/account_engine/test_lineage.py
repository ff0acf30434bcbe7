"""Which nodes and steps of a new flow are old ones."""

from __future__ import annotations

from account_engine.stores.records import Listening
from account_engine.upgrading.lineage import inherited, inner_addresses, listening
from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign


def _flow(**sequences: list[str]) -> Flow:
    data = {
        "title": "T",
        "goals": {"g": {"when": [{"tag-applied": "#1"}, {"tag-removed": "#2"}]}},
        "sequences": {
            key: {"after": ["g"], "steps": [{"key": step, "wait": "1 day"} for step in steps]}
            for key, steps in sequences.items()
        },
    }
    return Flow(Campaign.model_validate(data))


def _ids(flow: Flow) -> dict[str, int]:
    return {inner: number for number, inner in enumerate(inner_addresses(flow), start=1)}


OLD = _ids(_flow(a=["x", "y"], b=["z"]))


def test_what_keeps_its_address_keeps_its_id() -> None:
    assert inherited(_flow(a=["y", "x"], b=["z"]), OLD, ()) == OLD


def test_what_is_new_inherits_nothing() -> None:
    assert "a.new" not in inherited(_flow(a=["x", "new"]), OLD, ())


def test_a_moved_step_keeps_its_id() -> None:
    ids = inherited(_flow(a=["x"], b=["z", "w"]), OLD, [("a.y", "b.w")])
    assert ids["b.w"] == OLD["a.y"]


def test_a_moved_node_takes_its_steps_along() -> None:
    ids = inherited(_flow(c=["x", "y"], b=["z"]), OLD, [("a", "c")])
    assert (ids["c"], ids["c.x"], ids["c.y"]) == (OLD["a"], OLD["a.x"], OLD["a.y"])


def test_something_new_at_an_address_that_was_left_is_new() -> None:
    ids = inherited(_flow(a=["x"], c=["x", "y"]), OLD, [("a", "c")])
    assert ids.keys() == {"g", "c", "c.x", "c.y"}


def test_a_new_step_at_an_address_that_was_left_is_new() -> None:
    ids = inherited(_flow(a=["x", "y", "w"], b=["z"]), OLD, [("a.y", "a.w")])
    assert ids["a.w"] == OLD["a.y"]
    assert "a.y" not in ids


def test_two_that_swap_their_addresses_swap_their_ids() -> None:
    ids = inherited(_flow(a=["x", "y"]), OLD, [("a.x", "a.y"), ("a.y", "a.x")])
    assert (ids["a.x"], ids["a.y"]) == (OLD["a.y"], OLD["a.x"])


def test_of_several_merged_into_one_the_first_gives_the_id() -> None:
    ids = inherited(_flow(a=["w"]), OLD, [("a.x", "a.w"), ("a.y", "a.w"), ("a.gone", "a.w")])
    assert ids["a.w"] == OLD["a.x"]


def test_what_was_gone_and_is_back_at_its_address_is_what_it_was() -> None:
    remembered = {**{number: inner for inner, number in OLD.items()}, 90: "a.gone", 91: "c"}
    ids = inherited(_flow(a=["x", "gone", "new"], c=["x"]), OLD, (), remembered)
    assert (ids["a.gone"], ids["c"]) == (90, 91)
    assert not {"a.new", "c.x"} & ids.keys()


def test_of_two_that_were_gone_the_last_is_back() -> None:
    remembered = {90: "a.gone", 91: "a.gone"}
    assert inherited(_flow(a=["gone"]), OLD, (), remembered)["a.gone"] == 91


def test_what_was_moved_away_and_lives_on_is_not_back_at_the_address_it_left() -> None:
    remembered = {number: inner for inner, number in OLD.items()}
    ids = inherited(_flow(a=["x"], b=["y"]), {"a": OLD["a"], "b.y": OLD["a.y"]}, (), remembered)
    assert (ids["b.y"], ids["a.x"]) == (OLD["a.y"], OLD["a.x"])
    later = inherited(_flow(a=["y"], b=["y"]), ids, (), {**remembered, OLD["a.y"]: "b.y"})
    assert later["b.y"] == OLD["a.y"]
    assert "a.y" not in later


def test_a_move_takes_up_again_what_was_gone() -> None:
    ids = inherited(_flow(a=["x", "y"]), {"a": 1}, [("a.w", "a.y"), ("d", "a")], {90: "a.w"})
    assert (ids["a"], ids["a.y"]) == (1, 90)


def test_a_renamed_node_takes_up_again_its_steps_that_were_gone() -> None:
    ids = inherited(_flow(c=["x"]), {"a": 1}, [("a", "c")], {90: "a.x"})
    assert ids == {"c": 1, "c.x": 90}


def test_something_new_at_an_address_that_a_step_leaves_is_not_that_step() -> None:
    ids = inherited(_flow(a=["w", "y"]), OLD, [("a.y", "a.w")], {OLD["a.y"]: "a.y"})
    assert ids["a.w"] == OLD["a.y"]
    assert "a.y" not in ids


def test_no_id_is_inherited_twice() -> None:
    ids = inherited(_flow(a=["x"], b=["x"]), OLD, [("a", "b")])
    assert len(set(ids.values())) == len(ids)


def test_every_trigger_of_every_goal_listens() -> None:
    assert list(listening(_flow())) == [
        Listening("tag-applied", {"tag": "#1"}, "g"),
        Listening("tag-removed", {"tag": "#2"}, "g"),
    ]
