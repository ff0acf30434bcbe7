"""Scenarios: a contact's story in virtual time, and what is said when it disappoints."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from cpt.errors import ParametersError
from cpt.scenarios.cast import cast
from cpt.scenarios.coverage import coverage
from cpt.scenarios.result import ScenarioResult
from cpt.scenarios.run import run
from package_format.folder import load_package
from package_format.package import Package
from package_format.parameters import Parameter, ParameterType
from package_format.scenario import Scenario

EXAMPLES = Path(__file__).parents[3] / "examples"


def package(name: str) -> Package:
    loaded = load_package(EXAMPLES / name)
    assert loaded.package is not None
    return loaded.package


TAGS = package("lifecycle-tags")
OLD = package("webinar-follow-up/1.0.0")
NEW = package("webinar-follow-up/2.0.0")


def told(
    story: str, of: Package = OLD, contact: str = "{email: ada@example.com}"
) -> ScenarioResult:
    text = f"title: A story\ncontact: {contact}\nstarts: '2026-03-02T09:00'\nstory:\n{story}"
    return run(of, {TAGS.name: TAGS}, Scenario.model_validate(yaml.safe_load(text)))


def problems(result: ScenarioResult) -> list[str]:
    return [problem for step in result.steps for problem in step.problems]


@pytest.mark.parametrize("of", [OLD, NEW], ids=str)
def test_every_scenario_of_an_example_passes(of: Package) -> None:
    for data in of.scenarios.values():
        assert problems(run(of, {TAGS.name: TAGS}, Scenario.model_validate(data))) == []


@pytest.mark.parametrize("of", [OLD, NEW], ids=str)
def test_the_scenarios_of_an_example_visit_every_goal_step_and_way(of: Package) -> None:
    results = [
        run(of, {TAGS.name: TAGS}, Scenario.model_validate(data)) for data in of.scenarios.values()
    ]
    assert coverage(of, results).missed == ()


def test_coverage_names_what_no_scenario_came_by() -> None:
    seen = coverage(OLD, [told("  - submit: registration")])
    assert "follow-up.registered" in seen.visited
    assert "follow-up.remind.confirm" in seen.visited
    assert "follow-up.by-interest.pro" in seen.missed


@pytest.mark.parametrize(
    ("expectation", "sentence"),
    [
        ("sent: replay", "replay was not sent; sent since then: “Your seat is saved"),
        ("not-sent: confirmed", "confirmed was sent"),
        ("in: pitch-pro", "the contact is not in pitch-pro; they stand in follow-up.remind"),
        ("not-in: remind", "the contact is in remind"),
        ("queued: remind", "the contact is not queued at remind; they stand in follow-up.remind"),
        ("achieved: bought", "the goal bought was not achieved"),
        ("done: remind", "the contact is still in remind"),
        ("done: welcome", "the contact has never been in welcome"),
        ("tagged: 'lifecycle-tags:customer'", "the contact does not carry the tag"),
        ("not-tagged: 'lifecycle-tags:lead'", "the contact carries the tag"),
        ("field: {first_name: Ada}", "the field first_name is empty, not 'Ada'"),
        ("field: {interest: pro}", "the field interest is 'basic', not 'pro'"),
    ],
)
def test_a_disappointed_expectation_says_what_is_instead(expectation: str, sentence: str) -> None:
    contact = "{email: ada@example.com, interest: basic, webinar_date: '2026-03-12'}"
    result = told(f"  - submit: registration\n  - expect: {{{expectation}}}", contact=contact)
    assert not result.passed
    assert problems(result)[0].startswith(sentence)


def test_a_task_that_was_not_handed_out_is_a_disappointment() -> None:
    result = told("  - submit: registration\n  - expect: {task: call}", of=NEW)
    assert problems(result) == ["no task call was handed out"]


def test_a_story_ends_at_the_first_step_that_disappoints() -> None:
    result = told("  - expect: {in: remind}\n  - submit: registration")
    assert [step.said for step in result.steps] == ["expect in: remind"]
    assert problems(result) == ["the contact is not in remind; they stand nowhere"]


def test_sent_means_since_the_last_expectation_of_sent() -> None:
    once = "  - submit: registration\n  - expect: {sent: confirmed}\n"
    assert problems(told(once)) == []
    again = problems(told(once + "  - expect: {sent: confirmed}"))
    assert again == ["confirmed was not sent; sent since then: nothing"]


def test_time_passes_to_a_moment_in_the_contacts_own_zone() -> None:
    contact = "{email: ada@example.com, time_zone: America/New_York, webinar_date: '2026-03-12'}"
    result = told(
        "  - submit: registration\n"
        "  - advance-to: '2026-03-11T08:59'\n"
        "  - expect: {in: remind.reminder}\n"
        "  - advance-to: '2026-03-11T09:00'\n"
        "  - expect: {sent: starts-tomorrow, in: remind.replay}",
        contact=contact,
    )
    assert problems(result) == []
    assert result.zone == "America/New_York"


def test_a_form_brings_values_along_and_a_field_can_be_set_and_cleared() -> None:
    result = told(
        "  - submit: {form: registration, values: {interest: pro}}\n"
        "  - expect: {field: {interest: pro}}\n"
        "  - set: {interest: basic}\n"
        "  - set: {interest: basic}\n"
        "  - expect: {field: {interest: basic}}\n"
        "  - set: {interest: null}\n"
        "  - expect: {field: {interest: null}}"
    )
    assert problems(result) == []


def test_a_tag_that_was_there_already_is_no_event() -> None:
    result = told(
        "  - submit: registration\n"
        "  - remove-tag: lifecycle-tags:attended\n"
        "  - apply-tag: lifecycle-tags:lead\n"
        "  - remove-tag: lifecycle-tags:lead\n"
        "  - expect: {not-tagged: 'lifecycle-tags:lead'}"
    )
    assert problems(result) == []
    assert [step.happened for step in result.steps[1:3]] == [(), ()]


def test_a_story_is_told_in_the_authors_words() -> None:
    result = told(
        "  - submit: registration\n"
        "  - call: {integration: checkout, call: course-bought}\n"
        "  - set: {interest: pro}\n"
        "  - advance: 2 days"
    )
    assert [step.said for step in result.steps] == [
        "submit registration",
        "call integration: checkout, call: course-bought",
        "set interest = pro",
        "advance 2 days",
    ]


def _needing(**attributes: object) -> Package:
    """The tags' package, with a parameter that an owner has to give."""
    parameter = Parameter.model_validate({"required": True, **attributes})
    manifest = TAGS.manifest.model_copy(update={"parameters": {"studio": parameter}})
    return replace(TAGS, manifest=manifest)


@pytest.mark.parametrize("type_", [one for one in ParameterType if one is not ParameterType.CHOICE])
def test_a_parameter_of_any_type_has_a_sample_without_a_title_too(type_: ParameterType) -> None:
    assert cast(_needing(type=type_), {}).package.manifest.parameters


@pytest.mark.parametrize(
    "attributes",
    [
        {"type": "choice", "choices": ["far", "near"]},
        {"type": "date", "minimum": "2027-01-01"},
        {"type": "date", "maximum": "1999-01-01"},
        {"type": "integer", "minimum": 4},
        {"type": "number", "maximum": -0.5},
    ],
)
def test_a_sample_keeps_to_what_the_parameter_allows(attributes: dict[str, object]) -> None:
    assert cast(_needing(**attributes), {}).package.manifest.parameters


def test_where_no_sample_fits_it_says_where_the_value_is_to_be_given() -> None:
    with pytest.raises(ParametersError, match="does not have the form") as refused:
        cast(_needing(type="string", pattern="[A-Z]{3}"), {})
    assert "parameters: {NAME: VALUE}" in refused.value.help[0]
    cast(_needing(type="string", pattern="[A-Z]{3}"), {}, {"studio": "ABC"})
