"""A registry that a server keeps and signs: from the ceremony of its keys to what is installed."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cpt.cli.conftest import Cpt
from tests.cpt.cli.test_marketplace import EXAMPLES, TAGS

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("marketplace")]


@contextmanager
def serving(folder: str, *options: str) -> Iterator[str]:
    command = [sys.executable, "-m", "cpt", "registry", "serve", folder, "--port", "0", *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CPT_CONFIG", str(tmp_path / "settings"))
    monkeypatch.setenv("CPT_CACHE", str(tmp_path / "cache"))
    return tmp_path


def keys(cpt: Cpt) -> None:
    for name in ("root-1", "root-2", "online"):
        Path(f"{name}.pub").write_text(cpt("registry", "key", f"{name}.pem").out)


def ceremony(cpt: Cpt, *more: str) -> str:
    """Make the next root on a machine that is not connected; its fingerprint."""
    signed = ("--key", "root-1.pem", "--key", "root-2.pem", "--online-key", "online.pub")
    done = cpt("registry", "root", "roots", *signed, *more)
    assert done.code == 0, done.said
    assert "'cpt registry use-root' does there" in " ".join(done.err.split())
    return done.out.strip()


def test_what_is_published_to_a_server_is_verified_by_whoever_installs_it(
    cpt: Cpt, here: Path
) -> None:
    keys(cpt)
    fingerprint = ceremony(cpt)
    token = cpt("registry", "welcome", "store", "ann").out.strip()
    tried = cpt("registry", "use-root", "store", "roots/tuf/metadata/1.root.json", "--dry-run")
    assert (tried.code, tried.out.strip()) == (0, fingerprint), tried.said
    assert tried.err == "root 1 of store would be the root; its fingerprint:\n"
    handed = cpt(
        "registry", "use-root", "store", "roots/tuf/metadata/1.root.json",
        "--signing-key", "online.pem",
    )  # fmt: skip
    assert handed.code == 0, handed.said
    assert "root 1 of store is the root now; its fingerprint:" in handed.err
    assert handed.out.strip() == fingerprint
    assert "its index is signed, state 1" in handed.err
    with serving("store", "--signing-key", "online.pem", "--workers", "2") as address:
        assert cpt("login", "--registry", address, answers=f"{token}\n").code == 0
        unknown = cpt("versions", TAGS, "--registry", address)
        assert unknown.code == 5
        assert "cpt registry trust" in unknown.err
        hindered = cpt("publish", str(EXAMPLES / "webinar-follow-up/1.0.0"), "--registry", address)
        assert hindered.code == 3
        assert f"'cpt registry trust {address}' shows" in hindered.err
        assert f"cannot be told without {TAGS}" in hindered.err
        wrong = cpt("registry", "trust", address, "--fingerprint", f"sha256:{'0' * 64}")
        assert wrong.code == 4
        trusted = cpt("registry", "trust", address, "--fingerprint", fingerprint)
        assert trusted.code == 0, trusted.said
        assert cpt("publish", str(EXAMPLES / "lifecycle-tags"), "--registry", address).code == 0
        begun = time.monotonic()
        while cpt("versions", TAGS, "--registry", address).code:
            assert time.monotonic() - begun < 20
        assert cpt("account", "create", "shop.account").code == 0
        done = cpt("install", TAGS, "--account", "shop.account", "--yes", "--registry", address)
        assert done.code == 0, done.said
        verified = cpt("registry", "verify", address)
        assert verified.code == 0, verified.said
    assert here.is_dir()


def test_an_online_key_is_replaced_while_owners_go_on(cpt: Cpt, here: Path) -> None:
    keys(cpt)
    fingerprint = ceremony(cpt)
    assert cpt("registry", "welcome", "store", "ann").code == 0
    first = ("registry", "use-root", "store", "roots/tuf/metadata/1.root.json")
    assert cpt(*first, "--signing-key", "online.pem").code == 0
    Path("stolen.pem").write_bytes(Path("online.pem").read_bytes())
    Path("online.pem").unlink()
    Path("online.pub").write_text(cpt("registry", "key", "online.pem").out)
    ceremony(cpt)
    second = ("registry", "use-root", "store", "roots/tuf/metadata/2.root.json")
    refused = cpt(*second)
    assert refused.code == 5
    assert "names another online key" in refused.err
    assert cpt(*second, "--signing-key", "online.pem").code == 0
    again = cpt(*first)
    assert again.code == 3
    assert "the next one is 3" in again.err
    retired = cpt("registry", "serve", "store", "--port", "0", "--signing-key", "stolen.pem")
    assert retired.code == 5
    assert "the root does not say that this key signs the index" in retired.err
    with serving("store", "--signing-key", "online.pem") as address:
        older = cpt("registry", "trust", address, "--fingerprint", fingerprint)
        assert (older.code, "the fingerprint of root 2" in " ".join(older.err.split())) == (4, True)
        shutil.copytree("roots", "copy")
        root = "copy/tuf/metadata/1.root.json"
        trusted = cpt("registry", "trust", address, "--root", root, "--fingerprint", fingerprint)
        assert trusted.code == 0, trusted.said
        assert "there is no package" in cpt("versions", TAGS, "--registry", address).err
    assert here.is_dir()
