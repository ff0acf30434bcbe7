"""The facade: making, opening and describing an account."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from account_engine.account import Account
from account_engine.errors import AccountFileError, InvalidDataError

if TYPE_CHECKING:
    from tests.account_engine.conftest import Shop

in_a_file = pytest.mark.parametrize("location", ["sqlite"], indirect=True)


def test_a_new_account_says_what_it_is(tmp_path: Path) -> None:
    with Account.create(
        tmp_path / "a", name="Shop", now=100, features=("email", "tasks"), zone="Europe/Oslo"
    ) as account:
        info = account.info
    assert (info.name, info.features, info.zone) == ("Shop", ("email", "tasks"), "Europe/Oslo")
    assert (info.now, info.head) == (100, None)


def test_two_accounts_have_different_ids_and_incarnations(tmp_path: Path) -> None:
    with (
        Account.create(tmp_path / "a", name="A", now=0) as one,
        Account.create(tmp_path / "b", name="A", now=0) as other,
    ):
        ids = {one.info.id, one.info.incarnation, other.info.id, other.info.incarnation}
    assert len(ids) == 4


def test_an_account_opens_as_it_was(shop: Shop) -> None:
    shop.registered()
    before, standing = shop.account.info, shop.at()
    shop.account.close()
    with Account.open(shop.location) as again:
        assert again.info == before
        assert {str(o.place): o.contacts for o in again.occupancy(shop.campaign)} == standing


def test_a_removed_account_is_gone(shop: Shop) -> None:
    shop.account.close()
    Account.remove(shop.location)
    with pytest.raises(AccountFileError, match="there is no account"):
        Account.open(shop.location)


def test_an_account_is_not_made_where_a_file_is(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("mine")
    with pytest.raises(AccountFileError, match="there is already a file"):
        Account.create(tmp_path / "a", name="A", now=0)
    assert (tmp_path / "a").read_text() == "mine"


def test_an_account_is_not_made_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(AccountFileError, match="cannot be made"):
        Account.create(tmp_path / "no" / "a", name="A", now=0)


def test_nothing_stays_behind_when_making_an_account_fails(tmp_path: Path) -> None:
    with pytest.raises(InvalidDataError, match="too large"):
        Account.create(tmp_path / "a", name="A", now=2**70)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_is_no_account(tmp_path: Path) -> None:
    with pytest.raises(AccountFileError, match=r"there is no account at .*cpt account create"):
        Account.open(tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_account(tmp_path: Path) -> None:
    with pytest.raises(AccountFileError, match="something else"):
        Account.open(tmp_path)


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100, b"SQLite format 3"])
def test_a_file_of_something_else_is_no_account(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(AccountFileError, match="is not an account"):
        Account.open(tmp_path / "a")


def test_a_database_of_another_program_is_no_account(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "a")
    connection.execute("CREATE TABLE notes (text)")
    connection.close()
    with pytest.raises(AccountFileError, match="is not an account"):
        Account.open(tmp_path / "a")


@in_a_file
def test_an_account_of_a_newer_version_says_to_upgrade(shop: Shop) -> None:
    shop.account.close()
    connection = sqlite3.connect(shop.location)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(AccountFileError, match="newer cpt; upgrade cpt"):
        Account.open(shop.location)


@in_a_file
def test_a_damaged_account_says_so(shop: Shop) -> None:
    shop.account.close()
    path = Path(shop.location)
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    with (
        pytest.raises(AccountFileError, match="is damaged"),
        Account.open(shop.location) as account,
    ):
        account.objects_of("tag")


def test_closing_twice_does_nothing(shop: Shop) -> None:
    shop.account.close()
    shop.account.close()
