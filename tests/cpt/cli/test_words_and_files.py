"""What is asked for in words that are wrong, and files that cannot be written."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cpt.cli.writing import write_file
from cpt.errors import BadInputError

if TYPE_CHECKING:
    from tests.cpt.cli.conftest import Cpt


def test_what_is_no_plain_file_is_never_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(BadInputError, match="pipe cannot be written: it is no plain file"):
        write_file(pipe, "x")
    assert pipe.is_fifo()
    with pytest.raises(BadInputError, match="it is a folder"):
        write_file(tmp_path, "x")


def test_a_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "file")
    write_file(tmp_path / "link", "x")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text("utf-8") == "x"


def test_a_folder_that_takes_no_files_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "write_bytes", refused)
    monkeypatch.setattr(Path, "unlink", refused)
    with pytest.raises(BadInputError, match="cannot be written: Permission denied"):
        write_file(tmp_path / "x.cpt", b"x")


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--zone", "Mars"), "there is no time zone Mars"),
        (("--zone", "europe/oslo"), "did you mean Europe/Oslo?"),
        (("--zone", "Oslo"), "did you mean Europe/Oslo?"),
        (("--feature", "blah"), "the features are api, appointments, calls, ecommerce, email"),
        (("--feature", "emial"), "did you mean email?"),
    ],
)
def test_an_account_is_made_only_of_words_that_exist(
    cpt: Cpt, options: tuple[str, ...], said: str
) -> None:
    ended = cpt("account", "create", "new.account", *options)
    assert ended.code == 2
    assert said in ended.err
    assert not Path("new.account").exists()


@pytest.mark.usefixtures("world")
def test_an_account_has_its_owners_postal_address(cpt: Cpt) -> None:
    assert cpt("account", "create", "new.account", "--address", "1 Quay St, Bergen").code == 0
    with contextlib.closing(sqlite3.connect("new.account")) as connection:
        assert connection.execute("select address from accounts").fetchone() == (
            "1 Quay St, Bergen",
        )


@pytest.mark.usefixtures("published")
def test_numbers_below_one_are_not_the_first_of_anybody(cpt: Cpt) -> None:
    ended = cpt("account", "event", "everyone", "tag", "x", "--first", "-3")
    assert ended.code == 2
    assert "error: invalid value for '--first'" in ended.err


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("who", ["everyone", "tagged:Came"])
def test_something_may_happen_to_nobody(cpt: Cpt, who: str) -> None:
    assert cpt("account", "create", "new.account").code == 0
    assert cpt("install", "./tags", "--yes").code == 0
    ended = cpt("account", "event", who, "tag", "Came")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("0 contacts: got the tag")


@pytest.mark.usefixtures("installed")
def test_an_account_says_the_numbers_under_which_contacts_meet_its_forms(cpt: Cpt) -> None:
    shown = json.loads(cpt("account", "show", "--format", "json").out)
    (form,) = [held for held in shown["objects"] if held["kind"] == "form"]
    assert f"{form['label']} ({form['id']})" in cpt("account", "show").out


@pytest.mark.usefixtures("published")
def test_a_clock_that_would_go_back_is_refused_with_dates(cpt: Cpt) -> None:
    ended = cpt("account", "tick", "--to", "2026-01-01")
    assert ended.code == 5
    assert "it is Mon 2026-03-02 09:00 in this account already" in ended.err
    assert "Thu 2026-01-01 00:00" in ended.err


@pytest.mark.usefixtures("world")
def test_nothing_installed_is_the_same_answer_to_every_verb(cpt: Cpt) -> None:
    assert cpt("publish", "tags").code == 0
    assert cpt("account", "create", "new.account").code == 0
    for verb in (("upgrade",), ("rollback",), ("uninstall", "acme/x"), ("upgrade", "acme/x")):
        assert cpt(*verb, "--yes").code == 3, verb


@pytest.mark.usefixtures("published")
def test_a_folder_without_a_registry_is_the_same_answer_to_every_verb(cpt: Cpt) -> None:
    Path("empty one").mkdir()
    for verb in (("search",), ("install", "acme/welcome", "--yes"), ("info", "acme/welcome")):
        ended = cpt(*verb, "--registry", "empty one")
        assert ended.code == 4, verb
        assert "there is no registry in empty one" in ended.err
        assert "cpt publish --registry 'empty one' makes one" in ended.err


@pytest.mark.usefixtures("world")
def test_a_registry_that_was_made_is_told_about_once(cpt: Cpt) -> None:
    assert "a new one was made" not in cpt("publish", "tags", "--dry-run").err
    assert "no registry in registry, and a new one was made" in cpt("publish", "tags").err
    assert "a new one was made" not in cpt("publish", "welcome-1").err


@pytest.mark.usefixtures("published")
def test_a_parameter_that_is_not_there_is_told_before_anything_is_asked(cpt: Cpt) -> None:
    ended = cpt("install", "acme/welcome", "--set", "sneder=x", answers="us@shop.example\ny\n")
    assert ended.code == 2
    assert "there is no parameter sneder; did you mean sender?" in ended.err
    assert "From address" not in ended.err


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("answers", [None, "y\n"])
def test_programs_are_shown_the_plan_and_never_asked(cpt: Cpt, answers: str | None) -> None:
    ended = cpt(
        "install", "acme/welcome", "--set", "sender=us@shop.example", "--format", "json",
        answers=answers,
    )  # fmt: skip
    assert ended.code == 5
    assert json.loads(ended.out)["applied"] is False
    assert "Apply this?" not in ended.err


@pytest.mark.usefixtures("published")
def test_an_answer_that_is_none_is_asked_for_again(cpt: Cpt) -> None:
    ended = cpt(
        "install", "acme/welcome", "--set", "sender=us@shop.example", answers="maybe\ny\n"
    )  # fmt: skip
    assert ended.code == 0
    assert "  please answer y or n\nApply this? [y/N]: " in ended.err


@pytest.mark.usefixtures("published")
def test_an_interruption_at_a_prompt_is_told_on_a_line_of_its_own(cpt: Cpt) -> None:
    ended = cpt("install", "acme/welcome", "--set", "sender=us@shop.example", answers="")
    assert ended.code == 130
    assert ended.err.endswith("Apply this? [y/N]: \ninterrupted\n")


@pytest.mark.usefixtures("installed")
def test_commands_to_be_typed_quote_what_has_spaces(cpt: Cpt) -> None:
    ended = cpt("plan", "acme/welcome", "--out", "my plan.json")
    assert "the plan is in my plan.json; cpt apply 'my plan.json' applies just this" in ended.err
    ended = cpt("account", "create", "my shop.account")
    assert "export CPT_ACCOUNT='my shop.account'" in ended.err


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (("welcom-e",), "welcom-e in its name or summary; did you mean welcome?"),
        (("acme/wlecome",), "did you mean acme/welcome?"),
        (("welcome", "grets"), "did you mean greets?"),
        (("zzz",), "No package has zzz in its name or summary.\n"),
        (("welcome", "tags"), "No package has welcome and tags in its name or summary.\n"),
    ],
)
def test_a_search_that_finds_nothing_offers_the_word_that_was_meant(
    cpt: Cpt, words: tuple[str, ...], answer: str
) -> None:
    ended = cpt("search", *words)
    assert ended.code == 1
    assert answer in ended.out


@pytest.mark.parametrize(
    ("option", "hint"), [("--page", None), ("--tke", "--take"), ("--acount", "--account")]
)
def test_an_option_is_offered_only_where_it_is_much_like_what_was_typed(
    cpt: Cpt, option: str, hint: str | None
) -> None:
    ended = cpt("upgrade", option, "x")
    assert ended.code == 2
    assert f"no such option '{option}'" in ended.err
    assert ("Did you mean" in ended.err) == (hint is not None)
    assert hint is None or hint in ended.err


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("who", ["'\"><script>@x.ch", "a@b@c.example", "a@[127.0.0.1]"])
def test_who_has_no_address_does_not_become_a_contact(cpt: Cpt, who: str) -> None:
    Path("who.txt").write_text(f"ada@example.com\n{who}\n")
    for named in (who, "@who.txt"):
        ended = cpt("account", "event", named, "submit", "Sign up")
        assert ended.code == 3
        assert f"{who} is not an email address" in ended.err.replace(" (2 of 2):", "")
    assert who not in cpt("account", "contact").out


@pytest.mark.usefixtures("world")
def test_an_account_without_contacts_says_so(cpt: Cpt) -> None:
    cpt("account", "create", "new.account")
    assert cpt("account", "contact").out == "There are no contacts in this account yet.\n"


@pytest.mark.usefixtures("installed")
def test_what_changes_nothing_and_why_nothing_is_sent_is_said(cpt: Cpt) -> None:
    def said(*words: str) -> str:
        return cpt("account", "event", "zoe@example.com", *words).out.strip()

    assert said("submit", "Sign up") == (
        "1 contact, 1 of them new: submitted “Sign up”. 1 email was sent."
    )
    assert said("opt-out", "phone") == (
        "1 contact: wants no phone any more. Nothing was sent: no goal of a published campaign "
        "heard it."
    )
    assert said("opt-out", "phone") == (
        "1 contact: wanted no phone before, either. Nothing happened."
    )
    assert said("set", "city", "Bergen").startswith("1 contact: city is now Bergen.")
    assert said("set", "city", "Bergen") == "1 contact: city was Bergen already. Nothing happened."
    everyone = cpt("account", "event", "everyone", "set", "city", "Bergen", "--format", "json")
    told = json.loads(everyone.out)
    assert (told["contacts"], told["unchanged"], told["sent"]) == (6, 1, {})


@pytest.mark.usefixtures("installed")
def test_a_message_that_does_not_go_says_why(cpt: Cpt) -> None:
    ended = cpt("account", "event", "ada@example.com", "submit", "Sign up", "--set", "email=none")
    assert "Nothing was sent: " in ended.out
    assert "greet.hello was passed over" in ended.out
    assert ": the contact has no valid email address (C13)." in ended.out
