"""Drafts: what is to become of one resource, while a plan is being made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from account_engine.objects import reference
from cpt.installer.changes import Change, ChangeType, FieldChange, Remedy
from cpt.installer.edits import edits_of
from cpt.installer.record.record import Managed, Origin, accepted
from cpt.installer.record.snapshot import Live
from cpt.installer.words import path_text
from package_format.kinds.model import Json, Path
from package_format.references import Address


@dataclass(frozen=True)
class Draft:
    """What is to become of one resource.

    Attributes:
        type: The type of change.
        address: Its full address in the new version.
        old: Its full address in the record, if it is recorded.
        live: The object that it is, if there is one.
        label: What people know it by.
        base: What was wanted last; None if it is not wanted any more.
        result: What the account will hold, references as full addresses; None for nothing.
        origin: How the object came under management.
        reason: In words.
        fields: What differs.
        gone: The name that its object had, if the owner deleted it.
        owned: The paths of what is the owner's for good.
        orders: As in `Managed`.
        remedies: How a conflict can be settled.
        question: What to ask about it as a whole.
        waits: Whether it waits for something that is to be made by hand first.
    """

    type: ChangeType
    address: Address
    label: str
    old: Address | None = None
    live: Live | None = None
    base: Json = None
    result: Json = None
    origin: Origin = Origin.CREATED
    reason: str = ""
    fields: tuple[FieldChange, ...] = ()
    gone: str | None = None
    owned: tuple[str, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    question: str = ""
    waits: bool = False
    orders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Its kind's name."""
        return self.address.kind

    @property
    def name(self) -> str:
        """What it is called in data that the account is given: ``#12``, or ``@address``."""
        if self.live is not None:
            return reference(self.live.id)
        return self.gone if self.gone and self.result is None else f"@{self.address}"

    @property
    def change(self) -> Change:
        """How the plan shows it."""
        return Change(
            self.type,
            str(self.address),
            self.kind,
            self.label,
            None if self.live is None else reference(self.live.id),
            self.reason,
            self.fields,
            self.remedies if self.type is ChangeType.CONFLICT else (),
            self.question if self.type is ChangeType.CONFLICT else "",
        )

    def doubted(self, reason: str, *remedies: Remedy, question: str = "") -> Draft:
        """Return it as a conflict that the owner has to settle."""
        type_ = ChangeType.CONFLICT
        return replace(self, type=type_, reason=reason, remedies=remedies, question=question)

    def sides(self, *flags: str, path: Path = ()) -> tuple[Remedy, ...]:
        """Return what can be said of it, or of one of its fields: ``keep``, ``take``."""
        target = f"{self.address}#{path_text(path)}" if path else str(self.address)
        return tuple(Remedy(flag, target) for flag in flags)

    @property
    def row(self) -> Managed:
        """What the record remembers of it, once applied."""
        return Managed(
            object=self.name,
            origin=self.origin,
            base=self.base,
            released=self.type is ChangeType.RELEASE,
            accepted=accepted(edits_of(self.kind, self.base, self.result)),
            owned=self.owned,
            orders=dict(self.orders),
        )
