"""The three-way merge, and its laws."""

from __future__ import annotations

from copy import deepcopy

from hypothesis import given
from hypothesis import strategies as st

from cpt.installer.changes import Verdict
from cpt.installer.merging.merge import ORDER, Side, merge
from cpt.installer.merging.shape import Fields, Keyed, Prose, Shape, Whole, shape_of
from package_format.kinds.model import Json, Path
from package_format.kinds.table import KINDS

EMAIL = shape_of(KINDS["email"].model)
CAMPAIGN = shape_of(KINDS["campaign"].model)

MAIL = {
    "subject": "Tomorrow we start",
    "from": "ada@example.com",
    "preheader": "One day to go.",
    "body": "<p>Hello</p>\n\n<p>Bring a pencil.</p>\n",
}
FLOW: dict[str, Json] = {
    "title": "Follow-up",
    "goals": {
        "registered": {"when": [{"web-form-submitted": {"form": "#1"}}]},
        "bought": {"when": [{"tag-applied": {"tag": "#2"}}], "after": ["remind"]},
    },
    "sequences": {
        "remind": {
            "after": ["registered"],
            "steps": [
                {"key": "confirm", "action": {"send-email": {"email": "#3"}}},
                {
                    "key": "nudge",
                    "wait": {"for": "2 days", "at": "09:00"},
                    "action": {"send-email": {"email": "#4"}},
                },
                {"key": "mark", "action": {"apply-tag": {"tag": "#5"}}},
            ],
        }
    },
}
STEPS = ("sequences", "remind", "steps")


def changed(data: Json, path: Path, value: object) -> Json:
    """Return data with the value at a path set (None: left out); steps are found by key."""
    copy = deepcopy(data)
    inner = copy
    for part in path[:-1]:
        inner = (
            next(i for i in inner if i["key"] == part) if isinstance(inner, list) else inner[part]
        )
    if isinstance(inner, list):
        index = next(n for n, item in enumerate(inner) if item["key"] == path[-1])
        inner[index : index + 1] = [] if value is None else [value]
    elif value is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return copy


def verdicts(base: object, live: object, wanted: object, shape: Shape) -> dict[Path, Verdict]:
    return {f.path: f.verdict for f in merge(base, live, wanted, shape).fields}


# --- field by field -------------------------------------------------------------------------------


def test_what_the_author_alone_changed_is_taken() -> None:
    wanted = changed(MAIL, ("subject",), "We start")
    merged = merge(MAIL, MAIL, wanted, EMAIL)
    assert merged.data == wanted
    assert [(f.path, f.verdict) for f in merged.fields] == [(("subject",), Verdict.TAKEN)]


def test_what_the_owner_alone_changed_is_kept() -> None:
    live = changed(MAIL, ("subject",), "Hei!")
    merged = merge(MAIL, live, MAIL, EMAIL)
    assert merged.data == live
    assert [(f.path, f.verdict) for f in merged.fields] == [(("subject",), Verdict.KEPT)]


def test_changes_to_different_fields_are_both_made() -> None:
    live = changed(MAIL, ("subject",), "Hei!")
    merged = merge(MAIL, live, changed(MAIL, ("preheader",), None), EMAIL)
    assert merged.data == changed(live, ("preheader",), None)


def test_different_changes_to_one_field_are_a_conflict_and_live_stands_for_now() -> None:
    live = changed(MAIL, ("subject",), "Hei!")
    merged = merge(MAIL, live, changed(MAIL, ("subject",), "Hi!"), EMAIL)
    assert merged.data == live
    assert merged.has(Verdict.CONFLICT)


def test_the_same_change_on_both_sides_is_no_question() -> None:
    both = changed(MAIL, ("subject",), "Hei!")
    assert merge(MAIL, both, both, EMAIL).fields == ()


def test_a_text_merges_by_block() -> None:
    live = changed(MAIL, ("body",), "<p>Hei</p>\n\n<p>Bring a pencil.</p>\n")
    wanted = changed(MAIL, ("body",), "<p>Hello</p>\n\n<p>Bring a worksheet.</p>\n")
    merged = merge(MAIL, live, wanted, EMAIL)
    assert merged.data["body"] == "<p>Hei</p>\n\n<p>Bring a worksheet.</p>\n"
    assert merged.fields[0].verdict is Verdict.MERGED


def test_a_text_in_which_both_changed_one_line_is_a_conflict() -> None:
    live = changed(MAIL, ("body",), "<p>Hei</p>\n")
    wanted = changed(MAIL, ("body",), "<p>Hi</p>\n")
    assert verdicts(MAIL, live, wanted, EMAIL) == {("body",): Verdict.CONFLICT}


def test_a_text_that_the_author_removed_and_the_owner_changed_is_a_conflict() -> None:
    shape = Fields({"notes": Prose()})
    found = verdicts({"notes": "a"}, {"notes": "b"}, {}, shape)
    assert found == {("notes",): Verdict.CONFLICT}


# --- flows merge by step key ----------------------------------------------------------------------


def test_steps_merge_by_key_not_by_place() -> None:
    live = changed(FLOW, (*STEPS, "nudge", "wait", "for"), "3 days")
    wanted = changed(FLOW, (*STEPS, "confirm"), None)
    merged = merge(FLOW, live, wanted, CAMPAIGN)
    assert merged.data == changed(live, (*STEPS, "confirm"), None)
    assert not merged.has(Verdict.CONFLICT)


def test_the_parts_of_one_wait_merge_by_field() -> None:
    live = changed(FLOW, (*STEPS, "nudge", "wait", "at"), "10:00")
    wanted = changed(FLOW, (*STEPS, "nudge", "wait", "for"), "1 day")
    merged = merge(FLOW, live, wanted, CAMPAIGN)
    step = merged.data["sequences"]["remind"]["steps"][1]
    assert step["wait"] == {"for": "1 day", "at": "10:00"}


def test_half_of_one_timer_and_half_of_another_is_a_conflict_over_the_whole_timer() -> None:
    live = changed(FLOW, (*STEPS, "nudge", "wait"), {"until": "2026-03-01T09:00:00"})
    wanted = changed(FLOW, (*STEPS, "nudge", "wait"), {"until-field": "#9", "at": "09:00"})
    assert verdicts(FLOW, live, wanted, CAMPAIGN) == {(*STEPS, "nudge", "wait"): Verdict.CONFLICT}


def test_one_action_in_place_of_another_is_one_value() -> None:
    live = changed(FLOW, (*STEPS, "mark", "action"), {"remove-tag": {"tag": "#5"}})
    wanted = changed(FLOW, (*STEPS, "mark", "action"), {"apply-tag": {"tag": "#6"}})
    assert verdicts(FLOW, live, wanted, CAMPAIGN) == {(*STEPS, "mark", "action"): Verdict.CONFLICT}


def test_what_an_action_needs_to_know_merges_inside_one_word() -> None:
    wanted = changed(FLOW, (*STEPS, "mark", "action"), {"apply-tag": {"tag": "#6"}})
    assert verdicts(FLOW, FLOW, wanted, CAMPAIGN) == {
        (*STEPS, "mark", "action", "apply-tag", "tag"): Verdict.TAKEN
    }


def test_a_condition_is_one_value() -> None:
    path = (*STEPS, "mark", "if")
    base = changed(FLOW, path, {"field": "country", "is": "NO"})
    live = changed(FLOW, path, {"field": "city", "is": "NO"})
    wanted = changed(FLOW, path, {"field": "country", "is": "SE"})
    assert verdicts(base, live, wanted, CAMPAIGN) == {path: Verdict.CONFLICT}


def test_what_the_owner_deleted_and_the_author_did_not_change_stays_deleted() -> None:
    live = changed(FLOW, (*STEPS, "nudge"), None)
    wanted = changed(FLOW, (*STEPS, "mark", "action"), {"apply-tag": {"tag": "#6"}})
    merged = merge(FLOW, live, wanted, CAMPAIGN)
    assert [step["key"] for step in merged.data["sequences"]["remind"]["steps"]] == [
        "confirm",
        "mark",
    ]
    assert not merged.has(Verdict.CONFLICT)


def test_what_the_owner_deleted_and_the_author_changed_is_a_conflict() -> None:
    live = changed(FLOW, (*STEPS, "nudge"), None)
    wanted = changed(FLOW, (*STEPS, "nudge", "wait", "for"), "1 day")
    assert verdicts(FLOW, live, wanted, CAMPAIGN) == {(*STEPS, "nudge"): Verdict.CONFLICT}


def test_an_owners_own_step_stays_behind_the_step_it_followed() -> None:
    live = deepcopy(FLOW)
    own = {"key": "own-call", "action": {"create-task": {"task": "#8"}}}
    live["sequences"]["remind"]["steps"].insert(2, own)
    wanted = changed(FLOW, (*STEPS, "nudge"), None)
    merged = merge(FLOW, live, wanted, CAMPAIGN)
    assert [step["key"] for step in merged.data["sequences"]["remind"]["steps"]] == [
        "confirm",
        "own-call",
        "mark",
    ]


def test_removing_a_sequence_that_holds_an_owners_own_step_is_a_conflict() -> None:
    live = deepcopy(FLOW)
    own = {"key": "own-call", "action": {"create-task": {"task": "#8"}}}
    live["sequences"]["remind"]["steps"].append(own)
    wanted = changed(changed(FLOW, ("sequences",), None), ("goals", "bought", "after"), None)
    found = verdicts(FLOW, live, wanted, CAMPAIGN)
    assert found[("sequences", "remind")] is Verdict.CONFLICT


def test_a_mapping_that_one_side_empties_still_merges_entry_by_entry() -> None:
    live = deepcopy(FLOW)
    live["sequences"]["own-more"] = {
        "after": ["bought"],
        "steps": [{"key": "a", "wait": {"for": "1 day"}}],
    }
    wanted = changed(changed(FLOW, ("sequences",), None), ("goals", "bought", "after"), None)
    merged = merge(FLOW, live, wanted, CAMPAIGN)
    assert list(merged.data["sequences"]) == ["own-more"]


def test_an_order_that_both_changed_is_a_conflict_of_its_own() -> None:
    live, wanted = deepcopy(FLOW), deepcopy(FLOW)
    live["sequences"]["remind"]["steps"].reverse()
    steps = wanted["sequences"]["remind"]["steps"]
    steps.insert(0, steps.pop())
    assert verdicts(FLOW, live, wanted, CAMPAIGN) == {(*STEPS, ORDER): Verdict.CONFLICT}


# --- choices --------------------------------------------------------------------------------------


def test_a_choice_settles_a_conflict_and_the_most_exact_one_wins() -> None:
    live = {**MAIL, "subject": "Hei!", "preheader": "Snart."}
    wanted = {**MAIL, "subject": "Hi!", "preheader": "Soon."}

    def choose(path: Path) -> Side | None:
        return Side.KEEP if path == ("preheader",) else Side.TAKE if path == () else None

    merged = merge(MAIL, live, wanted, EMAIL, choose)
    assert merged.data == {**wanted, "preheader": "Snart."}
    assert {f.path: f.verdict for f in merged.fields} == {
        ("subject",): Verdict.TAKEN,
        ("preheader",): Verdict.KEPT,
    }


def test_taking_a_text_gives_up_what_would_have_been_merged() -> None:
    live = changed(MAIL, ("body",), "<p>Hei</p>\n\n<p>Bring a pencil.</p>\n")
    merged = merge(MAIL, live, MAIL, EMAIL, lambda _: Side.TAKE)
    assert merged.data == MAIL


def test_a_chosen_order_settles_that_conflict() -> None:
    live, wanted = deepcopy(FLOW), deepcopy(FLOW)
    live["sequences"]["remind"]["steps"].reverse()
    steps = wanted["sequences"]["remind"]["steps"]
    steps.insert(0, steps.pop())
    merged = merge(
        FLOW, live, wanted, CAMPAIGN, lambda p: Side.TAKE if p[-1:] == (ORDER,) else None
    )
    assert merged.data == wanted


# --- the laws -------------------------------------------------------------------------------------

ITEM = Fields({"say": Prose(), "do": Whole()})
SHAPE = Fields({"items": Keyed(ITEM), "name": Whole(), "deep": Fields({}, other=ITEM)})
VALUES = st.sampled_from([1, 2, 3])
PROSE = st.lists(st.sampled_from(["a\n", "b\n", "\n", "c\n"]), min_size=1, max_size=4).map("".join)
INNER = st.fixed_dictionaries({}, optional={"say": PROSE, "do": VALUES})
ITEMS = st.dictionaries(st.sampled_from("uvwxyz"), INNER, min_size=1, max_size=4).flatmap(
    lambda d: st.permutations([{"key": key, **inner} for key, inner in d.items()])
)
DATA = st.fixed_dictionaries(
    {},
    optional={
        "items": ITEMS,
        "name": VALUES,
        "deep": st.dictionaries(st.sampled_from("pqr"), INNER, max_size=3),
    },
)


@given(DATA, DATA)
def test_base_equal_to_live_gives_wanted(base: Json, wanted: Json) -> None:
    merged = merge(base, base, wanted, SHAPE)
    assert merged.data == wanted
    assert not merged.has(Verdict.CONFLICT, Verdict.KEPT, Verdict.MERGED)


@given(DATA, DATA)
def test_base_equal_to_wanted_gives_live(base: Json, live: Json) -> None:
    merged = merge(base, live, base, SHAPE)
    assert merged.data == live
    assert not merged.has(Verdict.CONFLICT, Verdict.TAKEN, Verdict.MERGED)


@given(DATA, DATA)
def test_live_equal_to_wanted_gives_just_that(base: Json, both: Json) -> None:
    merged = merge(base, both, both, SHAPE)
    assert merged.data == both
    assert merged.fields == ()


@given(DATA, DATA, DATA)
def test_the_same_is_in_conflict_when_the_sides_change_places(
    base: Json,
    live: Json,
    wanted: Json,
) -> None:
    there, back = merge(base, live, wanted, SHAPE), merge(base, wanted, live, SHAPE)
    assert {f.path for f in there.fields if f.verdict is Verdict.CONFLICT} == {
        f.path for f in back.fields if f.verdict is Verdict.CONFLICT
    }


@given(DATA, DATA, DATA)
def test_what_was_merged_once_stays_so_when_merged_again(
    base: Json,
    live: Json,
    wanted: Json,
) -> None:
    result = merge(base, live, wanted, SHAPE).data
    assert merge(wanted, result, wanted, SHAPE).data == result


@given(DATA, DATA, DATA)
def test_an_owners_edit_is_in_the_result_or_is_spoken_of(
    base: Json,
    live: Json,
    wanted: Json,
) -> None:
    merged = merge(base, live, wanted, SHAPE)
    spoken = {f.path for f in merged.fields if f.verdict in (Verdict.CONFLICT, Verdict.MERGED)}
    result = _leaves(merged.data)
    for path, value in _leaves(live).items():
        edited = _leaves(base).get(path) != value
        if edited and result.get(path) != value:
            assert any(path[: len(each)] == each for each in spoken)


@given(DATA, DATA, DATA, st.sampled_from(Side))
def test_a_choice_for_everything_leaves_no_conflict(
    base: Json,
    live: Json,
    wanted: Json,
    side: Side,
) -> None:
    merged = merge(base, live, wanted, SHAPE, lambda _: side)
    assert not merged.has(Verdict.CONFLICT)


def _leaves(data: Json, path: Path = ()) -> dict[Path, object]:
    if isinstance(data, dict):
        return {p: v for k, inner in data.items() for p, v in _leaves(inner, (*path, k)).items()}
    if isinstance(data, list):
        return {p: v for item in data for p, v in _leaves(item, (*path, item["key"])).items()}
    return {path: data}


# --- what upgrade entries leave -------------------------------------------------------------------


def test_a_live_value_that_cannot_be_any_more_is_a_conflict_and_is_never_the_result() -> None:
    emptied = changed(FLOW, STEPS, [])
    for choose in (lambda _: None, lambda _: Side.KEEP):
        merged = merge(FLOW, emptied, changed(FLOW, ("title",), "New"), CAMPAIGN, choose)
        kept = {f.path: f for f in merged.fields if f.verdict is Verdict.CONFLICT}
        assert list(kept) == [("sequences", "remind")]
        assert merged.data["sequences"] == FLOW["sequences"]


def test_an_emptied_sequence_that_the_author_removes_cannot_be_kept_either() -> None:
    emptied = changed(FLOW, STEPS, [])
    wanted = changed(FLOW, ("sequences", "remind"), None)
    merged = merge(FLOW, emptied, wanted, CAMPAIGN, lambda _: Side.KEEP)
    assert merged.has(Verdict.CONFLICT)
    assert merged.data == wanted
