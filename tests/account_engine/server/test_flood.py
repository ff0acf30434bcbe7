"""How often somebody may do what anybody may."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from account_engine.server.flood import Limit, sender_of
from account_engine.server.problems import ProblemError


class Time:
    """Seconds that pass when they are told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_so_many_come_at_once_and_then_one_every_so_often() -> None:
    time = Time()
    limit = Limit(3, 2.0, now=time)
    assert [limit.wait("a") for _ in range(4)] == [0, 0, 0, 2]
    assert limit.wait("b") == 0
    time.now = 1.5
    assert limit.wait("a") == 0.5
    time.now = 2
    assert [limit.wait("a"), limit.wait("a")] == [0, 2]
    time.now = 1000
    assert [limit.wait("a") for _ in range(4)] == [0, 0, 0, 2]


def test_who_has_to_wait_is_told_for_how_long() -> None:
    limit = Limit(1, 1.0, now=Time())
    limit.demand("a", "Too much.")
    with pytest.raises(ProblemError) as caught:
        limit.demand("a", "Too much.")
    assert caught.value.headers == {"Retry-After": "1"}
    assert caught.value.detail == "Too much. Try again in 1 second."


def test_no_more_are_remembered_than_fit() -> None:
    limit = Limit(1, 1.0, most=10, now=Time())
    for number in range(1000):
        assert limit.wait(str(number)) == 0
    assert len(limit._even) == 10  # noqa: SLF001  nothing else tells how much is kept
    assert limit.wait("999") == 1


def _request(peer: str | None, said: str = "") -> Request:
    headers = [(b"x-forwarded-for", said.encode())] if said else []
    client = (peer, 1) if peer else None
    return Request({"type": "http", "headers": headers, "client": client})


@pytest.mark.parametrize(
    ("peer", "said", "proxied", "sender"),
    [
        ("8.8.8.8", "", False, "8.8.8.8"),
        ("127.0.0.1", "9.9.9.9", False, "127.0.0.1"),
        ("127.0.0.1", "9.9.9.9", True, "9.9.9.9"),
        ("127.0.0.1", "1.1.1.1, 9.9.9.9", True, "9.9.9.9"),
        ("127.0.0.1", "nonsense", True, "127.0.0.1"),
        ("127.0.0.1", "", True, "127.0.0.1"),
        ("8.8.8.8", "9.9.9.9", True, "8.8.8.8"),
        ("2001:db8:1:2:3::4", "", False, "2001:db8:1:2::/64"),
        ("::ffff:8.8.8.8", "", False, "8.8.8.8"),
        ("socket", "", False, "socket"),
        (None, "", False, ""),
    ],
)
def test_where_a_request_comes_from(
    peer: str | None,
    said: str,
    proxied: bool,  # noqa: FBT001
    sender: str,
) -> None:
    assert sender_of(_request(peer, said), proxied=proxied) == sender
