"""What those who run a registry do from a terminal, against a server that runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cpt.cli.conftest import Cpt
from tests.cpt.cli.test_marketplace import EXAMPLES, TAGS, login, run, tags_called
from tests.cpt.cli.test_signed_servers import serving

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("marketplace")]

WHY = ("--reason", "it phones home")


@dataclass(frozen=True)
class Server:
    """A registry's server to which something is published, and tokens.

    Attributes:
        ann: Of an author.
        root: Of somebody who runs it.
    """

    address: str
    ann: str
    root: str


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cpt: Cpt) -> Iterator[Server]:
    folder = str(tmp_path / "data")
    ann = run("registry", "welcome", folder, "ann")
    root = run("registry", "welcome", folder, "root", "--operator")
    monkeypatch.setenv("CPT_CONFIG", str(tmp_path / "settings"))
    with serving(folder) as address:
        monkeypatch.setenv("CPT_REGISTRY", address)
        login(cpt, ann)
        assert cpt("publish", str(EXAMPLES / "lifecycle-tags")).code == 0
        yield Server(address, ann, root)


def test_a_package_is_put_into_quarantine_and_taken_out(cpt: Cpt, server: Server) -> None:
    refused = cpt("registry", "quarantine", TAGS, *WHY)
    assert refused.code == 5
    assert "lacks the scope “operate”" in refused.err
    assert "of somebody who runs the registry" in refused.err
    assert "'cpt registry welcome DIR NAME --operator' prints one" in refused.err
    login(cpt, server.root)
    assert cpt("registry", "quarantine", TAGS).code == 2
    version = cpt("registry", "quarantine", f"{TAGS}@1.0.0", *WHY)
    assert version.code == 2
    assert "'cpt yank'" in version.err
    assert cpt("registry", "quarantine", "acme/nothing", *WHY).code == 5
    done = cpt("registry", "quarantine", TAGS, *WHY)
    assert (done.code, done.out) == (0, "")
    assert f"{TAGS} is in quarantine" in done.err
    assert "quarantined" in cpt("versions", TAGS).out
    assert "it phones home" in cpt("info", TAGS).said
    done = cpt("registry", "quarantine", TAGS, "--undo")
    assert (done.code, done.err) == (0, f"{TAGS} is not in quarantine any more\n")
    assert "quarantined" not in cpt("versions", TAGS).out


def test_a_name_that_looks_like_another_waits_and_is_decided_on(
    cpt: Cpt, server: Server, tmp_path: Path
) -> None:
    package = tags_called("acmes/lifecycle-tags", tmp_path)
    assert "waits for the decision" in cpt("publish", package).err
    assert "lacks the scope “operate”" in cpt("registry", "names").err
    refused = cpt("registry", "decide", "acmes", "active", "--reason", "it is me")
    assert refused.code == 5
    assert "a token with the scope operate" in refused.err
    login(cpt, server.root)
    heading, row = cpt("registry", "names").out.splitlines()
    assert heading.split() == ["NAME", "LOOKS", "LIKE", "CLAIMED", "BY", "ON"]
    assert row.split()[:3] == ["acmes", "acme", "ann"]
    (name,) = json.loads(cpt("registry", "names", "--format", "json").out)["names"]
    assert (name["publisher"], name["looks_like"], name["owners"]) == ("acmes", "acme", ["ann"])
    assert cpt("registry", "decide", "acmes", "waiting", "--reason", "x").code == 2
    assert cpt("registry", "decide", "acmes", "active").code == 2
    assert cpt("registry", "decide", "nobody", "active", "--reason", "x").code == 5
    done = cpt("registry", "decide", "acmes", "refused", "--reason", "too near")
    assert done.err == "acmes is refused: it may not be published under\n"
    assert cpt("registry", "names").err == "no name waits for a decision\n"
    login(cpt, server.ann)
    assert "may not be used" in cpt("publish", package).err
    login(cpt, server.root)
    done = cpt("registry", "decide", "acmes", "active", "--reason", "they are who they say")
    assert done.err == "acmes is active: it may be published under\n"
    login(cpt, server.ann)
    assert cpt("publish", package).code == 0


def test_the_log_is_read_in_parts_by_anybody(cpt: Cpt, server: Server) -> None:
    assert cpt("yank", f"{TAGS}@1.0.0", "--reason", "a mistake in it").code == 0
    assert cpt("logout").code == 0
    lines = cpt("registry", "log").out.splitlines()
    assert f"{TAGS}: ann yanked (reason a mistake in it; version 1.0.0)" in lines[0]
    assert "ann: operator welcomed" in lines[-1]
    assert server.address not in "".join(lines)
    part = cpt("registry", "log", "--limit", "2")
    assert part.out.splitlines() == lines[:2]
    number = lines[1].split()[0]
    assert part.err == f"what was before: 'cpt registry log --before {number}'\n"
    assert cpt("registry", "log", "--before", number).out.splitlines() == lines[2:]
    told = json.loads(cpt("registry", "log", TAGS, "--format", "json").out)["entries"]
    assert [(entry["actor"], entry["action"]) for entry in told] == [
        ("ann", "yanked"),
        ("ann", "published"),
    ]
    assert told[0]["details"]["reason"] == "a mistake in it"
    nothing = cpt("registry", "log", "acme/nothing")
    assert (nothing.code, nothing.err) == (0, "nothing happened to acme/nothing here\n")
    assert cpt("registry", "log", "A B").code == 5


def test_an_operators_token_can_be_good_for_that_alone(
    cpt: Cpt, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = cpt("token", "create", "mine", "--scope", "operate")
    assert refused.code == 5
    login(cpt, server.root)
    made = cpt("token", "create", "watch", "--scope", "operate")
    monkeypatch.setenv("CPT_TOKEN", made.out.strip())
    assert cpt("registry", "quarantine", TAGS, *WHY).code == 0
    assert cpt("token", "list").code == 5
