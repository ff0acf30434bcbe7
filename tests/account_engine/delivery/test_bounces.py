"""What mail servers send back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from account_engine.delivery.bounces import Bounce, read_bounce, read_key
from account_engine.effects import Identity

REPORT = """\
From: MAILER-DAEMON@mx.example
To: bounces@shop.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ada@example.com
Action: {action}
Status: 5.1.1
{diagnostic}
--b
{original}
--b--
"""
DIAGNOSTIC = "Diagnostic-Code: smtp; 550 5.1.1 no such mailbox\n"
WHOLE = """\
Content-Type: message/rfc822

From: shop@example.com
Message-ID: <5-9-4-1-69a55190.account1@example.com>

Hello
"""
HEADERS = """\
Content-Type: text/rfc822-headers

From: shop@example.com
Message-ID: <5-9-4-1-69a55190.account1@example.com>
"""


def _report(action: str = "failed", original: str = WHOLE, diagnostic: str = DIAGNOSTIC) -> bytes:
    return REPORT.format(action=action, original=original, diagnostic=diagnostic).encode()


@pytest.mark.parametrize("original", [WHOLE, HEADERS])
def test_a_report_says_which_email_came_back_and_why(original: str) -> None:
    assert read_bounce(_report(original=original)) == Bounce(
        "account1", Identity(5, 9, 4, 1), "550 5.1.1 no such mailbox"
    )


def test_a_report_without_words_says_its_status() -> None:
    found = read_bounce(_report(diagnostic=""))
    assert found is not None
    assert found.said == "5.1.1"


@pytest.mark.parametrize(
    "data",
    [
        _report(action="delayed"),
        _report(original=WHOLE.replace("5-9-4-1", "another")),
        _report(original="Content-Type: text/plain\n\nnothing"),
        b"Subject: Out of office\n\nI am away",
        b"",
        b"\xff\xfe",
    ],
)
def test_what_is_no_report_of_ours_is_none(data: bytes) -> None:
    assert read_bounce(data) is None


def test_a_key_is_read_back() -> None:
    assert read_key("<5-9-4-1-a.acc@x>") == ("acc", Identity(5, 9, 4, 1))
    assert read_key("5-9-4-1-a.acc") == ("acc", Identity(5, 9, 4, 1))
    assert read_key("5-9-4-1@x") is None


@given(st.binary(max_size=400))
def test_whatever_comes_is_read(data: bytes) -> None:
    read_bounce(data)
    read_bounce(_report(original="Content-Type: message/rfc822\n\n") + data)
