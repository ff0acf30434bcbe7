"""Products that an account sells."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from package_format.kinds.model import Model, Text


def _in_cents(price: Decimal) -> Decimal:
    """Write a price with two decimals, so that 49.9 and 49.90 are one canonical form."""
    return price.quantize(Decimal("0.01"))


class Product(Model):
    """Something that an account sells once.

    Attributes:
        name: What people see; a product is recognised in an account by its name.
        price: What it costs, in units of the currency.
        currency: An ISO 4217 code such as EUR.
        category: The group that the account lists it under.
        sku: The account owner's own number for it.
    """

    name: Text
    price: Annotated[
        Decimal, Field(ge=0, max_digits=12, decimal_places=2), AfterValidator(_in_cents)
    ]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    category: Text | None = None
    sku: Text | None = None
