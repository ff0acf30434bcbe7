import stat
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring

from cpt.errors import BadInputError
from cpt.registries.credentials import Credentials
from tests.keyrings import InMemory

ADDRESS, OTHER = "https://packages.example", "https://other.example"


@pytest.fixture(autouse=True)
def ring() -> Iterator[InMemory]:
    """A keyring that holds nothing yet."""
    before, found = keyring.get_keyring(), InMemory()
    keyring.set_keyring(found)
    yield found
    keyring.set_keyring(before)


def without_keyring() -> None:
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]


@pytest.fixture(params=["keyring", "file"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Credentials:
    if request.param == "file":
        without_keyring()
    return Credentials(tmp_path / "settings")


def test_a_token_is_found_until_it_is_forgotten(kept: Credentials) -> None:
    assert kept.find(ADDRESS) is None
    kept.store(ADDRESS, "one")
    kept.store(OTHER, "two")
    kept.store(ADDRESS, "three")
    assert kept.find(ADDRESS) == "three"
    assert kept.forget(ADDRESS)
    assert not kept.forget(ADDRESS)
    assert kept.find(ADDRESS) is None
    assert kept.find(OTHER) == "two"


def test_where_there_is_a_keyring_no_file_has_a_token(tmp_path: Path) -> None:
    assert Credentials(tmp_path).store(ADDRESS, "secret") == "the system's keyring"
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_tokens_is_for_oneself(tmp_path: Path) -> None:
    without_keyring()
    where = Path(Credentials(tmp_path).store(ADDRESS, "secret"))
    assert stat.S_IMODE(where.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "[1]", "{", '"x"'])
def test_a_damaged_file_of_tokens_is_said_to_be_so(tmp_path: Path, text: str) -> None:
    (tmp_path / "credentials.json").write_text(text)
    with pytest.raises(BadInputError, match="cannot be read"):
        Credentials(tmp_path).find(ADDRESS)
