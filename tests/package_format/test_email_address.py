"""Email addresses: what is one, and what only looks like one."""

from __future__ import annotations

import pytest

from package_format.email_address import is_email_address


@pytest.mark.parametrize(
    "text",
    [
        "ada@example.com",
        "o'neil+news@mail.example.co.uk",
        "a_b-c.d@x-y.example",
        "ada@xn--bcher-kva.example",
        "ada@blåbær.no",
        "ada@हिन्दी.example",
        "åse@example.com",
    ],
)
def test_what_mail_servers_take_is_one(text: str) -> None:
    assert is_email_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ada",
        "ada@localhost",
        "@example.com",
        "ada@",
        "a@b@example.com",
        "a..b@example.com",
        ".a@example.com",
        "a@example..com",
        "a@-example.com",
        "a@example-.com",
        "a@ex_ample.com",
        "a@[127.0.0.1]",
        "a@[example.com",
        "'\"><script>@x.ch",
        "ada lovelace@example.com",
        "Ada <ada@example.com>",
        "a@example.com, b@example.com",
        "a@example.com\nBcc: b@example.com",
        "a@example.com\n",
        "a@exam\u202eple.com",
        "a@exam\u200bple.com",
        "a@exam\u3002\u3002ple.com",
        "a" * 65 + "@example.com",
        "a@" + "b" * 64 + ".example",
        "a@" + "b." * 130 + "example",
    ],
)
def test_what_could_be_read_as_more_or_as_nothing_is_none(text: str) -> None:
    assert not is_email_address(text)
