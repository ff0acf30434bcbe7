"""Publishing from a CI from a terminal: no token of anybody's, and an issuer on loopback."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from cpt.cli.workflows import demanded
from cpt.errors import UsageError
from tests.cpt.cli.conftest import Cpt
from tests.cpt.cli.test_marketplace import EXAMPLES, TAGS
from tests.cpt.cli.test_signed_servers import serving
from tests.registry_server.issuer import Issuer, answer, issuing, rsa

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("marketplace")]

PASS = "what-the-ci-gave-this-job"
VOUCH = "/vouch"


def token(issuer: Issuer, audience: str, repository: str = "acme/campaigns") -> str:
    now = int(time.time())
    return issuer.token(aud=audience, iat=now, nbf=now, exp=now + 300, repository=repository)


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with issuing(rsa("first")) as running:

        def vouch(handler: BaseHTTPRequestHandler) -> None:
            query = parse_qs(urlsplit(handler.path).query)
            if handler.headers["Authorization"] != f"Bearer {PASS}" or query["api"] != ["1"]:
                answer(handler, {}, 401)
                return
            answer(handler, {"value": token(running, query["audience"][0])})

        running.misdeeds[VOUCH] = vouch
        yield running


@pytest.fixture
def registry(
    cpt: Cpt, issuer: Issuer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """A registry in which a workflow may publish two packages; whoever let it is logged out."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CPT_CONFIG", "settings")
    monkeypatch.setenv("CPT_CACHE", "cache")
    secret = cpt("registry", "welcome", "store", "ann").out.strip()
    assert cpt("registry", "issuer", "add", "store", issuer.address).code == 0
    assert cpt("registry", "issuer", "list", "store").out == f"{issuer.address}\n"
    with serving("store") as address:
        monkeypatch.setenv("CPT_REGISTRY", address)
        assert cpt("login", answers=f"{secret}\n").code == 0
        assert cpt("publish", str(EXAMPLES / "lifecycle-tags")).code == 0
        let = ("workflow", "add", "acme/mine", "--issuer", issuer.address)
        done = cpt(*let, "--claim", "repository=acme/campaigns", "--environment", "release")
        assert done.code == 0, done.said
        assert cpt("logout").code == 0
        yield address


@pytest.fixture
def mine(tmp_path: Path) -> str:
    shutil.copytree(EXAMPLES / "lifecycle-tags", tmp_path / "mine")
    manifest = tmp_path / "mine" / "cpt.toml"
    manifest.write_text(manifest.read_text().replace(TAGS, "acme/mine"))
    return "mine"


def test_a_ci_that_vouches_for_its_workflows_is_asked(
    cpt: Cpt, registry: str, mine: str, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = cpt("publish", mine)
    assert nobody.code == 5
    assert "needs a token" in nobody.err
    assert f"'cpt login --registry {registry}' stores a token" in nobody.err
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    forgotten = cpt("publish", mine)
    assert forgotten.code == 5
    assert "this job has none" in forgotten.err
    assert "permissions: id-token: write" in forgotten.err
    assert "cpt login" not in forgotten.err
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_URL", f"{issuer.address}{VOUCH}?api=1")
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "another one")
    refused = cpt("publish", mine)
    assert refused.code == 4
    assert "permissions: id-token: write" in refused.err
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", PASS)
    assert cpt("publish", mine, "--dry-run").code == 0
    done = cpt("publish", mine)
    assert done.code == 0, done.said
    workflow = "workflow acme/campaigns/.github/workflows/release.yml@refs/tags/v1"
    assert f"{workflow} may publish acme/mine until" in done.err
    assert f"acme/mine 1.0.0 is published to {registry}" in done.err
    asked = len(issuer.asked)
    again = cpt("publish", mine)
    assert "already published" in again.err
    assert len(issuer.asked) == asked, "what is there needs no token"


def test_a_token_that_a_ci_hands_over_is_in_the_environment(
    cpt: Cpt, registry: str, mine: str, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CPT_OIDC_TOKEN", token(issuer, registry, repository="evil/campaigns"))
    refused = cpt("publish", mine)
    assert refused.code == 5, refused.said
    assert "This workflow may not publish acme/mine: its repository is 'evil/campaigns'" in (
        " ".join(refused.err.split())
    )
    once = token(issuer, registry)
    monkeypatch.setenv("CPT_OIDC_TOKEN", once)
    done = cpt("publish", mine)
    assert done.code == 0, done.said
    assert once not in done.said
    assert not list(Path("settings").rglob("credentials.json")) or once not in Path(
        "settings/credentials.json"
    ).read_text("utf-8")


def test_workflows_are_listed_and_removed_by_owners(
    cpt: Cpt, registry: str, issuer: Issuer
) -> None:
    assert cpt("workflow", "list", "acme/mine").code == 5, "nobody is logged in"
    secret = cpt("registry", "welcome", "store", "ann").out.strip()
    assert cpt("login", answers=f"{secret}\n").code == 0
    listed = cpt("workflow", "list", "acme/mine")
    assert f"1  {issuer.address}, let by ann" in listed.out
    assert "   environment = release" in listed.out
    shown = json.loads(cpt("workflow", "list", "acme/mine", "--format", "json").out)
    assert shown["workflows"][0]["claims"]["repository"] == "acme/campaigns"
    other = cpt("workflow", "add", "acme/mine", "--github", "acme/campaigns")
    assert other.code == 5
    assert "knows no issuer https://token.actions.githubusercontent.com" in other.err
    assert cpt("workflow", "remove", "acme/mine", "1").code == 0
    assert "no workflow may publish acme/mine" in cpt("workflow", "list", "acme/mine").err
    assert cpt("workflow", "remove", "acme/mine", "1").code == 5
    assert cpt("registry", "issuer", "remove", "store", issuer.address).code == 0
    assert cpt("registry", "issuer", "remove", "store", issuer.address).code != 0
    assert registry


# --- how people name a workflow -------------------------------------------------------------------


def test_a_workflow_is_named_as_its_ci_does() -> None:
    github = demanded("acme/campaigns", None, "release.yml", "release", None, ())
    assert github.issuer == "https://token.actions.githubusercontent.com"
    assert github.claims == {
        "repository": "acme/campaigns",
        "workflow_ref": "acme/campaigns/.github/workflows/release.yml@*",
        "environment": "release",
    }
    protected = ("ref_protected=true",)
    gitlab = demanded(None, "acme/all/campaigns", ".gitlab-ci.yml", None, None, protected)
    assert gitlab.issuer == "https://gitlab.com"
    assert gitlab.claims == {
        "project_path": "acme/all/campaigns",
        "ci_config_ref_uri": "gitlab.com/acme/all/campaigns//.gitlab-ci.yml@*",
        "ref_protected": "true",
    }
    other = demanded(None, None, None, None, "https://ci.example", ("sub=acme:release",))
    assert (other.issuer, other.claims) == ("https://ci.example", {"sub": "acme:release"})


@pytest.mark.parametrize(
    "options",
    [
        (None, None, None, None, None, ("sub=x",)),
        ("a/b", "a/b", None, None, None, ()),
        ("a/b", None, None, None, "https://ci.example", ()),
        (None, None, "release.yml", None, "https://ci.example", ("sub=x",)),
        ("a/b", None, None, None, None, ("sub",)),
        ("a/b", None, None, None, None, ("=x",)),
        ("a/b", None, None, None, None, ("sub=",)),
    ],
)
def test_what_names_no_workflow_is_wrong_usage(
    options: tuple[str | None, str | None, str | None, str | None, str | None, tuple[str, ...]],
) -> None:
    with pytest.raises(UsageError):
        demanded(*options)
