"""Placing: the owner, or a program, sends a contact into a sequence."""

from __future__ import annotations

from account_engine.changing.changes import Republish
from account_engine.story import Line
from package_format.campaign.places import Place, PlaceSort
from package_format.upgrades.answers import Answer, Outcome, Via
from tests.account_engine.conftest import Shop


def _why(story: tuple[Line, ...]) -> list[str]:
    return [f"{line.what} {line.node}: {line.why}" for line in story]


def test_one_who_is_sent_into_a_sequence_runs_it_to_its_first_wait(shop: Shop) -> None:
    contact = shop.contact()
    story = shop.account.place(contact.id, shop.campaign, "remind")
    assert _why(story)[:2] == [
        "event remind: sent here from outside",
        "entered remind: after being sent here",
    ]
    assert shop.at() == {"remind.nudge": 1}
    assert [one.subject for one in shop.account.outbox()] == ["Welcome"]


def test_one_who_is_there_already_stays_where_they_are(shop: Shop) -> None:
    contact = shop.registered()
    story = shop.account.place(contact.id, shop.campaign, "remind")
    assert _why(story)[-1] == "refused remind: is there already (C6)"
    assert len(shop.account.outbox()) == 1


def test_nobody_is_sent_where_nobody_can_be(shop: Shop) -> None:
    contact = shop.contact()
    refused = ["refused attended: is no sequence of a published campaign"]
    assert _why(shop.account.place(contact.id, shop.campaign, "attended")) == refused
    shop.account.set_published(shop.campaign, published=False)
    unpublished = shop.account.place(contact.id, shop.campaign, "remind")
    assert _why(unpublished) == ["refused remind: is no sequence of a published campaign"]


def test_one_who_finishes_an_earlier_version_is_not_sent_into_the_new_one(shop: Shop) -> None:
    contact = shop.registered()
    place = Place("remind", "nudge", PlaceSort.WAIT)
    finish = Answer(Outcome.FINISH_ON_OLD, Via.ENTRY)
    change = Republish(shop.campaign, shop.flow(title="New"), (), ((place, finish),))
    shop.account.apply(shop.change_set(change))
    story = shop.account.place(contact.id, shop.campaign, "pitch")
    assert _why(story) == ["refused pitch: finishes an earlier version (M7)"]
