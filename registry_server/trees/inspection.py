"""Inspecting a tree: whether every version that the index lists can be had. An edge.

Files are looked for and measured, not read: `cpt registry verify` proves every byte.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Lock

from package_format.index import IndexLine
from registry_server.errors import DamagedTreeError, NotFoundError, WithheldError
from registry_server.trees.lists import Lists
from registry_server.trees.tree import Tree

_LOOK_AGAIN = 30.0
_MOST_FAULTS = 100
_FORMAT = 1


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong.

    Attributes:
        what: What, in a sentence.
        help: What its operator can do about it.
        package: The package that cannot be had as it should, if it is one.
        version: Its version, if it is one.
    """

    what: str
    help: str
    package: str | None = None
    version: str | None = None


@dataclass(frozen=True)
class Condition:
    """How a registry is.

    Attributes:
        packages: How many packages can be listed.
        versions: How many versions they have.
        faults: What is wrong; of a great deal, the beginning.
        wrong: How much is wrong.
        looked_for: Of how many versions, those that came last, the archives were looked for; None
            if it was of all.
    """

    packages: int
    versions: int
    faults: tuple[Fault, ...]
    wrong: int
    looked_for: int | None = None


class Inspection:
    """Inspects a tree when somebody asks, but not again and again."""

    def __init__(
        self,
        tree: Tree,
        lists: Lists,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        """Take the tree, and what is known of its packages.

        Args:
            tree: The tree.
            lists: What is known of its packages.
            now: Tells the time, in UTC.
        """
        self._now = now
        self._tree = tree
        self._lists = lists
        self._lock = Lock()
        self._found: tuple[float, Condition] | None = None

    def condition(self) -> Condition:
        """Return how the registry is, or was less than a minute ago."""
        with self._lock:
            if self._found is None or time.monotonic() - self._found[0] > _LOOK_AGAIN:
                condition = self._inspect()
                self._found = time.monotonic(), condition
            return self._found[1]

    def _inspect(self) -> Condition:
        packages, versions = self._lists.sums()
        faults = list(self._of_config(packages))
        for name, why in self._lists.damaged().items():
            faults.append(Fault(why, f"restore index/{name}.jsonl from a copy", name))
        faults += self._of_what_is_signed()
        looked_for = 0
        for line in self._lists.to_be_looked_for():
            looked_for += 1
            faults += self._of_archive(line)
        return Condition(
            packages,
            versions,
            tuple(faults[:_MOST_FAULTS]),
            len(faults),
            looked_for if looked_for < versions else None,
        )

    def _of_config(self, packages: int) -> Iterator[Fault]:
        try:
            config = json.loads(self._tree.config())
        except NotFoundError:
            if packages:
                yield Fault("There is no config.json.", "publish something, which writes it")
        except (DamagedTreeError, ValueError, RecursionError) as error:
            yield Fault(f"config.json cannot be read: {error}.", "restore it from a copy")
        else:
            if not isinstance(config, dict) or config.get("format") != _FORMAT:
                yield Fault(
                    f"config.json does not say that the tree has the format {_FORMAT}.",
                    "restore it from a copy, or use the version of CPT that wrote it",
                )

    def _of_what_is_signed(self) -> Iterator[Fault]:
        try:
            for ending in self._tree.endings(self._now()):
                yield Fault(f"{ending.what}.", ending.help)
        except DamagedTreeError as error:
            yield Fault(str(error), "restore it from a copy, or sign it anew")

    def _of_archive(self, line: IndexLine) -> Iterator[Fault]:
        help_ = f"restore it from a copy; its digest is {line.digest}"
        try:
            found = self._tree.blob(line.digest)
            size = len(found) if isinstance(found, bytes) else found.stat().st_size
        except WithheldError:
            return
        except (NotFoundError, FileNotFoundError):
            what = f"The archive of {line.name} {line.version} is missing."
        except (DamagedTreeError, OSError) as error:
            what = f"The archive of {line.name} {line.version} cannot be read: {error}"
        else:
            if size == line.size:
                return
            what = (
                f"The archive of {line.name} {line.version} has {size:,} bytes, "
                f"and the index says {line.size:,}."
            )
        yield Fault(what, help_, line.name, line.version)
