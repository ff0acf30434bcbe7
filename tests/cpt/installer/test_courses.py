"""``--contacts migrate|finish-on-old|ask``, campaign by campaign."""

from __future__ import annotations

import pytest

from cpt.errors import StrandedError
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
        (("campaign/a=exit",), MIGRATED, MIGRATED),  # nobody is put out who has somewhere to go
    ],
)
def test_an_owner_says_campaign_by_campaign_how_contacts_are_taken_along(
    shop: Shop, contacts: tuple[str, ...], of_a: list[str], of_b: list[str]
) -> None:
    assert where(plan(shop, *contacts)) == {A: of_a, B: of_b}


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
