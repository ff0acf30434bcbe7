"""Signing a version, and checking who did: ed25519 over a DSSE envelope's bytes.

Apart from `signature`, which reads and writes envelopes: only who signs or checks needs
`cryptography`.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from package_format.canonical import to_json
from package_format.delegations import Delegations, keys_for
from package_format.index import IndexLine, Status
from package_format.signature import RELEASE_TYPE, Envelope, KeySignature

_PREFIX = "ed25519:"
_NAMED = 5
"""How many versions are named in a sentence."""


def public_text(key: Ed25519PublicKey) -> str:
    """Return a public key as people write it: ``ed25519:`` and its 32 bytes in base64."""
    return _PREFIX + base64.b64encode(key.public_bytes_raw()).decode()


def public_key(text: str) -> Ed25519PublicKey:
    """Read a public key as people write it.

    Raises:
        ValueError: It is none.
    """
    if not text.startswith(_PREFIX):
        raise ValueError(f"it does not begin with {_PREFIX}")
    raw = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    return Ed25519PublicKey.from_public_bytes(raw)


def is_pem(text: str) -> bool:
    """Whether a text is what a key's file holds, and no file's name."""
    return text.lstrip().startswith("-----BEGIN")


def private_key(pem: bytes) -> Ed25519PrivateKey:
    """Read a private key as a file of `cpt registry key` holds it.

    Raises:
        ValueError: It is none, or of another sort; the message says nothing of what it holds.
    """
    if pem.lstrip().startswith(_PREFIX.encode()):
        raise ValueError("holds a public key, and the private one is needed")
    try:
        key = load_pem_private_key(pem, None)
    except TypeError as error:
        raise ValueError("holds a key behind a password, and must hold one without") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError("holds no private key that can be read") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("holds another sort of key than ed25519")  # noqa: TRY004  as documented
    return key


def signed(line: IndexLine, keys: Sequence[Ed25519PrivateKey]) -> Envelope:
    """Return the envelope in which keys say that a version is this content."""
    payload = _payload(line)
    return Envelope(
        payload=base64.b64encode(payload).decode(),
        payload_type=RELEASE_TYPE,
        signatures=tuple(
            KeySignature(
                keyid=public_text(key.public_key()),
                sig=base64.b64encode(key.sign(_encoded(payload))).decode(),
            )
            for key in keys
        ),
    )


def signers(line: IndexLine) -> frozenset[str]:
    """Return the public keys that signed a version, as its line says it; what is not true is not.

    A signature of something else (another version, other content), or one that the key did not
    make, is no signature.
    """
    return frozenset(
        each.keyid
        for envelope in line.signatures
        if _decoded(envelope.payload) == _payload(line)
        for each in envelope.signatures
        if _is_by(each, _payload(line))
    )


def is_vouched_for(line: IndexLine, delegations: Delegations) -> bool:
    """Whether the publisher of a version signed it, or the root names no keys of theirs."""
    keys = keys_for(line.name, delegations)
    return keys is None or not signers(line).isdisjoint(keys)


def unvouched(lines: Iterable[IndexLine], delegations: Delegations) -> tuple[str, ...]:
    """Return what nobody can install anew although it is listed: names and versions, in words."""
    return tuple(
        f"{line.name} {line.version}"
        for line in lines
        if line.status is Status.ACTIVE and not is_vouched_for(line, delegations)
    )


def said_of_unvouched(found: Sequence[str]) -> str:
    """Say in a sentence of what `unvouched` found that, and why, nobody can install it anew."""
    more = len(found) - _NAMED
    named = [*found[:_NAMED], *([f"{more} more"] if more > 0 else [])]
    which = " and ".join([", ".join(named[:-1]), *named[-1:]]) if len(named) > 1 else named[0]
    return f"nobody can install {which} anew: no key signed it that the root names of its publisher"


@dataclass(frozen=True)
class Authorship:
    """Who signed a version, beside who signed those before it.

    Attributes:
        keys: The public keys that signed it.
        before: The last version before it that was signed by a key that speaks for the package;
            None if there was none.
        is_odd: Whether one was, and none of the keys that signed this one speaks for the package.
    """

    keys: frozenset[str]
    before: IndexLine | None
    is_odd: bool


def authorship(line: IndexLine, history: Iterable[IndexLine]) -> Authorship:
    """Say who signed a version, and whether that is who signed before.

    The first keys that signed a version of a package speak for it, and a key that signs one
    together with them does from then on.

    Args:
        line: The version's line.
        history: The lines of the package in the order in which they were published.
    """
    speaking: frozenset[str] = frozenset()
    last: IndexLine | None = None
    for before in history:
        if before.version == line.version:
            break
        keys = signers(before)
        if keys and (not speaking or keys & speaking):
            speaking, last = speaking | keys, before
    keys = signers(line)
    return Authorship(keys, last, is_odd=last is not None and not keys & speaking)


def is_true(line: IndexLine) -> bool:
    """Whether each signature in a version's line is of it, and by the key that it names."""
    payload = _payload(line)
    return all(
        _decoded(envelope.payload) == payload
        and all(_is_by(each, payload) for each in envelope.signatures)
        for envelope in line.signatures
    )


def _is_by(signature: KeySignature, payload: bytes) -> bool:
    try:
        public_key(signature.keyid).verify(_decoded(signature.sig), _encoded(payload))
    except (InvalidSignature, ValueError):
        return False
    return True


def _payload(line: IndexLine) -> bytes:
    return to_json({"digest": line.digest, "name": line.name, "version": line.version})


def _encoded(payload: bytes) -> bytes:
    """The pre-authentication encoding of DSSE 1.0: what is signed is of just one type."""
    kind = RELEASE_TYPE.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""
