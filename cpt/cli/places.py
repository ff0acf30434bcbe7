"""Which account and which registry a command means: option, environment, settings, surroundings.

Settings stand in ``config.toml`` in the platform's folder for them (or in the folder that the
environment names in ``CPT_CONFIG``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cpt.errors import BadInputError, RegistryError, UsageError

if TYPE_CHECKING:
    from typing import TypeAlias

    from account_engine.account import Account
    from cpt.accounts.embedded import EmbeddedAccount
    from cpt.accounts.remote.account import RemoteAccount
    from cpt.registries.port import Registry

    AnyAccount: TypeAlias = Account | RemoteAccount
    OwnAccount: TypeAlias = EmbeddedAccount | RemoteAccount


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


def cache_folder() -> Path:
    """Return the folder of what was read from registries; it need not exist."""
    import os

    named = os.environ.get("CPT_CACHE")
    if named:
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("cpt", appauthor=False)


def find_registry(
    given: str | None, *, new: bool = False, token: Callable[[], str | None] | None = None
) -> Registry:
    """Return the registry that a command means; if it is signed, as far as its root vouches for it.

    Args:
        given: What the command line says.
        new: Whether it may be a folder in which nothing was published yet.
        token: Gives what its server is shown, if it is not what the user has for it.

    Raises:
        UsageError: None is named anywhere.
        RegistryError: There is no registry in the folder.
        UntrustedRegistryError: It is signed, and nobody trusts its root yet.
    """
    from cpt.cli.options import is_offline
    from cpt.cli.progress import say_beside
    from cpt.registries.cache import Cache, Kept
    from cpt.registries.trust.roots import TrustedRoots

    location, cache = named(given), Cache(cache_folder())
    roots, address = TrustedRoots(settings_folder() / "trust"), whereabouts(location)
    root = roots.root_of(address)
    if "://" in location:
        from functools import partial

        from cpt.cli.marketplace import token_of
        from cpt.cli.progress import downloading
        from cpt.registries.http import HttpRegistry

        found: Registry = HttpRegistry(
            location,
            cache=cache,
            offline=is_offline(),
            checked=root is not None,
            token=token or partial(token_of, address),
            progress=downloading,
            say=say_beside,
        )
    else:
        found = _folder(location, new=new, checked=root is not None)
    if root is None:
        return found
    from cpt.registries.trust.signed import SignedRegistry

    def keep(path: str, data: bytes) -> None:
        if "://" in location:
            cache.keep_file(address, path, Kept(data))

    # Offline, what is in the cache was checked when it came.
    offline = is_offline() and "://" in location
    return SignedRegistry(found, root, roots.state_of(address), keep, offline=offline)


def find_raw_registry(given: str) -> Registry:
    """Return a registry as it is, whatever it signs, past the cache: to copy it, or to prove it."""
    if "://" in given:
        from cpt.cli.options import is_offline
        from cpt.cli.progress import say_beside
        from cpt.registries.http import HttpRegistry

        return HttpRegistry(given, checked=True, say=say_beside, offline=is_offline())
    return _folder(given, new=False, checked=True)


def author_keys(given: Sequence[str]) -> list[str]:
    """Return the keys that this author signs with, as files or what they hold: given, or set.

    A file that the settings name is looked for beside them, wherever one is when publishing.
    """
    if given:
        return list(given)
    named = _setting("author-key")
    return [] if named is None else [str(settings_folder() / Path(named).expanduser())]


def whereabouts(location: str) -> str:
    """Return where a registry is in one spelling, by which it is known again."""
    if "://" in location:
        from cpt.registries.addresses import spelled

        return spelled(location)
    return str(Path(location).resolve())


def named(given: str | None) -> str:
    """Return the directory or the address of the registry that a command means.

    Raises:
        UsageError: None is named anywhere.
    """
    location = given or _setting("registry")
    if location is None:
        raise UsageError(
            "no registry is named",
            "give --registry with a directory or an address, or set CPT_REGISTRY",
        )
    return location


def _folder(location: str, *, new: bool, checked: bool) -> Registry:
    from cpt.registries.directory import DirectoryRegistry, refuse_what_is_no_tree

    found = DirectoryRegistry(Path(location))
    if is_unmade(found):
        refuse_what_is_no_tree(Path(location))
    if not new:
        demand_registry(found)
    if not checked and not is_unmade(found):
        from cpt.errors import UntrustedRegistryError
        from cpt.registries.proof import config_of

        if config_of(found).signed:
            raise UntrustedRegistryError(location)
    return found


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


def find_account(given: str | None) -> OwnAccount:
    """Open the account that a command means; it closes itself at a ``with`` block's end.

    Raises:
        UsageError: None is named, or none whose address a key can be sent to.
        NotAnAccountError: What is named is no account.
        AccountUnreachableError: It is in a database that cannot be reached.
        RefusedError: There is no key for it.
    """
    location = account_location(given)
    if not is_served(location):
        return find_embedded(location)
    from cpt.accounts.credentials import demand_key, refuse_open_way
    from cpt.accounts.remote.account import RemoteAccount

    refuse_open_way(location)
    return RemoteAccount(location, demand_key(location))


DELIVERED_THERE = "what was delivered is remembered there, too"
ADMITTED_THERE = "who gets in is decided there"
LIVES_THERE = "a served account lives by the clock"
"""Why something is done where the account is."""


def find_embedded(given: str | None, why: str = "") -> EmbeddedAccount:
    """Likewise, for what is only done where the account is.

    Args:
        given: Likewise.
        why: Why it is only done there.

    Raises:
        UsageError: None is named, or one that is served elsewhere.
        NotAnAccountError: What is named is no account.
        AccountUnreachableError: It is in a database that cannot be reached.
    """
    from cpt.accounts.embedded import EmbeddedAccount

    location = account_location(given)
    if is_served(location):
        raise UsageError(
            f"this is done where the account is, and {location} is elsewhere"
            + (f": {why}" if why else ""),
            "run it there, with the account's file, or postgresql://HOST/DATABASE#NAME",
            "packages, contacts, campaigns, resources and work lists are looked after from here, "
            "too",
        )
    return EmbeddedAccount.at(location)


def is_served(location: str) -> bool:
    """Whether an account is asked over an address, rather than in its file or database."""
    from account_engine.stores.locations import in_database

    return "://" in location and not in_database(location)
