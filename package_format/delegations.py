"""Delegations: the publishers for whom the root of a registry names keys of their own.

What is published in such a name counts if one of these keys signed it, and not otherwise. The root
is signed by keys that are kept offline: neither a stolen token nor the registry's own online key
is enough to publish in that name, not even to somebody who installs for the first time.

The root says so in a field of its own, which The Update Framework lets it have and signs with it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Final, TypeAlias

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from package_format.errors import InvalidIndexError
from package_format.references import PACKAGE_NAME_PATTERN
from package_format.signature import PublicKey
from package_format.signed_tree import Read, newest_root
from package_format.source.mistakes import first_problem

FIELD: Final = "publishers"
"""The field of the root."""

MOST_KEYS = 8
"""How many keys a publisher may have."""

_Publisher = Annotated[
    str, StringConstraints(pattern=rf"^{PACKAGE_NAME_PATTERN.partition('/')[0]}$", max_length=64)
]
_Keys = Annotated[tuple[PublicKey, ...], Field(min_length=1, max_length=MOST_KEYS)]
_DELEGATIONS: TypeAdapter[Mapping[_Publisher, _Keys]] = TypeAdapter(Mapping[_Publisher, _Keys])

Delegations: TypeAlias = Mapping[str, tuple[str, ...]]
"""The public keys of each publisher for whom there are any."""


def newest_delegations(read: Read) -> Delegations:
    """Return the delegations of the newest root of a tree; none if it has none.

    Args:
        read: Reads the tree's files, of which none is checked.

    Raises:
        InvalidIndexError: They cannot be read.
    """
    newest = newest_root(read)
    return {} if newest is None else delegations_in(newest[1])


def delegations_in(root: bytes) -> Delegations:
    """Return the delegations of a root, which is not checked.

    Raises:
        InvalidIndexError: They cannot be read.
    """
    try:
        return _DELEGATIONS.validate_python(json.loads(root)["signed"].get(FIELD, {}))
    except ValidationError as error:
        raise InvalidIndexError(
            f"what the root says of publishers cannot be read: {first_problem(error)}"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InvalidIndexError(f"the root cannot be read: {error}") from error


def delegations_data(delegations: Delegations) -> dict[str, list[str]]:
    """Return delegations as a root has them: sorted, so that the same ones are the same bytes."""
    return {name: sorted(keys) for name, keys in sorted(delegations.items())}


def keys_for(name: str, delegations: Delegations) -> tuple[str, ...] | None:
    """Return the keys of which one must have signed a package; None if anybody may."""
    return delegations.get(name.partition("/")[0])
