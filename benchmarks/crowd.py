"""An account in which a great many contacts wait at one step."""

# ruff: noqa: S608, SLF001  statements are put together of what stands here; stores are looked into

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from account_engine.account import Account
from account_engine.stores.locations import create_store
from account_engine.stores.records import Identity
from account_engine.stores.rows import Rows

MANY = int(os.environ.get("CPT_BENCH_CONTACTS", "1000000"))
START = 1_772_442_000
DUE = START + 86_400
DAY = 86_400
"""Over how many seconds moments are spread."""


FLOW = {
    "title": "Many",
    "goals": {
        "came": {"when": [{"web-form-submitted": {"form": "#3"}}]},
        "asked": {"when": [{"web-form-submitted": {"form": "#4"}}], "after": ["s"]},
    },
    "sequences": {
        "s": {
            "after": ["came"],
            "steps": [
                {
                    "key": "mail",
                    "wait": {"for": "1 day"},
                    "action": {"send-email": {"email": "#1"}},
                },
                {"key": "mark", "action": {"apply-tag": {"tag": "#2"}}},
                {"key": "rest", "wait": {"for": "30 days"}},
            ],
        },
        "t": {
            "after": ["asked"],
            "steps": [
                {"key": "answer", "action": {"send-email": {"email": "#1"}}},
                {"key": "rest", "wait": {"for": "30 days"}},
            ],
        },
    },
}


@contextmanager
def crowded(location: str, contacts: int, spread: int = 1) -> Iterator[Account]:
    """Make an account in which so many contacts wait at one step.

    Args:
        location: Where.
        contacts: How many.
        spread: In how many seconds they come to be due; neighbours do at quite other moments.
    """
    identity = Identity("a", "b", "Many", ("email",), "UTC", START)
    with Account(create_store(location, identity)) as account:
        body = {"subject": "Hello", "from": "us@shop.example", "body": "<p>Hello</p>"}
        account.create_object("email", body)
        account.create_object("tag", {"name": "Marked"})
        for title in ("Form", "Question"):
            account.create_object("form", {"title": title, "fields": [{"field": "email"}]})
        campaign = account.create_object("campaign", FLOW).id
        rows = cast("Rows", account._store)
        waits = next(p for p in account._store.places(campaign, 1) if p.step == "mail")
        with account._store.publishing():
            for statement in _FILL:
                values = {"place": waits.id, "spot": waits.spot, "began": START, "due": DUE}
                rows.run(statement, many=contacts, spread=spread, **values)
            rows.run(
                "INSERT INTO entries (account, contact, campaign, node, count) "
                "SELECT :account, id, :campaign, :node, 1 FROM contacts WHERE account = :account",
                campaign=campaign,
                node=account.flow(campaign).ids["s"],
            )
        yield account


NUMBERS = (
    "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :many) "
)
_FILL = (
    f"INSERT INTO contacts (account, id) {NUMBERS} SELECT :account, n FROM numbers",
    """
    INSERT INTO contact_values (account, contact, field, value, folded)
    SELECT :account, id, 'email', '"c' || id || '@example.com"', 'c' || id || '@example.com'
    FROM contacts WHERE account = :account
    """,
    """
    INSERT INTO positions (account, contact, spot, place, entry, overtaken, entered, began, due)
    SELECT :account, id, :spot, :place, 1, 0, :began + after, :began + after, :due + after
    FROM (
        SELECT id, CAST(id AS BIGINT) * 48271 % :spread AS after FROM contacts
        WHERE account = :account
    ) AS them
    """,
)
