"""The values of secrets: kept where what delivers finds them, and written down nowhere."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring

from account_engine.account import Account
from cpt.cli import asking, output
from cpt.cli.delivering import secrets_for
from cpt.cli.places import find_embedded
from tests.cpt.cli.conftest import Cpt, made
from tests.keyrings import InMemory

VALUE, NAME = "topsecret123", "secret:acme/hooks/key"
VARIABLE = "CPT_SECRET_ACME_HOOKS_KEY"
MANIFEST = """\
[package]
name = "acme/hooks"
version = "1.0.0"
title = "Hooks"
summary = "Posts to an application."
license = "MIT"

[parameters.key]
type = "secret"
title = "What posts are signed with"
"""


@pytest.fixture(autouse=True)
def hooks(published: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with a secret, beside an account that is the one meant."""
    folder = published / "hooks"
    folder.mkdir()
    (folder / "cpt.toml").write_text(MANIFEST, "utf-8")
    (folder / "tags.yaml").write_text("posted: {name: posted}\n", "utf-8")
    monkeypatch.setenv("CPT_ACCOUNT", "shop.account")
    monkeypatch.delenv(VARIABLE, raising=False)
    return folder


def found() -> str | None:
    """What an account's deliveries find."""
    with find_embedded("shop.account") as account:
        return secrets_for(account)(NAME)


def assert_nowhere(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            assert VALUE.encode() not in path.read_bytes(), path


def test_a_value_that_was_given_is_kept_for_what_delivers(
    cpt: Cpt, ring: InMemory, hooks: Path
) -> None:
    ended = cpt("install", "./hooks", "--set", f"key={VALUE}", "--yes")
    assert ended.code == 0, ended.said
    assert "the value of the secret acme/hooks/key goes into your keyring" in ended.err
    assert "the value of the secret acme/hooks/key is in your keyring" in ended.err
    assert VARIABLE in ended.err
    assert list(ring.kept.values()) == [VALUE]
    assert found() == VALUE
    assert VALUE not in ended.said
    assert_nowhere(hooks.parent)


def test_the_environment_goes_before_the_keyring(cpt: Cpt, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cpt("install", "./hooks", "--set", f"key={VALUE}", "--yes").code == 0
    monkeypatch.setenv(VARIABLE, "another")
    assert found() == "another"


def test_each_account_has_its_own(cpt: Cpt) -> None:
    assert cpt("install", "./hooks", "--set", f"key={VALUE}", "--yes").code == 0
    assert cpt("account", "create", "other.account").code == 0
    with find_embedded("other.account") as account:
        assert secrets_for(account)(NAME) is None


def test_a_value_that_is_missing_is_said_with_how_to_give_it(
    cpt: Cpt, ring: InMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cpt("install", "./hooks", "--set", f"key={VALUE}", "--yes").code == 0
    ring.kept.clear()
    manifest = Path("hooks/cpt.toml")
    manifest.write_text(MANIFEST.replace("1.0.0", "1.1.0"), "utf-8")
    told = f"the secret acme/hooks/key has no value here: set {VARIABLE} before 'cpt account run'"
    upgraded = cpt("upgrade", "./hooks", "--yes")
    assert (upgraded.code, upgraded.err.count(told)) == (0, 1), upgraded.said
    monkeypatch.setenv(VARIABLE, "another")
    manifest.write_text(MANIFEST.replace("1.0.0", "1.2.0"), "utf-8")
    assert "acme/hooks/key" not in cpt("upgrade", "./hooks", "--yes").err


RULES = """
[parameters.application]
type = "string"

[parameters.channel]
type = "string"
title = "The channel"

[[rules]]
if = "application"
requires = ["channel", "key"]

[[rules]]
if = "channel"
requires = ["room"]

[parameters.room]
type = "string"
title = "The room"
"""


def test_what_a_rule_requires_is_asked_for_at_the_prompt_and_a_secret_is_not_shown(
    cpt: Cpt, ring: InMemory, hooks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (hooks / "cpt.toml").write_text(MANIFEST + RULES, "utf-8")
    asked: list[tuple[str, bool]] = []
    ask = output.ask

    def asked_for(question: str, **how: Any) -> str:  # noqa: ANN401
        asked.append((question, how.get("secretly", False)))
        return ask(question, **how)

    monkeypatch.setattr(asking, "ask", asked_for)
    given = ("install", "./hooks", "--set", "application=Shop", "--yes")
    ended = cpt(*given, answers=f"News\n{VALUE}\nHall\n")
    assert ended.code == 0, ended.said
    assert "acme/hooks: with application, channel and key are needed too" in ended.err
    assert [(question.partition(" (")[0], secretly) for question, secretly in asked] == [
        ("The channel", False), ("What posts are signed with", True), ("The room", False),
    ]  # fmt: skip
    assert list(ring.kept.values()) == [VALUE]
    assert VALUE not in ended.said
    again = cpt("upgrade", "./hooks", "--set", "application=Store", "--yes", answers="")
    assert again.code == 0, again.said


def test_where_nobody_can_be_asked_it_says_where_a_secret_does_not_show(
    cpt: Cpt, hooks: Path
) -> None:
    (hooks / "cpt.toml").write_text(MANIFEST + RULES, "utf-8")
    ended = cpt("install", "./hooks", "--set", "application=Shop", "--yes")
    assert (ended.code, "channel and key are needed too" in ended.err) == (2, True)
    assert "CPT_SET_KEY" in ended.err
    assert "--values" in ended.err


def test_a_new_value_alone_is_kept_too(cpt: Cpt) -> None:
    assert cpt("install", "./hooks", "--set", "key=old", "--yes").code == 0
    changed = cpt("upgrade", "./hooks", "--set", f"key={VALUE}", "--yes")
    assert (changed.code, "is in your keyring" in changed.err) == (0, True), changed.said
    assert found() == VALUE


def test_where_there_is_no_keyring_it_says_where_else(cpt: Cpt) -> None:
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]
    ended = cpt("install", "./hooks", "--set", f"key={VALUE}", "--yes")
    assert ended.code == 0
    assert "there is no keyring here to keep the value of the secret acme/hooks/key in" in ended.err
    assert f"set {VARIABLE} before" in ended.err


def test_a_plan_holds_no_value_and_says_so(cpt: Cpt, ring: InMemory, hooks: Path) -> None:
    planned = cpt("plan", "./hooks", "--set", f"key={VALUE}", "--out", "plan.json")
    assert f"no plan holds the value of the secret acme/hooks/key: set {VARIABLE}" in planned.err
    assert ring.kept == {}
    applied = cpt("apply", "plan.json", "--yes")
    assert (applied.code, f"set {VARIABLE} before" in applied.err) == (0, True), applied.said
    assert VALUE not in planned.said + applied.said
    assert_nowhere(hooks.parent)


def test_programs_read_which_secrets_are_known(cpt: Cpt) -> None:
    asked = ("./hooks", "--set", f"key={VALUE}", "--format", "json")
    secret = {"name": "acme/hooks/key", "variable": VARIABLE}
    planned = cpt("plan", *asked)
    assert json.loads(planned.out)["secrets"] == [{**secret, "known": False}]
    done = cpt("install", *asked, "--yes")
    assert json.loads(done.out)["secrets"] == [{**secret, "known": True}]
    assert VALUE not in planned.said + done.said


def test_a_secret_is_not_sent_to_an_account_elsewhere(
    served: str, cpt: Cpt, ring: InMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CPT_ACCOUNT_KEY", made(cpt, "read", "install"))
    ended = cpt("install", "./hooks", "--set", f"key={VALUE}", "--yes", "--account", served)
    assert ended.code == 0, ended.said
    assert f"set {VARIABLE} where the account's 'cpt account run' is" in ended.err
    assert ring.kept == {}
    with Account.open("shop.account") as account:
        assert VALUE not in str(account.record())
    assert VARIABLE not in os.environ
