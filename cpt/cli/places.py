"""Which account and which registry a command means: option, environment, settings, surroundings.

Settings stand in ``config.toml`` in the platform's folder for them (or in the folder that the
environment names in ``CPT_CONFIG``).
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from cpt.errors import BadInputError, RegistryError, UsageError

if TYPE_CHECKING:
    from cpt.accounts.embedded import EmbeddedAccount
    from cpt.registries.port import Registry


def settings_folder() -> Path:
    """Return the folder of this user's settings; it need not exist."""
    import os

    named = os.environ.get("CPT_CONFIG")
    if named:
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path("cpt", appauthor=False)


def _setting(name: str) -> str | None:
    path = settings_folder() / "config.toml"
    try:
        value = tomllib.loads(path.read_text("utf-8")).get(name)
    except FileNotFoundError:
        return None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInputError(f"the settings in {path} cannot be read: {error}") from error
    return None if value is None else str(value)


def find_registry(given: str | None, *, new: bool = False) -> Registry:
    """Return the registry that a command means.

    Args:
        given: What the command line says.
        new: Whether it may be a folder in which nothing was published yet.

    Raises:
        UsageError: None is named anywhere.
        RegistryError: There is no registry in the folder.
    """
    location = given or _setting("registry")
    if location is None:
        raise UsageError(
            "no registry is named",
            "give --registry with a directory or an address, or set CPT_REGISTRY",
        )
    if "://" in location:
        from functools import partial

        from cpt.cli.marketplace import token_of
        from cpt.registries.http import HttpRegistry

        return HttpRegistry(location, token=partial(token_of, location.rstrip("/")))
    from cpt.registries.directory import DirectoryRegistry

    found = DirectoryRegistry(Path(location))
    return found if new else demand_registry(found)


def is_unmade(registry: Registry) -> bool:
    """Whether there is no registry yet in the folder that is named."""
    from cpt.registries.directory import DirectoryRegistry

    return (
        isinstance(registry, DirectoryRegistry)
        and not (Path(registry.location) / "config.json").is_file()
    )


def demand_registry(registry: Registry) -> Registry:
    """Return the registry.

    Raises:
        RegistryError: There is none in the folder.
    """
    if is_unmade(registry):
        from cpt.cli.views.words import typed

        location = registry.location
        raise RegistryError(
            f"there is no registry in {location}",
            f"check the path; {typed('cpt', 'publish', '--registry', location)} makes one",
        )
    return registry


def find_registry_if_named(given: str | None) -> Registry | None:
    """Return the registry that a command means, or None if none is named anywhere."""
    return find_registry(given, new=True) if given or _setting("registry") else None


def account_location(given: str | None) -> str:
    """Return where the account is that a command means.

    What is given may be a path or a name from the account book; nothing given means the settings'
    account, or the only ``*.account`` file in the current folder.
    """
    from cpt.accounts.book import AccountBook

    location = given or _setting("account")
    if location is not None:
        return AccountBook(settings_folder()).location(location)
    here = sorted(Path.cwd().glob("*.account"))
    if len(here) == 1:
        return here[0].name
    if here:
        names = ", ".join(path.name for path in here)
        raise UsageError(f"which account? There are {names}", "give --account FILE")
    raise UsageError(
        "no account is named",
        "give --account FILE, or set CPT_ACCOUNT",
        "'cpt account create my.account' makes one to try things in",
    )


def find_account(given: str | None) -> EmbeddedAccount:
    """Open the account that a command means; it closes itself at a ``with`` block's end.

    Raises:
        UsageError: None is named, or by an address of a kind that is not supported yet.
        NotAnAccountError: What is named is no account.
        AccountUnreachableError: It is in a database that cannot be reached.
    """
    from account_engine.stores.locations import in_database
    from cpt.accounts.embedded import EmbeddedAccount

    location = account_location(given)
    if "://" in location and not in_database(location):
        raise UsageError(
            f"{location} is an address; only files and databases can be reached so far",
            "give the path of an account's file, or postgresql://HOST/DATABASE#NAME",
        )
    return EmbeddedAccount.at(location)
