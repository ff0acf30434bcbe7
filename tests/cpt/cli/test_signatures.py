"""Authors' signatures, as authors make them and owners see and demand them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from cpt.cli.exit_codes import ExitCode
from cpt.installer.plan_file import sealed
from tests.cpt.cli.conftest import Cpt
from tests.cpt.registries.conftest import EXAMPLES

TAGS, WEBINAR = "acme/lifecycle-tags", "acme/webinar-follow-up"
VALUES = ("--set", "sender=me@shop.example", "--set", "company=Shop")


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cpt: Cpt) -> str:
    """A folder with an account, an author's private key, and a registry; the public key."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CPT_CONFIG", "settings")
    monkeypatch.setenv("CPT_REGISTRY", "registry")
    Path("settings").mkdir()
    assert cpt("account", "create", "shop.account").code == 0
    return cpt("registry", "key", "author.pem").out.strip()


def publish(cpt: Cpt, folder: str, *options: str) -> str:
    done = cpt("publish", str(EXAMPLES / folder), *options)
    assert done.code == 0, done.said
    return done.err


def know(key: str, more: str = "") -> None:
    Path("settings/signers.toml").write_text(f'[signers]\n"Acme Ltd" = ["{key}"]\n{more}')


def test_who_signed_is_shown_in_plans_and_by_info(key: str, cpt: Cpt) -> None:
    assert f"signed with {key}" in publish(cpt, "lifecycle-tags", "--sign-with", "author.pem")
    publish(cpt, "webinar-follow-up/1.0.0")
    shown = cpt("plan", WEBINAR, *VALUES).out
    assert f"needed by {WEBINAR}, signed by {key[:24]}…" in " ".join(shown.split())
    know(key)
    shown = cpt("plan", WEBINAR, *VALUES).out
    assert f"needed by {WEBINAR}, signed by Acme Ltd" in " ".join(shown.split())
    assert "signed by Acme Ltd" in cpt("info", TAGS).out
    assert json.loads(cpt("info", TAGS, "--format", "json").out)["signed"] == "signed by Acme Ltd"
    steps = json.loads(cpt("plan", WEBINAR, *VALUES, "--format", "json").out)["packages"]
    assert [(step["name"], step["signed"]) for step in steps] == [
        (TAGS, "signed by Acme Ltd"),
        (WEBINAR, None),
    ]


def test_an_upgrade_that_is_not_signed_as_before_stands_out(key: str, cpt: Cpt) -> None:
    know(key)
    publish(cpt, "lifecycle-tags")
    publish(cpt, "webinar-follow-up/1.0.0", "--sign-with", "author.pem")
    publish(cpt, "webinar-follow-up/2.0.0")
    shown = " ".join(cpt("plan", f"{WEBINAR}@^2", *VALUES).out.split())
    assert "asked for, not signed, and 1.0.0 was by Acme Ltd" in shown
    step = json.loads(cpt("plan", f"{WEBINAR}@^2", *VALUES, "--format", "json").out)["packages"][1]
    assert step["signed_otherwise"] is True


def test_a_yes_beforehand_is_none_to_what_is_not_signed_as_before(key: str, cpt: Cpt) -> None:
    know(key)
    publish(cpt, "lifecycle-tags")
    publish(cpt, "webinar-follow-up/1.0.0", "--sign-with", "author.pem")
    assert cpt("install", WEBINAR, *VALUES, "--yes").code == ExitCode.DONE
    publish(cpt, "webinar-follow-up/2.0.0")
    upgrade = ("upgrade", f"{WEBINAR}@^2")
    for format_ in ("human", "json"):
        refused = cpt(*upgrade, "--yes", "--format", format_)
        assert refused.code == ExitCode.REFUSED
        assert f"{WEBINAR} 2.0.0: not signed, and 1.0.0 was by Acme Ltd" in refused.said
    assert "1.0.0" in cpt("list").out
    assert cpt(*upgrade, answers="y\n").code == ExitCode.DONE, "who has seen it may"
    assert "2.0.0" in cpt("list").out


def test_a_yes_beforehand_will_do_where_one_says_whose_signature_does(key: str, cpt: Cpt) -> None:
    cpt("registry", "key", "new.pem")
    publish(cpt, "lifecycle-tags")
    publish(cpt, "webinar-follow-up/1.0.0", "--sign-with", "author.pem")
    assert cpt("install", WEBINAR, *VALUES, "--yes").code == ExitCode.DONE
    signed = publish(cpt, "webinar-follow-up/2.0.0", "--sign-with", "new.pem")
    (new,) = set(re.findall(r"signed with (ed25519:\S+)", signed)) - {key}
    upgrade = ("upgrade", f"{WEBINAR}@^2", "--yes")
    assert cpt(*upgrade).code == ExitCode.REFUSED
    assert cpt(*upgrade, "--require-signed-by", new).code == ExitCode.DONE


def test_a_yes_beforehand_will_do_for_what_a_lock_file_says(key: str, cpt: Cpt) -> None:
    publish(cpt, "lifecycle-tags")
    publish(cpt, "webinar-follow-up/1.0.0", "--sign-with", "author.pem")
    publish(cpt, "webinar-follow-up/2.0.0")
    Path("stack.toml").write_text(
        f'[stack]\nname = "shops"\n\n[packages."{WEBINAR}"]\nrange = "^2"\n'
        'parameters = {sender = "me@shop.example", company = "Shop"}\n'
    )
    assert cpt("sync", "stack.toml", "--yes").code == ExitCode.REFUSED
    assert cpt("sync", "stack.toml", answers="y\n").code == ExitCode.DONE
    assert cpt("account", "create", "other.account").code == ExitCode.DONE
    assert cpt("sync", "stack.toml", "--yes", "--account", "other.account").code == ExitCode.DONE
    assert key


def test_an_author_who_forgets_to_sign_is_told_before_it_is_published(key: str, cpt: Cpt) -> None:
    warned = "note: 1.0.0 was signed by its author, and 2.0.0 is signed"
    publish(cpt, "lifecycle-tags")
    assert "note:" not in publish(cpt, "webinar-follow-up/1.0.0", "--sign-with", "author.pem")
    assert f"{warned} by nobody: " in publish(cpt, "webinar-follow-up/2.0.0", "--dry-run")
    cpt("registry", "key", "other.pem")
    other = publish(cpt, "webinar-follow-up/2.0.0", "--dry-run", "--sign-with", "other.pem")
    assert f"{warned} with another key: " in other
    done = publish(cpt, "webinar-follow-up/2.0.0", "--sign-with", "author.pem")
    assert (warned in done, f"signed with {key}" in done) == (False, True)


def test_what_is_not_signed_by_whom_one_demands_is_not_installed(key: str, cpt: Cpt) -> None:
    publish(cpt, "lifecycle-tags")
    publish(cpt, "webinar-follow-up/1.0.0", "--sign-with", "author.pem")
    done = cpt("install", WEBINAR, *VALUES, "--yes", "--require-signed-by", key)
    assert done.code == 5
    assert f"{TAGS} 1.0.0 is not signed by {key}, as you demand: nobody has signed it" in done.err
    assert WEBINAR not in cpt("list").out
    rehearsed = cpt("rehearse", WEBINAR, *VALUES, "--require-signed-by", key)
    assert (rehearsed.code, "as you demand" in rehearsed.err) == (5, True), rehearsed.said


def test_a_policy_holds_without_being_named(key: str, cpt: Cpt) -> None:
    publish(cpt, "lifecycle-tags")
    publish(cpt, "webinar-follow-up/1.0.0", "--sign-with", "author.pem")
    know(key, '[require]\n"acme/web*" = ["Acme Ltd"]\n')
    assert cpt("install", WEBINAR, *VALUES, "--yes").code == 0
    publish(cpt, "webinar-follow-up/2.0.0")
    done = cpt("upgrade", f"{WEBINAR}@^2", "--yes")
    assert done.code == 5
    assert f"{WEBINAR} 2.0.0 is not signed by Acme Ltd, as you demand" in done.err
    assert cpt("info", WEBINAR).code == 0, "looking is not installing"


def test_a_package_of_ones_own_needs_no_signature(key: str, cpt: Cpt) -> None:
    shutil.copytree(EXAMPLES / "lifecycle-tags", "mine")
    assert cpt("install", "./mine", "--yes", "--require-signed-by", key).code == 0


def test_a_key_in_the_settings_signs_whatever_is_published(
    key: str, cpt: Cpt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a file beside the settings, wherever one is when publishing."""
    Path("author.pem").rename("settings/author.pem")
    Path("settings/config.toml").write_text('author-key = "author.pem"\n')
    monkeypatch.setenv("CPT_CONFIG", str(Path("settings").resolve()))
    monkeypatch.setenv("CPT_REGISTRY", str(Path("registry").resolve()))
    Path("elsewhere").mkdir()
    monkeypatch.chdir("elsewhere")
    assert f"signed with {key}" in publish(cpt, "lifecycle-tags")


def test_a_ci_has_its_key_in_its_environment(
    key: str, cpt: Cpt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CPT_AUTHOR_KEY", Path("author.pem").read_text())
    Path("author.pem").unlink()
    assert f"signed with {key}" in publish(cpt, "lifecycle-tags")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("-----BEGIN PRIVATE KEY-----\nHUSH//HUSH", "the private key that you gave holds no"),
        ("author.pub", "author.pub holds a public key, and the private one is needed"),
    ],
)
def test_a_key_that_cannot_be_used_is_told_without_what_it_holds(
    key: str, cpt: Cpt, monkeypatch: pytest.MonkeyPatch, given: str, why: str
) -> None:
    Path("author.pub").write_text(f"{key}\n")
    monkeypatch.setenv("CPT_AUTHOR_KEY", given)
    done = cpt("publish", str(EXAMPLES / "lifecycle-tags"))
    assert (done.code, why in " ".join(done.err.split())) == (3, True), done.said
    assert "HUSH" not in done.said


def test_a_plan_file_cannot_say_who_signed(key: str, cpt: Cpt) -> None:
    publish(cpt, "lifecycle-tags")
    assert cpt("plan", TAGS, "--out", "plan.json").code == 0
    plan = json.loads(Path("plan.json").read_text())
    assert "signed" not in plan["plan"]["packages"][0]
    plan["plan"]["packages"][0]["signed"] = "signed by Acme Ltd"
    Path("plan.json").write_text(json.dumps(sealed(plan["plan"])))
    assert "Acme Ltd" not in cpt("apply", "plan.json", "--yes").said
    assert key


def test_nobody_is_demanded_who_is_not_known(key: str, cpt: Cpt) -> None:
    publish(cpt, "lifecycle-tags")
    done = cpt("install", TAGS, "--yes", "--require-signed-by", "Acme Ltd")
    assert done.code == 3
    assert "nobody is called Acme Ltd in your signers.toml" in done.err
    assert key


def test_what_is_not_signed_as_one_demands_is_not_offered_as_an_upgrade(key: str, cpt: Cpt) -> None:
    publish(cpt, "lifecycle-tags")
    publish(cpt, "webinar-follow-up/1.0.0", "--sign-with", "author.pem")
    assert cpt("install", f"{WEBINAR}@>=1", *VALUES, "--yes").code == ExitCode.DONE
    publish(cpt, "webinar-follow-up/2.0.0")

    def outlook() -> tuple[object, ...]:
        told = json.loads(cpt("outdated", "--format", "json").out)
        (one,) = [each for each in told["packages"] if each["name"] == WEBINAR]
        return one["upgrade"], one["newest"], one["current"], told["refused"]

    know(key)
    assert outlook() == ("2.0.0", "2.0.0", False, [])
    know(key, f'[require]\n"{WEBINAR}" = ["Acme Ltd"]\n')
    why = f"{WEBINAR} 2.0.0 is not signed by Acme Ltd, as you demand: nobody has signed it"
    refused = [{"name": WEBINAR, "version": "2.0.0", "why": why}]
    assert outlook() == ("1.0.0", "2.0.0", False, refused)
    said = cpt("outdated")
    assert said.code == ExitCode.NO
    assert f"note: {why}" in said.err
