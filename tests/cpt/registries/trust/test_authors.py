"""Authors' signatures: what a stolen token and a taken-over name cannot do."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cpt.errors import BadInputError, PublishRefusedError
from cpt.registries.directory import DirectoryRegistry
from cpt.registries.trust.authors import (
    Authors,
    UnsignedVersionError,
    demand_authors,
    provenance,
    read_authors,
)
from package_format.index import IndexLine, index_text, parse_index
from package_format.signature import Envelope
from package_format.signing import public_key, public_text, signed, signers
from tests.cpt.registries.test_directory import NAME, NOW, archive

ACME, OTHER, THIEF = (Ed25519PrivateKey.generate() for _ in range(3))
KNOWN = Authors({"Acme": (public_text(ACME.public_key()),)})


def line(version: str = "1.0.0", *keys: Ed25519PrivateKey, name: str = NAME) -> IndexLine:
    """The line of a version that these keys signed."""
    plain = IndexLine(
        name=name,
        version=version,
        digest="sha256:" + version.replace(".", "").ljust(64, "0"),
        size=1,
        summary="Tags.",
        published=NOW,
    )
    return plain.model_copy(update={"signatures": (signed(plain, keys),) if keys else ()})


def said(*history: IndexLine) -> tuple[str, bool]:
    """What is said of the last of some lines."""
    found = provenance(history[-1], history, KNOWN)
    return found.by, found.is_odd


# --- signatures -----------------------------------------------------------------------------------


def test_who_signed_is_known_from_the_line_alone() -> None:
    both = line("1.0.0", ACME, OTHER)
    (read,) = parse_index(index_text([both]))
    assert read == both
    assert signers(read) == {public_text(ACME.public_key()), public_text(OTHER.public_key())}


def test_a_line_that_nobody_signed_says_nothing_of_signatures() -> None:
    assert "signatures" not in index_text([line()])
    assert signers(line()) == frozenset()


@pytest.mark.parametrize(
    "change",
    [{"version": "1.0.1"}, {"name": "acme/other"}, {"digest": "sha256:" + "f" * 64}],
    ids=str,
)
def test_a_signature_of_something_else_is_none(change: dict[str, str]) -> None:
    assert signers(line("1.0.0", ACME).model_copy(update=change)) == frozenset()


def test_a_signature_that_its_key_did_not_make_is_none() -> None:
    mine = line("1.0.0", THIEF)
    (envelope,) = mine.signatures
    claimed = envelope.signatures[0].model_copy(update={"keyid": public_text(ACME.public_key())})
    forged = envelope.model_copy(update={"signatures": (claimed,)})
    assert signers(mine.model_copy(update={"signatures": (forged,)})) == frozenset()


def test_it_is_the_envelope_of_dsse() -> None:
    """The pre-authentication encoding, as the protocol's own example has it."""
    (envelope,) = line("1.0.0", ACME).signatures
    written = envelope.model_dump(by_alias=True)
    assert set(written) == {"payload", "payloadType", "signatures"}
    payload = base64.b64decode(written["payload"])
    kind = written["payloadType"].encode()
    encoded = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    sig = base64.b64decode(written["signatures"][0]["sig"])
    ACME.public_key().verify(sig, encoded)


@pytest.mark.parametrize(
    "text", ["", "ed25519:", "ed25519:AAAA", "rsa:AAAA", "ed25519:!" + "A" * 43]
)
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        public_key(text)


# --- history --------------------------------------------------------------------------------------


def test_what_nobody_ever_signed_is_not_spoken_of() -> None:
    assert said(line("1.0.0"), line("1.1.0")) == ("", False)


def test_who_signs_as_before_is_named() -> None:
    assert said(line("1.0.0"), line("1.1.0", ACME)) == ("signed by Acme", False)
    assert said(line("1.0.0", ACME), line("1.1.0", ACME)) == ("signed by Acme", False)


def test_a_stolen_publisher_token_publishes_and_does_not_sign() -> None:
    """The registry takes it, and signs that it is there; the author's key was not in the token."""
    by, is_odd = said(line("1.0.0", ACME), line("1.1.0"))
    assert (by, is_odd) == ("not signed, and 1.0.0 was by Acme", True)


def test_a_stolen_publisher_token_does_not_become_usual_by_repetition() -> None:
    """Whoever has it may publish as often as they like, and sign with a key of their own."""
    history = (line("1.0.0", ACME), line("1.1.0"), line("1.2.0", THIEF), line("1.3.0", THIEF))
    by, is_odd = said(*history)
    assert is_odd
    assert by.endswith("and 1.0.0 was by Acme")
    assert said(*history, line("1.4.0", ACME)) == ("signed by Acme", False)


def test_a_key_is_replaced_by_signing_with_both_once() -> None:
    history = (line("1.0.0", ACME), line("1.1.0", ACME, OTHER), line("1.2.0", OTHER))
    assert not said(*history)[1]


def test_a_replaced_accounts_name_does_not_bring_its_signature() -> None:
    """Somebody else has got the publisher's name, and publishes under it."""
    policy = Authors(KNOWN.keys, {"acme/*": ("Acme",)})
    demand_authors([line("1.0.0", ACME)], policy)
    with pytest.raises(UnsignedVersionError, match=f"{NAME} 2.0.0 is not signed by Acme"):
        demand_authors([line("2.0.0", THIEF)], policy)
    with pytest.raises(UnsignedVersionError, match=r"acme/new 1\.0\.0 is not signed by Acme"):
        demand_authors([line("1.0.0", name="acme/new")], policy)
    demand_authors([line("1.0.0", name="other/new")], policy)


# --- demands --------------------------------------------------------------------------------------


def test_one_of_those_who_are_demanded_is_enough() -> None:
    demand_authors([line("1.0.0", OTHER)], KNOWN, ["Acme", public_text(OTHER.public_key())])
    with pytest.raises(UnsignedVersionError, match="nobody has signed it"):
        demand_authors([line("1.0.0")], KNOWN, ["Acme"])


def test_every_demand_that_fits_has_to_be_met() -> None:
    policy = Authors(KNOWN.keys, {"acme/*": ("Acme",), "*": (public_text(OTHER.public_key()),)})
    demand_authors([line("1.0.0", ACME, OTHER)], policy)
    with pytest.raises(UnsignedVersionError):
        demand_authors([line("1.0.0", ACME)], policy)


def test_nobody_is_demanded_who_is_not_known() -> None:
    with pytest.raises(BadInputError, match="nobody is called Acmee"):
        demand_authors([line("1.0.0", ACME)], KNOWN, ["Acmee"])


def test_a_policy_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "signers.toml"
    assert read_authors(path) == Authors()
    key = public_text(ACME.public_key())
    path.write_text(f'[signers]\n"Acme" = ["{key}"]\n[require]\n"acme/*" = ["Acme"]\n')
    assert read_authors(path) == Authors({"Acme": (key,)}, {"acme/*": ("Acme",)})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[signers", "cannot be read"),
        ('[signers]\nAcme = ["ed25519:x"]\n', "cannot be used"),
        ("[signer]\n", "cannot be used"),
        ('[require]\n"*" = ["Acme"]\n', "nobody is called Acme"),
    ],
)
def test_a_policy_file_that_is_none_demands_to_be_mended(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "signers.toml"
    path.write_text(text)
    with pytest.raises(BadInputError, match=said):
        read_authors(path)


# --- publishing -----------------------------------------------------------------------------------


def test_a_signature_of_something_else_is_not_published(tmp_path: Path) -> None:
    registry = DirectoryRegistry(tmp_path / "registry")
    data = archive(tmp_path / "tags")
    wrong: Envelope = line("1.0.0", ACME).signatures[0]
    with pytest.raises(PublishRefusedError, match="is not of what is published"):
        registry.publish(data, NOW, (wrong,))
    assert registry.names() == ()
    published = registry.publish(data, NOW).line
    other = DirectoryRegistry(tmp_path / "other")
    right = signed(published, [ACME])
    with pytest.raises(PublishRefusedError, match="is not of what is published"):
        other.publish(data, NOW, (right, wrong))
    assert signers(other.publish(data, NOW, (right,)).line) == {public_text(ACME.public_key())}
    assert other.versions(NAME)[0].signatures == (right,)
