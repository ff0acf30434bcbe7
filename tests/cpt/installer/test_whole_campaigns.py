"""A campaign is renamed, split, merged, removed or handed over while somebody is in it."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest

from cpt.errors import StalePlanError, StrandedError, UsageError
from cpt.installer.applying.apply import apply
from cpt.installer.choices import Choices
from cpt.installer.planning.planner import plan as plan_for
from cpt.installer.record.snapshot import read_record, take
from cpt.installer.request import Chosen, installing
from package_format.compatibility import compare
from package_format.package import Package
from package_format.versions import Bump
from tests.cpt.installer.owners import DAY, Owner
from tests.cpt.installer.shops import package

NAME = "acme/course"
FORM = f"{NAME}:form/sign-up"


def mail(key: str, days: int = 0) -> dict[str, Any]:
    wait = {"wait": f"{days} days"} if days else {}
    return {"key": key, **wait, "action": {"send-email": key}}


GREET = [mail("hello"), mail("nudge", 2), mail("last", 5)]
PITCH = [mail("offer", 1), mail("second", 3)]


def flow(title: str, **sequences: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a campaign whose sequences all begin when somebody signs up."""
    return {
        "title": title,
        "goals": {"joined": {"when": [{"web-form-submitted": "sign-up"}]}},
        "sequences": {
            key: {"after": ["joined"], "steps": steps} for key, steps in sequences.items()
        },
    }


def course(version: str, *upgrades: Any, **flows: Any) -> Package:  # noqa: ANN401
    resources = {
        "tag/customer": {"name": "Customer"},
        "form/sign-up": {"title": "Sign up", "fields": [{"field": "email"}]},
        **{
            f"email/{key}": {"subject": key, "from": "a@b.example", "body": f"<p>{key}</p>\n"}
            for key in ("hello", "nudge", "last", "offer", "second")
        },
        **{f"campaign/{key}": data for key, data in flows.items()},
    }
    return package(NAME, version, resources, upgrades=upgrades)


def test_a_campaign_is_renamed(owner: Owner) -> None:
    owner.install(course("1.0.0", a=flow("Course", greet=GREET)))
    owner.submit(FORM)
    number = owner.number(f"{NAME}:campaign/a")
    moved = {"moved": "campaign/a", "to": "campaign/b"}
    owner.install(course("1.1.0", moved, b=flow("Lessons", greet=GREET)))
    assert owner.number(f"{NAME}:campaign/b") == number
    assert owner.standing == ["Lessons: greet.nudge"]
    owner.later(30)
    assert owner.sent == ["hello", "nudge", "last"]


SPLIT = ({"moved": "campaign/a.pitch", "to": "campaign/b.pitch"},)
APART = {"a": flow("Course", greet=GREET), "b": flow("Pitch", pitch=PITCH)}
TOGETHER = {"a": flow("Course", greet=GREET, pitch=PITCH)}


def test_a_campaign_is_split_and_who_is_in_the_part_that_leaves_goes_along(owner: Owner) -> None:
    owner.install(course("1.0.0", **TOGETHER))
    owner.submit(FORM)
    owner.later(2)
    assert owner.standing == ["Course: greet.last", "Course: pitch.second"]
    owner.install(course("1.1.0", *SPLIT, **APART))
    assert owner.standing == ["Course: greet.last", "Pitch: pitch.second"]
    owner.later(30)
    assert owner.sent == ["hello", "offer", "nudge", "second", "last"]


def test_whoever_is_asked_sees_when_it_would_go_on_if_they_agreed(owner: Owner) -> None:
    """And not when it would go on if everything stayed as it is."""
    owner.install(course("1.0.0", **TOGETHER))
    owner.submit(FORM)
    owner.later(2)
    sooner = {**APART, "b": flow("Pitch", pitch=[mail("offer", 1), mail("second", 2)])}
    after = course("1.1.0", *SPLIT, **sooner)
    told, asked = (
        next(t for t in owner.plan(after, contacts=said).travels if t.place.step == "second")
        for said in ((), ("ask",))
    )
    assert (asked.answer, asked.proposed) == (None, told.answer)
    assert asked.next_due == told.next_due == owner.account.info.now + DAY


def test_a_campaign_is_split_and_who_was_in_it_finishes_it(owner: Owner) -> None:
    owner.install(course("1.0.0", **TOGETHER))
    owner.submit(FORM)
    owner.install(course("2.0.0", *SPLIT, **APART), contacts=("finish-on-old",))
    owner.later(30)
    assert sorted(owner.sent) == ["hello", "last", "nudge", "offer", "second"]
    assert [each.contacts for each in owner.account.retired()] == []


MERGED = (
    {"moved": "campaign/b.pitch", "to": "campaign/a.pitch"},
    {"removed": "campaign/b"},
)


def test_two_campaigns_are_merged_and_who_was_in_the_second_goes_on_in_the_first(
    owner: Owner,
) -> None:
    owner.install(course("1.0.0", **APART))
    owner.submit(FORM)
    owner.later(2)
    plan = owner.install(course("1.1.0", *MERGED, **TOGETHER))
    assert owner.standing == ["Course: greet.last", "Course: pitch.second"]
    (waiting,) = [each for each in plan.travels if each.contacts and each.title == "Pitch"]
    assert waiting.answer is not None
    there = plan.leads_to(waiting.answer)
    assert there is not None
    assert (there.label, str(waiting.place), waiting.answer.step) == (
        "Course", "pitch.second", "second",
    )  # fmt: skip
    assert waiting.next_due == owner.account.info.now + 2 * DAY
    owner.later(30)
    assert owner.sent == ["hello", "offer", "nudge", "second", "last"]


def test_a_whole_campaign_is_moved_into_another_and_what_either_has_passed_is_passed(
    owner: Owner,
) -> None:
    """Both have a sequence of the same name, and the contact stands in both."""
    slower = [mail("hello", 1), mail("nudge", 2), mail("last", 5)]
    owner.install(course("1.0.0", a=flow("Course", greet=GREET), b=flow("Later", greet=slower)))
    owner.submit(FORM)
    assert owner.standing == ["Course: greet.nudge", "Later: greet.hello"]
    moved = {"moved": "campaign/b", "to": "campaign/a"}
    owner.install(course("1.1.0", moved, a=flow("Course", greet=GREET)))
    assert owner.standing == ["Course: greet.hello"]
    owner.later(30)
    assert owner.sent == ["hello", "nudge", "last"]


def test_a_campaign_is_removed_and_its_contacts_go_on_in_another(owner: Owner) -> None:
    owner.install(course("1.0.0", **APART))
    owner.submit(FORM)
    gone = {"removed": "campaign/b", "contacts": {"continue-at": "campaign/a.more.second"}}
    more = flow("Course", greet=GREET, more=[mail("second", 7)])
    owner.install(course("1.1.0", gone, a=more))
    assert owner.standing == ["Course: greet.nudge", "Course: more.second"]
    owner.later(1)
    assert owner.sent == ["hello", "second"]
    owner.later(30)
    assert owner.sent == ["hello", "second", "nudge", "last"]


def test_an_owner_sends_contacts_to_another_campaign(owner: Owner) -> None:
    owner.install(course("1.0.0", **APART))
    owner.submit(FORM)
    owner.later(1)
    newer = course("2.0.0", {"removed": "campaign/a"}, b=flow("Pitch", pitch=PITCH))
    with pytest.raises(StrandedError):
        apply(owner.plan(newer), owner.account)
    with pytest.raises(UsageError, match="no such sequence or join"):
        owner.plan(newer, contacts=("campaign/a=continue-at:campaign/b.greet",))
    for place in ("pitch", "pitch.second"):
        with pytest.raises(UsageError, match="no such sequence or join") as refused:
            owner.plan(newer, contacts=(f"campaign/a=continue-at:{place}",))
        assert f"did you mean continue-at:campaign/b.{place}?" in refused.value.help
    with pytest.raises(UsageError) as refused:
        owner.plan(newer, contacts=("campaign/a=continue-at:pitch.third",))
    assert not any("did you mean" in line for line in refused.value.help)
    owner.install(newer, contacts=("campaign/a=continue-at:campaign/b.pitch.second",))
    assert owner.standing == ["Pitch: pitch.second"]
    owner.later(30)
    assert owner.sent == ["hello", "offer", "second"]


def test_a_split_is_rolled_back_and_everybody_goes_back_into_the_former_campaign(
    owner: Owner,
) -> None:
    first = course("1.0.0", **TOGETHER)
    owner.install(first)
    owner.submit(FORM)
    owner.later(2)
    owner.install(course("1.1.0", *SPLIT, **APART))
    back = owner.install(first)
    assert back.notes == ()
    assert owner.standing == ["Course: greet.last", "Course: pitch.second"]
    owner.install(course("1.1.0", *SPLIT, **APART))
    assert owner.standing == ["Course: greet.last", "Pitch: pitch.second"]
    owner.later(30)
    assert owner.sent == ["hello", "offer", "nudge", "second", "last"]


def test_as_many_positions_are_carried_as_the_plan_has_shown(owner: Owner) -> None:
    """Who stands before what comes back is changed by it, and counted once all the same (M3)."""
    together = flow("Course", greet=GREET, pitch=PITCH)
    together["sequences"]["pitch"]["after"] = ["greet"]
    apart = {"a": flow("Course", greet=GREET), "b": flow("Pitch", pitch=PITCH)}
    owner.install(course("1.0.0", a=together))
    owner.submit(FORM)
    owner.later(7)
    assert owner.standing == ["Course: pitch.offer"]
    owner.install(course("1.1.0", *SPLIT, **apart))
    owner.submit(FORM)
    assert owner.standing == ["Course: greet.nudge", "Pitch: pitch.offer"]
    plan = owner.plan_back()
    assert apply(plan, owner.account).travelled == sum(t.contacts for t in plan.travels) == 2
    assert owner.standing == ["Course: greet.nudge", "Course: pitch.offer"]


def test_going_back_says_that_contacts_who_were_sent_to_another_campaign_stay_there(
    owner: Owner,
) -> None:
    first = course("1.0.0", **APART)
    owner.install(first)
    owner.submit(FORM)
    gone = {"removed": "campaign/b", "contacts": {"continue-at": "campaign/a.greet.last"}}
    owner.install(course("1.1.0", gone, a=flow("Course", greet=GREET)))
    (note,) = owner.plan(first).notes
    assert note == (
        "1.1.0 removed campaign/b and sent its contacts to campaign/a.greet.last; going back "
        "cannot tell who they were, and they go where everybody at campaign/a.greet.last goes."
    )


@pytest.mark.parametrize("hops", [1, 2])
def test_a_split_and_a_merger_in_one_jump_are_the_same_as_one_after_the_other(
    owner: Owner, hops: int
) -> None:
    owner.install(course("1.0.0", **TOGETHER))
    owner.submit(FORM)
    owner.later(2)
    if hops == 2:
        owner.install(course("1.1.0", *SPLIT, **APART))
    owner.install(course("1.2.0", *SPLIT, *MERGED, **TOGETHER))
    assert owner.standing == ["Course: greet.last", "Course: pitch.second"]
    owner.later(30)
    assert owner.sent == ["hello", "offer", "nudge", "second", "last"]


def test_who_finishes_an_older_version_there_finishes_here_too_and_the_plan_says_so(
    owner: Owner,
) -> None:
    owner.install(course("1.0.0", **{**TOGETHER, "b": flow("Other", greet=GREET)}))
    owner.submit(FORM)
    other = flow("Other", greet=[*GREET, mail("second", 9)])
    owner.install(
        course("1.1.0", **{**TOGETHER, "b": other}), contacts=("campaign/b=finish-on-old",)
    )
    moved = {"moved": "campaign/a.pitch", "to": "campaign/b.pitch"}
    other["sequences"]["pitch"] = APART["b"]["sequences"]["pitch"]
    plan = owner.install(course("1.2.0", moved, a=APART["a"], b=other))
    assert any("finishes “Course” as it was" in note for note in plan.notes)
    assert owner.standing == ["Course: greet.nudge", "Course: pitch.offer", "Other: greet.nudge"]
    owner.later(40)
    assert owner.sent.count("offer") == owner.sent.count("second") == 1
    assert owner.account.retired() == ()


@pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
def test_what_an_owner_put_into_the_part_that_leaves_goes_along(
    owner: Owner,
    known: bool,  # noqa: FBT001
) -> None:
    other = {"b": flow("Pitch", more=[mail("last", 9)])} if known else {}
    owner.install(course("1.0.0", **TOGETHER, **other))
    number = owner.number(f"{NAME}:campaign/a")
    live = owner.account.object(number)
    assert live is not None
    data = copy.deepcopy(live.data)
    steps = data["sequences"]["pitch"]["steps"]
    steps[1]["wait"] = {"for": "4 days"}
    steps.insert(1, {"key": "own-wait", "wait": {"for": "1 day"}, "action": steps[0]["action"]})
    owner.account.edit(number, data)
    owner.submit(FORM)
    owner.later(1)
    assert "Course: pitch.own-wait" in owner.standing
    newer = flow("Pitch", pitch=PITCH, **({"more": [mail("last", 9)]} if known else {}))
    plan = owner.plan(course("1.1.0", *SPLIT, a=APART["a"], b=newer))
    assert plan.conflicts == ()
    apply(plan, owner.account)
    assert "Pitch: pitch.own-wait" in owner.standing
    owner.later(4)
    assert owner.sent == ["hello", "offer", "nudge", "offer"]
    owner.later(1)
    assert owner.sent == ["hello", "offer", "nudge", "offer", "second"]


def test_what_an_owner_and_the_author_changed_in_the_part_that_leaves_is_asked_about(
    owner: Owner,
) -> None:
    owner.install(course("1.0.0", **TOGETHER))
    number = owner.number(f"{NAME}:campaign/a")
    live = owner.account.object(number)
    assert live is not None
    data = copy.deepcopy(live.data)
    data["sequences"]["pitch"]["steps"][1]["wait"] = {"for": "4 days"}
    owner.account.edit(number, data)
    newer = course(
        "1.1.0", *SPLIT, a=APART["a"], b=flow("Pitch", pitch=[PITCH[0], mail("second", 9)])
    )
    (change,) = owner.plan(newer).conflicts
    assert change.address == f"{NAME}:campaign/b"
    assert "you and the package changed" in change.reason
    owner.install(newer, take=("campaign/b",))


def test_what_its_owner_has_stopped_does_not_run_again_because_it_is_split(owner: Owner) -> None:
    owner.install(course("1.0.0", **TOGETHER))
    owner.submit(FORM)
    owner.account.set_published(owner.number(f"{NAME}:campaign/a"), published=False)
    owner.install(course("1.1.0", *SPLIT, **APART))
    owner.later(30)
    assert owner.standing == ["Course: greet.nudge", "Pitch: pitch.offer"]
    owner.account.set_published(owner.number(f"{NAME}:campaign/b"), published=True)
    owner.later(30)
    assert owner.sent == ["hello", "offer", "second"]


def test_a_plan_is_out_of_date_when_the_campaign_that_contacts_go_to_was_edited(
    owner: Owner,
) -> None:
    owner.install(course("1.0.0", **APART))
    owner.submit(FORM)
    gone = {"removed": "campaign/b", "contacts": {"continue-at": "campaign/a.greet.last"}}
    plan = owner.plan(course("1.1.0", gone, a=APART["a"]))
    number = owner.number(f"{NAME}:campaign/a")
    edited = owner.account.object(number)
    assert edited is not None
    owner.account.edit(number, {**edited.data, "title": "Mine"})
    with pytest.raises(StalePlanError):
        apply(plan, owner.account)
    assert owner.standing == ["Mine: greet.nudge", "Pitch: pitch.offer"]


def test_an_account_without_transactions_is_asked_where_they_go(owner: Owner) -> None:
    """There each campaign is changed by itself, and nobody can be carried across."""
    owner.install(course("1.0.0", **TOGETHER))
    owner.submit(FORM)
    newer = course("1.1.0", *SPLIT, **APART)
    asked = installing(read_record(owner.account), [Chosen(newer, "sha256:x", "*")], "upgrade")
    snapshot = replace(take(owner.account, asked, Choices()), carries_across=False)
    planned = plan_for(asked, snapshot, Choices(), "a-plan")
    assert [str(each.place) for each in planned.stranded] == ["pitch.offer"]
    assert not any(getattr(one, "arrivals", ()) for one in planned.change_set.operations)


@pytest.mark.parametrize("listens", [True, False], ids=["heard", "void"])
def test_what_diff_says_of_a_split_is_what_the_upgrade_does(
    owner: Owner,
    listens: bool,  # noqa: FBT001
) -> None:
    """Where no goal listens beyond them any more, the answer is void, and the owner is asked."""
    bought = {"bought": {"when": [{"tag-applied": "customer"}], "after": ["pitch"]}}
    before = flow("Course", greet=GREET, pitch=PITCH)
    before["goals"] |= bought
    after = flow("Pitch", pitch=PITCH)
    after["goals"] |= bought if listens else {}
    goal = ({"moved": "campaign/a.bought", "to": "campaign/b.bought"},) if listens else ()
    older = course("1.0.0", a=before)
    newer = course("1.1.0", *SPLIT, *goal, a=flow("Course", greet=GREET), b=after)
    compared = compare(older, newer)
    lost = [each for each in compared.findings if each.rule == "place-without-answer"]
    assert (compared.demanded, bool(lost)) == (
        (Bump.MINOR, False) if listens else (Bump.MAJOR, True)
    )
    owner.install(older)
    owner.submit(FORM)
    assert bool(owner.plan(newer).stranded) is not listens


def test_two_campaigns_are_merged_and_who_was_in_the_second_finishes_it(owner: Owner) -> None:
    owner.install(course("1.0.0", **APART))
    owner.submit(FORM)
    merged = (
        {"moved": "campaign/b.pitch", "to": "campaign/a.pitch"},
        {"removed": "campaign/b", "contacts": "finish-on-old"},
    )
    owner.install(course("2.0.0", *merged, **TOGETHER), contacts=("finish-on-old",))
    owner.later(30)
    assert sorted(owner.sent) == ["hello", "last", "nudge", "offer", "second"]
    assert owner.standing == []


@pytest.mark.parametrize(
    ("contacts", "sent"), [("exit", ["hello"]), ("finish-on-old", ["hello", "nudge", "last"])]
)
def test_a_campaign_is_removed_and_its_contacts_go_as_its_author_says(
    owner: Owner, contacts: str, sent: list[str]
) -> None:
    owner.install(course("1.0.0", a=flow("Course", greet=GREET)))
    owner.submit(FORM)
    gone = {"removed": "campaign/a", "contacts": contacts}
    owner.install(course("2.0.0", gone, b=flow("Pitch", pitch=PITCH)))
    owner.later(30)
    assert owner.sent == sent


def test_a_campaign_is_handed_to_another_package_with_everybody_in_it(owner: Owner) -> None:
    owner.install(course("1.0.0", **APART))
    owner.submit(FORM)
    number = owner.number(f"{NAME}:campaign/a")
    handed = [
        {"moved": f"{kind}/{key}", "to": f"acme/greeting:{kind}/{key}"}
        for kind, key in (
            ("campaign", "a"), ("form", "sign-up"),
            ("email", "hello"), ("email", "nudge"), ("email", "last"),
        )
    ]  # fmt: skip
    text = {"subject": "x", "from": "a@b.example", "body": "<p>x</p>\n"}
    greeting = package(
        "acme/greeting", "1.0.0",
        {
            "form/sign-up": {"title": "Sign up", "fields": [{"field": "email"}]},
            **{f"email/{key}": {**text, "subject": key, "body": f"<p>{key}</p>\n"}
               for key in ("hello", "nudge", "last")},
            "campaign/a": flow("Course", greet=GREET),
        },
    )  # fmt: skip
    pitch = flow("Pitch", pitch=PITCH)
    pitch["goals"]["joined"]["when"] = [{"web-form-submitted": "greeting:sign-up"}]
    rest = package(
        NAME, "2.0.0",
        {
            **{f"email/{key}": {**text, "subject": key, "body": f"<p>{key}</p>\n"}
               for key in ("offer", "second")},
            "campaign/b": pitch,
        },
        dependencies={"acme/greeting": "^1"}, upgrades=handed,
    )  # fmt: skip
    owner.install(greeting, rest)
    assert owner.number("acme/greeting:campaign/a") == number
    assert owner.standing == ["Course: greet.nudge", "Pitch: pitch.offer"]
    owner.later(30)
    assert sorted(owner.sent) == ["hello", "last", "nudge", "offer", "second"]


def test_what_its_owner_has_unpublished_stays_so_through_an_upgrade(owner: Owner) -> None:
    owner.install(course("1.0.0", a=flow("Course", greet=GREET)))
    owner.submit(FORM)
    owner.account.set_published(owner.number(f"{NAME}:campaign/a"), published=False)
    owner.install(course("1.1.0", a=flow("Course", greet=[*GREET, mail("offer", 1)])))
    owner.later(30)
    assert owner.standing == ["Course: greet.nudge"]
    owner.account.set_published(owner.number(f"{NAME}:campaign/a"), published=True)
    owner.later(30)
    assert owner.sent == ["hello", "nudge", "last", "offer"]
