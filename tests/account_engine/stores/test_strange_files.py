"""Accounts' files from strangers: recognised, and refused in a sentence."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from account_engine.account import Account
from account_engine.errors import AccountFileError

if TYPE_CHECKING:
    from tests.account_engine.conftest import Shop


pytestmark = pytest.mark.parametrize("location", ["sqlite"], indirect=True)


def _changed(shop: Shop, sql: str) -> None:
    shop.account.close()
    with closing(sqlite3.connect(shop.location)) as connection:
        connection.executescript(sql)


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("CREATE TRIGGER t AFTER UPDATE ON accounts BEGIN DELETE FROM contacts; END", "a trigger"),
        ("CREATE VIEW v AS SELECT * FROM contacts", "a view"),
        ("DROP TABLE contacts; CREATE VIEW contacts AS SELECT 1 AS id", "a view"),
        ("CREATE TABLE more (x)", "another table, 'more'"),
        ("CREATE VIRTUAL TABLE more USING fts5(x)", "rules of its own"),
        ("DROP TABLE contacts", "'contacts' is missing"),
        ("ALTER TABLE contacts ADD COLUMN x", "'contacts' is another one"),
        ("ALTER TABLE contacts ADD COLUMN x GENERATED ALWAYS AS (1)", "rules of its own"),
        ("ALTER TABLE contacts ADD COLUMN x AS (1)", "'contacts' is another one"),
        ("DROP TABLE counters; CREATE TABLE counters (name, next CHECK (next > 0))", "rules of"),
        ("CREATE INDEX i ON contacts (abs(id))", "'contacts' is another one"),
        ("CREATE INDEX i ON contacts (id) WHERE id > 0", "'contacts' is another one"),
        ("CREATE TRIGGER t AFTER UPDATE ON contacts BEGIN SELECT 1; END; PRAGMA user_version = 1",
         "a trigger"),
    ],
)  # fmt: skip
def test_a_file_with_anything_but_our_tables_is_not_opened(shop: Shop, sql: str, why: str) -> None:
    _changed(shop, sql)
    with pytest.raises(AccountFileError, match="is not as an account's file is") as refused:
        Account.open(shop.location)
    assert why in str(refused.value)


def test_what_an_account_wrote_is_sound(shop: Shop) -> None:
    shop.registered()
    shop.later(3)
    assert shop.account.fault() is None


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("UPDATE accounts SET zone = 'Nowhere/Land'", "Nowhere/Land"),
        ("UPDATE accounts SET clock = 1 << 62", "no clock shows that"),
        ("UPDATE accounts SET clock = 'noon'", "a clock in its table accounts is of another sort"),
        ("DELETE FROM accounts", "which account it is"),
        ("UPDATE objects SET data = '['", "data is '['"),
        ("UPDATE objects SET data = '[]'", "no JSON object"),
        ("UPDATE objects SET kind = 'spell'", "there is no kind 'spell'"),
        ("UPDATE objects SET data = '{}' WHERE kind = 'tag'", "this is no"),
        ("UPDATE flows SET data = '{}'", "campaign #8"),
        ("UPDATE flows SET ids = '{}'", "without ids"),
        ("UPDATE contacts SET refused = '[\"telepathy\"]'", "telepathy"),
        ("UPDATE contact_values SET value = '[]'", "no value of a contact"),
        ("UPDATE places SET status = 'x' || id", "x1"),
        ("UPDATE positions SET arrived = '{}'", "list of texts"),
        ("UPDATE positions SET skip = '[\"a\"]'", "list of numbers"),
        ("UPDATE places SET node = 'nowhere' || id", "there is no place nowhere"),
        ("UPDATE positions SET place = 99", "a place that is not there"),
        ("UPDATE effects SET kind = 'spell'", "spell"),
        ("UPDATE story SET at = x'00'", "another sort"),
    ],
)
def test_what_no_account_would_have_written_is_found(shop: Shop, sql: str, why: str) -> None:
    shop.registered()
    _changed(shop, sql)
    with Account.open(shop.location) as account:
        assert why in str(account.fault())


def test_one_value_cannot_fill_the_memory(shop: Shop) -> None:
    shop.account.close()
    with Account.open(shop.location) as account, pytest.raises(AccountFileError, match="too big"):
        account._store.run("SELECT zeroblob(1 << 29)")  # type: ignore[attr-defined]  # noqa: SLF001
