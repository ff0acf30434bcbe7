"""Collecting: taking archives away that no version lists. An edge.

They are there because something ended between keeping an archive and writing its version down: a
last look that refused the version, or the process. None that a publication under way needs is
lost, whenever either of the two is killed:

- only what has been there for a while is looked at;
- archives are taken away under a lock that whoever writes a version down shares, after looking once
  more whether a version lists them;
- that a collection begins is written down before, and that it is over, after it. Whoever writes
  down a version that began before one was over looks whether the archive is there still, and
  otherwise keeps it again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from registry_server.database.actions import Action
from registry_server.database.database import ARCHIVES
from registry_server.errors import ConflictError
from registry_server.store import Store
from registry_server.upkeep.operating import OPERATOR

OLD = dt.timedelta(days=1)
"""After how long what no version lists is nobody's any more."""

_AT_ONCE = 100


@dataclass(frozen=True)
class Collected:
    """What a collection came to.

    Attributes:
        archives: How many archives no version lists.
        of: How many archives it looked at.
        halves: How many files are half an archive.
    """

    archives: int
    of: int
    halves: int


def collect(
    store: Store,
    now: dt.datetime,
    old: dt.timedelta = OLD,
    *,
    only_look: bool = False,
    even_many: bool = False,
) -> Collected:
    """Take away what no version lists; others may go on publishing.

    Args:
        store: The registry's store.
        now: The present moment, in UTC.
        old: For how long something must have been there.
        only_look: Whether everything stays, and is only counted.
        even_many: Whether it may be more than half of what is there.

    Raises:
        ConflictError: It is more than half: the database may be another registry's.
        UnavailableError: The database or the storage does not answer.
    """
    before, looked_at, unlisted = now - old, 0, list[str]()
    for digests in _batches(store.blobs.kept_before(before)):
        looked_at += len(digests)
        with store.database.reading() as records:
            listed = records.packages.listed(digests)
        unlisted += [digest for digest in digests if digest not in listed]
    if 2 * len(unlisted) > looked_at and not (even_many or only_look):
        raise ConflictError(
            f"{len(unlisted):,} of {looked_at:,} archives are in no version that this database "
            "lists: it may be another registry's. Nothing was taken away."
        )
    gone = len(unlisted)
    if unlisted and not only_look:
        gone = _take_away(store, unlisted, now)
    return Collected(gone, looked_at, store.blobs.halves(before, take_away=not only_look))


def _take_away(store: Store, unlisted: Sequence[str], now: dt.datetime) -> int:
    at, gone = now.strftime("%Y-%m-%dT%H:%M:%SZ"), 0
    with store.database.writing(ARCHIVES) as records:
        records.log.add(at, OPERATOR, Action.BEGAN_COLLECTING, "registry")
    for digests in _batches(iter(unlisted)):
        with store.database.writing(ARCHIVES) as records:
            listed = records.packages.listed(digests)
            still = [digest for digest in digests if digest not in listed]
            store.blobs.take_away(still)
            gone += len(still)
    with store.database.writing(ARCHIVES) as records:
        records.log.add(at, OPERATOR, Action.COLLECTED, "registry", archives=str(gone))
    return gone


def _batches(digests: Iterator[str]) -> Iterator[list[str]]:
    while some := list(islice(digests, _AT_ONCE)):
        yield some
