"""Status: how an account differs from what its packages want, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from account_engine.objects import number_of
from cpt.accounts.port import Account, StoredObject
from cpt.installer.applying.stepwise import Pending, pending
from cpt.installer.changes import FieldChange
from cpt.installer.edits import edits_of
from cpt.installer.planning.by_hand import ToDo, to_do
from cpt.installer.record.finishing import Finishing, finishing
from cpt.installer.record.names import Names
from cpt.installer.record.record import InstalledPackage, Managed, Record
from cpt.installer.record.snapshot import read_record
from package_format.kinds.table import KINDS
from package_format.references import Address


class State(StrEnum):
    """How a resource differs from what its package wants."""

    CHANGED = "changed"
    DELETED = "deleted"
    KEPT = "kept"


@dataclass(frozen=True)
class Drift:
    """One resource that is not as its package wants it.

    Attributes:
        state: Changed or deleted since the last revision; or kept so by it, knowingly.
        address: Its full address.
        kind: Its kind.
        label: What people know it by.
        object: Its id in the account (``#12``); None if it was deleted.
        fields: What differs: `base` is what the package wants, `live` what is there.
        owned: The paths of what is the owner's for good.
    """

    state: State
    address: str
    kind: str
    label: str
    object: str | None
    fields: tuple[FieldChange, ...] = ()
    owned: tuple[str, ...] = ()


@dataclass(frozen=True)
class Status:
    """How an account stands.

    Attributes:
        packages: What is installed, by name.
        drifts: What differs, by address.
        finishing: The flows of older versions that contacts finish (M7).
        pending: The plan that was begun and is not finished, in accounts that do one thing at a
            time.
        by_hand: What is still to be done by hand, in accounts whose API cannot do everything.
    """

    packages: dict[str, InstalledPackage]
    drifts: tuple[Drift, ...]
    finishing: tuple[Finishing, ...]
    pending: Pending | None = None
    by_hand: tuple[ToDo, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether everything is as the last revision left it."""
        kept = all(drift.state is State.KEPT for drift in self.drifts)
        return kept and self.pending is None and not self.by_hand


def status(account: Account) -> Status:
    """Compare what an account holds with what its packages want.

    Raises:
        NotARecordError: What the account remembers cannot be read.
    """
    record = read_record(account)
    drifts = tuple(_drifts(account, record))
    left = to_do(account, record)
    return Status(dict(record.packages), drifts, finishing(account), pending(account), left)


def _drifts(account: Account, record: Record) -> Iterator[Drift]:
    names = Names({text: row.object for text, row in record.objects.items()})
    rows = {text: row for text, row in record.objects.items() if not row.released}
    numbers = {text: number_of(row.object) for text, row in rows.items()}
    found = account.objects(sorted(n for n in numbers.values() if n is not None))
    for text, row in rows.items():
        drift = _drift(text, row, found.get(numbers[text] or 0), names)
        if drift is not None:
            yield drift


def _drift(text: str, row: Managed, live: StoredObject | None, names: Names) -> Drift | None:
    kind = Address.parse(text).kind
    label = KINDS[kind].label
    if live is None:
        state = State.KEPT if row.deleted or row.owns(()) else State.DELETED
        return Drift(state, text, kind, str(row.base[label]), None)
    fields = edits_of(kind, row.base, names.symbolic(kind, live.data))
    if not fields:
        return None
    kept = all(row.leaves(each.path, each.live) or row.owns(each.path) for each in fields)
    state = State.KEPT if kept else State.CHANGED
    return Drift(state, text, kind, str(live.data[label]), row.object, fields, row.owned)
