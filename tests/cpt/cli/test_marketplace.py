"""The author's side of a registry from a terminal, against a server that runs."""

from __future__ import annotations

import json
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring

from tests.cpt.cli.conftest import Cpt

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
TAGS = "acme/lifecycle-tags"
WEBINAR = EXAMPLES / "webinar-follow-up"

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("marketplace")]


@dataclass(frozen=True)
class Server:
    """A registry's server, and a token for each of two people."""

    address: str
    ann: str
    bo: str


def run(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "cpt", *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture(autouse=True)
def _no_keyring(ring: object) -> None:
    """Let tokens be kept in a file, as where there is no keyring."""
    del ring
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = str(tmp_path_factory.mktemp("registry") / "data")
    ann, bo = (run("registry", "welcome", folder, name) for name in ("ann", "bo"))
    command = [sys.executable, "-m", "cpt", "registry", "serve", folder, "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        yield Server(process.stdout.readline().strip(), ann, bo)
        process.send_signal(signal.SIGINT)
        process.wait(20)


@pytest.fixture
def settings(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "settings"
    monkeypatch.setenv("CPT_CONFIG", str(folder))
    monkeypatch.setenv("CPT_REGISTRY", server.address)
    return folder


def login(cpt: Cpt, token: str) -> None:
    assert cpt("login", answers=f"{token}\n").code == 0


def tags_called(name: str, folder: Path) -> str:
    """The tags of the examples as a package of another name: its folder."""
    shutil.copytree(EXAMPLES / "lifecycle-tags", folder / "mine")
    manifest = folder / "mine/cpt.toml"
    manifest.write_text(manifest.read_text("utf-8").replace(TAGS, name), "utf-8")
    return str(folder / "mine")


def test_an_author_logs_in_publishes_and_an_owner_finds_it(
    cpt: Cpt, server: Server, settings: Path
) -> None:
    refused = cpt("publish", str(EXAMPLES / "lifecycle-tags"))
    assert refused.code == 5
    assert f"'cpt login --registry {server.address}' stores a token" in refused.err

    ended = cpt("login", answers=f"{server.ann}\n")
    assert ended.code == 0
    assert f"logged in to {server.address} as ann" in ended.err
    assert server.ann not in ended.said
    kept = settings / "credentials.json"
    assert json.loads(kept.read_text()) == {server.address: server.ann}
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600

    published = cpt("publish", str(EXAMPLES / "lifecycle-tags"))
    assert published.code == 0, published.said
    assert f"{TAGS} 1.0.0 is published to {server.address}" in published.err
    assert "the name acme is yours in this registry from now on" in published.err
    again = cpt("publish", str(EXAMPLES / "lifecycle-tags"))
    assert again.code == 0
    assert "already published" in again.err
    assert "is yours" not in again.err
    for version in ("1.0.0", "2.0.0"):
        more = cpt("publish", str(WEBINAR / version))
        assert more.code == 0
        assert "is yours" not in more.err
    shown = " ".join(cpt("info", TAGS).out.split())
    assert "owners ann downloads " in shown
    assert "published 20" in shown
    said = json.loads(cpt("info", TAGS, "--format", "json").out)
    assert (said["owners"], type(said["downloads"])) == (["ann"], int)
    assert "owners" not in cpt("info", TAGS, "--offline").out
    assert TAGS in cpt("search").out
    forgiven = cpt("search", "webniar")
    assert forgiven.code == 0
    assert "No package is about webniar; these are about webinar." in forgiven.out
    assert "acme/webinar-follow-up" in forgiven.out
    told = json.loads(cpt("search", "tag-applied", "--format", "json").out)
    assert [line["name"] for line in told["packages"]] == ["acme/webinar-follow-up"]
    assert (told["total"], told["more"], told["instead"]) == (1, False, {})
    assert TAGS not in cpt("search", "webinar", "--category", "events").out
    nothing = cpt("search", "zzqqzz")
    assert nothing.code == 1
    assert nothing.out == "No package has zzqqzz.\n"
    wrong = cpt("search", "--category", "event")
    assert wrong.code == 2
    assert "did you mean events?" in wrong.err
    assert "2.0.0" in cpt("versions", "acme/webinar-follow-up").out

    assert cpt("logout").code == 0
    assert json.loads(kept.read_text()) == {}
    assert "there was no token" in cpt("logout").err


def test_a_wrong_token_is_not_stored(cpt: Cpt, server: Server, settings: Path) -> None:
    ended = cpt("login", answers="cpt_nonsense\n")
    assert ended.code == 5
    assert "This token is not known here" in ended.err
    assert "CPT_TOKEN, where it is set, is what is shown" in " ".join(ended.err.split())
    assert not settings.exists()
    assert server.address in ended.err


def test_tokens_are_made_listed_used_and_revoked(
    cpt: Cpt, server: Server, settings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    login(cpt, server.ann)
    made = cpt("token", "create", "ci", "--package", TAGS, "--days", "7")
    assert made.code == 0
    secret = made.out.strip()
    assert secret.startswith("cpt_")
    listed = cpt("token", "list", "--format", "json")
    assert secret not in listed.out
    number = next(t["id"] for t in json.loads(listed.out)["tokens"] if t["name"] == "ci")

    monkeypatch.setenv("CPT_TOKEN", secret)
    assert cpt("publish", str(EXAMPLES / "lifecycle-tags")).code == 0
    assert "already published" in cpt("publish", str(EXAMPLES / "lifecycle-tags")).err
    other = tags_called("acme/other", tmp_path)
    monkeypatch.setenv("CPT_TOKEN", server.ann)
    assert cpt("publish", other).code == 0
    monkeypatch.setenv("CPT_TOKEN", secret)
    refused = cpt("publish", other)
    assert refused.code == 5, "it is there already, and the token is for something else"
    assert f"good for {TAGS} only" in refused.err
    refused = cpt("yank", f"{TAGS}@1.0.0", "--reason", "a test")
    assert refused.code == 5
    assert "lacks the scope “yank”" in refused.err
    monkeypatch.delenv("CPT_TOKEN")

    ended = cpt("token", "revoke", str(number))
    assert ended.code == 0
    assert ended.err == f"token {number} (ci) is good for nothing any more\n"
    assert cpt("token", "revoke", str(number)).code == 5
    assert settings.exists()


@pytest.mark.usefixtures("settings")
def test_a_token_that_is_revoked_takes_along_what_was_made_with_it(
    cpt: Cpt, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    login(cpt, server.ann)
    stolen = cpt("token", "create", "stolen", "--scope", "own", "--scope", "publish").out.strip()
    monkeypatch.setenv("CPT_TOKEN", stolen)
    assert cpt("token", "create", "thief").code == 0
    monkeypatch.delenv("CPT_TOKEN")
    found = json.loads(cpt("token", "list", "--format", "json").out)["tokens"]
    first, one, other = (token["id"] for token in found[:1] + found[-2:])
    assert [token["made_with"] for token in found[-2:]] == [first, one]
    listed = cpt("token", "list").out.splitlines()
    assert listed[0].endswith("MADE WITH")
    assert listed[-1].split()[-1] == str(one)
    assert cpt("token", "revoke", str(one)).err.splitlines() == [
        f"token {one} (stolen) is good for nothing any more",
        f"token {other} (thief), made with token {one}, is good for nothing any more",
    ]


def test_yanking_and_deprecating_are_seen_and_taken_back(
    cpt: Cpt, server: Server, settings: Path
) -> None:
    login(cpt, server.ann)
    assert cpt("publish", str(EXAMPLES / "lifecycle-tags")).code == 0
    assert cpt("yank", f"{TAGS}@1.0.0").code == 2
    assert cpt("yank", f"{TAGS}@1.0.0", "--reason", "a mistake in it").code == 0
    assert "yanked" in cpt("versions", TAGS).out
    gone = cpt("info", TAGS)
    assert gone.code == 3
    assert f"{TAGS} is withdrawn: no version of it may be chosen any more" in gone.err
    assert "withdrawn by the author (yanked): 1.0.0" in gone.err
    assert cpt("yank", f"{TAGS}@1.0.0", "--undo").code == 0
    assert "yanked" not in cpt("versions", TAGS).out
    assert cpt("yank", f"{TAGS}@9.9.9", "--reason", "never was").code == 5
    assert cpt("yank", TAGS, "--reason", "which?").code == 2
    account = str(settings.parent / "shop.account")
    assert cpt("account", "create", account).code == 0
    assert cpt("deprecate", TAGS, "--reason", "they are few").code == 0
    assert "deprecated: they are few" in cpt("info", TAGS).out
    assert json.loads(cpt("info", TAGS, "--format", "json").out)["deprecated"] == "they are few"
    planned = cpt("plan", TAGS, "--account", account)
    assert planned.code == 0
    assert f"note: {TAGS} is deprecated: they are few" in planned.err
    assert cpt("deprecate", TAGS, "--undo").code == 0
    assert "deprecated" not in cpt("info", TAGS).out
    assert "note:" not in cpt("plan", TAGS, "--account", account).err


def test_ownership_is_offered_accepted_and_given_up(
    cpt: Cpt, server: Server, settings: Path
) -> None:
    login(cpt, server.ann)
    assert cpt("publish", str(EXAMPLES / "lifecycle-tags")).code == 0
    assert cpt("owner", "list", "acme").out == "ann\n"
    assert cpt("owner", "remove", "acme", "ann").code == 5
    assert cpt("owner", "invite", "acme", "nobody").code == 5
    assert cpt("owner", "invite", "acme", "bo").code == 0
    assert "bo (invited by ann, until " in cpt("owner", "list", "acme").out
    assert cpt("owner", "list").out == "acme\n"
    ended = cpt("login", answers=f"{server.bo}\n")
    assert "ann invites you to own acme" in ended.err
    assert cpt("owner", "list").out.startswith("acme (invited by ann, until ")
    assert json.loads(cpt("owner", "list", "--format", "json").out)["publishers"] == []
    assert cpt("owner", "accept", "acme").code == 0
    assert cpt("owner", "list").out == "acme\n"
    assert cpt("owner", "list", "acme").out == "ann\nbo\n"
    gone = cpt("owner", "remove", "acme", "bo")
    assert (gone.code, "bo owns acme no more" in gone.err) == (0, True)
    assert "bo owns no publisher here, and is invited to none" in cpt("owner", "list").err
    assert cpt("owner", "accept", "acme").code == 5
    assert settings.exists()


def test_what_an_author_signs_is_demanded_of_what_a_server_serves(
    cpt: Cpt, server: Server, settings: Path, tmp_path: Path
) -> None:
    login(cpt, server.ann)
    key, account = tmp_path / "author.pem", str(tmp_path / "shop.account")
    signer = cpt("registry", "key", str(key)).out.strip()
    other = cpt("registry", "key", str(tmp_path / "other.pem")).out.strip()
    mine = tags_called("acme/signed-tags", tmp_path)
    done = cpt("publish", mine, "--sign-with", str(key))
    assert done.code == 0, done.said
    assert f"signed with {signer}" in done.err
    assert cpt("account", "create", account).code == 0
    install = ("install", "acme/signed-tags", "--account", account, "--yes", "--require-signed-by")
    refused = cpt(*install, other)
    assert refused.code == 5
    assert f"is not signed by {other}, as you demand" in refused.err
    assert cpt(*install, signer).code == 0
    assert settings.exists()


def test_nothing_is_published_offline(
    cpt: Cpt, server: Server, settings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    login(cpt, server.ann)
    mine = tags_called("acme/never-published", tmp_path)
    assert cpt("versions", "acme/never-published").code == 3
    monkeypatch.setenv("CPT_OFFLINE", "1")
    refused = cpt("publish", mine)
    assert "and cpt is offline" in refused.err
    assert refused.code == 4
    refused = cpt("token", "list")
    assert "would have to be asked, and cpt is offline" in refused.err
    for verb in (("verify",), ("mirror", str(tmp_path / "copy")), ("trust",)):
        refused = cpt("registry", verb[0], server.address, *verb[1:])
        assert refused.code == 4, verb
        assert "would have to be asked, and cpt is offline" in refused.err
    assert settings.exists()


def test_a_folder_needs_no_token(cpt: Cpt, tmp_path: Path, settings: Path) -> None:
    ended = cpt("login", "--registry", str(tmp_path))
    assert ended.code == 2
    assert "is a folder" in ended.err
    assert not settings.exists()
