"""Going on: doing what of a pending plan is not done, until the account is what it promised."""

from __future__ import annotations

from typing import assert_never

from account_engine.changing.changes import (
    Absent,
    Applied,
    Create,
    Enrol,
    Operation,
    Remove,
    Republish,
    Unchanged,
    Update,
)
from account_engine.objects import natural_key, resolved
from cpt.errors import OtherSideError, RefusedError, StalePlanError
from cpt.installer.applying.attempt import TRIES, Attempt, silent
from cpt.installer.applying.journal import Entry, State
from cpt.installer.applying.relied_on import difference, named
from package_format.kinds.model import Json


class Going(Attempt):
    """An attempt to bring a plan to its end."""

    def finish(self) -> Applied:
        """Do what is not done, and make a revision of it."""
        for index, operation in enumerate(self.change_set.operations):
            entry = self.journal.entries.get(index)
            if entry is None or entry.state is State.INTENDED:
                self._do(index, operation)
        if any(isinstance(one, Create) for one in self.change_set.operations):
            self.wait(self.delay)
            self._drop_duplicates()
        return self._concluded()

    def _do(self, index: int, operation: Operation) -> None:
        match operation:
            case Create():
                self._create(index, operation)
            case Update(number, data):
                self._write(index, number, resolved(data, self.journal.created), None)
            case Republish(number, data):
                self._write(index, number, resolved(data, self.journal.created), operation)
            case Remove(number, contacts):
                self._remove(index, number, contacts)
            case Enrol():
                raise cannot_enrol()
            case _:
                assert_never(operation)

    def _create(self, index: int, operation: Create) -> None:
        data = resolved(operation.data, self.journal.created)
        entry = self.journal.entries.get(index)
        number: int | None
        if entry is None:
            natural = natural_key(operation.kind, data)
            for other in self.account.namesakes(operation.kind, natural) if natural else ():
                raise self._in_the_way(f"there is now {self.called(other)}")
            alike = self.account.alike(operation.kind, data)
            entry = self.note(index, Entry(state=State.INTENDED, alike=alike))
            number = self._made(operation.kind, data)
        else:
            number = self._found(operation.kind, data, entry) or self._made(operation.kind, data)
        if number is None:  # no answer: it may be there, and is looked for
            number = self._looked_for(operation.kind, data, entry)
        self.note(index, entry.model_copy(update={"state": State.DONE, "number": number}))

    def _made(self, kind: str, data: Json) -> int | None:
        """Make an object and return its id; None if no answer came."""
        try:
            return self.account.create(kind, data)
        except OtherSideError:
            return None

    def _looked_for(self, kind: str, data: Json, entry: Entry) -> int:
        for _ in range(TRIES):
            self.wait(self.delay)
            number = self._found(kind, data, entry) or self._made(kind, data)
            if number is not None:
                return number
        raise silent()

    def _found(self, kind: str, data: Json, entry: Entry) -> int | None:
        """Return what was made although nobody answered."""
        return min(self.copies(kind, data, entry), default=None)

    def _drop_duplicates(self) -> None:
        """Delete what a request made that was obeyed twice, if nobody uses it."""
        for index, operation in enumerate(self.change_set.operations):
            if isinstance(operation, Create):
                data = resolved(operation.data, self.journal.created)
                for number in sorted(
                    self.copies(operation.kind, data, self.journal.entries[index])
                ):
                    if not self.account.referrers(number) and not self.account.carriers(number):
                        self.until_answered(lambda n=number: self.account.delete(n, "exit"))  # type: ignore[misc]

    def _write(self, index: int, number: int, data: Json, campaign: Republish | None) -> None:
        live = self.account.object(number)
        if live is None:
            raise self._in_the_way(f"{self.called(number)} is gone")
        entry = self.journal.entries.get(index)
        if entry is None:
            if live.data != data and live.digest != self._seen(number):
                raise self._in_the_way(f"{named(live)} has been edited")
            entry = self.note(index, Entry(state=State.INTENDED, before=live.data))
        for _ in range(TRIES):
            if live.data == data:
                break
            if live.data != entry.before:
                raise self._in_the_way(f"{named(live)} has been edited")
            try:
                self.put(number, data, live.digest, campaign)
                break
            except OtherSideError:
                self.wait(self.delay)
                live = self.account.object(number) or live
        else:
            raise silent()
        self.note(index, entry.model_copy(update={"state": State.DONE}))

    def _remove(self, index: int, number: int, contacts: str) -> None:
        live = self.account.object(number)
        if live is not None:
            found = [
                clause
                for one in self.change_set.relies
                if not isinstance(one, Absent) and one.object == number
                for clause in difference(self.account, one, self._deleted)
            ]
            if found:
                raise self._in_the_way(*found)
        if index not in self.journal.entries:
            self.note(index, Entry(state=State.INTENDED))
        if live is not None:
            self.until_answered(lambda: self.account.delete(number, contacts))
        self.note(index, Entry(state=State.DONE))

    def _concluded(self) -> Applied:
        plan, created = self.change_set, dict(self.journal.created)
        for _ in range(TRIES):
            try:
                record = resolved(plan.record, created)
                revision = self.account.conclude(plan.id, plan.title, record, created)
                return Applied(revision.number, created, 0)
            except OtherSideError:
                self.wait(self.delay)
                done = next((one for one in self.account.revisions() if one.id == plan.id), None)
                if done is not None:
                    return Applied(done.number, created, 0)
        raise silent()

    @property
    def _deleted(self) -> frozenset[int]:
        """The objects that this plan has removed so far."""
        operations = self.change_set.operations
        found = (operations[index] for index in self.journal.entries)
        return frozenset(one.object for one in found if isinstance(one, Remove))

    def _seen(self, number: int) -> str | None:
        """The digest of an object's data when the plan was made."""
        return next(
            (
                one.digest
                for one in self.change_set.relies
                if isinstance(one, Unchanged) and one.object == number
            ),
            None,
        )

    def _in_the_way(self, *differences: str) -> StalePlanError:
        return StalePlanError(
            f"“{self.change_set.title}” stopped in the middle:\n"
            + "\n".join(f"  {difference}" for difference in differences),
            "put that back as it was, and cpt resume goes on",
            "or cpt abort undoes what was done of it",
        )


def cannot_enrol() -> RefusedError:
    """Return what is said when contacts are to be put into a campaign (C12)."""
    return RefusedError(
        "this account cannot put contacts into a campaign; nothing was changed",
        "plan again without --enrol, and put them in by hand",
    )
