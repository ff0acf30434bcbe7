"""``cpt registry mirror`` and ``verify``, as an operator types them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from cpt.cli.app import run
from cpt.cli.output import FORMAT
from package_format.index import index_path
from package_format.signed_tree import TIMESTAMP
from tests.cpt.cli.conftest import Cpt
from tests.cpt.registries.conftest import FIRST, publish, served

TAGS = "acme/lifecycle-tags"


def test_a_copy_is_made_and_proved(cpt: Cpt, tmp_path: Path) -> None:
    source, copy = tmp_path / "source", tmp_path / "copy"
    publish(source, *FIRST)
    done = cpt("registry", "mirror", str(source), str(copy))
    assert (done.code, done.out) == (0, "")
    assert done.err.startswith(f"{copy} has 2 packages of {source}: 2 archives copied (")
    done = cpt("registry", "verify", str(copy))
    assert (done.code, done.out) == (0, "")
    assert done.err.startswith(f"{copy}: all is well; 2 packages, 2 versions, ")


def test_a_source_that_lost_something_ends_with_4(cpt: Cpt, tmp_path: Path) -> None:
    source, copy = tmp_path / "source", tmp_path / "copy"
    publish(source, *FIRST)
    cpt("registry", "mirror", str(source), str(copy))
    (source / index_path(TAGS)).unlink()
    done = cpt("registry", "mirror", str(source), str(copy), "--format", "json")
    assert done.code == 4
    assert json.loads(done.out)["problems"] == [f"{TAGS} was published, and is gone"]


@pytest.mark.parametrize(
    ("file", "what", "help_"),
    [
        ("registry.sqlite", "a server's registry", "cpt registry backup"),
        ("records.jsonl", "a backup", "cpt registry restore"),
    ],
)
@pytest.mark.parametrize(
    "arguments",
    [
        ["registry", "verify", "kept"],
        ["registry", "mirror", "kept", "copy"],
        ["registry", "sign", "kept", "--key", "key.pem"],
        ["versions", TAGS, "--registry", "kept"],
    ],
)
def test_a_servers_folder_or_a_backup_is_said_to_be_one(
    cpt: Cpt,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    file: str,
    what: str,
    help_: str,
    arguments: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / file).write_text("")
    cpt("registry", "key", "key.pem")
    done = cpt(*arguments)
    assert (done.code, done.out) == (3, "")
    assert f"kept holds {what}" in done.err
    assert help_ in done.err
    assert [path.name for path in kept.iterdir()] == [file]


def test_what_is_wrong_is_listed_and_ends_with_1(cpt: Cpt, tmp_path: Path) -> None:
    publish(tmp_path, *FIRST)
    (tmp_path / "stray").write_text("")
    done = cpt("registry", "verify", str(tmp_path))
    assert (done.code, done.out) == (
        1,
        "stray belongs to no version that is published here\n",
    )
    assert "1 problem; 2 packages" in done.err
    done = cpt("registry", "verify", str(tmp_path), "--format", "json")
    assert json.loads(done.out)["problems"] == [
        {"path": "stray", "what": "stray belongs to no version that is published here"}
    ]


def test_what_an_operator_does_where_the_registry_is_kept_is_told_to_programs(
    cpt: Cpt, tmp_path: Path
) -> None:
    store, copy, issuer = str(tmp_path / "store"), str(tmp_path / "copy"), "https://ci.example"
    assert cpt("registry", "welcome", store, "ann").code == 0
    empty = json.loads(cpt("registry", "issuer", "list", store, "--format", "json").out)
    assert empty == {"format": FORMAT, "type": "registry-issuers", "issuers": []}
    assert cpt("registry", "issuer", "add", store, issuer).code == 0
    told = json.loads(cpt("registry", "issuer", "list", store, "--format", "json").out)
    assert told["issuers"] == [issuer]
    assert cpt("registry", "issuer", "list", store).out == f"{issuer}\n"
    publish(tmp_path / "tree", *FIRST)
    for new in (2, 0):
        tree = ("registry", "import", store, str(tmp_path / "tree"), "--owner", "ann")
        brought = cpt(*tree, "--format", "json")
        assert brought.err == ""
        found = {"format": FORMAT, "type": "registry-import", "packages": 2, "versions": new}
        assert json.loads(brought.out) == found
    for copied in (2, 0):
        done = cpt("registry", "backup", store, copy, "--format", "json")
        assert done.err == ""
        assert json.loads(done.out) == {
            "format": FORMAT,
            "type": "registry-backup",
            "folder": copy,
            "versions": 2,
            "archives_copied": copied,
        }
    other = str(tmp_path / "other")
    back = cpt("registry", "restore", other, copy, "--format", "json")
    assert back.err == ""
    found = {"format": FORMAT, "type": "registry-restore", "folder": other, "versions": 2}
    assert json.loads(back.out) == found


# --- signing and trusting -------------------------------------------------------------------------


@pytest.fixture
def signed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A signed registry, whose root nobody trusts yet."""
    monkeypatch.setenv("CPT_CONFIG", str(tmp_path / "settings"))
    monkeypatch.setenv("CPT_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    publish(tmp_path / "registry", *FIRST)
    for name in ("root.pem", "online.pem"):
        assert run(["registry", "key", name]) == 0
    return tmp_path / "registry"


def made(cpt: Cpt) -> str:
    """Make the root and sign; the root's fingerprint."""
    public = cpt("registry", "key", "other.pem").out
    assert re.fullmatch(r"ed25519:[A-Za-z0-9+/]{43}=\n", public)
    Path("online.pub").write_text(cpt("registry", "key", "signing.pem").out)
    done = cpt("registry", "root", "registry", "--key", "root.pem", "--online-key", "online.pub")
    assert done.code == 0, done.said
    assert cpt("registry", "sign", "registry", "--key", "signing.pem").code == 0
    return done.out.strip()


def test_a_signed_registry_is_not_read_before_its_root_is_trusted(signed: Path, cpt: Cpt) -> None:
    fingerprint = made(cpt)
    with served(signed) as address:
        for where in ("registry", address):
            done = cpt("versions", TAGS, "--registry", where)
            assert (done.code, done.out) == (5, "")
            assert "is signed, and you have not said that you trust its root" in done.err
            assert f"'cpt registry trust {where}' shows the root's fingerprint" in done.err
            assert cpt("registry", "trust", where).code == 5, "nobody there to ask"
            done = cpt("registry", "trust", where, answers="n\n")
            assert (done.code, done.out) == (1, f"{fingerprint}\n")
            assert cpt("versions", TAGS, "--registry", where).code == 5
            assert cpt("registry", "trust", where, answers="y\n").code == 0
            assert cpt("versions", TAGS, "--registry", where).code == 0
            assert "already" in cpt("registry", "trust", where).err


def test_a_fingerprint_that_was_got_by_another_way_needs_no_question(
    signed: Path, cpt: Cpt
) -> None:
    fingerprint = made(cpt)
    done = cpt("registry", "trust", "registry", "--fingerprint", "sha256:" + "0" * 64)
    assert done.code == 4
    assert "another fingerprint than the one that you gave" in done.err
    assert cpt("versions", TAGS, "--registry", "registry").code == 5
    assert cpt("registry", "trust", "registry", "--fingerprint", fingerprint).code == 0
    assert cpt("versions", TAGS, "--registry", "registry").code == 0
    assert signed.is_dir()


def test_what_was_checked_once_is_there_offline(signed: Path, cpt: Cpt) -> None:
    fingerprint = made(cpt)
    with served(signed) as address:
        cpt("registry", "trust", address, "--fingerprint", fingerprint)
        shown = cpt("info", TAGS, "--registry", address)
        assert shown.code == 0, shown.said
    assert cpt("info", TAGS, "--registry", address, "--offline").out == shown.out
    assert cpt("versions", "acme/other", "--registry", address, "--offline").code == 4


def test_a_registry_that_lost_its_signatures_is_not_trusted_as_it_was(
    signed: Path, cpt: Cpt
) -> None:
    """Taking away the word in config.json takes away nothing."""
    cpt("registry", "trust", "registry", "--fingerprint", made(cpt))
    (signed / "config.json").write_text('{"blobs":"blobs/","format":1}')
    (signed / TIMESTAMP).unlink()
    done = cpt("versions", TAGS, "--registry", "registry")
    assert done.code == 4
    assert "is not to be trusted" in done.err


def test_the_online_key_may_be_in_the_environment(
    signed: Path, cpt: Cpt, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = cpt("registry", "key", "signer.pem").out.strip()
    made = cpt("registry", "root", "registry", "--key", "root.pem", "--online-key", key)
    assert made.code == 0, made.said
    monkeypatch.setenv("CPT_SIGNING_KEY", Path("signer.pem").read_text())
    Path("signer.pem").unlink()
    assert cpt("registry", "sign", str(signed)).code == 0


def test_a_key_is_never_written_over(signed: Path, cpt: Cpt) -> None:
    before = (signed.parent / "root.pem").read_bytes()
    done = cpt("registry", "key", "root.pem")
    assert done.code == 3
    assert (signed.parent / "root.pem").read_bytes() == before
    assert (signed.parent / "root.pem").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sign", "registry", "--key", "nothing.pem"], "cannot be read"),
        (["sign", "registry", "--key", "registry/config.json"], "holds no private key"),
        (["sign", "nowhere", "--key", "online.pem"], "there is no registry in nowhere"),
        (["sign", "registry", "--key", "online.pem"], "has no root yet"),
        (
            ["root", "registry", "--key", "root.pem", "--online-key", "ed25519:AAAA"],
            "is not a public key",
        ),
        (
            ["root", "registry", "--key", "root.pem", "--online-key", "nothing.pub"],
            "neither a public key nor a file",
        ),
        (["trust", "registry", "--yes"], "is not signed"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    signed: Path, cpt: Cpt, arguments: list[str], said: str
) -> None:
    assert signed.is_dir()
    done = cpt("registry", *arguments)
    assert done.code in (2, 3, 4)
    assert said in done.err
