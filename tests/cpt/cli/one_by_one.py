"""The command line with an account that does one thing at a time, and is killed at a call.

It is an embedded account that hides its transactions: what packages bring is written one by one,
and the journal stands in a file beside it. ``python -m tests.cpt.cli.one_by_one VERB …`` runs a
command with it; with CPT_TEST_DIES_AT, the process kills itself at that call, just before it is
done or (with ``+`` behind the number) just after.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from account_engine.changing.changes import Applied, ChangeSet
from account_engine.changing.publishing import Publisher
from account_engine.stores.records import Revision
from cpt.accounts.embedded import EmbeddedAccount
from cpt.accounts.stepwise import Capabilities
from cpt.cli import app, places
from cpt.errors import StalePlanError
from cpt.installer.applying.stepwise import apply_stepwise
from package_format.campaign.places import Place
from package_format.kinds.model import Json
from package_format.upgrades.answers import Answer

DIES_AT = "CPT_TEST_DIES_AT"

_Answer = TypeVar("_Answer")


class OneByOne(EmbeddedAccount):
    """The account; its location is remembered for the journal beside it."""

    beside: Path
    calls = 0
    by_hand: Mapping[str, frozenset[str]] = {}

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(compare_and_set=True, delay=0.0, by_hand=self.by_hand)

    def apply(self, change_set: ChangeSet) -> Applied:
        return apply_stepwise(self, change_set, lambda _: None)

    def alike(self, kind: str, data: Json) -> tuple[int, ...]:
        return tuple(one.id for one in self.objects_of(kind) if one.data == data)

    # --- writing: each by itself, and each may be the last

    def create(self, kind: str, data: Json) -> int:  # type: ignore[override]  # hides the maker
        return self._last(lambda: self.create_object(kind, data).id)

    def write(self, number: int, data: Json, expected: str | None) -> None:
        def put(publisher: Publisher) -> None:
            self._demand(number, expected)
            publisher.update(number, data)

        self._last(lambda: self._publish(put))

    def republish(
        self,
        number: int,
        data: Json,
        expected: str | None,
        moves: Sequence[tuple[str, str]],
        answers: Mapping[Place, Answer | None],
    ) -> None:
        def put(publisher: Publisher) -> None:
            self._demand(number, expected)
            publisher.republish(number, data, moves=moves, answers=answers)

        self._last(lambda: self._publish(put))

    def delete(self, number: int, contacts: str) -> None:
        if self.object(number) is not None:
            self._last(lambda: self._publish(lambda p: p.remove(number, contacts)))

    def journal(self) -> Json | None:
        return json.loads(self.beside.read_text("utf-8")) if self.beside.exists() else None

    def keep_journal(self, journal: Json | None) -> None:
        self._last(lambda: self._keep(journal))

    def conclude(self, plan: str, title: str, record: Json, created: Mapping[str, int]) -> Revision:
        del created
        info = self.info
        empty = ChangeSet(plan, info.id, info.incarnation, info.head, title, (), (), record)
        self._last(lambda: super(OneByOne, self).apply(empty))
        self._last(lambda: self._keep(None))
        return self.revisions()[-1]

    def _keep(self, journal: Json | None) -> None:
        if journal is None:
            self.beside.unlink(missing_ok=True)
            return
        new = self.beside.with_suffix(".new")
        new.write_text(json.dumps(journal), "utf-8")
        new.replace(self.beside)

    def _publish(self, act: Callable[[Publisher], object]) -> None:
        with self._store.publishing():
            publisher = Publisher(self._store)
            act(publisher)
            publisher.finish()

    def _demand(self, number: int, expected: str | None) -> None:
        live = self.object(number)
        if expected is not None and (live is None or live.digest != expected):
            raise StalePlanError("it has other data")

    def _last(self, act: Callable[[], _Answer]) -> _Answer:
        self.calls += 1
        dies_at = os.environ.get(DIES_AT, "")
        if dies_at == str(self.calls):
            os.kill(os.getpid(), signal.SIGKILL)
        answer = act()
        if dies_at == f"{self.calls}+":
            os.kill(os.getpid(), signal.SIGKILL)
        return answer


def find_account(given: str | None) -> OneByOne:
    location = places.account_location(given)
    account = OneByOne.at(location)
    account.beside = Path(f"{location}.journal")
    return account


if __name__ == "__main__":
    places.find_account = find_account
    app.main()
