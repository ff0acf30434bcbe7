"""A root that several people sign, each on a machine of their own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cpt.cli.exit_codes import ExitCode
from tests.cpt.cli.conftest import Cpt

PENDING = "pending.json"


@pytest.fixture
def keys(cpt: Cpt, world: Path) -> dict[str, str]:
    """Keys of people and of the server; their public halves by name."""
    del world
    return {
        name: cpt("registry", "key", f"{name}.pem").out.strip()
        for name in ("ann", "bo", "cy", "online", "another")
    }


def begin(
    cpt: Cpt, keys: dict[str, str], *, by: str, also: str, more: tuple[str, ...] = ()
) -> None:
    ended = cpt(
        "registry", "root", "roots", "--key", f"{by}.pem", "--public-key", keys[also],
        "--online-key", keys["online"], "--pending", PENDING, *more,
    )  # fmt: skip
    assert ended.code == 0, ended.said
    assert "must sign pending.json still: pass it on" in ended.err


def test_two_people_sign_one_root_and_neither_has_the_others_key(
    cpt: Cpt, keys: dict[str, str], world: Path
) -> None:
    begin(cpt, keys, by="ann", also="bo")
    (world / "roots").mkdir(exist_ok=True)
    alone = cpt("registry", "sign-root", PENDING, "--into", "roots")
    assert (alone.code, list((world / "roots").iterdir())) == (ExitCode.NO, [])
    assert "1 key must sign pending.json still" in alone.err
    (world / "ann.pem").rename(world / "far-away.pem")
    signed = cpt("registry", "sign-root", PENDING, "--key", "bo.pem", answers="y\n")
    assert signed.code == 0, signed.said
    assert f"{keys['ann']}  has signed" in signed.out
    assert f"  {keys['bo']}\n" in signed.out
    assert keys["online"] in signed.out
    taken = cpt("registry", "sign-root", PENDING, "--into", "roots")
    assert (taken.code, taken.out[:7]) == (0, "sha256:")
    assert (world / "roots/tuf/metadata/1.root.json").read_bytes() == (world / PENDING).read_bytes()


def test_a_next_root_takes_the_keys_of_the_one_before_too(
    cpt: Cpt, keys: dict[str, str], world: Path
) -> None:
    begin(cpt, keys, by="ann", also="bo")
    (world / "roots").mkdir(exist_ok=True)
    assert (
        cpt("registry", "sign-root", PENDING, "--key", "bo.pem", "--into", "roots", "--yes").code
        == 0
    )
    begin(cpt, keys, by="ann", also="cy")  # bo goes, cy comes
    signed = cpt("registry", "sign-root", PENDING, "--key", "cy.pem", "--into", "roots", "--yes")
    assert signed.code == ExitCode.USAGE
    assert "not signed by as many of the root's keys as it takes" in signed.err
    assert not (world / "roots/tuf/metadata/2.root.json").exists()
    stranger = cpt("registry", "sign-root", PENDING, "--key", "bo.pem", "--yes")
    assert (stranger.code, "is none that signs this root" in stranger.err) == (2, True)
    both = cpt("registry", "sign-root", PENDING, "--key", "bo.pem", "--into", "roots", "--yes")
    assert both.code == 0, both.said
    assert (world / "roots/tuf/metadata/2.root.json").exists()


def test_a_key_of_nobody_signs_nothing(cpt: Cpt, keys: dict[str, str], world: Path) -> None:
    begin(cpt, keys, by="ann", also="bo")
    before = (world / PENDING).read_bytes()
    refused = cpt("registry", "sign-root", PENDING, "--key", "another.pem", "--yes")
    assert refused.code == ExitCode.USAGE
    assert keys["another"] in refused.err
    no = cpt("registry", "sign-root", PENDING, "--key", "bo.pem", answers="n\n")
    assert (no.code, "nothing was changed" in no.err) == (ExitCode.NO, True)
    assert (world / PENDING).read_bytes() == before


def test_a_signature_that_was_made_up_does_not_count(
    cpt: Cpt, keys: dict[str, str], world: Path
) -> None:
    begin(cpt, keys, by="ann", also="bo")
    said = json.loads((world / PENDING).read_text())
    for one in said["signatures"]:
        one["sig"] = "00" * 64
    (world / PENDING).write_text(json.dumps(said))
    ended = cpt("registry", "sign-root", PENDING, "--format", "json")
    assert (ended.code, json.loads(ended.out)["signed"]) == (ExitCode.NO, [])


@pytest.mark.parametrize("text", ["", "{}", "[" * 5000, '{"signed":{"_type":"root"}}'])
def test_what_is_no_root_is_not_signed(
    cpt: Cpt, keys: dict[str, str], world: Path, text: str
) -> None:
    del keys
    (world / PENDING).write_text(text)
    ended = cpt("registry", "sign-root", PENDING, "--key", "ann.pem", "--yes")
    assert (ended.code, "this is no root" in ended.err) == (ExitCode.BAD_INPUT, True)


def test_a_root_of_others_waits_somewhere(cpt: Cpt, keys: dict[str, str]) -> None:
    online = ("--online-key", keys["online"])
    ended = cpt("registry", "root", "roots", "--public-key", keys["bo"], *online)
    assert (ended.code, "--pending FILE" in ended.err) == (ExitCode.USAGE, True)
    none = cpt("registry", "root", "roots", *online)
    assert (none.code, "--key or --public-key" in none.err) == (ExitCode.USAGE, True)
