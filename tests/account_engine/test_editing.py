"""What an account's owner does by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from account_engine.errors import (
    InvalidDataError,
    StillUsedError,
    StrandedContactsError,
    UnknownObjectError,
)
from account_engine.objects import read
from package_format.kinds.model import Json, Message, Model, marked
from package_format.kinds.table import KINDS

if TYPE_CHECKING:
    from tests.account_engine.conftest import Shop


def test_an_edit_replaces_the_data_and_makes_no_revision(shop: Shop) -> None:
    edited = shop.account.edit(shop.attended, {"name": "Was there"})
    assert edited == shop.account.object(shop.attended)
    assert edited.data == {"name": "Was there"}
    assert shop.account.info.head is None


@pytest.mark.parametrize(
    ("field", "value"), [("name", "hobby"), ("type", "number")], ids=["name", "type"]
)
def test_what_is_fixed_is_not_edited(shop: Shop, field: str, value: str) -> None:
    before = shop.dump()
    data = {"name": "interest", "title": "Interest", field: value}
    with pytest.raises(InvalidDataError, match=f"the {field} of the custom field “Interest” stays"):
        shop.account.edit(shop.interest, data)
    assert shop.dump() == before


def test_what_is_not_fixed_is_edited(shop: Shop) -> None:
    edited = shop.account.edit(shop.interest, {"name": "interest", "title": "What they like"})
    assert edited.label == "What they like"


def test_editing_a_campaign_carries_its_contacts_along(shop: Shop) -> None:
    ada = shop.registered()
    steps = shop.flow()["sequences"]["remind"]["steps"]
    shop.account.edit(shop.campaign, shop.flow(remind=[steps[0], steps[2]]))
    assert shop.at() == {"remind.call": 1}
    assert shop.account.timeline(ada.id)[-1].what == "migrated"


def test_an_edit_that_would_strand_contacts_is_refused(shop: Shop) -> None:
    shop.registered()
    data = shop.flow()
    del data["sequences"]["remind"]
    data["goals"]["attended"]["after"] = []
    with pytest.raises(StrandedContactsError, match=r"remind\.nudge"):
        shop.account.edit(shop.campaign, data)


@pytest.mark.parametrize(
    ("after", "why"),
    [("nowhere", "there is no node nowhere"), ("remind.nudge", "remind is a sequence and has no")],
    ids=["no node", "no way"],
)
def test_an_arrow_that_begins_at_nothing_is_refused(shop: Shop, after: str, why: str) -> None:
    before, data = shop.dump(), shop.flow()
    data["goals"]["attended"]["after"] = [after]
    with pytest.raises(InvalidDataError, match=f"attended cannot come after {after}: {why}"):
        shop.account.edit(shop.campaign, data)
    with pytest.raises(InvalidDataError, match=f"attended cannot come after {after}: {why}"):
        shop.account.create_object("campaign", data)
    assert shop.dump() == before


def test_what_is_not_there_is_not_edited(shop: Shop) -> None:
    with pytest.raises(UnknownObjectError, match="no #99"):
        shop.account.edit(99, {"name": "X"})


def test_what_nothing_uses_can_be_deleted(shop: Shop) -> None:
    tag = shop.account.create_object("tag", {"name": "VIP"}).id
    shop.account.delete_object(tag)
    assert shop.account.object(tag) is None


def test_what_something_uses_cannot_be_deleted(shop: Shop) -> None:
    with pytest.raises(StillUsedError):
        shop.account.delete_object(shop.form)


def test_a_number_is_never_given_twice(shop: Shop) -> None:
    first = shop.account.create_object("tag", {"name": "VIP"}).id
    shop.account.delete_object(first)
    assert shop.account.create_object("tag", {"name": "VIP"}).id > first


def test_an_unpublished_campaign_hears_and_runs_nothing(shop: Shop) -> None:
    shop.registered("Ada")
    shop.account.set_published(shop.campaign, published=False)
    bob = shop.registered("Bob")
    shop.later(3)
    assert shop.account.positions(bob.id) == ()
    assert shop.at() == {"remind.nudge": 1}
    assert shop.account.listeners("tag-applied", {"tag": f"#{shop.attended}"}) == ()
    shop.account.edit(shop.campaign, shop.flow(title="Better"))
    assert not shop.account.flow(shop.campaign).published


def test_a_campaign_that_is_published_again_goes_on_late_and_once(shop: Shop) -> None:
    shop.registered()
    shop.account.set_published(shop.campaign, published=False)
    published = shop.later(3)
    shop.account.set_published(shop.campaign, published=True)
    shop.later(1)
    assert [(one.subject, one.recorded - published) for one in shop.account.outbox()][1:] == [
        ("It is tomorrow", 0)
    ]


MISSPELT = r"no merge field contact\.fristname; did you mean contact\.first_name"
MESSAGES: dict[str, dict[str, Json]] = {
    "email": {
        "subject": "Hi",
        "preheader": "Hi",
        "text": "Hi",
        "body": "<p>Hi</p>",
        "from": "us@x.example",
    },
    "task": {"title": "Call", "notes": "Soon"},
    "letter": {"body": "<p>Hi</p>", "title": "A letter"},
    "fax": {"body": "<p>Hi</p>", "title": "A fax"},
    "phone-script": {"title": "A call", "body": "<p>Hi</p>"},
    "note": {"title": "A note", "text": "Hi"},
}
"""Each kind of message, with all its texts."""
FILLED = [
    (kind, str(found.path[0]))
    for kind, data in MESSAGES.items()
    for found in marked(read(kind, data))
    if isinstance(found.marker, Message)
]


def _says_something(model: type[Model]) -> bool:
    return any(
        isinstance(marker, Message)
        for info in model.model_fields.values()
        for marker in (info, *info.metadata)
    )


def test_every_kind_of_message_is_among_them() -> None:
    assert len(FILLED) == 12
    assert {kind for kind, row in KINDS.items() if _says_something(row.model)} == set(MESSAGES)


@pytest.mark.parametrize(("kind", "field"), FILLED)
def test_a_merge_field_that_is_not_there_is_refused_in_every_message(
    shop: Shop, kind: str, field: str
) -> None:
    wrong = MESSAGES[kind] | {field: "Hi {{ contact.fristname }}"}
    with pytest.raises(InvalidDataError, match=MISSPELT):
        shop.account.create_object(kind, wrong)
    number = shop.account.create_object(kind, MESSAGES[kind]).id
    before = shop.dump()
    with pytest.raises(InvalidDataError, match=MISSPELT):
        shop.account.edit(number, wrong)
    assert shop.dump() == before
    right = MESSAGES[kind] | {field: "{{ contact.first_name }} {{ contact.interest }}"}
    assert shop.account.edit(number, right).data == right


def test_a_message_that_lost_a_field_can_still_be_mended(shop: Shop) -> None:
    field = shop.account.create_object("field", {"name": "pet", "title": "Pet"}).id
    text = MESSAGES["email"] | {"subject": "{{ contact.pet }}"}
    number = shop.account.create_object("email", text).id
    shop.account.delete_object(field)
    mended = text | {"preheader": "{{ contact.first_name }}"}
    assert shop.account.edit(number, mended).data == mended
    with pytest.raises(InvalidDataError, match="no merge field unknown; there are account"):
        shop.account.edit(number, mended | {"body": "<p>{{ unknown }}</p>"})
