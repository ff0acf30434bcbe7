"""Signatures, as those check them who receive."""

from __future__ import annotations

import pytest

from account_engine.delivery.signing import signed


def test_the_specifications_own_example_is_signed_as_it_says() -> None:
    headers = signed(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        b'{"test": 2432232314}',
        1614265330,
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("secret", ["plain", "whsec_not base64!"])
def test_any_text_is_a_secret(secret: str) -> None:
    one, other = signed("k", b"x", 1, secret), signed("k", b"y", 1, secret)
    assert one["webhook-signature"] != other["webhook-signature"]
