"""Publishing from a CI without a secret that lasts, and what somebody can try there, by name."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey, RSAKey

from package_format.package import Package
from registry_server.upkeep.operating import add_issuer, remove_issuer
from tests.registry_server.conftest import retold
from tests.registry_server.issuer import (
    DISCOVERY,
    KEYS,
    Issuer,
    answer,
    endlessly,
    issuing,
    rsa,
    seconds,
)
from tests.registry_server.stores import NOW, Running

NAME = "acme/lifecycle-tags"
WORKFLOWS = f"/api/v1/packages/{NAME}/workflows"
CLAIMS = {
    "repository": "acme/campaigns",
    "workflow_ref": "acme/campaigns/.github/workflows/release.yml@*",
    "environment": "release",
}


@pytest.fixture(scope="session")
def rsa_key() -> RSAKey:
    return rsa("first")


@pytest.fixture
def issuer(rsa_key: RSAKey) -> Iterator[Issuer]:
    with issuing(rsa_key) as running:
        yield running


@pytest.fixture
def trusting(running: Running, issuer: Issuer, tags: Package) -> Running:
    """A registry in which a workflow may publish the tags; one version is there."""
    assert running.publish(tags).status_code == 201
    add_issuer(running.store, issuer.address, NOW)
    let(running, issuer)
    return running


def let(running: Running, issuer: Issuer, by: str = "ann", **more: object) -> int:
    asked = {"issuer": issuer.address, "claims": CLAIMS, **more}
    answered = running.ask("POST", WORKFLOWS, by=by, json=asked)
    assert answered.status_code == 201, answered.text
    return int(answered.json()["id"])


def exchange(running: Running, token: str, package: str = NAME) -> httpx.Response:
    path = f"/api/v1/packages/{package}/workflows/token"
    return running.ask("POST", path, json={"token": token})


def refused(running: Running, token: str, why: str, status: int = 403) -> None:
    answered = exchange(running, token)
    assert answered.status_code == status, answered.text
    assert why in answered.json()["detail"], answered.json()["detail"]
    assert answered.headers["Content-Type"] == "application/problem+json"


# --- nothing is wrong -----------------------------------------------------------------------------


def test_a_workflow_publishes_what_it_may_and_the_log_and_the_page_say_so(
    trusting: Running, issuer: Issuer, tags: Package
) -> None:
    got = exchange(trusting, issuer.token())
    assert got.status_code == 201, got.text
    token = got.json()
    assert (token["scopes"], token["package"]) == (["publish"], NAME)
    assert token["expires"] == "2026-11-26T09:15:00Z"
    newer = retold(tags, version="1.1.0")
    assert trusting.publish(newer, by=token["secret"]).status_code == 201
    entry = trusting.ask("GET", f"/api/v1/log?subject={NAME}").json()["items"][0]
    assert (entry["actor"], entry["action"]) == ("ann", "published")
    workflow = "acme/campaigns/.github/workflows/release.yml@refs/tags/v1"
    assert entry["details"]["via"] == f"workflow {workflow}"
    told = {
        "issuer": issuer.address, "repository": "acme/campaigns", "workflow": workflow,
        "environment": "release", "ref": "refs/tags/v1", "commit": "c0ffee", "run": "42",
    }  # fmt: skip
    assert told.items() <= entry["details"].items()
    page = trusting.ask("GET", f"/packages/{NAME}/1.1.0").text
    assert "acme/campaigns" in page
    assert workflow in page
    assert "Published from" in page
    assert "Published from" not in trusting.ask("GET", f"/packages/{NAME}/1.0.0").text


def test_what_a_workflow_gets_is_good_for_one_package_and_a_quarter_of_an_hour(
    trusting: Running, issuer: Issuer, tags: Package
) -> None:
    secret = exchange(trusting, issuer.token()).json()["secret"]
    other = retold(tags, name="acme/other")
    assert trusting.publish(other, by=secret).status_code == 403
    for method, path, body in (
        ("PUT", f"/api/v1/packages/{NAME}/versions/1.0.0/yanked", {"reason": "x"}),
        ("POST", "/api/v1/me/tokens", {"name": "more", "scopes": ["publish"]}),
        ("POST", WORKFLOWS, {"issuer": issuer.address, "claims": {"sub": "mine"}}),
        ("GET", WORKFLOWS, None),
    ):
        assert trusting.ask(method, path, by=secret, json=body).status_code == 403, path
    trusting.now = "2026-11-26T09:15:00Z"
    assert trusting.publish(retold(tags, version="1.1.0"), by=secret).status_code == 401


def test_the_first_version_of_a_package_may_come_from_a_workflow(
    trusting: Running, issuer: Issuer, tags: Package
) -> None:
    path = "/api/v1/packages/acme/quite-new/workflows"
    asked = {"issuer": issuer.address, "claims": CLAIMS}
    assert trusting.ask("POST", path, by="ann", json=asked).status_code == 201
    secret = exchange(trusting, issuer.token(), "acme/quite-new").json()["secret"]
    new = retold(tags, name="acme/quite-new")
    assert trusting.publish(new, by=secret).status_code == 201


def test_a_registry_says_whose_tokens_it_takes(trusting: Running, issuer: Issuer) -> None:
    told = trusting.ask("GET", "/api/v1/oidc").json()
    assert told == {"audience": "http://packages.test", "issuers": [issuer.address]}


def test_an_audience_of_its_own_is_what_its_tokens_are_for(
    running: Running, issuer: Issuer, tags: Package
) -> None:
    running.publish(tags)
    add_issuer(running.store, issuer.address, NOW)
    let(running, issuer, audience="acme-registry")
    refused(running, issuer.token(), "aud")
    assert exchange(running, issuer.token(aud=["x", "acme-registry"])).status_code == 201


def test_keys_of_an_elliptic_curve_sign_too(trusting: Running, issuer: Issuer) -> None:
    curve = ECKey.generate_key("P-256", {"kid": "curve", "use": "sig"})
    issuer.keys.append(curve)
    assert exchange(trusting, issuer.token(key=curve, alg="ES256")).status_code == 201


# --- who lets workflows ---------------------------------------------------------------------------


def test_only_owners_let_workflows_publish_and_see_which_may(
    trusting: Running, issuer: Issuer
) -> None:
    asked = {"issuer": issuer.address, "claims": {"sub": "mine"}}
    assert trusting.ask("POST", WORKFLOWS, by="bo", json=asked).status_code == 403
    assert trusting.ask("GET", WORKFLOWS, by="bo").status_code == 403
    assert trusting.ask("GET", WORKFLOWS).status_code == 401
    (one,) = trusting.ask("GET", WORKFLOWS, by="ann").json()["items"]
    assert (one["claims"], one["person"], one["pinned"]) == (CLAIMS, "ann", {})
    assert trusting.ask("DELETE", f"{WORKFLOWS}/{one['id']}", by="bo").status_code == 403
    less = trusting.token("ann", scopes=["publish"])
    assert trusting.ask("POST", WORKFLOWS, by=less, json=asked).status_code == 403
    assert (
        trusting.ask("POST", WORKFLOWS, by="ann", json={**asked, "claims": CLAIMS}).status_code
        == 409
    )


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"environment": "release"}, "do not say whose workflow it is"),
        ({"repository": "acme/*"}, "do not say whose workflow it is"),
        ({"sub": "repo:*"}, "do not say whose workflow it is"),
        ({"sub": "x", "ref": "*"}, "an asterisk stands after one of"),
        ({"sub": "x", "ref": "refs/heads*"}, "an asterisk stands after one of"),
        ({"sub": "x", "ref": "a*b"}, "at its end only"),
        ({"sub": ""}, "needs a value"),
        ({"sub": "x\n"}, "needs a value"),
        ({"sub": "x" * 501}, "needs a value"),
        ({"sub": "x", "iss": "y"}, "is no claim that can be demanded"),
        ({"sub": "x", "a b": "y"}, "is no claim that can be demanded"),
        ({"sub": "x", **{f"c{n}": "y" for n in range(20)}}, "at most 20 claims"),
    ],
)
def test_claims_that_would_let_others_in_are_refused(
    trusting: Running, issuer: Issuer, claims: dict[str, str], why: str
) -> None:
    asked = {"issuer": issuer.address, "claims": claims}
    answered = trusting.ask("POST", WORKFLOWS, by="ann", json=asked)
    assert answered.status_code == 422
    assert why in answered.json()["detail"]


def test_a_workflow_that_may_no_more_publishes_no_more_at_once(
    trusting: Running, issuer: Issuer, tags: Package
) -> None:
    secret = exchange(trusting, issuer.token()).json()["secret"]
    (one,) = trusting.ask("GET", WORKFLOWS, by="ann").json()["items"]
    assert trusting.ask("DELETE", f"{WORKFLOWS}/{one['id']}", by="ann").status_code == 204
    assert trusting.ask("DELETE", f"{WORKFLOWS}/{one['id']}", by="ann").status_code == 404
    assert trusting.publish(retold(tags, version="1.1.0"), by=secret).status_code == 401
    refused(trusting, issuer.token(), "No workflow for which")


def test_a_workflow_of_somebody_who_owns_no_more_publishes_no_more(
    trusting: Running, issuer: Issuer, tags: Package
) -> None:
    secret = exchange(trusting, issuer.token()).json()["secret"]
    assert trusting.ask("PUT", "/api/v1/publishers/acme/owners/bo", by="ann").status_code == 202
    assert trusting.ask("PUT", "/api/v1/me/invitations/acme", by="bo").status_code == 200
    assert trusting.ask("DELETE", "/api/v1/publishers/acme/owners/ann", by="bo").status_code == 200
    refused(trusting, issuer.token(), "ann does not own acme")
    assert trusting.publish(retold(tags, version="1.1.0"), by=secret).status_code == 403


def test_an_issuer_whose_word_is_taken_no_more_vouches_for_nothing(
    trusting: Running, issuer: Issuer
) -> None:
    remove_issuer(trusting.store, issuer.address, NOW)
    refused(trusting, issuer.token(), f"knows no issuer {issuer.address}; it knows none.")
    asked = {"issuer": issuer.address, "claims": {"sub": "x"}}
    answered = trusting.ask("POST", WORKFLOWS, by="ann", json=asked)
    assert "knows no issuer" in answered.json()["detail"]


# --- attacks, each by its name --------------------------------------------------------------------


def test_wrong_audience(trusting: Running, issuer: Issuer) -> None:
    """A token that the CI made for somebody else's service, who tries it here."""
    for audience in ("https://elsewhere.example", ["https://elsewhere.example"], "", [], None, 7):
        refused(trusting, issuer.token(aud=audience), "has to be for http://packages.test (aud)")
    refused(trusting, issuer.token(aud="https://a.example"), "it is for 'https://a.example', and")
    refused(trusting, issuer.token(aud=None), "it is for nobody, and")


def test_wrong_issuer(trusting: Running, issuer: Issuer) -> None:
    """An issuer of one's own, or one that says it is the other; nobody asks it anything."""
    mine = rsa("first")
    with issuing(mine) as evil:
        why = f"This registry knows no issuer {evil.address}; it knows {issuer.address}."
        refused(trusting, evil.token(), why)
        refused(trusting, evil.token(iss=issuer.address), "is not signed by")
        refused(trusting, evil.token(iss=issuer.address + "/"), "knows no issuer")
        assert not evil.asked


def test_expired(trusting: Running, issuer: Issuer) -> None:
    refused(
        trusting,
        issuer.token(exp=seconds() - 61),
        "it was good until 2026-11-26T08:58:59Z, and it is 2026-11-26T09:00:00Z here (exp); "
        "ask the CI for another one",
    )
    refused(trusting, issuer.token(exp=-(10**400)), "it was good until -1000")
    refused(trusting, issuer.token(exp=None), "exp")
    for claim in ("nbf", "iat"):
        why = f"from 2026-11-26T09:01:01Z on, and it is 2026-11-26T09:00:00Z here ({claim})"
        later: dict[str, Any] = {claim: seconds() + 61}
        refused(trusting, issuer.token(**later), why)
    refused(trusting, issuer.token(iat=None), "its claim 'iat' is not as it must be (Missing")
    refused(trusting, issuer.token(exp=seconds() + 86_400), "good for more than a day")
    refused(trusting, issuer.token(exp=float("inf")), "is not accepted")
    refused(trusting, issuer.token(exp=float("nan")), "is not accepted")
    refused(trusting, issuer.token(exp="never"), "exp")
    refused(trusting, issuer.token(exp=10**400), "good for more than a day")
    refused(trusting, issuer.token(exp=10**400, iat=-(10**400)), "good for more than a day")


def test_replayed(trusting: Running, issuer: Issuer) -> None:
    token = issuer.token()
    assert exchange(trusting, token).status_code == 201
    refused(trusting, token, "was used before")
    refused(trusting, issuer.token(jti="token-0", run_id="43"), "was used before")
    unnamed = issuer.token(jti=None)
    assert exchange(trusting, unnamed).status_code == 201
    refused(trusting, unnamed, "was used before")
    trusting.now = "2026-11-26T09:05:59Z"  # the last second at which it is good
    refused(trusting, token, "was used before")


def test_replayed_by_many_at_once(trusting: Running, issuer: Issuer) -> None:
    token, codes = issuer.token(), []

    def show() -> None:
        codes.append(exchange(trusting, token).status_code)

    threads = [threading.Thread(target=show) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [201, 403, 403, 403, 403, 403]


def test_other_repository(trusting: Running, issuer: Issuer) -> None:
    """A true token of the same issuer, of somebody else's repository, workflow or environment."""
    refused(
        trusting,
        issuer.token(repository="evil/campaigns", environment=None),
        f"This workflow may not publish {NAME}: its repository is 'evil/campaigns', and "
        "has to be 'acme/campaigns'; its environment is missing, and has to be 'release'; an owner "
        f"sees which may with 'cpt workflow list {NAME}', and lets one with 'add'.",
    )
    refused(trusting, issuer.token(repository="acme/campaigns2"), "its repository is")
    for ref in (
        "acme/campaigns/.github/workflows/test.yml@refs/heads/main",
        "evil/campaigns/.github/workflows/release.yml@refs/tags/v1",
        "acme/campaigns/.github/workflows/release.yml",
    ):
        refused(trusting, issuer.token(workflow_ref=ref), "its workflow_ref is")
    refused(trusting, issuer.token(environment=None), "its environment is missing")
    refused(trusting, issuer.token(repository=["acme/campaigns"]), "its repository is missing")


def test_other_package(trusting: Running, issuer: Issuer) -> None:
    answered = exchange(trusting, issuer.token(), "acme/other")
    assert answered.status_code == 403
    assert answered.json()["detail"].startswith(
        f"No workflow for which {issuer.address} vouches may publish acme/other; an owner sees"
    )


def test_of_several_workflows_the_nearest_is_told_of(trusting: Running, issuer: Issuer) -> None:
    other = {"repository": "acme/second", "environment": "live", "ref": "refs/heads/main"}
    let(trusting, issuer, claims=other)
    token = issuer.token(repository="acme/second", environment="live")
    refused(trusting, token, f"{NAME} at the least: its ref is 'refs/tags/v1', and has to be")
    refused(trusting, issuer.token(repository="x"), "'x', and has to be 'acme/campaigns'")


def test_a_repositorys_name_that_came_to_be_somebody_elses(
    trusting: Running, issuer: Issuer
) -> None:
    """The account was given up, and somebody else took its name: all names are as they were."""
    assert exchange(trusting, issuer.token()).status_code == 201
    refused(trusting, issuer.token(repository_owner_id="666"), "the name is another's")
    refused(trusting, issuer.token(repository_id=None), "the name is another's")
    assert exchange(trusting, issuer.token()).status_code == 201


def test_alg_confusion(trusting: Running, issuer: Issuer, rsa_key: RSAKey) -> None:
    """The public key as an HMAC's secret; no signature at all; another algorithm than the key's."""

    def coded(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    _, claims, signature = issuer.token().split(".")
    for alg, secret in (
        ("HS256", rsa_key.as_pem(private=False)),
        ("HS256", json.dumps(rsa_key.as_dict(private=False)).encode()),
        ("none", None),
        ("None", None),
        ("", None),
    ):
        head = coded(json.dumps({"alg": alg, "kid": "first", "typ": "JWT"}).encode())
        signed = f"{head}.{claims}"
        mac = b"" if secret is None else hmac.digest(secret, signed.encode(), hashlib.sha256)
        refused(trusting, f"{signed}.{coded(mac)}", "is not accepted")
    head = coded(json.dumps({"alg": "ES256", "kid": "first", "typ": "JWT"}).encode())
    refused(trusting, f"{head}.{claims}.{signature}", "is not signed by")
    head = coded(
        json.dumps({"alg": "RS256", "kid": "first", "crit": ["b64"], "b64": False}).encode()
    )
    refused(trusting, f"{head}.{claims}.{signature}", "OpenID Connect token")


def test_a_key_that_the_token_brings_along_is_not_looked_at(
    trusting: Running, issuer: Issuer
) -> None:
    mine = rsa("first")
    for name, value, why in (
        ("jwk", mine.as_dict(private=False), "is no OpenID Connect token"),  # too long a header
        ("jwk", {"kty": "oct", "k": "c2VjcmV0"}, "is not signed by"),
        ("jku", "http://127.0.0.1:1/keys", "is not signed by"),
        ("x5u", "http://127.0.0.1:1/keys", "is not signed by"),
    ):
        refused(trusting, issuer.token(key=mine, header={name: value}), why)


def test_a_weak_or_symmetric_key_of_an_issuer_signs_nothing(
    trusting: Running, issuer: Issuer
) -> None:
    def weak(handler: object) -> None:
        import warnings  # noqa: PLC0415

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            short = rsa("first", 1024).as_dict(private=False)
        keys = [short, {"kty": "oct", "kid": "first", "k": "c2VjcmV0"}, "nonsense", {"kty": "RSA"}]
        answer(handler, {"keys": keys})  # type: ignore[arg-type]

    issuer.misdeeds[KEYS] = weak
    refused(trusting, issuer.token(), "with a key that")


def test_unknown_kid_flood(trusting: Running, issuer: Issuer) -> None:
    """However many keys tokens name, the issuer is asked once in half a minute."""
    for number in range(50):
        refused(trusting, issuer.token(header={"kid": f"no-{number}"}), "with a key that")
    assert issuer.asked == [DISCOVERY, KEYS]
    trusting.seconds += 30
    refused(trusting, issuer.token(header={"kid": "no"}), "with a key that")
    assert issuer.asked == [DISCOVERY, KEYS] * 2
    assert exchange(trusting, issuer.token()).status_code == 201
    assert issuer.asked == [DISCOVERY, KEYS] * 2


def test_a_key_that_is_replaced_is_found_and_the_old_one_is_forgotten(
    trusting: Running, issuer: Issuer, rsa_key: RSAKey
) -> None:
    assert exchange(trusting, issuer.token()).status_code == 201
    issuer.keys = [rsa("second")]
    trusting.seconds += 31
    assert exchange(trusting, issuer.token()).status_code == 201
    refused(trusting, issuer.token(key=rsa_key), "with a key that")


def test_issuer_down(trusting: Running, issuer: Issuer) -> None:
    """It is said so, soon and with 503; what is known of it is good for an hour."""
    issuer.misdeeds[KEYS] = lambda handler: answer(handler, b"", 500)
    refused(trusting, issuer.token(), f"The keys of {issuer.address} could not be read", 503)
    for _ in range(20):
        why = f"could not be read just now, so try again: {issuer.address}{KEYS} answers 500."
        refused(trusting, issuer.token(), why, 503)
    assert len(issuer.asked) == 2
    issuer.misdeeds.clear()
    told_to_wait = int(exchange(trusting, issuer.token()).headers["Retry-After"])
    trusting.seconds += told_to_wait
    assert exchange(trusting, issuer.token()).status_code == 201, "who comes again is helped"
    issuer.misdeeds[DISCOVERY] = lambda handler: answer(handler, b"", 500)
    trusting.seconds += 3599
    assert exchange(trusting, issuer.token()).status_code == 201
    trusting.seconds += 1
    refused(trusting, issuer.token(), "answers 500", 503)


def test_issuer_that_cannot_be_reached(trusting: Running, issuer: Issuer, rsa_key: RSAKey) -> None:
    with issuing(rsa_key) as gone:
        add_issuer(trusting.store, gone.address, NOW)
        let(trusting, gone)
    refused(trusting, gone.token(), "cannot be reached: Connection refused", 503)
    assert exchange(trusting, issuer.token()).status_code == 201, "others go on"


@pytest.mark.parametrize("path", [DISCOVERY, KEYS])
def test_issuer_answering_endless_data(trusting: Running, issuer: Issuer, path: str) -> None:
    issuer.misdeeds[path] = endlessly
    refused(trusting, issuer.token(), "answers without end", 503)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (DISCOVERY, b"[" * 50_000),
        (DISCOVERY, []),
        (DISCOVERY, {}),
        (DISCOVERY, {"issuer": "https://elsewhere.example", "jwks_uri": "https://x.example/"}),
        (DISCOVERY, {"issuer": "SELF", "jwks_uri": "file:///etc/passwd"}),
        (DISCOVERY, {"issuer": "SELF", "jwks_uri": "http://169.254.169.254/latest"}),
        (DISCOVERY, {"issuer": "SELF", "jwks_uri": "https://user:secret@x.example/keys"}),
        (DISCOVERY, {"issuer": "SELF", "jwks_uri": ["x"]}),
        (KEYS, b"\xff\xfe"),
        (KEYS, {"keys": {}}),
        (KEYS, {"keys": [{}] * 101}),
    ],
)
def test_an_issuer_that_answers_nonsense_is_asked_nothing_more(
    trusting: Running, issuer: Issuer, path: str, said: object
) -> None:
    if isinstance(said, dict) and said.get("issuer") == "SELF":
        said = {**said, "issuer": issuer.address}
    issuer.misdeeds[path] = lambda handler: answer(handler, said)
    answered = exchange(trusting, issuer.token())
    assert answered.status_code == 503, answered.text
    assert issuer.asked[-1] == path


def test_an_issuer_that_leads_elsewhere_is_not_followed(trusting: Running, issuer: Issuer) -> None:
    def elsewhere(handler: object) -> None:
        handler.send_response(302)  # type: ignore[attr-defined]
        handler.send_header("Location", "/inside")  # type: ignore[attr-defined]
        handler.end_headers()  # type: ignore[attr-defined]

    issuer.misdeeds[DISCOVERY] = elsewhere
    refused(trusting, issuer.token(), "answers 302", 503)
    assert issuer.asked == [DISCOVERY]


@pytest.mark.parametrize("token", ["x", "a.b.c", "..", "é.é.é", "e30.e30.", "x" * 16_000])
def test_what_is_no_token_is_refused(trusting: Running, token: str) -> None:
    refused(trusting, token, "")


@pytest.mark.parametrize("where", ["iss", "jti", "sub", "repository_id", "\udc80"])
def test_what_could_not_be_written_down_is_no_token(
    trusting: Running, issuer: Issuer, where: str
) -> None:
    head, _, signature = issuer.token().split(".")
    claims = json.dumps({"iss": issuer.address, where: "\ud800"}).encode()
    payload = base64.urlsafe_b64encode(claims).rstrip(b"=").decode()
    refused(trusting, f"{head}.{payload}.{signature}", "This is no OpenID Connect token.")


def test_a_token_that_is_too_long_is_not_read(trusting: Running, issuer: Issuer) -> None:
    answered = exchange(trusting, issuer.token(much="x" * 20_000))
    assert answered.status_code == 422
    assert not issuer.asked


def test_a_workflow_gets_only_so_many_tokens_at_once(trusting: Running, issuer: Issuer) -> None:
    for _ in range(20):
        assert exchange(trusting, issuer.token()).status_code == 201
    assert exchange(trusting, issuer.token()).status_code == 409
    assert trusting.token("ann"), "and its owner's own tokens are not among them"


def test_claims_are_shown_as_words_whatever_is_in_them(
    trusting: Running, issuer: Issuer, tags: Package
) -> None:
    attack = "<script>alert(1)</script>\"'><img src=x>"
    token = issuer.token(ref=attack, sha=f"x\n\x1b[31m{attack}", run_id=attack)
    secret = exchange(trusting, token).json()["secret"]
    assert trusting.publish(retold(tags, version="1.1.0"), by=secret).status_code == 201
    page = trusting.ask("GET", f"/packages/{NAME}/1.1.0").text
    assert "<script>alert" not in page
    assert "<img src=x>" not in page
    entry = trusting.ask("GET", f"/api/v1/log?subject={NAME}").json()["items"][0]
    assert "\x1b" not in entry["details"]["commit"]
