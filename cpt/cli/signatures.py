"""Authors' signatures as commands treat them: whom one demands, and what a plan says of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cpt.cli.places import settings_folder

if TYPE_CHECKING:
    from cpt.registries.trust.authors import Provenance
    from package_format.delegations import Delegations
    from package_format.index import IndexLine

Command = TypeVar("Command", bound=Callable[..., Any])


def signers_option(command: Command) -> Command:
    """Add ``--require-signed-by``."""
    return click.option(
        "--require-signed-by",
        multiple=True,
        metavar="WHO",
        expose_value=False,
        callback=_remember,
        help="Take nothing from the registry that none of these signed: a name from signers.toml, "
        "or a public key; repeatable.",
    )(command)


def _remember(ctx: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> None:
    del parameter
    ctx.meta["cpt.require-signed-by"] = value


def said_of_signatures(
    lines: Sequence[IndexLine],
    installed: Mapping[str, str],
    history: Callable[[str], Iterable[IndexLine]],
    *,
    delegations: Delegations,
    locked: Collection[str] = (),
    demanding: bool = True,
) -> dict[str, Provenance]:
    """Say who signed what comes from a registry; what is installed just so is not looked at.

    What is signed by whom one demands is not odd, whoever signed before; likewise what is signed by
    a publisher whose keys the registry's root names, as everything of theirs has to be.

    Args:
        lines: The lines of what would be installed.
        installed: The digests of what is installed, by package.
        history: Returns the lines of a package in the order in which they were published.
        delegations: The keys of publishers that the registry's root names.
        locked: The digests of what a lock file says, which is agreed to, whoever signed it.
        demanding: Whether what is not signed by whom one demands, or as the root does, is refused.

    Raises:
        UnsignedVersionError: One is not signed by whom one demands, or as the root does.
        BadInputError: ``signers.toml`` cannot be used.
    """
    context = click.get_current_context(silent=True)
    demanded = context.meta.get("cpt.require-signed-by", ()) if context is not None else ()
    path = settings_folder() / "signers.toml"
    coming = [line for line in lines if installed.get(line.name) != line.digest]
    told = {line.name: tuple(history(line.name)) for line in coming}
    is_signed = any(line.signatures for lines in told.values() for line in lines)
    if not (demanded or delegations or path.exists() or is_signed):
        return {}
    from cpt.registries.trust.authors import (
        demand_authors,
        demand_delegates,
        provenance,
        read_authors,
    )

    authors = read_authors(path)
    held = frozenset[str]()
    if demanding:
        held = demand_authors(coming, authors, demanded)
        demand_delegates((line for line in coming if line.digest not in locked), delegations)
    authors = authors.knowing(delegations)
    said = {line.name: provenance(line, told[line.name], authors, delegations) for line in coming}
    return {
        name: replace(one, is_odd=one.is_odd and name not in held) for name, one in said.items()
    }


def refused_for_signatures(
    lines: Mapping[str, IndexLine], installed: Mapping[str, str], delegations: Delegations
) -> dict[str, str]:
    """Say which versions are not signed as ``signers.toml`` or the root demands, and why.

    Args:
        lines: The lines of what would be installed, by package.
        installed: The digests of what is installed, by package, which is not looked at again.
        delegations: The keys of publishers that the registry's root names.

    Returns:
        dict[str, str]: Why, by package.

    Raises:
        BadInputError: ``signers.toml`` cannot be used.
    """
    path = settings_folder() / "signers.toml"
    if not (path.exists() or delegations):
        return {}
    from cpt.registries.trust.authors import (
        UnsignedVersionError,
        demand_authors,
        demand_delegates,
        read_authors,
    )

    authors, refused = read_authors(path), dict[str, str]()
    for name, line in lines.items():
        if installed.get(name) != line.digest:
            try:
                demand_authors([line], authors)
                demand_delegates([line], delegations)
            except UnsignedVersionError as error:
                refused[name] = str(error)
    return refused
