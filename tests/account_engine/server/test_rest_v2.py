"""REST v2, asked by the vendor's own library, which is what it is from the package index."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import keap_core_v2_client as keap
import pytest
from keap_core_v2_client import models
from keap_core_v2_client.exceptions import (
    BadRequestException,
    ForbiddenException,
    NotFoundException,
    UnauthorizedException,
    UnprocessableEntityException,
)

from account_engine.keys import Scope
from account_engine.server.app import create_app
from tests.account_engine.server.conftest import Served
from tests.browser import on_loopback


@pytest.fixture
def address(served: Served) -> Iterator[str]:
    """The shop, served over loopback."""
    with on_loopback(create_app(served.shop.location)) as found:
        yield f"{found}/crm"


@pytest.fixture
def client(served: Served, address: str) -> Iterator[keap.ApiClient]:
    """The vendor's client, told nothing but where the account is and its key."""
    configuration = keap.Configuration(host=address, access_token=served.token)
    with keap.ApiClient(configuration) as found:
        yield found


def test_tags_and_their_categories(served: Served, client: keap.ApiClient) -> None:
    tags = keap.TagsApi(client)
    category = tags.create_tag_category(models.CreateUpdateTagCategoryRequest(name="Events"))
    assert category.id is not None
    sent = models.CreateUpdateTagRequest(
        name="Came", description="To a webinar", category=models.CategoryReference(id=category.id)
    )
    tag = tags.create_tag(sent)
    assert tag.id is not None
    assert tags.get_tag(tag.id) == tag
    assert tag.category is not None
    assert tag.category.id == category.id
    found = tags.list_tags(filter=f"category_id=={category.id}").tags
    assert [one.name for one in found or ()] == ["Came"]
    renamed = models.CreateUpdateTagCategoryRequest(name="Webinars")
    tags.update_tag_category(category.id, renamed)
    assert tags.get_category(category.id).name == "Webinars"
    assert served.shop.account.namesakes("tag", "Came") == (int(tag.id),)
    updated = tags.update_tag(tag.id, models.CreateUpdateTagRequest(name="Was there"))
    assert (updated.name, updated.description) == ("Was there", "To a webinar")
    listed = tags.list_tag_categories().tag_categories
    assert [one.name for one in listed or ()] == ["Webinars"]
    with pytest.raises(BadRequestException, match="There is a tag"):
        tags.create_tag(models.CreateUpdateTagRequest(name="was THERE"))
    tags.delete_tag(tag.id)
    tags.delete_tag_category(category.id)
    assert tags.list_tag_categories().tag_categories == []
    with pytest.raises(NotFoundException, match="There is no tag"):
        tags.get_tag(tag.id)


def test_a_category_that_only_tags_have_is_one(served: Served, client: keap.ApiClient) -> None:
    served.shop.account.create_object("tag", {"name": "New", "category": "Leads"})
    tags = keap.TagsApi(client)
    (category,) = tags.list_tag_categories().tag_categories or []
    assert category.name == "Leads"
    (tag,) = tags.list_tags(filter="name==new").tags or []
    assert tag.category is not None
    assert tag.category.id == category.id


def test_tags_are_put_on_contacts(served: Served, client: keap.ApiClient) -> None:
    contact, tag = served.shop.registered(), str(served.shop.attended)
    tags = keap.TagsApi(client)
    sent = models.ApplyRemoveTagRequest(contact_ids=[str(contact.id), "77"])
    results = tags.apply_tags(tag, sent).results
    assert results == {str(contact.id): "SUCCESS", "77": "CONTACT_DOES_NOT_EXIST"}
    assert served.shop.at() == {"pitch.offer": 1}
    carried = keap.ContactApi(client).list_tags_for_contact(str(contact.id)).tags or ()
    assert [one.tag.name for one in carried if one.tag] == ["Attended"]
    tags.remove_tags(tag, sent)
    assert served.shop.account.contact(contact.id).tags == frozenset()


def test_contacts_are_read_created_and_updated(served: Served, client: keap.ApiClient) -> None:
    contacts = keap.ContactApi(client)
    interest = str(served.shop.interest)
    sent = models.CreateUpdateContactRequest(
        given_name="Ada",
        family_name="Byron",
        email_addresses=[models.EmailAddressRequest(email="ada@example.com", var_field="EMAIL1")],
        phone_numbers=[models.PhoneNumber(number="555", var_field="PHONE1")],
        addresses=[models.Address(var_field="BILLING", line1="1 Road", locality="Oslo")],
        custom_fields=[models.CustomFieldValue(id=interest, content="pro")],
    )
    made = contacts.create_contact(create_update_contact_request=sent)
    assert made.id is not None
    assert contacts.get_contact(made.id) == made
    values = served.shop.account.contact(int(made.id)).values
    assert values["street"] == "1 Road"
    assert values[f"#{interest}"] == "pro"
    change = models.CreateUpdateContactRequest(given_name="Augusta", family_name="King")
    contacts.update_contact(made.id, change, update_mask=["family_name"])
    changed = contacts.get_contact(made.id, fields=["given_name", "family_name"])
    assert (changed.given_name, changed.family_name) == ("Ada", "King")
    assert changed.email_addresses is None
    again = contacts.create_contact(create_update_contact_request=sent, duplicate_option="Email")
    assert again.id == made.id
    first = contacts.list_contacts(page_size=1)
    assert [one.id for one in first.contacts or ()] == [made.id]
    found = contacts.list_contacts(filter="email==ADA@example.com").contacts or ()
    assert [one.id for one in found] == [made.id]
    assert contacts.list_contacts(filter="given_name==B*").contacts == []


def test_two_contacts_are_merged_and_one_is_deleted(served: Served, client: keap.ApiClient) -> None:
    contacts = keap.ContactApi(client)
    ada, twin = (str(served.shop.contact(name).id) for name in ("Ada", "Lovelace"))
    sent = models.MergeContactRequest(contact_id=ada, duplicate_contact_id=twin)
    for _ in range(2):
        merged = contacts.merge_contacts(sent)
        assert (merged.id, merged.given_name) == (ada, "Ada")
    assert contacts.get_contact(twin).id == ada
    with pytest.raises(UnprocessableEntityException, match=f"merged into contact {ada}"):
        contacts.delete_contact(twin)
    contacts.delete_contact(ada)
    for gone in (ada, twin):
        with pytest.raises(NotFoundException):
            contacts.get_contact(gone)
    with pytest.raises(NotFoundException):
        contacts.delete_contact(ada)


def test_contacts_are_listed_page_by_page(served: Served, client: keap.ApiClient) -> None:
    ids = [str(served.shop.contact(name).id) for name in ("Ada", "Bo", "Cy")]
    contacts = keap.ContactApi(client)
    seen: list[str | None] = []
    token: str | None = None
    while True:
        page = contacts.list_contacts(page_size=2, page_token=token)
        seen += [one.id for one in page.contacts or ()]
        token = page.next_page_token
        if not token:
            break
    assert seen == ids


def test_what_an_account_has_no_place_for_is_refused_by_name(client: keap.ApiClient) -> None:
    sent = models.CreateUpdateContactRequest(
        email_addresses=[models.EmailAddressRequest(email="a@x.org", var_field="EMAIL1")],
        job_title="Countess",
    )
    with pytest.raises(BadRequestException, match="job_title: contacts of this account have no"):
        keap.ContactApi(client).create_contact(create_update_contact_request=sent)


def test_custom_fields(served: Served, client: keap.ApiClient) -> None:
    contacts = keap.ContactApi(client)
    sent = models.CreateCustomFieldRequest(
        label="Shoe size!",
        field_type="DROPDOWN",
        options=[models.CreateCustomFieldOptionRequest(label="42")],
    )
    made = contacts.create_contact_custom_field(sent)
    assert (made.field_name, made.field_type) == ("shoe_size", "DROPDOWN")
    model = contacts.retrieve_contact_model()
    assert made in (model.custom_fields or ())
    assert made.id is not None
    contacts.delete_contact_custom_field(made.id)
    assert served.shop.account.namesakes("field", "shoe_size") == ()


def test_products(client: keap.ApiClient) -> None:
    products = keap.ProductsApi(client)
    sent = models.CreateProductRequestDetail(name="Course", price=4990, short_description="It is")
    made = products.create_product(sent)
    assert made.id is not None
    assert made.price is not None
    assert (made.price.amount, made.price.currency_code) == (4990, "USD")
    cheaper = models.UpdateProductRequestDetail(price=3990)
    products.update_product(made.id, cheaper)
    price = products.get_product(made.id).price
    assert price is not None
    assert price.amount == 3990
    (listed,) = products.list_products(filter="name==cou*").products or []
    assert listed.id == made.id
    products.delete_product(made.id)
    assert products.list_products().products == []


def with_goal(served: Served) -> dict[str, int]:
    """Let the shop's campaign listen for a call; return the ids of its nodes and steps."""
    shop = served.shop
    called = {"when": [{"api-called": {"integration": "acme", "call": "came"}}]}
    flow = shop.flow(goals={"came": {**called, "after": ["remind"]}})
    flow["sequences"]["pitch"]["after"] = ["attended", "came"]
    shop.account.edit(shop.campaign, flow)
    return dict(shop.account.flow(shop.campaign).ids)


def test_campaigns_are_listed_and_read(served: Served, client: keap.ApiClient) -> None:
    ids = with_goal(served)
    served.shop.registered()
    campaigns, number = keap.CampaignApi(client), str(served.shop.campaign)
    (listed,) = campaigns.list_campaigns(filter="name==follow").campaigns or []
    assert (listed.id, listed.active_contact_count) == (number, 1)
    assert campaigns.get_campaign(number).published_status is True
    sequences = campaigns.get_campaign_sequences(number).sequences or ()
    assert {one.id: one.name for one in sequences} == {
        str(ids["remind"]): "remind",
        str(ids["pitch"]): "pitch",
    }
    goals = campaigns.get_campaign_goals(number).goals or ()
    api = next(one for one in goals if one.name == "came")
    assert (api.type, api.next_sequence_ids) == ("API", [str(ids["pitch"])])
    assert api.previous_sequence_ids == [str(ids["remind"])]


@pytest.mark.parametrize("by_id", [True, False])
def test_a_goal_is_achieved(served: Served, client: keap.ApiClient, *, by_id: bool) -> None:
    ids = with_goal(served)
    contact = served.shop.registered()
    named: dict[str, Any] = {"integration": "acme", "call_name": "came"}
    if by_id:
        named = {"automation_id": served.shop.campaign, "goal_id": ids["came"]}
    sent = models.AchieveGoalRequest(contact_id=contact.id, **named)
    (result,) = keap.AutomationApi(client).achieve_goal(sent).results or []
    assert (result.success, result.goal_id) == (True, ids["came"])
    assert [one.flow_id for one in result.flow_start_results or ()] == [ids["pitch"]]
    assert [one.flow_id for one in result.flow_stop_results or ()] == [ids["remind"]]


def test_a_goal_that_is_not_for_programs_is_not_achieved(
    served: Served, client: keap.ApiClient
) -> None:
    ids = with_goal(served)
    contact = served.shop.registered()
    automations = keap.AutomationApi(client)

    def achieve(**named: Any) -> None:  # noqa: ANN401  handed on
        automations.achieve_goal(models.AchieveGoalRequest(contact_id=contact.id, **named))

    with pytest.raises(BadRequestException, match="not one that programs achieve"):
        achieve(automation_id=served.shop.campaign, goal_id=ids["attended"])
    with pytest.raises(BadRequestException, match="A goal is named by"):
        achieve(integration="acme")
    with pytest.raises(NotFoundException, match="no goal 999"):
        achieve(automation_id=served.shop.campaign, goal_id=999)


def test_contacts_are_sent_into_a_sequence(served: Served, client: keap.ApiClient) -> None:
    ids = with_goal(served)
    new, there = served.shop.contact("Bo"), served.shop.registered()
    sent = models.AddContactsToSequenceRequest(contact_ids=[str(new.id), str(there.id), "x"])
    answer = keap.CampaignApi(client).add_contacts_to_campaign_sequence(
        str(served.shop.campaign), str(ids["remind"]), sent
    )
    assert answer.add_to_sequence_results == {
        str(new.id): "SUCCESS",
        str(there.id): "ALREADY_IN_SEQUENCE",
        "x": "CONTACT_DOES_NOT_EXIST",
    }
    assert served.shop.at() == {"remind.nudge": 2}


def test_a_key_that_is_not_good_is_told_as_the_vendor_does(served: Served, address: str) -> None:
    wrong = keap.Configuration(host=address, access_token="wrong")
    with keap.ApiClient(wrong) as client, pytest.raises(UnauthorizedException):
        keap.TagsApi(client).list_tags()
    token = served.key(Scope.READ)
    with keap.ApiClient(keap.Configuration(host=address, access_token=token)) as client:
        assert keap.TagsApi(client).list_tags().tags
        with pytest.raises(ForbiddenException) as caught:
            keap.TagsApi(client).create_tag(models.CreateUpdateTagRequest(name="x"))
    said = json.loads(caught.value.body or "")
    assert (said["code"], said["status"]) == (403, "FORBIDDEN")
