"""Working off what was received and what is due, alone: order, floods, interruptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from account_engine import working
from account_engine.account import Account
from account_engine.errors import InvalidDataError, UnknownObjectError
from account_engine.events import Event
from tests.account_engine.conftest import DAY, START

if TYPE_CHECKING:
    from account_engine.contacts import Contact
    from tests.account_engine.conftest import Shop


def _story(shop: Shop, contact: Contact) -> list[tuple[int, str, str, str]]:
    return [(one.at, one.what, one.node, one.why) for one in shop.account.timeline(contact.id)]


def _attended(shop: Shop) -> Event:
    return Event("tag-applied", {"tag": f"#{shop.attended}"})


def test_what_is_received_has_its_turn_when_the_account_is_worked_on(shop: Shop) -> None:
    ada, bob = shop.contact("Ada"), shop.contact("Bob")
    first = shop.account.receive(ada.id, shop.registration)
    assert shop.account.receive(ada.id, _attended(shop)) > first
    assert shop.account.timeline(ada.id) == ()
    assert shop.account.catch_up() == 2
    assert shop.account.catch_up() == 0
    shop.account.submit(bob.id, shop.registration)
    shop.account.apply_tag(bob.id, shop.attended)
    assert _story(shop, ada) == _story(shop, bob)
    assert shop.account.contact(ada.id).tags == {f"#{shop.attended}"}
    assert [message.subject for message in shop.account.outbox()] == ["Welcome"] * 2


def test_what_was_received_comes_before_what_happens_now(shop: Shop) -> None:
    ada, bob = shop.contact("Ada"), shop.contact("Bob")
    shop.account.receive(ada.id, shop.registration)
    shop.account.receive(bob.id, shop.registration)
    shop.account.apply_tag(ada.id, shop.attended)
    assert shop.at() == {"pitch.offer": 1}
    assert shop.account.timeline(bob.id) == ()
    assert shop.account.catch_up() == 1


def test_time_goes_on_only_after_what_was_received_has_had_its_turn(shop: Shop) -> None:
    ada, bob = shop.contact("Ada"), shop.registered("Bob")
    shop.account.receive(ada.id, shop.registration)
    shop.account.receive(bob.id, _attended(shop))
    assert shop.account.tick(START + 2 * DAY).turns == 2
    assert _story(shop, ada)[0][0] == START
    assert [(one.contact, one.subject) for one in shop.account.outbox()] == [
        (bob.id, "Welcome"),
        (ada.id, "Welcome"),
        (bob.id, "An offer"),
        (ada.id, "It is tomorrow"),
    ]


def test_what_changes_nothing_is_no_event_when_it_is_received_either(shop: Shop) -> None:
    ada = shop.contact()
    task = {"task": f"#{shop.task}"}
    for event in (
        _attended(shop),
        _attended(shop),
        Event("tag-removed", {"tag": f"#{shop.attended}"}),
        Event("tag-removed", {"tag": f"#{shop.attended}"}),
        Event("opted-out", {"channel": "email"}),
        Event("opted-out"),
        Event("task-completed", task),
    ):
        shop.account.receive(ada.id, event)
    assert shop.account.catch_up() == 7
    assert [why for _, what, _, why in _story(shop, ada) if what == "event"] == [
        f"tag applied #{shop.attended}",
        f"tag removed #{shop.attended}",
        "opted out email",
    ]
    assert shop.account.contact(ada.id).opted_out


def test_an_event_for_nobody_or_of_nothing_is_refused_and_not_kept(shop: Shop) -> None:
    ada = shop.contact()
    with pytest.raises(UnknownObjectError, match="no contact"):
        shop.account.receive(ada.id + 1_000, shop.registration)
    with pytest.raises(UnknownObjectError, match="no #999"):
        shop.account.receive(ada.id, Event("tag-applied", {"tag": "#999"}))
    with pytest.raises(InvalidDataError, match="not an event"):
        shop.account.receive(ada.id, Event("hacked"))
    assert shop.account.catch_up() == 0


def test_a_flood_for_one_contact_has_its_turns_in_order_and_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "BATCH", 3)
    ada, bob = shop.registered("Ada"), shop.contact("Bob")
    removed = Event("tag-removed", {"tag": f"#{shop.attended}"})
    for _ in range(5):
        shop.account.receive(ada.id, _attended(shop))
        shop.account.receive(ada.id, removed)
    shop.account.receive(bob.id, shop.registration)
    shop.account.tick(START + 2 * DAY)
    events = [why for _, what, _, why in _story(shop, ada) if what == "event"]
    tag = f"#{shop.attended}"
    assert events[1:] == [f"tag applied {tag}", f"tag removed {tag}"] * 5
    assert [one.subject for one in shop.account.outbox() if one.contact == ada.id] == [
        "Welcome",
        "An offer",
    ]
    for _ in range(4):
        shop.account.receive(ada.id, _attended(shop))
        shop.account.receive(ada.id, removed)
    shop.account.apply_tag(ada.id, shop.attended)
    assert len([what for _, what, _, _ in _story(shop, ada) if what == "event"]) == 20


def test_work_that_is_stopped_again_and_again_does_everything_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "BATCH", 2)
    people = [shop.contact(name) for name in ("Ada", "Bob", "Cid")]
    for person in people:
        shop.account.receive(person.id, shop.registration)
        shop.account.receive(person.id, _attended(shop))
    deaths = 0
    while True:
        try:
            shop.dying(deaths).catch_up()
            break
        except KeyboardInterrupt:
            deaths += 1
    assert deaths > 5
    stories = [_story(shop, person) for person in people]
    assert stories == [stories[0]] * 3
    assert sorted(one.contact for one in shop.account.outbox()) == [one.id for one in people]


def _spans(shop: Shop, reach: int) -> list[tuple[int, int]]:
    """Return a list that collects how long each span was in seconds, and how many turns it had."""
    account, found = shop.account, []
    pass_span = account._pass_span  # noqa: SLF001

    def passing(now: int, until: int) -> int:
        turns = pass_span(now, until)
        found.append((until - now, turns))
        return turns

    account._reach = reach  # noqa: SLF001
    account._pass_span = passing  # type: ignore[method-assign]  # noqa: SLF001
    return found


def _apart(shop: Shop, count: int, seconds: int) -> None:
    for number in range(count):
        shop.account.tick(START + number * seconds)
        shop.registered(f"P{number}")


@pytest.mark.parametrize(("worth", "few"), [(1_000, 5), (2, 0)])
def test_a_span_is_the_longer_the_less_it_costs(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, worth: int, few: int
) -> None:
    monkeypatch.setattr(working, "BATCH", 4)
    monkeypatch.setattr(working, "WAVE", 4 * working.ALONE)
    _apart(shop, 40, 60)
    shop.account.worth = worth
    spans = _spans(shop, reach=4)
    assert shop.account.tick(START + 2 * DAY + 3_600).turns == 40
    assert sum(turns for _, turns in spans) <= 40
    most = max(turns for _, turns in spans)
    assert most <= few if few else most >= 20


def test_a_crowd_at_one_moment_is_no_part_of_the_span_before_it(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "BATCH", 10)
    monkeypatch.setattr(working, "WAVE", 2 * working.ALONE)
    _apart(shop, 3, 60)
    for number in range(20):
        shop.registered(f"Q{number}")
    spans = _spans(shop, reach=10)
    assert shop.account.tick(START + 2 * DAY + 3_600).turns == 23
    assert spans == [(119, 2), (3_480, 1)]  # of the crowd, ten have their turns at a time


def test_what_comes_in_during_a_span_is_heard_no_earlier_than_what_its_contact_has_lived_through(
    shop: Shop,
) -> None:
    _apart(shop, 6, 60)
    people = shop.account.contacts()
    event = _attended(shop)
    work_on, told = shop.account._work_on, list[int]()  # noqa: SLF001

    def working_on(contact: int, now: int, until: int) -> int:
        if not told:
            with Account.open(shop.location) as other:
                told.extend(other.receive(one.id, event) for one in people)
        return work_on(contact, now, until)

    shop.account._work_on = working_on  # type: ignore[method-assign]  # noqa: SLF001
    shop.account.tick(START + 3 * DAY)
    assert told
    for person in people:
        moments = [at for at, *_ in _story(shop, person)]
        assert moments == sorted(moments)
        assert [why for _, what, _, why in _story(shop, person) if what == "event"]
