"""What every operation of REST v2 is asked: filters, orders, pages, and the vendor's errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from account_engine.account import Account
from account_engine.keys import Scope
from account_engine.objects import StoredObject, normalised
from account_engine.server.desks import Access
from account_engine.server.problems import ProblemError, invalid
from package_format.kinds.model import Json

Model = TypeVar("Model", bound=BaseModel)
Item = TypeVar("Item")

MOST = 1000
_DIGITS = 18
_CONDITION = re.compile(r"(\w++)\s*+(==|>=|<=|>|<)(.*)", re.DOTALL)
_COMPARED: Mapping[str, Callable[[int, int], bool]] = {
    "==": lambda a, b: a == b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
}


@dataclass(frozen=True)
class Call:
    """A request.

    Attributes:
        path: What stands in the path.
        query: What stands in the query; each name may be there several times.
        body: What was sent.
    """

    path: Mapping[str, str]
    query: Mapping[str, Sequence[str]] = field(default_factory=dict)
    body: bytes = b""

    def number(self, name: str, called: str) -> int:
        """Return the number in the path.

        Raises:
            ProblemError: It is none, so that nothing has it.
        """
        number = whole(self.path[name])
        if number is None:
            raise missing(called, self.path[name])
        return number

    def one(self, name: str) -> str:
        """Return what the query has once; empty if it has not."""
        return next(iter(self.query.get(name, ())), "")

    def several(self, name: str) -> tuple[str, ...]:
        """Return what the query has several times, or once with commas between."""
        return tuple(
            part.strip()
            for text in self.query.get(name, ())
            for part in text.split(",")
            if part.strip()
        )

    def read(self, model: type[Model]) -> Model:
        """Return what was sent.

        Raises:
            ProblemError: It is not what it has to be, or more than an account has a place for.
        """
        try:
            return model.model_validate_json(self.body)
        except ValidationError as error:
            problem = invalid(error, "The body")
            detail = problem.detail.replace(
                "Extra inputs are not permitted", "contacts of this account have no place for it"
            )
            raise bad(detail) from error

    @property
    def conditions(self) -> tuple[tuple[str, str, str], ...]:
        """What the filter demands: field, operator, value.

        Raises:
            ProblemError: It is no filter.
        """
        found = []
        for text in filter(str.strip, self.one("filter").split(";")):
            match = _CONDITION.fullmatch(text.strip())
            if match is None:
                raise bad(f"{text[:60]!r} is no filter; one is 'name==Attended'.")
            found.append((match[1], match[2], match[3].strip()))
        return tuple(found)

    @property
    def size(self) -> int:
        """How many a page is to have.

        Raises:
            ProblemError: It is no number, or too many.
        """
        text = self.one("page_size") or str(MOST)
        size = whole(text) if text != "0" else MOST
        if size is None or size > MOST:
            raise bad(f"page_size is a number up to {MOST}.")
        return size

    @property
    def token(self) -> int:
        """Where the page begins.

        Raises:
            ProblemError: It is no token of ours.
        """
        text = self.one("page_token")
        if not text:
            return 0
        number = whole(text)
        if number is None:
            raise bad("page_token is the next_page_token of the page before.")
        return number


@dataclass(frozen=True)
class Route:
    """A row of the table.

    Attributes:
        method: The HTTP method.
        path: Where it is, below ``/crm/rest/v2``.
        scope: What a key has to be good for.
        run: Does it, and returns the status and what is answered.
        access: What it does to the account.
    """

    method: str
    path: str
    scope: Scope
    run: Callable[[Account, Call], tuple[int, Json]]
    access: Access = Access.READ


def whole(text: str) -> int | None:
    """Return a number above 0 that was sent as text; None if it is none."""
    if not (text.isascii() and text.isdecimal()) or len(text) > _DIGITS:
        return None
    return int(text) or None


def bad(detail: str) -> ProblemError:
    """Return the problem of a request that cannot be."""
    return ProblemError(HTTPStatus.BAD_REQUEST, "invalid", detail)


def missing(called: str, number: object) -> ProblemError:
    """Return the problem of something that is not there."""
    text = str(number)[:60]
    return ProblemError(HTTPStatus.NOT_FOUND, "not-found", f"There is no {called} {text}.")


def known(account: Account, call: Call, name: str, kind: str, called: str) -> StoredObject:
    """Return the object that a path names.

    Raises:
        ProblemError: There is none.
    """
    number = call.number(name, called)
    found = account.object(number)
    if found is None or found.kind != kind:
        raise missing(called, number)
    return found


Fields = Mapping[str, Callable[[Any], object]]


def listed(call: Call, items: Iterable[Item], filters: Fields, orders: Fields) -> list[Item]:
    """Return the items that a filter lets through, in the order that is asked for.

    Args:
        call: The request.
        items: Everything there is.
        filters: What each field of a filter looks at: a text, or a number.
        orders: What each order looks at.

    Raises:
        ProblemError: There is no such filter or order.
    """
    found = [item for item in items if meets(call, item, filters)]
    by, _, direction = call.one("order_by").strip().partition(" ")
    if not by:
        return found
    if by not in orders or direction.strip() not in {"", "asc", "desc"}:
        raise bad(f"order_by is one of {', '.join(orders)}, and then asc or desc.")
    found.sort(key=lambda item: _sortable(orders[by](item)), reverse=direction.strip() == "desc")
    return found


def meets(call: Call, item: object, filters: Fields) -> bool:
    """Whether an item is what a filter demands.

    Raises:
        ProblemError: There is no such filter.
    """
    for name, operator, wanted in call.conditions:
        if name not in filters:
            raise bad(f"There is no filter {name[:60]!r}; there are {', '.join(filters)}.")
        if not _meets(filters[name](item), operator, wanted):
            return False
    return True


def _meets(value: object, operator: str, wanted: str) -> bool:
    if isinstance(value, int):
        numbers = [whole(one.strip()) for one in wanted.split(",")]
        return any(number is not None and _COMPARED[operator](value, number) for number in numbers)
    if operator != "==":
        raise bad(f"This field is compared by ==, not by {operator}.")
    text = normalised(str(value or ""))
    if wanted == "NONE":
        return not text
    if wanted.endswith("*"):
        return text.startswith(normalised(wanted[:-1]))
    return text == normalised(wanted)


def _sortable(value: object) -> tuple[float, str]:
    return (float(value), "") if isinstance(value, int | float) else (0.0, str(value or ""))


def page(call: Call, name: str, items: Sequence[Item], shape: Callable[[Item], Json]) -> Json:
    """Return a page of a list, and where the next one begins."""
    start, size = call.token, call.size
    shown = items[start : start + size]
    more = {"next_page_token": str(start + size)} if start + size < len(items) else {}
    return {name: [shape(one) for one in shown], **more}
