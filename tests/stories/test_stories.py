"""The book of upgrade stories: every command in it is run, and says what is printed here.

Each file is a chapter, and each section of it a story, told in a folder of its own. Its blocks are
read in order. A block with a path is a file: under ``1.0.0/`` of the package at that version
(``leaf/welcome``, or ``leaf/NAME`` under ``NAME-1.0.0/``), under ``account/`` of the account that
the story happens in. A version begins as a copy of the one before it, so that only what changed is
shown; ``(gone)`` takes a file away. What has been written down is published, and the account made,
before the next command. What stands before the first story of a chapter is part of every one.

With CPT_WRITE_STORIES set, the chapters are written again as their commands print them, to be
looked at with ``git diff``.
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cpt.accounts.port import Account
from cpt.installer.changes import SYMBOLS, ChangeType
from cpt.installer.choices import Choices
from cpt.installer.plan import Plan
from cpt.installer.preparing import prepare
from cpt.installer.request import Request
from cpt.registries.directory import DirectoryRegistry
from package_format.archive import build_archive
from package_format.folder import load_package
from tests.commands import run_command, session
from tests.kept_plans import shows_the_same
from tests.specs import Block, Section, read_spec

WRITE = "CPT_WRITE_STORIES" in os.environ
CHAPTERS = sorted(path for path in Path(__file__).parent.glob("*.md") if path.name != "README.md")
STORIES = [
    pytest.param(chapter, preamble, story, id=f"{chapter.stem}: {story.title}")
    for chapter in CHAPTERS
    for preamble, stories in (read_spec(chapter),)
    for story in stories
]

_VERSION = re.compile(r"(?:(?P<name>[a-z-]+)-)?(?P<version>\d+\.\d+\.\d+)")
_MANIFEST = """\
[package]
name = "leaf/welcome"
version = "1.0.0"
title = "Welcome"
summary = "A small package."
license = "MIT"

[account]
features = ["api", "email", "notes", "tasks", "web-forms"]
"""


@dataclass
class Telling:
    """One story being told in a folder.

    Attributes:
        newest: The folder of each package's newest version so far.
        written: The versions that are written, and not published yet.
    """

    folder: Path
    newest: dict[str, Path] = field(default_factory=dict)
    written: set[Path] = field(default_factory=set)

    def tell(self, block: Block) -> str:
        """Do what a block says, and return what stands in it then."""
        if block.language == "console":
            self._publish()
            lines = [x for x in block.text.splitlines() if x.startswith("$ ")]
            return "\n".join(f"{x}\n{session(run_command, x, self.folder)}" for x in lines)
        if block.path:
            self._write(block.path, block.text)
        return block.text

    def _write(self, path: str, text: str) -> None:
        top = path.partition("/")[0]
        version = _VERSION.fullmatch(top)
        if version is not None:
            self._begin(self.folder / top, version["name"] or "welcome", version["version"])
        file = self.folder / path
        if text.strip() == "(gone)":
            file.unlink()
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.name == "cpt.toml" and version is not None:
            text = _manifest(text, version["name"] or "welcome", version["version"])
        file.write_text(text, "utf-8")

    def _begin(self, root: Path, name: str, version: str) -> None:
        self.written.add(root)
        if root.exists():
            return
        if name in self.newest:
            shutil.copytree(self.newest[name], root)
        root.mkdir(exist_ok=True)
        manifest = root / "cpt.toml"
        text = manifest.read_text("utf-8") if manifest.exists() else _MANIFEST
        manifest.write_text(_manifest(text, name, version), "utf-8")
        self.newest[name] = root

    def _publish(self) -> None:
        for root in sorted(self.written):
            package = load_package(root).package
            assert package is not None, list(load_package(root).diagnostics)
            archive = build_archive(package).data
            DirectoryRegistry(self.folder / "registry").publish(archive, "2026-03-01T09:00:00Z")
        self.written.clear()
        if not (self.folder / "shop.account").exists():
            (self.folder / "account").mkdir(exist_ok=True)
            made = run_command(
                *("account", "create", "shop.account", "--from", "account"),
                *("--starts", "2026-03-02T09:00"),
            )
            assert made.code == 0, made.said


def _manifest(text: str, name: str, version: str) -> str:
    text = re.sub(r'^name = ".*"$', f'name = "leaf/{name}"', text, count=1, flags=re.MULTILINE)
    return re.sub(r'^version = ".*"$', f'version = "{version}"', text, count=1, flags=re.MULTILINE)


def _prepared(account: Account, request: Request, choices: Choices, plan_id: str) -> Plan:
    return shows_the_same(prepare(account, request, choices, plan_id), account)


@pytest.mark.parametrize(("chapter", "preamble", "story"), STORIES)
def test_a_story_goes_as_it_is_told(
    chapter: Path,
    preamble: Section,
    story: Section,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CPT_REGISTRY", "registry")
    monkeypatch.setenv("CPT_CONFIG", "settings")
    monkeypatch.setenv("CPT_STATE", "state")
    monkeypatch.setattr("cpt.cli.planning.prepare", _prepared)
    telling = Telling(tmp_path)
    for section in (preamble, story):
        told = section.with_texts([telling.tell(block) for block in section.blocks])
        if WRITE:
            chapter.write_text(chapter.read_text("utf-8").replace(section.text, told), "utf-8")
        else:
            assert told == section.text


def test_every_type_of_change_has_a_story() -> None:
    printed = "".join(chapter.read_text("utf-8") for chapter in CHAPTERS)
    found = set(re.findall(r"^ (\S) \S", printed, re.MULTILINE))
    unseen = {ChangeType.UNCHANGED, ChangeType.MANUAL}  # a count; no account of a story needs it
    assert {symbol for type_, symbol in SYMBOLS.items() if type_ not in unseen} <= found


@pytest.mark.parametrize(("page", "plans"), [("upgrading.md", 3), ("campaigns.md", 1)])
def test_the_plans_of_the_guides_are_those_of_the_stories(page: str, plans: int) -> None:
    guide = (Path(__file__).parents[2] / "docs" / page).read_text("utf-8")
    shown = re.findall(r"^```\n(\$ cpt .*?)\n```$", guide, re.DOTALL | re.MULTILINE)
    printed = "".join(chapter.read_text("utf-8") for chapter in CHAPTERS)
    assert len(shown) == plans
    assert [block for block in shown if block not in printed] == []
