"""Keys as files: ed25519, private ones in PKCS 8 as OpenSSL writes them, public ones as a line."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from securesystemslib.signer import Key

from cpt.errors import BadInputError
from package_format.signing import is_pem, private_key, public_key, public_text


def make_key(path: Path) -> str:
    """Make a private key in a file that only its owner may read; return the public key's line.

    Raises:
        BadInputError: There is a file of that name, or it cannot be written.
    """
    key = Ed25519PrivateKey.generate()
    data = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadInputError(
            f"there is a file {path} already", "a key is never written over; name another file"
        ) from None
    except OSError as error:
        raise BadInputError(f"{path} cannot be written: {error.strerror}") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    return public_text(key.public_key())


def read_private_key(given: Path | str) -> Ed25519PrivateKey:
    """Read a private key.

    Args:
        given: A file's name or, as a CI has it in its environment, what such a file holds.

    Raises:
        BadInputError: The file cannot be read or holds none; the message never has the key in it.
    """
    text = str(given)
    said = "the private key that you gave" if is_pem(text) else text
    try:
        return private_key(text.encode() if is_pem(text) else Path(text).read_bytes())
    except OSError as error:
        raise BadInputError(f"the key {text} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise BadInputError(f"{said} {error}", "'cpt registry key FILE' makes one") from error


def read_public_key(text: str) -> Ed25519PublicKey:
    """Read a public key's line, or the file in which one stands.

    Raises:
        BadInputError: It is neither; the message has nothing in it of what a file holds.
    """
    line = text
    if not text.startswith("ed25519:"):
        try:
            line = text if is_pem(text) else Path(text).read_text("ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise BadInputError(
                f"{text} is neither a public key nor a file that holds one",
                "a public key looks like ed25519:mPp3…",
            ) from error
    said = "this" if is_pem(text) else text
    if is_pem(line):
        raise BadInputError(
            f"{said} holds a private key, and the public one is needed",
            "'cpt registry key' printed it: it looks like ed25519:mPp3…",
        )
    try:
        return public_key(line)
    except ValueError as error:
        raise BadInputError(f"{text[:80]} is not a public key: {error}") from error


def text_of(key: Key) -> str:
    """Return a root's key as people compare it: as 'cpt registry key' prints it if it is ed25519.

    Raises:
        ValueError: It says that it is ed25519, and is no such key.
    """
    public = str(key.keyval.get("public", ""))
    if key.keytype != "ed25519":
        return f"{key.keytype}:{public}"
    return public_text(Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)))
