"""By hand: what an account's API cannot do, and its owner does; it is looked at whether they have.

A plan says what is to be done; the account remembers it (`Record.by_hand`) beside the base, which
stays what it was. `seen` compares: what is just as it was wanted becomes the base, as if a plan had
done it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from account_engine.changing.changes import ChangeSet
from account_engine.objects import natural_key, number_of, reference
from cpt.accounts.port import Account, StoredObject
from cpt.accounts.stepwise import stepwise
from cpt.installer.applying.stepwise import pending
from cpt.installer.changes import ChangeType, FieldChange, Verdict
from cpt.installer.edits import edits_of
from cpt.installer.planning.draft import Draft
from cpt.installer.record.names import Names
from cpt.installer.record.record import ByHand, Managed, Record, accepted
from cpt.installer.record.snapshot import read_record
from cpt.installer.words import called, listed
from package_format.kinds.model import Json
from package_format.kinds.table import label_in
from package_format.references import Address


class Verb(StrEnum):
    """What an account's API may not be able to do with a kind of resource."""

    CREATE = "create"
    CHANGE = "change"
    REMOVE = "remove"


def unable(by_hand: Mapping[str, frozenset[str]], draft: Draft, verb: Verb) -> bool:
    """Whether an account cannot do something that a plan would."""
    return verb in by_hand.get(draft.kind, frozenset())


def manual(draft: Draft, verb: Verb) -> Draft:
    """Return a draft as something that the owner is told to do."""
    do = {
        Verb.CREATE: "make it: make it by hand, just so",
        Verb.CHANGE: "change it: change it by hand, just so",
        Verb.REMOVE: "delete it: delete it by hand",
    }[verb]
    reason = f"this account's API cannot {do}; cpt status sees when it is done"
    fields = tuple(_every_field(draft.result)) if verb is Verb.CREATE else draft.fields
    return replace(draft, type=ChangeType.MANUAL, reason=reason, fields=fields)


def held(draft: Draft, needs: Draft) -> Draft:
    """Return a draft that waits for something that is to be made by hand."""
    needed = called(needs.kind, needs.label)
    reason = f"it needs {needed}, which is to be there first: plan again when it is"
    return replace(draft, type=ChangeType.MANUAL, reason=reason, fields=(), waits=True)


def _every_field(data: Json) -> Iterator[FieldChange]:
    for name, value in data.items():
        yield FieldChange((name,), None, None, value, value, Verdict.TAKEN)


def remembered(draft: Draft) -> ByHand:
    """Return what the record remembers of what is to be done by hand."""
    return ByHand(
        object=None if draft.live is None else reference(draft.live.id),
        wanted=draft.result,
        base=draft.base,
        origin=draft.origin,
        label=draft.label,
        owned=draft.owned,
    )


@dataclass(frozen=True)
class ToDo:
    """Something that is still to be done by hand.

    Attributes:
        verb: What.
        address: The resource's full address.
        kind: Its kind.
        label: What people know it by.
        object: Its id in the account, if it is there.
        fields: What differs from what it is to be: `live` is what is there.
    """

    verb: Verb
    address: str
    kind: str
    label: str
    object: str | None
    fields: tuple[FieldChange, ...] = ()


def to_do(account: Account, record: Record) -> tuple[ToDo, ...]:
    """Return what is still to be done by hand."""
    return tuple(one for one in _looked_at(account, record) if isinstance(one, ToDo))


def seen(account: Account, plan_id: str) -> tuple[str, ...]:
    """Take what was done by hand since as the base, as a revision of its own.

    Args:
        account: The account.
        plan_id: A random id, never used before.

    Returns:
        The full addresses of what was seen to be done.
    """
    record = read_record(account)
    if pending(account) is not None:  # first that is gone on with, or undone
        return ()
    done = {one.address: one for one in _looked_at(account, record) if isinstance(one, _Done)}
    if not done:
        return ()
    objects = dict(record.objects)
    for address, one in done.items():
        if one.row is None:
            objects.pop(address, None)
        else:
            objects[address] = one.row
    left = {text: one for text, one in record.by_hand.items() if text not in done}
    after = record.model_copy(update={"objects": dict(sorted(objects.items())), "by_hand": left})
    info, title = account.info, f"done by hand: {listed(sorted(done))}"
    data = after.model_dump(mode="json", exclude_defaults=True)
    account.apply(ChangeSet(plan_id, info.id, info.incarnation, info.head, title, (), (), data))
    return tuple(sorted(done))


@dataclass(frozen=True)
class _Done:
    """Something that was done by hand, and how it is managed from then on; None for gone."""

    address: str
    row: Managed | None


def _looked_at(account: Account, record: Record) -> Iterator[ToDo | _Done]:
    names = Names({text: row.object for text, row in record.objects.items()})
    for address, one in record.by_hand.items():
        kind = Address.parse(address).kind
        live = _found(account, kind, one, names)
        there = None if live is None else names.symbolic(kind, live.data)
        if one.wanted is None:
            if live is None:
                yield _Done(address, None)
            else:
                yield ToDo(Verb.REMOVE, address, kind, one.label, one.object)
        elif live is None:
            fields = tuple(_every_field(one.wanted))
            yield ToDo(Verb.CREATE, address, kind, one.label, None, fields)
        elif there == one.wanted:
            edits = edits_of(kind, one.base, one.wanted)
            yield _Done(
                address,
                Managed(
                    object=reference(live.id),
                    origin=one.origin,
                    base=one.base,
                    accepted=accepted(edits),
                    owned=one.owned,
                ),
            )
        else:
            fields = edits_of(kind, one.wanted, there)
            label = label_in(kind, live.data)
            yield ToDo(Verb.CHANGE, address, kind, label, reference(live.id), fields)


def _found(account: Account, kind: str, one: ByHand, names: Names) -> StoredObject | None:
    """Return the object that something is done to, or that was made."""
    number = number_of(one.object or "")
    if number is not None:
        return account.object(number)
    natural = natural_key(kind, one.wanted)
    by_step = stepwise(account)
    if natural is not None:
        alike = account.namesakes(kind, natural)
    elif by_step is not None:
        alike = by_step.alike(kind, names.concrete(kind, one.wanted))
    else:
        alike = ()
    return account.object(alike[0]) if len(alike) == 1 else None
