from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

import cpt as package
from cpt.cli.app import VERBS, LazyGroup
from cpt.cli.app import cpt as group
from cpt.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from tests.cpt.cli.conftest import Cpt

ROOT = Path(__file__).parents[3]
HEAVY = ("pydantic", "rich", "yaml", "jinja2", "sqlite3", "httpx", "whenever", "nab_resolver")


def commands(group: click.Group, path: str = "") -> list[tuple[str, click.Command]]:
    context = click.Context(group)
    found: list[tuple[str, click.Command]] = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found.append((f"{path} {name}".strip(), command))
        if isinstance(command, click.Group):
            found += commands(command, f"{path} {name}".strip())
    return found


def test_the_version_is_the_one_of_the_distribution(cpt: Cpt) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert package.__version__ == project["version"]
    assert cpt("--version").out == f"cpt {package.__version__}\n"


@pytest.mark.parametrize("arguments", [("--version",), ("--help",), ("account", "--help")])
def test_nothing_heavy_is_imported_to_say_so_little(arguments: tuple[str, ...]) -> None:
    program = (
        "import sys; from cpt.cli.app import run; run(sys.argv[2:]); "
        "print([name for name in sys.argv[1].split() if name in sys.modules], file=sys.stderr)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, " ".join(HEAVY), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stderr.strip() == "[]"


def test_every_verb_of_the_table_has_a_command_that_says_what_it_does(cpt: Cpt) -> None:
    assert isinstance(group, LazyGroup)
    for path, command in commands(group):
        assert command.help, path
        ended = cpt(*path.split(), "--help")
        assert (ended.code, ended.err) == (ExitCode.DONE, "")
    assert all(verb in cpt("--help").out for verb in VERBS)


def test_verbs_that_report_can_do_so_as_json() -> None:
    only_done = {
        "add", "account remove", "login", "logout", "yank", "deprecate",
        "registry import", "registry restore",
        "owner invite", "owner accept", "owner decline", "owner remove", "token revoke",
        "workflow remove", "registry use-root", "registry issuer remove",
        "registry quarantine", "registry decide",
    }  # fmt: skip
    one_word = {"serve", "registry welcome"}  # what there is to say
    silent = only_done | one_word
    for path, command in commands(group):
        if not isinstance(command, click.Group) and not silent & {path, path.split()[-1]}:
            assert "--format" in {o for p in command.params for o in p.opts}, path


def test_a_verb_that_does_not_exist_is_answered_with_the_nearest(cpt: Cpt) -> None:
    ended = cpt("instal", "acme/x")
    assert ended.code == ExitCode.USAGE
    assert "there is no verb instal. Did you mean install?" in ended.err
    assert "there is no verb xyzzy. 'cpt --help' lists them." in cpt("xyzzy").err


def test_an_option_that_does_not_exist_is_wrong_usage(cpt: Cpt) -> None:
    assert cpt("list", "--frmat", "json").code == ExitCode.USAGE


@pytest.mark.parametrize("arguments", [(), ("account",), ("registry",)])
def test_without_a_verb_help_is_no_error_message(cpt: Cpt, arguments: tuple[str, ...]) -> None:
    ended = cpt(*arguments)
    assert ended.code == ExitCode.USAGE
    assert ended.err.startswith("Usage: cpt")
    assert "error:" not in ended.err


def test_a_metavariable_that_begins_a_sentence_keeps_its_letters(cpt: Cpt) -> None:
    assert "error: NAME is missing" in cpt("new").err
