"""Nobody reads along: TLS to mail servers and endpoints, and whom we trust."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from account_engine.delivery.http import Http
from account_engine.delivery.mail import Mail
from account_engine.delivery.settings import MAIL_PASSWORD, HttpSettings, MailSettings, Security
from account_engine.outgoing.deliveries import Courier, DeliveryState
from tests.account_engine.delivery.conftest import UNSUBSCRIBE
from tests.receivers import Answer, Endpoint, Sink, http_server, mail_server, trusting

if TYPE_CHECKING:
    import ssl

    from tests.account_engine.delivery.conftest import Deliver, Delivering


@pytest.fixture
def safe_sink() -> Iterator[Sink]:
    """A mail server that takes nothing from strangers."""
    with mail_server(safe=True) as running:
        yield running


@pytest.fixture
def safe_endpoint() -> Iterator[Endpoint]:
    """An endpoint that speaks HTTPS."""
    with http_server(safe=True) as running:
        yield running


def _mailing(
    world: Delivering, sink: Sink, context: ssl.SSLContext | None, security: Security
) -> Delivering:
    settings = MailSettings(
        host="127.0.0.1", port=sink.port, security=security, user="shop", unsubscribe=UNSUBSCRIBE
    )
    mail = Mail(settings, world.secrets.get, timeout=5, context=context)
    return replace(world, rounds=replace(world.rounds, couriers={Courier.MAIL: mail}))


def test_a_mail_server_is_told_who_we_are_when_nobody_can_read_along(
    delivering: Deliver, safe_sink: Sink
) -> None:
    world = _mailing(delivering(safe_sink), safe_sink, trusting(), Security.STARTTLS)
    world.secrets[MAIL_PASSWORD] = "open sesame"
    world.shop.registered()
    assert world.rounds.deliver() == {DeliveryState.DELIVERED: 1}
    assert len(safe_sink.mail) == 1


def test_a_mail_server_that_does_not_let_us_in_keeps_everything_waiting(
    delivering: Deliver, safe_sink: Sink
) -> None:
    world = _mailing(delivering(safe_sink), safe_sink, trusting(), Security.STARTTLS)
    world.secrets[MAIL_PASSWORD] = "open barley"
    world.shop.registered()
    assert world.rounds.deliver() == {DeliveryState.PENDING: 1}
    assert "does not let shop in: 535" in world.details()[0]


def test_a_mail_server_whom_nobody_trusts_gets_nothing(
    delivering: Deliver, safe_sink: Sink
) -> None:
    world = _mailing(delivering(safe_sink), safe_sink, None, Security.STARTTLS)
    world.secrets[MAIL_PASSWORD] = "open sesame"
    world.shop.registered()
    assert world.rounds.deliver() == {DeliveryState.PENDING: 1}
    assert "its certificate is not believed" in world.details()[0]
    assert safe_sink.mail == []


def _posting(world: Delivering, endpoint: Endpoint, host: str, *, trusted: bool) -> Delivering:
    port = endpoint.url.rpartition(":")[2]
    account = world.shop.account
    hook = account.create_object("endpoint", {"title": "Hook", "url": f"https://{host}:{port}/"})
    steps = [{"key": "s", "action": {"http-post": {"endpoint": hook.reference}}}]
    account.create_object(
        "campaign",
        {
            "title": "Hooks",
            "goals": {"in": {"when": [{"tag-applied": {"tag": f"#{world.shop.attended}"}}]}},
            "sequences": {"tell": {"after": ["in"], "steps": steps}},
        },
    )
    account.apply_tag(world.shop.contact().id, world.shop.attended)
    http = Http(
        HttpSettings(allow=(host,)),
        world.secrets.get,
        "key",
        resolve=lambda _host, _port: ("127.0.0.1",),
        context=trusting() if trusted else None,
    )
    return replace(world, rounds=replace(world.rounds, couriers={Courier.HTTP: http}))


def test_an_endpoint_is_known_by_its_name_though_the_connection_goes_to_an_address(
    delivering: Deliver, safe_endpoint: Endpoint
) -> None:
    world = _posting(delivering(), safe_endpoint, "hooks.example", trusted=True)
    assert world.rounds.deliver() == {DeliveryState.DELIVERED: 1}
    assert safe_endpoint.posts[0][1]["host"].startswith("hooks.example:")


@pytest.mark.parametrize(("host", "trusted"), [("evil.example", True), ("hooks.example", False)])
def test_an_endpoint_that_is_not_who_it_should_be_is_told_nothing(
    delivering: Deliver, safe_endpoint: Endpoint, host: str, *, trusted: bool
) -> None:
    world = _posting(delivering(), safe_endpoint, host, trusted=trusted)
    assert world.rounds.deliver() == {DeliveryState.PENDING: 1}
    assert "its certificate is not believed" in world.details()[0]
    assert safe_endpoint.posts == []


def test_nobody_is_sent_on_from_tls_to_none(
    delivering: Deliver, safe_endpoint: Endpoint, endpoint: Endpoint
) -> None:
    world = _posting(delivering(), safe_endpoint, "hooks.example", trusted=True)
    safe_endpoint.answers["/"] = Answer(307, {"location": f"{endpoint.url}/"})
    assert world.rounds.deliver() == {DeliveryState.FAILED: 1}
    assert world.details() == ["it sends on to an address without TLS"]
    assert endpoint.posts == []
