"""Keys as files hold them, and as people write them."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from package_format.signing import private_key, public_key, public_text

KEY = Ed25519PrivateKey.generate()


def pem(encryption: KeySerializationEncryption) -> bytes:
    return KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


def test_a_private_key_is_read_as_it_was_written() -> None:
    read = private_key(pem(NoEncryption()))
    assert read.private_bytes_raw() == KEY.private_bytes_raw()


def test_a_public_key_is_read_as_people_write_it() -> None:
    assert public_key(public_text(KEY.public_key())) == KEY.public_key()


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff", b"-----BEGIN PRIVATE KEY-----\n"],
    ids=["nothing", "no PEM", "half of it"],
)
def test_what_is_no_private_key_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"^holds no private key that can be read$"):
        private_key(data)


def test_a_key_that_is_near_one_is_refused_as_what_it_is() -> None:
    with pytest.raises(ValueError, match="holds a key behind a password"):
        private_key(pem(BestAvailableEncryption(b"secret")))
    with pytest.raises(ValueError, match="holds a public key, and the private one is needed"):
        private_key(f"{public_text(KEY.public_key())}\n".encode())


def test_a_key_of_another_sort_is_refused() -> None:
    other = generate_private_key(SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    with pytest.raises(ValueError, match="another sort of key than ed25519"):
        private_key(other)
