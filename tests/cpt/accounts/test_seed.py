from __future__ import annotations

from pathlib import Path

import pytest

from account_engine.account import Account
from cpt.accounts.seed import read_seed, sow
from cpt.errors import BadInputError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "seed"
    place.mkdir()
    (place / "tags.yaml").write_text("vip: {name: Very important}\n")
    (place / "contacts.csv").write_text(
        "email,first_name,tags\nada@example.com,Ada,vip\nbob@example.com,,very important; VIP\n"
    )
    return place


def sown(folder: Path) -> Account:
    account = Account.create(folder / "a.account", name="a", now=0)
    sow(account, read_seed(folder))
    return account


def test_contacts_have_the_values_and_tags_of_their_line(folder: Path) -> None:
    with sown(folder) as account:
        ada, bob = account.contacts()
        assert dict(ada.values) == {"email": "ada@example.com", "first_name": "Ada"}
        assert dict(bob.values) == {"email": "bob@example.com"}
        assert ada.tags == bob.tags == {"#1"}


def test_a_seed_without_contacts_is_one_too(folder: Path) -> None:
    (folder / "contacts.csv").unlink()
    with sown(folder) as account:
        assert account.contacts() == ()


def test_a_folder_that_is_not_there_is_said_not_to_be(folder: Path) -> None:
    with pytest.raises(BadInputError, match="there is no folder"):
        read_seed(folder / "nowhere")


def test_what_is_wrong_with_a_resource_is_said_with_its_place(folder: Path) -> None:
    (folder / "tags.yaml").write_text("vip: {nam: Very important}\n")
    with pytest.raises(BadInputError, match=r"tags\.yaml:1:"):
        read_seed(folder)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"email,tags\nada@example.com\n", "contacts.csv:2: the line has not as many cells"),
        (b"email\nada@example.com,vip\n", "contacts.csv:2: the line has not as many cells"),
        (b"email\n\xff\n", "cannot be read"),
    ],
)
def test_contacts_that_cannot_be_read_are_said_to_be_so(
    folder: Path, content: bytes, sentence: str
) -> None:
    (folder / "contacts.csv").write_bytes(content)
    with pytest.raises(BadInputError, match=sentence):
        read_seed(folder)


def test_a_tag_that_is_missing_is_named(folder: Path) -> None:
    (folder / "contacts.csv").write_text("email,tags\nada@example.com,gold\n")
    with pytest.raises(BadInputError, match="names the tag gold, which is missing"):
        sown(folder)


def test_a_reference_that_leads_nowhere_is_named(folder: Path) -> None:
    (folder / "campaigns").mkdir()
    (folder / "campaigns" / "c.yaml").write_text(
        "title: C\ngoals:\n  g: {when: {tag-applied: gold}}\n"
    )
    with pytest.raises(BadInputError, match="campaign/c names the tag gold, which is missing"):
        sown(folder)
