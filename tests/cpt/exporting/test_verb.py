"""``cpt export`` as one types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from cpt.cli.app import run
from package_format.folder import load_package

HARBOUR = Path(__file__).parents[3] / "examples/accounts/harbour-photo-school"


def said(*arguments: str) -> tuple[int, str, str]:
    with CliRunner().isolation() as (out, err, _):
        code = run(list(arguments))
        return code, out.getvalue().decode(), err.getvalue().decode()


@pytest.fixture
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CPT_CONFIG", str(tmp_path / "settings"))
    monkeypatch.delenv("CPT_ACCOUNT", raising=False)
    monkeypatch.delenv("CPT_REGISTRY", raising=False)
    assert said("account", "create", "harbour.account", "--from", str(HARBOUR))[0] == 0
    return "harbour.account"


def test_a_campaign_becomes_a_folder(account: str) -> None:
    code, out, err = said("export", "Coffee at the harbour", "--account", account)
    assert (code, out) == (0, "coffee-at-the-harbour\n")
    assert "asks for sender: here it is hello@harbour.example" in err
    assert load_package(Path("coffee-at-the-harbour")).package is not None


def test_what_stands_there_stays(account: str) -> None:
    Path("taken").mkdir()
    Path("taken/file").write_text("mine", "utf-8")
    code, _, err = said("export", "Coffee at the harbour", "--account", account, "--out", "taken")
    assert code == 3
    assert "name another with --out" in err


def test_a_name_that_cannot_be_is_refused(account: str) -> None:
    code, _, err = said(
        "export", "Coffee at the harbour", "--account", account, "--name", "My Campaign"
    )
    assert code == 2
    assert "PUBLISHER/NAME" in err


def test_programs_get_the_same(account: str) -> None:
    code, out, _ = said(
        "export", "Coffee at the harbour", "--account", account, "--name", "acme/coffee",
        "--format", "json",
    )  # fmt: skip
    data = json.loads(out)
    assert code == 0
    assert data["type"] == "export"
    assert data["package"] == "acme/coffee"
    assert data["good"]
    assert data["remarks"] == []
    assert data["parameters"]["company"] == "Harbour Photo School"
