"""The texts of effects, at the moment of their delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from account_engine.contacts import Contact
from account_engine.effects import Effect, EffectKind, Identity
from account_engine.objects import StoredObject
from account_engine.outgoing.rendering import Message, Renderer
from account_engine.stores.records import RecordedEffect
from package_format.contact_fields import Channel
from package_format.kinds.email import Email
from package_format.messages import composed

if TYPE_CHECKING:
    from package_format.kinds.model import Json

FIELDS = [StoredObject(3, "field", {"name": "interest", "title": "Interest"})]
ACCOUNT = {"name": "The Shop", "address": "1 High Street"}
EMAIL = {
    "subject": "Hello {{ contact.first_name }}",
    "from": "shop@example.com",
    "body": "<p>About {{ contact.interest }}</p>",
}


def _rendered(kind: EffectKind, text: Json, contact: Contact) -> Message:
    effect = Effect(kind, Identity(contact.id, 9, 4, 1), "#7", recorded=100, due=200)
    return Renderer(FIELDS, ACCOUNT).render(RecordedEffect(1, effect, text), contact, "Follow-up")


def _ada(**values: str | bool) -> Contact:
    known = {"first_name": "Ada", "email": "ada@example.com", "#3": "pro", "#4": "of a lost field"}
    return Contact(5, {**known, **values})


def test_an_email_is_filled_with_built_in_and_custom_fields() -> None:
    message = _rendered(EffectKind.EMAIL, EMAIL, _ada())
    assert (message.to, message.sender) == ("ada@example.com", "shop@example.com")
    assert (message.subject, message.body) == ("Hello Ada", "<p>About pro</p>")
    assert (message.identity, message.campaign, message.withheld) == ("5-9-4-1", "Follow-up", "")


def test_a_sender_has_a_name() -> None:
    message = _rendered(EffectKind.EMAIL, {**EMAIL, "from-name": "The Shop"}, _ada())
    assert message.sender == "The Shop <shop@example.com>"


def test_values_are_escaped_where_the_text_is_html() -> None:
    ada = _ada(first_name="A & B", **{"#3": "<b>"})
    message = _rendered(EffectKind.EMAIL, EMAIL, ada)
    assert (message.subject, message.body) == ("Hello A & B", "<p>About &lt;b&gt;</p>")


STYLED = {
    **EMAIL,
    "preheader": "For {{ contact.first_name }}",
    "body": "<style>p { color: red }</style><p>About {{ contact.interest }}</p>",
}


@pytest.mark.parametrize("more", [{}, {"text": "Dear {{ contact.first_name }},"}])
def test_an_email_is_composed_as_a_preview_shows_it(more: dict[str, str]) -> None:
    message = _rendered(EffectKind.EMAIL, {**STYLED, **more}, _ada())
    shown = composed(
        Email.model_validate({**STYLED, **more}), {"first_name": "Ada", "interest": "pro"}
    )
    assert (message.subject, message.preheader, message.body, message.text) == (
        shown.subject,
        shown.preheader,
        shown.html,
        shown.text,
    )
    assert '<p style="color: red;">About pro</p>' in message.body
    assert message.text == ("Dear Ada," if more else "About pro\n")


def test_what_a_contact_lacks_is_left_empty() -> None:
    message = _rendered(EffectKind.EMAIL, EMAIL, Contact(5, {"email": "ada@example.com"}))
    assert (message.subject, message.body) == ("Hello ", "<p>About </p>")


def test_a_message_says_who_sends_it_and_where_to_opt_out() -> None:
    text = {**EMAIL, "body": "{{ account.name }}, {{ account.address }}: {{ unsubscribe_url }}"}
    assert _rendered(EffectKind.EMAIL, text, _ada()).body == (
        "The Shop, 1 High Street: #unsubscribe"
    )


@pytest.mark.parametrize(
    ("contact", "reason"),
    [
        (Contact(5, {"email": "ada@example.com"}, refused=frozenset({Channel.EMAIL})), "opted out"),
        (Contact(5, {"email": "nonsense"}), "no valid email"),
        (Contact(5), "no email"),
    ],
)
def test_consent_is_checked_again_at_delivery(contact: Contact, reason: str) -> None:
    assert reason in _rendered(EffectKind.EMAIL, EMAIL, contact).withheld


def test_a_task_is_about_a_person_and_needs_no_consent() -> None:
    text = {"title": "Call {{ contact.first_name }}", "notes": "Likes {{ contact.interest }}"}
    ada = Contact(
        5, {"first_name": "Ada", "last_name": "L.", "#3": "pro"}, refused=frozenset({Channel.EMAIL})
    )
    message = _rendered(EffectKind.TASK, text, ada)
    assert (message.to, message.subject, message.body) == ("Ada L.", "Call Ada", "Likes pro")
    assert message.text == message.body
    assert (message.due, message.withheld) == (200, "")


def test_a_task_about_somebody_without_a_name_has_their_address() -> None:
    message = _rendered(EffectKind.TASK, {"title": "Call"}, Contact(5, {"email": "a@example.com"}))
    assert (message.to, message.body) == ("a@example.com", "")


PRINTED = {"title": "Hello", "body": "<p>About {{ contact.interest }}</p>"}


@pytest.mark.parametrize(
    ("kind", "to"),
    [
        (EffectKind.LETTER, "Ada\nStrandgata 1\n0152 Oslo\nNO"),
        (EffectKind.FAX, "+47 1"),
        (EffectKind.CALL, "+47 2"),
    ],
)
def test_a_message_goes_where_its_channel_reaches_the_contact(kind: EffectKind, to: str) -> None:
    ada = _ada(
        street="Strandgata 1", postal_code="0152", city="Oslo", country="NO", fax="+47 1",
        phone="+47 2",
    )  # fmt: skip
    message = _rendered(kind, PRINTED, ada)
    assert (message.to, message.subject) == (to, "Hello")
    assert (message.body, message.withheld) == ("<p>About pro</p>", "")
    assert message.text == "About pro\n"
    assert "has no" in _rendered(kind, PRINTED, _ada()).withheld


def test_a_note_is_filled_in_and_needs_no_consent() -> None:
    message = _rendered(EffectKind.NOTE, {"title": "Likes {{ contact.interest }}"}, _ada())
    assert (message.to, message.subject, message.body) == ("Ada", "Likes pro", "")


def test_a_fulfilment_list_is_told_the_fields_that_it_names() -> None:
    text = {"name": "Books", "fields": ["first_name", "#3", "city"]}
    message = _rendered(EffectKind.FULFILMENT, text, _ada())
    assert (message.subject, message.body) == ("Books", "first_name: Ada\ninterest: pro")
    assert _rendered(EffectKind.FULFILMENT, {"name": "Books"}, Contact(5)).body == ""


def test_an_endpoint_is_told_who_it_is_and_what_it_asked_for() -> None:
    text = {"title": "Hook", "url": "https://x.example/hook", "fields": ["#3"]}
    message = _rendered(EffectKind.POST, text, _ada())
    assert (message.to, message.withheld) == ("https://x.example/hook", "")
    assert message.body == '{"contact":5,"email":"ada@example.com","interest":"pro"}'
    assert "no address" in _rendered(EffectKind.POST, {"title": "Hook"}, _ada()).withheld


# --- what must not stop the others ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "values", "reason"),
    [
        ({**EMAIL, "body": "{{ contact.first_name in 5 }}"}, {}, "nothing can be in 5"),
        ({**EMAIL, "subject": "{{ contact.nobody | spin }}"}, {}, "there is no filter spin"),
        (
            {**EMAIL, "body": "{{ contact.first_name }}" * 2},
            {"first_name": "&" * 130_000},
            "longer",
        ),
    ],
)
def test_a_message_that_cannot_be_rendered_is_withheld_with_its_reason(
    text: Json, values: dict[str, str], reason: str
) -> None:
    message = _rendered(EffectKind.EMAIL, text, _ada(**values))
    assert reason in message.withheld
    assert (message.to, message.body) == ("ada@example.com", "")
    assert message.subject == text["subject"]


def test_a_task_that_cannot_be_rendered_is_withheld_too() -> None:
    message = _rendered(EffectKind.TASK, {"title": "Call", "notes": "{{ x }}"}, _ada())
    assert (message.subject, "no value called x" in message.withheld) == ("Call", True)


def test_nothing_in_a_header_begins_another_one() -> None:
    text = {
        **EMAIL,
        "from": "shop@example.com\nBcc: all@example.com",
        "from-name": "The\r\nShop",
    }
    message = _rendered(EffectKind.EMAIL, text, _ada(first_name="Ada\r\nBcc: all@example.com"))
    assert message.subject == "Hello Ada Bcc: all@example.com"
    assert message.sender == "The Shop <shop@example.com Bcc: all@example.com>"


def test_a_senders_name_is_not_taken_for_an_address() -> None:
    text = {**EMAIL, "from-name": 'Bank <bank@example.com>, "us"'}
    assert _rendered(EffectKind.EMAIL, text, _ada()).sender == (
        r'"Bank <bank@example.com>, \"us\"" <shop@example.com>'
    )


@pytest.mark.parametrize(
    "address", ["a@x.com,b@y.com", "a@x.com\nBcc: b@y.com", "a;b@y.com", "<a@y.com>"]
)
def test_an_address_that_means_several_or_more_is_none(address: str) -> None:
    assert "no valid email" in _rendered(EffectKind.EMAIL, EMAIL, _ada(email=address)).withheld
