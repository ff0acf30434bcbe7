"""When what is signed ends, so that whoever runs a registry hears of it before everybody else does.

Signatures are not looked at: this is for those who sign, about files of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from package_format.errors import InvalidIndexError
from package_format.signed_tree import TIMESTAMP, Read, roots

ROOT_BEFORE = timedelta(days=30)
"""How long before a root ends it is told: its keys are apart from each other, and offline."""

STATE_BEFORE = timedelta(days=2)
"""How long before a signed state ends; a server signs anew when half of its seven days are over."""


@dataclass(frozen=True)
class Ending:
    """Something signed that ends soon, or has ended.

    Attributes:
        what: What, and when, a sentence without a full stop.
        help: What its operator can do.
    """

    what: str
    help: str


def endings(read: Read, now: datetime) -> tuple[Ending, ...]:
    """Return what of a registry's signed files ends soon; nothing of one that is not signed.

    Args:
        read: Returns the files.
        now: The present moment, in UTC.

    Raises:
        InvalidIndexError: They do not say when they end.
    """
    return tuple(_endings(read, now))


def _endings(read: Read, now: datetime) -> Iterator[Ending]:
    found = tuple(roots(read))
    if not found:
        return
    version, (path, root) = len(found), found[-1]
    ends = _expires(path, root)
    if ends - now < ROOT_BEFORE:
        yield Ending(
            f"Root {version}, by which everybody trusts this registry, {_said(ends, now)}",
            "make the next one with 'cpt registry root', and hand it to a server with "
            "'cpt registry use-root'",
        )
    state = read(TIMESTAMP)
    ends = now if state is None else _expires(TIMESTAMP, state)
    if state is not None and ends - now < STATE_BEFORE:
        yield Ending(
            f"What is signed of the index {_said(ends, now)}",
            "serve it with the online key (--signing-key), or sign a folder with "
            "'cpt registry sign' every day",
        )


def _expires(path: str, data: bytes) -> datetime:
    try:
        said = datetime.fromisoformat(str(json.loads(data)["signed"]["expires"]))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InvalidIndexError(f"{path} does not say when it ends: {error}") from error
    return said if said.tzinfo is not None else said.replace(tzinfo=UTC)


def _said(ends: datetime, now: datetime) -> str:
    day = f"{ends:%Y-%m-%d} at {ends:%H:%M} UTC"
    if ends <= now:
        return f"ended on {day}: nobody takes anything from here any more"
    left = ends - now
    hours = left.seconds // 3600
    count, word = (left.days, "day") if left.days else (hours, "hour")
    return f"ends on {day}, in {count} {word}{'' if count == 1 else 's'}"
