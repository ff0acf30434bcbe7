"""Diagnostics as SARIF 2.1.0, which code hosts and editors show beside the lines they are about."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from cpt import __version__
from cpt.cli.explanations import explanations
from package_format.diagnostics import Diagnostic, Diagnostics
from package_format.kinds.model import Json

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def sarif_log(diagnostics: Diagnostics, root: Path) -> Json:
    """Return a log of one run.

    Args:
        diagnostics: What was found.
        root: The package's folder as it was named; files are relative to where the command ran.
    """
    found = list(diagnostics)
    codes = list(dict.fromkeys(diagnostic.code for diagnostic in found))
    known = {explanation.code: explanation for explanation in explanations()}
    rules: list[Json] = []
    for code in codes:
        rule: dict[str, Json] = {"id": code}
        if code in known:
            rule["shortDescription"] = {"text": known[code].title}
            rule["fullDescription"] = {"text": known[code].text}
        rules.append(rule)
    driver = {"name": "cpt", "version": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(diagnostic, codes, root) for diagnostic in found],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(diagnostic: Diagnostic, codes: list[str], root: Path) -> Json:
    said = diagnostic.message
    if diagnostic.help:
        said += f"\n\n{diagnostic.help}"
    span = diagnostic.span
    file = root / (span.file if span else "cpt.toml")
    uri = file.as_uri() if file.is_absolute() else quote(file.as_posix())
    place: dict[str, Json] = {"artifactLocation": {"uri": uri}}
    if span is not None:
        place["region"] = {
            "startLine": span.line,
            "startColumn": span.column,
            "endColumn": max(span.end_column, span.column + 1),
        }
    return {
        "ruleId": diagnostic.code,
        "ruleIndex": codes.index(diagnostic.code),
        "level": str(diagnostic.severity),
        "message": {"text": said},
        "locations": [{"physicalLocation": place}],
    }
