"""Words: what is written about an exported package, in its files and to who asked for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from package_format.campaign.model import Campaign
from package_format.kinds.model import Json
from package_format.kinds.table import KINDS
from package_format.parameters import Parameter
from package_format.placeholders import in_brackets
from package_format.scenario import Scenario


def readme(
    title: str,
    campaigns: Sequence[Campaign],
    brought: Mapping[str, Sequence[str]],
    parameters: Mapping[str, Parameter],
) -> str:
    """Return the readme of an exported package.

    Args:
        title: The package's title.
        campaigns: Its campaigns.
        brought: The labels of what it brings, by kind.
        parameters: What the owner of an account has to give.
    """
    lines = [f"# {title}", "", "Made by `cpt export` of what was built in an account.", ""]
    for campaign in campaigns:
        lines += [f"## {campaign.title}", ""]
        for key, node in campaign.nodes.items():
            lines.append(f"- {node.sort} {node.title or key}")
        lines.append("")
    lines += ["## What it brings", ""]
    for kind, labels in brought.items():
        lines.append(f"- {KINDS[kind].title}: {', '.join(map(in_brackets, labels))}")
    if parameters:
        lines += ["", "## What you are asked for", ""]
        for name, parameter in parameters.items():
            lines.append(f"- `{name}`: {parameter.title or name} ({parameter.type.value})")
    return "\n".join(lines) + "\n"


CHANGELOG = "# Changelog\n\n## 0.1.0\n\n- Made by `cpt export` of what was built in an account.\n"
"""The changelog of an exported package."""


def scenario(title: str, happens: Json, achieved: str) -> Json:
    """Return the first scenario: what sets the campaign off, and that it does."""
    told = {
        "title": title[:300],
        "contact": {"first_name": "Ada", "email": "ada@example.com"},
        "starts": "2026-03-02T09:00",
        "story": [happens, {"expect": {"achieved": achieved}}],
    }
    return Scenario.model_validate(told).canonical()
