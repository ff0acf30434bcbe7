"""Authors: who signed a version, whether that is who signed before, and whom one demands.

A registry can be made to publish by a stolen token; it cannot be made to sign as an author. The
lines of a package are read as a history: the first keys that signed one speak for the package, and
a key that signs a version together with one of them does from then on.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cpt.errors import BadInputError, PublishRefusedError, RefusedError
from package_format.delegations import Delegations, keys_for
from package_format.index import IndexLine
from package_format.signature import PublicKey
from package_format.signing import authorship, is_vouched_for, signers
from package_format.source.mistakes import first_problem

_SHOWN = 16


class UnsignedVersionError(RefusedError):
    """A version is not signed by whom one demands."""


class _File(BaseModel):
    """``signers.toml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    signers: Mapping[str, tuple[PublicKey, ...]] = Field(default_factory=dict)
    require: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)


@dataclass(frozen=True)
class Authors:
    """Whom somebody knows by their keys, and whose signature they demand of which packages.

    Attributes:
        keys: The public keys of each author, by the name that one gave them.
        demands: Who must have signed a package, by a pattern of packages' names; one of them.
    """

    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    demands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def knowing(self, delegations: Delegations) -> Authors:
        """Return them with the publishers whose keys a root names, where one has no other name."""
        own = frozenset[str]().union(*self.keys.values())
        named = {
            publisher: new
            for publisher, keys in delegations.items()
            if publisher not in self.keys and (new := tuple(key for key in keys if key not in own))
        }
        return replace(self, keys={**self.keys, **named})

    def called(self, key: str) -> str:
        """Return the name of whose key it is, or the key's beginning."""
        named = [name for name, keys in self.keys.items() if key in keys]
        return " or ".join(named) or f"{key[: len('ed25519:') + _SHOWN]}…"

    def keys_of(self, who: str) -> frozenset[str]:
        """Return the keys of an author, by name or by a key itself.

        Raises:
            BadInputError: It is neither.
        """
        if who in self.keys:
            return frozenset(self.keys[who])
        if who.startswith("ed25519:"):
            return frozenset({who})
        raise BadInputError(
            f"nobody is called {who} in your signers.toml",
            f'add them: [signers], "{who}" = ["ed25519:…"], or give the public key itself',
        )


def read_authors(path: Path) -> Authors:
    """Read ``signers.toml``; nobody is known where there is none.

    Raises:
        BadInputError: It cannot be read.
    """
    try:
        file = _File.model_validate(tomllib.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return Authors()
    except ValidationError as error:
        raise BadInputError(f"{path} cannot be used: {first_problem(error)}") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInputError(f"{path} cannot be read: {error}") from error
    authors = Authors(file.signers, file.require)
    for who in {who for demanded in file.require.values() for who in demanded}:
        authors.keys_of(who)
    return authors


def demand_delegates(lines: Iterable[IndexLine], delegations: Delegations) -> None:
    """Demand of each version that its publisher signed it, where the root names keys of theirs.

    Args:
        lines: The lines of what would be installed.
        delegations: The keys that the root names.

    Raises:
        UnsignedVersionError: One is not.
    """
    for line in lines:
        if not is_vouched_for(line, delegations):
            publisher = line.name.partition("/")[0]
            raise UnsignedVersionError(
                f"{line.name} {line.version} is not signed by {publisher}, whose keys the "
                "registry's root names",
                f"do not install it: whoever published it need not be {publisher}",
                f"if {publisher} published it before the root named these keys, take a version "
                "that they signed",
            )


def demand_own_key(line: IndexLine, delegations: Delegations) -> None:
    """Demand of a version that is to be published what everybody will who would install it.

    Raises:
        PublishRefusedError: The root names keys of its publisher, and none of them signed it.
    """
    if not is_vouched_for(line, delegations):
        publisher, keys = line.name.partition("/")[0], keys_for(line.name, delegations) or ()
        by = " and ".join(sorted(signers(line)))
        raise PublishRefusedError(
            f"{line.name} {line.version} must be signed by {publisher}: the registry's root names "
            f"{' or '.join(keys)}, and it is " + (f"signed with {by}" if by else "not signed"),
            "sign it with the private key of one of these (--sign-with, CPT_AUTHOR_KEY)",
        )


@dataclass(frozen=True)
class Provenance:
    """Who signed a version.

    Attributes:
        by: In words, such as ``signed by Acme``; empty if nobody ever signed the package.
        is_odd: Whether it is neither whom the registry's root names nor who signed before.
    """

    by: str
    is_odd: bool


def provenance(
    line: IndexLine,
    history: Iterable[IndexLine],
    authors: Authors,
    delegations: Delegations | None = None,
) -> Provenance:
    """Say who signed a version, and whether that is whom the root names, or who signed before.

    Args:
        line: The version's line.
        history: The lines of the package in the order in which they were published.
        authors: Whom one knows.
        delegations: The keys of publishers that the registry's root names.
    """
    found = authorship(line, history)
    names = " and ".join(sorted(map(authors.called, found.keys)))
    this = f"signed by {names}" if names else "not signed"
    if delegations and not is_vouched_for(line, delegations):
        return Provenance(f"{this}, and the registry's root names other keys", is_odd=True)
    if delegations and keys_for(line.name, delegations):
        return Provenance(this, is_odd=False)
    if found.before is None or not found.is_odd:
        return Provenance(f"signed by {names}" if names else "", is_odd=False)
    last = found.before
    usual = " and ".join(sorted(map(authors.called, signers(last))))
    return Provenance(f"{this}, and {last.version} was by {usual}", is_odd=True)


def demand_authors(
    lines: Sequence[IndexLine], authors: Authors, demanded: Sequence[str] = ()
) -> frozenset[str]:
    """Demand that versions are signed by whom one demands.

    Args:
        lines: The lines of what would be installed.
        authors: Whom one knows, and demands by the names of packages.
        demanded: Of whom one must have signed each version, beside that.

    Returns:
        frozenset[str]: The names of those of which something was demanded.

    Raises:
        UnsignedVersionError: One is not.
        BadInputError: Nobody is called so.
    """
    held: set[str] = set()
    for line in lines:
        found = signers(line)
        demands = [
            who for pattern, who in authors.demands.items() if fnmatchcase(line.name, pattern)
        ]
        for whose in [*demands, *([tuple(demanded)] if demanded else [])]:
            held.add(line.name)
            wanted = frozenset[str]().union(*map(authors.keys_of, whose))
            if not found & wanted:
                names = " or ".join(whose)
                by = " and ".join(sorted(map(authors.called, found)))
                raise UnsignedVersionError(
                    f"{line.name} {line.version} is not signed by {names}, as you demand: "
                    + (f"it is signed by {by}" if by else "nobody has signed it"),
                    "do not install it before you know why; ask the author by another way",
                )
    return frozenset(held)
