"""Accounts in a PostgreSQL, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from account_engine.stores.locations import random_id
from cpt.cli.exit_codes import ExitCode
from tests.cpt.cli.conftest import Cpt


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CPT_CONFIG", str(tmp_path / "settings"))


@pytest.fixture
def shop(database: str, cpt: Cpt) -> str:
    """The name of an account in the database."""
    name = f"shop-{random_id()}"
    made = cpt("account", "create", name, "--database", database, "--starts", "2026-03-02")
    assert made.code == ExitCode.DONE, made.said
    assert f"use it with --account '{database}#{name}'" in made.err
    return name


@pytest.mark.usefixtures("world")
def test_an_account_in_a_database_is_installed_into_like_one_in_a_file(
    cpt: Cpt, database: str, shop: str
) -> None:
    assert cpt("publish", "tags").code == ExitCode.DONE
    assert cpt("publish", "welcome-1").code == ExitCode.DONE
    assert cpt("account", "add", "shop", f"{database}#{shop}").code == ExitCode.DONE
    said = cpt(
        *("install", "acme/welcome@^1", "--set", "sender=us@shop.example"),
        *("--yes", "--account", "shop"),
    )
    assert said.code == ExitCode.DONE, said.said
    assert "acme/welcome" in cpt("list", "--account", f"{database}#{shop}").out
    assert cpt("status", "--account", "shop").code == ExitCode.DONE
    listed = cpt("account", "list").out
    assert f"{database}#{shop}" in listed
    assert "(gone)" not in listed


def test_an_account_is_made_by_its_address_too(cpt: Cpt, database: str) -> None:
    name = f"second.{random_id()}"
    made = cpt("account", "create", f"{database}#{name}", "--format", "json")
    found = json.loads(made.out)
    assert (found["file"], found["name"]) == (f"{database}#{name}", name)
    shown = json.loads(
        cpt("account", "show", "--account", f"{database}#{name}", "--format", "json").out
    )
    assert shown["id"] == found["id"]


def test_there_is_one_account_of_a_name(cpt: Cpt, database: str, shop: str) -> None:
    again = cpt("account", "create", shop, "--database", database)
    assert again.code == ExitCode.BAD_INPUT
    assert f"there is already an account {shop} in this database; choose another name" in again.err


def test_nothing_stays_when_the_life_of_a_new_account_cannot_be_made(
    cpt: Cpt, database: str, tmp_path: Path
) -> None:
    life = tmp_path / "life"
    life.mkdir()
    (life / "contacts.csv").write_text("email,tags\nada@example.com,nowhere\n")
    name = f"shop-{random_id()}"
    for _ in range(2):
        made = cpt("account", "create", name, "--database", database, "--from", str(life))
        assert "names the tag nowhere, which is missing" in made.err
    shown = cpt("account", "show", "--account", f"{database}#{name}")
    assert f"there is no account {name} in this database" in shown.err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("create", "shop", "--database", "shop.account"), ExitCode.USAGE, "is no database"),
        (("create", "shop", "--database", "postgres://h/d#x"), ExitCode.USAGE, "is no database"),
        (("create", "a shop", "--database", "postgres://h/d"), ExitCode.BAD_INPUT, "by letters"),
        (
            ("create", "postgres://h/d"),
            ExitCode.BAD_INPUT,
            "named after a #, as in postgres://h/d#",
        ),
        (("add", "shop", "postgres://u:secret@h/d#x"), ExitCode.USAGE, "set PGPASSWORD"),
        (
            ("show", "--account", "postgres://u:secret@127.0.0.1:1/d#x"),
            ExitCode.OTHER_SIDE,
            "the database cannot be reached",
        ),
    ],
)
def test_what_cannot_be_reached_is_said_with_what_to_do_and_without_secrets(
    cpt: Cpt, arguments: tuple[str, ...], code: ExitCode, message: str
) -> None:
    ended = cpt("account", *arguments)
    assert ended.code == code
    assert message in ended.err
    assert "secret" not in ended.said
