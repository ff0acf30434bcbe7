"""``--contacts migrate|finish-on-old|ask``, campaign by campaign."""

from __future__ import annotations

import pytest

from cpt.errors import StrandedError, UsageError
from cpt.installer.applying.apply import refuse_unsettled
from cpt.installer.choices import read_choices
from cpt.installer.plan import Plan, Travel
from package_format.campaign.places import Place, PlaceSort
from package_format.kinds.model import Json
from package_format.package import Package
from tests.cpt.installer.shops import Occupied, Shop, package

A, B = "acme/hello:campaign/a", "acme/hello:campaign/b"


def flow(title: str, *steps: str) -> Json:
    greet = {"after": ["came"], "steps": {key: {"wait": "1 day"} for key in steps}}
    sequences = {"greet": greet} if steps else {}
    goals: Json = {"came": {"when": {"opted-out": {}}}}
    return {"title": title, "goals": goals, "sequences": sequences}


def version(number: int, *steps: str) -> Package:
    """Return a version in which two campaigns have these steps."""
    entries = [{"removed": f"campaign/{x}.greet.gone"} for x in "ab" if "gone" not in steps]
    flows = {f"campaign/{x}": flow(x.upper(), *steps) for x in "ab"}
    return package("acme/hello", f"{number}.0.0", flows, upgrades=entries)


@pytest.fixture
def shop() -> Shop:
    """Return a shop in which two contacts stand at each step of both campaigns."""
    found = Shop()
    found.install(version(1, "stays", "gone", "last"))
    for address in (A, B):
        found.account.standing[found.id_of(address)] = [
            Occupied(1, Place("greet", step, PlaceSort.WAIT), 2)
            for step in ("stays", "gone", "last")
        ]
    return found


def plan(shop: Shop, *contacts: str) -> Plan:
    return shop.plan(version(2, "stays", "last"), choices=read_choices(contacts=contacts))


def _to(travel: Travel) -> str:
    answer = travel.answer
    if answer is None:
        return f"? {travel.proposed.step}" if travel.proposed else "?"
    return answer.step or answer.outcome.value


def where(plan: Plan) -> dict[str, list[str]]:
    """Return where the contacts of each campaign go, in the order of its steps."""
    return {
        address: [_to(travel) for travel in plan.travels if travel.campaign == address]
        for address in (A, B)
    }


MIGRATED = ["stays", "last", "last"]
FINISHING = ["finish on old"] * 3
ASKED = ["stays", "? last", "last"]


@pytest.mark.parametrize(
    ("contacts", "of_a", "of_b"),
    [
        ((), MIGRATED, MIGRATED),
        (("migrate",), MIGRATED, MIGRATED),
        (("campaign/a=finish-on-old",), FINISHING, MIGRATED),
        (("campaign/a=finish-on-old", "campaign/b=finish-on-old"), FINISHING, FINISHING),
        (("finish-on-old",), MIGRATED, MIGRATED),  # only who has nowhere to go
        (("campaign/a=ask",), ASKED, MIGRATED),
        (("ask",), ASKED, ASKED),
        (("ask", "campaign/b=migrate"), ASKED, MIGRATED),
        (("ask", "campaign/a.greet.gone=migrate"), MIGRATED, ASKED),
        (("ask", "campaign/a.greet.gone=exit"), ["stays", "exit", "last"], ASKED),
        (("campaign/a.greet=finish-on-old",), FINISHING, MIGRATED),
        (
            ("campaign/a=finish-on-old", "campaign/a.greet.gone=continue-at:greet.last"),
            ["finish on old", "last", "finish on old"],
            MIGRATED,
        ),
        (("campaign/a=exit",), ["exit"] * 3, MIGRATED),
        (("campaign/a.greet=exit",), ["exit"] * 3, MIGRATED),
        (("exit",), MIGRATED, MIGRATED),  # only who has nowhere to go
        (("campaign/a.greet=continue-at:greet.last",), ["last"] * 3, MIGRATED),
        (
            ("campaign/a=exit", "campaign/a.greet.stays=migrate"),
            ["stays", "exit", "exit"],
            MIGRATED,
        ),
    ],
)
def test_an_owner_says_campaign_by_campaign_how_contacts_are_taken_along(
    shop: Shop, contacts: tuple[str, ...], of_a: list[str], of_b: list[str]
) -> None:
    assert where(plan(shop, *contacts)) == {A: of_a, B: of_b}


@pytest.mark.parametrize(
    ("contacts", "why"),
    [
        ("campaign/a=ask", ""),
        ("campaign/a.greet.last=ask", "nobody would go elsewhere"),
        ("campaign/a.greet.gone=continue-at:greet.last", ""),  # where they go anyway
        ("campaign/a=exit", ""),
        ("campaign/a=migrate", ""),
        ("campaign/a.greet.more=catch-up:7days", "nobody stands behind that step"),
        ("campaign/a.greet.more=catch-up:nobody", ""),
        ("campaign/c=exit", "“C” is new, and nobody is in it yet"),
        ("campaign/c.greet.last=catch-up:7days", "nobody stands behind that step"),
        ("campaign/d=exit", "“D” does not change, and everybody in it goes on"),
        ("campaign/b.greet.stays=exit", "nobody stands there"),
        ("exit", "everybody has somewhere to go"),
        ("ask", ""),
        ("migrate", ""),
    ],
)
def test_what_an_owner_says_of_contacts_is_never_silently_without_effect(
    contacts: str, why: str
) -> None:
    gone = [{"removed": f"campaign/{x}.greet.gone"} for x in "ab"]
    before = ("stays", "gone", "last")
    flows = {f"campaign/{x}": flow(x.upper(), *before) for x in "abd"}
    shop = Shop()
    shop.install(package("acme/hello", "1.0.0", flows))
    for address, occupied in ((A, before), (B, before[1:])):
        shop.account.standing[shop.id_of(address)] = [
            Occupied(1, Place("greet", step, PlaceSort.WAIT), 2) for step in occupied
        ]
    flows["campaign/a"] = flow("A", "stays", "last", "more")
    flows["campaign/b"] = flow("B", "stays", "last")
    flows["campaign/c"] = flow("C", "last")
    choices = read_choices(contacts=(contacts,))
    made = shop.plan(package("acme/hello", "2.0.0", flows, upgrades=gone), choices=choices)
    expected = [f"--contacts {contacts} changes nothing: {why}."] if why else []
    assert [note for note in made.notes if "changes nothing" in note] == expected


def test_what_is_said_of_a_place_that_there_is_not_is_refused(shop: Shop) -> None:
    with pytest.raises(UsageError) as caught:
        plan(shop, "campaign/a.greet.stay=exit")
    assert str(caught.value) == (
        "nobody can stand at campaign/a.greet.stay: it is no sequence, step or join as yet"
    )
    assert caught.value.help == ("did you mean greet.stays?",)


def test_who_is_taken_to_another_campaign_is_asked_about(shop: Shop) -> None:
    flows = {f"campaign/{x}": flow(x.upper(), "stays", "gone", "last") for x in "bc"}
    moved = [{"moved": "campaign/a.greet", "to": "campaign/c.greet"}]
    flows["campaign/a"] = flow("A")
    to_c = package("acme/hello", "2.0.0", flows, upgrades=moved)
    made = shop.plan(to_c, choices=read_choices(contacts=("campaign/a=ask",)))
    assert where(made) == {A: ["? stays", "? gone", "? last"], B: []}


def test_who_is_to_be_asked_is_told_how_to_agree(shop: Shop) -> None:
    with pytest.raises(StrandedError) as caught:
        refuse_unsettled(plan(shop, "campaign/a=ask"))
    assert str(caught.value) == (
        "you are to say where contacts go: 2 contacts wait at greet.gone in “A”"
    )
    assert caught.value.help[0] == (
        "let them go on as is shown: --contacts campaign/a.greet.gone=migrate"
    )


def test_nobody_is_asked_about_places_where_nobody_is(shop: Shop) -> None:
    shop.account.standing.clear()
    assert where(plan(shop, "ask")) == {A: MIGRATED, B: MIGRATED}


def test_a_campaign_that_migrates_is_not_let_finish_by_what_is_said_of_all(shop: Shop) -> None:
    nowhere = package("acme/hello", "2.0.0", {"campaign/a": flow("A"), "campaign/b": flow("B")})
    contacts = ("finish-on-old", "campaign/a=migrate")
    found = where(shop.plan(nowhere, choices=read_choices(contacts=contacts)))
    assert found == {A: ["?"] * 3, B: FINISHING}
