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
    alone = cpt("registry", "sign-root", PENDING, "--into", "roots")
    assert (alone.code, (world / "roots").exists()) == (ExitCode.NO, False)
    assert "1 key must sign pending.json still" in alone.err
    (world / "ann.pem").rename(world / "far-away.pem")
    signed = cpt("registry", "sign-root", PENDING, "--key", "bo.pem", answers="y\n")
    assert signed.code == 0, signed.said
    assert f"{keys['ann']}  has signed" in signed.out
    assert f"  {keys['bo']}\n" in signed.out
    assert keys["online"] in signed.out
    assert "enough have signed pending.json: bring it into its folder" in signed.err
    taken = cpt("registry", "sign-root", PENDING, "--into", "roots")
    assert (taken.code, taken.out[:7]) == (0, "sha256:")
    assert (world / "roots/tuf/metadata/1.root.json").read_bytes() == (world / PENDING).read_bytes()


def test_a_next_root_takes_the_keys_of_the_one_before_too(
    cpt: Cpt, keys: dict[str, str], world: Path
) -> None:
    begin(cpt, keys, by="ann", also="bo")
    assert (
        cpt("registry", "sign-root", PENDING, "--key", "bo.pem", "--into", "roots", "--yes").code
        == 0
    )
    begin(cpt, keys, by="ann", also="cy")  # bo goes, cy comes
    signed = cpt("registry", "sign-root", PENDING, "--key", "cy.pem", "--into", "roots", "--yes")
    assert signed.code == ExitCode.NO
    assert "1 key of the root before must sign pending.json still, too: pass it on" in signed.err
    assert not (world / "roots/tuf/metadata/2.root.json").exists()
    stranger = cpt("registry", "sign-root", PENDING, "--key", "bo.pem", "--yes")
    assert (stranger.code, "is none that signs this root" in stranger.err) == (2, True)
    both = cpt("registry", "sign-root", PENDING, "--key", "bo.pem", "--into", "roots", "--yes")
    assert both.code == 0, both.said
    assert (world / "roots/tuf/metadata/2.root.json").exists()


def test_a_root_may_be_looked_at_before_anybody_signs_it(
    cpt: Cpt, keys: dict[str, str], world: Path
) -> None:
    begin(cpt, keys, by="ann", also="bo", more=("--delegate", f"acme={keys['another']}"))
    before = (world / PENDING).read_bytes()
    shown = cpt("registry", "sign-root", PENDING)
    assert shown.code == ExitCode.NO
    assert f"{keys['ann']}  has signed" in shown.out
    assert f"what acme publishes is signed by {keys['another']}" in shown.out
    assert (world / PENDING).read_bytes() == before


def test_who_signs_a_root_sees_what_is_different_from_the_one_before(
    cpt: Cpt, keys: dict[str, str]
) -> None:
    """What is gone says nothing by itself: a publisher's key, or all that a publisher had."""
    ann, bo, cy, another = (keys[name] for name in ("ann", "bo", "cy", "another"))
    more = ("--delegate", f"acme={ann}", "--delegate", f"shop={ann}", "--threshold", "1")
    done = cpt(
        "registry", "root", "roots", "--key", "ann.pem", "--public-key", bo,
        "--online-key", keys["online"], "--pending", PENDING, *more,
    )  # fmt: skip
    assert "enough have signed pending.json" in done.err
    assert cpt("registry", "sign-root", PENDING, "--into", "roots").code == 0
    made = cpt(
        "registry", "root", "roots", "--key", "ann.pem", "--public-key", cy,
        "--online-key", another, "--delegate", f"acme={bo}", "--no-delegate", "shop",
        "--pending", PENDING,
    )  # fmt: skip
    shown = cpt("registry", "sign-root", PENDING, "--into", "roots", "--key", "cy.pem", "--yes")
    for said in (made.err, shown.out):
        lines = said.splitlines()
        assert lines[lines.index("beside root 1:") + 1 :][:10] == [
            f"  - key of the root {bo}",
            f"  + key of the root {cy}",
            f"  - online key {keys['online']}",
            f"  + online key {another}",
            f"  - key of acme {ann}",
            f"  + key of acme {bo}",
            f"  - key of shop {ann}",
            "  ~ 2 sign it and the next one, instead of 1",
            (
                f"note: what {ann} alone has signed for acme, nobody can install anew; a root that "
                "names it, too, keeps it"
            ),
            "note: no key of shop is needed any longer to publish in that name",
        ]
    same = cpt(
        "registry", "root", "roots", "--key", "ann.pem", "--key", "cy.pem", "--online-key", another,
    )  # fmt: skip
    assert "the same keys as in root 2" in same.err
    alone = cpt("registry", "sign-root", "roots/tuf/metadata/3.root.json")
    assert "--into DIR, a folder with the root before, shows what is different" in alone.err


def test_a_root_whose_every_key_has_to_sign_is_told_to_have_none_to_lose(
    cpt: Cpt, keys: dict[str, str]
) -> None:
    root = ("registry", "root", "roots", "--online-key", keys["online"], "--key", "ann.pem")
    note = "note: no next root can be made if one of these keys is lost"
    assert note in cpt(*root).err
    waiting = ("--pending", PENDING, "--public-key")
    assert note in cpt(*root, *waiting, keys["bo"]).err
    more = cpt(*root, *waiting, keys["bo"], "--threshold", "1")
    assert (more.code, note in more.err) == (0, False), more.said


@pytest.mark.parametrize("option", ["--online-key", "--public-key", "--delegate"])
def test_a_private_key_in_the_place_of_a_public_one_is_not_told(
    cpt: Cpt, keys: dict[str, str], world: Path, option: str
) -> None:
    secret = (world / "bo.pem").read_text().splitlines()[1]
    said = {"--online-key": keys["online"], "--public-key": keys["cy"], "--delegate": ""}
    said[option] = "acme=bo.pem" if option == "--delegate" else "bo.pem"
    more = [each for pair in said.items() if pair[1] for each in pair]
    done = cpt("registry", "root", "roots", "--key", "ann.pem", "--pending", PENDING, *more)
    assert done.code == ExitCode.BAD_INPUT
    assert "bo.pem holds a private key, and the public one is needed" in " ".join(done.err.split())
    assert secret[:20] not in done.said


def test_a_root_in_which_a_key_hides_is_not_shown_as_a_good_one(
    cpt: Cpt, keys: dict[str, str], world: Path
) -> None:
    """A key that signs the index beside the one that is shown; a key that counts for two."""
    begin(cpt, keys, by="ann", also="bo")
    whole = (world / PENDING).read_text()
    for role, why in (
        ("targets", "another number of online keys than one"),
        ("root", "counts one of its keys more than once"),
    ):
        signed = (said := json.loads(whole))["signed"]
        first = signed["roles"]["root"]["keyids"][0]
        signed["keys"]["f" * 64] = signed["keys"][first]
        signed["roles"][role]["keyids"].append("f" * 64)
        (world / PENDING).write_text(json.dumps(said))
        refused = cpt("registry", "sign-root", PENDING, "--key", "bo.pem", "--yes")
        assert (refused.code, why in refused.err) == (ExitCode.BAD_INPUT, True), refused.said


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
