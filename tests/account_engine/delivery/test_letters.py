"""Emails as they leave: nobody's words can add to their headers."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from account_engine.contacts import Contact
from account_engine.delivery.letters import letter
from account_engine.effects import Effect, EffectKind, Identity
from account_engine.outgoing.deliveries import Courier, Delivery, DeliveryState
from account_engine.outgoing.parcels import Parcel, key_of
from account_engine.outgoing.rendering import Renderer
from account_engine.stores.records import RecordedEffect
from package_format.email_address import is_email_address

if TYPE_CHECKING:
    from email.message import EmailMessage

NOW = 1_772_442_000
LINK = "https://shop.example/a/rather/long/address/of/a/page/where/contacts/opt/out/5-" + "x" * 60
TEXT: dict[str, Any] = {
    "subject": "Hello {{ contact.first_name }}",
    "from": "shop@example.com",
    "body": "<html><head><style>p {color: red}</style></head><body><p>Hi</p>"
    '<a href="{{ unsubscribe_url }}">no more</a></body></html>',
}


_PIECES = st.text("ab1.-_'[]:<>\"()éß\u3002\u2028 ", min_size=1, max_size=6)
_ADDRESSES = st.tuples(_PIECES, _PIECES, _PIECES).map("{0[0]}@{0[1]}.{0[2]}".format)


def _parcel(name: str = "Ada", email: str = "ada@example.com", **text: str) -> Parcel:
    effect = Effect(EffectKind.EMAIL, Identity(5, 9, 4, 1), "#7", NOW)
    whole = TEXT | {key.replace("_", "-"): value for key, value in text.items()}
    contact, account = Contact(5, {"first_name": name, "email": email}), {"name": "Shop"}
    message = Renderer([], account, LINK).render(
        RecordedEffect(1, effect, whole), contact, "Follow-up"
    )
    delivery = Delivery(1, Courier.MAIL, DeliveryState.PENDING, 1, NOW, NOW)
    key = key_of(message, "account1")
    return Parcel(delivery, key, message, whole, LINK)


def _sent(parcel: Parcel) -> tuple[bytes, EmailMessage]:
    data = letter(parcel, NOW).message.as_bytes()
    return data, message_from_bytes(data, policy=default)


def test_an_email_has_what_mail_programs_ask_for() -> None:
    data, message = _sent(_parcel())
    assert message["Subject"] == "Hello Ada"
    assert message["Date"] == "Mon, 02 Mar 2026 09:00:00 +0000"
    assert message["Message-ID"] == "<5-9-4-1-69a55190.account1@example.com>"
    assert f"List-Unsubscribe: <{LINK}>\r\n".encode() in data
    html = message.get_body(("html",))
    assert html is not None
    assert 'style="color: red;"' in html.get_content()
    assert LINK in html.get_content()
    text = message.get_body(("plain",))
    assert text is not None
    assert f"[no more]({LINK})" in text.get_content()


def test_the_line_that_inboxes_show_stands_first_and_is_hidden() -> None:
    _, message = _sent(_parcel("<Ada>", preheader="For {{ contact.first_name }}"))
    html = message.get_body(("html",))
    assert html is not None
    start = html.get_content().partition("<body>")[2]
    assert start.startswith('<div style="display:none')
    assert "For &lt;Ada&gt;</div><p" in start
    _, bare = _sent(_parcel(preheader="First", body="<p>Hi</p>"))
    html = bare.get_body(("html",))
    assert html is not None
    assert html.get_content().startswith('<div style="display:none')


def test_a_sender_has_a_name_whatever_it_is() -> None:
    _, message = _sent(_parcel(from_name='Æ "the" Shop, <evil@example.com>'))
    assert message["From"].addresses[0].addr_spec == "shop@example.com"
    assert len(message["From"].addresses) == 1


def test_an_address_in_another_script_is_written_as_mail_servers_have_it() -> None:
    made = letter(_parcel(email="ada@blåbær.no"), NOW)
    assert made.recipient == "ada@xn--blbr-roah.no"


@given(_ADDRESSES)
def test_whatever_is_an_address_by_our_rule_is_written_or_said_to_be_none(email: str) -> None:
    try:
        made = letter(_parcel(email=email), NOW)
    except ValueError:
        return
    assert is_email_address(email)
    assert made.recipient.isascii()
    assert [
        one.addr_spec
        for one in message_from_bytes(made.message.as_bytes(), policy=default)["To"].addresses
    ] == [made.recipient]


@pytest.mark.parametrize("email", ["ada@a..b.no", f"ada@{'x' * 70}.no", "ada@"])
def test_what_is_no_address_is_said(email: str) -> None:
    with pytest.raises(ValueError, match=r"not|invalid|address"):
        letter(_parcel(email=email), NOW)


def _encoded(text: str) -> str:
    """A text as a header has it (RFC 2047), which a program may decode where it should not."""
    return "=?utf-8?q?" + "".join(f"={byte:02X}" for byte in text.encode()) + "?="


@pytest.mark.parametrize("written", ["\nBcc: all@evil.example", "\r\n\r\nBuy now", "\n\n"])
@pytest.mark.parametrize("field", ["name", "from_name"])
def test_an_encoded_line_end_in_a_name_begins_no_header(field: str, written: str) -> None:
    hostile = _encoded(written)
    data, message = _sent(_parcel(**{field: hostile}))
    assert "Bcc" not in message
    assert len(message.keys()) == 9
    assert b"Buy now" not in data
    shown = message["Subject"] if field == "name" else message["From"].addresses[0].display_name
    # What was typed, to the letter; Python's own reading puts a space into a name that is parted.
    assert hostile.replace(" ", "") in shown.replace(" ", "")


@pytest.mark.parametrize("name", ["x" * 5000, "æ" * 5000, "Ada " * 1000 + "B"])
def test_no_line_of_a_header_is_longer_than_mail_servers_take(name: str) -> None:
    data, message = _sent(_parcel(name, from_name=name))
    assert max(map(len, data.partition(b"\r\n\r\n")[0].split(b"\r\n"))) < 998
    assert message["Subject"] == f"Hello {name}"


_WORDS = st.text(max_size=80) | st.text(max_size=20).map(
    lambda text: _encoded(text.encode("utf-8", "ignore").decode())
)


@given(_WORDS, _WORDS, _WORDS)
def test_nobodys_words_add_a_header_or_a_recipient(name: str, subject: str, sender: str) -> None:
    fine = subject.replace("{", "").replace("}", "").replace("[", "") or "x"
    data, message = _sent(
        _parcel(name, subject=f"{fine} {{{{ contact.first_name }}}}", from_name=sender or "x")
    )
    head = data.partition(b"\r\n\r\n")[0]
    assert b"\n" not in head.replace(b"\r\n", b"")
    assert set(message.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe",
        "List-Unsubscribe-Post", "MIME-Version", "Content-Type",
    }  # fmt: skip
    assert [a.addr_spec for a in message["To"].addresses] == ["ada@example.com"]
    assert [a.addr_spec for a in message["From"].addresses] == ["shop@example.com"]
