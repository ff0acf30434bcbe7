"""What docs/campaigns.md says of the rules is what happens: its campaigns live through its stories.

A section is a package: its blocks with a path are files, beside the resources below. A plain
``text`` block is what `cpt test --verbose` tells of the story before it: these lines, in this
order, among others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cpt.scenarios.result import ScenarioResult
from cpt.scenarios.run import run_all
from package_format.checks import check
from package_format.diagnostics import Severity
from package_format.folder import load_package
from package_format.scenario import Scenario

GUIDE = Path(__file__).parents[3] / "docs/campaigns.md"
EMAILS = (
    "welcome", "offer", "reminder", "lesson", "papers", "gift", "thanks",
)  # fmt: skip
_EMAIL = '---\nsubject: "{0}"\nfrom: us@shop.example\n---\n<p>{0}</p>\n'
RESOURCES = {
    "cpt.toml": '[package]\nname = "acme/guide"\nversion = "1.0.0"\ntitle = "Guide"\n'
    'summary = "What the guide shows."\nlicense = "MIT"\n'
    '[account]\nfeatures = ["ecommerce", "email", "tasks", "web-forms"]\n',
    "tags.yaml": "\n".join(f"{tag}: {{name: {tag}}}" for tag in ("attended", "customer", "lead")),
    "fields.yaml": "interest: {title: Interest, type: text}\n"
    "webinar_date: {title: Webinar date, type: date}\n",
    "products.yaml": "course: {name: Course, price: '10.00', currency: EUR}\n",
    "tasks.yaml": "call: {title: Call}\n",
    "roles.yaml": "coach: {title: Coach, people: [eva@shop.example, max@shop.example]}\n",
    **{
        f"forms/{form}.yaml": "title: Form\nfields: [{field: email}]\n"
        for form in ("sign-up", "question")
    },
    **{f"emails/{email}.html": _EMAIL.format(email) for email in EMAILS},
}
MISTAKES = {"C5": {"loop-without-timer"}}
"""What `cpt check` calls a mistake in an example, as its section says."""

_BLOCK = re.compile(r"^```(?P<info>[^\n]*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass
class Example:
    """A section: its rule, its package's files, and what is told of its stories."""

    rule: str
    files: dict[str, str] = field(default_factory=dict)
    told: dict[str, list[str]] = field(default_factory=dict)


def _examples() -> Iterator[Example]:
    for section in GUIDE.read_text("utf-8").split("\n## ")[1:]:
        example, story = Example(section.split()[0]), ""
        for block in _BLOCK.finditer(section):
            _, _, path = block["info"].partition(" ")
            if path:
                example.files[path] = block["text"]
                story = Path(path).stem
            elif story:  # what stands before the first of them is no story's
                example.told[story] = block["text"].splitlines()
        yield example


EXAMPLES = tuple(_examples())


def test_every_rule_is_explained_in_its_order() -> None:
    assert [example.rule for example in EXAMPLES] == [f"C{number}" for number in range(1, 14)]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.rule)
def test_what_a_rule_says_happens(example: Example, tmp_path: Path) -> None:
    for path, text in {**RESOURCES, **example.files}.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    loaded = load_package(tmp_path)
    package = loaded.package
    assert package is not None, list(loaded.diagnostics)
    mistakes = {one.code for one in check(package) if one.severity is Severity.ERROR}
    assert mistakes == MISTAKES.get(example.rule, set())
    stories = {name: Scenario.model_validate(data) for name, data in package.scenarios.items()}
    assert stories
    results = run_all(package, {}, stories)
    for name, result in results.items():
        assert result.problems == (), name
    for name, lines in example.told.items():
        happened = iter(_happened(results[name]))
        missing = [line for line in lines if line not in happened]  # consumes up to each line
        assert missing == [], "\n".join(_happened(results[name]))


def _happened(result: ScenarioResult) -> list[str]:
    return [str(told) for step in result.steps for told in step.happened]
