"""REST v2, asked by the vendor's own library, which is what it is from the package index."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import keap_core_v2_client as keap
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keap_core_v2_client import models
from keap_core_v2_client.exceptions import (
    BadRequestException,
    ForbiddenException,
    NotFoundException,
    UnauthorizedException,
)

from account_engine.keys import Scope
from account_engine.server.app import create_app
from account_engine.server.rest_v2.asking import Route
from account_engine.server.rest_v2.endpoint import PREFIX, ROUTES
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


def asking(served: Served, method: str, path: str, **more: Any) -> tuple[int, Any]:  # noqa: ANN401
    headers = {"Authorization": f"Bearer {served.token}"}
    answer = served.client.request(method, f"{PREFIX}{path}", headers=headers, **more)
    return answer.status_code, answer.json() if answer.content else None


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "why"),
    [
        ("POST", "/tags", {}, 400, "A tag has a name"),
        ("POST", "/tags", {"name": "x", "category": {"id": "1"}}, 404, "no category 1"),
        ("POST", "/tags/categories", {}, 400, "A category has a name"),
        ("POST", "/products", {"short_description": "x"}, 400, "a name and a price"),
        ("POST", "/contacts", {"given_name": "Ada"}, 400, "at least one of"),
        ("POST", "/contacts/model/customFields", {"label": "x", "field_type": "Y"}, 400, "not Y"),
        (
            "POST",
            "/contacts/model/customFields",
            {"label": "x", "field_type": "RADIO"},
            400,
            "has options",
        ),
        (
            "POST",
            "/contacts",
            {"email_addresses": [{"email": "a@x.org"}], "custom_fields": [{"id": "1"}]},
            400,
            "no custom field 1",
        ),
        ("POST", "/automations/goals/achieve", {"contact_id": 77}, 400, "A goal is named by"),
    ],
)
def test_what_cannot_be_is_told_in_the_vendor_s_envelope(
    served: Served, method: str, path: str, sent: dict[str, Any], status: int, why: str
) -> None:
    code, said = asking(served, method, path, json=sent)
    assert (code, said["code"]) == (status, status)
    assert why in said["message"]


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/tags?filter=shoe==1", "no filter 'shoe'"),
        ("/tags?filter=name", "is no filter"),
        ("/tags?filter=name>1", "compared by =="),
        ("/tags?order_by=shoe", "order_by is one of name"),
        ("/tags?page_size=1001", "up to 1000"),
        ("/tags?page_token=x", "next_page_token"),
        ("/contacts?order_by=email", "by id, ascending"),
        ("/campaigns?filter=id==1", "filtered by name"),
    ],
)
def test_a_list_says_what_it_can_be_asked(served: Served, path: str, why: str) -> None:
    served.shop.contact()
    code, said = asking(served, "GET", path)
    assert code == 400
    assert why in said["message"]


def test_lists_are_ordered_and_paged(served: Served) -> None:
    for name in ("Bees", "ants"):
        served.shop.account.create_object("tag", {"name": name})
    _, first = asking(served, "GET", "/tags?order_by=name&page_size=2")
    assert [one["name"] for one in first["tags"]] == ["ants", "Attended"]
    token = first["next_page_token"]
    _, second = asking(served, "GET", f"/tags?order_by=name&page_size=2&page_token={token}")
    assert [one["name"] for one in second["tags"]] == ["Bees"]
    assert "next_page_token" not in second
    _, last = asking(served, "GET", "/tags?order_by=name desc&page_size=1")
    assert [one["name"] for one in last["tags"]] == ["Bees"]
    _, none = asking(served, "GET", "/tags?filter=description==NONE;category_id==NONE")
    assert len(none["tags"]) == 3


def test_only_what_a_mask_names_is_changed(served: Served) -> None:
    tag = served.shop.attended
    sent = {"name": "Was there", "description": "Once"}
    assert asking(served, "PATCH", f"/tags/{tag}?update_mask=description", json=sent)[0] == 200
    assert asking(served, "GET", f"/tags/{tag}")[1]["name"] == "Attended"
    made = asking(served, "POST", "/products", json={"name": "Course", "price": 100})[1]
    path = f"/products/{made['id']}"
    sent = {"name": "Other", "sku": "C1"}
    changed = asking(served, "PATCH", f"{path}?update_mask=sku", json=sent)[1]
    assert (changed["name"], changed["sku"]) == ("Course", "C1")
    again = asking(served, "POST", "/products", json={"name": "course", "price": 1})[1]
    assert "There is a product" in again["message"]


def test_a_contact_s_consent_and_owner_are_told_and_changed(served: Served) -> None:
    contact = served.shop.contact("Ada", company="Engines", fax="1")
    served.shop.account.opt_out(contact.id)
    path = f"/contacts/{contact.id}"
    (email,) = asking(served, "GET", path)[1]["email_addresses"]
    assert (email["is_opt_in"], email["email_opt_status"]) == (False, "LIST_UNSUBSCRIBE")
    sent = {
        "owner_id": "boss@example.com",
        "company": {"company_name": "Looms"},
        "fax_numbers": [{"number": "2"}],
        "email_addresses": [{"email": "ada@example.com", "opt_in_reason": "asked"}],
    }
    changed = asking(served, "PATCH", path, json=sent)[1]
    assert changed["email_addresses"][0]["is_opt_in"] is True
    assert changed["owner_id"] == "boss@example.com"
    assert changed["company"] == {"company_name": "Looms"}
    assert changed["fax_numbers"] == [{"number": "2", "field": "FAX1"}]


def test_a_product_that_is_paid_by_the_month_has_its_plan(served: Served) -> None:
    plan = {"every": "1 month", "payments": 12}
    data = {"name": "Club", "price": "9.00", "currency": "NOK", "plan": plan, "category": "Clubs"}
    served.shop.account.create_object("product", data)
    (club,) = asking(served, "GET", "/products")[1]["products"]
    assert (club["subscription_only"], club["categories"]) == (True, ["Clubs"])
    (told,) = club["subscription_plans"]
    assert (told["billing_cycle"], told["number_of_cycles"]) == ("MONTHLY", 12)


# --- whatever is sent

_TEXT = st.sampled_from(["", "1", "x", "id==1", "name==*", "0", "9" * 30, "a;b", "email", "{}"])
_NAMES = [
    "name",
    "id",
    "contact_ids",
    "email_addresses",
    "email",
    "custom_fields",
    "content",
    "label",
    "field_type",
    "price",
    "contact_id",
    "integration",
    "call_name",
    "field",
]
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(_NAMES),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@pytest.mark.slow
@pytest.mark.parametrize("row", ROUTES, ids=lambda row: f"{row.method} {row.path}")
def test_whatever_is_sent_is_answered(served: Served, row: Route) -> None:
    served.shop.registered()
    headers = {"Authorization": f"Bearer {served.token}"}

    @settings(max_examples=30, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def ask(data: st.DataObject) -> None:
        path = row.path
        for name in ("tag_id", "contact_id", "campaign_id", "sequence_id", "product_id"):
            path = path.replace(f"{{{name}}}", data.draw(st.sampled_from(["1", "8", "9", "x"])))
        path = path.replace("{tag_category_id}", "5").replace("{custom_field_id}", "2")
        query = data.draw(
            st.dictionaries(
                st.sampled_from(["filter", "order_by", "page_size", "page_token", "fields"]),
                _TEXT,
                max_size=2,
            )
        )
        sent = {"json": data.draw(_JSON)} if row.method in {"POST", "PATCH"} else {}
        answer = served.client.request(
            row.method, f"{PREFIX}{path}", headers=headers, params=query, **sent
        )
        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400:
            assert answer.json()["code"] == answer.status_code

    ask()
