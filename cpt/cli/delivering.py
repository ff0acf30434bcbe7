"""Delivering from the command line: which couriers go, and what remembers and tells them things."""

from __future__ import annotations

import os
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from account_engine.clock import SystemClock
from account_engine.delivery.settings import (
    MAIL_PASSWORD,
    MODELS,
    Security,
    read_http,
    read_mail,
    variable,
)
from account_engine.delivery.witness import FolderWitness
from account_engine.outgoing.deliveries import Courier
from account_engine.outgoing.parcels import Work
from cpt.accounts.embedded import EmbeddedAccount, translated
from cpt.accounts.secret_values import value_of
from cpt.errors import UsageError

if TYPE_CHECKING:
    from account_engine.delivery.port import Courier as Carrying
    from account_engine.effects import EffectKind
    from account_engine.outgoing.deliveries import DeliveryState
    from cpt.cli.places import OwnAccount
    from package_format.kinds.model import Json


def state_folder() -> Path:
    """Return the folder of what this machine remembers; it need not exist."""
    named = os.environ.get("CPT_STATE")
    if named:
        return Path(named)
    from platformdirs import user_state_path

    return user_state_path("cpt", appauthor=False)


def witness() -> FolderWitness:
    """Return what remembers how far accounts have come that deliver from this machine."""
    return FolderWitness(state_folder() / "delivered")


def secrets_for(account: EmbeddedAccount) -> Callable[[str], str | None]:
    """Return what knows the values of an account's secrets; each is looked for until it is found.

    So a value that is given while messages wait for it is found, and the keyring is asked once.
    """
    number, known = account.info.id, dict[str, str]()

    def secret(name: str) -> str | None:
        found = known.get(name) or value_of(number, name)
        if found is not None:
            known[name] = found
        return found

    return secret


def present(account: EmbeddedAccount) -> int:
    """Return the time: an account's never runs backwards."""
    return max(SystemClock().now(), account.clock())


def work_of(account: OwnAccount, kinds: Iterable[EffectKind]) -> tuple[Work, ...]:
    """Return what people have to do in an account, and was not handed out to them yet.

    An account at an address is asked where it is, and what remembers it there.
    """
    if not isinstance(account, EmbeddedAccount):
        return account.worklist(kinds)
    with translated():
        found = account.worklist(kinds, present(account), witness())
    return tuple(Work(one.key, one.message) for one in found)


def hand_out(account: OwnAccount, work: Iterable[Work]) -> int:
    """Remember that work was handed out; return how much was not before."""
    numbers = [one.message.number for one in work]
    if not isinstance(account, EmbeddedAccount):
        return account.hand_out(numbers)
    with translated():
        return account.hand_out(account.deliveries(numbers).values(), present(account))


def deliverer(
    account: EmbeddedAccount, stopped: Callable[[], bool], *, whole: bool = True
) -> Callable[[], Counter[DeliveryState]]:
    """Return what delivers what is due, by the couriers that are on at that moment.

    Args:
        account: The account.
        stopped: Says whether to stop after the parcel that is being carried.
        whole: All that is due, or one round of each courier.
    """
    from account_engine.delivery.rounds import Rounds

    known: list[tuple[object, Rounds]] = []

    def deliver() -> Counter[DeliveryState]:
        on = {name: row.settings for name, row in account.couriers().items() if row.is_on}
        if not known or known[0][0] != on:
            dice = random.SystemRandom().random
            couriers = _couriers(account, on)
            made = Rounds(account, couriers, SystemClock(), witness(), dice, stopped=stopped)
            known[:] = [(on, made)]
        going = known[0][1]
        return going.deliver() if whole else going.round()

    return deliver


@contextmanager
def delivering_beside(
    opened: Callable[[], EmbeddedAccount], stop: threading.Event
) -> Iterator[None]:
    """Deliver beside whatever else is done, until it is over or told to stop.

    Args:
        opened: Opens the account once more, for this alone.
        stop: Set when it is to stop; and when it had to, so that nothing goes on without.
    """
    from account_engine.running import Engine

    def deliver() -> None:
        with opened() as account:
            some = deliverer(account, stop.is_set, whole=False)
            Engine(account, SystemClock(), stop.wait, some, passes_time=False).run()

    with ThreadPoolExecutor(1, "delivery") as beside:
        done = beside.submit(deliver)
        done.add_done_callback(lambda _: stop.set())
        try:
            yield
        finally:
            stop.set()
            done.result()


def _couriers(account: EmbeddedAccount, on: Mapping[Courier, Json]) -> Mapping[Courier, Carrying]:
    found: dict[Courier, Carrying] = {}
    secret = secrets_for(account)
    for courier, settings in on.items():
        if courier is Courier.MAIL:
            from account_engine.delivery.mail import Mail

            found[courier] = Mail(read_mail(settings), secret)
        elif courier is Courier.HTTP:
            from account_engine.delivery.http import Http

            found[courier] = Http(read_http(settings), secret, account.signing_key)
    return found


def new_settings(courier: Courier, old: Json, given: Mapping[str, str]) -> Json:
    """Return a courier's settings with some given anew; an empty value forgets one.

    Raises:
        UsageError: There is no such setting.
        InvalidDataError: A value is not acceptable, or one is missing.
    """
    model = MODELS[courier]
    for name in given:
        if name not in model.model_fields:
            raise UsageError(
                f"{courier} has no setting {name}", f"it has: {', '.join(model.model_fields)}"
            )
    values = {name: _several(courier, name, text) for name, text in given.items()}
    merged = {name: value for name, value in {**old, **values}.items() if value not in ("", [])}
    read = read_mail(merged) if courier is Courier.MAIL else read_http(merged)
    return read.model_dump(mode="json", exclude_defaults=True)


def notes(account: EmbeddedAccount, courier: Courier, *, is_new: bool) -> Iterator[str]:
    """Yield what somebody should know who has just switched a courier on."""
    row = account.couriers()[courier]
    if is_new and row.taken and account.count_sent():
        yield "what was recorded before stays where it is; --on --backlog sends that too"
    if row.settings.get("user") and secrets_for(account)(MAIL_PASSWORD) is None:
        yield f"'cpt account run' reads the password from {variable(MAIL_PASSWORD)}"
    if row.settings.get("security") == Security.NONE:
        yield "security is none: whoever is on the way to the mail server can read along"
    if is_new:
        yield "'cpt account run' sends what is recorded from now on"


def _several(courier: Courier, name: str, text: str) -> str | list[str]:
    if courier is Courier.HTTP and name == "allow":
        return [host.strip() for host in text.split(",") if host.strip()]
    return text
