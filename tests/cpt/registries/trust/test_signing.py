"""What the operator signs: as little as possible anew, and nothing that the root does not allow."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root

from cpt.errors import BadInputError, DamagedRegistryError, DistrustedRegistryError, UsageError
from cpt.registries.directory import DirectoryRegistry
from cpt.registries.http import HttpRegistry
from cpt.registries.mirror import Mirror
from cpt.registries.trust.checking import newest_root, read_root
from cpt.registries.trust.signing import Signer
from cpt.registries.verifying import Verification
from package_format.errors import InvalidIndexError
from package_format.index import index_path
from package_format.signed_state import next_root
from package_format.signed_tree import (
    METADATA,
    MOST_ROOTS,
    TARGETS,
    TIMESTAMP,
    is_signed_path,
    root_path,
    signed_files,
)
from tests.cpt.registries.conftest import publish
from tests.cpt.registries.misbehaving import hosting
from tests.cpt.registries.test_mirror import files
from tests.cpt.registries.trust.conftest import Owner, Signed

TAGS, WEBINAR = "acme/lifecycle-tags", "acme/webinar-follow-up"


def numbers(tree: Path, role: str) -> list[int]:
    found = (tree / METADATA).glob(f"*.{role}.json")
    return sorted(int(path.name.partition(".")[0]) for path in found)


# --- signing --------------------------------------------------------------------------------------


def test_one_new_version_means_one_bin_anew(signed: Signed) -> None:
    publish(signed.tree, "webinar-follow-up/2.0.0")
    state = signed.signer().sign(signed.online)
    assert (state.files, state.bins, state.version) == (3, 1, 2)
    assert numbers(signed.tree, "targets") == [1]


def test_signing_what_did_not_change_makes_it_good_for_longer(signed: Signed) -> None:
    state = signed.signer(datetime.now(UTC) + timedelta(days=3)).sign(signed.online)
    assert state.bins == 0
    assert state.expires - datetime.now(UTC) > timedelta(days=9)


def test_bins_are_signed_anew_long_before_they_expire(signed: Signed) -> None:
    assert signed.signer(datetime.now(UTC) + timedelta(days=170)).sign(signed.online).bins == 0
    assert signed.signer(datetime.now(UTC) + timedelta(days=190)).sign(signed.online).bins == 256


def test_what_only_older_states_refer_to_goes_after_a_day(signed: Signed) -> None:
    before = set(files(signed.tree))
    signed.publish("webinar-follow-up/2.0.0")
    assert before <= set(files(signed.tree)), "somebody may be reading the older state"
    for path in (signed.tree / "tuf").rglob("*"):
        os.utime(path, (0, 0))
    signed.sign()
    current = {path for path, _ in signed_files(DirectoryRegistry(signed.tree).read)}
    assert {path for path in files(signed.tree) if path.startswith("tuf/")} == current
    assert before - set(files(signed.tree))


def test_another_key_than_the_roots_signs_nothing(signed: Signed) -> None:
    before = files(signed.tree)
    with pytest.raises(UsageError, match="does not say that this key signs"):
        signed.signer().sign(Ed25519PrivateKey.generate())
    assert files(signed.tree) == before


def test_without_a_root_there_is_nothing_to_sign_by(tree: Path) -> None:
    with pytest.raises(UsageError, match="has no root yet"):
        Signer(tree, datetime.now(UTC)).sign(Ed25519PrivateKey.generate())


def test_a_folder_without_a_registry_is_not_signed(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="there is no registry"):
        Signer(tmp_path, datetime.now(UTC)).sign(Ed25519PrivateKey.generate())


def test_a_folder_of_something_else_gets_no_root(signed: Signed, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(BadInputError, match="there is no registry"):
        Signer(tmp_path, datetime.now(UTC)).renew_root(
            signed.root_keys, signed.online.public_key(), threshold=2
        )


def test_the_roots_of_a_registry_that_is_served_need_no_tree(
    signed: Signed, tmp_path: Path
) -> None:
    signer = Signer(tmp_path / "roots", datetime.now(UTC))
    for number in (1, 2):
        data = signer.renew_root(signed.root_keys, signed.online.public_key(), threshold=2)
        assert read_root(data, "it").version == number
    made = sorted(path.name for path in (tmp_path / "roots").rglob("*.json"))
    assert made == ["1.root.json", "2.root.json"]


@pytest.mark.parametrize("data", [b"", b"{}", b"[]"])
def test_what_was_signed_before_and_cannot_be_read_is_said_to_be_so(
    signed: Signed, data: bytes
) -> None:
    (signed.tree / TIMESTAMP).write_bytes(data)
    with pytest.raises(DamagedRegistryError, match="cannot be read as what was signed"):
        signed.sign()


# --- roots ----------------------------------------------------------------------------------------


def test_a_root_needs_as_many_keys_as_must_sign_it(signed: Signed) -> None:
    with pytest.raises(UsageError, match="needs as many"):
        signed.signer().renew_root(signed.root_keys, signed.online.public_key(), threshold=3)


def test_a_new_root_is_signed_by_keys_of_the_old_one(signed: Signed) -> None:
    mine = Ed25519PrivateKey.generate()
    with pytest.raises(UsageError, match="must be signed by keys of the one before"):
        signed.signer().renew_root([mine], mine.public_key(), threshold=1)
    assert not (signed.tree / root_path(2)).exists()


def test_a_root_shows_what_people_compare(signed: Signed) -> None:
    shown = newest_root(DirectoryRegistry(signed.tree))
    assert (shown.version, shown.threshold, len(shown.keys)) == (1, 2, 2)
    assert shown.data == signed.first_root


def test_roots_without_end_are_none_to_trust(signed: Signed) -> None:
    for version in range(2, MOST_ROOTS + 1):
        (signed.tree / root_path(version)).write_bytes(signed.first_root)
    with pytest.raises(DistrustedRegistryError, match="shows roots without end"):
        newest_root(DirectoryRegistry(signed.tree))


def test_a_root_that_nobody_would_read_is_not_made(signed: Signed) -> None:
    def root(version: int) -> Metadata[Root]:
        made = Metadata[Root].from_bytes(signed.first_root)
        made.signed.version = version
        made.signatures.clear()
        for key in signed.root_keys:
            made.sign(CryptoSigner(key), append=True)
        return made

    last = next_root(root(MOST_ROOTS - 1).to_bytes(), root(MOST_ROOTS - 2))
    with pytest.raises(InvalidIndexError, match="readers follow fewer"):
        next_root(root(MOST_ROOTS).to_bytes(), last)


@pytest.mark.parametrize("harm", ["unsigned", "other", "garbage"])
def test_a_root_that_does_not_vouch_for_itself_is_none(signed: Signed, harm: str) -> None:
    if harm == "unsigned":
        said = json.loads(signed.first_root)
        said["signatures"] = said["signatures"][:1]
        data = json.dumps(said).encode()
    else:
        data = (signed.tree / TIMESTAMP).read_bytes() if harm == "other" else b"{}"
    with pytest.raises(DistrustedRegistryError, match="shows as its root is none"):
        read_root(data, "it")


# --- copies and proofs ----------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["folder", "http"])
def test_a_copy_is_signed_as_its_source_is(
    signed: Signed, owner: Owner, tmp_path: Path, way: str
) -> None:
    with hosting(signed.tree) as host:
        source = (
            HttpRegistry(host.address, checked=True)
            if way == "http"
            else DirectoryRegistry(signed.tree)
        )
        assert Mirror(source, tmp_path / "copy").update().problems == ()
    assert files(tmp_path / "copy") == files(signed.tree)
    assert owner(tmp_path / "copy").versions(TAGS)
    signed.publish("webinar-follow-up/2.0.0")
    Mirror(DirectoryRegistry(signed.tree), tmp_path / "copy").update()
    assert len(owner(tmp_path / "copy").versions(WEBINAR)) == 2


def test_a_copy_never_goes_back_to_an_older_state(signed: Signed, tmp_path: Path) -> None:
    old = (signed.tree / TIMESTAMP).read_bytes()
    signed.sign()
    Mirror(DirectoryRegistry(signed.tree), tmp_path / "copy").update()
    (signed.tree / TIMESTAMP).write_bytes(old)
    (problem,) = Mirror(DirectoryRegistry(signed.tree), tmp_path / "copy").update().problems
    assert problem.startswith("the source shows the signed state 1, and the copy has 2 already")
    assert json.loads((tmp_path / "copy" / TIMESTAMP).read_bytes())["signed"]["version"] == 2


def test_a_source_whose_signed_state_is_not_whole_is_told_of(
    signed: Signed, tmp_path: Path
) -> None:
    next((signed.tree / TARGETS).rglob("*.jsonl")).unlink()
    (problem,) = Mirror(DirectoryRegistry(signed.tree), tmp_path / "copy").update().problems
    assert problem.startswith("what the source signs was not copied: ")
    assert not (tmp_path / "copy" / TIMESTAMP).exists()


def problems(tree: Path) -> list[str]:
    return [each.what for each in Verification(DirectoryRegistry(tree)).run().problems]


def test_a_signed_registry_is_proved(signed: Signed) -> None:
    assert problems(signed.tree) == []


def test_what_is_published_and_not_signed_is_found(signed: Signed) -> None:
    publish(signed.tree, "webinar-follow-up/2.0.0")
    assert problems(signed.tree) == [f"{index_path(WEBINAR)} is not as it was signed; sign it anew"]


def test_what_is_signed_by_nobody_is_found(signed: Signed) -> None:
    said = json.loads((signed.tree / TIMESTAMP).read_bytes())
    said["signatures"][0]["sig"] = "00"
    (signed.tree / TIMESTAMP).write_text(json.dumps(said))
    (problem,) = problems(signed.tree)
    assert "not signed by the keys" in problem
    (signed.tree / root_path(1)).unlink()
    assert problems(signed.tree) == [f"there is no {root_path(1)}, and config.json says signed"]


# --- paths ----------------------------------------------------------------------------------------


def test_every_signed_file_has_a_path_that_a_server_gives_out(signed: Signed) -> None:
    for path in files(signed.tree):
        assert is_signed_path(path) == path.startswith("tuf/")


@pytest.mark.parametrize(
    "path",
    [
        "tuf/metadata/../../config.json",
        "tuf/metadata/0.root.json",
        "tuf/metadata/.timestamp.json.1f",
        "tuf/targets/index/acme/x.jsonl",
        "tuf/targets/index/../" + "0" * 64 + ".x.jsonl",
        "tuf/metadata/timestamp.json\n",
    ],
)
def test_no_other_path_is_one(path: str) -> None:
    assert not is_signed_path(path)


@pytest.mark.parametrize(
    "timestamp",
    [
        b"",
        b"{}",
        b"[" * 100_000,
        b'{"signed":{"meta":{"snapshot.json":{"version":"../x"}}}}',
        b'{"signed":{"meta":{"snapshot.json":{"version":-1}}}}',
        b'{"signed":{"meta":{"snapshot.json":{"version":7}}}}',
    ],
)
def test_a_state_that_cannot_be_followed_is_said_to_be_so(timestamp: bytes) -> None:
    with pytest.raises(InvalidIndexError):
        list(signed_files({TIMESTAMP: timestamp}.get))
