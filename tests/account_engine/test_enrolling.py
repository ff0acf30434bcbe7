"""C12: who has a tag is put into a campaign that hears it, once, whatever happens meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from account_engine.account import Account
from account_engine.changing.changes import Create, Enrol
from account_engine.errors import InvalidDataError, UnknownObjectError
from account_engine.events import Event
from account_engine.stores.locations import create_store
from account_engine.stores.records import Identity
from tests.account_engine.conftest import DAY, START, Shop, furnished

MANY = 7


@pytest.fixture(params=["one by one", "together"])
def way(request: pytest.FixtureRequest, shop: Shop) -> str:
    """How the turns are taken: by the interpreter, or in waves."""
    shop.account.worth = 1_000 if request.param == "one by one" else 2
    return str(request.param)


def club(*tags: int, welcome: int, more: Any = None) -> dict[str, Any]:  # noqa: ANN401
    """A campaign that is entered by tags: each has its own sequence, which sends an email."""
    return {
        "title": "Club",
        "goals": {
            **{f"by{tag}": {"when": [{"tag-applied": {"tag": f"#{tag}"}}]} for tag in tags},
            **(more or {}),
        },
        "sequences": {
            f"greet{tag}": {
                "after": [f"by{tag}"],
                "steps": [
                    {"key": "hello", "action": {"send-email": {"email": f"#{welcome}"}}},
                    {
                        "key": "later",
                        "wait": {"for": "1 day"},
                        "action": {"send-email": {"email": f"#{welcome}"}},
                    },
                ],
            }
            for tag in tags
        },
    }


@pytest.fixture
def gold(shop: Shop) -> int:
    """A second tag."""
    return shop.account.create_object("tag", {"name": "Gold"}).id


@pytest.fixture
def members(shop: Shop) -> tuple[int, ...]:
    """Contacts who have the tag `attended` already."""
    people = (shop.account.add_contact({"email": f"p{n}@example.com"}) for n in range(MANY))
    numbers = tuple(one.id for one in people)
    for number in numbers:
        shop.account.apply_tag(number, shop.attended)
    return numbers


def where(shop: Shop, contact: int, campaign: int) -> list[str]:
    return [one.node for one in shop.account.positions(contact) if one.campaign == campaign]


@pytest.mark.usefixtures("way")
def test_whoever_has_the_tag_is_put_into_the_campaign(shop: Shop, members: tuple[int, ...]) -> None:
    shop.account.add_contact({"email": "other@example.com"})
    made = shop.account.create_object("campaign", club(shop.attended, welcome=shop.welcome))
    assert shop.account.count_enrollable([shop.attended], made.id) == MANY
    assert shop.account.enrol_tagged(made.id, [shop.attended]) == MANY
    assert shop.account.catch_up() == MANY
    assert [where(shop, one, made.id) for one in members] == [[f"greet{shop.attended}"]] * MANY
    assert shop.account.count_enrollable([shop.attended], made.id) == 0
    assert len(shop.account.outbox()) == MANY
    told = [line.why for line in shop.account.timeline(members[0])]
    assert f"enrolled as by tag applied #{shop.attended} (C12)" in told


@pytest.mark.usefixtures("way")
def test_one_turn_hears_every_tag_at_once(shop: Shop, gold: int, members: tuple[int, ...]) -> None:
    for one in members[:4]:
        shop.account.apply_tag(one, gold)
    made = shop.account.create_object("campaign", club(shop.attended, gold, welcome=shop.welcome))
    tags = [shop.attended, gold]
    assert shop.account.enrol_tagged(made.id, tags) == MANY
    assert shop.account.catch_up() == MANY
    both = [f"greet{shop.attended}", f"greet{gold}"]
    assert sorted(where(shop, members[0], made.id)) == sorted(both)
    assert where(shop, members[-1], made.id) == both[:1]


@pytest.mark.usefixtures("way")
def test_who_stands_in_it_is_passed_over(shop: Shop, members: tuple[int, ...]) -> None:
    made = shop.account.create_object("campaign", club(shop.attended, welcome=shop.welcome))
    shop.account.place(members[0], made.id, f"greet{shop.attended}")
    assert shop.account.count_enrollable([shop.attended], made.id) == MANY - 1
    assert shop.account.enrol_tagged(made.id, [shop.attended]) == MANY - 1
    shop.account.place(members[1], made.id, f"greet{shop.attended}")  # its turn comes before that
    shop.account.catch_up()
    assert len(shop.account.outbox()) == MANY


@pytest.mark.usefixtures("way")
def test_no_other_campaign_hears_an_enrolment(shop: Shop, members: tuple[int, ...]) -> None:
    other = shop.account.create_object("campaign", club(shop.attended, welcome=shop.welcome))
    made = shop.account.create_object("campaign", club(shop.attended, welcome=shop.welcome))
    shop.account.enrol_tagged(made.id, [shop.attended])
    shop.account.catch_up()
    assert not any(where(shop, one, other.id) for one in members)


def test_an_enrolment_comes_before_what_was_received_meanwhile(
    shop: Shop, members: tuple[int, ...]
) -> None:
    ends = {"out": {"when": [{"opted-out": {}}], "after": [f"greet{shop.attended}"]}}
    made = shop.account.create_object(
        "campaign", club(shop.attended, welcome=shop.welcome, more=ends)
    )
    shop.account.receive(members[0], Event("opted-out", {"channel": "email"}))
    shop.account.enrol_tagged(made.id, [shop.attended])
    shop.account.receive(members[1], Event("opted-out", {"channel": "email"}))
    shop.account.catch_up()
    assert not where(shop, members[0], made.id)
    assert not where(shop, members[1], made.id)
    assert where(shop, members[2], made.id)


def test_what_a_change_set_enrols_is_enrolled_once(shop: Shop, members: tuple[int, ...]) -> None:
    data = club(shop.attended, welcome=shop.welcome)
    change_set = shop.change_set(Create("club", "campaign", data), Enrol("@club", (shop.attended,)))
    assert shop.account.apply(change_set).enrolled == MANY
    again = shop.account.apply(change_set)
    assert (again.already, again.enrolled) == (True, MANY)
    assert [one.enrolled for one in shop.account.revisions()] == [MANY]
    shop.account.catch_up()
    assert len(shop.account.outbox()) == len(members)


def test_a_change_set_that_is_interrupted_enrols_nobody_and_then_everybody(
    shop: Shop, members: tuple[int, ...]
) -> None:
    data = club(shop.attended, welcome=shop.welcome)
    change_set = shop.change_set(Create("club", "campaign", data), Enrol("@club", (shop.attended,)))
    applied, at = 0, 0
    while not applied:
        try:
            applied = shop.dying(at).apply(change_set).enrolled
        except KeyboardInterrupt:
            assert shop.account.catch_up() == 0
            at += 1
    assert at > 3
    assert (applied, shop.account.catch_up()) == (len(members), len(members))


def test_turns_that_are_interrupted_are_had_once(shop: Shop, members: tuple[int, ...]) -> None:
    made = shop.account.create_object("campaign", club(shop.attended, welcome=shop.welcome))
    shop.account.enrol_tagged(made.id, [shop.attended])
    for at in range(20):
        with pytest.raises(KeyboardInterrupt):
            shop.dying(at).catch_up()
    assert shop.account.catch_up() == len(members)
    assert len(shop.account.outbox()) == len(members)


def test_enrolments_wait_where_the_account_is_closed(location: str) -> None:
    identity = Identity("account-1", "first", "Shop", ("email",), "UTC", START)
    with furnished(location, create_store(location, identity)) as shop:
        ada = shop.contact()
        shop.account.apply_tag(ada.id, shop.attended)
        made = shop.account.create_object("campaign", club(shop.attended, welcome=shop.welcome))
        shop.account.enrol_tagged(made.id, [shop.attended])
    with Account.open(location) as account:
        account.tick(START + DAY)
        assert len(account.outbox()) == 2


def test_a_copy_of_the_account_goes_on_with_them(
    shop: Shop, members: tuple[int, ...], tmp_path: Path
) -> None:
    made = shop.account.create_object("campaign", club(shop.attended, welcome=shop.welcome))
    shop.account.enrol_tagged(made.id, [shop.attended])
    with Account(shop.account.copied(tmp_path / "copy.account")) as copy:
        assert copy.catch_up() == len(members)


def test_who_is_merged_meanwhile_is_enrolled_once(shop: Shop, members: tuple[int, ...]) -> None:
    made = shop.account.create_object("campaign", club(shop.attended, welcome=shop.welcome))
    shop.account.enrol_tagged(made.id, [shop.attended])
    shop.account.merge(members[0], members[1])
    shop.account.delete_contact(members[2])
    shop.account.catch_up()
    assert len(shop.account.positions(members[0])) == 1
    sent = [one.contact for one in shop.account.outbox()]
    assert set(sent) == {members[0], *members[3:]}


def test_a_campaign_that_is_gone_or_stopped_by_then_takes_nobody(
    shop: Shop, members: tuple[int, ...]
) -> None:
    data = club(shop.attended, welcome=shop.welcome)
    gone = shop.account.create_object("campaign", data)
    stopped = shop.account.create_object("campaign", data)
    for one in (gone, stopped):
        shop.account.enrol_tagged(one.id, [shop.attended])
    shop.account.delete_object(gone.id)
    shop.account.set_published(stopped.id, published=False)
    shop.account.catch_up()
    assert not shop.account.positions(members[0])
    told = [line.why for line in shop.account.timeline(members[0])]
    assert told.count("the campaign to be enrolled in is gone, or unpublished") == 2


@pytest.fixture
def refusing(shop: Shop, gold: int) -> tuple[Shop, int]:
    """A campaign that is entered by `gold`, and hears `attended` of those who are in it."""
    inside = {
        "in": {
            "when": [{"tag-applied": {"tag": f"#{shop.attended}"}}],
            "after": [f"greet{gold}"],
        }
    }
    made = shop.account.create_object("campaign", club(gold, welcome=shop.welcome, more=inside))
    return shop, made.id


def test_only_tags_that_lead_into_the_campaign_enrol(refusing: tuple[Shop, int]) -> None:
    shop, campaign = refusing
    with pytest.raises(InvalidDataError, match="by the tag “Attended”; they do by the tag “Gold”"):
        shop.account.enrol_tagged(campaign, [shop.attended])
    with pytest.raises(InvalidDataError, match="no goal at its entry hears a tag"):
        shop.account.enrol_tagged(shop.campaign, [shop.attended])
    with pytest.raises(UnknownObjectError, match="is not a tag"):
        shop.account.enrol_tagged(campaign, [shop.welcome])
    with pytest.raises(UnknownObjectError):
        shop.account.enrol_tagged(999, [shop.attended])


def test_a_campaign_that_is_not_published_enrols_nobody(
    refusing: tuple[Shop, int], gold: int
) -> None:
    shop, campaign = refusing
    shop.account.set_published(campaign, published=False)
    with pytest.raises(InvalidDataError, match="is not published, and hears nothing"):
        shop.account.enrol_tagged(campaign, [gold])


def test_a_change_set_has_to_name_a_campaign(shop: Shop) -> None:
    with pytest.raises(InvalidDataError, match="names no campaign"):
        shop.account.apply(shop.change_set(Enrol("club", (shop.attended,))))
