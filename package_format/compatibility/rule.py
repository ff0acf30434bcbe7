"""What a rule of compatibility is, and what it is told: two versions, and what lies between."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from package_format.package import Package, Resource
from package_format.references import Address
from package_format.upgrades.entries import Entry, RewrittenHistoryError, added, carry
from package_format.versions import Bump


@dataclass(frozen=True)
class Finding:
    """One thing that changed, as somebody who has the old version would see it.

    Attributes:
        bump: What it demands.
        rule: The code of the rule that found it.
        address: What it is about: an address, or the empty text for the package as a whole.
        message: One sentence that says what changed.
        help: What would mend it, such as an entry for ``upgrades.yaml``.
        waived: The author's reason why it does not count, if they gave one.
    """

    bump: Bump
    rule: str
    address: str
    message: str
    help: str | None = None
    waived: str | None = None

    @property
    def demands(self) -> Bump:
        """The bump that counts: a change that is waived is a change still, but a small one."""
        return self.bump if self.waived is None else min(self.bump, Bump.PATCH)


@dataclass(frozen=True)
class Versions:
    """Two versions of a package."""

    old: Package
    new: Package

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The entries that the old version lacks; after a rewritten list, those that differ."""
        old, new = self.old.upgrades, self.new.upgrades
        try:
            return added(old, new)
        except RewrittenHistoryError as error:
            return tuple(new[error.index :])

    def became(self, address: Address) -> Address | None:
        """Return an old address as it is in the new version; None if it was removed."""
        carried = carry(address, self.entries)
        return carried if isinstance(carried, Address) else None

    def is_handed_over(self, address: Address) -> bool:
        """Whether an old address is another package's now."""
        became = self.became(address)
        return became is not None and bool(became.package)

    def counterpart(self, resource: Resource) -> Resource | None:
        """Return what an old resource has become, if it is still in the package."""
        address = self.became(resource.address)
        return None if address is None else self.new.resources.get(address)

    @cached_property
    def pairs(self) -> tuple[tuple[Resource, Resource], ...]:
        """The resources of the old version that the new one still has, with what they became."""
        both = ((old, self.counterpart(old)) for old in self.old.resources.values())
        return tuple((old, new) for old, new in both if new is not None)

    @cached_property
    def removed(self) -> tuple[Resource, ...]:
        """The resources that are in the package no longer."""
        return tuple(r for r in self.old.resources.values() if self.counterpart(r) is None)

    @cached_property
    def appeared(self) -> tuple[Resource, ...]:
        """The resources that were not in the package before."""
        known = {new.address for _, new in self.pairs}
        return tuple(r for address, r in self.new.resources.items() if address not in known)


Found = tuple[str, str, str | None]
"""What a rule finds: the address, the message and the help."""


@dataclass(frozen=True)
class Rule:
    """A row of the table.

    Attributes:
        code: The kebab-case name.
        bump: What everything that it finds demands.
        title: The rule in one line.
        explanation: Why it demands that; paragraphs for people.
        find: Yields everything that changed.
        can_be_waived: Whether an author may say that it does not count for an item.
    """

    code: str
    bump: Bump
    title: str
    explanation: str
    find: Callable[[Versions], Iterable[Found]]
    can_be_waived: bool = True

    def findings(self, versions: Versions) -> Iterator[Finding]:
        """Yield what changed, as findings."""
        for address, message, help_ in self.find(versions):
            yield Finding(self.bump, self.code, address, message, help_)


def mend(entry: object, hint: str = "") -> str:
    """Return a help that shows an entry as one would paste it."""
    return f"add to upgrades.yaml:\n- {entry}{f'  # {hint}' if hint else ''}"
