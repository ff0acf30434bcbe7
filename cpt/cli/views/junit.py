"""JUnit XML: what scenarios came to, for those who collect results of tests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree as ET

from cpt.cli.views.words import called, moment
from cpt.scenarios.result import ScenarioResult
from package_format.package import Package

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 (section 2.2) cannot hold, escaped or not."""


def junit_xml(package: Package, results: Mapping[str, ScenarioResult]) -> bytes:
    """Return the results of a package's scenarios as a JUnit report.

    Args:
        package: The package.
        results: By the scenarios' names.
    """
    failed = sum(not result.passed for result in results.values())
    skipped = sum(bool(result.skipped) for result in results.values())
    counts = {
        "tests": str(len(results)),
        "failures": str(failed),
        "errors": "0",
        "skipped": str(skipped),
    }
    root = ET.Element("testsuites", {"name": "cpt test", **counts})
    suite = ET.SubElement(root, "testsuite", {"name": _clean(str(package)), **counts, "time": "0"})
    for name, result in results.items():
        case = ET.SubElement(
            suite,
            "testcase",
            {"classname": _clean(package.name), "name": _clean(name), "time": "0"},
        )
        if result.skipped:
            ET.SubElement(case, "skipped", {"message": _clean(result.skipped)})
        elif not result.passed:
            message = _clean("; ".join(map(called, result.problems)))
            failure = ET.SubElement(case, "failure", {"message": message, "type": "expectation"})
            failure.text = "\n".join(timeline(result))
        if not result.skipped:
            ET.SubElement(case, "system-out").text = _clean(result.title)
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def timeline(result: ScenarioResult) -> Iterator[str]:
    """Yield a story in plain lines; what disappoints begins with a cross."""
    for step in result.steps:
        for told in step.happened:
            yield _clean(f"  {moment(told.at, result.zone)}  {called(str(told))}")
        yield _clean(f"{'x' if step.problems else '-'} {moment(step.at, result.zone)}  {step.said}")
        for problem in step.problems:
            yield _clean(f"    {called(problem)}")


def _clean(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
