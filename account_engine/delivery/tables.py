"""Tables: work lists as files, for those who print, call, pack and do."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime

from account_engine.outgoing.parcels import Work
from package_format.kinds.model import Json

_COLUMNS = ("key", "kind", "number", "to", "subject", "body", "for", "due", "recorded", "campaign")
_FORMULAS = ("=", "@", "\t", "\r", "+", "-")


def row_of(work: Work) -> dict[str, Json]:
    """Return one thing to be done; its key stays the same however often it is exported."""
    message = work.message
    return {
        "key": work.key,
        "kind": str(message.kind),
        "number": message.number,
        "to": message.to,
        "subject": message.subject,
        "body": message.body,
        "for": message.person or None,
        "due": _written(message.due),
        "recorded": _written(message.recorded),
        "campaign": message.campaign,
    }


def as_csv(work: Iterable[Work]) -> str:
    """Return work as CSV; no cell is taken for a formula by a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for one in work:
        row = row_of(one)
        writer.writerow([_cell(row[name]) for name in _COLUMNS])
    return text.getvalue()


def _cell(value: Json) -> str:
    text = "" if value is None else str(value)
    is_number = text[:1] == "+" and text[1:].replace(" ", "").isdecimal()  # of a telephone
    return f"'{text}" if text.startswith(_FORMULAS) and not is_number else text


def _written(instant: int | None) -> str | None:
    if instant is None:
        return None
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
