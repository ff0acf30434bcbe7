"""JUnit XML: whatever an author or a contact is called, it can be read."""

from pathlib import Path
from xml.etree import ElementTree as ET

from cpt.cli.views.junit import junit_xml
from cpt.scenarios.result import ScenarioResult, StepResult, Told
from package_format.folder import load_package

TAGS = load_package(Path(__file__).parents[3] / "examples/lifecycle-tags").package


def read(results: dict[str, ScenarioResult]) -> ET.Element:
    assert TAGS is not None
    return ET.fromstring(junit_xml(TAGS, results))  # noqa: S314  it is our own


def test_passed_failed_and_untold_scenarios_are_counted() -> None:
    step = StepResult(0, "expect in: a", (), ("the contact is not in a",))
    root = read({
        "good": ScenarioResult("Good", "UTC", (), frozenset()),
        "bad": ScenarioResult("Bad", "UTC", (step,), frozenset()),
        "untold": ScenarioResult("Untold", "UTC", (), frozenset(), "no 1.0.0"),
    })  # fmt: skip
    (suite,) = root
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("3", "1", "1")
    failure = suite.find("testcase[@name='bad']/failure")
    assert failure is not None
    assert failure.get("message") == "the contact is not in a"
    assert "x Thu 1970-01-01 00:00  expect in: a" in str(failure.text)


def test_nothing_that_is_said_breaks_the_xml() -> None:
    odd = "]]> <b> & \" ' \x00\x1b\ud800 \ufffe ☃"
    told = Told(0, "event", "a.b", odd)
    step = StepResult(0, odd, (told,), (odd,))
    root = read({odd: ScenarioResult(odd, "UTC", (step,), frozenset())})
    failure = root.find("testsuite/testcase/failure")
    assert failure is not None
    assert "]]> <b> & \" '" in str(failure.get("message"))
