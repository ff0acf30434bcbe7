"""An account without transactions, and with everything that can go wrong on the way to one.

It loses answers, obeys twice, shows what was written late, and the program that writes to it dies:
each at the call that a test names. Only what it keeps for us (the journal, the revisions) is seen
at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TypeVar

from account_engine.objects import StoredObject, natural_key, normalised, read, refers_to
from cpt.accounts.stepwise import Capabilities
from cpt.errors import OtherSideError, StalePlanError
from package_format.campaign.places import Place
from package_format.kinds.model import Json
from package_format.upgrades.answers import Answer

DELAY = 60.0

_Answer = TypeVar("_Answer")


class Died(BaseException):
    """The program was killed."""


class Fault(Enum):
    """What goes wrong with a call."""

    DIES_BEFORE = auto()
    DIES_AFTER = auto()
    NO_ANSWER_BEFORE = auto()
    NO_ANSWER_AFTER = auto()
    OBEYED_TWICE = auto()


@dataclass(frozen=True)
class Info:
    """What the account says of itself."""

    id: str = "account-1"
    incarnation: str = "incarnation-1"
    name: str = "Shop"
    features: tuple[str, ...] = ()
    zone: str = "UTC"
    now: int = 0
    head: str | None = None


@dataclass(frozen=True)
class Revision:
    """One applied plan."""

    number: int
    id: str
    title: str
    at: int
    record: Json
    created: Mapping[str, int] = field(default_factory=dict)


class Forgetful:
    """The account."""

    def __init__(self, objects: Mapping[int, tuple[str, Json]], *, lag: float = 0.0) -> None:
        """Make one that has these objects, by id, and shows what is written so much later."""
        self.now = 1000.0
        self.lag = lag
        self.faults: dict[int, Fault] = {}
        self.calls = 0
        self.carried: dict[int, int] = {}
        self.migrated: list[tuple[int, tuple[tuple[str, str], ...]]] = []
        self._kinds = {number: kind for number, (kind, _) in objects.items()}
        self._written = {number: [(0.0, data)] for number, (_, data) in objects.items()}
        self._next = max(objects, default=0) + 1
        self._journal: Json = None
        self._revisions: list[Revision] = []

    # --- what a test does -------------------------------------------------------------------------

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds

    def by_hand(self, number: int, data: Json) -> None:
        """Let somebody write an object, or delete it, and everybody see it."""
        self._written[number] = [(0.0, data)]

    @property
    def truth(self) -> dict[int, tuple[str, Json]]:
        """What is really there, by id."""
        return {
            number: (self._kinds[number], written[-1][1])
            for number, written in self._written.items()
            if written[-1][1] is not None
        }

    # --- reading ----------------------------------------------------------------------------------

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(compare_and_set=True, delay=DELAY)

    @property
    def info(self) -> Info:
        return Info(head=self._revisions[-1].id if self._revisions else None)

    def _seen(self) -> dict[int, StoredObject]:
        found = {}
        for number, written in self._written.items():
            visible = [data for at, data in written if at + self.lag <= self.now]
            if visible and visible[-1] is not None:
                found[number] = StoredObject(number, self._kinds[number], visible[-1])
        return found

    def object(self, number: int) -> StoredObject | None:
        return self._call(lambda: self._seen().get(number))

    def alike(self, kind: str, data: Json) -> tuple[int, ...]:
        return self._call(
            lambda: tuple(n for n, o in self._seen().items() if (o.kind, o.data) == (kind, data))
        )

    def namesakes(self, kind: str, natural: str) -> tuple[int, ...]:
        return self._call(
            lambda: tuple(
                number
                for number, one in self._seen().items()
                if one.kind == kind and natural_key(kind, one.data) == normalised(natural)
            )
        )

    def referrers(self, number: int) -> tuple[int, ...]:
        return self._call(
            lambda: tuple(
                other
                for other, one in self._seen().items()
                if number in [target for target, _ in refers_to(read(one.kind, one.data))]
            )
        )

    def carriers(self, number: int) -> int:
        return self._call(lambda: self.carried.get(number, 0))

    def revisions(self) -> Sequence[Revision]:
        return self._call(lambda: tuple(self._revisions))

    # --- writing ----------------------------------------------------------------------------------

    def create(self, kind: str, data: Json) -> int:
        def make() -> int:
            number, self._next = self._next, self._next + 1
            self._kinds[number] = kind
            self._written[number] = [(self.now, data)]
            return number

        return self._call(make)

    def write(self, number: int, data: Json, expected: str | None) -> None:
        def put() -> None:
            there = StoredObject(number, self._kinds[number], self._written[number][-1][1])
            if expected is not None and there.digest != expected:
                raise StalePlanError("it has other data")
            self._written[number].append((self.now, data))

        self._call(put)

    def republish(
        self,
        number: int,
        data: Json,
        expected: str | None,
        moves: Sequence[tuple[str, str]],
        answers: Mapping[Place, Answer | None],
    ) -> None:
        assert all(answers.values())
        self.write(number, data, expected)
        self.migrated.append((number, tuple(moves)))

    def delete(self, number: int, contacts: str) -> None:
        del contacts
        self._call(lambda: self._written[number].append((self.now, None)))

    # --- what it keeps for us ---------------------------------------------------------------------

    def journal(self) -> Json | None:
        return self._call(lambda: self._journal)

    def keep_journal(self, journal: Json | None) -> None:
        def keep() -> None:
            self._journal = journal

        self._kept(keep)

    def conclude(self, plan: str, title: str, record: Json, created: Mapping[str, int]) -> Revision:
        def append() -> Revision:
            if self._revisions and self._revisions[-1].id == plan:
                return self._revisions[-1]
            self._journal = None
            number = len(self._revisions) + 1
            self._revisions.append(Revision(number, plan, title, 0, record, created))
            return self._revisions[-1]

        return self._call(append)

    def _kept(self, keep: Callable[[], None]) -> None:
        """Keep something; of these, the answer is never lost, but the program may die."""
        fault = self.faults.pop(self.calls, None)
        self.calls += 1
        if fault is Fault.DIES_BEFORE:
            raise Died
        keep()
        if fault is Fault.DIES_AFTER:
            raise Died

    def _call(self, act: Callable[[], _Answer]) -> _Answer:
        fault = self.faults.pop(self.calls, None)
        self.calls += 1
        self.now += 1
        match fault:
            case Fault.DIES_BEFORE:
                raise Died
            case Fault.NO_ANSWER_BEFORE:
                raise OtherSideError("no answer")
            case Fault.OBEYED_TWICE:
                answer = act()
                with suppress(StalePlanError):
                    act()
                return answer
            case Fault.DIES_AFTER:
                act()
                raise Died
            case Fault.NO_ANSWER_AFTER:
                act()
                raise OtherSideError("no answer")
            case None:
                return act()
