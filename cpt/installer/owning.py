"""Owning: what an owner says is theirs for good, so that no later version asks about it again.

It is remembered in the record, beside the resource's base, and becomes a revision like any plan:
whoever plans at that moment is told that the account has changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from account_engine.changing.changes import ChangeSet
from account_engine.objects import number_of
from cpt.accounts.port import Account
from cpt.errors import BadInputError
from cpt.installer.choices import Selector
from cpt.installer.edits import edits_of
from cpt.installer.merging.shape import Fields, Keyed, Shape, Worded, shape_of
from cpt.installer.record.names import Names
from cpt.installer.record.record import Managed, Record, accepted
from cpt.installer.record.snapshot import read_record
from cpt.installer.words import listed, path_text
from package_format.campaign.model import NODE_GROUPS
from package_format.kinds.model import Json
from package_format.kinds.table import KINDS, label_in
from package_format.references import Address


@dataclass(frozen=True)
class Owned:
    """Something of a package's that its owner has for good.

    Attributes:
        address: The resource's full address.
        path: The field's path, as selectors have it; empty for the whole resource.
        label: What people know the resource by.
        object: Its id in the account (``#12``); None if it is gone.
    """

    address: Address
    path: str
    label: str
    object: str | None

    @property
    def selector(self) -> str:
        """How to name it on the command line."""
        return f"{self.address}#{self.path}".rstrip("#")


def owned(account: Account) -> tuple[Owned, ...]:
    """Return everything that an account's owner has for good, by address and path."""
    rows = read_record(account).objects
    return tuple(
        _owned(account, text, row, path)
        for text, row in sorted(rows.items())
        for path in sorted(row.owned)
    )


def find_owned(account: Account, selectors: Sequence[Selector]) -> tuple[Owned, ...]:
    """Return what selectors name of what packages manage.

    Raises:
        BadInputError: No package manages such a resource, several do, or it has no such field.
    """
    record = read_record(account)
    return tuple(_found(account, record, selector) for selector in selectors)


def keeping(account: Account, given: Sequence[Owned], plan_id: str) -> ChangeSet | None:
    """Return the change set that makes something the owner's for good; None if it is already."""
    record = read_record(account)
    objects = dict(record.objects)
    for one in given:
        row = objects[str(one.address)]
        if one.path not in row.owned:
            paths = tuple(sorted((*row.owned, one.path)))
            objects[str(one.address)] = row.model_copy(update={"owned": paths})
    return _remembered(account, record, objects, plan_id, f"keep {_selectors(given)} for good")


def giving_back(account: Account, given: Sequence[Owned], plan_id: str) -> ChangeSet:
    """Return the change set that gives back what was the owner's for good.

    What differs from the package stays as it is, as an edit that was kept.

    Raises:
        BadInputError: It is not the owner's.
    """
    record = read_record(account)
    names = Names({text: row.object for text, row in record.objects.items()})
    objects = dict(record.objects)
    for one in given:
        text = str(one.address)
        row = objects[text]
        if one.path not in row.owned:
            raise BadInputError(
                f"{one.selector} is not yours for good", "cpt account own lists what is"
            )
        live = _live(account, row)
        mine = None if live is None else names.symbolic(one.address.kind, live)
        edits = [e for e in edits_of(one.address.kind, row.base, mine) if row.owns(e.path)]
        objects[text] = row.model_copy(
            update={
                "owned": tuple(path for path in row.owned if path != one.path),
                "accepted": {**row.accepted, **accepted(edits)},
            }
        )
    change_set = _remembered(account, record, objects, plan_id, f"give back {_selectors(given)}")
    assert change_set is not None  # noqa: S101  something was owned, and is not any more
    return change_set


def _remembered(
    account: Account, record: Record, objects: Mapping[str, Managed], plan_id: str, title: str
) -> ChangeSet | None:
    if objects == record.objects:
        return None
    info = account.info
    data = record.model_copy(update={"objects": dict(objects)})
    remembered = data.model_dump(mode="json", exclude_defaults=True)
    return ChangeSet(plan_id, info.id, info.incarnation, info.head, title, (), (), remembered)


def _selectors(given: Sequence[Owned]) -> str:
    return listed(one.selector for one in given)


def _found(account: Account, record: Record, selector: Selector) -> Owned:
    resource = Selector(selector.address.resource)
    rows = {
        text: row
        for text, row in record.objects.items()
        if resource.means(Address.parse(text)) and not row.released
    }
    if not rows:
        raise BadInputError(
            f"no package manages {resource.address} in this account",
            "what no package manages is yours in any case; cpt show PACKAGE lists what one brings",
        )
    if len(rows) > 1:
        raise BadInputError(
            f"{resource.address} could be {' or '.join(sorted(rows))}", "name its package too"
        )
    ((text, row),) = rows.items()
    kind, live = selector.address.kind, _live(account, row)
    path = selector.path or _inner_path(selector.address, (live, row.base))
    _demand_field(shape_of(KINDS[kind].model), path, (live, row.base), f"{resource.address}")
    return _owned(account, text, row, path_text(path))


def _owned(account: Account, text: str, row: Managed, path: str) -> Owned:
    address, live = Address.parse(text), _live(account, row)
    label = label_in(address.kind, row.base if live is None else live)
    return Owned(address, path, label, None if live is None else row.object)


def _live(account: Account, row: Managed) -> Json:
    number = number_of(row.object)
    found = None if number is None else account.object(number)
    return None if found is None else found.data


def _inner_path(address: Address, sides: Sequence[Json]) -> tuple[str, ...]:
    """Return the path that an address means: ``email/x.subject``, ``campaign/x.remind.nudge``."""
    if address.kind != "campaign" or not address.inner:
        return address.inner
    node, *step = address.inner
    known: dict[str, str] = {
        key: group for side in sides if side for group in NODE_GROUPS for key in side.get(group, ())
    }
    if node not in known:
        raise BadInputError(
            f"there is no {node} in {address.resource}", f"it has {listed(sorted(known))}"
        )
    items = "ways" if known[node] == "decisions" else "steps"
    return (known[node], node, *((items, *step) if step else ()))


def _demand_field(
    shape: Shape, path: Sequence[str], sides: Sequence[Json], name: str, done: Sequence[str] = ()
) -> None:
    """Refuse a path that names nothing which is kept or taken by itself."""
    if not path:
        return
    part, *rest = path
    where = f"{name}#{'.'.join(done)}".rstrip("#")
    match shape:
        case Fields(fields, other) if part in fields or other is not None:
            inner = shape.of(part)
            there = [side.get(part) for side in sides if isinstance(side, dict)]
            known = [*fields] if other is None else [k for side in sides for k in (side or ())]
            exists = other is None or any(each is not None for each in there)
        case Fields(fields):
            inner, there, known, exists = shape, [], [*fields], False
        case Worded(words):
            inner = words.get(part, shape)
            there = [side.get(part) for side in sides if isinstance(side, dict)]
            known, exists = [w for side in sides for w in (side or ())], any(there)
        case Keyed(item):
            items = [{each["key"]: each for each in side or ()} for side in sides]
            inner, there = item, [each.get(part) for each in items]
            known, exists = [key for each in items for key in each], any(there)
        case _:
            raise BadInputError(
                f"{where} is one value, and cannot be kept in parts", f"name {where} itself"
            )
    if not exists:
        raise BadInputError(
            f"there is no {part} in {where}", f"it has {listed(dict.fromkeys(map(str, known)))}"
        )
    _demand_field(inner, rest, there, name, (*done, part))
