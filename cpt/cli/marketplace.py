"""The author's side of a registry: its API, shown the token that the user has for it."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from cpt.cli.places import named, settings_folder, whereabouts
from cpt.errors import CptError, UsageError

if TYPE_CHECKING:
    from cpt.registries.answers import About
    from cpt.registries.api import RegistryApi
    from cpt.registries.credentials import Credentials


def credentials() -> Credentials:
    """Return the user's tokens."""
    from cpt.registries.credentials import Credentials

    return Credentials(settings_folder())


def token_of(address: str) -> str | None:
    """Return the token that a registry is shown: the environment's, or the stored one."""
    return os.environ.get("CPT_TOKEN") or credentials().find(address)


class UploadToken:
    """What a registry is shown when something is published: one's token, or a workflow's."""

    def __init__(self, registry: str | None, vouched: str | None) -> None:
        """Say what there is.

        Args:
            registry: The registry, as the command line names it.
            vouched: A token in which a CI says which workflow this is, if there is one.
        """
        self._registry = registry
        self._vouched = vouched
        self._got: str | None = None

    def __call__(self) -> str | None:
        """Return the token; None if there is none."""
        return self._got or token_of(whereabouts(named(self._registry)))

    def obtain(self, package: str) -> list[str]:
        """Get one for a package if this is a workflow's; say that it was done, if so.

        A token in which the CI says who this is comes first; then whatever token there is; and
        only if there is none, the CI is asked.

        Raises:
            PublishRefusedError: The registry does not let this workflow publish the package.
            NotLoggedInError: This is a job of a CI, and has nothing to show.
            RegistryError: The registry, or the CI, does not answer.
        """
        location = named(self._registry)
        if "://" not in location:
            return []
        from cpt.registries.workflow import ask_ci, vouches, way_of

        vouched = self._vouched
        if vouched is None and self() is None:
            if vouches(os.environ):
                named_there = os.environ.get("CPT_OIDC_AUDIENCE")
                vouched = ask_ci(os.environ, named_there or find_api(location).accepted().audience)
            elif way := way_of(os.environ, location):
                from cpt.errors import NotLoggedInError

                where = find_api(location).location
                raise NotLoggedInError(
                    f"the registry at {where} needs a token: this job has none", *way
                )
        if vouched is None:
            return []
        got = find_api(location).exchange(package, vouched.strip())
        self._got = got.secret
        return [f"{got.name} may publish {package} until {got.expires}"]

    def demand_good(self, package: str) -> None:
        """Refuse a token, if there is one, by which a package could not have been published.

        Raises:
            PublishRefusedError: It is good for something else.
            NotLoggedInError: It is good for nothing any more.
            RegistryError: The registry does not answer.
        """
        token = self()
        if token is None or find_search(self._registry) is None:
            return
        from cpt.errors import PublishRefusedError

        me = find_api(self._registry, token).me()
        if me.package not in (None, package) or "publish" not in me.scopes:
            raise PublishRefusedError(
                f"{package} was published already, with the same content, and this token is "
                + (f"good for {me.package} only" if me.package else "not good for publishing"),
                "show one that is: CPT_TOKEN, or 'cpt login'",
            )


def find_api(given: str | None, token: str | None = None) -> RegistryApi:
    """Return the API of the registry that a command means.

    Args:
        given: What the command line says.
        token: What it is shown instead of the token that the user has for it.

    Raises:
        UsageError: No registry is named, or one that is a folder.
        PublishRefusedError: It can only be read.
        OfflineError: Nobody is to be asked.
    """
    location = named(given)
    if "://" not in location:
        raise UsageError(
            f"{location} is a folder, and whoever may write there needs no token",
            "give --registry with the address of a registry's server",
        )
    from cpt.cli.options import is_offline
    from cpt.cli.progress import say_beside
    from cpt.registries.http import HttpRegistry

    # Whether its index is signed, and by whom, is nothing to a server that is told something.
    registry = HttpRegistry(
        location,
        offline=is_offline(),
        checked=True,
        token=partial(token_of, whereabouts(location)),
        say=say_beside,
    )
    return registry.api(token)


def find_search(given: str | None) -> RegistryApi | None:
    """Return the API that finds packages; None if the registry meant is no more than files.

    It is shown no token, for anybody may search.

    Args:
        given: What the command line says.
    """
    location = named(given)
    if "://" not in location:
        return None
    from cpt.cli.options import is_offline
    from cpt.cli.progress import say_beside
    from cpt.registries.http import HttpRegistry

    # What is found is only shown; whatever is installed is proved.
    registry = HttpRegistry(location, offline=is_offline(), checked=True, say=say_beside)
    return registry.api() if registry.has_api else None


def told_of(given: str | None, package: str) -> About | None:
    """Return what a registry's server tells of a package besides; None if there is nobody to ask.

    It is only shown, so that whatever hinders it hinders nothing else.

    Args:
        given: The registry, as the command line names it.
        package: The package.
    """
    try:
        api = find_search(given)
        return None if api is None else api.about(package)
    except CptError:
        return None


def split_version(text: str) -> tuple[str, str]:
    """Return the package and the version of a text such as ``acme/x@1.0.0``.

    Raises:
        UsageError: It has no version.
    """
    from package_format.versions import InvalidVersionError, Version

    name, _, version = text.partition("@")
    try:
        return demand_name(name), Version.parse(version).text
    except InvalidVersionError:
        raise UsageError(
            f"{text} names no version", "name exactly one, such as acme/lifecycle-tags@1.0.0"
        ) from None


def demand_name(text: str) -> str:
    """Return a package's name.

    Raises:
        UsageError: It is none.
    """
    import re

    from package_format.references import PACKAGE_NAME_PATTERN

    if not re.fullmatch(PACKAGE_NAME_PATTERN, text):
        raise UsageError(f"{text!r} is not a package's name", "one looks like acme/lifecycle-tags")
    return text


def demand_publisher(text: str) -> str:
    """Return a publisher's name.

    Raises:
        UsageError: It is none.
    """
    return demand_name(f"{text}/x").partition("/")[0]
