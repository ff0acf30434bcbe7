"""Where the values of parameters come from: flags, a file of values, the environment, a prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cpt.accounts.embedded import EmbeddedAccount
from cpt.installer.record.snapshot import read_record

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cpt.cli.conftest import Cpt

INSTALL = ("install", "acme/welcome@^1", "--yes")


def sender(world: Path) -> object:
    with EmbeddedAccount.at(world / "shop.account") as account:
        return read_record(account).packages["acme/welcome"].parameters["sender"]


@pytest.fixture
def values(published: Path) -> Path:
    file = published / "values.yaml"
    file.write_text("sender: file@shop.example\n", "utf-8")
    return file


def test_the_environment_gives_a_value(
    cpt: Cpt, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CPT_SET_SENDER", "environment@shop.example")
    assert cpt(*INSTALL).code == 0
    assert sender(published) == "environment@shop.example"


def test_a_file_of_values_wins_over_the_environment(
    cpt: Cpt, published: Path, values: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CPT_SET_SENDER", "environment@shop.example")
    assert cpt(*INSTALL, "--values", str(values)).code == 0
    assert sender(published) == "file@shop.example"


def test_a_flag_wins_over_a_file_of_values(cpt: Cpt, published: Path, values: Path) -> None:
    given = ("--values", str(values), "--set", "sender=flag@shop.example")
    assert cpt(*INSTALL, *given).code == 0
    assert sender(published) == "flag@shop.example"


def test_what_nobody_gave_is_asked_for_until_it_can_be_used(cpt: Cpt, published: Path) -> None:
    ended = cpt(*INSTALL, answers="not an address\nprompt@shop.example\n")
    assert ended.code == 0
    assert "is not an email address" in ended.err
    assert sender(published) == "prompt@shop.example"


def test_where_nobody_can_be_asked_what_is_missing_is_said(cpt: Cpt, published: Path) -> None:
    ended = cpt(*INSTALL)
    assert ended.code == 2
    assert "sender" in ended.err
    assert "--set" in ended.err
    with EmbeddedAccount.at(published / "shop.account") as account:
        assert read_record(account).packages == {}


# --- a stack: flags, the file of values, the stack, the environment, what was given earlier -------

SYNC = ("sync", "stack.toml", "--yes")


def stack(world: Path, sender: str | None) -> None:
    given = f'\nparameters = {{sender = "{sender}"}}' if sender else ""
    (world / "stack.toml").write_text(
        f'[stack]\nname = "shop"\n\n[packages."acme/welcome"]\nrange = "^1"{given}\n', "utf-8"
    )


def test_the_environment_gives_what_a_stack_does_not_say(
    cpt: Cpt, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack(published, None)
    monkeypatch.setenv("CPT_SET_SENDER", "environment@shop.example")
    assert cpt(*SYNC).code == 0
    assert sender(published) == "environment@shop.example"
    monkeypatch.setenv("CPT_SET_SENDER", "another@shop.example")
    assert cpt(*SYNC).code == 0
    assert sender(published) == "another@shop.example"
    monkeypatch.delenv("CPT_SET_SENDER")
    assert cpt(*SYNC).code == 0
    assert sender(published) == "another@shop.example"  # required, and given earlier


def test_a_stack_wins_over_the_environment_and_flags_over_both(
    cpt: Cpt, published: Path, values: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack(published, "stack@shop.example")
    monkeypatch.setenv("CPT_SET_SENDER", "environment@shop.example")
    assert cpt(*SYNC).code == 0
    assert sender(published) == "stack@shop.example"
    assert cpt(*SYNC, "--values", str(values)).code == 0
    assert sender(published) == "file@shop.example"
    flag = ("--set", "acme/welcome:sender=flag@shop.example")
    assert cpt(*SYNC, "--values", str(values), *flag).code == 0
    assert sender(published) == "flag@shop.example"
