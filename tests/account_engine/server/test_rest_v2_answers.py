"""REST v2, asked whatever one can think of: what is told, in which words, and never a 500."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from account_engine.server.rest_v2.asking import Route
from account_engine.server.rest_v2.endpoint import PREFIX, ROUTES
from tests.account_engine.server.conftest import Served


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
