"""A database that goes away and comes back, a disk that is full: nothing lost, nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any, cast

import psycopg
import pytest

from account_engine.account import Account
from account_engine.errors import AccountFileError, DatabaseError, InvalidDataError
from account_engine.events import Event
from account_engine.stores.locations import create_store, open_store
from account_engine.stores.postgres import PostgresStore
from account_engine.stores.records import Identity
from account_engine.stores.rows import Rows
from account_engine.stores.sqlite import SqliteStore
from tests.account_engine.conftest import DAY, START, DyingStore, Shop, furnished
from tests.postgres import Cluster, cluster

IDENTITY = Identity("account-1", "first", "Shop", ("email",), "UTC", START)
END = START + 10 * DAY

in_a_file = pytest.mark.parametrize("location", ["sqlite"], indirect=True)
in_a_database = pytest.mark.parametrize("location", ["postgres"], indirect=True)


@pytest.fixture(scope="module")
def fragile() -> Iterator[Cluster]:
    """A server that may be stopped."""
    with cluster("synchronous_commit=on") as running:
        yield running


@pytest.fixture
def shop_there(fragile: Cluster) -> Iterator[Shop]:
    """A shop with three contacts on their way, in the server that may be stopped."""
    location = f"{fragile.database()}#shop"
    with furnished(location, create_store(location, IDENTITY)) as shop:
        for name in ("Ada", "Bob", "Cid"):
            shop.registered(name)
        yield shop


class FailingStore(DyingStore):
    """A store during whose n-th write something happens to the server."""

    def __init__(self, store: object, at: int, happens: Any) -> None:  # noqa: ANN401
        super().__init__(store, at)
        self._happens = happens

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        verb = getattr(self._store, name)
        if not name.startswith(self.WRITES):
            return verb

        def failing(*arguments: object, **named: object) -> object:
            if self.left == 0:
                self._happens()
            self.left -= 1
            return verb(*arguments, **named)

        return failing


def _sent(account: Account) -> list[tuple[int, str]]:
    return sorted((message.contact, message.subject) for message in account.outbox())


def _everything(shop: Shop) -> list[tuple[int, str]]:
    people = [contact.id for contact in shop.account.contacts()]
    subjects = ("Welcome", "It is tomorrow", *("Call " + n for n in ("Ada", "Bob", "Cid")))
    sent = _sent(shop.account)
    assert len(set(sent)) == len(sent) == 3 * len(people)
    assert {subject for _, subject in sent} <= set(subjects)
    return sent


@pytest.mark.parametrize("how", ["immediate", "fast"])
@pytest.mark.parametrize("write", [0, 4, 11])
def test_a_database_that_goes_away_in_the_middle_and_comes_back(
    shop_there: Shop, fragile: Cluster, write: int, how: str
) -> None:
    before = shop_there.dump()
    broken = FailingStore(shop_there.store, write, lambda: fragile.stop(how))
    with pytest.raises(DatabaseError, match=r"the database went away: .*; nothing was changed"):
        Account(cast("Any", broken)).tick(END)
    try:
        with pytest.raises(DatabaseError, match="cannot be reached"):
            shop_there.account.tick(END)
        with pytest.raises(DatabaseError, match="cannot be reached"):
            shop_there.account.receive(1, shop_there.registration)
    finally:
        fragile.start()
    assert shop_there.dump() == before
    shop_there.account.tick(END)
    _everything(shop_there)


def test_an_event_is_kept_although_the_database_crashes_right_after(
    shop_there: Shop, fragile: Cluster
) -> None:
    dora = shop_there.contact("Dora")
    shop_there.account.receive(dora.id, shop_there.registration)
    fragile.stop("immediate")
    fragile.start()
    with pytest.raises(DatabaseError, match="went away"):
        shop_there.account.catch_up()  # the first to find out that the connection is gone
    assert shop_there.account.catch_up() == 1
    assert (dora.id, "Welcome") in _sent(shop_there.account)


def test_a_connection_that_is_cut_is_made_again(shop_there: Shop, fragile: Cluster) -> None:
    with psycopg.connect(f"{fragile.url}/postgres", autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname LIKE 'test%%' AND pid <> pg_backend_pid()"
        )
    with pytest.raises(DatabaseError, match="terminating connection"):
        shop_there.account.tick(END)
    shop_there.account.tick(END)
    _everything(shop_there)


def test_a_closed_account_is_not_opened_again_by_itself(shop_there: Shop) -> None:
    shop_there.account.close()
    with pytest.raises(DatabaseError):
        shop_there.account.objects_of("tag")


def test_whether_a_lost_commit_was_written_is_said_not_to_be_known(shop_there: Shop) -> None:
    store = cast("PostgresStore", shop_there.store)

    def commit() -> None:
        with store.writing():
            store.set_clock(END)
            with psycopg.connect(shop_there.location.partition("#")[0], autocommit=True) as admin:
                pid = store._connection.info.backend_pid  # noqa: SLF001
                admin.execute("SELECT pg_terminate_backend(%s, 10000)", (pid,))

    with pytest.raises(DatabaseError, match="whether the last change was written is not known"):
        commit()
    assert shop_there.account.info.now == START


# --- no room


FULL = """
CREATE FUNCTION cpt.no_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER no_room BEFORE INSERT ON cpt.passed EXECUTE FUNCTION cpt.no_room();
"""


def test_a_database_without_room_changes_nothing_and_goes_on_when_there_is_some(
    shop_there: Shop,
) -> None:
    before = shop_there.dump()
    with psycopg.connect(shop_there.location.partition("#")[0], autocommit=True) as admin:
        admin.execute(FULL)
        with pytest.raises(DatabaseError, match="no room: could not extend file; nothing was"):
            shop_there.account.tick(END)
        assert shop_there.dump() == before
        admin.execute("DROP TRIGGER no_room ON cpt.passed")
    shop_there.account.tick(END)
    _everything(shop_there)


@in_a_file
def test_a_full_disk_changes_nothing_and_goes_on_when_there_is_room(location: str) -> None:
    with furnished(location, create_store(location, IDENTITY)) as shop:
        with shop.account.together():
            for number in range(60):
                shop.registered(f"P{number}")
        before = shop.dump()
        connection = cast("SqliteStore", shop.store)._connection  # noqa: SLF001
        ((pages,),) = connection.execute("PRAGMA page_count").fetchall()
        connection.execute(f"PRAGMA max_page_count = {pages + 1}")
        with pytest.raises(AccountFileError, match=r"no room left .* nothing was changed"):
            shop.account.tick(END)
        assert shop.dump() == before
        connection.execute("PRAGMA max_page_count = 1000000")
        shop.account.tick(END)
        sent = _sent(shop.account)
        assert len(set(sent)) == len(sent) == 180


# --- many at once, and all that texts can be


def test_too_many_connections_are_said_to_be(fragile: Cluster) -> None:
    database = fragile.database()
    with psycopg.connect(database, autocommit=True) as admin:
        admin.execute("CREATE ROLE few LOGIN CONNECTION LIMIT 1")
        admin.execute(f"GRANT CREATE ON DATABASE {database.rpartition('/')[2]} TO few")
    few = database.replace("//cpt@", "//few@")
    with (
        closing(create_store(f"{few}#one", IDENTITY)),
        pytest.raises(DatabaseError, match=r"cannot be reached: .*too many connections"),
    ):
        open_store(f"{few}#one")


@pytest.mark.parametrize("text", ["a\0b", "\ud800"], ids=["NUL", "surrogate"])
def test_texts_that_no_database_takes_are_refused(location: str, text: str) -> None:
    with furnished(location, create_store(location, IDENTITY)) as shop:
        ada = shop.registered("Ada")
        before = shop.dump()
        event = Event("api-called", {"integration": "shop", "call": text})
        for refused in (
            lambda: shop.contact(last_name=text),
            lambda: shop.account.set_value(ada.id, "last_name", text),
            lambda: shop.account.submit(ada.id, event),
            lambda: shop.account.receive(ada.id, event),
            lambda: shop.account.assign_owner(ada.id, text),
            lambda: shop.account.create_object("tag", {"name": text}),
            lambda: shop.account.create_object("form", {"title": "F", "fields": [{"field": text}]}),
        ):
            with pytest.raises(InvalidDataError):
                refused()
        assert shop.dump() == before
        assert shop.account.catch_up() == 0


def test_nobody_is_found_by_what_cannot_be_kept(location: str) -> None:
    with furnished(location, create_store(location, IDENTITY)) as shop:
        shop.contact()
        assert shop.account.find_contacts(email="a\0b") == ()
        assert shop.account.namesakes("tag", "a\0b") == ()


@in_a_database
def test_what_a_database_cannot_keep_is_refused(location: str) -> None:
    with (
        furnished(location, create_store(location, IDENTITY)) as shop,
        pytest.raises(InvalidDataError, match=r"cannot be kept: .*NUL"),
    ):
        cast("Rows", shop.store).run("SELECT id FROM objects WHERE kind = :kind", kind="a\0b")


def test_nobody_buys_more_than_can_be_counted(location: str) -> None:
    with furnished(location, create_store(location, IDENTITY)) as shop:
        ada = shop.contact()
        product = shop.account.create_object(
            "product", {"name": "Course", "price": "10.00", "currency": "EUR"}
        ).id
        with pytest.raises(InvalidDataError, match="is not how many"):
            shop.account.buy(ada.id, [(product, 10**6)])
        for _ in range(4):
            shop.account.buy(ada.id, [(product, 10**6 - 1)])
        assert shop.account.contact(ada.id).purchases == {f"#{product}": 4 * (10**6 - 1)}
