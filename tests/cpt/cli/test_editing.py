"""What an owner's hand may reach in a resource, and what it may not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from account_engine.account import Account
from cpt.cli.exit_codes import ExitCode
from cpt.installer.record.snapshot import read_record
from package_format.kinds.model import Json

if TYPE_CHECKING:
    from tests.cpt.cli.conftest import Cpt


def flow() -> Json:
    """Return the data of the packaged campaign as the account holds it."""
    with Account.open(Path("shop.account")) as account:
        row = read_record(account).objects["acme/welcome:campaign/welcome"]
        stored = account.object(int(row.object[1:]))
        assert stored is not None
        return stored.data


def written(flow: Json) -> str:
    Path("flow.yaml").write_text(json.dumps(flow), "utf-8")
    return "flow.yaml"


@pytest.mark.usefixtures("installed")
def test_replacing_words_touches_titles_and_neither_keys_nor_arrows(cpt: Cpt) -> None:
    before = flow()
    assert "greet" in before["sequences"]
    before["sequences"]["greet"]["title"] = "We greet you"
    assert cpt("account", "edit", "campaign/welcome", "--from-file", written(before)).code == 0
    ended = cpt("account", "edit", "campaign/welcome", "--replace", "greet", "thank")
    assert ended.code == ExitCode.DONE, ended.said
    before["sequences"]["greet"]["title"] = "We thank you"
    assert flow() == before


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("word", ["greet", "send-email", "#4", "days"])
def test_what_stands_only_in_keys_and_references_is_not_replaced(cpt: Cpt, word: str) -> None:
    before = flow()
    ended = cpt("account", "edit", "campaign/welcome", "--replace", word, "x")
    assert ended.code == ExitCode.BAD_INPUT
    assert ended.err == (f"error: '{word}' stands nowhere in the texts of the campaign “Welcome”\n")
    assert flow() == before


@pytest.mark.usefixtures("installed")
def test_an_owners_new_step_in_a_packaged_campaign_has_a_key_of_its_own(cpt: Cpt) -> None:
    before, edited = flow(), flow()
    step = {"key": "extra", "wait": "1 day"}
    edited["sequences"]["greet"]["steps"].append(step)
    ended = cpt("account", "edit", "campaign/welcome", "--from-file", written(edited))
    assert ended.code == ExitCode.BAD_INPUT
    assert ended.err == (
        "error: greet.extra is new in a campaign of acme/welcome, and a later version of the "
        "package may use that key for something else\n"
        "  help: call it greet.own-extra: keys that begin with own- are yours\n"
    )
    assert flow() == before
    step["key"] = "own-extra"
    edited["sequences"]["own-later"] = {"after": "greet", "steps": {"rest": {"wait": "1 day"}}}
    ended = cpt("account", "edit", "campaign/welcome", "--from-file", written(edited))
    assert ended.code == ExitCode.DONE, ended.said


@pytest.mark.usefixtures("installed")
def test_a_packaged_step_that_was_deleted_comes_back_under_its_own_key(cpt: Cpt) -> None:
    before, edited = flow(), flow()
    del edited["sequences"]["greet"]["steps"][-1]
    for each in (edited, before):
        ended = cpt("account", "edit", "campaign/welcome", "--from-file", written(each))
        assert ended.code == ExitCode.DONE, ended.said
    assert flow() == before


@pytest.mark.usefixtures("installed")
def test_an_owner_names_what_is_in_their_own_campaign_as_they_like(cpt: Cpt) -> None:
    with Account.open(Path("shop.account")) as account:
        stored = next(o for o in map(account.object, range(1, 9)) if o and o.kind == "campaign")
    edited = stored.data
    edited["goals"]["again"] = {"when": edited["goals"]["visited"]["when"], "after": ["visited"]}
    ended = cpt("account", "edit", stored.reference, "--from-file", written(edited))
    assert ended.code == ExitCode.DONE, ended.said


@pytest.mark.usefixtures("installed")
def test_an_arrow_drawn_from_nothing_is_refused_in_a_sentence(cpt: Cpt) -> None:
    edited = flow()
    edited["goals"]["came"]["after"] = ["greed"]
    ended = cpt("account", "edit", "campaign/welcome", "--from-file", written(edited))
    assert ended.code == ExitCode.BAD_INPUT
    assert ended.err == (
        "error: came cannot come after greed: there is no node greed in this campaign; "
        "draw came from somewhere else\n"
    )


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    "how",
    [
        ("--set", "subject=Hi {{ contact.fristname }}"),
        ("--replace", "the hello", "the hello, {{ contact.fristname }}"),
    ],
)
def test_a_misspelt_merge_field_is_refused_with_the_one_that_was_meant(
    cpt: Cpt, how: tuple[str, ...]
) -> None:
    ended = cpt("account", "edit", "email/hello", *how)
    assert (ended.code, ended.out) == (ExitCode.BAD_INPUT, "")
    assert ended.err == (
        "error: there is no merge field contact.fristname; did you mean contact.first_name?\n"
    )
    right = [word.replace("fristname", "first_name") for word in how]
    assert cpt("account", "edit", "email/hello", *right).code == ExitCode.DONE
