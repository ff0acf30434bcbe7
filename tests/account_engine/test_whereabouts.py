"""Copies and restored accounts deliver nothing before their owner says so."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from account_engine.account import Account
from account_engine.delivery.witness import FolderWitness
from account_engine.errors import AccountFileError, CopiedAccountError, StalePlanError
from account_engine.outgoing.deliveries import Courier
from account_engine.whereabouts import Seen
from tests.account_engine.conftest import START

if TYPE_CHECKING:
    from tests.account_engine.conftest import Shop

in_a_file = pytest.mark.parametrize("location", ["sqlite"], indirect=True)


def _delivering(shop: Shop, folder: Path) -> FolderWitness:
    witness = FolderWitness(folder / "state")
    shop.account.switch_on(Courier.MAIL, {}, witness)
    return witness


def _round(account: Account, witness: FolderWitness) -> int:
    account.take_up(Courier.MAIL, START)
    try:
        return len(account.claim(Courier.MAIL, START, START + 600, 100, witness))
    except CopiedAccountError:
        return 0


def test_an_account_that_stays_where_it_is_delivers(shop: Shop, tmp_path: Path) -> None:
    witness = _delivering(shop, tmp_path)
    shop.registered("Ada")
    assert _round(shop.account, witness) == 1
    shop.account.close()
    with Account.open(shop.location) as again:
        assert not again.is_copy(witness)
        again.submit(again.add_contact({"email": "bo@example.com"}).id, shop.registration)
        assert _round(again, witness) == 1
        assert again.info.incarnation.startswith("first-")


def _backup(shop: Shop, path: Path) -> None:
    with closing(sqlite3.connect(shop.location)) as live, closing(sqlite3.connect(path)) as other:
        live.backup(other)


@in_a_file
def test_a_copy_has_another_incarnation_and_delivers_when_it_is_confirmed(
    shop: Shop, tmp_path: Path
) -> None:
    witness = _delivering(shop, tmp_path)
    shop.registered("Ada")
    shop.account.take_up(Courier.MAIL, START)
    plan = shop.change_set()
    _backup(shop, tmp_path / "copy.account")
    with Account.open(tmp_path / "copy.account") as copy:
        assert _round(copy, witness) == 0
        assert copy.is_copy(witness)
        assert not copy.info.incarnation.startswith("first-")
        incarnation = copy.info.incarnation
        assert copy.is_copy(witness)
        assert copy.info.incarnation == incarnation
        for refused in (
            lambda: copy.switch_on(Courier.HTTP, {}, witness),
            lambda: copy.worklist([], START, witness),
            lambda: copy.demand_original(witness),
        ):
            with pytest.raises(CopiedAccountError, match="cpt account confirm"):
                refused()
        with pytest.raises(StalePlanError):
            copy.apply(plan)
        assert copy.confirm(witness) == 1
        assert _round(copy, witness) == 1
    assert shop.account.is_copy(witness)  # there is one that delivers


@in_a_file
def test_a_backup_put_back_in_place_is_recognised_if_anything_was_delivered_since(
    shop: Shop, tmp_path: Path
) -> None:
    witness = _delivering(shop, tmp_path)
    shop.registered("Ada")
    _backup(shop, tmp_path / "backup")
    assert _round(shop.account, witness) == 1
    shop.account.close()
    before = Path(shop.location).stat().st_ino
    Path(shop.location).write_bytes((tmp_path / "backup").read_bytes())
    assert Path(shop.location).stat().st_ino == before
    with Account.open(shop.location) as restored:
        assert _round(restored, witness) == 0
        assert restored.is_copy(witness)


@in_a_file
def test_a_backup_that_nothing_was_delivered_since_is_as_good_as_the_original(
    shop: Shop, tmp_path: Path
) -> None:
    witness = _delivering(shop, tmp_path)
    shop.registered("Ada")
    assert _round(shop.account, witness) == 1
    _backup(shop, tmp_path / "backup")
    shop.registered("Bo")
    shop.account.close()
    Path(shop.location).write_bytes((tmp_path / "backup").read_bytes())
    with Account.open(shop.location) as restored:
        assert not restored.is_copy(witness)


@in_a_file
def test_another_machine_has_to_be_told_that_the_account_moved_there(
    shop: Shop, tmp_path: Path
) -> None:
    witness, elsewhere = _delivering(shop, tmp_path), FolderWitness(tmp_path / "elsewhere")
    assert shop.account.is_copy(elsewhere)
    shop.registered("Ada")
    assert _round(shop.account, elsewhere) == 0
    assert _round(shop.account, witness) == 1  # whoever looks from elsewhere stops nobody
    assert shop.account.info.incarnation.startswith("first-")
    shop.account.confirm(elsewhere)
    assert not shop.account.info.incarnation.startswith("first-")
    shop.registered("Bo")
    assert _round(shop.account, elsewhere) == 1
    assert _round(shop.account, witness) == 0


@in_a_file
def test_a_process_that_dies_before_it_has_claimed_leaves_an_account_that_delivers(
    shop: Shop, tmp_path: Path
) -> None:
    witness = _delivering(shop, tmp_path)
    shop.registered("Ada")
    _round(shop.account, witness)
    seen = witness.seen("account-1")
    assert seen == Seen(seen.place if seen else "", 1, 1)
    witness.note("account-1", Seen(seen.place, 1, 2))  # and then the lights went out
    assert not shop.account.is_copy(witness)


@pytest.mark.parametrize("location", ["postgres"], indirect=True)
def test_a_dump_that_is_read_into_a_database_is_a_copy(shop: Shop, tmp_path: Path) -> None:
    witness = _delivering(shop, tmp_path)
    assert not shop.account.is_copy(witness)
    with shop.store.publishing():
        rows = shop.store
        rows.run("ALTER TABLE deliveries RENAME TO dumped")  # type: ignore[attr-defined]
        rows.run("CREATE TABLE deliveries (LIKE dumped INCLUDING ALL)")  # type: ignore[attr-defined]
        rows.run("DROP TABLE dumped")  # type: ignore[attr-defined]
    assert shop.account.is_copy(witness)
    shop.account.confirm(witness)
    assert not shop.account.is_copy(witness)


@in_a_file
def test_nothing_is_delivered_where_nothing_can_be_remembered(shop: Shop, tmp_path: Path) -> None:
    witness = _delivering(shop, tmp_path)
    shop.registered("Ada")
    shutil.rmtree(tmp_path / "state")
    (tmp_path / "state").write_text("no folder")
    with pytest.raises(AccountFileError, match="nothing is delivered without"):
        _round(shop.account, witness)
    assert shop.account.count_deliveries()
    (tmp_path / "state").unlink()
    assert shop.account.is_copy(witness)


def test_an_account_that_never_delivered_is_no_copy(shop: Shop, tmp_path: Path) -> None:
    witness = FolderWitness(tmp_path / "state")
    assert not shop.account.is_copy(witness)
    assert shop.account.signing_key == ""
    assert shop.account.confirm(witness) == 0
    assert shop.account.signing_key
