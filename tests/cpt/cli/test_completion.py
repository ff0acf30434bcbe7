"""What a shell offers: names that are known here, and nothing where anything is wrong."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from cpt.cli.app import cpt as command
from cpt.registries.cache import Cache, Kept
from package_format.kinds.table import KINDS


def offered(*words: str) -> list[str]:
    """Return what is offered for the last of some words."""
    *before, last = words
    found = ShellComplete(command, {}, "cpt", "_CPT_COMPLETE").get_completions(before, last)
    return [one.value for one in found if one.type == "plain"]


@pytest.fixture(autouse=True)
def _here(installed: Path) -> None:
    assert installed.is_dir()


def test_verbs_are_offered_and_none_is_imported() -> None:
    assert offered("ins") == ["install"]
    assert {"mirror", "serve", "verify"} <= set(offered("registry", ""))
    script = """
import sys
from click.shell_completion import ShellComplete
from cpt.cli.app import cpt
ShellComplete(cpt, {}, "cpt", "X").get_completions([], "in")
print([name for name in sys.modules if name.startswith("cpt.cli.verbs.")])
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    assert ran.stdout.strip() == "[]"


def test_packages_are_those_of_the_registry() -> None:
    assert offered("install", "acme/") == ["acme/tags", "acme/welcome"]
    assert offered("info", "acme/w") == ["acme/welcome"]
    assert offered("upgrade", "") == ["acme/tags", "acme/welcome"]
    assert offered("install", "--registry", "nowhere", "acme/") == []


def test_an_address_is_not_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CPT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("CPT_REGISTRY", "https://registry.invalid")
    monkeypatch.setattr("socket.create_connection", lambda *_, **__: pytest.fail("asked"))
    assert offered("install", "acme/") == []
    Cache(tmp_path / "cache").keep_file(
        "https://registry.invalid", "index/names.json", Kept(b'["acme/far"]')
    )
    assert offered("install", "acme/") == ["acme/far"]


def test_accounts_resources_kinds_and_happenings() -> None:
    assert offered("list", "--account", "sh") == ["shop.account"]
    assert offered("account", "show", "email/h") == ["email/hello"]
    assert offered("account", "edit", "campaign/") == ["campaign/welcome"]
    assert offered("upgrade", "--keep", "email/n") == ["email/nudge"]
    assert offered("schema", "") == list(KINDS)
    assert "task-completed" in offered("account", "event", "everyone", "task")
    assert "submit" in offered("account", "event", "everyone", "s")


def test_campaigns_and_what_stands_inside_them_a_level_at_a_time() -> None:
    assert offered("account", "campaign", "") == ["welcome"]
    assert offered("account", "campaign", "x") == []
    assert offered("account", "own", "campaign/") == ["campaign/welcome"]
    assert offered("account", "own", "email/h") == ["email/hello"]
    nodes = offered("account", "own", "campaign/welcome.")
    assert "campaign/welcome.greet" in nodes
    assert "campaign/welcome.greet.nudge" not in nodes
    steps = offered("account", "own", "campaign/welcome.greet.")
    assert "campaign/welcome.greet.nudge" in steps
    assert offered("account", "own", "campaign/welcome.greet.n") == ["campaign/welcome.greet.nudge"]
    assert offered("upgrade", "--contacts", "") == ["campaign/welcome"]
    assert offered("upgrade", "--contacts", "campaign/welcome.greet.") == steps
    assert offered("upgrade", "--keep", "campaign/welcome.greet.") == steps


def test_a_campaign_whose_key_two_packages_have_is_offered_with_its_package() -> None:
    database = sqlite3.connect("shop.account")
    with closing(database):
        (text,) = database.execute("SELECT record FROM revisions").fetchone()
        record = json.loads(text)
        welcome = record["objects"]["acme/welcome:campaign/welcome"]
        record["objects"]["acme/other:campaign/welcome"] = {**welcome, "base": None}
        database.execute("UPDATE revisions SET record = ?", (json.dumps(record),))
        database.commit()
    assert offered("account", "campaign", "") == ["acme/other:welcome", "acme/welcome:welcome"]
    assert "campaign/welcome.greet" in offered("account", "own", "campaign/welcome.")


def test_nothing_is_offered_where_anything_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("shop.account").write_text("no account")
    Path("settings").mkdir(exist_ok=True)
    Path("settings/accounts.json").write_text("{")
    assert offered("account", "show", "email/") == []
    assert offered("account", "remove", "") == []
    monkeypatch.setenv("CPT_ACCOUNT", "https://shop.example")
    assert offered("account", "show", "email/") == []
    Path("registry/index/names.json").write_text("{")
    assert offered("install", "acme/") == []


@pytest.mark.skipif(shutil.which("bash") is None, reason="the version of bash is asked for")
def test_each_shell_is_told_how() -> None:
    for shell in ("bash", "zsh", "fish"):
        ran = subprocess.run(
            [sys.executable, "-c", "from cpt.cli.app import main; main()"],
            env={**os.environ, "_CPT_COMPLETE": f"{shell}_source"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        assert "_CPT_COMPLETE" in ran.stdout
