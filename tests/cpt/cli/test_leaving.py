"""``cpt account contact --merge`` and ``--delete``: two who are one person, one who goes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cpt.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from tests.cpt.cli.conftest import Cpt

pytestmark = pytest.mark.usefixtures("installed")


def _contacts(cpt: Cpt) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(cpt("account", "contact", "--format", "json").out)[
        "contacts"
    ]
    return found


def test_two_contacts_are_merged_once_somebody_agrees(cpt: Cpt) -> None:
    first, second, *others = _contacts(cpt)
    one, other = first["fields"]["email"], second["fields"]["email"]
    asked = ("account", "contact", one, "--merge", other)
    alone = cpt(*asked)
    assert alone.code == ExitCode.REFUSED
    assert len(_contacts(cpt)) == len(others) + 2
    no = cpt(*asked, answers="n\n")
    assert (no.code, len(_contacts(cpt))) == (ExitCode.NO, len(others) + 2)
    assert f"contact {second['id']}, " in no.said
    assert "that cannot be undone" in no.said
    yes = cpt(*asked, answers="y\n")
    assert yes.code == ExitCode.DONE, yes.said
    assert [each["id"] for each in _contacts(cpt)] == [
        first["id"], *(each["id"] for each in others)
    ]  # fmt: skip
    by_number = ("account", "contact", str(first["id"]), "--merge", f"#{second['id']}")
    again = cpt(*by_number, "--format", "json")
    assert json.loads(again.out)["id"] == first["id"]
    story = cpt("account", "contact", str(second["id"]))
    assert f"contact {second['id']} is this one from now on" in " ".join(story.out.split())


def test_a_contact_is_deleted_once_somebody_agrees(cpt: Cpt) -> None:
    first, second, *_ = _contacts(cpt)
    asked = ("account", "contact", first["fields"]["email"], "--delete")
    assert cpt(*asked).code == ExitCode.REFUSED
    assert cpt(*asked, answers="n\n").code == ExitCode.NO
    assert first in _contacts(cpt)
    done = cpt(*asked, "--yes", "--format", "json")
    assert json.loads(done.out)["id"] == first["id"]
    assert first["id"] not in {each["id"] for each in _contacts(cpt)}
    gone = cpt("account", "contact", str(first["id"]))
    assert gone.code == ExitCode.BAD_INPUT
    assert f"contact {first['id']} was deleted, at " in gone.err
    assert cpt("account", "contact", str(first["id"]), "--delete", "--yes").code == (
        ExitCode.BAD_INPUT
    )
    assert second in _contacts(cpt)


def test_the_number_of_one_who_was_merged_deletes_nobody(cpt: Cpt) -> None:
    first, second, *_ = _contacts(cpt)
    one, other = str(first["id"]), str(second["id"])
    assert cpt("account", "contact", one, "--merge", other, "--yes").code == ExitCode.DONE
    refused = cpt("account", "contact", other, "--delete", "--yes")
    assert refused.code == ExitCode.BAD_INPUT
    assert f"contact {other} was merged into contact {one}; delete that one" in refused.err


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--delete",), "say who"),
        (("--merge", "2"), "say who"),
        (("1", "--merge", "2", "--delete"), "do not go together"),
        (("1", "--merge", "1", "--yes"), "cannot be merged into themselves"),
        (("1", "--merge", "nobody@example.com"), "there is no contact nobody@example.com"),
    ],
)
def test_what_cannot_be_says_what_to_do(cpt: Cpt, asked: tuple[str, ...], said: str) -> None:
    ended = cpt("account", "contact", *asked)
    assert ended.code in (ExitCode.USAGE, ExitCode.BAD_INPUT)
    assert said in ended.err
