"""The verbs under ``account``: over an address they say and do what they do at the file."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from account_engine.account import Account
from account_engine.delivery.witness import FolderWitness
from account_engine.outgoing.deliveries import Courier, Patience, Refused
from cpt.accounts.remote import outbox as remote_outbox
from cpt.cli import events, sent
from tests.cpt.cli.conftest import Cpt, made

FILE, TWIN = "shop.account", "twin.account"
SCOPES = ("read", "install", "resources", "contacts", "events")


@pytest.fixture
def address(served: str, cpt: Cpt, monkeypatch: pytest.MonkeyPatch) -> str:
    """The served account with a package in it, and its file's twin beside it; gives its address."""
    given = ("acme/welcome@^1", "--set", "sender=us@shop.example", "--yes")
    assert cpt("install", *given, "--account", FILE).code == 0
    shutil.copy(FILE, TWIN)
    monkeypatch.setenv("CPT_ACCOUNT_KEY", made(cpt, *SCOPES))
    return served


def alike(cpt: Cpt, address: str, *command: str, at: str = TWIN) -> str:
    """Run a command at a file and over the address; demand the same and return what is said."""
    there = cpt(*command, "--account", at)
    over = cpt(*command, "--account", address)
    assert (over.code, over.out, over.err) == (there.code, there.out, there.err)
    assert over.code == 0, over.said
    return over.said


def test_what_is_the_owner_s_for_good(address: str, cpt: Cpt) -> None:
    assert "Nothing is kept" in alike(cpt, address, "account", "own")
    kept = alike(cpt, address, "account", "own", "email/hello#subject")
    assert "subject of the email “hello, [first name]” is yours for good" in kept
    assert "done: revision 2" in kept
    assert "acme/welcome:email/hello#subject" in alike(cpt, address, "account", "own")
    assert "nothing was changed" in alike(cpt, address, "account", "own", "email/hello#subject")
    back = alike(cpt, address, "account", "own", "--give-back", "email/hello#subject")
    assert "not yours for good any more" in back


def test_a_resource_is_edited(address: str, cpt: Cpt) -> None:
    said = alike(cpt, address, "account", "edit", "email/hello", "--set", "subject=Good day")
    assert "Good day" in said
    assert "acme/welcome brought it" in said
    with Account.open(FILE) as account, Account.open(TWIN) as twin:
        assert account.objects_of("email") == twin.objects_of("email")
    again = alike(cpt, address, "account", "edit", "email/hello", "--set", "subject=Good day")
    assert "nothing was changed" in again


def test_an_edited_campaign_takes_its_contacts_along(address: str, cpt: Cpt) -> None:
    for at in (FILE, TWIN):
        assert cpt("account", "event", "everyone", "submit", "sign-up", "--account", at).code == 0
    asked = ("account", "edit", "campaign/welcome", "--set", "sequences.greet.steps.nudge.wait=9 d")
    refused = cpt(*asked, "--account", address)
    assert refused.code == cpt(*asked, "--account", TWIN).code != 0
    alike(cpt, address, *asked[:-1], "sequences.greet.steps.nudge.wait=9 days")
    with Account.open(FILE) as account, Account.open(TWIN) as twin:
        (one,) = account.find("campaign", "welcome")
        assert account.flow(one.id).version == 2
        assert account.occupancy(one.id) == twin.occupancy(one.id) != ()


@pytest.fixture
def lived(address: str, cpt: Cpt) -> str:
    """The served account and its twin, after something happened in both; gives its address."""
    for at in (FILE, TWIN):
        for event in (
            ("everyone", "submit", "sign-up"),
            ("ada@example.com", "tag", "came"),
            ("ada@example.com", "opt-out", "email"),
            ("bob@example.com", "assign", "kim@shop.example"),
        ):
            assert cpt("account", "event", *event, "--account", at).code == 0
        with Account.open(at) as account:
            number = account.create_object("field", {"name": "shoe_size", "title": "Shoe"}).id
            (ada,) = account.find_contacts(email="ada@example.com")
            account.set_value(ada.id, "shoe_size", "38")
            product = account.create_object(
                "product", {"name": "Course", "price": "9", "currency": "EUR"}
            )
            account.buy(ada.id, [(product.id, 2)])
            assert account.contact(ada.id).values[f"#{number}"] == "38"
    return address


def test_contacts_are_listed_and_each_has_a_story(lived: str, cpt: Cpt) -> None:
    for more in ((), ("--format", "json"), ("--all",)):
        assert "ada@example.com" in alike(cpt, lived, "account", "contact", *more)
    for more in ((), ("--format", "json")):
        told = alike(cpt, lived, "account", "contact", "ada@example.com", *more)
        assert "shoe_size" in told
        assert "Course" in told
        assert "Welcome" in told
        assert "example.com" in alike(cpt, lived, "account", "contact", "1", *more)


def test_a_story_names_what_is_gone_by_the_name_that_it_had(lived: str, cpt: Cpt) -> None:
    for at in (FILE, TWIN):
        with Account.open(at) as account:
            (one,) = account.find("campaign", "welcome")
            account.delete_object(one.id)
    told = alike(cpt, lived, "account", "contact", "ada@example.com")
    assert "Welcome" in told
    assert re.search(r"#\d", told) is None


@pytest.mark.parametrize("who", ["adda@example.com", "99"])
def test_nobody_is_found_over_an_address_as_at_the_file(address: str, cpt: Cpt, who: str) -> None:
    over, there = (cpt("account", "contact", who, "--account", at) for at in (address, TWIN))
    assert (over.code, over.err) == (there.code, there.err)
    assert "there is no contact" in over.err


def test_contacts_become_one_and_go(lived: str, cpt: Cpt) -> None:
    ada, bob = "ada@example.com", "bob@example.com"
    merged = alike(cpt, lived, "account", "contact", ada, "--merge", bob, "--yes")
    assert "is both of them now" in merged
    gone = alike(cpt, lived, "account", "contact", ada, "--delete", "--yes")
    assert "was deleted" in gone
    with Account.open(FILE) as account, Account.open(TWIN) as twin:
        assert account.contacts() == twin.contacts()


def test_where_contacts_stand_in_campaigns(lived: str, cpt: Cpt) -> None:
    for more in ((), ("Welcome",), ("Welcome", "--picture")):
        assert "Welcome" in alike(cpt, lived, "account", "campaign", *more)
        if "--picture" not in more:
            assert "Welcome" in alike(cpt, lived, "account", "campaign", *more, "--format", "json")


PEOPLE = """\
email,first_name
ada@example.com,Ada
eve@example.com,Eve
eve@example.com,Eve
"""


def test_what_happens_happens_over_an_address_as_at_the_file(address: str, cpt: Cpt) -> None:
    Path("people.csv").write_text(PEOPLE, "utf-8")
    for event, said in (
        (("everyone", "submit", "sign-up"), "5 emails were sent"),
        (("@people.csv", "submit", "sign-up", "--set", "last_name=Lovelace"), "1 of them new"),
        (("1", "submit", "sign-up"), "sent"),
        (("tagged:came", "untag", "came"), "lost the tag"),
        (("tagged:came", "tag", "came"), "0 contacts"),
        (("bob@example.com", "tag", "came"), "email was sent"),
        (("bob@example.com", "tag", "came"), "had the tag “came” already. Nothing happened."),
        (("everyone", "tag", "came"), "had the tag “came” already)"),
        (("bob@example.com", "untag", "came"), "no goal of a published campaign heard it"),
        (("bob@example.com", "tag", "came"), "sent"),
        (("bob@example.com", "set", "city", "Ghent"), "city is now Ghent"),
        (("everyone", "opt-out", "email"), "wants no email"),
        (("ada@example.com", "opt-in", "email"), "may be reached"),
        (("ada@example.com", "assign", "kim@shop.example"), "belongs to kim@"),
        (("1", "call", "room", "joined"), "called joined"),
        (("1", "tag-applied", "tag=came"), "nothing changed. Nothing happened."),
        (("1", "tag-removed", "tag=came"), "tag removed"),
    ):
        assert said in alike(cpt, address, "account", "event", *event)
    asked = ("account", "event", "1", "submit", "sign-up", "--format", "json", "--account")
    over, there = (json.loads(cpt(*asked, at).out) for at in (address, TWIN))
    assert over == there
    assert over["sent"] == {"email": 1}
    with Account.open(FILE) as account, Account.open(TWIN) as twin:
        assert account.contacts() == twin.contacts()
        assert account.recorded() == twin.recorded() != ()
        for one in account.contacts():
            assert account.positions(one.id) == twin.positions(one.id)


def test_of_many_people_an_address_is_not_asked_what_became_of_it(
    address: str, cpt: Cpt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "_FEW", 4)
    asked = ("account", "event", "everyone", "tag", "came", "--account", address)
    told = cpt(*asked, "--format", "json")
    assert (json.loads(told.out)["contacts"], json.loads(told.out)["unchanged"]) == (5, None)
    assert cpt(*asked).out == "5 contacts: got the tag “came”. Nothing was sent.\n"


def test_an_event_happens_over_an_address_to_everybody_or_nobody(address: str, cpt: Cpt) -> None:
    Path("people.txt").write_text("ada@example.com\nnobody@example.com\n", "utf-8")
    asked = ("account", "event", "@people.txt", "tag", "Customer")
    ended = cpt(*asked, "--account", address)
    assert ended.code == 3
    assert "nobody@example.com (2 of 2)" in ended.err
    assert "nothing happened to anybody" in ended.err
    with Account.open(FILE) as account, Account.open(TWIN) as twin:
        assert account.contacts() == twin.contacts()


def test_what_was_sent_is_looked_at(lived: str, cpt: Cpt) -> None:
    for more in ((), ("--format", "json"), ("--all",), ("--summary",), ("--failed",),
                 ("--to", "ada@example.com"), ("1",), ("1", "--format", "json")):  # fmt: skip
        alike(cpt, lived, "account", "outbox", *more)
    assert "hello, Ada" in alike(cpt, lived, "account", "outbox", "1")
    assert "written to" in alike(cpt, lived, "account", "outbox", "1", "--out", "one.html")
    over, there = (cpt("account", "outbox", "99", "--account", at) for at in (lived, TWIN))
    assert (over.code, over.err) == (there.code, there.err)
    retried = cpt("account", "outbox", "--retry", "--account", lived)
    assert (retried.code, "this is done where the account is" in retried.err) == (2, True)


@pytest.fixture
def tasked(address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The served account and its twin, where somebody has to be called; gives its address."""
    monkeypatch.setenv("CPT_STATE", "state")
    for at in (FILE, TWIN):
        with Account.open(at) as account:
            (came,) = account.find("tag", "came")
            call = account.create_object("task", {"title": "Call {{ contact.first_name }}"})
            steps = {"call": {"create-task": {"task": call.reference, "due": "1 day"}}}
            flow = {
                "title": "Calls",
                "goals": {"in": {"when": {"tag-applied": came.reference}}},
                "sequences": {"call": {"after": "in", "steps": steps}},
            }
            account.create_object("campaign", flow)
            for name in ("Fay", "Gus", "Hal"):
                who = account.add_contact({"email": f"{name}@example.com", "first_name": name}).id
                account.apply_tag(who, came.id)
    return address


def test_what_people_have_to_do_is_handed_out(
    tasked: str, cpt: Cpt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_outbox, "AT_ONCE", 2)
    asked = ("account", "worklist")
    assert "Call Hal" in alike(cpt, tasked, *asked)
    assert alike(cpt, tasked, *asked, "letter") == "There is nothing to be done.\n"
    work = json.loads(alike(cpt, tasked, *asked, "--format", "json"))["work"]
    assert [one["subject"] for one in work] == ["Call Fay", "Call Gus", "Call Hal"]
    said = alike(cpt, tasked, *asked, "task", "--out", "work.csv")
    assert "3 things in work.csv; --hand-out takes them off the list" in said
    assert "3 things handed out" in alike(cpt, tasked, *asked, "--out", "w.json", "--hand-out")
    assert json.loads(Path("w.json").read_text("utf-8"))["work"] == work
    assert "nothing to be done" in alike(cpt, tasked, *asked)
    assert "handed out" in alike(cpt, tasked, "account", "outbox")


def test_a_copy_hands_no_work_out_over_an_address_either(
    tasked: str, cpt: Cpt, tmp_path: Path
) -> None:
    assert cpt("account", "worklist", "--account", tasked).code == 0
    shutil.rmtree(tmp_path / "seen")
    ended = cpt("account", "worklist", "--account", tasked)
    assert (ended.code, "cpt account confirm" in ended.err) == (3, True), ended.said


def test_of_a_long_outbox_the_end_alone_is_read(
    address: str, cpt: Cpt, monkeypatch: pytest.MonkeyPatch
) -> None:
    for at in (FILE, TWIN):
        with Account.open(at) as account:
            (came,) = account.find("tag", "came")
            (hello, *_) = account.objects_of("email")
            steps = {"mail": {"send-email": hello.reference}}
            flow = {
                "title": "Mails",
                "goals": {"in": {"when": {"tag-applied": came.reference}}},
                "sequences": {"mail": {"after": "in", "steps": steps}},
            }
            account.create_object("campaign", flow)
            people = [account.add_contact({"email": f"p{n}@example.com"}).id for n in range(150)]
            for who in people:
                account.apply_tag(who, came.id)
            for who in people[120:145]:  # their numbers are missing
                account.delete_contact(who)
    read: list[int] = []
    outbox = remote_outbox.RemoteOutbox.outbox

    def counting(account: Any, **how: Any) -> Any:  # noqa: ANN401
        found = outbox(account, **how)
        read.append(len(found))
        return found

    monkeypatch.setattr(remote_outbox.RemoteOutbox, "outbox", counting)
    assert "the last 20 of 125; --all shows the rest" in alike(cpt, address, "account", "outbox")
    assert 20 <= sum(read) < 50
    alike(cpt, address, "account", "outbox", "--all")
    alike(cpt, address, "account", "outbox", "--summary")
    monkeypatch.setattr(sent, "PAGE", 10)
    read.clear()
    assert "p3@" in alike(cpt, address, "account", "outbox", "--to", "P3@example.com")
    assert max(read) <= 10


def test_what_failed_outside_is_seen_over_an_address(lived: str, cpt: Cpt, tmp_path: Path) -> None:
    for at in (FILE, TWIN):
        witness, settings = FolderWitness(tmp_path / at), {"host": "localhost"}
        with Account.open(at) as account:
            now = account.clock()
            account.switch_on(Courier.MAIL, settings, witness, backlog=True)
            account.take_up(Courier.MAIL, now)
            for claimed in account.claim(Courier.MAIL, now, now + 600, 2, witness):
                refused = Refused("no such mailbox")
                account.settle(claimed, refused, now, patience=Patience(), spread=0)
    told = alike(cpt, lived, "account", "outbox", "--failed")
    assert "failed: no such mailbox" in " ".join(told.split())
    assert '"state": "failed"' in alike(cpt, lived, "account", "outbox", "1", "--format", "json")


@pytest.mark.parametrize("at", ["the file", "the address"])
def test_what_somebody_else_edited_meanwhile_is_not_overwritten(
    address: str, cpt: Cpt, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    def meanwhile(text: str, **_: object) -> str:
        with Account.open(FILE) as account:
            (tag,) = account.find("tag", "came")
            account.edit(tag.id, {**tag.data, "category": "Theirs"})
        return text.replace("came", "came along")

    monkeypatch.setenv("EDITOR", "unused")
    monkeypatch.setattr("click.edit", meanwhile)
    ended = cpt("account", "edit", "tag/came", "--account", FILE if at == "the file" else address)
    assert (ended.code, "omebody has edited the tag" in ended.err) == (5, True), ended.said
    assert "your text is kept in" in ended.err
    with Account.open(FILE) as account:
        (tag,) = account.find("tag", "came")
        assert tag.data["category"] == "Theirs"


@pytest.mark.parametrize(
    ("command", "scope"),
    [
        (("edit", "email/hello", "--set", "subject=Hi"), "resources"),
        (("own", "email/hello"), "install"),
        (("contact", "ada@example.com", "--delete", "--yes"), "contacts"),
        (("event", "ada@example.com", "submit", "sign-up"), "events"),
        (("event", "ada@example.com", "set", "city", "Ghent"), "contacts"),
    ],
)
def test_a_key_that_may_not_says_which_scope_is_missing(
    address: str,
    cpt: Cpt,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    scope: str,
) -> None:
    monkeypatch.setenv("CPT_ACCOUNT_KEY", made(cpt, "read"))
    ended = cpt("account", *command, "--account", address)
    assert (ended.code, f"needs a key with the scope {scope};" in ended.err) == (5, True), (
        ended.said
    )
    assert f"--scope {scope}" in ended.err
    assert Path(FILE).exists()


def test_a_campaign_that_was_taken_out_is_stopped_and_left(address: str, cpt: Cpt) -> None:
    campaign, uninstall = ("account", "campaign", "welcome"), ("uninstall", "acme/welcome", "--yes")
    alike(cpt, address, "account", "event", "ada@example.com", "submit", "sign-up")
    for at in (TWIN, address):
        done = cpt(*uninstall, "--contacts", "finish-on-old", "--account", at)
        assert done.code == 0, done.said
    assert "Welcome (taken out)" in alike(cpt, address, "account", "campaign")
    assert "1 contact still finishes" in alike(cpt, address, *campaign)
    assert "is stopped" in alike(cpt, address, *campaign, "--unpublish", "--yes")
    assert "It is stopped" in alike(cpt, address, *campaign)
    assert "runs for those" in alike(cpt, address, *campaign, "--publish", "--yes")
    assert "1 contact left" in alike(cpt, address, *campaign, "--exit", "--yes")
    assert "taken out" not in alike(cpt, address, "account", "campaign")
