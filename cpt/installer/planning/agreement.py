"""Agreement: that a plan does what it shows.

A plan that was just made agrees with itself. A plan file may have been written by anybody: what it
shows is compared with its change set when it is read (`disagreement`), and once more with the
account before it is shown (`as_it_is`), so that nobody says yes to something else than they saw.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import assert_never

from pydantic import ValidationError

from account_engine.changing.changes import (
    Create,
    Enrol,
    Remove,
    Republish,
    Unchanged,
    Update,
)
from account_engine.objects import number_of
from cpt.accounts.port import Account
from cpt.errors import NotAPlanError, NotARecordError
from cpt.installer.changes import Change, ChangeType, FieldChange
from cpt.installer.merging.merge import merge
from cpt.installer.merging.shape import shape_of
from cpt.installer.plan import Plan
from cpt.installer.planning.enrolments import as_they_are
from cpt.installer.planning.kept import LEAVING, is_republished, with_contacts_as_they_are
from cpt.installer.planning.rekeyed import Rekeyed
from cpt.installer.record.names import Names
from cpt.installer.record.record import Record
from cpt.installer.record.snapshot import record_of
from package_format.campaign.places import Place
from package_format.kinds.model import Json, Path
from package_format.kinds.table import KINDS, label_in
from package_format.references import Address
from package_format.upgrades.answers import Answer

_MADE = (ChangeType.CREATE,)
_WRITTEN = (ChangeType.UPDATE, ChangeType.MERGE, ChangeType.ADOPT)
_GONE = (ChangeType.REMOVE, ChangeType.RETIRE)
_LET_GO = ChangeType.RELEASE

ADVICE = "make a plan of your own with cpt plan … --out FILE"


def disagreement(plan: Plan) -> str | None:
    """Return the first thing that a plan does and does not show, or the other way round."""
    return next(_disagreements(plan), None)


def _disagreements(plan: Plan) -> Iterator[str]:
    change_set = plan.change_set
    if plan.title != change_set.title:
        yield f"it is called {plan.title!r}, and would stand as {change_set.title!r} in the history"
    try:
        record = record_of(change_set.record)
    except NotARecordError:
        yield "what the account would remember of its packages cannot be read"
        return
    yield from _of_operations(plan)
    yield from _of_enrolments(plan)
    made = {f"@{one.name}" for one in change_set.operations if isinstance(one, Create)}
    for address, managed in record.objects.items():
        if managed.object.startswith("@") and managed.object not in made and not plan.conflicts:
            yield f"the account would remember {address}, which is not made"
        kind = Address.parse(address).kind
        if not _is_one(kind, managed.base):
            yield f"the account would remember {address} as what is no {KINDS[kind].title}"
    for step in plan.packages:
        known = record.packages.get(step.name)
        if (known.version if known else None, known.digest if known else None) != (
            step.new,
            step.digest if step.new else None,
        ):
            yield f"it shows {step.name} {step.new or 'going'}, and the account would not have that"


def _is_one(kind: str, base: Json) -> bool:
    """Whether a base is one of its kind; every later plan reads it so."""
    try:
        return base is None or bool(KINDS[kind].model.model_validate(base))
    except ValidationError:
        return False


def _of_operations(plan: Plan) -> Iterator[str]:
    by_address = {change.address: change for change in plan.changes}
    by_object = {change.object: change for change in plan.changes if change.object}
    if len(by_address) != len(plan.changes):
        yield "it shows one resource twice"
    done: Counter[str] = Counter()
    compared = {one.object for one in plan.change_set.relies if isinstance(one, Unchanged)}
    change: Change | None
    operations = [one for one in plan.change_set.operations if not isinstance(one, Enrol)]
    for one in operations:
        allowed: tuple[ChangeType, ...]
        match one:
            case Create(name, kind, data):
                change, allowed = by_address.get(name), _MADE
                what = f"make the {kind} {name}"
                if change and (change.kind, change.label) != (kind, label_in(kind, data)):
                    yield f"it would {what} under another name than it shows"
            case Update(number) | Republish(number):
                change, allowed = by_object.get(f"#{number}"), _WRITTEN
                what = f"change #{number}"
                if isinstance(one, Republish) and change and change.type in (*_GONE, _LET_GO):
                    allowed = (change.type,)
            case Remove(number):
                change, allowed, what = by_object.get(f"#{number}"), _GONE, f"remove #{number}"
            case _:
                assert_never(one)
        if change is None or change.type not in allowed:
            yield f"it would {what}, and does not show that"
            return
        if not isinstance(one, Create) and one.object not in compared:
            yield f"it would {what}, whatever has become of it since"
        done[change.address] += 1
        yield from _of_contacts(plan, change, one)
        yield from _of_crossings(plan, change, one)
    for change in plan.changes:
        if change.type in (*_MADE, *_GONE) and not done[change.address]:
            yield f"it shows that it would {change.type} {change.address}, and does not"


def _of_enrolments(plan: Plan) -> Iterator[str]:
    """Yield what contacts would be enrolled otherwise than it shows."""
    enrols = [one for one in plan.change_set.operations if isinstance(one, Enrol)]
    if enrols != [one.operation for one in plan.enrolments if one.agreed]:
        yield "it would enrol other contacts than it shows"
    objects = {change.address: change.object for change in plan.changes}
    for one in plan.enrolments:
        there = (objects.get(one.campaign), f"@{one.campaign}")
        if one.campaign not in objects or one.operation.campaign not in there:
            yield f"it would enrol contacts in {one.campaign}, and does not show that"


def _of_contacts(plan: Plan, change: Change, one: object) -> Iterator[str]:
    shown: dict[Place, Answer | None] = {
        travel.place: travel.answer for travel in plan.travels if travel.campaign == change.address
    }
    match one:
        case Republish(answers=answers):
            given = dict(answers)
            if any(place not in given or given[place] != shown[place] for place in shown):
                yield f"contacts in {change.address} would go elsewhere than it shows"
        case Remove(contacts=contacts) if not is_republished(plan.change_set, one):
            outcomes = {answer.outcome if answer else None for answer in shown.values()}
            if outcomes - {LEAVING.get(contacts)}:
                yield f"contacts in {change.address} would go elsewhere than it shows"
        case _:
            pass


def _of_crossings(plan: Plan, change: Change, one: object) -> Iterator[str]:
    """What goes over from one campaign to another does so between campaigns that are shown."""
    if isinstance(one, Republish):
        for _, answer in one.answers:
            if answer is not None and answer.campaign and plan.leads_to(answer) is None:
                there = answer.campaign
                yield f"contacts in {change.address} would go to {there}, which is not shown"
    shown = {each.object for each in plan.changes}
    if isinstance(one, Create | Republish):
        for arrival in one.arrivals:
            if f"#{arrival.campaign}" not in shown:
                yield f"{change.address} would get what #{arrival.campaign} has, which is not shown"


def as_it_is(plan: Plan, account: Account) -> Plan:
    """Return a plan with what it shows of the account read from there once more.

    Args:
        plan: A plan that agrees with itself.
        account: The account. If it is no longer as the plan relies on, applying refuses it.

    Raises:
        NotAPlanError: It shows something else than it would do to this account.
    """
    if account.info.head == plan.change_set.head:
        before, after = record_of(account.record()), record_of(plan.change_set.record)
        found = next(_of_record(plan, before, after, account), None)
        if found is not None:
            raise NotAPlanError(f"this plan does not do what it shows: {found}", ADVICE)
        plan = as_they_are(with_contacts_as_they_are(plan, account), account)
    operations = {
        f"#{one.object}": one
        for one in plan.change_set.operations
        if isinstance(one, Update | Republish) and not plan.conflicts
    }  # a plan with something to settle is refused, so that there is nothing that it could hide
    rekeyed = Rekeyed(plan, account, _names(plan, account))
    return replace(
        plan,
        changes=tuple(
            _as_it_is(change, account, operations.get(change.object or ""), rekeyed)
            for change in plan.changes
        ),
    )


def _of_record(plan: Plan, before: Record, after: Record, account: Account) -> Iterator[str]:
    shown = {step.name: (step.old, step.new) for step in plan.packages}
    for name in sorted(before.packages.keys() | after.packages.keys()):
        old, new = before.packages.get(name), after.packages.get(name)
        moved = (old.version if old else None, new.version if new else None)
        if old != new and shown.get(name) != moved:
            yield f"{name} would go from {moved[0] or 'nothing'} to {moved[1] or 'nothing'}"
    changes = {change.address: change.object for change in plan.changes}
    told = {c.address for c in plan.changes if c.type is ChangeType.MANUAL}
    for address, one in after.by_hand.items():
        if before.by_hand.get(address) != one and (
            address not in told or one.object != changes.get(address)
        ):
            yield f"{address} would be taken for done by hand"
    yield from _of_bases(before, after, account)
    known = {managed.object for managed in before.objects.values()}
    for address, managed in after.objects.items():
        number = number_of(managed.object)
        if (
            managed.object not in known | {f"@{address}", changes.get(address)}
            and number is not None
            and account.object(number) is not None  # a rollback may remember what is gone
        ):
            yield f"{managed.object} would be taken for {address}"


def _of_bases(before: Record, after: Record, account: Account) -> Iterator[str]:
    """Yield whose base would be another, though their package stays as it is.

    By its base a later plan tells what the owner has changed. Going back, it may be an earlier one.
    """
    other = [
        (address, managed.base)
        for address, managed in after.objects.items()
        if (known := before.objects.get(address)) is not None
        and known.base != managed.base
        and before.packages.get(package := Address.parse(address).package)
        == after.packages.get(package)
    ]
    revisions = account.revisions() if other else ()
    past = [record_of(revision.record).objects for revision in revisions]
    for address, base in other:
        if all(address not in each or each[address].base != base for each in past):
            yield f"the account would remember {address} as its package never brought it"


def _names(plan: Plan, account: Account) -> Names:
    """Return what calls resources by their names before and after; what is made anew has two."""
    known = {a: one.object for a, one in record_of(account.record()).objects.items()}
    names = Names(known)
    for address, managed in record_of(plan.change_set.record).objects.items():
        names.add(address, managed.object)
    return names


def _as_it_is(
    change: Change,
    account: Account,
    operation: Update | Republish | None,
    rekeyed: Rekeyed,
) -> Change:
    """Show of a change what the account has, and every field that would differ."""
    number = number_of(change.object or "")
    live = account.object(number) if number is not None else None
    if live is None:
        return change
    if live.kind != change.kind:
        raise NotAPlanError(
            f"this plan does not do what it shows: {change.object} is a {live.kind}", ADVICE
        )
    if change.type in _GONE:
        return replace(change, label=label_in(live.kind, live.data))
    if operation is None:
        return change
    if change.type is _LET_GO and operation.data != live.data:
        raise NotAPlanError(
            f"this plan does not do what it shows: it would change {change.object}, and shows that "
            "it stays as it is",
            ADVICE,
        )
    if operation.data == live.data:
        return change
    labels = (label_in(live.kind, live.data), label_in(live.kind, operation.data))
    if change.label not in labels:
        raise NotAPlanError(
            f"this plan does not do what it shows: {change.object} is not called {change.label!r}",
            ADVICE,
        )
    if isinstance(operation, Republish):
        before = rekeyed.live(operation)
    else:
        before = rekeyed.names.symbolic(live.kind, live.data)
    wanted = rekeyed.names.symbolic(live.kind, operation.data)
    shape = shape_of(KINDS[live.kind].model)
    fields = merge(before, before, wanted, shape).fields
    told = {field.path: field.result for field in change.fields}
    if all(_is_told(field, told) for field in fields):
        return change
    return replace(change, fields=fields)


def _is_told(field: FieldChange, told: Mapping[Path, Json]) -> bool:
    """Whether a plan tells what a field will be, by itself or as a part of something."""
    for length in range(len(field.path), -1, -1):
        if field.path[:length] in told:
            return bool(_inside(told[field.path[:length]], field.path[length:]) == field.result)
    return False


def _inside(data: Json, path: Path) -> Json:
    """Return what data has at a path; steps and ways are named by their keys."""
    for part in path:
        if isinstance(data, list):
            data = next((item for item in data if item["key"] == part), None)
        else:
            data = data.get(part) if isinstance(data, dict) else None
    return data
