"""An author's signature of a version: a DSSE envelope in the version's line of the index.

What is signed is which content a name and a version stand for. The envelope is that of the Dead
Simple Signing Envelope 1.0; a key's id is the public key itself, so that a signature can be checked
by whoever has nothing else. Whose key it is, everybody has to know for themselves.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from package_format.errors import InvalidSignatureError
from package_format.forms import BASE64, PUBLIC_KEY
from package_format.source.mistakes import first_problem

RELEASE_TYPE: Final = "application/vnd.cpt.release+json"
"""The type of what is signed."""

SIGNATURES: Final = "CPT-Signatures"
"""The header in which whoever publishes to a server hands it an archive's envelopes."""

ENVELOPES = 8
"""How many envelopes a version may have."""

_Base64 = Annotated[str, StringConstraints(pattern=BASE64.pattern, max_length=1000)]

PublicKey = Annotated[str, StringConstraints(pattern=PUBLIC_KEY.pattern)]
"""A public key as people write it: ``ed25519:`` and its 32 bytes in base64."""


class KeySignature(BaseModel):
    """One key's signature.

    Attributes:
        keyid: The public key.
        sig: The signature, in base64.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    keyid: PublicKey
    sig: _Base64


class Envelope(BaseModel):
    """What was signed, and by whom.

    Attributes:
        payload: What was signed, in base64: canonical JSON of a name, a version and a digest.
        payload_type: What it is.
        signatures: One for each key.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    payload: _Base64
    payload_type: Annotated[Literal["application/vnd.cpt.release+json"], Field(alias="payloadType")]
    signatures: Annotated[tuple[KeySignature, ...], Field(min_length=1, max_length=8)]


_ENVELOPES: TypeAdapter[tuple[Envelope, ...]] = TypeAdapter(
    Annotated[tuple[Envelope, ...], Field(max_length=ENVELOPES)]
)


def envelopes_text(envelopes: tuple[Envelope, ...]) -> str:
    """Return envelopes as one line of JSON, which `read_envelopes` reads."""
    return _ENVELOPES.dump_json(envelopes, by_alias=True).decode()


def read_envelopes(text: str) -> tuple[Envelope, ...]:
    """Read envelopes.

    Raises:
        InvalidSignatureError: They cannot be read, or are too many.
    """
    try:
        return _ENVELOPES.validate_json(text)
    except ValidationError as error:
        raise InvalidSignatureError(f"they cannot be read: {first_problem(error)}") from None
