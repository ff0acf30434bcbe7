"""Publishers for whom the root names keys: nobody else publishes in their name."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root

from cpt.cli.exit_codes import ExitCode
from package_format.index import index_path, index_text, parse_index
from package_format.signing import private_key
from tests.cpt.cli.conftest import Cpt
from tests.cpt.registries.conftest import EXAMPLES

TAGS, WEBINAR = "acme/lifecycle-tags", "acme/webinar-follow-up"
VALUES = ("--set", "sender=me@shop.example", "--set", "company=Shop", "--yes")


class Registry:
    """A registry in a folder that its operators sign, and an owner who trusts it."""

    def __init__(self, cpt: Cpt) -> None:
        self._cpt = cpt
        names = ("root", "online", "acme", "thief", "other")
        self.keys = {name: cpt("registry", "key", f"{name}.pem").out.strip() for name in names}

    def root(self, *more: str) -> str:
        done = self._cpt(
            "registry", "root", "registry", "--key", "root.pem",
            "--online-key", self.keys["online"], *more,
        )  # fmt: skip
        assert done.code == 0, done.said
        return done.said

    def sign(self) -> None:
        assert self._cpt("registry", "sign", "registry", "--key", "online.pem").code == 0

    def trust(self) -> str:
        done = self._cpt("registry", "trust", "registry", "--yes")
        assert done.code == 0, done.said
        return done.err

    def publish(self, folder: str, *more: str) -> None:
        done = self._cpt("publish", str(EXAMPLES / folder), *more)
        assert done.code == 0, done.said
        self.sign()


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cpt: Cpt) -> Registry:
    """One whose root names a key of acme, who has signed what is in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CPT_CONFIG", "settings")
    monkeypatch.setenv("CPT_REGISTRY", "registry")
    found = Registry(cpt)
    assert cpt("publish", str(EXAMPLES / "lifecycle-tags"), "--sign-with", "acme.pem").code == 0
    found.root("--delegate", f"acme={found.keys['acme']}")
    found.sign()
    found.trust()
    found.publish("webinar-follow-up/1.0.0", "--sign-with", "acme.pem")
    assert cpt("account", "create", "shop.account").code == 0
    return found


def forge(name: str) -> None:
    """Take the signatures out of a package's index, as whoever has the registry can."""
    path = Path("registry") / index_path(name)
    lines = parse_index(path.read_text("utf-8"))
    path.write_text(index_text([x.model_copy(update={"signatures": ()}) for x in lines]), "utf-8")


def test_what_the_publisher_signed_is_installed_and_said_to_be_theirs(
    cpt: Cpt, registry: Registry
) -> None:
    done = cpt("install", WEBINAR, *VALUES)
    assert done.code == ExitCode.DONE, done.said
    assert "signed by acme" in " ".join(done.out.split())
    assert "signed by acme" in cpt("info", WEBINAR).out
    assert registry.keys


def test_a_stolen_online_key_publishes_in_nobodys_name(cpt: Cpt, registry: Registry) -> None:
    """Not even to somebody who installs for the first time, and has no history to compare."""
    forge(TAGS)
    forge(WEBINAR)
    registry.sign()
    refused = cpt("install", WEBINAR, *VALUES)
    assert refused.code == ExitCode.REFUSED
    said = " ".join(refused.err.split())
    assert f"{TAGS} 1.0.0 is not signed by acme, whose keys the registry's root names" in said
    assert WEBINAR not in cpt("list").out
    assert "not signed, and the registry's root names other keys" in cpt("info", TAGS).out


def test_a_person_cannot_agree_to_it_either(cpt: Cpt, registry: Registry) -> None:
    forge(TAGS)
    registry.sign()
    without = tuple(each for each in VALUES if each != "--yes")
    refused = cpt("install", WEBINAR, *without, answers="y\n")
    assert refused.code == ExitCode.REFUSED
    assert "is not signed by acme" in refused.err


def test_offline_it_is_refused_too(cpt: Cpt, registry: Registry) -> None:
    """A folder is near: offline it is read as ever, and so is its root."""
    forge(TAGS)
    registry.sign()
    assert cpt("install", TAGS, *VALUES[-1:], "--offline").code == ExitCode.REFUSED


@pytest.mark.parametrize("more", [(), ("--sign-with", "thief.pem")], ids=["nobody", "a thief"])
def test_an_author_is_told_before_it_is_published(
    cpt: Cpt, registry: Registry, more: tuple[str, ...]
) -> None:
    publish = ("publish", str(EXAMPLES / "webinar-follow-up/2.0.0"), *more)
    for options in (("--dry-run",), ()):
        refused = cpt(*publish, *options)
        assert refused.code == ExitCode.REFUSED, refused.said
        said = " ".join(refused.err.split())
        assert f"{WEBINAR} 2.0.0 must be signed by acme: the registry's root names" in said
        assert registry.keys["acme"] in said
        by = f"signed with {registry.keys['thief']}" if more else "not signed"
        assert f"and it is {by}" in said
        assert "--sign-with" in said


def test_what_is_published_already_is_so_whoever_signed_it(cpt: Cpt, registry: Registry) -> None:
    registry.root("--delegate", f"acme={registry.keys['other']}")
    registry.sign()
    again = cpt("publish", str(EXAMPLES / "lifecycle-tags"))
    assert again.code == ExitCode.DONE, again.said
    assert "already published" in again.err
    assert "stays as it was" not in again.err
    signing = cpt("publish", str(EXAMPLES / "lifecycle-tags"), "--sign-with", "other.pem")
    assert "already published" in signing.err
    said = " ".join(signing.err.split())
    assert f"stays as it was signed when it was published, without {registry.keys['other']}" in said
    same = cpt("publish", str(EXAMPLES / "lifecycle-tags"), "--sign-with", "acme.pem")
    assert "stays as it was" not in same.err


def test_a_key_that_the_root_names_is_no_odd_one_to_publish_with(
    cpt: Cpt, registry: Registry
) -> None:
    registry.root("--delegate", f"acme={registry.keys['other']}")
    registry.sign()
    newer = str(EXAMPLES / "webinar-follow-up/2.0.0")
    done = cpt("publish", newer, "--sign-with", "other.pem")
    assert done.code == ExitCode.DONE, done.said
    assert "whoever looks at it is warned" not in " ".join(done.err.split())


def test_the_next_root_names_them_too_unless_it_is_said(cpt: Cpt, registry: Registry) -> None:
    acme, other = registry.keys["acme"], registry.keys["other"]
    assert f"what acme publishes is signed by {acme}" in registry.root()
    both = registry.root(
        "--delegate", f"acme={acme}", "--delegate", f"acme={other}", "--delegate", f"shop={other}"
    )
    assert f"what acme publishes is signed by {' or '.join(sorted((acme, other)))}" in both
    assert f"what shop publishes is signed by {other}" in both
    shop = registry.root("--no-delegate", "acme")
    assert ("acme publishes" in shop, "shop publishes" in shop) == (False, True)
    wrong = cpt(
        "registry", "root", "registry", "--key", "root.pem",
        "--online-key", registry.keys["online"], "--no-delegate", "acme",
    )  # fmt: skip
    assert (wrong.code, "the root names no keys of acme" in wrong.err) == (ExitCode.USAGE, True)


def test_owners_follow_a_root_that_names_another_key(cpt: Cpt, registry: Registry) -> None:
    said = registry.root("--delegate", f"acme={registry.keys['other']}")
    assert f"note: nobody can install {TAGS} 1.0.0 and {WEBINAR} 1.0.0 anew: no key signed" in said
    registry.sign()
    assert cpt("install", TAGS, "--yes").code == ExitCode.REFUSED
    proved = cpt("registry", "verify", "registry")
    told = f"note: nobody can install {TAGS} 1.0.0 and {WEBINAR} 1.0.0 anew: no key signed"
    assert (proved.code, told in " ".join(proved.err.split())) == (0, True), proved.said
    registry.root("--no-delegate", "acme")
    registry.sign()
    assert cpt("install", TAGS, "--yes").code == ExitCode.DONE


def test_what_is_installed_stays_and_is_not_moved_to_what_is_refused(
    cpt: Cpt, registry: Registry
) -> None:
    assert cpt("install", WEBINAR, *VALUES).code == ExitCode.DONE
    shutil.copytree(EXAMPLES / "webinar-follow-up/1.0.0", "newer")
    manifest = Path("newer/cpt.toml")
    manifest.write_text(manifest.read_text().replace('version = "1.0.0"', 'version = "1.0.1"'))
    assert cpt("publish", "newer", "--sign-with", "acme.pem").code == ExitCode.DONE
    forge(WEBINAR)
    registry.sign()
    shown = cpt("outdated")
    assert f"note: {WEBINAR} 1.0.1 is not signed by acme" in " ".join(shown.err.split())
    assert cpt("upgrade", WEBINAR, "--yes").code == ExitCode.REFUSED
    assert cpt("upgrade", TAGS, "--yes").code == ExitCode.DONE, "nothing else is kept from moving"


def test_who_is_asked_to_trust_a_root_is_told_for_whom_it_names_keys(
    cpt: Cpt, registry: Registry
) -> None:
    shutil.rmtree("settings")
    assert "it names the keys by which acme signs" in registry.trust()
    shutil.rmtree("settings")
    trusted = cpt("registry", "trust", "registry", "--yes", "--format", "json")
    assert json.loads(trusted.out)["publishers"] == {"acme": [registry.keys["acme"]]}
    assert json.loads(trusted.out)["keys"] == [registry.keys["root"]], "as its owner was shown it"


def test_who_trusts_a_root_is_told_whether_the_newest_follows_from_it(
    registry: Registry,
) -> None:
    """One that does needs nobody's trust; one that does not may be anybody's."""
    follows = "you trust an older root of it already, from which this one follows"
    assert "follow" not in registry.trust()
    registry.root()
    registry.root()
    assert follows in registry.trust(), "root 3, and root 1 is trusted"
    shutil.rmtree("registry/tuf")
    Path("root.pem").write_bytes(Path("thief.pem").read_bytes())
    for _ in range(4):
        registry.root()
    odd = registry.trust()
    assert "another root of it so far, from which this one does not follow" in odd
    assert follows not in odd


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("acme", "acme names no key"),
        ("acme/tags=KEY", "is not a package's name"),
        ("acme=nothing.pub", "neither a public key nor a file"),
        ("acme=ed25519:short", "is not a public key"),
    ],
)
def test_what_names_no_publisher_or_no_key_is_refused(
    cpt: Cpt, registry: Registry, said: str, why: str
) -> None:
    done = cpt(
        "registry", "root", "registry", "--key", "root.pem", "--online-key",
        registry.keys["online"], "--delegate", said.replace("KEY", registry.keys["acme"]),
    )  # fmt: skip
    assert done.code in {ExitCode.USAGE, ExitCode.BAD_INPUT}
    assert why in done.err


def test_who_signs_a_root_too_sees_what_it_says_of_publishers(cpt: Cpt, registry: Registry) -> None:
    begun = cpt(
        "registry", "root", "registry", "--key", "root.pem", "--public-key",
        registry.keys["other"], "--online-key", registry.keys["online"], "--pending", "next.json",
    )  # fmt: skip
    assert begun.code == 0, begun.said
    shown = cpt("registry", "sign-root", "next.json", "--key", "other.pem", answers="n\n")
    assert f"what acme publishes is signed by {registry.keys['acme']}" in shown.out


def author(name: str) -> Path:
    """Write a package of somebody who is not acme, and for whom the root names no keys."""
    folder = Path(name.replace("/", "-"))
    shutil.copytree(EXAMPLES / "lifecycle-tags", folder)
    manifest, tags = folder / "cpt.toml", folder / "tags.yaml"
    manifest.write_text(manifest.read_text().replace("acme/lifecycle-tags", name))
    tags.write_text(tags.read_text().replace("name: ", f"name: {folder} "))
    return folder


def relied_on_by(name: str, needs: str, version: str | None = None) -> None:
    """Say in the index that a version needs another package, as whoever has the registry can."""
    path = Path("registry") / index_path(name)
    (line,) = parse_index(path.read_text("utf-8"))
    lie = {"dependencies": {needs: "*"}, "version": version or line.version}
    path.write_text(index_text([line.model_copy(update=lie)]), "utf-8")


@pytest.mark.parametrize("version", [None, "1.0.7"], ids=["the same version", "another version"])
def test_what_is_installed_of_a_publisher_does_not_come_to_need_a_thiefs_package(
    cpt: Cpt, registry: Registry, version: str | None
) -> None:
    """Nobody asks for acme's package, which is installed as it is: its archive is not fetched."""
    for name in ("thief/more", "shop/tags"):
        registry.publish(str(author(name).resolve()))
    assert cpt("install", TAGS, "--yes").code == ExitCode.DONE
    relied_on_by(TAGS, "thief/more", version)
    registry.sign()
    refused = cpt("install", "shop/tags", "--yes")
    assert refused.code == ExitCode.OTHER_SIDE, refused.said
    said = " ".join(refused.err.split())
    assert f"says of {TAGS} 1.0.0, which is installed, what it is not: its" in said
    assert "thief" not in cpt("tree").out


def _forged_root(named: dict[str, list[str]], *signing: str) -> None:
    """Alter the newest root in the folder, as whoever writes there can, with keys of theirs."""
    path = Path("registry/tuf/metadata/1.root.json")
    root = Metadata[Root].from_file(str(path))
    root.signed.unrecognized_fields["publishers"] = named
    for key in signing:
        signer = CryptoSigner(private_key(Path(key).read_bytes()))
        root.signed.add_key(signer.public_key, Root.type)
        root.sign(signer, append=True)
    root.to_file(str(path))


@pytest.mark.parametrize(
    "key", [("--key", "root.pem"), ("--key", "new.pem", "--old-key", "root.pem")]
)
@pytest.mark.parametrize("signing", [(), ("thief.pem",)], ids=["nobody", "a thief"])
def test_the_next_root_takes_no_delegations_from_a_root_that_its_keys_have_not_signed(
    cpt: Cpt, registry: Registry, signing: tuple[str, ...], key: tuple[str, ...]
) -> None:
    """Whoever has the registry's folder could have it name their key, or none, for acme."""
    cpt("registry", "key", "new.pem")
    for named in ({}, {"acme": [registry.keys["thief"]]}):
        _forged_root(named, *signing)
        for more in ((), ("--pending", "next.json")):
            refused = cpt(
                "registry", "root", "registry", *key, *more, "--online-key", registry.keys["online"]
            )
            assert refused.code == ExitCode.OTHER_SIDE, refused.said
            said = " ".join(refused.err.split())
            assert "root 1 in registry is not signed by any of the keys that you give" in said
        assert not Path("registry/tuf/metadata/2.root.json").exists()
