"""What makes of one version of the tables the next, in every database, keeping what is in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from account_engine.stores.schema import (
    DELIVERY_TABLES,
    DEPARTURE_TABLES,
    ENROLMENTS,
    OWED_STEPS,
    RETIRED_FLOWS,
    SCHEMA_VERSION,
    SERVER_TABLES,
    Dialect,
    translated,
)

UPGRADES: Mapping[int, str] = {
    3: DELIVERY_TABLES,
    4: SERVER_TABLES,
    5: DEPARTURE_TABLES,
    6: RETIRED_FLOWS,
    7: OWED_STEPS,
    8: ENROLMENTS,
}
"""The statements that lead from each version, from 3 on, to the next; written as in `schema`."""


def upgrades(version: int, dialect: Dialect) -> str:
    """Return the statements that lead from a version to today's."""
    steps = (UPGRADES[older] for older in range(version, SCHEMA_VERSION))
    return translated("".join(steps), dialect)


def statements(text: str) -> Iterator[str]:
    """Return the statements of a text, one by one; each ends in a semicolon and a line's end."""
    return filter(str.strip, text.split(";\n"))
