"""Emails as they leave: nobody's words can add to their headers."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from account_engine.contacts import Contact
from account_engine.deliveries import Courier, Delivery, DeliveryState
from account_engine.delivery.letters import letter
from account_engine.effects import Effect, EffectKind, Identity
from account_engine.parcels import Parcel, key_of
from account_engine.rendering import Renderer
from account_engine.stores.records import RecordedEffect

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


@pytest.mark.parametrize("email", ["ada@a..b.no", f"ada@{'x' * 70}.no", "ada@"])
def test_what_is_no_address_is_said(email: str) -> None:
    with pytest.raises(ValueError, match=r"not|invalid|address"):
        letter(_parcel(email=email), NOW)


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=40))
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
