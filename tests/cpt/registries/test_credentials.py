import stat
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend

from cpt.errors import BadInputError
from cpt.registries import credentials
from cpt.registries.credentials import Credentials

ADDRESS, OTHER = "https://packages.example", "https://other.example"


class Ring(KeyringBackend):
    """A keyring in memory."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # it has no types
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture(params=["keyring", "file"])
def kept(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Credentials:
    if request.param == "keyring":
        ring = Ring()
        monkeypatch.setattr(credentials, "_keyring", lambda: ring)
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


def test_where_there_is_a_keyring_no_file_has_a_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = Ring()
    monkeypatch.setattr(credentials, "_keyring", lambda: ring)
    assert Credentials(tmp_path).store(ADDRESS, "secret") == "the system's keyring"
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_tokens_is_for_oneself(tmp_path: Path) -> None:
    where = Path(Credentials(tmp_path).store(ADDRESS, "secret"))
    assert stat.S_IMODE(where.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "[1]", "{", '"x"'])
def test_a_damaged_file_of_tokens_is_said_to_be_so(tmp_path: Path, text: str) -> None:
    (tmp_path / "credentials.json").write_text(text)
    with pytest.raises(BadInputError, match="cannot be read"):
        Credentials(tmp_path).find(ADDRESS)
