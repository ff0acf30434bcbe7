"""The law of every store: an account tells the same story as its interpreter in memory.

Random campaigns and random histories, through the whole account in each sort of store and through
the interpreter alone; what is received first and worked off later tells the same story, too.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from account_engine.account import Account
from account_engine.changing.publishing import Publisher
from account_engine.events import Event
from account_engine.language.timers import later
from account_engine.lookup import known, live
from account_engine.stores.locations import create_store, random_id
from account_engine.stores.port import Store
from account_engine.stores.records import Identity
from package_format.campaign.timers import Duration
from package_format.kinds.model import Json
from tests.account_engine.lives import MONDAY, Life, instant
from tests.account_engine.test_laws import EMAILS, TAGS, Data, campaigns, histories

START = instant(MONDAY)
lives = settings(max_examples=max(30, settings().max_examples // 3))


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def somewhere(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where accounts can be made: what their locations begin with."""
    if request.param == "sqlite":
        return f"{tmp_path_factory.mktemp('laws')}/a"
    return f"{request.getfixturevalue('database')}#a"


class StoredLife:
    """One contact's life in an account, and the same life in memory beside it."""

    def __init__(self, store: Store, *datas: Data) -> None:
        self.store, self.account = store, Account(store)
        make = self.account.create_object
        names = {tag: make("tag", {"name": tag}).reference for tag in TAGS}
        names["f"] = make("form", {"title": "F", "fields": [{"field": "email"}]}).reference
        day = {"name": "day", "title": "Day", "type": "date"}
        names["day"] = make("field", day).reference
        for subject in EMAILS:
            email = {"subject": subject, "body": "<p>Hi</p>", "from": "shop@example.com"}
            names[subject] = make("email", email).reference
        self.names = names
        with store.publishing():  # as a change set does, which may draw arrows from nowhere
            publisher = Publisher(store)
            for number, data in enumerate(datas):
                publisher.create("campaign", {"title": f"C{number}", **_renamed(data, names)})
            publisher.finish()
        self.contact = self.account.add_contact({"email": "ada@example.com"}).id
        with store.reading():
            flows = [live(row) for row in store.flows()]
            self.life = Life(catalogue=known(store, flows))
            state = store.state(self.contact)
        assert state is not None
        self.life.flows, self.life.state = flows, state

    def live_through(self, history: list[tuple[str, Any]], *, received: bool = False) -> None:
        """Let the same happen to both; events are received and worked off later, if so."""
        for what, value in history:
            match what:
                case "submit":
                    event = Event("web-form-submitted", {"form": self.names["f"]})
                    self._let_happen(event, received=received)
                    self.life.submit(self.names["f"])
                case "tag":
                    tag = self.names[value]
                    if received:
                        self._let_happen(Event("tag-applied", {"tag": tag}), received=True)
                    else:
                        self.account.apply_tag(self.contact, int(tag[1:]))
                    if tag not in self.life.state.contact.tags:
                        self.life.tag(tag)
                case "set" | "zone":
                    field = self.names["day"] if what == "set" else "time_zone"
                    self.account.set_value(self.contact, field, value or "")
                    if self.life.state.contact.values.get(field) != value:
                        self.life.set(field, value)
                case "advance":
                    self.account.tick(later(self.life.now, Duration.parse(value), "UTC"))
                    self.life.advance(value)
                case "sleep":
                    self.account.catch_up()
                    self.life.sleep(value)
                    with self.store.writing():
                        self.store.set_clock(self.life.now)
                case _:
                    self._enrol()
        self.account.catch_up()

    def _let_happen(self, event: Event, *, received: bool) -> None:
        if received:
            self.account.receive(self.contact, event)
        else:
            self.account.submit(self.contact, event)

    def _enrol(self) -> None:
        event = Event("web-form-submitted", {"form": self.names["f"]})
        for campaign in sorted({flow.campaign for flow in self.life.flows}):
            self.account.enrol(self.contact, campaign, event)
            self.life.enrol(event.word, campaign, form=self.names["f"])

    def assert_same(self) -> None:
        """What the store keeps is what the interpreter left."""
        with self.store.reading():
            assert self.store.state(self.contact) == self.life.state
            assert list(self.store.story(self.contact)) == self.life.story
            assert [one.effect for one in self.store.effects()] == self.life.effects
            assert self.store.identity().clock == self.life.now


def _renamed(data: Json, names: dict[str, str]) -> Json:
    """Return a campaign's data with ids where authors write names, and lists where they map."""
    match data:
        case str():
            return names.get(data, data)
        case list():
            return [_renamed(item, names) for item in data]
        case dict():
            return {key: _renamed(value, names) for key, value in data.items()}
        case _:
            return data


@given(one=campaigns(), other=campaigns(), history=histories, received=st.booleans())
@lives
def test_an_account_tells_the_same_story_as_its_interpreter(
    somewhere: str, one: Data, other: Data, history: list[tuple[str, Any]], *, received: bool
) -> None:
    identity = Identity("account-1", "first", "Shop", ("email",), "UTC", START)
    store = create_store(f"{somewhere}{random_id()}", identity)
    try:
        life = StoredLife(store, one, other)
        life.live_through(history, received=received)
        life.live_through([("advance", "10 days")])
        life.assert_same()
    finally:
        store.close()
