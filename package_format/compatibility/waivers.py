"""Waivers: an author's word, with a reason, that a finding does no harm to anybody.

A waiver is for one step between two versions. It counts in the version that brings it; those that
the older version had already were for the step before, and must not silence what comes later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from package_format.compatibility.rule import Finding, Versions
from package_format.compatibility.table import RULES
from package_format.manifest import Waiver


def waived(findings: Iterable[Finding], versions: Versions) -> list[Finding]:
    """Return the findings, with the author's reason at each that is waived."""
    reasons = {(w.rule, w.item): w.reason for w in _new(versions) if can_be_waived(w.rule)}
    return [
        replace(finding, waived=reasons.get((finding.rule, finding.address)))
        for finding in findings
    ]


def idle_waivers(findings: Iterable[Finding], versions: Versions) -> tuple[Waiver, ...]:
    """Return the waivers of the newer version that waive none of these findings."""
    used = {(f.rule, f.address) for f in findings if f.waived is not None}
    return tuple(w for w in _new(versions) if (w.rule, w.item) not in used)


def can_be_waived(rule: str) -> bool:
    """Whether there is such a rule, and it can be waived."""
    return rule in RULES and RULES[rule].can_be_waived


def _new(versions: Versions) -> tuple[Waiver, ...]:
    before = set(versions.old.manifest.waivers)
    return tuple(w for w in versions.new.manifest.waivers if w not in before)
