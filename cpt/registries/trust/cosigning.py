"""Roots that several people sign, each on a machine of their own: one file goes round among them.

It is an ordinary root that too few keys have signed yet, which nobody trusts and nothing takes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner, Key
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root
from tuf.api.serialization import DeserializationError

from cpt.errors import BadInputError, UsageError
from cpt.registries.trust.keys import text_of
from package_format.delegations import Delegations, delegations_in
from package_format.errors import InvalidIndexError
from package_format.signed_state import ONLINE
from package_format.signing import public_text


@dataclass(frozen=True)
class PendingRoot:
    """What a root says, and who has signed it, as whoever is to sign it looks at it.

    Attributes:
        version: Its number.
        expires: The day on which it ends, as ISO 8601 writes it.
        threshold: How many of its keys have to sign it, and the next one.
        keys: Its public keys, as 'cpt registry key' prints them, sorted.
        signed: Those of them that have signed.
        online: The public key whose private one signs the index.
        delegations: The publishers for whom it names keys of their own.
        missing_before: How many keys of the root before have to sign it still, if that is at hand.
    """

    version: int
    expires: str
    threshold: int
    keys: tuple[str, ...]
    signed: tuple[str, ...]
    online: str
    delegations: Delegations
    missing_before: int = 0

    @property
    def missing(self) -> int:
        """How many keys have to sign it still, of its own."""
        return max(0, self.threshold - len(self.signed))


def look_at(data: bytes, before: bytes | None = None) -> PendingRoot:
    """Return what a root says, and who has signed it.

    Args:
        data: The root.
        before: The root before, if it is at hand: as many of its keys must have signed, too.

    Raises:
        BadInputError: It is none, or has keys of which whoever looks at it would not be told.
    """
    root = _read(data)
    role = root.signed.roles[Root.type]
    valid = root.signed.get_verification_result(Root.type, root.signed_bytes, root.signatures)
    try:
        delegations = delegations_in(data)
    except InvalidIndexError as error:
        raise BadInputError(f"this is no root: {error}", _ANOTHER) from error
    online = {keyid for each in ONLINE for keyid in root.signed.roles[each].keyids}
    if not {*role.keyids, *online} <= root.signed.keys.keys():
        raise BadInputError("this root names keys that it does not have", _ANOTHER)
    if len(online) != 1 or any(root.signed.roles[each].threshold != 1 for each in ONLINE):
        raise BadInputError("this root names another number of online keys than one", _ANOTHER)
    keys = tuple(sorted(_text(root.signed.keys[keyid]) for keyid in role.keyids))
    if len({*keys}) < len(keys):
        raise BadInputError("this root counts one of its keys more than once", _ANOTHER)
    return PendingRoot(
        version=root.signed.version,
        expires=root.signed.expires.date().isoformat(),
        threshold=role.threshold,
        keys=keys,
        signed=tuple(sorted(map(_text, valid.signed.values()))),
        online=_text(root.signed.keys[online.pop()]),
        delegations=delegations,
        missing_before=0 if before is None else _missing(_read(before), root),
    )


def _missing(before: Metadata[Root], root: Metadata[Root]) -> int:
    """How many keys of a root have to sign the next one still."""
    found = before.signed.get_verification_result(Root.type, root.signed_bytes, root.signatures)
    return max(0, found.threshold - len(found.signed))


def sign_too(data: bytes, keys: Sequence[Ed25519PrivateKey], before: bytes | None = None) -> bytes:
    """Return a root with the signatures of more keys.

    Args:
        data: The root.
        keys: The keys, of this root or of the one before.
        before: The root before, if it is at hand: its keys may sign, too.

    Raises:
        BadInputError: One of them is no root.
        UsageError: A key is neither's.
    """
    root = _read(data)
    known = set(root.signed.roles[Root.type].keyids)
    if before is not None:
        known |= set(_read(before).signed.roles[Root.type].keyids)
    for key in keys:
        signer = CryptoSigner(key)
        if signer.public_key.keyid not in known:
            raise UsageError(
                f"the key {public_text(key.public_key())} is none that signs this root",
                "a key of the root before counts, too: give the folder in which that is (--into)",
            )
        root.sign(signer, append=True)
    return root.to_bytes()


_ANOTHER = "ask whoever gave it to you for another one; 'cpt registry root --pending' makes one"


def _read(data: bytes) -> Metadata[Root]:
    try:
        root = Metadata[Root].from_bytes(data)
    except (DeserializationError, RepositoryError, TypeError, ValueError, RecursionError) as error:
        raise BadInputError(f"this is no root: {error}", _ANOTHER) from error
    if not isinstance(root.signed, Root):
        raise BadInputError("this is no root", _ANOTHER)
    return root


def _text(key: Key) -> str:
    """A public key as people compare it."""
    with contextlib.suppress(ValueError):
        if key.keytype == "ed25519":
            return text_of(key)
    raise BadInputError("this root has a key of another sort than ed25519", _ANOTHER)
