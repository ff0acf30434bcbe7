"""Undoing: taking back what of a pending plan was done, as far as nobody else has touched it."""

from __future__ import annotations

from dataclasses import dataclass

from account_engine.changing.changes import Create, Republish, Update
from account_engine.objects import resolved
from cpt.installer.applying.attempt import Attempt
from cpt.installer.applying.journal import Entry, journal_data
from cpt.installer.applying.relied_on import named
from cpt.installer.words import counted
from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.campaign.places import Place
from package_format.kinds.model import Json
from package_format.references import Address
from package_format.upgrades.answers import Answer, Outcome, Via, answers
from package_format.upgrades.entry_data import read_entries

_HERE = Address("", "campaign", "it")


@dataclass(frozen=True)
class Undone:
    """What came of undoing a plan.

    Attributes:
        title: What the plan was called.
        undone: How many operations were undone.
        left: What somebody else has touched since, and so stays; a clause for each.
    """

    title: str
    undone: int
    left: tuple[str, ...]


class Undoing(Attempt):
    """An attempt to undo a plan."""

    def undo(self) -> Undone:
        """Undo what was done and nobody else has touched, the last first."""
        if not self.journal.undoing:
            self.journal = self.journal.model_copy(update={"undoing": True})
            self.account.keep_journal(journal_data(self.journal))
        self.wait(self.delay)
        undone, left, deleted = 0, list[str](), set[int]()
        for index in sorted(self.journal.entries, reverse=True):
            entry, operation = self.journal.entries[index], self.change_set.operations[index]
            if isinstance(operation, Create):
                why = self._unmade(operation, entry, deleted)
            else:
                assert isinstance(operation, Update | Republish)  # noqa: S101  `abort` looks first
                why = self._unwritten(operation, entry)
            undone += not why
            left += why
        self.account.keep_journal(None)
        return Undone(self.change_set.title, undone, tuple(left))

    def _unmade(self, operation: Create, entry: Entry, deleted: set[int]) -> list[str]:
        data = resolved(operation.data, self.journal.created)
        made = self.copies(operation.kind, data, entry)
        if entry.number is not None:
            made.add(entry.number)
        left = []
        for number in sorted(made):
            live = self.account.object(number)
            if live is None:
                continue
            users = [one for one in self.account.referrers(number) if one not in deleted]
            carriers = self.account.carriers(number)
            if live.data != data:
                left.append(f"{named(live)} stays: somebody has edited it")
            elif users:
                left.append(f"{named(live)} stays: {self.called(users[0])} refers to it")
            elif carriers:
                have = counted(carriers, "contact has", "contacts have")
                left.append(f"{named(live)} stays: {have} it")
            else:
                self.until_answered(lambda n=number: self.account.delete(n, "exit"))  # type: ignore[misc]
                deleted.add(number)
        return left

    def _unwritten(self, operation: Update | Republish, entry: Entry) -> list[str]:
        data = resolved(operation.data, self.journal.created)
        live = self.account.object(operation.object)
        if live is None:
            return [f"#{operation.object} is gone: somebody has deleted it"]
        if live.data == entry.before:
            return []
        if live.data != data:
            return [f"{named(live)} stays: somebody has edited it"]
        back = _reversed(operation, data, entry.before)
        expected = live.digest
        self.until_answered(
            lambda: self.put(operation.object, entry.before, expected, back),
            lambda: getattr(self.account.object(operation.object), "data", None) == entry.before,
        )
        return []


def _reversed(operation: Update | Republish, data: Json, before: Json) -> Republish | None:
    """The operation that brings a campaign's contacts back to its flow before."""
    if isinstance(operation, Update):
        return None
    back = tuple((now, was) for was, now in operation.moves)
    new, old = (Flow(Campaign.model_validate(each)) for each in (data, before))
    entries = read_entries(
        [{"moved": f"campaign/it.{now}", "to": f"campaign/it.{was}"} for now, was in back]
    )
    stays = Answer(Outcome.FINISH_ON_OLD, Via.OWNER)
    found: dict[Place, Answer | None] = {
        place: answer or stays for place, answer in answers(new, old, _HERE, entries)
    }
    return Republish(operation.object, before, back, tuple(found.items()))
