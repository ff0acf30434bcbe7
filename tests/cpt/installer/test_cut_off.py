"""A package is taken out, and contacts finish a campaign that led into another one of it."""

from __future__ import annotations

from cpt.installer.choices import read_choices
from cpt.installer.preparing import prepare
from cpt.installer.record.snapshot import read_record
from cpt.installer.request import uninstalling
from package_format.campaign.places import Place, PlaceSort
from package_format.kinds.model import Json
from tests.cpt.installer.shops import Occupied, Shop, package

A, B = "acme/hello:campaign/a", "acme/hello:campaign/b"


def _sequence(after: str, **action: Json) -> Json:
    return {
        "after": [after],
        "steps": {"first": {"wait": "1 day"}, "then": {"wait": "1 day", **action}},
    }


def _shop() -> Shop:
    tagging = {"apply-tag": "cooling"}
    came: Json = {"came": {"when": {"opted-out": {}}}}
    sequences = {"one": _sequence("came", **tagging), "two": _sequence("came", **tagging)}
    warm: Json = {
        "title": "B",
        "goals": {"cooling": {"when": {"tag-applied": "cooling"}}},
        "sequences": {"warm": _sequence("cooling")},
    }
    resources: dict[str, Json] = {
        "tag/cooling": {"name": "Cooling"},
        "campaign/a": {"title": "A", "goals": came, "sequences": sequences},
        "campaign/b": warm,
    }
    found = Shop()
    found.install(package("acme/hello", "1.0.0", resources))
    return found


def _notes(shop: Shop, node: str, *contacts: str) -> list[str]:
    place = Occupied(1, Place(node, "first", PlaceSort.WAIT), 2)
    shop.account.standing[shop.id_of(A)] = [place]
    request = uninstalling(read_record(shop.account), ["acme/hello"], "uninstall")
    plan = prepare(shop.account, request, read_choices(contacts=contacts), "plan")
    return [note for note in plan.notes if "does not get into it" in note]


def test_whoever_would_have_come_into_the_other_one_does_not_any_more() -> None:
    (note,) = _notes(_shop(), "one", "finish-on-old")
    assert note == (
        "“A” applies tag “Cooling” in one.then, by which one came into “B”: that goes, too, and "
        "whoever comes so far does not get into it any more."
    )


def test_nothing_is_said_where_nobody_comes_so_far() -> None:
    assert _notes(_shop(), "one", "exit") == []
