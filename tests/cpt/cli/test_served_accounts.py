"""Packages in an account that is served: the same verbs, with an address and a key."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import httpx
import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring

from account_engine.account import Account
from tests.cpt.cli.conftest import Cpt, made
from tests.keyrings import InMemory


def test_a_package_is_installed_upgraded_and_taken_out_over_an_address(
    served: str, cpt: Cpt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CPT_ACCOUNT_KEY", made(cpt, "read", "install"))
    monkeypatch.setenv("CPT_ACCOUNT", served)
    assert cpt("publish", "welcome-2").code == 0
    first = cpt("install", "acme/welcome@^1", "--set", "sender=us@shop.example", "--yes")
    assert (first.code, "done: revision 1" in first.said) == (0, True), first.said
    assert "acme/welcome" in cpt("list").out
    assert cpt("status").code == 0
    upgraded = cpt("upgrade", "acme/welcome@^2", "--yes", "--contacts", "finish-on-old")
    assert (upgraded.code, "done: revision 2" in upgraded.said) == (0, True), upgraded.said
    assert cpt("rollback", "--yes").code == 0
    history = cpt("history", "--format", "json")
    assert len(json.loads(history.out)["revisions"]) == 3
    for verb in (("tree",), ("why", "acme/welcome"), ("outdated",), ("account", "show")):
        ended = cpt(*verb)
        assert ended.code in {0, 1}, ended.said
        assert "error" not in ended.err
    gone = cpt("uninstall", "acme/welcome", "--yes", "--contacts", "exit")
    assert gone.code == 0, gone.said
    with Account.open("shop.account") as account:
        assert len(account.revisions()) == 4
        assert [one.label for one in account.objects_of("campaign")] == ["Coffee"]


def test_a_plan_of_a_served_account_is_the_one_of_its_file(
    served: str, cpt: Cpt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CPT_ACCOUNT_KEY", made(cpt, "read"))
    asked = ("plan", "acme/welcome@^1", "--set", "sender=us@shop.example", "--account")
    over, at = cpt(*asked, served), cpt(*asked, "shop.account")
    assert (over.code, over.out) == (at.code, at.out)
    refused = cpt("install", *asked[1:-1], "--yes", "--account", served)
    assert (refused.code, "needs a key with the scope install" in refused.err) == (5, True)
    assert "--scope read --scope install" in refused.err


def revisions() -> int:
    with Account.open("shop.account") as account:
        return len(account.revisions())


@pytest.mark.usefixtures("elsewhere")
def test_a_plan_that_was_saved_is_applied_over_an_address_and_once(cpt: Cpt) -> None:
    asked = ("plan", "acme/welcome@^1", "--set", "sender=us@shop.example", "--out", "plan.json")
    assert cpt(*asked).code == 0
    applied = cpt("apply", "plan.json", "--yes")
    assert (applied.code, "done: revision 1" in applied.err) == (0, True), applied.said
    again = cpt("apply", "plan.json", "--yes")
    assert (again.code, again.out) == (0, "")
    assert re.fullmatch(
        r"this plan was applied before, on \w{3} \d{4}-\d\d-\d\d \d\d:\d\d, as revision 1; "
        r"nothing was changed\n",
        again.err,
    )
    told = json.loads(cpt("apply", "plan.json", "--format", "json").out)
    assert (told["applied"], told["revision"]) == (True, 1)
    assert revisions() == 1


@pytest.mark.usefixtures("elsewhere")
def test_a_saved_plan_is_refused_over_an_address_once_the_account_changed(cpt: Cpt) -> None:
    asked = ("plan", "acme/welcome@^1", "--set", "sender=us@shop.example", "--out", "plan.json")
    assert cpt(*asked).code == 0
    with Account.open("shop.account") as account:
        (tag,) = account.find("tag", "came")
        account.edit(tag.id, {**tag.data, "category": "Mine"})
    refused = cpt("apply", "plan.json", "--yes")
    assert refused.code == 5
    assert "the tag “came” has been edited" in refused.err
    assert revisions() == 0


STACK = """\
[stack]
name = "shop"

[packages."acme/welcome"]
range = "^1"
parameters = {sender = "us@shop.example"}
"""


@pytest.mark.usefixtures("elsewhere")
def test_a_stack_is_brought_to_an_account_over_an_address(cpt: Cpt) -> None:
    Path("stack.toml").write_text(STACK, "utf-8")
    first = cpt("sync", "--yes")
    assert (first.code, "done: revision 1" in first.err) == (0, True), first.said
    assert Path("stack.lock").exists()
    again = cpt("sync", "--locked", "--yes")
    assert (again.code, revisions()) == (0, 1), again.said
    Path("stack.toml").write_text('[stack]\nname = "shop"\n', "utf-8")
    gone = cpt("sync", "--yes", "--contacts", "exit")
    assert (gone.code, revisions()) == (0, 2), gone.said
    assert json.loads(cpt("list", "--format", "json").out)["packages"] == []


def test_what_is_exported_over_an_address_is_what_is_exported_of_the_file(
    elsewhere: str, cpt: Cpt
) -> None:
    for where, out in ((elsewhere, "over"), ("shop.account", "at")):
        ended = cpt("export", "Coffee", "--account", where, "--out", out, "--name", "me/coffee")
        assert "Coffee" not in ended.err or ended.code in {0, 1}, ended.said
    files = {
        out: {path.relative_to(out): path.read_bytes() for path in Path(out).rglob("*.*")}
        for out in ("over", "at")
    }
    assert files["over"] == files["at"]
    assert Path("campaigns/coffee.yaml") in files["over"]


def test_a_resource_is_shown_over_an_address_as_in_the_file(elsewhere: str, cpt: Cpt) -> None:
    assert cpt("install", "acme/welcome@^1", "--set", "sender=us@shop.example", "--yes").code == 0
    at_the_file = cpt("account", "show", "email/hello", "--account", "shop.account")
    over = cpt("account", "show", "email/hello", "--account", elsewhere)
    assert "subject: hello, {{ contact.first_name" in at_the_file.out
    assert over.out == at_the_file.out


def test_a_rehearsal_over_an_address_says_what_one_at_the_file_says(
    elsewhere: str, cpt: Cpt
) -> None:
    assert cpt("install", "acme/welcome@^1", "--set", "sender=us@shop.example", "--yes").code == 0
    assert cpt("account", "event", "everyone", "tag", "came", "--account", "shop.account").code == 0
    assert cpt("publish", "welcome-2").code == 0
    asked = ("rehearse", "acme/welcome@^2", "--for", "14 days", "--format", "json", "--account")
    over, at = cpt(*asked, elsewhere), cpt(*asked, "shop.account")
    assert (over.code, over.out) == (at.code, at.out)
    assert any(way["sendings"] for way in json.loads(over.out)["ways"])
    assert revisions() == 1


def test_a_rehearsal_needs_a_key_that_may_install(
    served: str, cpt: Cpt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CPT_ACCOUNT_KEY", made(cpt, "read"))
    ended = cpt("rehearse", "--account", served)
    assert (ended.code, "needs a key with the scope install" in ended.err) == (5, True)


@pytest.mark.usefixtures("published")
def test_what_a_plan_asks_a_served_account_does_not_grow_with_the_package(
    elsewhere: str, cpt: Cpt, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    sending = httpx.Client.request

    def counting(self: httpx.Client, method: str, url: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        asked.append(f"{method} {url}")
        return sending(self, method, url, **more)

    monkeypatch.setattr(httpx.Client, "request", counting)
    counts = []
    for tags in (1, 60):
        folder = Path(f"many-{tags}")
        shutil.copytree("tags", folder)
        lines = "".join(f"t{number}: {{name: T{number}}}\n" for number in range(tags))
        (folder / "tags.yaml").write_text(lines, "utf-8")
        manifest = (folder / "cpt.toml").read_text("utf-8").partition("exports")[0]
        (folder / "cpt.toml").write_text(manifest.replace("acme/tags", "acme/many"), "utf-8")
        asked.clear()
        ended = cpt("plan", str(folder), "--account", elsewhere)
        assert ended.code == 0, ended.said
        counts.append(len(asked))
    assert counts[0] == counts[1] < 12


def test_an_account_without_a_key_says_how_to_get_one(served: str, cpt: Cpt) -> None:
    ended = cpt("list", "--account", served)
    assert ended.code == 5
    assert f"there is no key for the account at {served}" in ended.err
    assert "cpt account key create" in ended.err
    assert "CPT_ACCOUNT_KEY" in ended.err


def test_a_served_account_has_a_name_and_its_key_is_kept(
    served: str, cpt: Cpt, monkeypatch: pytest.MonkeyPatch, ring: InMemory
) -> None:
    token = made(cpt, "read", "install")
    monkeypatch.setenv("CPT_ACCOUNT_KEY", token)
    added = cpt("account", "add", "shop", f"{served}/")
    assert (added.code, "its key is in your keyring" in added.err) == (0, True), added.said
    monkeypatch.delenv("CPT_ACCOUNT_KEY")
    assert list(ring.kept.values()) == [token]
    assert "shop" in cpt("account", "list").out
    assert "gone" not in cpt("account", "list").out
    assert cpt("list", "--account", "shop").code == 0
    settings = [path.read_text() for path in Path("settings").iterdir()]
    assert all(token not in text for text in settings)


def test_a_name_is_forgotten_with_its_key_and_the_account_stays(
    served: str, cpt: Cpt, monkeypatch: pytest.MonkeyPatch, ring: InMemory
) -> None:
    monkeypatch.setenv("CPT_ACCOUNT_KEY", made(cpt, "read"))
    for name in ("shop", "other"):
        assert cpt("account", "add", name, served).code == 0
    first = cpt("account", "remove", "other")
    assert (first.code, "out of your keyring" in first.err, len(ring.kept)) == (0, False, 1)
    gone = cpt("account", "remove", "shop")
    assert (gone.code, "its key is out of your keyring" in gone.err) == (0, True), gone.said
    assert f"it stays at {served}" in gone.err
    assert ring.kept == {}
    again = cpt("account", "remove", "shop")
    assert (again.code, "no account is called shop" in again.err) == (3, True)


def test_forgetting_a_name_leaves_the_file(published: Path, cpt: Cpt) -> None:
    assert cpt("account", "add", "mine", "shop.account").code == 0
    before = (published / "shop.account").read_bytes()
    gone = cpt("account", "remove", "mine")
    assert (gone.code, f"it stays at {published / 'shop.account'}" in gone.err) == (0, True)
    assert (published / "shop.account").read_bytes() == before
    assert "mine" not in cpt("account", "list").out.split()
    close = cpt("account", "remove", "shop.account")
    assert (close.code, "no account is called shop.account" in close.err) == (3, True)


def test_a_key_that_opens_nothing_is_not_kept(
    served: str, cpt: Cpt, monkeypatch: pytest.MonkeyPatch, ring: InMemory
) -> None:
    monkeypatch.setenv("CPT_ACCOUNT_KEY", "cpt_0123456789ab_" + "A" * 43)
    ended = cpt("account", "add", "shop", served)
    assert (ended.code, "There is no such API key" in ended.err) == (5, True), ended.said
    assert ring.kept == {}
    assert "shop" not in cpt("account", "list").out.split()


def test_where_there_is_no_keyring_one_is_told_so(
    served: str, cpt: Cpt, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]
    assert "there is no key" in cpt("list", "--account", served).err
    monkeypatch.setenv("CPT_ACCOUNT_KEY", made(cpt, "read"))
    added = cpt("account", "add", "shop", served)
    assert (added.code, "set CPT_ACCOUNT_KEY whenever you use it" in added.err) == (0, True)


def test_a_key_is_asked_for_and_not_shown(served: str, cpt: Cpt, ring: InMemory) -> None:
    token = made(cpt, "read")
    added = cpt("account", "add", "shop", served, answers=f"{token}\n")
    assert added.code == 0, added.said
    assert token not in added.said
    assert list(ring.kept.values()) == [token]


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (("tick", "1 day"), "a served account lives by the clock"),
        (("run",), "what was delivered is remembered there"),
        (("outbox", "--retry"), "what was delivered is remembered there"),
        (("courier",), "what was delivered is remembered there"),
        (("serve",), "who gets in is decided there"),
        (("key", "list"), "who gets in is decided there"),
    ],
)
def test_what_is_done_at_the_account_says_so_and_why(
    command: tuple[str, ...], why: str, cpt: Cpt
) -> None:
    ended = cpt("account", *command, "--account", "https://shop.example")
    assert (ended.code, "this is done where the account is" in ended.err) == (2, True), ended.said
    assert f"https://shop.example is elsewhere: {why}" in ended.err


def test_a_key_does_not_go_where_others_can_read_it(
    cpt: Cpt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CPT_ACCOUNT_KEY", "cpt_secret")
    ended = cpt("list", "--account", "http://shop.example:8600")
    assert ended.code == 2
    assert "could read the key" in ended.err
    assert "ssh -L" in ended.err
    assert "cpt_secret" not in ended.said
