"""A campaign's data under the keys of a newer version."""

from __future__ import annotations

from cpt.installer.merging.renames import renamed
from package_format.kinds.model import Json


def step(key: str, days: int = 1) -> dict[str, Json]:
    return {"key": key, "wait": {"for": f"{days} days"}}


def flow(**sequences: list[dict[str, Json]]) -> dict[str, Json]:
    return {
        "title": "F",
        "goals": {"in": {"when": []}, "out": {"when": [], "after": [*sequences, "fork.left"]}},
        "sequences": {k: {"after": ["in"], "steps": v} for k, v in sequences.items()},
        "decisions": {"fork": {"after": ["in"], "ways": [{"key": "left"}]}},
    }


def keys(data: Json, sequence: str) -> list[str]:
    return [each["key"] for each in data["sequences"][sequence]["steps"]]


def test_without_moves_nothing_changes() -> None:
    data = flow(remind=[step("a")])
    assert renamed(data, (), data) is data


def test_a_renamed_step_stays_in_its_place() -> None:
    data = flow(remind=[step("a"), step("b"), step("own-x")])
    result = renamed(data, (("remind.a", "remind.z"),), flow(remind=[step("b"), step("z")]))
    assert keys(result, "remind") == ["z", "b", "own-x"]


def test_a_renamed_sequence_takes_its_steps_and_arrows_along() -> None:
    data = flow(remind=[step("a")])
    moves = (("remind", "nudge"), ("remind.a", "nudge.a"), ("fork", "choice"))
    result = renamed(data, moves, flow(nudge=[step("a")]))
    assert keys(result, "nudge") == ["a"]
    assert result["goals"]["out"]["after"] == ["nudge", "choice.left"]
    assert list(result["decisions"]) == ["choice"]


def test_a_step_that_moved_to_another_sequence_stands_where_the_author_put_it() -> None:
    data = flow(one=[step("a"), step("b")], two=[step("c"), step("own-x")])
    pattern = flow(one=[step("a")], two=[step("c"), step("b")])
    result = renamed(data, (("one.b", "two.b"),), pattern)
    assert keys(result, "one") == ["a"]
    assert keys(result, "two") == ["c", "b", "own-x"]


def test_a_sequence_that_is_split_off_looks_as_the_author_has_it() -> None:
    data = flow(one=[step("a"), step("b", 9)])
    pattern = flow(one=[step("a")], new=[step("b")])
    result = renamed(data, (("one.b", "new.b"),), pattern)
    assert result["sequences"]["new"] == {"after": ["in"], "steps": [step("b", 9)]}


def test_where_two_steps_become_one_the_edited_one_wins() -> None:
    data = flow(one=[step("a"), step("b", 9)])
    moves = (("one.a", "one.ab"), ("one.b", "one.ab"))
    pattern = flow(one=[step("ab")])
    assert renamed(data, moves, pattern)["sequences"]["one"]["steps"] == [step("ab")]
    chosen = renamed(data, moves, pattern, {"one.b"})
    assert chosen["sequences"]["one"]["steps"] == [step("ab", 9)]


def test_where_two_nodes_become_one_the_one_that_stays_counts() -> None:
    data = flow(one=[step("a")], two=[step("b")])
    moves = (("two", "one"), ("two.b", "one.b"))
    result = renamed(data, moves, flow(one=[step("a"), step("b")]))
    assert list(result["sequences"]) == ["one"]
    assert keys(result, "one") == ["a", "b"]
    assert result["goals"]["out"]["after"] == ["one", "fork.left"]


def test_an_arrow_from_everything_is_left_alone() -> None:
    data = flow(one=[step("a")])
    data["goals"]["out"]["after"] = "all"
    result = renamed(data, (("one", "uno"), ("one.a", "uno.a")), flow(uno=[step("a")]))
    assert result["goals"]["out"]["after"] == "all"
