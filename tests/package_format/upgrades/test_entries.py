"""Entries of upgrades.yaml: reading them, and carrying addresses across versions."""

import re
import time
from collections.abc import Sequence

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from package_format.campaign.timers import Duration
from package_format.references import Address
from package_format.upgrades.entries import (
    ContinueAt,
    Entry,
    Gone,
    Leave,
    Moved,
    Removed,
    RewrittenHistoryError,
    added,
    backwards,
    carry,
    one_way,
)
from package_format.upgrades.entry_data import (
    ENTRIES_LIMIT,
    InvalidEntryError,
    entries_data,
    read_entries,
    verify_number,
)
from package_format.upgrades.terms import Added, Changed, Timer


def at(text: str) -> Address:
    return Address.parse(text)


def entries(text: str) -> tuple[Entry, ...]:
    return read_entries(yaml.safe_load(text))


def test_the_forms_of_the_documentation_are_read() -> None:
    assert entries("""
        - {moved: campaign/follow-up.remind.reminder, to: campaign/follow-up.remind.nudge}
        - {removed: campaign/follow-up.fax, contacts: {continue-at: campaign/follow-up.remind.b}}
        - {removed: campaign/a, contacts: finish-on-old}
        - {removed: campaign/b, contacts: exit}
        - {removed: tag/old}
        - {moved: tag/attended, to: "acme/lifecycle-tags:tag/attended"}
        - {moved: parameter/brand, to: parameter/name}
        - {added: campaign/follow-up.remind.new-email, catch-up: 7 days}
        - {changed: campaign/follow-up.remind.nudge, timer: keep}
    """) == (
        Moved(at("campaign/follow-up.remind.reminder"), at("campaign/follow-up.remind.nudge")),
        Removed(at("campaign/follow-up.fax"), ContinueAt(at("campaign/follow-up.remind.b"))),
        Removed(at("campaign/a"), Leave.FINISH_ON_OLD),
        Removed(at("campaign/b"), Leave.EXIT),
        Removed(at("tag/old")),
        Moved(at("tag/attended"), at("acme/lifecycle-tags:tag/attended")),
        Moved(at("parameter/brand"), at("parameter/name")),
        Added(at("campaign/follow-up.remind.new-email"), Duration(7, "day")),
        Changed(at("campaign/follow-up.remind.nudge"), Timer.KEEP),
    )


def test_an_empty_file_has_no_entries() -> None:
    assert read_entries(None) == ()


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("tag/a", "an entry is {moved: …, to: …}"),
        ("{renamed: tag/a, to: tag/b}", "an entry is {moved: …, to: …}"),
        ("{moved: tag/a, removed: tag/b}", "an entry is {moved: …, to: …}"),
        ("{moved: tag/a}", "says where to"),
        ("{moved: tag/a, to: tag/b, contacts: exit}", "'contacts' does not belong here"),
        ("{removed: campaign/a, to: campaign/b}", "'to' does not belong here"),
        ("{moved: tag/a, to: tag/a}", "moved to where it is"),
        ("{moved: tag/a, to: field/a}", "a move keeps the kind"),
        ("{moved: campaign/a.b, to: campaign/a.b.c}", "is a node and campaign/a.b.c is a step"),
        ("{moved: tagg/a, to: tagg/b}", "'tagg' in tagg/a is not a kind"),
        ("{moved: tag/a.b, to: tag/a.c}", "only a campaign has those"),
        ("{moved: 7, to: tag/b}", "an address is a text"),
        ("{moved: attended, to: tag/b}", "'attended' is not an address"),
        ('{moved: "a/b:tag/a", to: tag/b}', "a package moves only what is its own"),
        ("{removed: tag/a, contacts: exit}", "no contacts stand in tag/a"),
        ("{removed: campaign/a, contacts: leave}", "finish-on-old or exit, not leave"),
        ("{removed: campaign/a, contacts: [exit]}", "finish-on-old or exit, not this"),
        ("{removed: campaign/a, contacts: {continue-at: tag/a}}", "name a node or a step"),
        ("{removed: campaign/a, contacts: {continue-at: campaign/b}}", "name a node or a step"),
        ("{removed: campaign/a, contacts: {continue-at: campaign/a.b}}", "that is removed"),
        ("{added: campaign/a.b.c}", "says who gets it after all, with `catch-up`"),
        ("{added: campaign/a.b.c, timer: keep}", "'timer' does not belong here"),
        ("{added: campaign/a.b, catch-up: 7 days}", "campaign/a.b is no step"),
        ("{added: tag/a, catch-up: 7 days}", "tag/a is no step"),
        ('{added: "a/b:campaign/a.b.c", catch-up: 7 days}', "only what is its own"),
        ("{added: campaign/a.b.c, catch-up: soon}", "'soon' is not a duration"),
        ("{added: campaign/a.b.c, catch-up: 0 days}", "nobody came within 0 days"),
        ("{added: campaign/a.b.c, catch-up: -1 day}", "nobody came within -1 day"),
        ("{changed: campaign/a.b.c}", "the time of those who wait there, with `timer`"),
        ("{changed: campaign/a.b, timer: keep}", "campaign/a.b is no step"),
        ("{changed: campaign/a.b.c, timer: stop}", "credit, keep or restart, not stop"),
        ("{changed: campaign/a.b.c, timer: [keep]}", "credit, keep or restart, not this"),
    ],
)
def test_a_wrong_entry_is_named_and_explained(entry: str, reason: str) -> None:
    with pytest.raises(InvalidEntryError, match=f"^entry 2: .*{re.escape(reason)}") as caught:
        entries(f"- {{removed: tag/x}}\n- {entry}")
    assert caught.value.index == 1


def test_what_is_no_list_has_no_entries() -> None:
    with pytest.raises(InvalidEntryError, match=r"^upgrades are a list") as caught:
        read_entries({"moved": "tag/a"})
    assert caught.value.index is None


keys = st.sampled_from(["a", "b", "c-d", "e_f"])
inners = st.lists(keys, max_size=2).map(tuple)
places = st.builds(Address, st.just(""), st.just("campaign"), keys, inners)
tags = st.builds(Address, st.sampled_from(["", "acme/tags"]), st.just("tag"), keys, st.just(()))
moved = st.one_of(
    st.tuples(tags.map(lambda a: at(a.local)), tags),
    st.tuples(places, places).filter(lambda pair: len(pair[0].inner) == len(pair[1].inner)),
).filter(lambda pair: pair[0] != pair[1])
policies = st.one_of(st.none(), st.sampled_from(Leave))
steps = st.builds(Address, st.just(""), st.just("campaign"), keys, st.tuples(keys, keys))
windows = st.builds(Duration, st.integers(1, 99), st.sampled_from(["hour", "day", "week"]))
any_entry = st.one_of(
    st.builds(lambda pair: Moved(*pair), moved),
    st.builds(Removed, places, policies),
    st.builds(Added, steps, windows),
    st.builds(Changed, steps, st.sampled_from(Timer)),
)


@given(st.lists(any_entry))
def test_entries_survive_being_written_and_read(some: list[Entry]) -> None:
    assert read_entries(entries_data(some)) == tuple(some)


def test_continue_at_survives_being_written_and_read() -> None:
    some = (Removed(at("campaign/a.b"), ContinueAt(at("campaign/a.c"))),)
    assert read_entries(entries_data(some)) == some


@given(any_entry)
def test_an_entrys_text_is_what_an_author_would_write(entry: Entry) -> None:
    assert entries(f"- {entry}") == (entry,)


def test_the_text_of_an_entry_with_a_target_can_be_pasted() -> None:
    entry = Removed(at("campaign/a.b"), ContinueAt(at("acme/x:campaign/a.c")))
    assert entries(f"- {entry}") == (entry,)


A, B = Moved(at("tag/a"), at("tag/b")), Moved(at("tag/b"), at("tag/c"))


def test_what_the_older_list_lacks_was_added() -> None:
    assert added((A,), (A, B)) == (B,)
    assert added((A, B), (A, B)) == ()


@pytest.mark.parametrize("newer", [(), (B,), (B, A)])
def test_an_entry_that_was_edited_or_dropped_is_named(newer: tuple[Entry, ...]) -> None:
    with pytest.raises(RewrittenHistoryError, match=r"^entry 1 of") as caught:
        added((A,), newer)
    assert caught.value.index == 0


def test_entries_are_applied_in_order() -> None:
    assert carry(at("tag/a"), (A, B)) == at("tag/c")
    assert carry(at("tag/a"), (B, A)) == at("tag/b")


def test_what_no_entry_names_stays() -> None:
    assert carry(at("field/a"), (A, B)) == at("field/a")
    assert carry(at("campaign/a.bc"), entries("[{removed: campaign/a.b}]")) == at("campaign/a.bc")


def test_moving_a_thing_carries_everything_inside() -> None:
    moves = entries("""
        - {moved: campaign/a.one, to: campaign/a.two}
        - {moved: campaign/a, to: campaign/b}
        - {moved: campaign/b.two.x, to: campaign/b.three.y}
    """)
    assert carry(at("campaign/a.one.x"), moves) == at("campaign/b.three.y")
    assert carry(at("campaign/a.one.z"), moves) == at("campaign/b.two.z")
    assert carry(at("campaign/a"), moves) == at("campaign/b")


def test_two_things_can_change_places() -> None:
    moves = entries("""
        - {moved: tag/a, to: tag/c}
        - {moved: tag/b, to: tag/a}
        - {moved: tag/c, to: tag/b}
    """)
    assert carry(at("tag/a"), moves) == at("tag/b")
    assert carry(at("tag/b"), moves) == at("tag/a")


@pytest.mark.parametrize(
    ("contacts", "expected"),
    [
        ("", Gone(None)),
        (", contacts: exit", Gone(Leave.EXIT)),
        (", contacts: finish-on-old", Gone(Leave.FINISH_ON_OLD)),
        (", contacts: {continue-at: campaign/a.c}", Gone(at("campaign/a.c"))),
    ],
)
def test_removing_a_thing_removes_everything_inside(contacts: str, expected: Gone) -> None:
    assert (
        carry(at("campaign/a.b.x"), entries(f"[{{removed: campaign/a.b{contacts}}}]")) == expected
    )


def test_where_contacts_go_on_is_carried_through_later_entries() -> None:
    first = "- {removed: campaign/a.b, contacts: {continue-at: campaign/a.c}}\n"
    assert carry(
        at("campaign/a.b"), entries(first + "- {moved: campaign/a, to: campaign/z}")
    ) == Gone(at("campaign/z.c"))
    assert carry(
        at("campaign/a.b"), entries(first + "- {removed: campaign/a.c, contacts: exit}")
    ) == Gone(Leave.EXIT)


def never(_: Address) -> bool:
    return False


def test_moves_are_read_backwards_for_a_rollback() -> None:
    back = backwards((A, B), never)
    assert back == (Moved(at("tag/c"), at("tag/b")), Moved(at("tag/b"), at("tag/a")))
    assert carry(at("tag/c"), back) == at("tag/a")


def test_what_was_merged_or_removed_has_no_way_back() -> None:
    merged = entries("""
        - {moved: tag/a, to: tag/c}
        - {moved: tag/b, to: tag/c}
        - {removed: tag/d}
    """)
    assert backwards(merged, never) == ()


def test_what_was_moved_onto_a_thing_that_stood_there_has_no_way_back() -> None:
    assert backwards((A,), {at("tag/a"), at("tag/b")}.__contains__) == ()


def test_what_was_moved_to_where_another_thing_had_left_has_a_way_back() -> None:
    back = backwards((B, A), {at("tag/a"), at("tag/b")}.__contains__)
    assert carry(at("tag/b"), back) == at("tag/a")
    assert carry(at("tag/c"), back) == at("tag/b")


def test_what_has_no_way_back_is_told_with_what_became_of_it() -> None:
    found = entries("""
        - {moved: tag/a, to: tag/b}
        - {removed: campaign/f.x, contacts: {continue-at: campaign/f.y}}
        - {moved: campaign/f.y, to: campaign/f.z}
        - {moved: campaign/f.v, to: campaign/f.w}
    """)
    there = {at("campaign/f.w")}
    assert one_way(found, there.__contains__) == (
        (found[1], Gone(at("campaign/f.z"))),
        (found[3], at("campaign/f.w")),
    )
    assert len(backwards(found, there.__contains__)) == 2


def following(chain: Sequence[Entry]) -> float:
    """Follow a chain of moves in every way; return how many seconds of the processor it takes."""
    taken = []
    for _ in range(3):
        before = time.process_time()
        assert carry(at("tag/x0"), chain) == at(f"tag/x{len(chain)}")
        assert len(backwards(chain, lambda _: False)) == len(chain)
        assert one_way(chain, lambda _: False) == ()
        taken.append(time.process_time() - before)
    return min(taken)


def test_a_long_chain_of_moves_is_followed_quickly_and_a_longer_one_is_refused() -> None:
    moves = [{"moved": f"tag/x{n}", "to": f"tag/x{n + 1}"} for n in range(ENTRIES_LIMIT)]
    chain = read_entries(moves)
    verify_number(chain)
    quarter = following(chain[: ENTRIES_LIMIT // 4])
    assert following(chain) < 32 * quarter, "with the square of its length, and no worse"
    with pytest.raises(InvalidEntryError, match="2,001 entries, and a package may have 2,000"):
        verify_number([*chain, chain[0]])
