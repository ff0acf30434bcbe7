"""Asking issuers for their keys: which addresses, how often, and what nobody has to wait for."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler

import pytest
from joserfc.jwk import RSAKey

from registry_server.auth import issuers
from registry_server.auth.issuers import IssuerKeys, demand_address, fetch
from registry_server.errors import NotAllowedError, UnacceptableError, UnavailableError
from tests.registry_server.issuer import DISCOVERY, KEYS, issuing, rsa

ISSUER = "https://ci.example/org"


@pytest.fixture(scope="module")
def key() -> RSAKey:
    return rsa("first")


@pytest.mark.parametrize(
    "address",
    [
        "https://token.actions.githubusercontent.com",
        "https://gitlab.example:8443/group",
        "http://127.0.0.1:8000",
        "http://localhost:8000",
        "http://[::1]:8000",
    ],
)
def test_addresses_of_issuers_are_https_or_on_this_machine(address: str) -> None:
    assert demand_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "http://ci.example",
        "http://10.0.0.1",
        "http://127.0.0.1.ci.example",
        "ftp://ci.example",
        "file:///etc/passwd",
        "https://",
        "https://user:password@ci.example",
        "https://ci.example/?q",
        "https://ci.example/#f",
        "https://ci.example:0",
        "https://ci.example:99999",
        "https://[::1",
        "ci.example",
        "",
    ],
)
def test_only_addresses_that_may_be_asked_are_issuers(address: str) -> None:
    with pytest.raises(UnacceptableError, match="no address"):
        demand_address(address)


@pytest.mark.parametrize("address", ["http://127.0.0.1/keys", "https://localhost/keys"])
def test_an_issuer_elsewhere_does_not_make_this_machine_ask_itself(address: str) -> None:
    assert demand_address(address, of="http://localhost:8000")
    with pytest.raises(UnacceptableError, match="no address"):
        demand_address(address, of=ISSUER)


def test_keys_are_found_where_the_issuer_says(key: RSAKey) -> None:
    there = {
        f"{ISSUER}{DISCOVERY}": {"issuer": ISSUER, "jwks_uri": "https://keys.example/all"},
        "https://keys.example/all": {"keys": [key.as_dict(private=False)]},
    }
    keys = IssuerKeys(lambda url: json.dumps(there[url]).encode(), lambda: 0.0)
    assert keys.key(ISSUER, "first").as_dict(private=False)["n"] == key.as_dict()["n"]
    with pytest.raises(NotAllowedError, match=r"a key that https://ci\.example/org does not have"):
        keys.key(ISSUER, "second")


@pytest.mark.parametrize(
    "odd",
    [
        {"kty": "EC", "kid": "odd", "crv": "P-999", "x": "AQ", "y": "AQ"},
        {"kty": "EC", "kid": "odd", "crv": ["P-256"], "x": "AQ", "y": "AQ"},
        {"kty": "EC", "kid": "odd", "crv": "P-256", "x": "", "y": ""},
        {"kty": ["RSA"], "kid": "odd"},
        {"kty": {}, "kid": "odd"},
        {"kty": "RSA", "kid": "odd", "use": ["sig"]},
        {"kty": "RSA", "kid": "odd", "n": 5, "e": {}},
        {"kty": "RSA", "kid": "odd", "n": "", "e": "AQAB"},
        {"kty": "RSA", "kid": "odd", "n": "AQ", "e": "\udc80"},
        {"kty": "RSA", "kid": 1, "n": "AQ", "e": "AQ"},
        None, [], "odd",
    ],
)  # fmt: skip
def test_a_key_that_nobody_knows_keeps_nobody_from_the_others(key: RSAKey, odd: object) -> None:
    there = {
        f"{ISSUER}{DISCOVERY}": {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys"},
        f"{ISSUER}/keys": {"keys": [odd, key.as_dict(private=False)]},
    }
    keys = IssuerKeys(lambda url: json.dumps(there[url]).encode(), lambda: 0.0)
    assert keys.key(ISSUER, "first").as_dict(private=False)["n"] == key.as_dict()["n"]
    with pytest.raises(NotAllowedError):
        keys.key(ISSUER, "odd")


def test_many_who_want_a_key_at_once_ask_once_and_few_wait(key: RSAKey) -> None:
    asked: list[str] = []
    go = threading.Event()

    def slowly(url: str) -> bytes:
        asked.append(url)
        go.wait(20)
        if url.endswith(DISCOVERY):
            return json.dumps({"issuer": ISSUER, "jwks_uri": "https://keys.example/"}).encode()
        return json.dumps({"keys": [key.as_dict(private=False)]}).encode()

    keys = IssuerKeys(slowly, lambda: 0.0)
    got: list[str] = []

    def want() -> None:
        try:
            got.append(str(keys.key(ISSUER, "first").kid))
        except UnavailableError as error:
            got.append(str(error))
            if len(got) == 12:
                go.set()

    threads = [threading.Thread(target=want) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(asked) == 2
    assert got.count("first") == 8
    assert sum("Too many ask" in text for text in got) == 12


def test_an_issuer_that_answers_a_byte_at_a_time_is_given_up(
    monkeypatch: pytest.MonkeyPatch, key: RSAKey
) -> None:
    def slowly(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(1000):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.02)

    monkeypatch.setattr(issuers, "PATIENCE", 0.3)
    with issuing(key) as issuer:
        issuer.misdeeds[KEYS] = slowly
        begun = time.monotonic()
        with pytest.raises(UnavailableError, match="does not answer in time"):
            fetch(f"{issuer.address}{KEYS}")
        assert time.monotonic() - begun < 5
