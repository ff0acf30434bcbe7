"""Making accounts: whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cpt.accounts import making
from cpt.accounts import seed as seeds
from cpt.accounts.embedded import EmbeddedAccount
from cpt.accounts.making import make_account
from cpt.accounts.seed import Seed, read_seed
from cpt.errors import BadInputError, NotAnAccountError


@pytest.fixture
def seed(tmp_path: Path) -> Seed:
    place = tmp_path / "seed"
    place.mkdir()
    (place / "tags.yaml").write_text("vip: {name: Very important}\n")
    rows = "".join(f"p{number}@example.com,vip\n" for number in range(50))
    (place / "contacts.csv").write_text(f"email,tags\n{rows}")
    return read_seed(place)


@pytest.fixture
def here(tmp_path: Path) -> Path:
    place = tmp_path / "here"
    place.mkdir()
    return place


def _make(path: Path, seed: Seed | None) -> EmbeddedAccount:
    return make_account(path, seed, name="A", now=0, features=("email",), zone="UTC", address="")


def test_an_account_with_a_life_is_made_as_one_file(here: Path, seed: Seed) -> None:
    with _make(here / "a.account", seed) as account:
        assert account.count_contacts() == 50
    assert [path.name for path in here.iterdir()] == ["a.account"]


@pytest.mark.parametrize("turns", [0, 1, 25, 49])
def test_whoever_interrupts_it_leaves_nothing(
    here: Path, seed: Seed, monkeypatch: pytest.MonkeyPatch, turns: int
) -> None:
    left, add = [turns], EmbeddedAccount.add_contact

    def interrupted(self: EmbeddedAccount, *arguments: object, **more: object) -> object:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return add(self, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(EmbeddedAccount, "add_contact", interrupted)
    with pytest.raises(KeyboardInterrupt):
        _make(here / "a.account", seed)
    assert list(here.iterdir()) == []


def test_whoever_kills_it_leaves_no_account(here: Path, seed: Seed, tmp_path: Path) -> None:
    del seed
    code = f"""
import os, signal
from pathlib import Path
from cpt.accounts.embedded import EmbeddedAccount
from cpt.accounts.making import make_account
from cpt.accounts.seed import read_seed
add, left = EmbeddedAccount.add_contact, [25]
def killed(self, *arguments, **more):
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    return add(self, *arguments, **more)
EmbeddedAccount.add_contact = killed
seed = read_seed(Path({str(tmp_path / "seed")!r}))
make_account(Path({str(here / "a.account")!r}), seed, name="A", now=0, features=(), zone="UTC",
    address="")
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, timeout=60)
    assert done.returncode == -9
    assert not (here / "a.account").exists()
    assert not list(here.glob("*.account*"))


def test_what_is_there_already_stays(here: Path, seed: Seed) -> None:
    (here / "a.account").write_text("mine")
    with pytest.raises(NotAnAccountError, match="there is already a file at"):
        _make(here / "a.account", seed)
    assert (here / "a.account").read_text() == "mine"


def test_of_two_who_make_the_same_one_wins(
    here: Path, seed: Seed, monkeypatch: pytest.MonkeyPatch
) -> None:
    sow = seeds.sow

    def slowly(account: EmbeddedAccount, of: Seed) -> None:
        sow(account, of)
        (here / "a.account").write_text("theirs")

    monkeypatch.setattr(making, "sow", slowly)
    with pytest.raises(NotAnAccountError, match="there is already a file at"):
        _make(here / "a.account", seed)
    assert [path.name for path in here.iterdir()] == ["a.account"]
    assert (here / "a.account").read_text() == "theirs"


@pytest.mark.parametrize("taken", [False, True])
def test_a_file_system_without_links_will_do(
    here: Path, seed: Seed, monkeypatch: pytest.MonkeyPatch, *, taken: bool
) -> None:
    def refused(_one: Path, other: Path) -> None:
        if taken:
            other.write_text("theirs")
        raise PermissionError

    monkeypatch.setattr(os, "link", refused)
    if taken:
        with pytest.raises(NotAnAccountError, match="there is already a file"):
            _make(here / "a.account", seed)
        assert (here / "a.account").read_text() == "theirs"
    else:
        _make(here / "a.account", seed).close()
    assert [path.name for path in here.iterdir()] == ["a.account"]


def test_what_goes_wrong_is_said_of_the_file_that_was_named(tmp_path: Path) -> None:
    with pytest.raises(NotAnAccountError, match=r"cannot be made at .*nowhere.a\.account"):
        _make(tmp_path / "nowhere" / "a.account", None)


def test_a_value_that_cannot_be_is_said_with_its_line(here: Path, tmp_path: Path) -> None:
    place = tmp_path / "seed"
    place.mkdir()
    (place / "contacts.csv").write_text(
        f"email,city\na@example.com,Oslo\nb@example.com,{'x' * 20_001}\n"
    )
    with pytest.raises(BadInputError, match=r"contacts\.csv:3: city holds up to 20,000"):
        _make(here / "a.account", read_seed(place))
    assert list(here.iterdir()) == []


def test_a_seed_with_something_that_is_no_file_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "seed"
    place.mkdir()
    os.mkfifo(place / "tags.yaml")
    with pytest.raises(
        BadInputError, match=r"tags\.yaml. cannot be read|tags\.yaml cannot be read"
    ):
        read_seed(place)
