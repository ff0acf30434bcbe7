"""Stories of several contacts, with several parameters, and with an upgrade in the middle."""

from pathlib import Path

import pytest
import yaml

from cpt.errors import ParametersError
from cpt.scenarios.result import ScenarioResult
from cpt.scenarios.run import Edition, run_all
from package_format.folder import load_package
from package_format.kinds.model import Json
from package_format.package import Package
from package_format.scenario import Scenario
from tests.cpt.installer.shops import package as small_package
from tests.cpt.installer.test_whole_campaigns import APART, MERGED, SPLIT, TOGETHER, course

EXAMPLES = Path(__file__).parents[3] / "examples"


def package(name: str) -> Package:
    loaded = load_package(EXAMPLES / name)
    assert loaded.package is not None
    return loaded.package


TAGS = package("lifecycle-tags")
OLD = package("webinar-follow-up/1.0.0")
NEW = package("webinar-follow-up/2.0.0")
CLOSURE = {TAGS.name: TAGS}


def told(text: str, of: Package = NEW, older: Package | None = OLD) -> dict[str, ScenarioResult]:
    scenario = Scenario.model_validate(
        yaml.safe_load(f"title: A story\nstarts: '2026-03-02T09:00'\n{text}")
    )
    return run_all(
        of, CLOSURE, {"story": scenario}, lambda _: Edition(older, CLOSURE) if older else None
    )


def one(text: str, of: Package = NEW, older: Package | None = OLD) -> ScenarioResult:
    (result,) = told(text, of, older).values()
    return result


ADA = "contact: {email: ada@example.com, interest: pro, webinar_date: '2026-03-12'}\n"
HALF_WAY = f"installed: ^1.0\n{ADA}story:\n  - submit: registration\n"


@pytest.mark.parametrize("name", ["comes-from-version-1", "was-kept-warm"])
def test_the_examples_upgrades_in_the_middle_pass(name: str) -> None:
    scenario = Scenario.model_validate(NEW.scenarios[name])
    results = run_all(NEW, CLOSURE, {name: scenario}, lambda _: Edition(OLD, CLOSURE))
    assert [result.problems for result in results.values()] == [()] * len(results)
    assert all(result.steps for result in results.values())


def test_an_upgrade_carries_a_renamed_step_and_its_timer() -> None:
    result = one(
        HALF_WAY + "  - expect: {due: {remind.reminder: '2026-03-11T09:00'}}\n"
        "  - upgrade\n  - expect: {due: {remind.nudge: '2026-03-11T09:00'}}"
    )
    assert result.problems == ()


def test_what_an_older_version_sent_is_not_sent_again() -> None:
    result = one(
        HALF_WAY + "  - expect: {sent: confirmed}\n  - upgrade\n  - expect: {sent: confirmed}"
    )
    assert result.problems == ("confirmed was not sent; sent since then: nothing",)


def test_only_what_is_seen_after_the_upgrade_is_seen_of_this_version() -> None:
    result = one(HALF_WAY + "  - upgrade\n  - advance: 9 days\n  - expect: {in: remind}")
    assert "follow-up.remind.nudge" in result.visited
    assert "follow-up.remind.confirm" not in result.visited


def test_a_contact_with_nowhere_to_go_is_a_disappointment() -> None:
    without = Package(
        NEW.manifest, NEW.resources, (), NEW.scenarios, NEW.documents
    )  # nothing says what became of keep-warm
    result = one(
        HALF_WAY + "  - apply-tag: lifecycle-tags:attended\n  - advance: 14 days\n"
        "  - expect: {in: keep-warm}\n  - upgrade\n  - expect: {in: next-webinar}",
        of=without,
    )
    assert result.problems[0].startswith(
        "nothing says where contacts at follow-up.keep-warm.light go (M2)"
    )


def test_a_story_whose_older_version_cannot_be_had_is_not_told() -> None:
    result = one(HALF_WAY + "  - upgrade\n  - expect: {in: remind}", older=None)
    assert result.passed
    assert result.steps == ()
    assert "is not at hand" in result.skipped


def test_an_older_version_has_to_be_older() -> None:
    text = HALF_WAY + "  - upgrade\n  - expect: {in: remind}"
    assert "newer than this version" in one(text, of=OLD, older=NEW).skipped


def test_a_story_is_told_of_each_contact_with_each_set_of_parameters() -> None:
    results = told(
        "contacts: {ada: {email: ada@example.com}, bo: {email: bo@example.com}}\n"
        "parameters: {small: {company: Small}, big: {company: Big}}\n"
        "story:\n  - submit: registration\n  - expect: {sent: confirmed}"
    )
    assert list(results) == [
        "story[ada, small]", "story[ada, big]", "story[bo, small]", "story[bo, big]",
    ]  # fmt: skip
    assert all(result.passed and result.steps for result in results.values())


def test_contacts_in_a_plain_list_are_called_by_their_numbers() -> None:
    text = "contacts: [{email: a@example.com}, {}]\nstory:\n  - submit: registration\n"
    results = told(text + "  - expect: {sent: confirmed}")
    assert {name: result.passed for name, result in results.items()} == {
        "story[1]": True,
        "story[2]": False,
    }


def test_a_parameter_that_there_is_not_is_refused() -> None:
    with pytest.raises(ParametersError, match="colour"):
        told("parameters: {colour: red}\nstory:\n  - submit: registration")


def test_everything_that_a_campaign_listens_for_can_happen() -> None:
    result = one(
        ADA + "story:\n"
        "  - happens: {web-form-submitted: registration, values: {first_name: Ada}}\n"
        "  - expect: {sent: confirmed, field: {first_name: Ada}}\n"
        "  - happens: {tag-applied: lifecycle-tags:attended}\n"
        "  - expect: {in: pitch-pro, tagged: lifecycle-tags:attended}\n"
        "  - happens: {tag-removed: lifecycle-tags:attended}\n"
        "  - expect: {not-tagged: lifecycle-tags:attended}\n"
        "  - happens: {api-called: {integration: checkout, call: course-bought}}\n"
        "  - expect: {achieved: bought, task: {ask: '2026-03-02T09:00'}}"
    )
    assert result.problems == ()


@pytest.mark.parametrize(
    ("expectation", "sentence"),
    [
        (
            "sent: {confirmed: '2026-03-02T10:00'}",
            "confirmed was sent at 2026-03-02 09:00, not at 2026-03-02 10:00",
        ),
        (
            "due: {remind: '2026-03-11T10:00'}",
            "remind is due at 2026-03-11 09:00, not at 2026-03-11 10:00",
        ),
        ("due: {pitch-pro: '2026-03-11T10:00'}", "the contact is not in pitch-pro"),
        ("posted: shop", "nothing was posted to shop"),
    ],
)
def test_a_moment_that_is_another_is_a_disappointment(expectation: str, sentence: str) -> None:
    result = one(f"{ADA}story:\n  - submit: registration\n  - expect: {{{expectation}}}")
    assert result.problems == (sentence,)


def test_what_happened_is_told_with_its_own_moments() -> None:
    result = one(ADA + "story:\n  - submit: registration\n  - advance: 20 days")
    moments = [line.at for line in result.steps[1].happened]
    assert moments == sorted(moments)
    assert len(set(moments)) > 1


def test_a_short_word_happens_as_its_trigger_hears_it() -> None:
    result = one(
        ADA + "story:\n"
        "  - submit: registration\n"
        "  - open: confirmed\n"
        "  - complete-task: call\n"
        "  - opt-out: {}\n"
        "  - advance: 20 days\n"
        "  - expect: {not-sent: starts-tomorrow}"
    )
    assert result.problems == ()
    assert [step.said for step in result.steps[1:4]] == [
        "open confirmed",
        "complete-task call",
        "opt-out",
    ]


HOLIDAY = package("holiday-promotion")
PIPELINE = package("sales-pipeline")
SEGMENTS = package("segmentation")


@pytest.mark.parametrize(
    "bought",
    [
        "buy: gift-box",
        "buy: {product: gift-box, quantity: 3}",
        "happens: {product-purchased: {category: Presents}}",
    ],
)
def test_a_goal_by_category_hears_whoever_buys_of_it(bought: str) -> None:
    result = one(
        ADA.replace(", interest: pro, webinar_date: '2026-03-12'", "")
        + f"story:\n  - apply-tag: holiday-list\n  - {bought}\n"
        "  - expect: {achieved: bought, sent: thanks}",
        of=HOLIDAY,
    )
    assert result.problems == ()


def test_a_goal_by_category_hears_nobody_who_buys_of_another() -> None:
    result = one(
        "story:\n  - apply-tag: holiday-list\n"
        "  - happens: {product-purchased: {category: Tools}}\n"
        "  - expect: {achieved: bought}",
        of=HOLIDAY,
    )
    assert result.problems == ("the goal bought was not achieved",)


def test_a_score_is_earned_lost_in_time_and_reached() -> None:
    result = one(
        "contact: {email: ada@example.com}\nstory:\n"
        "  - submit: preferences\n"
        "  - happens: {email-opened: garden-letter}\n"
        "  - expect: {score: {warmth: 5}}\n"
        "  - advance: 15 days\n"
        "  - expect: {score: {warmth: 3}}\n"
        "  - reach-score: {score: warmth, at-least: 15}\n"
        "  - expect: {achieved: warm, score: {warmth: 15}}\n"
        "  - expect: {score: {warmth: 16}}",
        of=SEGMENTS,
    )
    assert result.problems == ("the score warmth is 15, not 16",)


SELLERS = "parameters: {seller: eva@example.com, second_seller: eva@example.com}\n"


def test_a_role_gets_the_contact_and_the_tasks() -> None:
    result = one(
        f"{SELLERS}contact: {{email: ada@example.com}}\nstory:\n  - submit: enquiry\n"
        "  - expect: {owner: eva@example.com, stage: enquiry,"
        " task: {task: call, to: eva@example.com, at: '2026-03-02T09:00'}}",
        of=PIPELINE,
    )
    assert result.problems == ()
    assert result.steps[-1].said == (
        "expect task: call to eva@example.com at 2026-03-02 09:00, owner: eva@example.com, "
        "stage: enquiry"
    )


@pytest.mark.parametrize(
    ("expectation", "sentence"),
    [
        ("owner: jo@example.com", "the contact belongs to eva@example.com, not to jo@example.com"),
        (
            "task: {task: call, to: jo@example.com}",
            "the task call was handed to eva@example.com, not to jo@example.com",
        ),
        ("task: {task: plan, to: jo@example.com}", "no task plan was handed out"),
        ("stage: won", "no opportunity stands in won; there is one in “Enquiry”"),
    ],
)
def test_somebody_or_somewhere_else_is_a_disappointment(expectation: str, sentence: str) -> None:
    result = one(
        f"{SELLERS}contact: {{email: ada@example.com}}\nstory:\n  - submit: enquiry\n"
        f"  - expect: {{{expectation}}}",
        of=PIPELINE,
    )
    assert result.problems == (sentence,)


def test_a_contact_may_belong_to_nobody_and_have_no_opportunity() -> None:
    result = one("story:\n  - expect: {owner: a@example.com, stage: won}", of=PIPELINE)
    assert result.problems == (
        "the contact belongs to nobody, not to a@example.com",
        "no opportunity stands in won; there is none",
    )


def letters(version: str, steps: Json, upgrades: Json = ()) -> Package:
    """Return a small package: who becomes a member gets some emails."""
    mail = {"subject": "Hello", "from": "a@example.com", "body": "<p>Hello</p>"}
    campaign = {
        "title": "Club",
        "goals": {"joined": {"when": {"tag-applied": "member"}}},
        "sequences": {"remind": {"after": "joined", "steps": steps}},
    }
    found = {"tag/member": {"name": "Member"}, "campaign/club": campaign}
    found |= {f"email/{key}": mail for key in ("first", "new", "last")}
    return small_package("acme/club", version, found, upgrades=upgrades)


def test_an_upgrade_catches_up_who_came_lately_and_changes_timers_as_entries_say() -> None:
    first, last = {"send-email": "first"}, {"wait": "2 days", "send-email": "last"}
    old = letters("1.0.0", {"first": first, "last": last})
    steps = {"first": first, "new": {"send-email": "new"}, "last": {**last, "wait": "5 days"}}
    entries = [
        {"added": "campaign/club.remind.new", "catch-up": "1 day"},
        {"changed": "campaign/club.remind.last", "timer": "keep"},
    ]
    story = (
        "installed: ^1.0\ncontact: {email: ada@example.com}\nstory:\n  - apply-tag: member\n"
        "  - expect: {sent: first}\n  - advance: 1 day\n  - upgrade\n  - advance: 1 hour\n"
        "  - expect: {sent: new, due: {remind.last: '2026-03-04T09:00'}}\n"
        "  - advance: 1 day\n  - expect: {sent: last}"
    )
    result = one(story, letters("2.0.0", steps, entries), old)
    assert result.problems == ()
    assert {"club.remind.new", "club.remind.last"} <= result.visited


@pytest.mark.parametrize("merged", [False, True], ids=["split", "merged"])
def test_an_upgrade_carries_contacts_into_another_campaign(merged: bool) -> None:  # noqa: FBT001
    older, newer = course("1.0.0", **TOGETHER), course("1.1.0", *SPLIT, **APART)
    if merged:
        older, newer = course("1.0.0", **APART), course("1.1.0", *MERGED, **TOGETHER)
    result = one(
        "installed: ^1.0\ncontact: {email: ada@example.com}\nstory:\n"
        "  - submit: sign-up\n  - advance: 2 days\n"
        "  - expect: {sent: offer, due: {pitch.second: '2026-03-06T09:00'}}\n"
        "  - upgrade\n"
        "  - expect: {due: {pitch.second: '2026-03-06T09:00', greet.last: '2026-03-09T09:00'}}\n"
        "  - advance: 30 days\n  - expect: {sent: [second, last]}",
        of=newer, older=older,
    )  # fmt: skip
    assert result.problems == ()
