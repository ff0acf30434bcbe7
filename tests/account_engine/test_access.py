"""Keys: who is let in, and what the account keeps of a token."""

from __future__ import annotations

import pytest

from account_engine.errors import UnknownObjectError
from account_engine.keys import Scope, key_id, new_key
from account_engine.server.tokens import random_token
from tests.account_engine.conftest import Shop


def test_a_token_finds_its_key_and_no_other_does(shop: Shop) -> None:
    token, other = random_token(), random_token()
    made = new_key(token, "Webinars", [Scope.EVENTS], 5)
    shop.account.add_key(made)
    assert shop.account.key_of(token) == made
    assert shop.account.key_of(other) is None
    assert shop.account.key_of(token[:-1] + ("a" if token[-1] != "a" else "b")) is None
    assert shop.account.key_of("nonsense") is None


def test_the_account_keeps_no_token(shop: Shop) -> None:
    token = random_token()
    shop.account.add_key(new_key(token, "Webinars", [Scope.READ], 5))
    _, _, secret = token.split("_", 2)  # it may hold more of them
    assert not any(token in row or secret in row for row in shop.dump())


def test_a_revoked_key_stays_in_the_list(shop: Shop) -> None:
    token = random_token()
    shop.account.add_key(new_key(token, "Webinars", [Scope.READ], 5))
    number = key_id(token) or ""
    assert shop.account.revoke_key(number, 7).revoked == 7
    assert shop.account.revoke_key(number, 9).revoked == 7
    assert [one.revoked for one in shop.account.api_keys()] == [7]
    assert shop.account.key_of(token) is None
    with pytest.raises(UnknownObjectError, match="there is no key abc"):
        shop.account.revoke_key("abc", 9)
