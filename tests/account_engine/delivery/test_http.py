"""Posts that really go to an endpoint, and all that an endpoint can do to us."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from account_engine.delivery.http import Http
from account_engine.delivery.settings import HttpSettings
from account_engine.outgoing.deliveries import Courier, DeliveryState
from account_engine.outgoing.parcels import Parcel
from tests.account_engine.delivery.conftest import next_delivery
from tests.receivers import Answer

if TYPE_CHECKING:
    from tests.account_engine.delivery.conftest import Deliver, Delivering
    from tests.receivers import Endpoint

MINUTE = 60


def _hooked(world: Delivering, *urls: str, secret: str | None = None) -> None:
    """Let a contact come by who is told to these addresses."""
    account = world.shop.account
    steps = []
    for number, url in enumerate(urls):
        data: dict[str, Any] = {"title": f"Hook {number}", "url": url, "fields": ["first_name"]}
        hook = account.create_object("endpoint", data | ({"secret": secret} if secret else {}))
        steps.append({"key": f"s{number}", "action": {"http-post": {"endpoint": hook.reference}}})
    account.create_object(
        "campaign",
        {
            "title": "Hooks",
            "goals": {"in": {"when": [{"tag-applied": {"tag": f"#{world.shop.attended}"}}]}},
            "sequences": {"tell": {"after": ["in"], "steps": steps}},
        },
    )
    account.apply_tag(world.shop.contact().id, world.shop.attended)


def test_a_post_says_who_it_is_and_is_signed(delivering: Deliver, endpoint: Endpoint) -> None:
    world = delivering()
    _hooked(world, f"{endpoint.url}/hook")
    assert world.rounds.deliver() == {DeliveryState.DELIVERED: 1}
    ((path, headers, body),) = endpoint.posts
    assert path == "/hook"
    assert json.loads(body) == {"contact": 1, "email": "ada@example.com", "first_name": "Ada"}
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = world.shop.account.signing_key.encode()
    signature = base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{signature}"
    assert headers["idempotency-key"] == headers["webhook-id"]
    assert world.details() == ["answered 200"]


@pytest.mark.parametrize("secret", ["secret:acme/hooks/known", "of both"])
def test_a_post_is_signed_with_the_secret_of_its_endpoint(
    delivering: Deliver, endpoint: Endpoint, secret: str
) -> None:
    world = delivering()
    _hooked(world, endpoint.url, secret=secret)
    world.rounds.deliver()
    ((_, headers, body),) = endpoint.posts
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    signature = base64.b64encode(hmac.new(b"of both", said, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{signature}"


def test_a_post_whose_secret_nobody_knows_waits_for_it(
    delivering: Deliver, endpoint: Endpoint
) -> None:
    world = delivering()
    _hooked(world, endpoint.url, secret="secret:acme/hooks/key")
    assert world.rounds.deliver() == {DeliveryState.PENDING: 1}
    assert world.details() == ["the endpoint's secret is not known: set CPT_SECRET_ACME_HOOKS_KEY"]
    world.secrets["secret:acme/hooks/key"] = "now known"
    world.clock.move(MINUTE)
    assert world.rounds.deliver() == {DeliveryState.DELIVERED: 1}


def test_an_endpoint_that_hangs_is_left_and_holds_nobody_up(
    delivering: Deliver, endpoint: Endpoint
) -> None:
    world = delivering(seconds=0.2)
    endpoint.answers["/slow"] = Answer(hangs=True)
    _hooked(world, f"{endpoint.url}/slow", f"{endpoint.url}/quick")
    counts = world.rounds.deliver()
    assert counts == {DeliveryState.PENDING: 1, DeliveryState.DELIVERED: 1}
    assert world.details() == ["no answer within 0.2 seconds", "answered 200"]


def test_what_goes_to_an_endpoint_that_fails_waits_together(
    delivering: Deliver, endpoint: Endpoint
) -> None:
    world = delivering()
    endpoint.answers["/hook"] = Answer(503)
    _hooked(world, f"{endpoint.url}/hook")
    for name in ("Bo", "Cy"):
        account = world.shop.account
        account.apply_tag(world.shop.contact(name).id, world.shop.attended)
    assert world.rounds.deliver() == {DeliveryState.PENDING: 1}
    assert len(endpoint.posts) == 1
    assert next_delivery(world.shop.account) == world.clock.now() + MINUTE
    del endpoint.answers["/hook"]
    world.clock.move(MINUTE)
    assert world.rounds.deliver() == {DeliveryState.DELIVERED: 3}
    ids = [headers["webhook-id"] for _, headers, _ in endpoint.posts]
    assert (len(ids), len(set(ids))) == (4, 3)


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("600", 600),
        ("Mon, 02 Mar 2026 09:20:00 GMT", 1_200),
        ("1", 60),  # we are more patient than that
        ("99999999", 86_400),
        ("soon", 60),
    ],
)
def test_an_endpoint_may_say_when_to_come_again(
    delivering: Deliver, endpoint: Endpoint, asked: str, seconds: int
) -> None:
    world = delivering()
    endpoint.answers["/"] = Answer(429, {"retry-after": asked})
    _hooked(world, f"{endpoint.url}/")
    world.rounds.deliver()
    assert next_delivery(world.shop.account) == world.clock.now() + seconds


@pytest.mark.parametrize(
    ("status", "said"), [(410, "the endpoint is gone"), (301, "it has moved to /other")]
)
def test_an_endpoint_may_say_never(
    delivering: Deliver, endpoint: Endpoint, status: int, said: str
) -> None:
    world = delivering()
    endpoint.answers["/"] = Answer(status, {"location": "/other"})
    _hooked(world, f"{endpoint.url}/")
    assert world.rounds.deliver() == {DeliveryState.FAILED: 1}
    assert said in world.details()[0]
    assert len(endpoint.posts) == 1


def test_a_post_is_sent_on_where_the_endpoint_sends_it(
    delivering: Deliver, endpoint: Endpoint
) -> None:
    world = delivering()
    endpoint.answers["/old"] = Answer(308, {"location": "/new"})
    endpoint.answers["/new"] = Answer(307, {"location": f"{endpoint.url}/newest"})
    _hooked(world, f"{endpoint.url}/old")
    assert world.rounds.deliver() == {DeliveryState.DELIVERED: 1}
    assert [path for path, _, _ in endpoint.posts] == ["/old", "/new", "/newest"]
    assert len({body for _, _, body in endpoint.posts}) == 1


@pytest.mark.parametrize("where", ["", "elsewhere", "//evil.example/", "mailto:a@b", "/\xe5"])
def test_a_redirection_to_nowhere_fails(
    delivering: Deliver, endpoint: Endpoint, where: str
) -> None:
    world = delivering()
    endpoint.answers["/"] = Answer(307, {"location": where})
    _hooked(world, f"{endpoint.url}/")
    assert world.rounds.deliver() == {DeliveryState.FAILED: 1}
    assert "is no address for a post" in world.details()[0]


def test_nobody_is_sent_round_for_ever(delivering: Deliver, endpoint: Endpoint) -> None:
    world = delivering()
    endpoint.answers["/"] = Answer(308, {"location": "/"})
    _hooked(world, f"{endpoint.url}/")
    assert world.rounds.deliver() == {DeliveryState.PENDING: 1}
    assert len(endpoint.posts) == 3


def test_a_private_address_is_not_reached_unless_its_owner_allows_the_host(
    delivering: Deliver, endpoint: Endpoint
) -> None:
    world = delivering(allow=())
    _hooked(world, f"{endpoint.url}/")
    assert world.rounds.deliver() == {DeliveryState.FAILED: 1}
    assert world.details() == ["127.0.0.1 is in a private network, and not allowed"]
    assert endpoint.posts == []


def test_a_redirection_is_no_way_into_a_private_network(
    delivering: Deliver, endpoint: Endpoint
) -> None:
    world = delivering(allow=(f"hooks.example:{endpoint.url.rpartition(':')[2]}",))
    port = endpoint.url.rpartition(":")[2]
    endpoint.answers["/"] = Answer(307, {"location": f"http://inner.example:{port}/"})
    http = Http(
        HttpSettings(allow=(f"hooks.example:{port}",)), world.secrets.get, "key", resolve=_loopback
    )
    world = replace(world, rounds=replace(world.rounds, couriers={Courier.HTTP: http}))
    _hooked(world, f"http://hooks.example:{port}/")
    assert world.rounds.deliver() == {DeliveryState.FAILED: 1}
    assert world.details() == ["inner.example is in a private network, and not allowed"]
    assert len(endpoint.posts) == 1


def _loopback(_host: str, _port: int) -> tuple[str, ...]:
    return ("127.0.0.1",)


@pytest.mark.parametrize("url", ["http://[::1", "https://", "http://exa mple.com/"])
def test_what_is_no_address_fails_and_stops_nobody(
    delivering: Deliver, endpoint: Endpoint, url: str
) -> None:
    world = delivering()
    http = world.rounds.couriers[Courier.HTTP]
    _hooked(world, f"{endpoint.url}/")
    account = world.shop.account
    account.take_up(Courier.HTTP, world.clock.now())
    (claimed,) = account.claim(Courier.HTTP, world.clock.now(), 2**40, 9, world.witness)
    parcel = account.packer(Courier.HTTP).parcel(claimed)
    assert isinstance(parcel, Parcel)
    with http.round() as carry:
        outcome = carry(replace(parcel, message=replace(parcel.message, to=url)), 0)
    assert type(outcome).__name__ in ("Refused", "Deferred")
    assert endpoint.posts == []


def test_an_endpoint_without_an_address_is_told_nothing(delivering: Deliver) -> None:
    world = delivering()
    hook = world.shop.account.create_object("endpoint", {"title": "Hook"})
    steps = [{"key": "s", "action": {"http-post": {"endpoint": hook.reference}}}]
    world.shop.account.create_object(
        "campaign",
        {
            "title": "Hooks",
            "goals": {"in": {"when": [{"tag-applied": {"tag": f"#{world.shop.attended}"}}]}},
            "sequences": {"tell": {"after": ["in"], "steps": steps}},
        },
    )
    world.shop.account.apply_tag(world.shop.contact().id, world.shop.attended)
    assert world.rounds.deliver() == {DeliveryState.WITHHELD: 1}
