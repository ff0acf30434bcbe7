"""Matching: whether an event is what a trigger listens for, and what a goal can save of it.

What narrows a trigger is said in `package_format.campaign.triggers`. An event's attributes are
texts, or tuples of them where several hold at once. An order has its lines so: ``product``,
``category`` and ``quantity`` are tuples of one length, a line in each place. What was clicked or
opened in a message says which step had sent it: ``campaign`` (``#3``) and ``step`` (the step's id).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from account_engine.catalogue import NOTHING, Catalogue
from account_engine.events import Event
from account_engine.flows import LiveFlow
from account_engine.language.conditions import is_equal
from package_format.campaign.triggers import (
    EmailOpened,
    LeadScoreReached,
    LinkClicked,
    ProductPurchased,
    Trigger,
)


@dataclass(frozen=True)
class OrderLine:
    """One line of an order; the category may not be known."""

    product: str
    category: str | None
    quantity: int


def meets(
    event: Event,
    trigger: Trigger,
    flow: LiveFlow | None = None,
    catalogue: Catalogue = NOTHING,
) -> bool:
    """Whether an event is what a trigger listens for.

    Every attribute that the trigger names is equal to the event's; where the event has several
    values, as an order has lines, to any of them (C10).

    Args:
        event: The event.
        trigger: The trigger; references in it are ids.
        flow: The flow that the trigger's goal is in; None for a score's rule.
        catalogue: What is known of the account's resources.
    """
    if event.word != trigger.word:
        return False
    if isinstance(trigger, ProductPurchased):
        bought = (line.quantity for line in lines(event, catalogue) if _is_of(line, trigger))
        return sum(bought) >= (trigger.at_least or 1)
    if any(wanted not in event.several(name) for name, wanted in trigger.narrowing.items()):
        return False
    match trigger:
        case LeadScoreReached(at_least=least):
            return _number(event, "was") < least <= _number(event, "points")
        case LinkClicked(in_=sequences) | EmailOpened(in_=sequences):
            return sequences is None or _sequence(event, flow) in sequences
        case _:
            return True


def lines(event: Event, catalogue: Catalogue = NOTHING) -> Iterator[OrderLine]:
    """Yield the lines of an order; one without quantities has one of each."""
    products, categories = event.several("product"), event.several("category")
    quantities = event.several("quantity")
    for index in range(max(len(products), len(categories))):
        product = products[index] if index < len(products) else ""
        given = categories[index] if index < len(categories) else None
        quantity = int(quantities[index]) if index < len(quantities) else 1
        yield OrderLine(product, given or catalogue.categories.get(product), quantity)


def value_of(
    event: Event, trigger: Trigger, attribute: str, catalogue: Catalogue = NOTHING
) -> str | None:
    """Return what a goal saves of an event; None if the event does not say it.

    Args:
        event: The event.
        trigger: The trigger that it has met; of an order, the first line that does counts.
        attribute: The attribute; of a resource, people's name for it is returned.
        catalogue: What is known of the account's resources.
    """
    if isinstance(trigger, ProductPurchased) and attribute in ("product", "category", "quantity"):
        line = next(line for line in lines(event, catalogue) if _is_of(line, trigger))
        value: str | None = {
            "product": line.product,
            "category": line.category,
            "quantity": str(line.quantity),
        }[attribute]
    else:
        value = next(iter(event.several(attribute)), None)
    return None if value is None else catalogue.labels.get(value, value)


def _is_of(line: OrderLine, trigger: ProductPurchased) -> bool:
    if trigger.product is not None:
        return line.product == trigger.product
    return line.category is not None and is_equal(line.category, trigger.category)


def _number(event: Event, name: str) -> int:
    return int(next(iter(event.several(name)), "0"))


def _sequence(event: Event, flow: LiveFlow | None) -> str | None:
    """The sequence of a flow that the message came from in which something happened."""
    campaign = f"#{flow.campaign}" if flow is not None else ""
    if flow is None or campaign not in event.several("campaign"):
        return None
    return flow.addresses.get(_number(event, "step"), "").partition(".")[0]
