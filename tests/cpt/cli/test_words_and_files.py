"""What is asked for in words that are wrong, and files that cannot be written."""

from __future__ import annotations

import contextlib
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
        (("--feature", "blah"), "the features are api, ecommerce, email, tasks, web-forms"),
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
        assert connection.execute("select address from account").fetchone() == (
            "1 Quay St, Bergen",
        )


@pytest.mark.usefixtures("published")
def test_numbers_below_one_are_not_the_first_of_anybody(cpt: Cpt) -> None:
    ended = cpt("account", "event", "everyone", "tag", "x", "--first", "-3")
    assert ended.code == 2
    assert "error: invalid value for '--first'" in ended.err


@pytest.mark.usefixtures("published")
def test_a_clock_that_would_go_back_is_refused_with_dates(cpt: Cpt) -> None:
    ended = cpt("account", "tick", "--to", "2026-01-01")
    assert ended.code == 5
    assert "it is Mon 2026-03-02 09:00 in this account already" in ended.err
    assert "Thu 2026-01-01 00:00" in ended.err
