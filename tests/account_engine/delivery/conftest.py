"""A shop that delivers, and a world for it: real servers on loopback that do as they are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from account_engine.delivery.http import Http
from account_engine.delivery.mail import Mail
from account_engine.delivery.rounds import Rounds
from account_engine.delivery.settings import HttpSettings, MailSettings, Security
from account_engine.outgoing.deliveries import Courier
from tests.account_engine.clocks import VirtualClock
from tests.account_engine.conftest import START
from tests.account_engine.witnesses import MemoryWitness
from tests.receivers import Endpoint, Sink, http_server, mail_server

if TYPE_CHECKING:
    from account_engine.account import Account
    from account_engine.position import Instant
    from account_engine.whereabouts import Witness
    from tests.account_engine.conftest import Shop

UNSUBSCRIBE = "https://shop.example/u"


@pytest.fixture
def location(tmp_path: Path) -> str:
    """An account in a file: what the stores do differently is tested in `stores`."""
    return str(tmp_path / "shop.account")


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A mail server on loopback."""
    with mail_server() as running:
        yield running


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """An endpoint on loopback."""
    with http_server() as running:
        yield running


@dataclass
class Delivering:
    """A shop whose couriers are on."""

    shop: Shop
    rounds: Rounds
    clock: VirtualClock
    witness: Witness
    secrets: dict[str, str]

    def pass_time(self, seconds: int) -> None:
        """Let the account and its clock go on."""
        self.clock.move(seconds)
        self.shop.account.tick(self.clock.now())

    def states(self) -> dict[str, int]:
        """Count deliveries by how far they have come."""
        counts = self.shop.account.count_deliveries()
        return {str(state): count for (_, state), count in counts.items()}

    def details(self) -> list[str]:
        """Return what was said last of each delivery, in order."""
        numbers = [message.number for message in self.shop.account.outbox()]
        found = self.shop.account.deliveries(numbers)
        return [found[number].detail for number in numbers if number in found]


def next_delivery(account: Account) -> Instant | None:
    """Return when something is to be delivered next, of what was taken up."""
    store = account._store  # noqa: SLF001
    with store.reading():
        dues = [store.next_delivery(row.courier) for row in store.couriers() if row.is_on]
    return min((due for due in dues if due is not None), default=None)


Deliver = Callable[..., Delivering]


@pytest.fixture
def delivering(shop: Shop) -> Deliver:
    """Return what makes a shop deliver, by mail to a sink and by HTTP."""
    witness = MemoryWitness()

    def make(
        sink: Sink | None = None, *, allow: tuple[str, ...] = ("127.0.0.1",), seconds: float = 5
    ) -> Delivering:
        clock, secrets = VirtualClock(START), {"secret:acme/hooks/known": "of both"}
        http = HttpSettings(allow=allow)
        data = http.model_dump(mode="json")
        shop.account.switch_on(Courier.HTTP, data, witness)
        couriers: dict[Courier, Any] = {
            Courier.HTTP: Http(http, secrets.get, shop.account.signing_key, seconds=seconds)
        }
        if sink is not None:
            mail = MailSettings(
                host="127.0.0.1",
                port=sink.port,
                security=Security.NONE,
                unsubscribe=UNSUBSCRIBE,
                bounces="bounces@shop.example",
            )
            shop.account.switch_on(Courier.MAIL, mail.model_dump(mode="json"), witness)
            couriers[Courier.MAIL] = Mail(mail, secrets.get, timeout=seconds)
        rounds = Rounds(shop.account, couriers, clock, witness, dice=lambda: 0.5)
        return Delivering(shop, rounds, clock, witness, secrets)

    return make
