"""What the guides show is a package that works, and says what is true."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cpt.cli.exit_codes import ExitCode
from cpt.installer.changes import ChangeType

if TYPE_CHECKING:
    from tests.cpt.cli.conftest import Cpt

DOCS = Path(__file__).parents[3] / "docs"


def test_the_package_of_the_guide_is_good_and_its_scenarios_visit_everything(
    cpt: Cpt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CPT_CONFIG", "settings")
    monkeypatch.delenv("CPT_REGISTRY", raising=False)
    guide = (DOCS / "writing-packages.md").read_text("utf-8")
    files = re.findall(r"^`([\w./-]+)`:\n\n```\w+\n(.*?)^```$", guide, re.DOTALL | re.MULTILINE)
    assert len(files) > 6
    for name, text in files:
        path = tmp_path / "hello" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (tmp_path / "hello/README.md").write_text("# Hello\n", "utf-8")
    (tmp_path / "hello/LICENSE").write_text("MIT\n", "utf-8")
    checked = cpt("check", "hello")
    assert checked.said == "acme/hello 1.0.0 is good.\n"
    tested = cpt("test", "hello")
    assert tested.code == 0, tested.said


def test_the_guide_lists_every_exit_code() -> None:
    guide = (DOCS / "owning.md").read_text("utf-8")
    listed = re.findall(r"^\| (\d+) \|", guide, re.MULTILINE)
    assert listed == [str(int(code)) for code in ExitCode]


def test_every_rule_that_anything_cites_is_listed_once_and_in_order() -> None:
    page = (DOCS / "rules.md").read_text("utf-8").partition("## What shows them")[0]
    listed = re.findall(r"^\| ([CM]\d+) \|", page, re.MULTILINE)
    assert listed == [*(f"C{n}" for n in range(1, 14)), *(f"M{n}" for n in range(11))]
    for package in ("account_engine", "cpt", "package_format"):
        for path in (DOCS.parent / package).rglob("*.py"):
            cited = re.findall(r"\(([CM]\d+)\b", path.read_text("utf-8"))
            assert set(cited) <= set(listed), path


def test_every_test_that_the_rules_name_is_there() -> None:
    page = (DOCS / "rules.md").read_text("utf-8")
    named = re.findall(r"\[([^\]]+)\]\(\.\./(tests/[\w/]+\.py)\)", page)
    assert len(named) > 100
    for sentence, file in named:
        name = f"test_{sentence.replace(' ', '_')}"
        assert f"def {name}(" in (DOCS.parent / file).read_text("utf-8"), (name, file)


def test_every_rule_of_upgrades_and_every_type_of_change_has_tests() -> None:
    page = (DOCS / "rules.md").read_text("utf-8")
    shown = set(re.findall(r"^\| (\w+)[^|]* \| \[", page, re.MULTILINE))
    assert {f"M{n}" for n in range(11)} <= shown
    assert {type_.value for type_ in ChangeType} <= shown


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_what_a_page_links_to_is_there(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s:]*)(?:#([^)\s]+))?\)", page.read_text("utf-8"))
    for target, anchor in links:
        file = page.parent / target if target else page
        assert file.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", file.read_text("utf-8"), re.MULTILINE)
            names = {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}
            assert anchor in names, (target, anchor)
