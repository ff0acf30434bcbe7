"""Applying without transactions: whatever breaks off, where, and how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from account_engine.changing.changes import (
    Absent,
    ChangeSet,
    Create,
    Remove,
    Republish,
    Unchanged,
    Unused,
    Update,
)
from account_engine.objects import digest
from cpt.errors import (
    NotARecordError,
    NothingPendingError,
    OtherSideError,
    PendingPlanError,
    RefusedError,
    StalePlanError,
)
from cpt.installer.applying.stepwise import abort, apply_stepwise, resume
from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.canonical import to_json
from package_format.kinds.model import Json
from package_format.references import Address
from package_format.upgrades.answers import answers
from package_format.upgrades.entry_data import read_entries
from tests.cpt.installer.forgetful import DELAY, Died, Fault, Forgetful

EMAIL: Json = {"subject": "Hello", "from": "us@shop.example", "body": "<p>Hello</p>\n"}
NEWER: Json = {**EMAIL, "body": "<p>Hello again</p>\n"}
NEW: Json = {**EMAIL, "subject": "New"}


def campaign(step: str, tag: str, email: str) -> Json:
    return Campaign.model_validate(
        {
            "title": "Follow up",
            "goals": {"came": {"when": {"tag-applied": tag}}},
            "sequences": {
                "greet": {
                    "after": ["came"],
                    "steps": {step: {"wait": "1 day", "send-email": email}},
                }
            },
        }
    ).canonical()


START: dict[int, tuple[str, Json]] = {
    1: ("tag", {"name": "Old"}),
    2: ("email", EMAIL),
    3: ("campaign", campaign("mail", "#4", "#2")),
    4: ("tag", {"name": "Came"}),
}
MOVED = campaign("letter", "#4", "#2")
MOVES = (("greet.mail", "greet.letter"),)
_ENTRIES = read_entries([{"moved": "campaign/x.greet.mail", "to": "campaign/x.greet.letter"}])


def _answers() -> tuple[object, ...]:
    old, new = (Flow(Campaign.model_validate(one)) for one in (START[3][1], MOVED))
    return answers(old, new, Address("", "campaign", "x"), _ENTRIES)


def plan(*, removes: bool = True) -> ChangeSet:
    """Everything that a plan can do: two of its creates look just alike."""
    removals = (Remove(1),) if removes else ()
    return ChangeSet(
        "plan-1",
        "account-1",
        "incarnation-1",
        None,
        "install acme/new 1.0.0",
        (
            Absent("tag", "new"),
            Unchanged(2, digest(EMAIL)),
            Unchanged(3, digest(START[3][1])),
            Unchanged(1, digest(START[1][1])),
            Unused(1),
        ),
        (
            Create("tag", "tag", {"name": "New"}),
            Create("one", "email", NEW),
            Create("other", "email", NEW),
            Create("campaign", "campaign", campaign("mail", "@tag", "@other")),
            Update(2, NEWER),
            Republish(3, MOVED, MOVES, _answers()),  # type: ignore[arg-type]
            *removals,
        ),
        {"objects": ["@tag", "@one", "@other", "@campaign"]},
    )


def promised(account: Forgetful, *, removes: bool = True) -> None:
    """The account is exactly what the plan promised, once, and nothing is pending."""
    account.faults = {}
    (revision,) = account.revisions()
    made = revision.created
    assert revision.record == {
        "objects": [f"#{made[n]}" for n in ("tag", "one", "other", "campaign")]
    }
    expected = {
        2: ("email", NEWER),
        3: ("campaign", MOVED),
        4: START[4],
        made["tag"]: ("tag", {"name": "New"}),
        made["one"]: ("email", NEW),
        made["other"]: ("email", NEW),
        made["campaign"]: ("campaign", campaign("mail", f"#{made['tag']}", f"#{made['other']}")),
    }
    assert account.truth == (expected if removes else {1: START[1], **expected})
    assert account.journal() is None


def until_it_ends(begin: Callable[[], object]) -> None:
    """Begin, and begin again whenever the program dies or hears nothing."""
    for _ in range(12):
        try:
            begin()
        except (Died, OtherSideError):
            continue
        return
    pytest.fail("it never ends")


def calls_of(*, removes: bool = True, lag: float = 0.0) -> int:
    account = Forgetful(START, lag=lag)
    apply_stepwise(account, plan(removes=removes), account.wait)
    return account.calls


LAGS = (0.0, DELAY - 1)
CALLS = max(calls_of(lag=lag) for lag in LAGS) + 8
WITHOUT_REMOVALS = max(calls_of(removes=False, lag=lag) for lag in LAGS)


@pytest.mark.parametrize("lag", LAGS)
def test_a_plan_does_what_it_promises(lag: float) -> None:
    account = Forgetful(START, lag=lag)
    applied = apply_stepwise(account, plan(), account.wait)
    assert applied.revision == 1
    assert account.migrated == [(3, MOVES)]
    promised(account)


def test_the_same_plan_again_changes_nothing() -> None:
    account = Forgetful(START)
    apply_stepwise(account, plan(), account.wait)
    assert apply_stepwise(account, plan(), account.wait).already
    promised(account)


@pytest.mark.parametrize("lag", LAGS)
@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("call", range(CALLS))
def test_whatever_goes_wrong_at_any_call_resuming_ends_where_the_plan_promised(
    call: int, fault: Fault, lag: float
) -> None:
    account = Forgetful(START, lag=lag)
    account.faults = {call: fault}
    until_it_ends(lambda: apply_stepwise(account, plan(), account.wait))
    promised(account)


@given(
    st.dictionaries(st.integers(0, CALLS * 2), st.sampled_from(Fault), max_size=5),
    st.sampled_from(LAGS),
)
def test_whatever_goes_wrong_however_often_resuming_ends_where_the_plan_promised(
    faults: dict[int, Fault], lag: float
) -> None:
    account = Forgetful(START, lag=lag)
    account.faults = dict(faults)
    until_it_ends(lambda: apply_stepwise(account, plan(), account.wait))
    promised(account)


# --- undoing --------------------------------------------------------------------------------------


def begun(account: Forgetful, call: int, *, removes: bool = False) -> bool:
    """Apply until a call at which the program dies; return whether anything is pending."""
    account.faults = {call: Fault.DIES_AFTER}
    try:
        apply_stepwise(account, plan(removes=removes), account.wait)
    except Died:
        return account.journal() is not None
    return False


def shape(account: Forgetful) -> Counter[tuple[str, bytes]]:
    return Counter((kind, to_json(data)) for kind, data in account.truth.values())


@pytest.mark.parametrize("lag", LAGS)
@pytest.mark.parametrize("call", range(WITHOUT_REMOVALS))
def test_undone_at_any_call_the_account_is_what_it_was(call: int, lag: float) -> None:
    account = Forgetful(START, lag=lag)
    if begun(account, call):
        undone = abort(account, account.wait)
        assert undone.left == ()
        assert account.truth == START
        assert account.journal() is None
        with pytest.raises(NothingPendingError):
            resume(account, account.wait)


@given(
    st.integers(0, WITHOUT_REMOVALS),
    st.dictionaries(st.integers(0, 60), st.sampled_from(Fault), max_size=4),
    st.sampled_from(LAGS),
)
def test_undoing_goes_on_whatever_goes_wrong(
    call: int, faults: dict[int, Fault], lag: float
) -> None:
    account = Forgetful(START, lag=lag)
    if begun(account, call):
        account.faults = {account.calls + later: fault for later, fault in faults.items()}
        until_it_ends(lambda: abort(account, account.wait) if account.journal() else None)
        assert account.truth == START


def test_what_somebody_has_touched_since_stays_and_is_listed() -> None:
    account = Forgetful(START)
    begun(account, calls_of(removes=False) - 2)
    (made,) = (n for n, (kind, data) in account.truth.items() if data == {"name": "New"})
    account.by_hand(2, {**NEWER, "subject": "Mine"})
    account.carried[made] = 3
    undone = abort(account, account.wait)
    assert undone.left == (
        "the email “Mine” stays: somebody has edited it",
        "the tag “New” stays: 3 contacts have it",
    )
    assert account.truth == {
        **START,
        2: ("email", {**NEWER, "subject": "Mine"}),
        made: ("tag", {"name": "New"}),
    }


def test_what_somebody_has_deleted_or_refers_to_is_listed_too() -> None:
    account = Forgetful(START)
    begun(account, calls_of(removes=False) - 2)
    (made,) = (n for n, (kind, data) in account.truth.items() if data == {"name": "New"})
    account.by_hand(2, None)
    account.by_hand(3, campaign("mail", f"#{made}", "#2"))
    undone = abort(account, account.wait)
    assert undone.left == (
        "the campaign “Follow up” stays: somebody has edited it",
        "#2 is gone: somebody has deleted it",
        "the tag “New” stays: the campaign “Follow up” refers to it",
    )


def test_contacts_go_back_the_way_they_came() -> None:
    account = Forgetful(START)
    begun(account, calls_of(removes=False) - 2)
    abort(account, account.wait)
    assert account.migrated == [(3, MOVES), (3, (("greet.letter", "greet.mail"),))]


def test_once_something_was_removed_there_is_only_going_on() -> None:
    account = Forgetful(START)
    assert begun(account, calls_of() - 4, removes=True)
    with pytest.raises(RefusedError, match="has begun to remove things"):
        abort(account, account.wait)
    resume(account, account.wait)
    promised(account)


# --- others ---------------------------------------------------------------------------------------


def test_nothing_is_begun_in_an_account_that_has_changed() -> None:
    account = Forgetful({**START, 2: ("email", NEWER | {"subject": "Mine"})})
    with pytest.raises(StalePlanError, match="the email “Mine” has been edited"):
        apply_stepwise(account, plan(), account.wait)
    assert account.journal() is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({5: ("tag", {"name": "NEW"})}, "there is now the tag “NEW”"),
        ({5: ("campaign", campaign("mail", "#1", "#2"))}, "#5 now refers to the tag “Old”"),
    ],
)
def test_what_a_plan_relies_on_is_compared_object_by_object(
    change: dict[int, tuple[str, Json]], said: str
) -> None:
    account = Forgetful({**START, **change})
    with pytest.raises(StalePlanError, match=said):
        apply_stepwise(account, plan(), account.wait)


def test_a_tag_that_contacts_have_by_now_is_not_removed() -> None:
    account = Forgetful(START)
    account.carried[1] = 1
    with pytest.raises(StalePlanError, match="1 contact now has the tag “Old”"):
        apply_stepwise(account, plan(), account.wait)


def test_what_somebody_edits_in_the_middle_stops_the_plan_and_is_named() -> None:
    account = Forgetful(START)
    begun(account, 12)
    account.by_hand(2, {**EMAIL, "subject": "Mine"})
    with pytest.raises(StalePlanError, match="stopped in the middle") as caught:
        resume(account, account.wait)
    assert "the email “Mine” has been edited" in str(caught.value)
    account.by_hand(2, EMAIL)
    resume(account, account.wait)
    promised(account, removes=False)


def test_another_plan_has_to_wait() -> None:
    account = Forgetful(START)
    begun(account, 12)
    other = ChangeSet("plan-2", "account-1", "incarnation-1", None, "other", (), (), {})
    with pytest.raises(PendingPlanError, match="was begun in this account"):
        apply_stepwise(account, other, account.wait)


def test_a_plan_that_is_being_undone_cannot_go_on() -> None:
    account = Forgetful(START)
    begun(account, calls_of(removes=False) - 2)
    account.faults = {account.calls + 4: Fault.DIES_AFTER}
    with pytest.raises(Died):
        abort(account, account.wait)
    with pytest.raises(PendingPlanError, match="is being undone"):
        resume(account, account.wait)
    with pytest.raises(PendingPlanError, match="is being undone"):
        apply_stepwise(account, plan(), account.wait)
    abort(account, account.wait)
    assert account.truth == START


def test_an_account_that_never_answers_is_told_of_as_such() -> None:
    account = Forgetful(START)
    assert begun(account, 12)
    account.faults = {account.calls + n: Fault.NO_ANSWER_BEFORE for n in range(100)}
    with pytest.raises(OtherSideError):
        resume(account, account.wait)
    account.faults = {}
    resume(account, account.wait)
    promised(account, removes=False)


def test_a_journal_that_cannot_be_read_is_refused() -> None:
    account = Forgetful(START)
    account.keep_journal({"format": 7})
    with pytest.raises(NotARecordError, match="a plan pending that this cpt cannot read"):
        resume(account, account.wait)
