"""Products, as REST v2 has them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from account_engine.account import Account
from account_engine.keys import Scope
from account_engine.objects import StoredObject, normalised
from account_engine.server.desks import Access
from account_engine.server.operations import Shape
from account_engine.server.rest_v2.asking import Call, Route, bad, known, listed, page
from package_format.kinds.model import Json
from package_format.kinds.product import Plan, Product

_CYCLES: Mapping[str, str] = {
    "day": "DAILY",
    "week": "WEEKLY",
    "month": "MONTHLY",
    "year": "YEARLY",
}
_CENTS = 100
_USUAL = "USD"


class ProductSent(Shape):
    """A product to be made or changed.

    An account keeps no descriptions of its products; the vendor demands one of them.
    """

    name: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    price: Annotated[int, Field(ge=0, le=10**11)] | None = None
    sku: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    active: Literal[True] = True
    description: str | None = None
    short_description: str | None = None


def _shape(stored: StoredObject) -> Json:
    product = Product.model_validate(stored.data)
    price = _price(product.price, product.currency)
    return {
        "id": str(stored.id),
        "name": product.name,
        "price": price,
        "active": True,
        **({"sku": product.sku} if product.sku else {}),
        "categories": [product.category] if product.category else [],
        "subscription_only": product.plan is not None,
        "subscription_plans": [_plan(stored.id, product.plan, price)] if product.plan else [],
    }


def _price(amount: Decimal, currency: str) -> Json:
    return {
        "amount": int(amount * _CENTS),
        "currency_code": currency,
        "formatted_amount": f"{amount} {currency}",
    }


def _plan(number: int, plan: Plan, price: Json) -> Json:
    return {
        "id": str(number),
        "active": True,
        "billing_cycle": _CYCLES[plan.every.unit],
        "billing_frequency": plan.every.count,
        **({"number_of_cycles": plan.payments} if plan.payments else {}),
        "plan_price": price,
    }


def list_products(account: Account, call: Call) -> tuple[int, Json]:
    """List products."""
    filters = {
        "name": lambda one: one["name"],
        "sku": lambda one: one.get("sku"),
        "product_id": lambda one: int(one["id"]),
        "product_ids": lambda one: int(one["id"]),
    }
    orders = {"name": lambda one: normalised(one["name"]), "sku": lambda one: one.get("sku")}
    shapes = [_shape(one) for one in account.objects_of("product")]
    return 200, page(call, "products", listed(call, shapes, filters, orders), lambda one: one)


def read_product(account: Account, call: Call) -> tuple[int, Json]:
    """Return a product."""
    return 200, _shape(known(account, call, "product_id", "product", "product"))


def create_product(account: Account, call: Call) -> tuple[int, Json]:
    """Make a product, in the currency that the account's other products have."""
    sent = call.read(ProductSent)
    if sent.name is None or sent.price is None:
        raise bad("A product has a name and a price.")
    with account.together():
        if account.namesakes("product", sent.name):
            raise bad(f"There is a product {sent.name!r} already.")
        others = account.objects_of("product")
        currency = str(others[0].data["currency"]) if others else _USUAL
        made = account.create_object("product", _data(sent, {"currency": currency}))
    return 201, _shape(made)


def update_product(account: Account, call: Call) -> tuple[int, Json]:
    """Change a product."""
    sent = call.read(ProductSent)
    mask = call.several("update_mask")
    if mask:
        fields = ProductSent.model_fields
        sent = ProductSent(**{name: getattr(sent, name) for name in fields if name in mask})
    with account.together():
        stored = known(account, call, "product_id", "product", "product")
        if sent.name is not None and set(account.namesakes("product", sent.name)) - {stored.id}:
            raise bad(f"There is a product {sent.name!r} already.")
        changed = account.edit(stored.id, _data(sent, stored.data))
    return 200, _shape(changed)


def _data(sent: ProductSent, before: Json) -> Json:
    data = dict(before)
    if sent.name is not None:
        data["name"] = sent.name
    if sent.price is not None:
        data["price"] = str(Decimal(sent.price) / _CENTS)
    if sent.sku is not None:
        data["sku"] = sent.sku
    return data


def delete_product(account: Account, call: Call) -> tuple[int, Json]:
    """Delete a product that nothing refers to."""
    account.delete_object(known(account, call, "product_id", "product", "product").id)
    return 204, None


_ONE = "/products/{product_id}"
PRODUCTS = (
    Route("GET", "/products", Scope.READ, list_products),
    Route("POST", "/products", Scope.RESOURCES, create_product, Access.WRITE),
    Route("GET", _ONE, Scope.READ, read_product),
    Route("PATCH", _ONE, Scope.RESOURCES, update_product, Access.WRITE),
    Route("DELETE", _ONE, Scope.RESOURCES, delete_product, Access.WRITE),
)
