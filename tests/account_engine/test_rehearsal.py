"""Time runs ahead in a copy, and nothing of it happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from account_engine.account import Account
from account_engine.effects import EffectKind
from account_engine.errors import EngineBugError
from account_engine.rehearsal import Sending, difference, rehearsed, run_ahead
from account_engine.stores.copying import copied
from tests.account_engine.conftest import DAY, START
from tests.account_engine.stores.conftest import IDENTITY

if TYPE_CHECKING:
    from pathlib import Path

    from tests.account_engine.conftest import Shop


def _said(sendings: tuple[Sending, ...]) -> list[tuple[int, str, str]]:
    return [((one.at - START) // DAY, one.to, one.label) for one in sendings]


def test_a_rehearsal_says_what_would_be_sent_to_whom_and_when(shop: Shop) -> None:
    shop.registered("Ada")
    shop.later(1)
    shop.registered("Bo")
    before = shop.dump()
    with rehearsed(shop.account, Account) as copy:
        found = run_ahead(copy, START + 5 * DAY)
    assert _said(found) == [
        (2, "ada@example.com", "It is tomorrow"),
        (3, "bo@example.com", "It is tomorrow"),
        (4, "ada@example.com", "Call {{ contact.first_name }}"),
        (5, "bo@example.com", "Call {{ contact.first_name }}"),
    ]
    assert {one.campaign for one in found} == {"Follow-up"}
    assert shop.dump() == before


def test_what_stays_in_the_account_is_no_sending(shop: Shop) -> None:
    note = shop.account.create_object("note", {"title": "Seen", "text": "They came by"})
    steps = [
        {"key": "note", "wait": {"for": "1 day"}, "action": {"add-note": {"note": note.reference}}}
    ]
    shop.account.edit(shop.campaign, shop.flow(remind=steps))
    shop.registered()
    with rehearsed(shop.account, Account) as copy:
        assert run_ahead(copy, START + 5 * DAY) == ()


def test_a_copy_that_fails_leaves_nothing_open(shop: Shop, tmp_path: Path) -> None:
    shop.account.close()
    with pytest.raises(Exception, match="clos"):
        copied(shop.store, IDENTITY, tmp_path / "copy.account")


def test_what_a_rehearsal_says_comes_true(shop: Shop) -> None:
    for name in "abc":
        shop.registered(name)
        shop.later(0.5)
    after = shop.account.outbox()[-1].number
    with rehearsed(shop.account, Account) as copy:
        rehearsal = run_ahead(copy, START + 6 * DAY)
    shop.account.tick(START + 6 * DAY)
    real = [(m.recorded, m.contact, m.kind, m.resource) for m in shop.account.outbox(after=after)]
    assert [(one.at, one.contact, one.kind, one.resource) for one in rehearsal] == real


def test_a_copy_is_the_account_that_a_plan_was_made_for(shop: Shop) -> None:
    shop.registered("Ada")
    steps = [
        {"key": "nudge", "wait": {"for": "3 days"},
         "action": {"send-email": {"email": f"#{shop.nudge}"}}},
    ]  # fmt: skip
    with rehearsed(shop.account, Account) as old, rehearsed(shop.account, Account) as new:
        new.edit(shop.campaign, shop.flow(remind=steps))
        until = START + 5 * DAY
        stays, goes = run_ahead(old, until), run_ahead(new, until)
    gone, come, moved = difference(stays, goes)
    assert [one.kind for one in gone] == [EffectKind.TASK]
    assert come == ()
    assert [(was.at - START, will.at - START) for was, will in moved] == [(2 * DAY, 3 * DAY)]
    assert shop.account.flow(shop.campaign).version == 1


def test_two_ways_that_send_the_same_differ_in_nothing() -> None:
    one = Sending(START, 1, "a@example.com", EffectKind.EMAIL, "#7", "Hi", "C")
    other = Sending(START + DAY, 1, "a@example.com", EffectKind.EMAIL, "#7", "Hi", "C")
    assert difference((one, other), (one, other)) == ((), (), ())
    assert difference((one, other), (one,)) == ((other,), (), ())
    assert difference((one,), (one, other)) == ((), (other,), ())
    assert difference((one,), (other,)) == ((), (), ((one, other),))


def test_only_what_has_rows_can_be_copied(tmp_path: Path) -> None:
    with pytest.raises(EngineBugError, match="no rows"):
        copied(object(), IDENTITY, tmp_path / "copy.account")
