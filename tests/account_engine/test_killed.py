"""Processes that are killed at any moment, again and again: nothing is lost, nothing comes twice.

A process forks others and kills each with a timer of the kernel's, which asks nobody, after a time
that the dice say: while it opens the account, in the middle of a statement, between two emails,
while it closes. What is left is compared with what one process did that was let alone.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from email import message_from_bytes
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from account_engine.delivery.settings import MailSettings, Security
from account_engine.delivery.witness import FolderWitness
from account_engine.outgoing.deliveries import Courier, DeliveryState
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
from tests.account_engine.delivery.conftest import UNSUBSCRIBE
from tests.receivers import mail_server

if TYPE_CHECKING:
    from tests.account_engine.conftest import Shop

SEEDS = range(int(os.environ.get("CPT_KILLING_SEEDS", "1")))
"""How the dice fall; more of them are worth an hour before a release."""

KILLING = """
import os, random, signal, sys

def killed(seed, times, *lives):
    dice, died = random.Random(seed), 0
    for time in range(times):
        children = []
        for live in lives:
            delay = dice.uniform(0.005, 0.15)
            child = os.fork()
            if not child:
                if time < times - 1:
                    signal.setitimer(signal.ITIMER_REAL, delay)
                live(time)
                os._exit(0)
            children.append(child)
        for child in children:
            status = os.waitpid(child, 0)[1]
            assert os.WIFSIGNALED(status) or status == 0, status
            died += os.WIFSIGNALED(status)
    print("died", died)
"""

ENGINE = """
from pathlib import Path
from account_engine import running, working
from account_engine.account import Account
from tests.account_engine.clocks import VirtualClock
from account_engine.outgoing.deliveries import Courier
from account_engine.delivery import rounds
from account_engine.delivery.mail import Mail
from account_engine.delivery.settings import MailSettings
from account_engine.delivery.witness import FolderWitness

location, notes, seed, end, worth = sys.argv[1:]
working.BATCH, working.WAVE, rounds.ROUND = 7, 9, 5
working.AccountWork.worth = int(worth)
running.LATE = int(end)

def live(time):
    with Account.open(location, patience=60) as account:
        settings = MailSettings.model_validate(account.couriers()[Courier.MAIL].settings)
        mail = Mail(settings, {}.get, timeout=5)
        clock = VirtualClock(int(end) + time * 3 * mail.lease)
        witness = FolderWitness(Path(notes))
        sending = rounds.Rounds(account, {Courier.MAIL: mail}, clock, witness, lambda: 0.5)
        engine = running.Engine(account, clock, lambda _: False, sending.round)
        while engine.work() == 0:
            pass

killed(int(seed), 25, live)
"""

INBOX = """
from account_engine.account import Account
from account_engine.events import Event

location, seed = sys.argv[1], int(sys.argv[2])

def receive(time):
    with Account.open(location, patience=60) as account:
        for number in range(20):
            event = Event("api-called", {"integration": "bulk", "call": f"{time}-{number}"})
            account.receive_all((one.id, event) for one in account.contacts())
            os.write(1, f"received {time}-{number}\\n".encode())

def work(time):
    with Account.open(location, patience=60) as account:
        while account.catch_up():
            pass

killed(seed, 20, receive, work)
"""


def _ran(script: str, *arguments: object) -> list[list[str]]:
    """Run it; return what it printed, as words."""
    command = [sys.executable, "-c", KILLING + script, *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=240)
    return [line.split() for line in done.stdout.splitlines()]


def _died(printed: list[list[str]]) -> int:
    return sum(int(more[0]) for word, *more in printed if word == "died")


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What is told where nobody dies."""
    return told_alone(str(tmp_path_factory.mktemp("alone") / "shop.account"))[0]


def _but_for_delivery(those: Told) -> Told:
    return {one: [line for line in lines if "withheld" not in line] for one, lines in those.items()}


def _mailed(shop: Shop) -> set[tuple[str, str]]:
    """The emails that were recorded: address and subject."""
    addresses = {one.id: str(one.values["email"]) for one in shop.account.contacts()}
    return {
        (addresses[mail.contact], mail.subject)
        for mail in shop.account.outbox()
        if mail.kind == "email"
    }


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("worth", "connections"),
    [(ONE_BY_ONE, 1), (IN_WAVES, 1), (IN_WAVES, 3)],
    ids=["one by one", "in waves", "several emails at once"],
)
def test_an_engine_that_is_killed_at_any_moment_loses_nothing(
    location: str, alone: Told, worth: int, connections: int, seed: int, tmp_path: Path
) -> None:
    notes = tmp_path / "notes"
    with mail_server() as sink, crowded(location) as shop:
        mail = MailSettings(
            host="127.0.0.1",
            port=sink.port,
            security=Security.NONE,
            unsubscribe=UNSUBSCRIBE,
            connections=connections,
        )
        settings = mail.model_dump(mode="json")
        shop.account.switch_on(Courier.MAIL, settings, FolderWitness(notes), backlog=True)
        printed = _ran(ENGINE, location, notes, seed, END, worth)
        assert _died(printed) > 5
        assert _but_for_delivery(told(shop.account)) == _but_for_delivery(alone)
        states = shop.account.count_deliveries()
        assert {state for _, state in states} <= {DeliveryState.DELIVERED, DeliveryState.WITHHELD}
        mails = [(to, message_from_bytes(content)) for _, to, content in sink.mail]
        keys = {(to, str(one["Subject"])): one["Message-ID"] for to, one in mails}
        assert set(keys) <= _mailed(shop)
        assert len(keys) == states[Courier.MAIL, DeliveryState.DELIVERED]
        times = Counter((one["Message-ID"], to, str(one["Subject"])) for to, one in mails)
        assert len(times) == len(keys)  # whoever got an email twice got it under the same key
        assert sum(times.values()) - len(times) <= connections * _died(printed)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_received_by_one_who_was_killed_is_all_there_or_not_at_all(
    location: str, seed: int
) -> None:
    with crowded(location) as shop:
        printed = _ran(INBOX, location, seed)
        assert _died(printed) > 5
        shop.account.catch_up()
        stories = [shop.account.timeline(contact.id) for contact in shop.account.contacts()]
        times = Counter(
            line.why.split()[-2] for story in stories for line in story if "bulk" in line.why
        )
        received = {call for word, call in printed if word == "received"}
        assert received <= set(times)
        assert set(times.values()) <= {CROWD}
        assert len(set(times) - received) <= _died(printed)
