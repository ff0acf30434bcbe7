"""Each way in which things go wrong: the exit code, the sentence, and that nothing is lost."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from account_engine.account import Account
from account_engine.stores.sqlite import SqliteStore
from cpt.accounts import embedded
from cpt.accounts.embedded import EmbeddedAccount
from cpt.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from account_engine.events import Event
    from tests.cpt.cli.conftest import Cpt

INSTALL = ("install", "acme/welcome", "--set", "sender=us@shop.example", "--yes")


def everything(account: str = "shop.account") -> list[tuple[object, ...]]:
    """Return all that an account's file holds."""
    with sqlite3.connect(f"file:{account}?mode=ro", uri=True) as connection:
        tables = connection.execute("select name from sqlite_master where type = 'table'")
        found: list[tuple[object, ...]] = []
        for (table,) in sorted(tables.fetchall()):
            found += connection.execute(f'select * from "{table}"').fetchall()  # noqa: S608
    connection.close()
    return found


@pytest.mark.usefixtures("published")
def test_an_unknown_package_is_answered_with_the_nearest_name(cpt: Cpt) -> None:
    before = everything()
    ended = cpt("install", "acme/welcom", "--yes")
    assert ended.code == ExitCode.BAD_INPUT
    assert ended.err == (
        "error: there is no package acme/welcom\n  help: did you mean acme/welcome?\n"
    )
    assert everything() == before


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("people", "fault"),
    [
        ("email\nann@x.example\nbob\n", "bob (2 of 2): there is no contact bob"),
        (
            f"email,first_name\nann@x.example,Ann\nbob@x.example,{'&' * 20_001}\n",
            "bob@x.example (2 of 2): first_name holds up to 20,000 characters",
        ),
        ("email,shoe\nann@x.example,\nbob@x.example,12\n", "bob@x.example (2 of 2): contacts"),
    ],
)
def test_an_event_happens_to_everybody_or_to_nobody(cpt: Cpt, people: str, fault: str) -> None:
    Path("people.csv").write_text(people)
    before = everything()
    ended = cpt("account", "event", "@people.csv", "submit", "sign-up")
    assert (ended.code, everything()) == (ExitCode.BAD_INPUT, before)
    assert fault in ended.err
    assert "nothing happened to anybody" in ended.err
    Path("people.csv").write_text("email\nann@x.example\nbob@x.example\nann@x.example\n")
    again = cpt("account", "event", "@people.csv", "submit", "sign-up")
    assert "3 contacts, 2 of them new" in again.out


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("turns", [0, 1, 2])
def test_whoever_interrupts_events_learns_whether_they_happened(
    cpt: Cpt, monkeypatch: pytest.MonkeyPatch, turns: int
) -> None:
    before, left = everything(), [turns]
    submit = EmbeddedAccount.submit

    def interrupted(self: EmbeddedAccount, contact: int, event: Event) -> None:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        submit(self, contact, event)

    monkeypatch.setattr(EmbeddedAccount, "submit", interrupted)
    Path("people.txt").write_text("ann@x.example\nbob@x.example\ncat@x.example\n")
    ended = cpt("account", "event", "@people.txt", "submit", "sign-up")
    assert (ended.code, everything()) == (ExitCode.INTERRUPTED, before)
    assert "nothing happened to anybody" in ended.err


@pytest.mark.usefixtures("installed")
def test_an_interrupt_that_comes_too_late_is_told_so(
    cpt: Cpt, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = EmbeddedAccount.together

    @contextmanager
    def late(self: EmbeddedAccount) -> Iterator[None]:
        with together(self):
            yield
        raise KeyboardInterrupt

    monkeypatch.setattr(EmbeddedAccount, "together", late)
    ended = cpt("account", "event", "ann@x.example", "submit", "sign-up")
    assert ended.code == ExitCode.INTERRUPTED
    assert "it had happened to everybody" in ended.err


@pytest.mark.usefixtures("published")
def test_people_in_a_file_that_is_no_table_are_refused(cpt: Cpt) -> None:
    Path("people.csv").write_text('email,note\na@x.example,"' + "x" * 200_000 + '"\n')
    ended = cpt("account", "event", "@people.csv", "set", "city", "Oslo")
    assert (ended.code, "people.csv" in ended.err) == (ExitCode.BAD_INPUT, True)


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("who", ["9" * 30, f"#{'9' * 5_000}"])
def test_a_number_that_nobody_has_is_nobody(cpt: Cpt, who: str) -> None:
    assert cpt("account", "contact", who).code == ExitCode.BAD_INPUT
    assert cpt("account", "event", who, "set", "city", "Oslo").code == ExitCode.BAD_INPUT


@pytest.mark.usefixtures("published")
def test_a_version_that_does_not_exist_is_answered_with_those_that_do(cpt: Cpt) -> None:
    ended = cpt("install", "acme/welcome@7", "--yes")
    assert ended.code == ExitCode.BAD_INPUT
    assert ended.err == ("error: no version of acme/welcome fits 7\n  help: there are: 1.0.0\n")


@pytest.mark.usefixtures("published")
def test_what_is_no_package_name_at_all_is_wrong_usage(cpt: Cpt) -> None:
    ended = cpt("install", "welcome", "--yes")
    assert ended.code == ExitCode.USAGE
    assert "'welcome' names no package" in ended.err
    assert cpt("install", "acme/welcome@^^", "--yes").code == ExitCode.USAGE


def test_packages_that_do_not_fit_together_are_explained(published: Path, cpt: Cpt) -> None:
    manifest = published / "tags" / "cpt.toml"
    manifest.write_text(manifest.read_text("utf-8").replace("1.0.0", "2.0.0"), "utf-8")
    assert cpt("publish", "tags").code == ExitCode.DONE
    ended = cpt("install", "acme/welcome", "acme/tags@2", "--set", "sender=a@b.example", "--yes")
    assert ended.code == ExitCode.NO
    assert ended.err == (
        "error: these packages do not fit together:\n"
        "  because you ask for acme/tags 2\n"
        "  because you ask for acme/welcome *\n"
        "  because acme/welcome 1.0.0 needs acme/tags ^1.0\n"
        "  help: acme/tags 1.0.0 would do, instead of 2: acme/tags@1.0.0\n"
    )


@pytest.mark.usefixtures("installed")
def test_a_form_that_does_not_exist_is_answered_with_the_nearest(cpt: Cpt) -> None:
    before = everything()
    ended = cpt("account", "event", "ada@example.com", "submit", "sign-in")
    assert ended.code == ExitCode.BAD_INPUT
    assert ended.err == (
        "error: there is no web form sign-in in this account\n  help: did you mean sign-up?\n"
    )
    assert everything() == before


def test_nothing_happens_to_anybody_if_somebody_is_unknown(installed: Path, cpt: Cpt) -> None:
    before = everything()
    (installed / "people.txt").write_text("ada@example.com\nzoe@example.com\n", "utf-8")
    ended = cpt("account", "event", "@people.txt", "tag", "Customer")
    assert ended.code == ExitCode.BAD_INPUT
    assert "there is no contact zoe@example.com" in ended.err
    assert everything() == before


@pytest.mark.usefixtures("published")
def test_a_missing_parameter_is_named_where_nobody_can_be_asked(cpt: Cpt) -> None:
    before = everything()
    ended = cpt("install", "acme/welcome", "--yes")
    assert ended.code == ExitCode.USAGE
    assert ended.err == (
        "error: acme/welcome: sender (From address) is needed, and no value was given\n"
        "  help: give a value with --set PARAMETER=VALUE or --values F\n"
    )
    assert everything() == before


@pytest.mark.usefixtures("published")
def test_a_missing_parameter_is_asked_for_at_a_terminal(cpt: Cpt) -> None:
    ended = cpt("install", "acme/welcome", answers="us@shop.example\ny\n")
    assert ended.code == ExitCode.DONE
    assert "From address (acme/welcome): " in ended.err


def test_parameters_come_from_a_file_and_flags_win(published: Path, cpt: Cpt) -> None:
    (published / "values.yaml").write_text("acme/welcome: {sender: file@shop.example}\n", "utf-8")
    ended = cpt("install", "acme/welcome", "--values", "values.yaml", "--yes")
    assert ended.code == ExitCode.DONE
    ended = cpt(
        "install", "acme/welcome", "--values", "values.yaml",
        "--set", "acme/welcome:sender=flag@shop.example", "--yes", "--format", "json",
    )  # fmt: skip
    assert ended.code == ExitCode.DONE
    cpt("account", "event", "bob@example.com", "submit", "sign-up")
    assert "flag@shop.example" in cpt("account", "outbox", "1").out


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda _: b"not an archive", "is not a package archive"),
        (lambda data: data[:-9], "archive is incomplete"),
        (lambda data: data[:60] + b"XX" + data[62:], "archive is damaged"),
    ],
)
def test_a_broken_archive_is_refused_with_a_sentence(
    published: Path, cpt: Cpt, damage: object, sentence: str
) -> None:
    assert callable(damage)
    assert cpt("build", "welcome-1", "--out", "whole.cpt").code == ExitCode.DONE
    (published / "broken.cpt").write_bytes(damage((published / "whole.cpt").read_bytes()))
    before = everything()
    for command in (("install", "broken.cpt", "--yes"), ("publish", "broken.cpt")):
        ended = cpt(*command)
        assert ended.code == ExitCode.BAD_INPUT, ended.err
        assert sentence in ended.err
    assert everything() == before


def test_a_file_that_is_no_account_is_said_to_be_none(published: Path, cpt: Cpt) -> None:
    (published / "letter.account").write_text("Dear Sir or Madam, " * 100, "utf-8")
    ended = cpt("account", "show", "--account", "letter.account")
    assert ended.code == ExitCode.BAD_INPUT
    assert "letter.account" in ended.err
    assert "Traceback" not in ended.err
    assert (published / "letter.account").read_text("utf-8").startswith("Dear Sir")


@pytest.mark.usefixtures("published")
def test_a_database_of_somebody_else_is_no_account(cpt: Cpt) -> None:
    connection = sqlite3.connect("other.account")
    connection.execute("create table notes (text)")
    connection.commit()
    connection.close()
    ended = cpt("install", "acme/welcome", "--account", "other.account", "--yes")
    assert ended.code == ExitCode.BAD_INPUT
    assert "other.account" in ended.err


@pytest.mark.usefixtures("world")
def test_an_account_that_is_not_there_is_named_with_what_makes_one(cpt: Cpt) -> None:
    ended = cpt("account", "show", "--account", "no.account")
    assert ended.code == ExitCode.BAD_INPUT
    assert "there is no account at no.account" in ended.err


@pytest.mark.usefixtures("world")
def test_without_any_account_one_is_told_how_to_name_it(cpt: Cpt) -> None:
    ended = cpt("status")
    assert ended.code == ExitCode.USAGE
    assert ended.err.startswith("error: no account is named\n  help: give --account FILE")


@pytest.mark.usefixtures("published")
def test_with_several_accounts_at_hand_one_has_to_be_named(cpt: Cpt) -> None:
    assert cpt("account", "create", "other.account").code == ExitCode.DONE
    ended = cpt("status")
    assert ended.code == ExitCode.USAGE
    assert "which account? There are other.account, shop.account" in ended.err


@pytest.mark.usefixtures("published")
def test_an_account_that_somebody_else_is_changing_is_busy(
    cpt: Cpt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "PATIENCE", 0.05)
    before = everything()
    other = SqliteStore.open("shop.account", 1)
    with other.writing():
        ended = cpt(*INSTALL)
    other.close()
    assert ended.code == ExitCode.REFUSED
    assert "somebody else is changing the account at this moment; nothing was changed" in ended.err
    assert everything() == before
    assert cpt(*INSTALL).code == ExitCode.DONE


@pytest.mark.usefixtures("published")
def test_a_plan_is_refused_when_the_account_is_no_longer_what_it_was_made_for(cpt: Cpt) -> None:
    assert cpt("plan", *INSTALL[1:-1], "--out", "plan.json").code == ExitCode.DONE
    assert cpt(*INSTALL).code == ExitCode.DONE
    before = everything()
    ended = cpt("apply", "plan.json", "--yes")
    assert ended.code == ExitCode.REFUSED
    assert "the account has changed since the plan was made" in ended.err
    assert everything() == before


@pytest.mark.usefixtures("published")
def test_a_file_that_is_no_plan_is_said_to_be_none(cpt: Cpt) -> None:
    ended = cpt("apply", "tags/cpt.toml", "--yes")
    assert ended.code == ExitCode.BAD_INPUT
    assert "this is not a plan file" in ended.err


@pytest.mark.usefixtures("published")
def test_an_interruption_in_the_middle_of_applying_changes_nothing(
    cpt: Cpt, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything()

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(SqliteStore, "add_revision", interrupt)
        ended = cpt(*INSTALL)
    assert ended.code == ExitCode.INTERRUPTED
    assert ended.err.split("\n")[-4:] == ["nothing was changed", "", "interrupted", ""]
    assert everything() == before
    assert cpt(*INSTALL).code == ExitCode.DONE


@pytest.mark.usefixtures("published")
def test_an_interruption_right_after_applying_says_that_it_was_applied(
    cpt: Cpt, monkeypatch: pytest.MonkeyPatch
) -> None:
    applying = EmbeddedAccount.apply

    def late(self: EmbeddedAccount, change_set: object) -> None:
        applying(self, change_set)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(EmbeddedAccount, "apply", late)
    ended = cpt(*INSTALL)
    assert ended.code == ExitCode.INTERRUPTED
    assert "it was applied before you interrupted it" in ended.err
    assert "acme/welcome" in cpt("list").out


@pytest.mark.usefixtures("published")
def test_an_interruption_at_the_question_changes_nothing(cpt: Cpt) -> None:
    before = everything()
    ended = cpt(*INSTALL[:-1], answers="")
    assert ended.code == ExitCode.INTERRUPTED
    assert everything() == before


@pytest.mark.usefixtures("published")
def test_without_a_terminal_and_without_yes_nothing_is_changed(cpt: Cpt) -> None:
    before = everything()
    ended = cpt(*INSTALL[:-1])
    assert ended.code == ExitCode.REFUSED
    assert "nothing was changed: there is no terminal to ask at" in ended.err
    assert everything() == before


def test_a_seed_that_cannot_be_sown_leaves_no_account_behind(world: Path, cpt: Cpt) -> None:
    (world / "shop" / "contacts.csv").write_text("email,tags\na@b.example,Unheard\n", "utf-8")
    ended = cpt("account", "create", "new.account", "--from", "shop")
    assert ended.code == ExitCode.BAD_INPUT
    assert "contacts.csv names the tag Unheard, which is missing" in ended.err
    assert not (world / "new.account").exists()


@pytest.mark.usefixtures("published")
def test_an_account_is_never_made_over_a_file_that_is_there(cpt: Cpt) -> None:
    before = everything()
    assert cpt("account", "create", "shop.account").code == ExitCode.BAD_INPUT
    assert everything() == before


@pytest.mark.usefixtures("world")
def test_a_folder_without_a_package_is_said_to_be_none(cpt: Cpt) -> None:
    ended = cpt("check", "shop")
    assert ended.code == ExitCode.BAD_INPUT
    assert "there is no package in shop: it has no cpt.toml" in ended.err
    assert "there is no folder nowhere" in cpt("check", "nowhere").err


def test_one_bad_index_file_does_not_keep_a_search_from_the_others(
    cpt: Cpt, published: Path
) -> None:
    whole = cpt("search").out
    bad = published / "registry" / "index" / "bad"
    bad.mkdir()
    outside = published / "outside.jsonl"
    outside.write_text("{}")
    (bad / "garbage.jsonl").write_bytes(b"\x00\xff{")
    (bad / "another.jsonl").write_text('{"name": "bad/another"}\n')
    (bad / "nested.jsonl").write_text("[" * 100_000)
    (bad / "folder.jsonl").mkdir()
    (bad / "huge.jsonl").write_bytes(bytes(17 * 1024 * 1024))
    (bad / "pages.jsonl").write_text("<html>\n" * 10)
    (bad / "linked.jsonl").symlink_to(outside)
    ended = cpt("search")
    assert (ended.code, ended.out) == (ExitCode.DONE, whole)
    said = " ".join(ended.err.split())
    assert "bad/another is passed over" in said
    assert "and 1 other likewise" in said
    assert "bad/linked" not in said


def test_a_search_without_words_says_that_a_registry_is_empty(cpt: Cpt, world: Path) -> None:
    (world / "nothing").mkdir()
    (world / "nothing/config.json").write_text('{"format":1,"blobs":"blobs/"}\n')
    ended = cpt("search", "--registry", "nothing")
    assert (ended.code, ended.out) == (ExitCode.NO, "No package is like that.\n")


def test_what_is_deprecated_is_marked_where_it_is_found(cpt: Cpt, published: Path) -> None:
    said = {"acme/welcome": {"deprecated": "it is old"}}
    (published / "registry/index/notices.json").write_text(json.dumps(said))
    found = cpt("search").out.splitlines()
    assert [line.split()[0] for line in found if "deprecated · " in line] == ["acme/welcome"]
    told = json.loads(cpt("search", "--format", "json").out)["packages"]
    assert [line["name"] for line in told if line["deprecated"]] == ["acme/welcome"]


def test_what_is_in_quarantine_is_refused_with_the_reason(cpt: Cpt, published: Path) -> None:
    registry = published / "registry/index"
    lines = registry / "acme/welcome.jsonl"
    lines.write_text(lines.read_text().replace('"active"', '"quarantined"'))
    said = {"acme/welcome": {"quarantined": "it phishes \u202e"}}
    (registry / "notices.json").write_text(json.dumps(said))
    ended = cpt("install", "acme/welcome", "--yes")
    assert ended.code == ExitCode.BAD_INPUT
    assert "kept from everybody by the registry: 1.0.0" in ended.err
    assert "the registry says why: it phishes" in ended.err
    assert "\u202e" not in ended.err


@pytest.mark.usefixtures("world")
def test_a_registry_that_is_not_there_is_the_other_side(cpt: Cpt) -> None:
    ended = cpt("search", "--registry", "nowhere")
    assert ended.code == ExitCode.OTHER_SIDE
    assert "there is no registry in nowhere" in ended.err


@pytest.mark.usefixtures("published")
def test_an_error_of_ours_is_a_sentence_and_no_traceback(
    cpt: Cpt, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(Account, "revisions", broken)
    ended = cpt("history")
    assert ended.code == ExitCode.BUG
    assert ended.err.startswith("error: this is a bug in cpt: ZeroDivisionError: division by zero")
    assert "Traceback" not in ended.said
    assert "Traceback" in cpt("--debug", "history").err


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("sql", "command"),
    [
        ("UPDATE accounts SET zone = 'Nowhere/Land'", ("history",)),
        ("UPDATE accounts SET clock = 1 << 61", ("account", "show")),
        ("UPDATE objects SET data = '['", ("account", "show")),
        ("UPDATE contact_values SET value = '['", ("account", "contact")),
        ("UPDATE revisions SET at = 'noon'", ("history",)),
    ],
)
def test_a_file_that_something_else_wrote_in_is_to_blame(
    cpt: Cpt, sql: str, command: tuple[str, ...]
) -> None:
    with sqlite3.connect("shop.account") as connection:
        connection.execute(sql)
    connection.close()
    ended = cpt(*command)
    assert ended.code == ExitCode.BAD_INPUT
    assert "is damaged, or was written by something else" in ended.err
    assert "bug" not in ended.err


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("command", [("status",), ("account", "campaign", "welcome"), ("list",)])
def test_a_record_that_cannot_be_read_is_said_to_be_so(cpt: Cpt, command: tuple[str, ...]) -> None:
    with sqlite3.connect("shop.account") as connection:
        connection.execute("""UPDATE revisions SET record = '{"objects": {"tag/x": 1}}'""")
    connection.close()
    ended = cpt(*command)
    assert ended.code == ExitCode.OTHER_SIDE
    assert "what this account remembers of its packages cannot be read" in ended.err


@pytest.mark.usefixtures("world")
def test_a_file_is_not_called_a_folder_without_a_manifest(cpt: Cpt) -> None:
    Path("cpt.toml").touch()
    ended = cpt("check", "cpt.toml")
    assert ended.code == ExitCode.BAD_INPUT
    assert "cpt.toml is a file, and a package is a folder" in ended.err


@pytest.mark.usefixtures("published")
def test_a_plan_file_that_somebody_has_changed_is_refused_and_nothing_is_done(cpt: Cpt) -> None:
    assert cpt("plan", *INSTALL[1:-1], "--out", "plan.json").code == ExitCode.DONE
    text = Path("plan.json").read_text("utf-8")
    assert "us@shop.example" in text
    Path("plan.json").write_text(text.replace("us@shop.example", "me@shop.example"), "utf-8")
    ended = cpt("apply", "plan.json", "--yes")
    assert (ended.code, ended.out) == (ExitCode.BAD_INPUT, "")
    assert "this plan file was changed since it was made" in ended.err
    assert "cpt plan … --out FILE" in ended.err
    assert "nothing is installed" in cpt("list").said.casefold()
