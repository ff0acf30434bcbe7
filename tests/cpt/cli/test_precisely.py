"""``cpt upgrade PACKAGE --precise VERSION``: one package, to just this version."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cpt.accounts.embedded import EmbeddedAccount
from cpt.cli.exit_codes import ExitCode
from cpt.installer.record.snapshot import read_record

if TYPE_CHECKING:
    from tests.cpt.cli.conftest import Cpt


def packages(world: Path) -> dict[str, tuple[str, str | None]]:
    with EmbeddedAccount.at(world / "shop.account") as account:
        found = read_record(account).packages
        return {name: (package.version, package.asked) for name, package in found.items()}


@pytest.fixture
def newer(cpt: Cpt, installed: Path) -> Path:
    """Return the folder with newer versions of a package and of what it needs published."""
    for folder, name in (("tags", "acme/tags"), ("welcome-1", "acme/welcome")):
        for version in ("1.1.0", "1.2.0"):
            copy = installed / f"{folder}-{version}"
            shutil.copytree(installed / folder, copy)
            manifest = copy / "cpt.toml"
            text = manifest.read_text("utf-8").replace(
                'version = "1.0.0"', f'version = "{version}"'
            )
            manifest.write_text(text, "utf-8")
            ended = cpt("publish", str(copy))
            assert ended.code == ExitCode.DONE, (name, ended.said)
    return installed


def test_it_moves_there_and_nothing_else_does_and_the_range_stays(cpt: Cpt, newer: Path) -> None:
    assert cpt("upgrade", "acme/welcome", "--precise", "1.1.0", "--yes").code == ExitCode.DONE
    assert packages(newer) == {"acme/tags": ("1.0.0", None), "acme/welcome": ("1.1.0", "^1")}
    assert cpt("upgrade", "--yes").code == ExitCode.DONE
    assert packages(newer) == {"acme/tags": ("1.2.0", None), "acme/welcome": ("1.2.0", "^1")}
    assert cpt("upgrade", "acme/welcome", "--precise", "1.0.0", "--yes").code == ExitCode.DONE
    assert packages(newer)["acme/welcome"] == ("1.0.0", "^1")


def test_what_nobody_asked_for_can_be_moved_and_is_not_asked_for_afterwards(
    cpt: Cpt, newer: Path
) -> None:
    assert cpt("upgrade", "acme/tags", "--precise", "1.1.0", "--yes").code == ExitCode.DONE
    assert packages(newer) == {"acme/tags": ("1.1.0", None), "acme/welcome": ("1.0.0", "^1")}


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("acme/welcome", "--precise", "2.0.0"), ExitCode.USAGE, "is outside of ^1"),
        (("acme/welcome", "--precise", "1.1.9"), ExitCode.BAD_INPUT, "1.1.9"),
        (("acme/welcome", "--precise", "new"), ExitCode.USAGE, "new"),
        (("acme/welcome@^1", "--precise", "1.1.0"), ExitCode.USAGE, "named without a range"),
        (("--precise", "1.1.0"), ExitCode.USAGE, "named without a range"),
        (("acme/other", "--precise", "1.1.0"), ExitCode.BAD_INPUT, "acme/other is not installed"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    cpt: Cpt, newer: Path, arguments: tuple[str, ...], code: ExitCode, sentence: str
) -> None:
    before = packages(newer)
    ended = cpt("upgrade", *arguments, "--yes")
    assert ended.code == code, ended.said
    assert sentence in ended.err
    assert packages(newer) == before
