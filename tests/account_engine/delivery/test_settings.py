"""What an owner may say of couriers, and where secrets stand."""

from __future__ import annotations

import pytest

from account_engine.delivery.settings import HttpSettings, Security, read_http, read_mail, variable
from account_engine.errors import InvalidDataError


def test_settings_have_defaults_that_are_safe() -> None:
    found = read_mail({"host": "mail.example", "unsubscribe": "https://shop.example/u"})
    assert (found.port, found.security, found.user) == (587, Security.STARTTLS, None)
    assert read_http({}) == HttpSettings(allow=())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"host": "mail.example"}, "unsubscribe"),
        ({"host": "a b", "unsubscribe": "https://x"}, "host"),
        ({"host": "a", "unsubscribe": "https://x\r\nBcc: all"}, "unsubscribe"),
        ({"host": "a", "unsubscribe": "https://x", "bounces": "x>\r\n@y"}, "bounces"),
        ({"host": "a", "unsubscribe": "https://x", "password": "x"}, "password"),
        ({"host": "a", "unsubscribe": "https://x", "security": "maybe"}, "security"),
        ({"host": "a", "unsubscribe": "https://x", "connections": "0"}, "connections"),
    ],
)
def test_what_is_not_acceptable_is_said(data: dict[str, str], said: str) -> None:
    with pytest.raises(InvalidDataError, match=rf"^mail.* {said}\b"):
        read_mail(data)


def test_a_host_is_no_pattern() -> None:
    with pytest.raises(InvalidDataError, match=r"^http's allow has to be names of hosts"):
        read_http({"allow": ["*"]})


def test_a_secret_stands_in_a_variable_of_its_name() -> None:
    assert variable("secret:acme/web-hooks/key") == "CPT_SECRET_ACME_WEB_HOOKS_KEY"
    assert variable("mail-password") == "CPT_SECRET_MAIL_PASSWORD"
