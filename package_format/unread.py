"""Unread: what of a package could not be read, so that nobody complains of its absence.

A reader says once what is wrong with a resource and leaves it out. Whatever else is checked then
must not call a reference to it unknown: that would be noise that goes away with the first mistake.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from package_format.package import Resource


@dataclass(frozen=True)
class Unread:
    """What could not be read.

    Attributes:
        resources: The kind and key of each resource, scenario and parameter that was left out.
        kinds: The kinds of which nobody knows what there is, because a file could not be read;
            ``parameter``, ``dependency`` and ``feature`` for parts of the manifest, ``upgrades``
            for the upgrades. A kind is here only if the one file that holds all of it could not be
            read (``tags.yaml``); of a kind with a file for each resource, only those are lost
            whose files could not be. A file that was left out because of its name is in neither:
            what refers to it is missed.
        torn: Resources that were left out, without the parts that could not be read: what is left
            of them says what it refers to, and nothing else can be asked of it.
    """

    resources: frozenset[tuple[str, str]] = frozenset()
    kinds: frozenset[str] = frozenset()
    torn: tuple[Resource, ...] = ()

    def has(self, kind: str, key: str) -> bool:
        """Whether a resource may be there, though it could not be read."""
        return kind in self.kinds or (kind, key) in self.resources

    def any(self, kind: str) -> bool:
        """Whether anything of a kind could not be read."""
        return kind in self.kinds or any(one == kind for one, _ in self.resources)

    def __bool__(self) -> bool:
        """Whether there is anything that could not be read."""
        return bool(self.resources or self.kinds)


NOTHING = Unread()
"""Everything could be read."""
