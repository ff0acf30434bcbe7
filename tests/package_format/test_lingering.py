"""For whom a server waits, and for how long, by a clock that is moved."""

import signal
import socket
from types import FrameType

import pytest

from package_format.lingering import (
    Connection,
    Patience,
    Peer,
    Watch,
    accepted_at,
    end,
    end_whoever_begins,
)
from tests.readers import only_where_it_is_told

PATIENCE = Patience(ending=20, pause=60, least=1000)
ANN: Peer
BOB: Peer
ANN, BOB = ("192.0.2.1", 40000), ("192.0.2.1", 40001)


def _ended(*looks: tuple[float, int | None], listens: bool = True) -> float | None:
    """Return when somebody is ended who has taken so much at each look; None: all of it."""
    watch = Watch(PATIENCE)
    for now, taken in looks:
        connection = Connection(7, taken or 0, waits=taken is not None)
        if watch.lingering(now, {ANN: connection}, listens=listens):
            return now
    return None


def test_who_takes_nothing_is_ended_when_the_pause_is_over() -> None:
    assert _ended((0, 5), (30, 5), (59, 5), (60, 5)) == 60


def test_who_takes_too_little_is_ended() -> None:
    assert _ended((0, 0), (60, 1000), (119, 1900), (120, 1999)) == 120


def test_who_takes_enough_each_time_is_never_ended() -> None:
    assert _ended(*((now, now * 17) for now in range(0, 6000, 5))) is None


def test_who_takes_it_all_at_the_end_of_each_pause_is_never_ended() -> None:
    assert _ended((0, 0), (59, 0), (60, 1000), (119, 1000), (120, 2000)) is None


def test_who_has_taken_all_there_was_begins_anew() -> None:
    assert _ended((0, 5), (50, None), (59, 9), (110, 9), (118, 9), (119, 9)) == 119


def test_whose_connection_closed_is_forgotten() -> None:
    watch = Watch(PATIENCE)
    deaf: dict[Peer, Connection] = {ANN: Connection(7, 0, waits=True)}
    assert watch.lingering(0, deaf, listens=True) == []
    assert watch.lingering(1, {}, listens=True) == []
    assert watch.lingering(60, deaf, listens=True) == []  # another one, from the same port
    assert watch.lingering(120, deaf, listens=True) == [ANN]


def test_each_is_waited_for_by_itself() -> None:
    watch = Watch(PATIENCE)
    ann, bob = Connection(7, 0, waits=True), Connection(8, 0, waits=True)
    watch.lingering(0, {ANN: ann}, listens=True)
    watch.lingering(30, {ANN: ann, BOB: bob}, listens=True)
    assert watch.lingering(60, {ANN: ann, BOB: bob}, listens=True) == [ANN]
    assert watch.lingering(90, {BOB: bob}, listens=True) == [BOB]


def test_whoever_is_left_is_ended_some_time_after_the_last_one_was_accepted() -> None:
    watch = Watch(PATIENCE)
    busy: dict[Peer, Connection] = {ANN: Connection(7, 0, waits=False)}
    for now in range(0, 1000, 100):
        assert watch.lingering(now, busy, listens=True) == []
    assert watch.lingering(1000, busy, listens=False) == []
    assert watch.lingering(1019, busy, listens=False) == []
    assert watch.lingering(1020, busy, listens=False) == [ANN]


def test_a_worker_that_has_not_begun_to_accept_is_not_ending() -> None:
    assert _ended((0, None), (100, None), listens=False) is None


def _too_many(*connections: tuple[Peer, int], most: int = 2) -> list[Peer]:
    watch = Watch(Patience(ending=20, most=most))
    there = {peer: Connection(7, 0, waits=False, silent=ms) for peer, ms in connections}
    return watch.lingering(0, there, listens=True)


def test_an_address_has_so_many_and_loses_those_of_which_nothing_came_for_longest() -> None:
    ann = [(("192.0.2.1", port), ms) for port, ms in [(1, 9000), (2, 0), (3, 8000), (4, 10)]]
    bob = [(("192.0.2.2", port), 10_000) for port in (1, 2)]
    assert _too_many(*ann, *bob) == [("192.0.2.1", 3), ("192.0.2.1", 1)]
    assert _too_many(*ann[:2], *bob) == []


def test_who_is_being_answered_stays_before_those_who_have_just_come() -> None:
    watch = Watch(Patience(ending=20, most=1))
    there: dict[Peer, Connection] = {
        ANN: Connection(7, 0, waits=True, silent=500),
        BOB: Connection(8, 0, waits=False, silent=0),
    }
    assert watch.lingering(0, there, listens=True) == [BOB]


def test_a_network_of_ipv6_is_one_address_and_what_stands_for_ipv4_is_its_own() -> None:
    own: list[tuple[Peer, int]] = [((f"2001:db8::{x:x}", 1, 0, 0), x) for x in range(1, 4)]
    assert _too_many(*own) == [own[2][0]]
    assert _too_many(*own[:2], (("2001:db8:0:1::1", 1, 0, 0), 9)) == []
    assert _too_many(*(((f"::ffff:192.0.2.{x}", 1, 0, 0), x) for x in range(1, 4))) == []
    link: list[tuple[Peer, int]] = [((f"fe80::{x:x}%eth0", 1, 0, 2), x) for x in range(1, 4)]
    assert _too_many(*link) == [link[2][0]]


def _take_all(reader: socket.socket) -> None:
    while reader.recv(65536):
        pass


@only_where_it_is_told
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_what_the_system_says_of_a_connection_is_understood(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, 0), family=family)
    except OSError:
        pytest.skip(f"this machine has no {host}")
    with listener, socket.socket(family) as reader:
        port = listener.getsockname()[1]
        assert accepted_at(port) == ({}, True)
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        reader.connect((host, port))
        accepted, peer = listener.accept()
        with accepted:
            found = accepted_at(port)[0][peer]
            assert (found.number, found.taken, found.waits) == (accepted.fileno(), 0, False)
            assert found.silent < 60_000
            accepted.settimeout(0.2)
            with pytest.raises(TimeoutError):
                accepted.sendall(bytes(20_000_000))
            waits = accepted_at(port)[0][peer]
            assert waits.waits
            while waits.taken < 1_000_000:
                reader.recv(65536)
                waits = accepted_at(port)[0][peer]
            end(("127.0.0.1", 1), accepted.fileno())
            assert accepted.send(b"x", socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL) >= 0
            end(peer, accepted.fileno())
            with pytest.raises(BrokenPipeError):
                accepted.send(b"x")
        with pytest.raises(ConnectionResetError):  # and the system sends nothing of it later
            _take_all(reader)
        listener.close()
        assert accepted_at(port) == ({}, False)


def test_the_process_that_looks_after_workers_is_told_as_before() -> None:
    heard: list[int] = []

    def told(number: int, _: FrameType | None) -> None:
        heard.append(number)

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        for number in before:
            signal.signal(number, told)
        end_whoever_begins()
        for number in before:
            signal.raise_signal(number)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert heard == list(before)
