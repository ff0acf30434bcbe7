"""What publishing a campaign that was stopped would set going is known before it is done."""

from __future__ import annotations

import pytest

from account_engine.backlog import Backlog, backlog
from account_engine.errors import UnknownObjectError
from account_engine.events import Event
from tests.account_engine.conftest import DAY, Shop


@pytest.fixture
def stopped(shop: Shop) -> Shop:
    """A shop whose campaign was stopped a day after Ada came, and on the day when Bo did."""
    shop.registered("Ada")
    shop.later(1)
    shop.registered("Bo")
    shop.account.set_published(shop.campaign, published=False)
    return shop


def counts(found: Backlog) -> list[tuple[str, int]]:
    return [(one.label, one.count) for one in found.sent]


def test_who_is_overdue_is_counted_and_what_they_would_get(stopped: Shop) -> None:
    found = backlog(stopped.account, stopped.campaign)
    assert [(one.contacts, one.overdue) for one in found.occupied] == [(2, 0)]
    assert found.sent == ()
    stopped.later(1)
    found = backlog(stopped.account, stopped.campaign)
    assert [(one.contacts, one.overdue) for one in found.occupied] == [(2, 1)]
    assert counts(found) == [("It is tomorrow", 1)]
    (one,) = found.sent
    assert (str(one.kind), one.campaign) == ("email", "Follow-up")


def test_what_comes_due_within_the_hour_counts_too(stopped: Shop) -> None:
    stopped.later(2 - 1 / 48)
    found = backlog(stopped.account, stopped.campaign)
    assert [one.overdue for one in found.occupied] == [1]
    assert counts(found) == [("It is tomorrow", 2)]


def test_when_a_late_timer_waits_for_its_time_of_day_that_is_said(stopped: Shop) -> None:
    """C9: late is at the next 09:00, and it is 15:00."""
    steps = [
        {
            "key": "nudge",
            "wait": {"for": "2 days", "at": "09:00"},
            "action": {"send-email": {"email": f"#{stopped.nudge}"}},
        }
    ]
    slow = stopped.account.create_object("campaign", stopped.flow(title="Slow", remind=steps)).id
    cy = stopped.contact("Cy")
    stopped.account.submit(cy.id, stopped.registration)
    stopped.account.set_published(slow, published=False)
    stopped.later(3.25)
    found = backlog(stopped.account, slow)
    assert [(one.contacts, one.overdue) for one in found.occupied] == [(1, 1)]
    assert found.sent == ()
    stopped.account.set_published(slow, published=True)
    assert found.next_due == stopped.account.info.now + 18 * 3600
    sent = len(stopped.account.outbox())
    stopped.later(0.74)
    assert len(stopped.account.outbox()) == sent
    stopped.later(0.01)
    assert len(stopped.account.outbox()) == sent + 1


def test_looking_changes_nothing_and_publishing_does_what_was_seen(stopped: Shop) -> None:
    stopped.later(3)
    before = stopped.dump()
    seen = counts(backlog(stopped.account, stopped.campaign))
    assert stopped.dump() == before
    sent = len(stopped.account.outbox())
    stopped.account.set_published(stopped.campaign, published=True)
    stopped.later(1 / 24)
    assert seen == [("It is tomorrow", 2)]
    assert len(stopped.account.outbox()) == sent + 2


def test_what_other_campaigns_send_anyway_is_not_counted(stopped: Shop) -> None:
    other = stopped.account.create_object("campaign", stopped.flow(title="Another")).id
    cy = stopped.contact("Cy")
    stopped.account.submit(cy.id, stopped.registration)
    stopped.later(2)
    found = backlog(stopped.account, stopped.campaign)
    assert counts(found) == [("It is tomorrow", 2)]
    assert backlog(stopped.account, other).sent == ()


def test_what_others_send_because_of_it_is_counted(shop: Shop) -> None:
    tag = shop.account.create_object("tag", {"name": "Nudged"})
    wait = {
        "key": "nudge",
        "wait": {"for": "2 days"},
        "action": {"apply-tag": {"tag": f"#{tag.id}"}},
    }
    made = shop.account.create_object("campaign", shop.flow(title="First", remind=[wait]))
    send = {"key": "a", "action": {"send-email": {"email": f"#{shop.pitch}"}}}
    shop.account.create_object(
        "campaign",
        {
            "title": "Second",
            "goals": {"nudged": {"when": [{"tag-applied": {"tag": f"#{tag.id}"}}]}},
            "sequences": {"pitch": {"after": ["nudged"], "steps": [send]}},
        },
    )
    shop.account.delete_object(shop.campaign)
    shop.registered()
    shop.account.set_published(made.id, published=False)
    shop.later(3)
    (one,) = backlog(shop.account, made.id).sent
    assert (one.label, one.campaign) == ("An offer", "Second")


def test_a_campaign_that_runs_has_no_backlog(shop: Shop) -> None:
    shop.registered()
    found = backlog(shop.account, shop.campaign)
    assert ([one.contacts for one in found.occupied], found.sent) == ([1], ())
    with pytest.raises(UnknownObjectError):
        backlog(shop.account, 999)


def test_what_happens_while_it_is_stopped_is_never_heard(stopped: Shop) -> None:
    cy = stopped.contact("Cy")
    stopped.account.submit(cy.id, stopped.registration)
    stopped.account.receive(cy.id, Event("tag-applied", {"tag": f"#{stopped.attended}"}))
    stopped.account.catch_up()
    stopped.account.set_published(stopped.campaign, published=True)
    stopped.account.tick(stopped.account.info.now + DAY)
    assert stopped.account.positions(cy.id) == ()
