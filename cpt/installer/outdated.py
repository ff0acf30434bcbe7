"""Outdated: which installed packages could be newer, and what an upgrade would make of them; pure.

What an upgrade would choose comes from the resolver; here it is put beside what is installed, and
beside the newest there is, which the range that was asked for may not allow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cpt.installer.record.record import Record
from package_format.index import IndexLine, Status, newest_active
from package_format.versions import Range, Version


@dataclass(frozen=True)
class Outlook:
    """How one installed package stands beside what is published.

    Attributes:
        name: ``publisher/name``.
        installed: The installed version.
        upgrade: The version that ``cpt upgrade`` would move to; the installed one if none.
        newest: The newest release; the newest prerelease where there is no release; None if nothing
            of that name is offered any more.
        asked: The range that was asked for; None for one that came as a dependency.
        yanked: Whether the installed version was withdrawn.
    """

    name: str
    installed: str
    upgrade: str
    newest: str | None
    asked: str | None
    yanked: bool

    @property
    def is_current(self) -> bool:
        """Whether there is nothing newer, and what is installed is still offered."""
        newest = self.newest is None or Version.parse(self.newest) <= Version.parse(self.installed)
        return newest and self.upgrade == self.installed and not self.yanked

    @property
    def is_out_of_range(self) -> bool:
        """Whether the range that was asked for keeps it from the newest release."""
        if self.newest is None or self.asked is None:
            return False
        newest = Version.parse(self.newest)
        return newest > Version.parse(self.upgrade) and not Range.parse(self.asked).allows(newest)


def outlooks(
    record: Record,
    fitting: Mapping[str, IndexLine],
    index: Callable[[str], tuple[IndexLine, ...]],
) -> tuple[Outlook, ...]:
    """Return how each installed package stands, by name.

    Args:
        record: What the account has.
        fitting: What an upgrade of everything would choose, by name.
        index: Returns a line for each published version of a package; none if it is unknown.
    """
    return tuple(
        Outlook(
            name,
            package.version,
            fitting[name].version if name in fitting else package.version,
            line.version if (line := newest_active(lines)) else None,
            package.asked,
            any(x.version == package.version and x.status is not Status.ACTIVE for x in lines),
        )
        for name, package in sorted(record.packages.items())
        for lines in [index(name)]
    )
