"""Campaigns that are stopped: a plan says that nobody moves in them, and what sets them going."""

from __future__ import annotations

import pytest

from cpt.cli.views.plan_data import plan_data
from cpt.installer.choices import read_choices
from cpt.installer.plan import Plan
from cpt.installer.plan_file import load, save
from cpt.installer.planning.agreement import as_it_is
from package_format.campaign.places import Place, PlaceSort
from package_format.kinds.model import Json
from package_format.package import Package
from tests.cpt.installer.shops import Occupied, Shop, package

A, B = "acme/hello:campaign/a", "acme/hello:campaign/b"
PUBLISH = "cpt account campaign {} --publish"


def flow(title: str, *sequences: str) -> Json:
    one: Json = {"after": ["came"], "steps": {"mail": {"wait": "1 day"}}}
    goals: Json = {"came": {"when": {"opted-out": {}}}}
    return {"title": title, "goals": goals, "sequences": dict.fromkeys(sequences, one)}


def version(number: int, moved: tuple[str, str] | None = None, **flows: tuple[str, ...]) -> Package:
    resources = {f"campaign/{key}": flow(key.upper(), *names) for key, names in flows.items()}
    entries = [{"moved": moved[0], "to": moved[1]}] if moved else []
    return package("acme/hello", f"{number}.0.0", resources, upgrades=entries)


TO_B = ("campaign/a.second", "campaign/b.second")


def shop(package: Package, *stopped: str) -> Shop:
    """Return a shop in which two contacts stand in each sequence of A."""
    found = Shop()
    found.install(package)
    for one in stopped:
        found.account.stopped.add(found.id_of(one))
    found.account.standing[found.id_of(A)] = [
        Occupied(1, Place(key, "mail", PlaceSort.WAIT), 2, 1000) for key in ("first", "second")
    ]
    return found


def said(plan: Plan) -> list[str]:
    return [note for note in plan.notes if "stopped" in note]


def dates(plan: Plan) -> dict[str, bool]:
    """Return of each sequence whether the plan says when somebody in it acts next."""
    return {t.place.node: t.next_due is not None for t in plan.travels if t.contacts}


def test_what_is_made_of_a_stopped_campaign_has_to_be_published_too() -> None:
    own = shop(version(1, a=("first", "second")), A)
    made = own.plan(version(2, TO_B, a=("first",), b=("second",)))
    assert plan_data(made)["stopped"] == [A, B]
    assert dates(made) == {"first": False, "second": False}
    of_a, of_b = said(made)
    assert of_a == (
        "“A” is stopped, and stays so: nobody goes on in it until you publish it, with "
        f"{PUBLISH.format('a')}."
    )
    assert of_b == (
        "“B” takes something over from “A”, and begins stopped like that: nobody comes into it or "
        f"goes on in it until you publish it, with {PUBLISH.format('b')}."
    )


def test_who_comes_from_a_stopped_campaign_into_one_that_runs_goes_on_there() -> None:
    own = shop(version(1, a=("first", "second"), b=("other",)), A)
    made = own.plan(version(2, TO_B, a=("first",), b=("other", "second")))
    assert made.stopped == (A,)
    assert dates(made) == {"first": False, "second": True}
    assert said(made)[1:] == [
        "“A” is stopped, and “B” is not: 2 contacts, who stand still now, go on there."
    ]


def test_who_comes_from_a_stopped_campaign_that_goes_into_one_that_runs_goes_on_there() -> None:
    own = shop(version(1, a=("first", "second"), b=("other",)), A)
    all_of_a = ("campaign/a", "campaign/b")
    made = own.plan(version(2, all_of_a, b=("other", "first", "second")))
    assert dates(made) == {"first": True, "second": True}
    assert said(made) == [
        "“A” is stopped, and “B” is not: 4 contacts, who stand still now, go on there."
    ]


@pytest.mark.parametrize("how", ["moved", "as the owner says"])
def test_who_comes_from_a_campaign_that_runs_into_a_stopped_one_stands_still(how: str) -> None:
    own = shop(version(1, a=("first", "second"), b=("other",)), B)
    if how == "moved":
        made = own.plan(version(2, TO_B, a=("first",), b=("other", "second")))
    else:  # B is not even changed
        chosen = read_choices(contacts=("campaign/a.second=continue-at:campaign/b.other",))
        made = own.plan(version(2, a=("first",), b=("other",)), choices=chosen)
    assert made.stopped == (B,)
    assert dates(made) == {"first": True, "second": False}
    how_to = "" if how == "moved" else f", with {PUBLISH.format('b')}"  # or said before
    assert said(made)[-1] == (
        "“B” is stopped, and “A” is not: 2 contacts from there stand still until you publish it"
        f"{how_to}."
    )


def test_a_stopped_campaign_that_does_not_change_is_not_mentioned() -> None:
    own = shop(version(1, a=("first", "second"), b=("other",)), B)
    made = own.plan(version(2, a=("first", "second", "third"), b=("other",)))
    assert said(made) == []


def test_two_campaigns_with_one_key_are_published_by_their_full_names() -> None:
    own = shop(version(1, a=("first", "second")), A)
    own.install(package("acme/other", "1.0.0", {"campaign/a": flow("Other", "first")}))
    (note,) = said(own.plan(version(2, a=("first", "second", "third"))))
    assert note.endswith("with cpt account campaign acme/hello:a --publish.")


def test_a_plan_that_was_kept_says_what_is_stopped_now() -> None:
    own = shop(version(1, a=("first", "second")), A)
    kept = own.plan(version(2, TO_B, a=("first",), b=("second",)))
    own.account.stopped.clear()
    now = as_it_is(load(save(kept)), own.account)
    assert (now.stopped, said(now), len(kept.notes) - len(now.notes)) == ((), [], 2)
    own.account.stopped.add(own.id_of(A))
    assert as_it_is(now, own.account).notes == as_it_is(kept, own.account).notes == kept.notes
