"""A comparison of two versions: findings by the bump they demand, and the verdict."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from package_format.compatibility import Comparison, Finding, given_bump, is_enough
from package_format.kinds.model import Json
from package_format.package import Package
from package_format.versions import Bump, least_version

_COLOURS = {Bump.MAJOR: "bold red", Bump.MINOR: "yellow", Bump.PATCH: "green", Bump.NONE: "dim"}
_MEANING = {
    Bump.MAJOR: "somebody who has it could lose something",
    Bump.MINOR: "contacts get something else, or more",
    Bump.PATCH: "the same, better said",
    Bump.NONE: "nothing",
}


def show_comparison(console: Console, old: Package, new: Package, comparison: Comparison) -> None:
    """Print a comparison."""
    console.print(Text(f"{old.name} {old.manifest.version} -> {new.manifest.version}", "bold"))
    for bump in sorted(Bump, reverse=True):
        found = [finding for finding in comparison.findings if finding.demands is bump]
        if not found:
            continue
        console.print()
        console.print(Text.assemble((str(bump), _COLOURS[bump]), f": {_MEANING[bump]}"))
        for finding in found:
            _show_finding(console, finding)
    for waiver in comparison.idle:
        idle = f"The waiver of {waiver.rule} for {waiver.item or 'the package'} waives nothing."
        console.print()
        console.print(Text(idle, "yellow"))
    console.print()
    _show_verdict(console, old, new, comparison)


def _show_finding(console: Console, finding: Finding) -> None:
    """Print a finding; its help is not wrapped, since one may want to paste it."""
    said = Text(finding.message)
    if finding.address:
        said = Text.assemble((finding.address, "bold"), f": {finding.message}")
    said.append(f" [{finding.rule}]", "dim")
    if finding.waived is not None:
        said.append(f" waived, else {finding.bump}: {finding.waived}", "italic")
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_row(" ", Text("*", _COLOURS[finding.demands]), said)
    console.print(table)
    for line in (finding.help or "").splitlines():
        console.print(Text(f"      {line}", "cyan"), soft_wrap=True)


def _show_verdict(console: Console, old: Package, new: Package, comparison: Comparison) -> None:
    demanded, given = comparison.demanded, given_bump(old, new)
    verdict = Text("This demands ")
    verdict.append(str(demanded) if demanded else "no bump", _COLOURS[demanded])
    version = new.manifest.version
    if is_enough(old, new, comparison):
        verdict.append(f"; {version} is {given}, which is enough." if given else ".")
    else:
        is_what = given or f"no newer than {old.manifest.version}"
        verdict.append(f"; {version} is {is_what}. ")
        least = least_version(old.manifest.version, demanded)
        verdict.append(f"It must be at least {least}.", "bold")
    console.print(verdict)


def comparison_data(old: Package, new: Package, comparison: Comparison) -> dict[str, Json]:
    """Return a comparison as JSON values."""
    return {
        "package": new.name,
        "old": str(old.manifest.version),
        "new": str(new.manifest.version),
        "demanded": str(comparison.demanded),
        "given": str(given_bump(old, new)),
        "enough": is_enough(old, new, comparison),
        "findings": [
            {
                "bump": str(finding.demands),
                "rule": finding.rule,
                "address": finding.address or None,
                "message": finding.message,
                "help": finding.help,
                "waived": finding.waived,
            }
            for finding in comparison.findings
        ],
    }
