"""Several engine processes on one account: nothing is lost, and nothing is done twice.

Real processes, real kills. What they leave is compared with what one process left in a file.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from account_engine.account import Account
from account_engine.changing.changes import Republish
from account_engine.errors import AccountBusyError
from account_engine.stores.locations import open_store
from account_engine.stores.port import Store
from tests.account_engine.conftest import START
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

WORKING = """
import sys
from account_engine import working
from account_engine.account import Account
working.BATCH, working.WAVE = 7, 9
working.AccountWork.worth = int(sys.argv[3])
with Account.open(sys.argv[1], patience=120) as account:
    print("ready", flush=True)
    sys.stdin.readline()
    print(account.tick(int(sys.argv[2])).turns)
"""

DYING = """
import os, signal, sys
from account_engine import working
from account_engine.account import Account
from account_engine.stores.contacts import ContactVerbs
from account_engine.stores.outcomes import OutcomeVerbs
working.BATCH = 7
working.WAVE, working.AccountWork.worth = 9, int(sys.argv[3])
left = int(sys.argv[4])
def dying(verb):
    def call(*arguments):
        global left
        done = verb(*arguments)
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return done
    return call
ContactVerbs.save = dying(ContactVerbs.save)
OutcomeVerbs.bring_about = dying(OutcomeVerbs.bring_about)
account = Account.open(sys.argv[1], patience=120)
print("ready", flush=True)
sys.stdin.readline()
account.tick(int(sys.argv[2]))
"""


@contextmanager
def running(script: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """A process that is ready, and waits to be told to go."""
    process = subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def ended(process: subprocess.Popen[str]) -> str:
    return process.communicate(timeout=240)[0]


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> tuple[Told, int]:
    """What is told where one process does all of it, undisturbed."""
    return told_alone(str(tmp_path_factory.mktemp("alone") / "shop.account"))


@pytest.mark.parametrize("worth", [ONE_BY_ONE, IN_WAVES], ids=["one by one", "in waves"])
def test_several_processes_share_the_work_and_do_none_of_it_twice(
    location: str, alone: tuple[Told, int], worth: int
) -> None:
    assert_shared(location, alone, worth)


@pytest.mark.parametrize("worth", [ONE_BY_ONE, IN_WAVES], ids=["one by one", "in waves"])
def test_several_processes_share_what_is_due_at_moments_of_their_own(
    location: str, worth: int, tmp_path: Path
) -> None:
    assert_shared(location, told_alone(str(tmp_path / "alone.account"), 13), worth, 13)


def assert_shared(location: str, alone: tuple[Told, int], worth: int, apart: int = 0) -> None:
    """Assert that three processes together do what one did alone."""
    story, turns = alone
    with (
        crowded(location, apart) as shop,
        running(WORKING, location, END, worth) as one,
        running(WORKING, location, END, worth) as two,
        running(WORKING, location, END, worth) as three,
    ):
        workers = (one, two, three)
        for worker in workers:
            go(worker)
        done = [int(ended(worker)) for worker in workers]
        assert told(shop.account) == story
        assert sum(done) == turns
        assert shop.account.info.now == END


@pytest.mark.parametrize(
    ("worth", "saves"), [(ONE_BY_ONE, 3), (ONE_BY_ONE, 30), (IN_WAVES, 3), (IN_WAVES, 30)]
)
def test_one_that_is_killed_loses_nothing(
    location: str, alone: tuple[Told, int], worth: int, saves: int
) -> None:
    story, _ = alone
    with (
        crowded(location) as shop,
        running(DYING, location, END, worth, saves) as dying,
        running(WORKING, location, END, worth) as living,
    ):
        go(dying)
        if saves != 30:  # alone at first, so that it is sure to die in the middle
            assert ended(dying) == ""
            assert dying.returncode == -signal.SIGKILL
        go(living)
        ended(living)
        ended(dying)
        shop.account.tick(END)
        assert told(shop.account) == story


def test_a_campaign_is_republished_while_others_work(location: str) -> None:
    with crowded(location) as shop, running(WORKING, location, END, IN_WAVES) as one:
        with running(WORKING, location, END, ONE_BY_ONE) as two:
            go(one)
            go(two)
            with Account.open(location, patience=120) as owner:
                for number in range(3):
                    changed = shop.flow(title=f"Version {number}")
                    owner.edit(shop.campaign, changed)
            ended(one)
            ended(two)
        shop.account.tick(END)
        assert shop.account.retired() == ()
        newest = shop.account.flow(shop.campaign).version
        stories = told(shop.account)
        assert len(stories) == CROWD
        people = shop.account.contacts()
        standing = [spot for one_ in people for spot in shop.account.positions(one_.id)]
        assert {spot.version for spot in standing} <= {newest}
        sent = [(one_.contact, one_.subject) for one_ in shop.account.outbox()]
        assert len(set(sent)) == len(sent)
        kept = {one_.id for one_ in people if not one_.opted_out}
        attended = {one_.id for one_ in people if one_.tags}
        assert {who for who, what in sent if what == "An offer"} == kept & attended


# --- in PostgreSQL, where work is shared contact by contact


in_a_database = pytest.mark.parametrize("location", ["postgres"], indirect=True)


@in_a_database
def test_what_one_has_claimed_the_other_passes_over(location: str) -> None:
    with crowded(location) as shop, closing(open_store(location, patience=0)) as other:
        shop.account.catch_up()
        store = shop.store
        with store.writing(), other.writing():
            first = store.claim_due(END, 10)
            second = other.claim_due(END, CROWD)
            assert first is not None
            assert second is not None
            assert len(first) == 10
            assert len({*first, *second}) == len(first) + len(second) == CROWD
            with closing(open_store(location, patience=0)) as third, third.writing():
                assert third.claim_due(END, 1) is None
                assert third.claim_due(START, 1) == ()
        with other.writing():
            assert other.claim_due(END, 1) is not None


@in_a_database
def test_who_holds_contacts_that_another_wants_is_waited_for_but_not_for_ever(
    location: str,
) -> None:
    with crowded(location) as shop, closing(open_store(location, patience=0)) as other:
        store = shop.store
        (person, *_) = shop.account.contacts()
        with store.writing():
            assert store.claim_received(CROWD)
            with other.writing():
                assert other.claim_received(1) is None
                with pytest.raises(AccountBusyError, match="try again"):
                    other.claim_received(1, wait=True)
        with store.writing():
            store.state(person.id)
            with pytest.raises(AccountBusyError), other.writing():
                other.state(person.id)


@in_a_database
def test_a_change_set_waits_for_those_at_work_and_they_for_it(location: str) -> None:
    with crowded(location) as shop, Account.open(location, patience=0) as owner:
        plan = shop.change_set(Republish(shop.campaign, shop.flow(title="New"), (), ()))
        with shop.store.writing(), pytest.raises(AccountBusyError):
            owner.apply(plan)
        with (
            shop.store.publishing(),
            closing(open_store(location, patience=0)) as worker,
            pytest.raises(AccountBusyError),
            worker.writing(),
        ):
            pass


@in_a_database
def test_of_two_who_wait_for_each_other_one_is_told_to_try_again(location: str) -> None:
    with crowded(location) as shop, closing(open_store(location, patience=30)) as other:
        first, second, *_ = (contact.id for contact in shop.account.contacts())
        told_to: list[str] = []

        def wait(store: Store, mine: int, theirs: int, both: threading.Barrier) -> None:
            try:
                with store.writing():
                    store.state(mine)
                    both.wait(60)
                    store.state(theirs)
            except AccountBusyError as error:
                told_to.append(str(error))

        both = threading.Barrier(2)
        thread = threading.Thread(target=wait, args=(other, second, first, both))
        thread.start()
        with closing(open_store(location, patience=30)) as mine:
            wait(mine, first, second, both)
        thread.join()
        assert [text.partition(";")[2] for text in told_to] == [" try again"]
