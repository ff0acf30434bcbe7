"""Accounts over HTTP: what goes wrong on the way, and where a key is sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from account_engine.changing.changes import ChangeSet
from account_engine.surveys import Enrollable, Survey, Surveyed
from cpt import errors
from cpt.accounts.credentials import refuse_open_way
from cpt.accounts.remote.account import RemoteAccount

HERE = "http://127.0.0.1:8600"
Answering = Callable[[httpx.Request], httpx.Response]
CHANGES = ChangeSet("plan-1", "account-1", "first", None, "install", (), (), {})
ELSEWHERE = httpx.Response(302, headers={"Location": "https://evil.example"})
APPLIED = {"revision": 1, "created": {}, "travelled": 0, "already": False}


def problem(status: int, word: str, detail: str, **more: Any) -> httpx.Response:  # noqa: ANN401
    said = {"type": f"urn:cpt:{word}", "title": "x", "status": status, "detail": detail, **more}
    return httpx.Response(status, json=said)


def account(answer: Answering | httpx.Response) -> RemoteAccount:
    answering = answer if callable(answer) else lambda _: answer
    return RemoteAccount(HERE, "cpt_key", httpx.MockTransport(answering))


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (problem(401, "wrong-key", "There is no such API key."), errors.RefusedError, "no such"),
        (problem(403, "wrong-scope", "This key has read."), errors.RefusedError, "has read"),
        (problem(422, "refused", "There is no tag."), errors.BadInputError, "no tag"),
        (problem(413, "too-large", "Too large."), errors.BadInputError, "too large"),
        (problem(503, "busy", "Busy."), errors.AccountBusyError, "somebody else is changing"),
        (problem(503, "unavailable", "Away."), errors.AccountUnreachableError, "Away"),
        (problem(500, "bug", "Our fault."), errors.AccountUnreachableError, "Our fault"),
        (problem(409, "still-used", "It is used."), errors.RefusedError, "It is used"),
        (
            problem(409, "stale-plan", "x", differences=["the tag A has been edited"]),
            errors.StalePlanError,
            "the tag A has been edited",
        ),
        (problem(409, "stranded-contacts", "3 at x"), errors.StrandedError, "3 at x"),
        (httpx.Response(404, text="nginx"), errors.NotAnAccountError, "it answers 404"),
        (ELSEWHERE, errors.NotAnAccountError, "it answers 302"),
        (httpx.Response(200, text="<h1>Hello"), errors.NotAnAccountError, "not what an account"),
        (httpx.Response(200, json={}), errors.NotAnAccountError, "not what an account"),
    ],
)  # fmt: skip
def test_what_a_server_says_is_said_in_the_toolkit_s_words(
    answer: httpx.Response, error: type[errors.CptError], said: str
) -> None:
    with account(answer) as asked, pytest.raises(error, match=said) as caught:
        asked.apply(CHANGES)
    assert caught.type is error
    assert "cpt_key" not in str(caught.value)


def test_nobody_who_answers_is_told_so() -> None:
    def refused(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("Connection refused", request=request)

    with (
        account(refused) as asked,
        pytest.raises(errors.AccountUnreachableError, match=r"127\.0\.0\.1:8600 cannot be reached"),
    ):
        _ = asked.info


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_a_change_set_whose_answer_was_lost_is_sent_again(lost: int) -> None:
    sent: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content))
        if len(sent) <= lost:
            raise httpx.ReadTimeout("nothing came", request=request)
        return httpx.Response(200, json={**APPLIED, "already": lost > 0})

    with account(answer) as asked:
        applied = asked.apply(CHANGES)
    assert (applied.revision, applied.already) == (1, False)
    assert sent == [sent[0]] * (lost + 1)


def test_a_plan_that_was_applied_before_is_said_to_be() -> None:
    with account(httpx.Response(200, json={**APPLIED, "already": True})) as asked:
        assert asked.apply(CHANGES).already


def test_whoever_cannot_learn_what_became_of_it_is_told_how() -> None:
    def lost(request: httpx.Request) -> httpx.Response:
        raise httpx.RemoteProtocolError("gone", request=request)

    with (
        account(lost) as asked,
        pytest.raises(errors.AccountUnreachableError, match="they may be done") as caught,
    ):
        asked.apply(CHANGES)
    assert "cpt history" in caught.value.help[0]


def test_resources_are_asked_for_by_the_thousand() -> None:
    asked_for: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        numbers = json.loads(request.content)["numbers"]
        asked_for.append(len(numbers))
        found = [{"id": n, "kind": "tag", "data": {"name": str(n)}} for n in numbers if n % 2]
        return httpx.Response(200, json={"resources": found, "more": "of a later version"})

    with account(answer) as asked:
        found = asked.objects([*range(1, 2002), 1, -1, 2**70])
        assert asked.object(0) is None
    assert asked_for == [1000, 1000, 1]
    assert sorted(found) == list(range(1, 2002, 2))


def test_a_survey_is_asked_for_by_the_thousand() -> None:
    requests: list[dict[str, Any]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent = json.loads(request.content)
        requests.append(sent)
        return httpx.Response(
            200,
            json={
                "names": [[1] for _ in sent["names"]],
                "happenings": [[{"campaign": 1, "goal": "g"}] for _ in sent["happenings"]],
                "referred": [[n + 1] for n in sent["referred"]],
                "carried": sent["carried"],
                "campaigns": [
                    {"version": n, "occupancy": [], "published": n != 4} for n in sent["campaigns"]
                ],
                "enrollable": [len(one["tags"]) for one in sent["enrollable"]],
            },
        )

    names = tuple(("tag", str(n)) for n in range(2001))
    wanted = Enrollable((5, 6), None, ((7, "greet.last"),))
    asked = Survey(names, (("opted-out", ()),), (1, 2), (3,), (4,), (wanted,))
    with account(answer) as there:
        found = there.survey(asked)
        assert there.survey(Survey()) == Surveyed()
    assert [len(sent["names"]) for sent in requests] == [1000, 1000, 1]
    assert set(found.names) == set(names)
    assert found.happenings == {("opted-out", ()): ((1, "g"),)}
    assert (found.referred, found.carried) == ({1: (2,), 2: (3,)}, {3: 3})
    assert (found.campaigns[4].version, found.campaigns[4].published) == (4, False)
    assert found.enrollable == {wanted: 2}
    assert requests[0]["enrollable"] == [
        {"tags": [5, 6], "campaign": None, "besides": [[7, "greet.last"]]}
    ]


def test_an_answer_to_less_than_was_asked_is_none() -> None:
    nothing: dict[str, list[Any]] = {
        "names": [], "happenings": [], "referred": [], "carried": [], "campaigns": [],
        "enrollable": [],
    }  # fmt: skip
    with (
        account(httpx.Response(200, json=nothing)) as asked,
        pytest.raises(errors.NotAnAccountError, match="is not what it was asked"),
    ):
        asked.survey(Survey(carried=(1,)))


@pytest.mark.parametrize(
    "address",
    [
        "http://shop.example",
        "http://192.168.1.5:8600",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "ftp://127.0.0.1",
        "https://",
        "https://me:secret@shop.example",
        "http://[",
    ],
)
def test_a_key_is_not_sent_where_others_can_read_it(address: str) -> None:
    with pytest.raises(errors.UsageError) as caught:
        refuse_open_way(address)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("address", ["http://127.0.0.1:99999", "http://127.0.0.1:x"])
def test_what_is_no_address_is_said_to_be_none(address: str) -> None:
    with pytest.raises(errors.UsageError, match="is no address"):
        RemoteAccount(address, "cpt_key")


@pytest.mark.parametrize(
    "address", ["https://shop.example", HERE, "http://localhost:1", "http://[::1]:8600/"]
)
def test_a_key_is_sent_where_nobody_else_can(address: str) -> None:
    refuse_open_way(address)
