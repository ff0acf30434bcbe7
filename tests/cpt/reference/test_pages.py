"""The reference says what the tables say, and the tables say something of everything."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from pydantic import BaseModel

from cpt.cli.app import VERBS, cpt
from cpt.reference.__main__ import DOCS, EXAMPLES, REFERENCE, main
from cpt.reference.commands import commands
from cpt.reference.documents import DOCUMENTS
from cpt.reference.gallery import PICTURES, gallery
from cpt.reference.models import fields, lead
from cpt.reference.pages import pages
from package_format.campaign.actions import ACTIONS
from package_format.campaign.conditions import Bought, FieldCondition, ScoreCondition
from package_format.campaign.model import Campaign, Decision, Goal, Join, Sequence, Step, Way
from package_format.campaign.timers import Wait, WaitDefaults
from package_format.campaign.triggers import TRIGGERS
from package_format.checks import RULES
from package_format.compatibility import RULES as COMPATIBILITY
from package_format.kinds.table import KINDS
from package_format.manifest import AccountTable, Manifest, PackageTable, Waiver
from package_format.parameter_rules import ParameterRule
from package_format.parameters import Parameter
from package_format.scenario import STORY_STEPS, Scenario
from package_format.source.codes import CODES
from package_format.templates.filters import FILTERS

ROOT = Path(__file__).parents[3]
HEADINGS = {
    "kinds.md": [kind.title for kind in KINDS.values() if kind.name != "campaign"],
    "triggers.md": TRIGGERS,
    "actions.md": ACTIONS,
    "scenarios.md": STORY_STEPS,
    "templates.md": FILTERS,
    "diagnostics.md": [*RULES, *CODES],
    "compatibility.md": COMPATIBILITY,
    "json.md": DOCUMENTS,
    "commands.md": [*(f"cpt {verb}" for verb in VERBS), "Exit codes"],
}
DOCUMENTED = [
    *(row.model for table in (KINDS, TRIGGERS, ACTIONS) for row in table.values()),
    *STORY_STEPS.values(),
    *(Scenario, PackageTable, AccountTable, Manifest, Waiver, Parameter, ParameterRule),
    *(Campaign, Goal, Sequence, Step, Decision, Way, Join, Wait, WaitDefaults),
    *(FieldCondition, ScoreCondition, Bought),
]
MODELS = [row.model for table in (KINDS, TRIGGERS, ACTIONS) for row in table.values()] + [
    *STORY_STEPS.values()
]


def test_every_document_of_the_command_line_is_described() -> None:
    said = re.compile(r"print_json\(\s*\"([^\"]+)\"")
    code = [*ROOT.glob("cpt/**/*.py"), *ROOT.glob("registry_server/**/*.py")]
    printed = {word for file in code for word in said.findall(file.read_text("utf-8"))}
    assert printed == DOCUMENTS.keys()
    verbs = {path for path, _ in commands(cpt, click.Context(cpt, info_name="cpt"))}
    for document in DOCUMENTS.values():
        for verb in document.of.split(", "):
            plain = re.sub(r" (--\S+|[A-Z]+)", "", f"cpt {verb}")
            assert plain in verbs


def test_what_is_written_down_is_what_the_tables_say() -> None:
    folder = ROOT / DOCS / REFERENCE
    written = {file.name: file.read_text("utf-8") for file in folder.glob("*.md")}
    assert written == pages(), "docs/reference is stale: run 'make docs'"


@pytest.mark.parametrize("page", HEADINGS)
def test_every_row_has_a_heading(page: str) -> None:
    lines = pages()[page].splitlines()
    assert [word for word in HEADINGS[page] if f"## {word}" not in lines] == []


@pytest.mark.parametrize("model", MODELS)
def test_every_model_says_what_it_is(model: type[object]) -> None:
    assert lead(model).endswith((".", ":"))


@pytest.mark.parametrize("model", DOCUMENTED)
def test_every_key_says_what_it_means(model: type[BaseModel]) -> None:
    """What refers to a kind says so, and a model's only key is explained with the model."""
    keys = list(fields(model))
    unsaid = [key.key for key in keys if not key.meaning and "](" not in key.holds]
    assert unsaid == [] or len(keys) == 1


def test_the_gallery_shows_the_examples_as_they_are() -> None:
    docs = ROOT / DOCS
    files = [docs / "gallery.md", *(docs / PICTURES).glob("*.svg")]
    written = {file.relative_to(docs).as_posix(): file.read_text("utf-8") for file in files}
    assert written == gallery(ROOT / EXAMPLES), "docs/gallery.md is stale: run 'make docs'"


def test_the_gallery_shows_every_example_that_has_a_campaign() -> None:
    page = gallery(ROOT / EXAMPLES)["gallery.md"]
    folders = {file.parent.parent for file in (ROOT / EXAMPLES).glob("**/campaigns/*.yaml")}
    names = {folder.relative_to(ROOT / EXAMPLES).parts[0] for folder in folders} - {"accounts"}
    assert [name for name in sorted(names) if f"(../examples/{name}" not in page] == []


def test_what_is_no_more_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for old in ("reference/old.md", "pictures/old.svg"):
        (tmp_path / old).parent.mkdir()
        (tmp_path / old).touch()
    main([str(tmp_path)])
    assert {file.name for file in (tmp_path / REFERENCE).iterdir()} == set(pages())
    written = {f"{PICTURES}/{file.name}" for file in (tmp_path / PICTURES).iterdir()}
    assert written == set(gallery(ROOT / EXAMPLES)) - {"gallery.md"}
