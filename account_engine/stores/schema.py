"""The tables of an account's file, and what tells such a file from any other.

Types and keys are plain, so that a shared database can have the same tables with the account first
in every key. Instants are whole seconds UTC; JSON is canonical text; texts that are compared are
normalised by Python before they come here, never by a collation.
"""

from __future__ import annotations

APPLICATION_ID = 0x43505461
"""``CPTa`` in the file's header; SQLite's ``application_id``."""

SCHEMA_VERSION = 2
"""Counts up whenever the tables change; SQLite's ``user_version``."""

TABLES = """
CREATE TABLE account (
    id TEXT NOT NULL,
    incarnation TEXT NOT NULL,
    name TEXT NOT NULL,
    features TEXT NOT NULL,             -- JSON list
    zone TEXT NOT NULL,
    address TEXT NOT NULL,              -- postal, for messages; may be empty
    clock INTEGER NOT NULL,
    stamp INTEGER NOT NULL DEFAULT 0    -- counts writes to resources and flows, for caches
);
CREATE TABLE counters (name TEXT PRIMARY KEY, next INTEGER NOT NULL);

CREATE TABLE objects (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    natural_key TEXT,
    data TEXT NOT NULL
);
CREATE INDEX objects_by_natural_key ON objects (kind, natural_key);
CREATE TABLE refs (
    referrer INTEGER NOT NULL,
    version INTEGER NOT NULL,           -- of a campaign's flow; 0 for every other kind
    target INTEGER NOT NULL,
    PRIMARY KEY (referrer, version, target)
);
CREATE INDEX refs_by_target ON refs (target, referrer);
CREATE TABLE departed (                 -- what deleted objects were called, for old stories
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    label TEXT NOT NULL
);

CREATE TABLE flows (
    campaign INTEGER NOT NULL,
    version INTEGER NOT NULL,
    data TEXT NOT NULL,
    ids TEXT NOT NULL,                  -- JSON object: node or node.step to id
    published INTEGER NOT NULL,
    retired INTEGER NOT NULL,
    PRIMARY KEY (campaign, version)
);
CREATE TABLE lineage (                  -- every node and step there ever was, for good
    campaign INTEGER NOT NULL,
    node INTEGER NOT NULL,              -- the id of a node or step
    address TEXT NOT NULL,              -- the inner address that it had last
    seq INTEGER NOT NULL,               -- the later written, the greater
    PRIMARY KEY (campaign, node)
);
CREATE TABLE listens (
    word TEXT NOT NULL,
    attributes TEXT NOT NULL,           -- JSON object
    campaign INTEGER NOT NULL,
    version INTEGER NOT NULL,
    goal TEXT NOT NULL,
    PRIMARY KEY (word, attributes, campaign, version, goal)
);
CREATE INDEX listens_by_flow ON listens (campaign, version);

CREATE TABLE contacts (
    id INTEGER PRIMARY KEY,
    refused TEXT NOT NULL DEFAULT '[]', -- JSON list of channels
    owner TEXT                          -- a user's address
);
CREATE TABLE contact_values (
    contact INTEGER NOT NULL,
    field TEXT NOT NULL,                -- a built-in field's name, or #12
    value TEXT NOT NULL,                -- JSON
    folded TEXT NOT NULL,               -- normalised, to be found by
    PRIMARY KEY (contact, field)
);
CREATE INDEX contact_values_by_value ON contact_values (field, folded);
CREATE TABLE contact_tags (
    contact INTEGER NOT NULL,
    tag INTEGER NOT NULL,
    PRIMARY KEY (contact, tag)
);
CREATE INDEX contact_tags_by_tag ON contact_tags (tag, contact);
CREATE TABLE contact_facts (
    contact INTEGER NOT NULL,
    sort TEXT NOT NULL,                 -- purchase, task, score, opportunity
    subject TEXT NOT NULL,              -- #12: the product, template, score or stage
    number INTEGER NOT NULL,            -- how many, or points; which one, of opportunities
    since INTEGER NOT NULL,             -- of points; otherwise 0
    PRIMARY KEY (contact, sort, subject, number)
);
CREATE INDEX contact_facts_by_subject ON contact_facts (sort, subject, contact);

CREATE TABLE positions (
    contact INTEGER NOT NULL,
    campaign INTEGER NOT NULL,
    version INTEGER NOT NULL,
    node TEXT NOT NULL,
    status TEXT NOT NULL,
    step TEXT,
    entry INTEGER NOT NULL,
    entered INTEGER NOT NULL,
    began INTEGER,
    due INTEGER,
    overtaken INTEGER NOT NULL,
    arrived TEXT NOT NULL,              -- JSON list
    skip TEXT NOT NULL,                 -- JSON list
    PRIMARY KEY (contact, campaign, version, node)
);
CREATE INDEX positions_by_due ON positions (due, contact);
CREATE INDEX positions_by_place ON positions (campaign, version, node, step, status, due, contact);
CREATE TABLE entries (
    contact INTEGER NOT NULL,
    campaign INTEGER NOT NULL,
    node INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (contact, campaign, node)
);
CREATE INDEX entries_by_node ON entries (campaign, node);
CREATE TABLE passed (
    contact INTEGER NOT NULL,
    campaign INTEGER NOT NULL,
    step INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    PRIMARY KEY (contact, campaign, step, entry)
);

CREATE TABLE inbox (
    seq INTEGER PRIMARY KEY,
    contact INTEGER NOT NULL,
    at INTEGER NOT NULL,
    word TEXT NOT NULL,
    attributes TEXT NOT NULL
);
CREATE TABLE story (
    seq INTEGER PRIMARY KEY,
    contact INTEGER NOT NULL,
    at INTEGER NOT NULL,
    what TEXT NOT NULL,
    campaign INTEGER,
    node TEXT NOT NULL,
    why TEXT NOT NULL
);
CREATE INDEX story_by_contact ON story (contact, seq);
CREATE TABLE texts (digest TEXT PRIMARY KEY, data TEXT NOT NULL);
CREATE TABLE effects (
    seq INTEGER PRIMARY KEY,
    contact INTEGER NOT NULL,
    campaign INTEGER NOT NULL,
    step INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    kind TEXT NOT NULL,
    resource TEXT NOT NULL,             -- #12
    text TEXT NOT NULL,                 -- texts.digest
    recorded INTEGER NOT NULL,
    due INTEGER,
    person TEXT NOT NULL DEFAULT '',    -- who is to do it: a user's address
    UNIQUE (contact, campaign, step, entry)
);

CREATE TABLE revisions (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    at INTEGER NOT NULL,
    record TEXT NOT NULL,               -- JSON
    created TEXT NOT NULL,              -- JSON object: name to id
    travelled INTEGER NOT NULL
);
"""
"""Everything that a new account's file contains."""

UPGRADES = {
    1: """
ALTER TABLE contacts ADD COLUMN refused TEXT NOT NULL DEFAULT '[]';
UPDATE contacts SET refused = '["email"]' WHERE opted_out;
ALTER TABLE contacts DROP COLUMN opted_out;
ALTER TABLE contacts ADD COLUMN owner TEXT;
ALTER TABLE effects ADD COLUMN person TEXT NOT NULL DEFAULT '';
CREATE TABLE contact_facts (
    contact INTEGER NOT NULL,
    sort TEXT NOT NULL,                 -- purchase, task, score, opportunity
    subject TEXT NOT NULL,              -- #12: the product, template, score or stage
    number INTEGER NOT NULL,            -- how many, or points; which one, of opportunities
    since INTEGER NOT NULL,             -- of points; otherwise 0
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
""",
}
"""What makes of a file of one version one of the next."""
