"""What can be asked of an account."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from account_engine.effects import EffectKind
from account_engine.errors import UnknownObjectError
from account_engine.story import Line

if TYPE_CHECKING:
    from tests.account_engine.conftest import Shop

DAY = 86_400


def test_objects_are_found_by_what_people_call_them(shop: Shop) -> None:
    assert [one.id for one in shop.account.find("email", "welcome")] == [shop.welcome]
    assert [one.id for one in shop.account.find("field", "interest")] == [shop.interest]
    assert [one.id for one in shop.account.find("tag", f"#{shop.attended}")] == [shop.attended]
    assert shop.account.find("form", "No such form") == ()


def test_objects_are_listed_by_kind(shop: Shop) -> None:
    emails = [one.id for one in shop.account.objects_of("email")]
    assert emails == [shop.welcome, shop.nudge, shop.pitch]


def test_an_object_that_is_not_there_is_none(shop: Shop) -> None:
    assert shop.account.object(99) is None
    assert list(shop.account.objects([99, shop.form])) == [shop.form]
    assert shop.account.carriers(99) == 0
    assert shop.account.carriers(shop.form) == 0


def test_namesakes_are_found_whatever_their_case_and_form(shop: Shop) -> None:
    tag = shop.account.create_object("tag", {"name": "Café"}).id
    assert shop.account.namesakes("tag", "  CAFE\u0301 ") == (tag,)


def test_carriers_are_counted(shop: Shop) -> None:
    shop.account.add_contact({"interest": "pro"}, tags=[shop.attended])
    shop.account.add_contact(tags=[shop.attended])
    assert shop.account.carriers(shop.attended) == 2
    assert shop.account.carriers(shop.interest) == 1


def test_listeners_are_found_by_what_they_listen_for(shop: Shop) -> None:
    tag, form = f"#{shop.attended}", f"#{shop.form}"
    heard = shop.account.listeners
    assert heard("tag-applied", {"tag": tag}) == ((shop.campaign, "attended"),)
    assert heard("tag-removed", {"tag": tag}) == ()
    assert heard("web-form-submitted", {"form": ("#99", form)}) == ((shop.campaign, "registered"),)


def test_occupancy_counts_places_and_says_when_the_first_acts(shop: Shop) -> None:
    start = shop.account.info.now
    shop.registered("Ada")
    shop.later(1)
    shop.registered("Bob")
    (spot,) = shop.account.occupancy(shop.campaign)
    assert (spot.version, str(spot.place), spot.contacts) == (1, "remind.nudge", 2)
    assert spot.next_due == start + 2 * DAY
    shop.later(9)
    (spot,) = shop.account.occupancy(shop.campaign)
    assert (str(spot.place), spot.contacts, spot.next_due) == ("the end of remind", 2, None)


def test_contacts_are_found_by_their_address_in_any_case(shop: Shop) -> None:
    ada = shop.contact("Ada")
    shop.contact("Bob")
    assert shop.account.find_contacts(email="ADA@example.com ") == (ada,)
    assert shop.account.find_contacts(email="nobody@example.com") == ()


def test_contacts_are_listed_in_pages(shop: Shop) -> None:
    people = [shop.contact(name) for name in ("Ada", "Bob", "Carol")]
    assert shop.account.contacts() == tuple(people)
    assert shop.account.contacts(after=people[0].id, limit=1) == (people[1],)


def test_a_contact_that_is_not_there_is_named(shop: Shop) -> None:
    shop.contact()
    with pytest.raises(UnknownObjectError, match="no contact 77"):
        shop.account.contact(77)
    with pytest.raises(UnknownObjectError, match="no contact 77"):
        shop.account.positions(77)


def test_a_timeline_tells_a_contacts_story_with_campaigns_by_title(shop: Shop) -> None:
    ada = shop.registered()
    shop.later(2)
    lines = shop.account.timeline(ada.id)
    assert (lines[0].what, lines[0].campaign) == ("event", "")
    assert {line.campaign for line in lines[1:]} == {"Follow-up"}
    passed = [line.node for line in lines if line.what == "passed"]
    assert passed == ["remind.confirm", "remind.nudge"]
    assert shop.account.timeline(77) == ()


def test_the_outbox_goes_on_after_a_number(shop: Shop) -> None:
    shop.registered()
    shop.later(2)
    first, second = shop.account.outbox()
    assert shop.account.outbox(after=first.number) == (second,)


def test_what_was_sent_is_counted_without_being_rendered(shop: Shop) -> None:
    assert (shop.account.last_message(), shop.account.count_sent()) == (0, {})
    shop.registered()
    shop.later(2)
    first, second = shop.account.outbox()
    assert shop.account.count_sent() == {EffectKind.EMAIL: 2}
    assert shop.account.count_sent(after=first.number) == {EffectKind.EMAIL: 1}
    assert shop.account.last_message() == second.number
    assert shop.account.message(first.number) == first
    assert shop.account.message(99) is None
    assert shop.account.count_contacts() == 1


def test_a_post_that_goes_nowhere_is_not_counted(shop: Shop) -> None:
    nowhere = shop.account.create_object("endpoint", {"title": "Nowhere"})
    assert shop.account.count_sent() == {}
    post = {"http-post": {"endpoint": nowhere.reference}}
    flow = shop.flow(remind=[{"key": "post", "action": post}])
    shop.account.edit(shop.campaign, flow)
    shop.registered()
    assert [message.withheld for message in shop.account.outbox()] == [
        "the endpoint has no address"
    ]
    assert shop.account.count_sent() == {}


def test_a_number_that_no_account_has_is_nobody(shop: Shop) -> None:
    assert shop.account.object(10**30) is None
    assert shop.account.message(10**30) is None
    with pytest.raises(UnknownObjectError):
        shop.account.contact(10**30)


# --- pages


PAGES: dict[str, Callable[[Shop], object]] = {
    "contacts": lambda shop: shop.account.contacts(limit=50),
    "contacts by address": lambda shop: shop.account.find_contacts(email="alike@example.com"),
    "the outbox": lambda shop: shop.account.outbox(limit=50),
    "deliveries": lambda shop: shop.account.deliveries(range(50)),
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_takes_a_handful_of_statements_however_long_it_is(
    shop: Shop, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    store: Any = shop.store
    run = store.run

    def counting(statement: str, /, **values: object) -> object:
        asked.append(statement)
        return run(statement, **values)

    def count() -> int:
        asked.clear()
        PAGES[page](shop)
        return len(asked)

    shop.registered()
    shop.contact(email="alike@example.com")
    monkeypatch.setattr(store, "run", counting)
    few = count()
    for number in range(30):
        shop.registered(f"b{number}")
        shop.contact(email="alike@example.com")
    assert count() == few <= 12


def test_a_timeline_is_read_part_by_part_from_its_end(shop: Shop) -> None:
    ada = shop.registered()
    with shop.store.writing():
        shop.store.add_story(ada.id, [Line(9, "event", None, "", str(n)) for n in range(10)])
        shop.store.add_story(shop.contact("Bo").id, [Line(9, "event", None, "", "other")])
    whole = shop.account.timeline(ada.id)
    found, before, parts = list(whole[:0]), None, 0
    while True:
        part, before = shop.account.timeline_before(ada.id, before, limit=4)
        found, parts = [*part, *found], parts + 1
        if before is None:
            break
    assert tuple(found) == whole
    assert parts == -(-len(whole) // 4)
    assert shop.account.timeline_before(ada.id) == (whole, None)
    assert shop.account.timeline_before(ada.id, 1, limit=4) == ((), None)
