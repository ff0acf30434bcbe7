"""Authors: who signed a version, whether that is who signed before, and whom one demands.

A registry can be made to publish by a stolen token; it cannot be made to sign as an author. The
lines of a package are read as a history: the first keys that signed one speak for the package, and
a key that signs a version together with one of them does from then on.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cpt.errors import BadInputError, RefusedError
from package_format.index import IndexLine
from package_format.signature import PublicKey
from package_format.signing import authorship, signers
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


@dataclass(frozen=True)
class Provenance:
    """Who signed a version.

    Attributes:
        by: In words, such as ``signed by Acme``; empty if nobody ever signed the package.
        is_odd: Whether it is not who signed before.
    """

    by: str
    is_odd: bool


def provenance(line: IndexLine, history: Iterable[IndexLine], authors: Authors) -> Provenance:
    """Say who signed a version, and whether that is who signed before.

    Args:
        line: The version's line.
        history: The lines of the package in the order in which they were published.
        authors: Whom one knows.
    """
    found = authorship(line, history)
    names = " and ".join(sorted(map(authors.called, found.keys)))
    if found.before is None or not found.is_odd:
        return Provenance(f"signed by {names}" if names else "", is_odd=False)
    last = found.before
    usual = " and ".join(sorted(map(authors.called, signers(last))))
    this = f"signed by {names}" if names else "not signed"
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
