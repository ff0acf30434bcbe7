"""An engine in trouble: nothing is lost, nothing happens twice, and its log says what happened.

The trouble is real: a disk that is full, a server that crashes, a connection that is cut.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from account_engine import running
from account_engine.delivery.rounds import Rounds
from account_engine.errors import AccountError
from account_engine.outgoing.deliveries import Courier, Delivered, DeliveryState, Outcome
from account_engine.running import Engine
from tests.account_engine.clocks import VirtualClock
from tests.account_engine.conftest import DAY, START
from tests.account_engine.crowds import (
    CROWD,
    END,
    IN_WAVES,
    ONE_BY_ONE,
    Told,
    crowded,
    told,
    told_alone,
)
from tests.account_engine.witnesses import MemoryWitness
from tests.postgres import Cluster, cluster
from tests.small_disk import small_disk

if TYPE_CHECKING:
    from account_engine.delivery.port import Carry
    from account_engine.outgoing.parcels import Parcel
    from account_engine.position import Instant


@dataclass(frozen=True)
class Trouble:
    """Something that can go wrong with where an account is.

    Attributes:
        location: Where the account is.
        begins: Lets it begin.
        ends: Lets it end.
        said: What is said of it.
        lasts: Whether it lasts until it ends; otherwise it is over when it has been noticed.
        leaves_room: Whether what needs little room may have it.
    """

    location: str
    begins: Callable[[], object]
    ends: Callable[[], object]
    said: str
    lasts: bool = True
    leaves_room: bool = False


@pytest.fixture(scope="module")
def fragile() -> Iterator[Cluster]:
    """A server that may be stopped."""
    with cluster("synchronous_commit=on") as running_there:
        yield running_there


Happens = Callable[[pytest.FixtureRequest, Path], Iterator[Trouble]]


def full_disk(left: int) -> Happens:
    """A disk with a file on it, and room for no more than so many bytes."""

    def trouble(_: pytest.FixtureRequest, folder: Path) -> Iterator[Trouble]:
        with small_disk(folder, 16) as disk:
            location = str(folder / "shop.account")
            said = r"there is no room left for .*; nothing was changed|.* disk .*; nothing was "
            yield Trouble(location, lambda: disk.fill(left), disk.free, said)

    return trouble


def full_database(request: pytest.FixtureRequest, _: Path) -> Iterator[Trouble]:
    """A disk with a database on it, and no room."""
    server: Cluster = request.getfixturevalue("fragile")
    with small_disk(server.folder(), 64) as disk, server.tablespace(disk.path) as place:
        location = f"{server.database(f'TABLESPACE {place}')}#shop"
        said = "the database has no room: .*"
        yield Trouble(location, lambda: disk.fill(0), disk.free, said, leaves_room=True)
        disk.free()


def stopped(how: str) -> Happens:
    """A server that is stopped and started again."""

    def trouble(request: pytest.FixtureRequest, _: Path) -> Iterator[Trouble]:
        server: Cluster = request.getfixturevalue("fragile")
        said = "the database (went away|cannot be reached): .*"
        yield Trouble(f"{server.database()}#shop", lambda: server.stop(how), server.start, said)

    return trouble


def cut(request: pytest.FixtureRequest, _: Path) -> Iterator[Trouble]:
    """A connection that is cut; the next one is as good."""
    server: Cluster = request.getfixturevalue("fragile")
    database = server.database()

    def begins() -> None:
        with psycopg.connect(f"{server.url}/postgres", autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s",
                (database.rpartition("/")[2],),
            )

    said = "the database went away: .*"
    yield Trouble(f"{database}#shop", begins, lambda: None, said, lasts=False)


TROUBLES: dict[str, Happens] = {
    "a full disk": full_disk(0),
    "a disk with little room": full_disk(20_000),
    "a full database": full_database,
    "a crash": stopped("immediate"),
    "a shutdown": stopped("fast"),
    "a cut connection": cut,
}


@pytest.fixture(params=TROUBLES)
def trouble(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Trouble]:
    """Something that can go wrong, and has not yet."""
    folder = tmp_path / "place"
    folder.mkdir()
    yield from TROUBLES[request.param](request, folder)


@contextmanager
def during(trouble: Trouble) -> Iterator[None]:
    """Let it last so long."""
    trouble.begins()
    try:
        yield
    finally:
        trouble.ends()


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What is told where nothing goes wrong."""
    return told_alone(str(tmp_path_factory.mktemp("alone") / "shop.account"))[0]


@pytest.fixture(autouse=True)
def _at_their_own_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Timers are handled as if the engine had run all the time."""
    monkeypatch.setattr(running, "LATE", END)


def _logged(caplog: pytest.LogCaptureFixture, message: str) -> list[dict[str, Any]]:
    return [vars(one)["said"] for one in caplog.records if one.getMessage() == message]


def _fails(engine: Engine) -> bool:
    engine.work()
    return engine.is_failing


@pytest.mark.parametrize("worth", [ONE_BY_ONE, IN_WAVES], ids=["one by one", "in waves"])
def test_time_stands_still_in_trouble_and_goes_on_afterwards(
    trouble: Trouble, alone: Told, worth: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with crowded(trouble.location) as shop:
        shop.account.worth = worth
        engine = Engine(shop.account, VirtualClock(END), lambda _: False)
        with during(trouble):
            assert _fails(engine)
            assert _fails(engine) == trouble.lasts
        assert not _fails(engine)
        (first, *_) = _logged(caplog, "could not go on")
        assert re.fullmatch(trouble.said, first["why"])
        assert _logged(caplog, "goes on again")
        assert told(shop.account) == alone


def test_what_was_not_received_in_trouble_is_said_not_to_be(trouble: Trouble) -> None:
    with crowded(trouble.location) as shop:
        people = [contact.id for contact in shop.account.contacts()]
        waiting = shop.account.catch_up()
        assert waiting
        many = [(one, shop.registration) for one in people * 20]
        received, said = [], []
        with during(trouble):
            for _ in range(5):
                try:
                    received.append(shop.account.receive_all(many))
                except AccountError as error:
                    said.append(str(error))
        assert said
        assert all(re.fullmatch(trouble.said, one) for one in said)
        received.append(shop.account.receive_all(many))
        assert shop.account.catch_up() == sum(received)


@dataclass
class Post:
    """A courier who is in trouble after so many parcels, and carries on.

    Attributes:
        left: After how many.
        happens: What happens then.
        carried: The keys of what was carried, in order.
    """

    left: int
    happens: Callable[[], object]
    carried: list[str]
    lease: int = 30
    hands: int = 1

    @contextmanager
    def round(self) -> Iterator[Carry]:
        """Set out."""
        yield self._carry

    def _carry(self, parcel: Parcel, _: Instant) -> Outcome:
        self.left -= 1
        self.carried.append(parcel.key)
        if self.left == 0:
            self.happens()
        return Delivered("taken")


def test_what_was_carried_in_trouble_is_carried_again_under_the_same_key(
    trouble: Trouble, caplog: pytest.LogCaptureFixture
) -> None:
    with crowded(trouble.location) as shop:
        witness, clock = MemoryWitness(), VirtualClock(START)
        shop.account.switch_on(Courier.MAIL, {"host": "x"}, witness, backlog=True)
        post = Post(25, trouble.begins, [])
        couriers = {Courier.MAIL: post}
        rounds = Rounds(shop.account, couriers, clock, witness, dice=lambda: 0.5)
        engine = Engine(shop.account, clock, lambda _: False, rounds.round, passes_time=False)
        try:
            for _ in range(4):
                engine.work()
        finally:
            trouble.ends()
        noticed = _logged(caplog, "could not go on")
        assert noticed or trouble.leaves_room
        assert all(re.fullmatch(trouble.said, one["why"]) for one in noticed)
        clock.move(DAY)
        rounds.deliver()
        assert set(shop.account.count_deliveries()) == {(Courier.MAIL, DeliveryState.DELIVERED)}
        times = Counter(post.carried)
        assert len(times) == CROWD
        assert sum(times.values()) <= CROWD + 1
