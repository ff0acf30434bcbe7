"""The native API, asked as an installer would: campaigns, resources, change sets, planning."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.account_engine.server.conftest import Served, problem, said, serving


@pytest.fixture
def served(location: str) -> Iterator[Served]:
    """Serve a shop in each sort of store."""
    with serving(location) as found:
        yield found


# --- campaigns, resources, change sets, outbox


def test_a_campaign_says_how_many_stand_where(served: Served) -> None:
    served.shop.registered()
    (entry,) = said(served.ask("GET", "/campaigns"))["campaigns"]
    assert (entry["title"], entry["contacts"], entry["published"]) == ("Follow-up", 1, True)
    path = f"/campaigns/{served.shop.campaign}"
    (place,) = said(served.ask("GET", path))["occupancy"]
    assert (place["node"], place["step"], place["contacts"]) == ("remind", "nudge", 1)
    picture = served.ask("GET", f"{path}/picture")
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert "1 at remind.nudge" in picture.text
    problem(served.ask("GET", f"/campaigns/{served.shop.form}"), 404, "no-such-campaign")
    stopped = served.ask("PUT", f"{path}/published", json={"published": False})
    assert said(stopped)["published"] is False


def test_a_resource_is_made_edited_and_deleted(served: Served) -> None:
    made = said(
        served.ask("POST", "/resources", json={"kind": "tag", "data": {"name": "New"}}), 201
    )
    one = f"/resources/{made['id']}"
    edit = {"data": {"name": "Newer"}, "digest": made["digest"]}
    edited = said(served.ask("PUT", one, json=edit))
    assert (edited["label"], edited["referrers"]) == ("Newer", [])
    assert "Somebody has edited" in problem(served.ask("PUT", one, json=edit), 409, "edited")
    listed = said(served.ask("GET", "/resources", params={"kind": "tag", "natural": " NEWER"}))
    assert [one["id"] for one in listed["resources"]] == [made["id"]]
    assert served.ask("DELETE", one).status_code == 204
    problem(served.ask("GET", one), 404, "no-such-resource")
    used = served.ask("DELETE", f"/resources/{served.shop.attended}")
    problem(used, 409, "still-used")


def test_resources_are_listed_a_page_at_a_time(served: Served) -> None:
    seen: list[int] = []
    after: object = 0
    while after is not None:
        page = said(served.ask("GET", "/resources", params={"limit": 2, "after": after}))
        seen += [one["id"] for one in page["resources"]]
        after = page["next"]
    assert seen == sorted(set(seen))
    assert len(seen) == 8
    unknown = served.ask("GET", "/resources", params={"kind": "pigeon"})
    problem(unknown, 422, "no-such-kind")


def test_a_change_set_is_applied_once(served: Served) -> None:
    info = served.shop.account.info
    sent = {
        "id": "plan-1",
        "account": info.id,
        "incarnation": info.incarnation,
        "head": None,
        "title": "install",
        "relies": [{"is": "absent", "kind": "tag", "natural": "new"}],
        "operations": [{"is": "create", "name": "t", "kind": "tag", "data": {"name": "New"}}],
        "record": {"tag": "@t"},
    }
    first = said(served.ask("POST", "/change-sets", json=sent), 201)
    again = said(served.ask("POST", "/change-sets", json=sent))
    assert again == {**first, "already": True}
    (revision,) = said(served.ask("GET", "/revisions"))["revisions"]
    assert revision["record"] == {"tag": f"#{revision['created']['t']}"}
    stale = served.ask("POST", "/change-sets", json={**sent, "id": "plan-2"})
    problem(stale, 409, "stale-plan")
    assert len(stale.json()["differences"]) == 2
    broken = served.ask("POST", "/change-sets", json={**sent, "operations": [{"is": "dance"}]})
    problem(broken, 422, "invalid")


def test_a_change_set_that_strands_contacts_says_whom(served: Served) -> None:
    served.shop.registered()
    info = served.shop.account.info
    place = {"node": "remind", "step": "nudge", "sort": "wait"}
    sent = {
        "id": "plan-1",
        "account": info.id,
        "incarnation": info.incarnation,
        "head": None,
        "title": "upgrade",
        "relies": [],
        "operations": [
            {
                "is": "republish",
                "object": served.shop.campaign,
                "data": served.shop.flow(),
                "moves": [],
                "answers": [[place, None]],
            }
        ],
        "record": None,
    }
    answer = served.ask("POST", "/change-sets", json=sent)
    problem(answer, 409, "stranded-contacts")
    assert answer.json()["stranded"] == {"remind.nudge": 1}


def test_the_outbox_is_read_a_page_at_a_time(served: Served) -> None:
    for name in ("Ada", "Bo"):
        served.shop.registered(name)
    page = said(served.ask("GET", "/outbox", params={"limit": 1}))
    (message,) = page["messages"]
    assert (message["to"], message["subject"]) == ("ada@example.com", "Welcome")
    assert page["next"] == message["number"]
    rest = said(served.ask("GET", "/outbox", params={"after": page["next"]}))
    assert (len(rest["messages"]), rest["next"]) == (1, None)
    assert said(served.ask("GET", f"/outbox/{message['number']}")) == message
    problem(served.ask("GET", "/outbox/99"), 404, "no-such-message")


# --- what planners ask


def test_a_planner_asks_who_listens_and_what_is_remembered(served: Served) -> None:
    shop = served.shop
    assert said(served.ask("GET", "/record")) == {"record": None}
    shop.account.apply(shop.change_set(record={"packages": {}}))
    assert said(served.ask("GET", "/record")) == {"record": {"packages": {}}}
    about = {"tag": [f"#{shop.attended}", "#99"]}
    sent = {"event": "tag-applied", "about": about}
    found = said(served.ask("POST", "/listeners", json=sent))["listeners"]
    assert found == [{"campaign": shop.campaign, "goal": "attended"}]


def test_a_planner_asks_of_many_things_at_once(served: Served) -> None:
    shop = served.shop
    shop.registered()
    asked = {
        "names": [{"kind": "tag", "natural": " ATTENDED "}, {"kind": "tag", "natural": "none"}],
        "happenings": [{"event": "tag-applied", "about": {"tag": [f"#{shop.attended}"]}}],
        "referred": [shop.attended, 999],
        "carried": [shop.attended],
        "campaigns": [shop.campaign],
        "enrollable": [
            {"tags": [shop.attended], "campaign": None},
            {"tags": [999, 2**63 - 1], "campaign": 2**63 - 1},
        ],
    }
    found = said(served.ask("POST", "/survey", json=asked))
    assert found["names"] == [[shop.attended], []]
    assert found["happenings"] == [[{"campaign": shop.campaign, "goal": "attended"}]]
    assert found["referred"] == [list(shop.account.referrers(shop.attended)), []]
    assert found["carried"] == [0]
    assert found["enrollable"] == [0, 0]
    (crowds,) = found["campaigns"]
    assert crowds["published"]
    assert (crowds["version"], [one["contacts"] for one in crowds["occupancy"]]) == (1, [1])
    nothing = said(served.ask("POST", "/survey", json={}))
    assert nothing == {key: [] for key in asked}


def test_tagged_contacts_are_put_into_a_campaign_that_hears_it(served: Served) -> None:
    shop = served.shop
    flow = shop.flow(title="Club")
    flow["goals"]["attended"]["audience"] = "any-contact"
    club = shop.account.create_object("campaign", flow).id
    shop.account.add_contact({}, tags=[shop.attended])
    asked = {"enrollable": [{"tags": [shop.attended], "campaign": club}]}
    assert said(served.ask("POST", "/survey", json=asked))["enrollable"] == [1]
    path, sent = f"/campaigns/{club}/enrolments", {"tags": [shop.attended]}
    answer = served.ask("POST", path, params={"wait": 30}, json=sent)
    assert (answer.status_code, answer.json()) == (200, {"contacts": 1, "turn": "done"})
    assert said(served.ask("GET", f"/campaigns/{club}"))["contacts"] == 1
    assert said(served.ask("POST", "/survey", json=asked))["enrollable"] == [0]
    problem(served.ask("POST", path, json={"tags": [2**63 - 1]}), 422, "refused")
    other = f"/campaigns/{shop.campaign}/enrolments"
    assert "no goal at its entry" in problem(served.ask("POST", other, json=sent), 422, "refused")
    problem(served.ask("POST", path, json={"tags": []}), 422, "invalid")


def test_of_what_is_no_campaign_nothing_is_surveyed(served: Served) -> None:
    sent = {"campaigns": [served.shop.attended]}
    assert "no campaign #" in problem(served.ask("POST", "/survey", json=sent), 422, "refused")
    sent = {"carried": list(range(1, 1002))}
    problem(served.ask("POST", "/survey", json=sent), 422, "invalid")


def test_a_planner_sees_what_would_come_next(served: Served) -> None:
    shop = served.shop
    shop.registered()
    place = {"node": "remind", "step": "nudge", "sort": "wait"}
    answer = {"outcome": "go on", "via": "same address", "node": "remind", "step": "nudge"}
    sent = {"data": shop.flow(title="New"), "answers": [[place, {**answer, "same": True}]]}
    path = f"/campaigns/{shop.campaign}/outlook"
    (one,) = said(served.ask("POST", path, json=sent))["places"]
    expected = {"place": place, "next_due": "2026-03-04T09:00:00Z", "past": 0, "soon": 0}
    assert one == {**expected, "caught_up": []}
    broken = served.ask("POST", path, json={**sent, "data": {"title": "x", "goals": 7}})
    problem(broken, 422, "refused")


def test_a_planner_sees_who_finishes_an_earlier_version(served: Served) -> None:
    shop = served.shop
    shop.registered()
    shop.account.delete_object(shop.campaign, contacts="finish-on-old")
    (one,) = said(served.ask("GET", "/retired"))["retired"]
    assert one == {
        "campaign": shop.campaign,
        "version": 1,
        "title": "Follow-up",
        "contacts": 1,
        "waiting": 0,
        "gone": True,
        "published": True,
        "occupancy": [
            {
                "version": 1,
                "node": "remind",
                "step": "nudge",
                "sort": "wait",
                "contacts": 1,
                "next_due": one["occupancy"][0]["next_due"],
                "overdue": 0,
            }
        ],
    }


def test_who_finishes_a_campaign_that_was_taken_out_is_stopped_and_leaves(served: Served) -> None:
    shop = served.shop
    shop.registered()
    path = f"/retired/{shop.campaign}"
    problem(served.ask("DELETE", path), 404, "no-such-campaign")  # it is there
    shop.account.delete_object(shop.campaign, contacts="finish-on-old")
    assert served.ask("PUT", f"{path}/published", json={"published": False}).status_code == 204
    (one,) = said(served.ask("GET", "/retired"))["retired"]
    assert one["published"] is False
    assert served.ask("DELETE", path).status_code == 204
    assert said(served.ask("GET", "/retired"))["retired"] == []
    problem(
        served.ask("PUT", f"{path}/published", json={"published": True}), 404, "no-such-campaign"
    )


def test_what_publishing_would_set_going_is_known_before(served: Served) -> None:
    shop = served.shop
    shop.registered()
    path = f"/campaigns/{shop.campaign}"
    running = said(served.ask("GET", f"{path}/backlog"))
    assert (running["published"], running["sent"]) == (True, [])
    said(served.ask("PUT", f"{path}/published", json={"published": False}))
    shop.later(2)
    found = said(served.ask("GET", f"{path}/backlog"))
    assert not found["published"]
    assert [(one["contacts"], one["overdue"]) for one in found["occupancy"]] == [(1, 1)]
    sent = {"kind": "email", "label": "It is tomorrow", "campaign": "Follow-up", "count": 1}
    assert found["sent"] == [sent]
    problem(served.ask("GET", "/campaigns/999/backlog"), 404, "no-such-resource")
