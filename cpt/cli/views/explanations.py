"""Rules: each at length, or all in a table."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from cpt.cli.explanations import Explanation
from cpt.cli.views.words import rows
from package_format.kinds.model import Json


def show_explanation(console: Console, rule: Explanation) -> None:
    """Print one rule at length."""
    console.print(Text.assemble((rule.code, "bold"), f" ({rule.sort}): {rule.title}\n"))
    console.print(Text(rule.text))


def show_explanations(console: Console, rules: Sequence[Explanation]) -> None:
    """Print every rule in a line."""
    table = rows("CODE", "LEADS TO", "ABOUT")
    for rule in rules:
        table.add_row(Text(rule.code, "bold"), rule.sort, Text(rule.title))
    console.print(table)


def explanation_data(rule: Explanation) -> dict[str, Json]:
    """Return a rule as JSON values."""
    return {"code": rule.code, "leads_to": rule.sort, "title": rule.title, "explanation": rule.text}
