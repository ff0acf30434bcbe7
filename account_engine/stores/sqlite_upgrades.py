"""Files of older versions, and what makes of them what we read today.

Versions 1 and 2 are from before an account's tables were the same in every database: what they hold
is copied into today's tables. From version 3 on, `schema_upgrades.UPGRADES` leads on.
"""

from __future__ import annotations

import sqlite3

from account_engine.stores.schema import ALONE, SCHEMA_VERSION, tables
from account_engine.stores.schema_upgrades import statements, upgrades

_FIRST_TO_SECOND = """
ALTER TABLE contacts ADD COLUMN refused TEXT NOT NULL DEFAULT '[]';
UPDATE contacts SET refused = '["email"]' WHERE opted_out;
ALTER TABLE contacts DROP COLUMN opted_out;
ALTER TABLE contacts ADD COLUMN owner TEXT;
ALTER TABLE effects ADD COLUMN person TEXT NOT NULL DEFAULT '';
CREATE TABLE contact_facts (
    contact INTEGER NOT NULL,
    sort TEXT NOT NULL,
    subject TEXT NOT NULL,
    number INTEGER NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (contact, sort, subject, number)
);
CREATE INDEX contact_facts_by_subject ON contact_facts (sort, subject, contact);
CREATE TABLE lineage (
    campaign INTEGER NOT NULL,
    node INTEGER NOT NULL,
    address TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (campaign, node)
);
INSERT OR REPLACE INTO lineage (campaign, node, address, seq)
    SELECT flows.campaign, ids.value, ids.key, flows.version
    FROM flows, json_each(flows.ids) AS ids ORDER BY flows.version;
INSERT OR REPLACE INTO counters (name, next)
    SELECT 'lineage', coalesce(max(version), 0) + 1 FROM flows;
"""

_THE_SAME = {
    "counters": "name, next",
    "objects": "id, kind, natural_key, data",
    "refs": "referrer, version, target",
    "departed": "id, kind, label",
    "flows": "campaign, version, data, ids, published, retired",
    "lineage": "campaign, node, address, seq",
    "listens": "word, attributes, campaign, version, goal",
    "contact_values": "contact, field, value, folded",
    "contact_tags": "contact, tag",
    "contact_facts": "contact, sort, subject, number, since",
    "entries": "contact, campaign, node, count",
    "passed": "contact, campaign, step, entry",
    "story": "seq, contact, at, what, campaign, node, why",
    "texts": "digest, data",
    "revisions": "number, id, title, at, record, created, travelled",
}
"""Tables of version 2 whose columns only got the account before them."""

_COPIES = f"""
INSERT INTO accounts (account, handle, id, incarnation, name, features, zone, address, clock, stamp)
    SELECT {ALONE}, name, id, incarnation, name, features, zone, address, clock, stamp
    FROM old_account;
INSERT INTO places (account, id, spot, campaign, version, node, step, status)
    SELECT {ALONE}, 3 * nodes.n + ends.n, 3 * nodes.n + 1, campaign, version, node, '', status
    FROM (
        SELECT campaign, version, key AS node,
            row_number() OVER (ORDER BY campaign, version, key) - 1 AS n
        FROM old_flows, json_each(ids) WHERE instr(key, '.') = 0
    ) AS nodes, (
        SELECT 1 AS n, 'running' AS status
        UNION ALL SELECT 2, 'queued' UNION ALL SELECT 3, 'joining'
    ) AS ends;
INSERT INTO places (account, id, spot, campaign, version, node, step, status)
    SELECT {ALONE}, (SELECT coalesce(max(id), 0) FROM places)
            + row_number() OVER (ORDER BY spot, steps.step),
        spot, campaign, version, node, steps.step, 'running'
    FROM (
        SELECT campaign, version, substr(key, 1, instr(key, '.') - 1) AS node,
            substr(key, instr(key, '.') + 1) AS step
        FROM old_flows, json_each(ids) WHERE instr(key, '.') > 0
    ) AS steps JOIN places USING (campaign, version, node)
    WHERE places.step = '' AND status = 'running';
INSERT INTO counters (account, name, next)
    SELECT {ALONE}, 'places', 1 + max(id) FROM places HAVING count(*) > 0;
INSERT INTO contacts (account, id, refused, owner)
    SELECT {ALONE}, id, nullif(refused, '[]'), owner FROM old_contacts;
INSERT INTO positions (account, contact, spot, place, entry, overtaken, entered, began, due,
        arrived, skip)
    SELECT {ALONE}, contact, spot, places.id, entry, overtaken, entered, began, due,
        nullif(arrived, '[]'), nullif(skip, '[]')
    FROM old_positions AS old JOIN places USING (campaign, version, node, status)
    WHERE places.step = coalesce(old.step, '');
INSERT INTO effects (seq, account, contact, campaign, step, entry, kind, resource, text, recorded,
        due, person)
    SELECT seq, {ALONE}, contact, campaign, step, entry, kind, CAST(substr(resource, 2) AS INTEGER),
        texts.id, recorded, due, nullif(person, '')
    FROM old_effects AS old JOIN texts ON texts.digest = old.text;
INSERT INTO counters (account, name, next)
    SELECT {ALONE}, 'inbox', 1 + max(seq) FROM old_inbox HAVING count(*) > 0;
"""
"""The other tables; the events of version 2's inbox have had their turn and stand in the story."""

_KEPT = ("contacts", "positions", "effects")
"""Tables of which no row may be missed."""


def upgrade(connection: sqlite3.Connection) -> None:
    """Bring a file of an older version up to date, whole or not at all, whoever else opens it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version == 1:
            _run(connection, _FIRST_TO_SECOND)
        if version in {1, 2}:
            _copy_second(connection)
        else:
            _run(connection, upgrades(version, "sqlite"))
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _copy_second(connection: sqlite3.Connection) -> None:
    """Copy everything of version 2 into today's tables."""
    named = "SELECT name FROM sqlite_schema WHERE type = ? AND name NOT LIKE 'sqlite_%'"
    for (index,) in connection.execute(named, ("index",)).fetchall():
        connection.execute(f"DROP INDEX {index}")
    old = [name for (name,) in connection.execute(named, ("table",))]
    for table in old:
        connection.execute(f"ALTER TABLE {table} RENAME TO old_{table}")
    _run(connection, tables("sqlite"))
    for table, columns in _THE_SAME.items():
        connection.execute(
            f"INSERT INTO {table} (account, {columns}) SELECT {ALONE}, {columns} FROM old_{table}"
        )
    _run(connection, _COPIES)
    for table in _KEPT:
        counts = f"SELECT (SELECT count(*) FROM {table}), (SELECT count(*) FROM old_{table})"
        now, before = connection.execute(counts).fetchone()
        if now != before:
            error = sqlite3.DatabaseError(f"{before - now} rows of {table} belong to nothing")
            error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise error
    for table in old:
        connection.execute(f"DROP TABLE old_{table}")


def _run(connection: sqlite3.Connection, text: str) -> None:
    for statement in statements(text):
        connection.execute(statement)
