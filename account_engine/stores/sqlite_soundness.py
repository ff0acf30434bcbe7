"""Soundness: whether what stands in an account's file is what an account writes there.

Reading a file does not look at every row first: that would cost what the account is large. Only
when something went wrong that nobody foresaw is it asked whether the file is to blame.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from zoneinfo import ZoneInfo

from account_engine.effects import EffectKind
from account_engine.errors import AccountError
from account_engine.keys import Scope
from account_engine.objects import read, read_campaign
from account_engine.position import Status
from account_engine.upgrading.lineage import inner_addresses
from package_format.campaign.flow import Flow
from package_format.contact_fields import Channel
from package_format.kinds.model import Json

_LATEST = 253_402_300_799
"""The last second of the year 9999; no clock shows more."""

_INTEGERS = ("INTEGER", "BIGINT", "SMALLINT")
_ALLOWED = {**dict.fromkeys(_INTEGERS, "'integer'"), "TEXT": "'text'"}


def fault(connection: sqlite3.Connection) -> str | None:
    """Return the first thing in a file that no account would have written; None if all is well."""
    try:
        return next(_faults(connection), None)
    except sqlite3.DatabaseError as error:
        return f"it cannot be read: {error}"


def _faults(connection: sqlite3.Connection) -> Iterator[str]:
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (table,) in tables:
        columns = connection.execute(
            'SELECT name, type, "notnull" FROM pragma_table_xinfo(?)', (table,)
        ).fetchall()
        for column, declared, required in columns:
            allowed = _ALLOWED.get(declared, "'integer', 'real', 'text', 'blob'") + (
                "" if required else ", 'null'"
            )
            if connection.execute(
                f'SELECT 1 FROM "{table}" WHERE typeof("{column}") NOT IN ({allowed}) LIMIT 1'
            ).fetchone():
                yield f"a {column} in its table {table} is of another sort"
    for sql, readers in _READ.items():
        for row in connection.execute(sql):
            for what, value, reader in zip(_names(sql), row, readers, strict=True):
                try:
                    if value is not None:  # where something has to be, it was looked at above
                        reader(value)
                except (AccountError, ValueError, TypeError, LookupError, RecursionError) as error:
                    said = str(error) or type(error).__name__
                    yield f"{what} is {str(value)[:60]!r}: {said[:200]}"
    yield from _faults_of_campaigns(connection)


def _names(sql: str) -> list[str]:
    return [name.strip() for name in sql.removeprefix("SELECT ").partition(" FROM ")[0].split(",")]


def _faults_of_campaigns(connection: sqlite3.Connection) -> Iterator[str]:
    if connection.execute("SELECT count(*) FROM accounts").fetchone() != (1,):
        yield "it does not say which account it is"
    for kind, data in connection.execute("SELECT kind, data FROM objects"):
        try:
            read(kind, json.loads(data))
        except AccountError as error:
            yield str(error)
    flows: dict[tuple[int, int], Flow] = {}
    for campaign, version, data, ids in connection.execute(
        "SELECT campaign, version, data, ids FROM flows"
    ):
        try:
            flow = Flow(read_campaign(json.loads(data)))
        except AccountError as error:
            yield f"campaign #{campaign}: {error}"
            return
        if not set(inner_addresses(flow)) <= json.loads(ids).keys():
            yield f"campaign #{campaign} has steps without ids"
        flows[campaign, version] = flow
    for campaign, version, node, step in connection.execute(
        "SELECT campaign, version, node, step FROM places"
    ):
        known = flows.get((campaign, version))
        if known is None or node not in known.nodes or (step and known.step(node, step) is None):
            yield f"there is no place {node}.{step} in campaign #{campaign}"
    if connection.execute(
        "SELECT 1 FROM positions LEFT JOIN places ON places.id = place WHERE places.id IS NULL"
    ).fetchone():
        yield "somebody stands at a place that is not there"


def _mapping(text: str) -> None:
    if not isinstance(json.loads(text), dict):
        raise TypeError("it is no JSON object")


def _numbers(text: str) -> None:
    found: Json = json.loads(text)
    if not isinstance(found, dict) or not all(type(number) is int for number in found.values()):
        raise TypeError("it is no JSON object of numbers")


def _attributes(text: str) -> None:
    found: Json = json.loads(text)
    _mapping(text)
    for value in found.values():
        if not isinstance(value, str):
            _texts(json.dumps(value))


def _texts(text: str) -> None:
    found: Json = json.loads(text)
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise TypeError("it is no JSON list of texts")


def _ids(text: str) -> None:
    found: Json = json.loads(text)
    if not isinstance(found, list) or not all(type(one) is int for one in found):
        raise TypeError("it is no JSON list of numbers")


def _value(text: str) -> None:
    if not isinstance(json.loads(text), str | int | float | bool):
        raise TypeError("it is no value of a contact")


def _instant(number: int) -> None:
    if not -_LATEST <= number <= _LATEST:
        raise ValueError("no clock shows that")


def _channels(text: str) -> None:
    _texts(text)
    for one in json.loads(text):
        Channel(one)


def _scopes(text: str) -> None:
    _texts(text)
    for one in json.loads(text):
        Scope(one)


_Reader = Callable[..., object]
_READ: Mapping[str, tuple[_Reader, ...]] = {
    "SELECT features, zone, clock FROM accounts": (_texts, ZoneInfo, _instant),
    "SELECT data FROM objects": (_mapping,),
    "SELECT data, ids FROM flows": (_mapping, _numbers),
    "SELECT attributes FROM listens": (_mapping,),
    "SELECT refused FROM contacts": (_channels,),
    "SELECT value FROM contact_values": (_value,),
    "SELECT since FROM contact_facts": (_instant,),
    "SELECT status FROM places": (Status,),
    "SELECT arrived, skip, owed, entered, began, due, resumes FROM positions": (
        _texts, _ids, _ids, _instant, _instant, _instant, _instant,
    ),
    "SELECT attributes, at FROM inbox": (_attributes, _instant),
    "SELECT at FROM story": (_instant,),
    "SELECT data FROM texts": (_mapping,),
    "SELECT kind, recorded, due FROM effects": (EffectKind, _instant, _instant),
    "SELECT at, record, created FROM revisions": (_instant, json.loads, _numbers),
    "SELECT at FROM former_contacts": (_instant,),
    "SELECT scopes, created, revoked FROM api_keys": (_scopes, _instant, _instant),
}  # fmt: skip
"""What is read of each table, and what reads it: whatever an account wrote, it can."""
