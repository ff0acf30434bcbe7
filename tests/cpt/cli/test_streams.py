"""Commands in processes of their own, whose streams are closed, full or speak another encoding."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CPT = f"{shlex.quote(sys.executable)} -m cpt"
INSTALL = f"{CPT} install acme/welcome --set sender=us@shop.example --yes"
FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")


def sh(command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S602  redirections are what is tested
        f"set -o pipefail; {command}",
        shell=True,
        executable="/bin/bash",
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_stop_nothing(closed: str) -> None:
    ended = sh(f"{INSTALL} {closed}")
    assert (ended.returncode, "Traceback" in ended.stderr) == (0, False), ended.stderr
    assert "acme/welcome" in sh(f"{CPT} list").stdout


@pytest.mark.usefixtures("published")
def test_with_a_closed_input_nobody_is_asked() -> None:
    ended = sh(f"{INSTALL.removesuffix(' --yes')} <&-")
    assert ended.returncode == 5
    assert "there is no terminal to ask at" in ended.stderr


@pytest.mark.usefixtures("published")
def test_a_reader_who_has_seen_enough_stops_nothing() -> None:
    ended = sh(f"{INSTALL} | true")
    assert ended.returncode == 0, ended.stderr
    assert "done: revision 1" in ended.stderr
    assert "acme/welcome" in sh(f"{CPT} list").stdout
    assert sh(f"{CPT} explain 2>&1 | true").returncode == 0


@FULL
@pytest.mark.usefixtures("published")
def test_a_full_disk_is_told_about_and_stops_nothing() -> None:
    ended = sh(f"{INSTALL} > /dev/full")
    assert ended.returncode == 3
    assert "could not be written: No space left on device" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "acme/welcome" in sh(f"{CPT} list").stdout


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
)
def test_what_an_encoding_has_no_sign_for_is_replaced(environment: dict[str, str]) -> None:
    ended = sh(INSTALL, **environment)
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr
    assert sh(f"{CPT} show welcome-1", **environment).returncode == 0
    assert sh(f"{CPT} account event ada€@x.example tag Nöbody", **environment).returncode == 3


@pytest.mark.usefixtures("installed")
def test_an_input_that_is_no_text_is_said_to_be_none() -> None:
    ended = sh(rf"printf 'a\xff@b.example' | {CPT} account event - submit sign-up")
    assert ended.returncode == 3
    assert ended.stderr == "error: standard input is not a text in UTF-8\n"
    ended = sh(rf"{CPT} account event $'a\xff@b.example' submit sign-up")
    assert (ended.returncode, "is not a text in UTF-8" in ended.stderr) == (3, True), ended.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_said_to_be_one(world: Path) -> None:
    (world / "locked").mkdir(mode=0o500)
    assert sh(f"{CPT} build tags --out locked/x.cpt").returncode == 3
