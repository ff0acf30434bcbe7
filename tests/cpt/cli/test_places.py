from __future__ import annotations

from pathlib import Path

import pytest

from cpt.accounts.book import AccountBook
from cpt.cli.places import account_location, find_registry, settings_folder, whereabouts
from cpt.errors import BadInputError, UsageError
from cpt.registries.directory import DirectoryRegistry
from cpt.registries.http import HttpRegistry
from cpt.registries.trust.roots import TrustedRoots
from cpt.registries.trust.signed import SignedRegistry


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "settings"
    folder.mkdir()
    monkeypatch.setenv("CPT_CONFIG", str(folder))
    monkeypatch.chdir(tmp_path)
    return folder


def test_settings_stand_in_the_platforms_folder_unless_the_environment_names_another(
    settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings_folder() == settings
    monkeypatch.delenv("CPT_CONFIG")
    assert settings_folder().name == "cpt"


def test_a_registry_is_a_folder_or_an_address(tmp_path: Path) -> None:
    assert isinstance(find_registry(str(tmp_path), new=True), DirectoryRegistry)
    assert isinstance(find_registry("https://packages.example"), HttpRegistry)


def test_a_root_is_trusted_however_the_registrys_address_is_written(settings: Path) -> None:
    """Else a registry that says it is not signed would be believed, by another spelling of it."""
    TrustedRoots(settings / "trust").trust(whereabouts("https://packages.example"), b"a root")
    for address in ("HTTPS://Packages.Example/", "https://packages.example:443"):
        assert isinstance(find_registry(address), SignedRegistry)
    assert isinstance(find_registry("https://other.example"), HttpRegistry)


def test_what_the_command_line_does_not_name_is_taken_from_the_settings(settings: Path) -> None:
    (settings / "config.toml").write_text('registry = "reg"\naccount = "shop.account"\n')
    assert find_registry(None, new=True).location == "reg"
    assert account_location(None) == "shop.account"


def test_settings_that_cannot_be_read_are_said_to_be_so(settings: Path) -> None:
    (settings / "config.toml").write_text("registry = \n")
    with pytest.raises(BadInputError, match=r"config\.toml cannot be read"):
        find_registry(None)


def test_without_a_registry_one_is_told_how_to_name_it() -> None:
    with pytest.raises(UsageError, match="no registry is named"):
        find_registry(None)


def test_the_only_account_in_the_folder_needs_no_name(tmp_path: Path) -> None:
    (tmp_path / "shop.account").touch()
    assert account_location(None) == "shop.account"


def test_an_account_has_the_name_that_was_given_to_it_last(settings: Path) -> None:
    book = AccountBook(settings)
    book.add("shop", "/one.account")
    book.add("cafe", "/two.account")
    book.add("shop", "/three.account")
    assert dict(book.names()) == {"cafe": "/two.account", "shop": "/three.account"}
    assert account_location("shop") == "/three.account"


def test_a_name_that_nothing_has_is_answered_with_the_nearest(settings: Path) -> None:
    AccountBook(settings).add("shop", "/one.account")
    with pytest.raises(BadInputError) as caught:
        account_location("shp")
    assert caught.value.help == ("did you mean shop?",)
    with pytest.raises(BadInputError) as caught:
        account_location("zzz")
    assert caught.value.help == ("'cpt account list' shows those there are",)


def test_a_damaged_account_book_is_said_to_be_so(settings: Path) -> None:
    (settings / "accounts.json").write_text("{")
    with pytest.raises(BadInputError, match=r"accounts\.json cannot be read"):
        AccountBook(settings).names()
