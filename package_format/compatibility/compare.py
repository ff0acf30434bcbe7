"""Comparing: what changed between two versions, and the bump that it demands."""

from __future__ import annotations

from dataclasses import dataclass

from package_format.compatibility.rule import Finding, Versions
from package_format.compatibility.table import RULES
from package_format.compatibility.waivers import idle_waivers, waived
from package_format.manifest import Waiver
from package_format.package import Package
from package_format.versions import Bump


@dataclass(frozen=True)
class Comparison:
    """What changed between two versions.

    Attributes:
        findings: What changed, the weightiest first.
        idle: The newer version's waivers that waive nothing here.
    """

    findings: tuple[Finding, ...]
    idle: tuple[Waiver, ...] = ()

    @property
    def demanded(self) -> Bump:
        """The least bump that the newer version has to be."""
        return max((finding.demands for finding in self.findings), default=Bump.NONE)


def given_bump(old: Package, new: Package) -> Bump:
    """Return how far the new version's number moves."""
    older, newer = old.manifest.version, new.manifest.version
    return newer.bump_from(older) if newer > older else Bump.NONE


def is_enough(old: Package, new: Package, comparison: Comparison) -> bool:
    """Whether the new version's number moves as far as the changes demand."""
    return given_bump(old, new) >= comparison.demanded


def unexplained(new: Package, comparison: Comparison) -> Finding | None:
    """Return a finding whose waiver's reason the changelog does not tell; None if it tells all."""
    changelog = new.documents.get("CHANGELOG.md", b"").decode("utf-8", errors="replace")
    return next(
        (f for f in comparison.findings if f.waived is not None and f.waived not in changelog),
        None,
    )


def compare(old: Package, new: Package) -> Comparison:
    """Say what changed for those who have the old version of a package."""
    versions = Versions(old, new)
    found = [finding for rule in RULES.values() for finding in rule.findings(versions)]
    found = waived(found, versions)
    findings = tuple(sorted(found, key=lambda finding: -finding.bump))
    return Comparison(findings, idle_waivers(findings, versions))
