"""Choices as an owner writes them."""

from __future__ import annotations

import pytest

from cpt.errors import UsageError
from cpt.installer.choices import Choices, Course, Selector, read_choices, verify
from cpt.installer.merging.merge import Side
from package_format.references import Address
from package_format.upgrades.entries import ContinueAt, Leave

EMAIL = Address.parse("acme/hello:email/welcome")
STEP = Address.parse("acme/hello:campaign/follow-up.remind.nudge")


def test_a_selector_names_a_resource_or_a_field_deep_inside_one() -> None:
    selector = Selector.parse("campaign/follow-up#sequences.remind.steps.nudge.wait")
    assert selector.path == ("sequences", "remind", "steps", "nudge", "wait")


def test_the_package_may_be_left_out() -> None:
    assert Selector.parse("email/welcome").means(EMAIL)
    assert Selector.parse("acme/hello:email/welcome").means(EMAIL)
    assert not Selector.parse("acme/other:email/welcome").means(EMAIL)


def test_sides_are_chosen_for_exactly_what_is_named() -> None:
    choices = read_choices(keep=("email/welcome#subject",), take=("email/welcome",))
    assert choices.side(EMAIL) is Side.TAKE
    assert choices.side(EMAIL, ("subject",)) is Side.KEEP
    assert choices.side(EMAIL, ("body",)) is None


def test_the_most_exact_answer_for_contacts_wins() -> None:
    choices = read_choices(
        contacts=(
            "campaign/follow-up=exit",
            "campaign/follow-up.remind=continue-at:other.mail",
            "campaign/other=finish-on-old",
        )
    )
    target = Address.parse("campaign/follow-up.other.mail")
    remind = Address.parse("campaign/follow-up.remind")
    assert choices.contacts_at(STEP) == (remind, ContinueAt(target))
    assert choices.contacts_at(STEP.resource) == (remind.resource, Leave.EXIT)
    assert choices.contacts_at(EMAIL) is None


def test_everyone_can_be_answered_for_at_once() -> None:
    assert read_choices(contacts=("finish-on-old",)).everyone is Leave.FINISH_ON_OLD
    assert read_choices(contacts=("ask",)).everyone is Course.ASK


@pytest.mark.parametrize(
    "wrong",
    [
        {"keep": ("not an address",)},
        {"keep": ("email/welcome",), "take": ("email/welcome",)},
        {"contacts": ("campaign/follow-up=fly",)},
        {"contacts": ("campaign/follow-up=continue-at:",)},
        {"contacts": ("exit", "finish-on-old")},
        {"contacts": ("ask", "finish-on-old")},
        {"maps": ("tag/attended=Attended",)},
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(wrong: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(UsageError):
        read_choices(**wrong)


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ({"contacts": ("trial=exit",)}, "did you mean campaign/trial?"),
        ({"contacts": ("trial.greet.hello=ask",)}, "did you mean campaign/trial.greet.hello?"),
        (
            {"contacts": ("trial.greet.new=catch-up:7days",)},
            "did you mean campaign/trial.greet.new?",
        ),
        (
            {"contacts": ("campaign/a.b.c=continue-at:noshow.letters.call",)},
            "did you mean campaign/noshow.letters.call?",
        ),
        ({"enrol": ("noshow=yes",)}, "did you mean campaign/noshow?"),
    ],
)
def test_a_campaign_without_its_kind_is_told_of(
    wrong: dict[str, tuple[str, ...]], meant: str
) -> None:
    with pytest.raises(UsageError, match="is not an address") as refused:
        read_choices(**wrong)
    assert refused.value.help == (meant,)


@pytest.mark.parametrize("place", ["a b", "-", "campaign/"])
def test_what_names_no_campaign_either_is_only_refused(place: str) -> None:
    with pytest.raises(UsageError, match="is not an address") as refused:
        read_choices(contacts=(f"{place}=exit",))
    assert refused.value.help == ()


KNOWN = ("acme/shop:email/renewal", "acme/shop:campaign/follow-up")


@pytest.mark.parametrize(
    "choices",
    [
        read_choices(take=("email/renwal",)),
        read_choices(keep=("tag/renewal",)),
        read_choices(contacts=("campaign/followup.remind=exit",)),
        read_choices(maps=("tag/attended=#2",)),
    ],
)
def test_a_choice_about_something_that_is_not_there_is_refused(choices: Choices) -> None:
    with pytest.raises(UsageError, match="in this plan"):
        verify(choices, KNOWN)


def test_a_choice_may_leave_the_package_out() -> None:
    verify(read_choices(keep=("email/renewal#body",), take=(KNOWN[1],)), KNOWN)


def test_a_misspelt_choice_is_answered_with_what_is_close() -> None:
    with pytest.raises(UsageError) as caught:
        verify(read_choices(take=("email/renwal",)), KNOWN)
    assert caught.value.help == ("did you mean email/renewal?",)
