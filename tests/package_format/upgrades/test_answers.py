"""Where contacts go in a new version (M2), clause by clause, and the law that binds the hops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.campaign.places import Place, PlaceSort, places
from package_format.references import Address
from package_format.upgrades.answers import Answer, Outcome, Via, answer, answers, spots
from package_format.upgrades.entries import ContinueAt, Entry, Leave, Moved, Removed
from package_format.upgrades.entry_data import read_entries
from package_format.upgrades.lineage import moves

HERE = Address.parse("campaign/c")


def flow(text: str) -> Flow:
    """Read a campaign in which goals need no trigger and steps are written for short.

    ``1d`` is a wait, ``do`` an action without one.
    """
    return built(yaml.safe_load(text))


def built(data: dict[str, Any]) -> Flow:
    data["goals"] = {
        key: {"when": {"tag-applied": key}, **(goal or {})}
        for key, goal in data.get("goals", {"start": {}}).items()
    }
    for sequence in data.get("sequences", {}).values():
        sequence["steps"] = {
            key: {"apply-tag": "t"} if step == "do" else {"wait": "1 day", "apply-tag": "t"}
            for key, step in sequence["steps"].items()
        }
    return Flow(Campaign.model_validate({"title": "C", **data}))


def entries(text: str) -> tuple[Entry, ...]:
    return read_entries(yaml.safe_load(text))


def wait(node: str, step: str) -> Place:
    return Place(node, step, PlaceSort.WAIT)


def end(node: str) -> Place:
    return Place(node, None, PlaceSort.END)


def ask(old: Flow, new: Flow | None, place: Place, upgrades: str = "[]") -> Answer | None:
    return answer(old, new, HERE, entries(upgrades), place)


def go_on(via: Via, node: str, step: str | None = None, *, same: bool = False) -> Answer:
    return Answer(Outcome.GO_ON, via, node, step, same)


THREE = flow("sequences: {s: {after: start, steps: {a: 1d, b: 1d, c: 1d}}}")


# --- rule 2: the same address ---------------------------------------------------------------------


def test_a_step_that_keeps_its_key_and_its_wait_keeps_its_contacts() -> None:
    new = flow("sequences: {s: {after: start, steps: {c: 1d, x: do, b: 1d}}}")
    assert ask(THREE, new, wait("s", "b")) == go_on(Via.SAME_ADDRESS, "s", "b", same=True)


def test_an_end_at_which_one_still_queues_keeps_its_contacts() -> None:
    old = flow("{goals: {start: , g: {after: s}}, sequences: {s: {after: start, steps: {a: do}}}}")
    new = flow("{goals: {start: , g: {after: s}}, sequences: {s: {after: start, steps: {b: do}}}}")
    assert ask(old, new, end("s")) == go_on(Via.SAME_ADDRESS, "s", same=True)


JOINED = """
    sequences:
      l: {after: start, steps: {a: 1d}}
      r: {after: start, steps: {a: 1d}}
    joins: {j: {after: [l, r], wait-for: %s}}
"""
JOIN = Place("j", None, PlaceSort.JOIN)


def test_a_join_keeps_its_contacts_whatever_it_waits_for() -> None:
    assert ask(flow(JOINED % "all"), flow(JOINED % "any"), JOIN) == go_on(
        Via.SAME_ADDRESS, "j", same=True
    )


def test_one_who_queues_behind_a_goal_stays_while_the_goal_does() -> None:
    old = flow("goals: {start: , g: {after: start}}")
    new = flow("{goals: {start: , g: {after: s}}, sequences: {s: {after: start, steps: {a: 1d}}}}")
    assert ask(old, new, end("start")) == go_on(Via.SAME_ADDRESS, "start", same=True)


# --- rule 3: the next step, or the end ------------------------------------------------------------


def test_a_contact_of_a_step_that_is_gone_goes_to_the_next_that_survives() -> None:
    new = flow("sequences: {s: {after: start, steps: {x: 1d, c: 1d}}}")
    assert ask(THREE, new, wait("s", "a")) == go_on(Via.NEXT_STEP, "s", "c")


def test_the_next_step_is_found_in_the_old_order() -> None:
    new = flow("sequences: {s: {after: start, steps: {c: 1d, b: 1d}}}")
    assert ask(THREE, new, wait("s", "a")) == go_on(Via.NEXT_STEP, "s", "b")


def test_the_next_step_is_carried_through_the_entries() -> None:
    new = flow("sequences: {s: {after: start, steps: {bee: 1d, c: 1d}}}")
    renamed = "[{moved: campaign/c.s.b, to: campaign/c.s.bee}]"
    assert ask(THREE, new, wait("s", "a"), renamed) == go_on(Via.NEXT_STEP, "s", "bee")


def test_a_step_that_left_the_sequence_is_not_its_next() -> None:
    new = flow("""
        sequences:
          s: {after: start, steps: {c: 1d}}
          t: {after: s, steps: {b: 1d}}
    """)
    split = "[{moved: campaign/c.s.b, to: campaign/c.t.b}]"
    assert ask(THREE, new, wait("s", "a"), split) == go_on(Via.NEXT_STEP, "s", "c")


def test_a_step_that_lost_its_wait_is_itself_the_next() -> None:
    new = flow("sequences: {s: {after: start, steps: {a: do, b: 1d}}}")
    assert ask(THREE, new, wait("s", "a")) == go_on(Via.NEXT_STEP, "s", "a")


def test_where_no_later_step_survives_contacts_go_to_the_sequences_end() -> None:
    new = flow("sequences: {s: {after: start, steps: {a: 1d, x: 1d}}}")
    assert ask(THREE, new, wait("s", "c")) == go_on(Via.SEQUENCE_END, "s")


# --- rule 4: the sequence's end -------------------------------------------------------------------


def test_an_end_that_leads_onward_now_is_still_the_sequences_end() -> None:
    old = flow("{goals: {start: , g: {after: s}}, sequences: {s: {after: start, steps: {a: 1d}}}}")
    new = flow("""
        goals: {start: , g: {after: [s, t]}}
        sequences:
          s: {after: start, steps: {a: 1d}}
          t: {after: s, steps: {b: 1d}}
    """)
    assert ask(old, new, end("s")) == go_on(Via.SEQUENCE_END, "s")


# --- no answer ------------------------------------------------------------------------------------

OTHER = flow("sequences: {t: {after: start, steps: {z: 1d}}}")


def test_a_sequence_that_is_gone_without_an_entry_leaves_no_answer() -> None:
    assert ask(THREE, OTHER, wait("s", "b")) is None


def test_a_sequence_that_became_a_decision_leaves_no_answer() -> None:
    new = flow("decisions: {s: {after: start, ways: {only: otherwise}}}")
    assert ask(THREE, new, wait("s", "b")) is None


def test_a_join_that_is_gone_leaves_no_answer() -> None:
    assert ask(flow(JOINED % "all"), THREE, JOIN) is None


def test_a_join_that_became_a_sequence_leaves_no_answer() -> None:
    new = flow("sequences: {j: {after: start, steps: {a: 1d}}}")
    assert ask(flow(JOINED % "all"), new, JOIN) is None


def test_a_goal_behind_which_one_queued_and_that_is_gone_leaves_no_answer() -> None:
    old = flow("goals: {start: , g: {after: start}, h: {after: g}}")
    assert ask(old, flow("goals: {start: , h: {after: start}}"), end("g")) is None


def test_a_campaign_that_is_gone_without_an_entry_leaves_no_answer() -> None:
    assert ask(THREE, None, wait("s", "b")) is None


# --- void answers ---------------------------------------------------------------------------------

HEARD = "{goals: {start: , g: {after: s}}, sequences: {s: {after: start, steps: {a: 1d}}}}"


def test_an_answer_downstream_of_which_no_goal_listens_any_more_is_void() -> None:
    new = flow("sequences: {s: {after: start, steps: {a: 1d}}}")
    assert ask(flow(HEARD), new, wait("s", "a")) is None
    assert ask(flow(HEARD), new, end("s")) is None


def test_an_answer_is_not_void_when_another_goal_listens() -> None:
    new = flow("{goals: {start: , x: {after: s}}, sequences: {s: {after: start, steps: {a: 1d}}}}")
    assert ask(flow(HEARD), new, wait("s", "a")) == go_on(Via.SAME_ADDRESS, "s", "a", same=True)


def test_an_answer_is_not_void_where_no_goal_listened_before() -> None:
    assert ask(THREE, THREE, wait("s", "a")) is not None


def test_an_entrys_answer_can_be_void_too() -> None:
    new = flow("""
        goals: {start: , g: {after: start}}
        sequences: {t: {after: start, steps: {z: 1d}}}
    """)
    gone = "[{removed: campaign/c.s, contacts: {continue-at: campaign/c.t.z}}]"
    assert ask(flow(HEARD), new, wait("s", "a"), gone) is None


# --- rule 1: entries ------------------------------------------------------------------------------


def test_a_step_that_moved_takes_its_contacts_along() -> None:
    new = flow("sequences: {s: {after: start, steps: {a: 1d, bee: 1d, c: 1d}}}")
    renamed = "[{moved: campaign/c.s.b, to: campaign/c.s.bee}]"
    assert ask(THREE, new, wait("s", "b"), renamed) == go_on(Via.ENTRY, "s", "bee", same=True)


def test_a_step_that_moved_and_lost_its_wait_is_not_the_same_place() -> None:
    new = flow("sequences: {s: {after: start, steps: {a: 1d, bee: do, c: 1d}}}")
    renamed = "[{moved: campaign/c.s.b, to: campaign/c.s.bee}]"
    assert ask(THREE, new, wait("s", "b"), renamed) == go_on(Via.ENTRY, "s", "bee")


def test_a_sequence_that_moved_takes_its_steps_and_its_end_along() -> None:
    new = flow("{goals: {start: , g: {after: t}}, sequences: {t: {after: start, steps: {a: 1d}}}}")
    renamed = "[{moved: campaign/c.s, to: campaign/c.t}]"
    assert ask(flow(HEARD), new, wait("s", "a"), renamed) == go_on(Via.ENTRY, "t", "a", same=True)
    assert ask(flow(HEARD), new, end("s"), renamed) == go_on(Via.ENTRY, "t", same=True)


def test_an_entry_comes_before_the_same_address() -> None:
    new = flow("sequences: {s: {after: start, steps: {a: 1d, b: 1d, bee: 1d, c: 1d}}}")
    renamed = "[{moved: campaign/c.s.b, to: campaign/c.s.bee}]"
    assert ask(THREE, new, wait("s", "b"), renamed) == go_on(Via.ENTRY, "s", "bee", same=True)


@pytest.mark.parametrize(
    ("policy", "outcome"), [("exit", Outcome.EXIT), ("finish-on-old", Outcome.FINISH_ON_OLD)]
)
def test_contacts_of_what_was_removed_leave_as_the_entry_says(
    policy: str, outcome: Outcome
) -> None:
    step = f"[{{removed: campaign/c.s.b, contacts: {policy}}}]"
    assert ask(THREE, THREE, wait("s", "b"), step) == Answer(outcome, Via.ENTRY)
    sequence = f"[{{removed: campaign/c.s, contacts: {policy}}}]"
    assert ask(THREE, OTHER, wait("s", "b"), sequence) == Answer(outcome, Via.ENTRY)
    campaign = f"[{{removed: campaign/c, contacts: {policy}}}]"
    assert ask(THREE, None, wait("s", "b"), campaign) == Answer(outcome, Via.ENTRY)


def test_leaving_is_never_void() -> None:
    gone = "[{removed: campaign/c.s, contacts: exit}]"
    assert ask(flow(HEARD), OTHER, wait("s", "a"), gone) == Answer(Outcome.EXIT, Via.ENTRY)


def test_contacts_go_on_at_a_step_with_the_due_time_they_had() -> None:
    gone = "[{removed: campaign/c.s, contacts: {continue-at: campaign/c.t.z}}]"
    assert ask(THREE, OTHER, wait("s", "b"), gone) == go_on(Via.ENTRY, "t", "z")


def test_contacts_go_on_at_a_sequences_first_step() -> None:
    gone = "[{removed: campaign/c.s, contacts: {continue-at: campaign/c.t}}]"
    assert ask(THREE, OTHER, wait("s", "b"), gone) == go_on(Via.ENTRY, "t", "z")


def test_contacts_go_on_at_a_join() -> None:
    old = flow("sequences: {l: {after: start, steps: {a: 1d}}, s: {after: l, steps: {a: 1d}}}")
    gone = "[{removed: campaign/c.s, contacts: {continue-at: campaign/c.j}}]"
    assert ask(old, flow(JOINED % "all"), wait("s", "a"), gone) == go_on(Via.ENTRY, "j")


def test_contacts_cannot_go_on_at_a_goal() -> None:
    gone = "[{removed: campaign/c.s, contacts: {continue-at: campaign/c.start}}]"
    assert ask(THREE, OTHER, wait("s", "b"), gone) is None


def test_where_contacts_go_on_is_carried_through_later_entries() -> None:
    gone = """
        - {removed: campaign/c.s, contacts: {continue-at: campaign/c.t.y}}
        - {moved: campaign/c.t.y, to: campaign/c.t.z}
    """
    assert ask(THREE, OTHER, wait("s", "b"), gone) == go_on(Via.ENTRY, "t", "z")


def test_where_the_step_they_went_on_at_is_gone_the_next_of_its_sequence_is_theirs() -> None:
    old = flow("""
        sequences:
          s: {after: start, steps: {a: 1d}}
          t: {after: start, steps: {x: 1d, y: 1d, z: 1d}}
    """)
    new = flow("sequences: {t: {after: start, steps: {x: 1d, z: 1d}}}")
    gone = "[{removed: campaign/c.s, contacts: {continue-at: campaign/c.t.y}}]"
    assert ask(old, new, wait("s", "a"), gone) == go_on(Via.NEXT_STEP, "t", "z")


def test_where_a_new_sequence_lost_the_step_they_went_on_at_its_end_is_theirs() -> None:
    gone = "[{removed: campaign/c.s, contacts: {continue-at: campaign/c.t.y}}]"
    assert ask(THREE, OTHER, wait("s", "b"), gone) == go_on(Via.SEQUENCE_END, "t")


def test_removing_a_step_without_a_word_about_contacts_leaves_them_to_the_defaults() -> None:
    gone = "[{removed: campaign/c.s.b}]"
    new = flow("sequences: {s: {after: start, steps: {a: 1d, c: 1d}}}")
    assert ask(THREE, new, wait("s", "b"), gone) == go_on(Via.NEXT_STEP, "s", "c")


def test_the_sequence_of_a_removed_step_may_move_later() -> None:
    gone = "[{removed: campaign/c.s.c}, {moved: campaign/c.s, to: campaign/c.t}]"
    assert ask(THREE, OTHER, wait("s", "c"), gone) == go_on(Via.SEQUENCE_END, "t")


def test_removing_a_sequence_without_a_word_about_contacts_leaves_no_answer() -> None:
    assert ask(THREE, OTHER, wait("s", "b"), "[{removed: campaign/c.s}]") is None
    assert ask(THREE, THREE, wait("s", "b"), "[{removed: campaign/c.s}]") is None


# --- campaigns that are renamed, split, merged ----------------------------------------------------


def test_a_campaign_that_moved_carries_on_under_its_new_address() -> None:
    renamed = "[{moved: campaign/c, to: campaign/d}]"
    assert ask(THREE, THREE, wait("s", "b"), renamed) == go_on(Via.ENTRY, "s", "b", same=True)


def test_a_full_address_is_the_same_campaign() -> None:
    full = Address.parse("acme/p:campaign/c")
    renamed = entries("[{moved: campaign/c.s.b, to: 'acme/p:campaign/c.s.c'}]")
    assert answer(THREE, THREE, full, renamed, wait("s", "b")) == go_on(
        Via.ENTRY, "s", "c", same=True
    )


def test_the_owner_of_the_map_may_say_which_campaign_carries_on() -> None:
    gone = entries("[{moved: campaign/c.s, to: campaign/d.t}]")
    new_address = Address.parse("campaign/d")
    assert answer(THREE, OTHER, HERE, gone, wait("s", "c"), new_address) == go_on(
        Via.SEQUENCE_END, "t"
    )


def test_entries_can_send_contacts_to_another_campaign_of_the_new_version() -> None:
    split = entries("[{moved: campaign/c.s, to: campaign/d.s}]")
    elsewhere = {Address.parse("campaign/d"): THREE}
    found = answer(THREE, OTHER, HERE, split, wait("s", "b"), elsewhere=elsewhere)
    assert found == Answer(Outcome.GO_ON, Via.ENTRY, "s", "b", same=True, campaign="campaign/d")
    assert answer(THREE, OTHER, HERE, split, wait("s", "b")) is None


# --- spots, and the moves that keep ids -----------------------------------------------------------


def test_a_contact_may_stand_at_every_place_and_wherever_an_upgrade_sets_down() -> None:
    some = flow("""
        goals: {start: , h: {after: g}, g: {after: s}}
        sequences: {s: {after: start, steps: {a: do, b: 1d}}}
    """)
    assert set(spots(some)) == {wait("s", "a"), wait("s", "b"), end("s"), end("g")}
    assert set(places(some)) < set(spots(some))


def test_every_spot_is_answered() -> None:
    found = dict(answers(THREE, THREE, HERE, ()))
    assert set(found) == set(spots(THREE))
    assert all(found.values())


def test_moves_name_the_nodes_and_steps_that_keep_their_ids() -> None:
    new = flow("sequences: {t: {after: start, steps: {a: 1d, bee: 1d}}}")
    renamed = entries("""
        - {moved: campaign/c.s, to: campaign/c.t}
        - {moved: campaign/c.t.b, to: campaign/c.t.bee}
        - {moved: campaign/c.start, to: campaign/d.start}
    """)
    assert moves(THREE, new, HERE, renamed) == (
        ("s", "t"),
        ("s.a", "t.a"),
        ("s.b", "t.bee"),
    )


def test_a_removed_thing_and_one_in_a_renamed_campaign_have_no_moves() -> None:
    renamed = entries("[{removed: campaign/c.s.a}, {moved: campaign/c, to: campaign/d}]")
    assert moves(THREE, THREE, HERE, renamed) == ()


# --- inferred answers -----------------------------------------------------------------------------


def test_where_nothing_is_said_a_contact_takes_the_way_of_another_step_of_their_sequence() -> None:
    new = flow("sequences: {t: {after: start, steps: {c: 1d}}}")
    split = "[{moved: campaign/c.s.c, to: campaign/c.t.c}]"
    assert ask(THREE, new, wait("s", "a"), split) == go_on(Via.INFERRED, "t", "c")


def test_a_later_step_is_preferred_to_an_earlier_one() -> None:
    new = flow("sequences: {t: {after: start, steps: {a: 1d, c: 1d}}}")
    split = """
        - {moved: campaign/c.s.a, to: campaign/c.t.a}
        - {moved: campaign/c.s.c, to: campaign/c.t.c}
    """
    assert ask(THREE, new, wait("s", "b"), split) == go_on(Via.INFERRED, "t", "c")


def test_going_on_is_preferred_to_leaving() -> None:
    new = flow("sequences: {t: {after: start, steps: {c: 1d}}}")
    split = """
        - {removed: campaign/c.s.b, contacts: exit}
        - {moved: campaign/c.s.c, to: campaign/c.t.c}
    """
    assert ask(THREE, new, wait("s", "a"), split) == go_on(Via.INFERRED, "t", "c")
    only = "[{removed: campaign/c.s.b, contacts: exit}]"
    assert ask(THREE, new, wait("s", "a"), only) == Answer(Outcome.EXIT, Via.INFERRED)


def test_nothing_is_inferred_for_one_who_has_done_every_step() -> None:
    new = flow("{goals: {start: , g: {after: t}}, sequences: {t: {after: start, steps: {a: 1d}}}}")
    split = "[{moved: campaign/c.s.a, to: campaign/c.t.a}]"
    assert ask(flow(HEARD), new, end("s"), split) is None


# --- the law --------------------------------------------------------------------------------------

NODES = ("s", "t", "u", "v")
STEPS = ("a", "b", "c", "d")
Shape = dict[str, dict[str, str]]  # sequences, and their steps in order


@dataclass
class Draft:
    """A small campaign that is edited from version to version, and the entries of the edits.

    Each sequence follows the start; `heard` are those that lead to the goal.
    """

    sequences: Shape
    heard: list[str]
    entries: tuple[Entry, ...] = ()

    @property
    def flow(self) -> Flow:
        """The version as it stands."""
        heard = [key for key in self.heard if key in self.sequences]
        return built({
            "goals": {"start": None, "g": {"after": heard or "start"}},
            "sequences": {
                key: {"after": ["start" if heard else "g"], "steps": dict(steps)}
                for key, steps in self.sequences.items()
            },
        })  # fmt: skip


def inside(*inner: str) -> Address:
    return Address("", "campaign", "c", inner)


def edited(draft: Draft, draw: st.DrawFn) -> Draft:
    """Edit a campaign as an author does: with true entries, or with none."""
    sequences = {key: dict(steps) for key, steps in draft.sequences.items()}
    node = draw(st.sampled_from(sorted(sequences)))
    step = draw(st.sampled_from(list(sequences[node])))
    entries: tuple[Entry, ...] = ()
    policies = st.sampled_from(
        [None, Leave.EXIT, *(ContinueAt(inside(n, k)) for n in sequences for k in sequences[n])]
    )
    other, key = draw(st.sampled_from(NODES)), draw(st.sampled_from(STEPS))
    match draw(st.sampled_from(["drop-step", "move-step", "drop", "move", "add", "turn", "hear"])):
        case "drop-step" if len(sequences[node]) > 1:
            del sequences[node][step]
            if draw(st.booleans()):
                policy = draw(policies)
                lost = isinstance(policy, ContinueAt) and policy.target == inside(node, step)
                entries = (Removed(inside(node, step), None if lost else policy),)
        case "move-step" if key not in sequences.get(other, {}):
            sequences.setdefault(other, {})[key] = sequences[node].pop(step)
            entries = (Moved(inside(node, step), inside(other, key)),)
            if not sequences[node]:
                del sequences[node]
        case "drop" if len(sequences) > 1:
            del sequences[node]
            if draw(st.booleans()):
                policy = draw(policies)
                lost = isinstance(policy, ContinueAt) and policy.target.inner[0] == node
                entries = (Removed(inside(node), None if lost else policy),)
        case "move" if other not in sequences:
            sequences[other] = sequences.pop(node)
            entries = (Moved(inside(node), inside(other)),)
        case "add":
            sequences.setdefault(other, {}).setdefault(key, "1d")
        case "turn":
            sequences[node] = dict(reversed(sequences[node].items()))
            sequences[node][step] = "do" if sequences[node][step] == "1d" else "1d"
        case "hear":
            return Draft(sequences, draw(st.lists(st.sampled_from(NODES), unique=True)))
        case _:
            pass
    return Draft(sequences, draft.heard, entries)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Flow, list[tuple[Flow, tuple[Entry, ...]]]]:
    """Draw a first version, and the later ones with the entries that each added."""
    steps = st.dictionaries(st.sampled_from(STEPS), st.sampled_from(["1d", "do"]), min_size=1)
    draft = Draft(
        draw(st.dictionaries(st.sampled_from(NODES[:3]), steps, min_size=1)),
        draw(st.lists(st.sampled_from(NODES), unique=True)),
    )
    first, later = draft.flow, []
    for _ in range(draw(st.integers(2, 4))):
        entries: tuple[Entry, ...] = ()
        for _ in range(draw(st.integers(1, 2))):
            draft = edited(draft, draw)
            entries += draft.entries
        later.append((draft.flow, entries))
    return first, later


def standing(found: Answer) -> Place:
    """Where a contact stands after an answer; there are only sequences here."""
    return end(found.node) if found.step is None else wait(found.node, found.step)


def arrives(first: Flow, later: list[tuple[Flow, tuple[Entry, ...]]], place: Place) -> bool:
    """Whether every hop has an answer by M2's own rules."""
    here, before = place, first
    for after, entries in later:
        hop = answer(before, after, HERE, entries, here)
        if hop is None or hop.via is Via.INFERRED:
            return False
        if hop.outcome is not Outcome.GO_ON:
            return True
        here, before = standing(hop), after
    return True


@settings(max_examples=250)
@given(histories())
def test_if_every_hop_has_an_answer_the_one_big_jump_has_one_too(
    history: tuple[Flow, list[tuple[Flow, tuple[Entry, ...]]]],
) -> None:
    first, later = history
    together = tuple(entry for _, added in later for entry in added)
    for place in spots(first):
        if arrives(first, later, place):
            assert answer(first, later[-1][0], HERE, together, place) is not None


def test_the_big_jump_has_an_answer_where_a_hop_set_down_at_a_step_that_moved_away_later() -> None:
    first = flow("sequences: {s: {after: start, steps: {a: 1d, b: 1d}}}")
    second = flow("sequences: {s: {after: start, steps: {b: 1d}}}")
    third = flow("sequences: {t: {after: start, steps: {b: 1d}}}")
    moved = entries("[{moved: campaign/c.s.b, to: campaign/c.t.b}]")
    assert arrives(first, [(second, ()), (third, moved)], wait("s", "a"))
    assert answer(first, third, HERE, moved, wait("s", "a")) == go_on(Via.INFERRED, "t", "b")


@given(histories())
def test_an_answer_is_somewhere_in_the_new_flow_and_never_void(
    history: tuple[Flow, list[tuple[Flow, tuple[Entry, ...]]]],
) -> None:
    first, later = history
    new, added = later[0]
    for place, found in answers(first, new, HERE, added):
        if found is not None and found.outcome is Outcome.GO_ON:
            assert found.node in new.nodes
            assert found.step is None or new.step(found.node, found.step)
            assert not first.goals_after(place.node) or new.goals_after(found.node)
