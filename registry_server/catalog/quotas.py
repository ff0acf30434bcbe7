"""Quotas: nobody fills a registry alone; whoever runs it says who may have more."""

from __future__ import annotations

import datetime as dt

from package_format.index import IndexLine
from registry_server.database.records import Records
from registry_server.errors import NotAllowedError

_MORE = "Whoever runs this registry can allow more ('cpt registry quota')."


def demand_room(records: Records, line: IndexLine, now: str, *, is_new: bool) -> None:
    """Do nothing if there is room for a version.

    Args:
        records: What there is.
        line: The version's line.
        now: The present moment.
        is_new: Whether it is the first one of its package.

    Raises:
        NotAllowedError: Its publisher has as much as it may have.
    """
    publisher = line.name.partition("/")[0]
    most, used = records.quotas.standing(publisher, day_of(now))
    if most.versions and used.versions >= most.versions:
        raise NotAllowedError(
            f"{publisher} has published {used.versions:,} "
            f"version{'' if used.versions == 1 else 's'} today, and may publish "
            f"{most.versions:,} a day. Publish again after midnight (UTC). {_MORE}"
        )
    if is_new and most.packages and records.quotas.packages_of(publisher) >= most.packages:
        raise NotAllowedError(
            f"{publisher} has as many packages as it may have, {most.packages:,}. {_MORE}"
        )
    if most.bytes and used.bytes + line.size > most.bytes:
        raise NotAllowedError(
            f"{publisher} has archives of {used.bytes:,} bytes, and may have {most.bytes:,}; this "
            f"one has {line.size:,}. {_MORE}"
        )


def day_of(now: str) -> dt.date:
    """Return the day of a moment, in UTC."""
    return dt.date.fromisoformat(now[: len("2026-11-26")])
