"""Products that an account sells."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, field_validator

from package_format.campaign.timers import Duration
from package_format.forms import CURRENCY
from package_format.kinds.model import Model, Text


def _in_cents(price: Decimal) -> Decimal:
    """Write a price with two decimals, so that 49.9 and 49.90 are one canonical form."""
    return price.quantize(Decimal("0.01"))


class Plan(Model):
    """How a subscription is paid.

    Attributes:
        every: How often the price is due.
        payments: After how many payments it ends; it goes on where this is left out.
        trial: How long nothing is due at first.
    """

    every: Duration
    payments: Annotated[int, Field(ge=1)] | None = None
    trial: Duration | None = None

    @field_validator("every", "trial")
    @classmethod
    def _takes_time(cls, value: Duration | None) -> Duration | None:
        if value is not None and (value.count <= 0 or value.unit in ("minute", "hour")):
            raise ValueError("a subscription is counted in days or longer")
        return value


class Product(Model):
    """Something that an account sells, once or as a subscription.

    Attributes:
        name: What people see; a product is recognised in an account by its name.
        price: What it costs, in units of the currency.
        currency: An ISO 4217 code such as EUR.
        category: The group that the account lists it under.
        sku: The account owner's own number for it.
        plan: How it is paid as a subscription; it is sold once where this is left out.
    """

    name: Text
    price: Annotated[
        Decimal, Field(ge=0, max_digits=12, decimal_places=2), AfterValidator(_in_cents)
    ]
    currency: Annotated[str, StringConstraints(pattern=CURRENCY.pattern)]
    category: Text | None = None
    sku: Text | None = None
    plan: Plan | None = None
