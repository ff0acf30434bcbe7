"""Gathering: what is read from an account for one export, as a value.

That is some campaigns and the closure of what they refer to: by reference, and by the names of
custom fields in merge fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from account_engine.objects import normalised, number_of
from cpt.accounts.port import Account, StoredObject
from cpt.installer.record.record import Record
from cpt.installer.record.snapshot import read_record
from package_format.contact_fields import BUILT_IN
from package_format.kinds.model import Json, Message, Model, marked, references
from package_format.kinds.table import KINDS, label_in
from package_format.placeholders import in_brackets
from package_format.templates import CONTACT, read_message


@dataclass(frozen=True)
class Thing:
    """One object of the account.

    Attributes:
        id: The account's number for it.
        kind: Its kind's name.
        data: Its canonical data; references are ids (``#12``).
        fields: The custom fields that its merge fields name, by their ids.
        unknown: The merge fields that name a custom field which the account does not have.
    """

    id: int
    kind: str
    data: dict[str, Json]
    fields: tuple[int, ...] = ()
    unknown: tuple[str, ...] = ()

    @cached_property
    def model(self) -> Model:
        """The data, read as its kind."""
        return KINDS[self.kind].model.model_validate(self.data)

    @property
    def label(self) -> str:
        """What people know it by."""
        return label_in(self.kind, self.data)

    @property
    def called(self) -> str:
        """The object in a sentence: ``tag “Customer”``."""
        return f"{KINDS[self.kind].title} “{in_brackets(self.label)}”"

    @cached_property
    def needs(self) -> tuple[int, ...]:
        """The objects that it refers to or names in merge fields, in order and once each."""
        found = (number_of(text) for _, _, text in references(self.model))
        return tuple(dict.fromkeys([*(n for n in found if n is not None), *self.fields]))


@dataclass(frozen=True)
class Gathered:
    """What was read.

    Attributes:
        account: What the account's owner calls it.
        campaigns: The ids of the campaigns to export, in the order in which they were named.
        things: They and the closure of what they refer to, by id.
        record: What the account remembers of its packages.
        unpublished: The campaigns among them that do not run.
    """

    account: str
    campaigns: tuple[int, ...]
    things: Mapping[int, Thing]
    record: Record
    unpublished: frozenset[int] = field(default=frozenset())


def gather(account: Account, campaigns: Iterable[int]) -> Gathered:
    """Read some campaigns of an account, and everything that they refer to.

    Raises:
        NotARecordError: What the account remembers cannot be read.
    """
    asked = tuple(dict.fromkeys(campaigns))
    things: dict[int, Thing] = {}
    pending = set(asked)
    while pending:
        found = account.objects(sorted(pending))
        things |= {number: _thing(account, found[number]) for number in sorted(found)}
        pending = {need for number in found for need in things[number].needs} - set(things)
    dormant = frozenset(n for n in asked if not _is_published(account.flow(n)))
    return Gathered(account.info.name, asked, things, read_record(account), dormant)


def _is_published(flow: object) -> bool:
    """Whether a flow runs; an account that does not say runs all of them."""
    published: bool = getattr(flow, "published", True)
    return published


def _thing(account: Account, stored: StoredObject) -> Thing:
    model = KINDS[stored.kind].model.model_validate(stored.data)
    fields: list[int] = []
    unknown: list[str] = []
    for name in dict.fromkeys(_custom_fields(model)):
        found = account.namesakes("field", normalised(name))
        fields += found
        if not found:
            unknown.append(name)
    return Thing(stored.id, stored.kind, stored.data, tuple(fields), tuple(unknown))


def _custom_fields(model: Model) -> Iterator[str]:
    """Yield the names of the custom fields that a model's messages use."""
    for text in marked(model):
        if isinstance(text.marker, Message) and "{" in text.value:
            for used in read_message(text.value).names:
                root, _, name = used.name.partition(".")
                if root == CONTACT and name and name not in BUILT_IN:
                    yield name
