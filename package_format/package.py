"""The package: a manifest and resources at one version, as a value.

Where its text came from is kept beside it for diagnostics (`Origin`) and is no part of what it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.kinds.model import Marked, marked, references_among
from package_format.kinds.table import KINDS
from package_format.references import Address

if TYPE_CHECKING:
    from package_format.diagnostics import Span
    from package_format.kinds.model import Json, Model, Path
    from package_format.manifest import Manifest
    from package_format.upgrades.entries import Entry


class Origin(Protocol):
    """Where a package's text came from."""

    def span(
        self,
        address: Address | None,
        path: Path = (),
        *,
        key: bool = False,
        within: tuple[int, int] | None = None,
    ) -> Span | None:
        """Return where a value stands.

        Args:
            address: The resource, or a node, step or way in it; None for the manifest; a parameter;
                ``upgrades`` entries have the address kind ``upgrades`` and their index as the
                path's first part; scenarios have the kind ``scenario`` and their file's stem.
            path: Where in the resource's canonical data; nothing for the resource's own key.
            key: Whether the key is meant rather than the value.
            within: For a text, the piece that is meant, as offsets in the value.
        """


@dataclass(frozen=True)
class Resource:
    """One thing that a package brings."""

    kind: str
    key: str
    model: Model

    @property
    def address(self) -> Address:
        """The address within the package."""
        return Address("", self.kind, self.key)

    @property
    def label(self) -> str:
        """What people know it by: a tag's name, an email's subject."""
        return str(getattr(self.model, KINDS[self.kind].label))

    @cached_property
    def data(self) -> dict[str, Json]:
        """The canonical data."""
        return self.model.canonical()

    @cached_property
    def marked(self) -> tuple[Marked, ...]:
        """Every marked text of the model, in the order of its fields."""
        return marked(self.model)

    @property
    def references(self) -> Iterator[tuple[Path, str, str]]:
        """Every reference of the model: its path, its kind and its text."""
        return references_among(self.marked)

    @cached_property
    def flow(self) -> Flow:
        """The graph of a campaign; a TypeError for any other kind is a bug of the caller's."""
        if not isinstance(self.model, Campaign):
            raise TypeError(f"{self.address} is not a campaign")
        return Flow(self.model)


@dataclass(frozen=True)
class Package:
    """A package at one version.

    Attributes:
        manifest: What ``cpt.toml`` says.
        resources: Every resource by its local address, sorted by kind (in the table's order) and
            key.
        upgrades: The entries of ``upgrades.yaml``, oldest first.
        scenarios: The author's tests by file stem, as plain data.
        documents: README.md, CHANGELOG.md, LICENSE and media, by relative path.
        origin: Where the text came from, if it was read from a folder.
    """

    manifest: Manifest
    resources: Mapping[Address, Resource]
    upgrades: tuple[Entry, ...] = ()
    scenarios: Mapping[str, Json] = field(default_factory=dict)
    documents: Mapping[str, bytes] = field(default_factory=dict)
    origin: Origin | None = field(default=None, compare=False, repr=False)

    @property
    def name(self) -> str:
        """``publisher/name``."""
        return self.manifest.name

    @property
    def campaigns(self) -> tuple[Resource, ...]:
        """The campaigns, sorted by key."""
        return tuple(r for r in self.resources.values() if r.kind == "campaign")

    def __str__(self) -> str:
        """Return ``publisher/name 1.4.0``."""
        return f"{self.name} {self.manifest.version}"
