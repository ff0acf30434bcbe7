"""Operations: what the native API can do, each a row of one table.

The routes, the checking of what was sent, and the OpenAPI document are made of the same rows, so
that none can say what another does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from account_engine.keys import Scope
from account_engine.server.desks import Access

SMALL = 2**20
"""How many bytes a body may have, unless an operation says otherwise."""

LARGE = 64 * 2**20
"""How many bytes the body of a bulk operation, or a change set, may have."""

PREFIX = "/api/v1"

_IN_PATH = re.compile(r"\{(\w+)\}")

Number = Annotated[int, Field(ge=1, le=2**63 - 1)]
"""An id: of an object, a contact, a message."""


class Shape(BaseModel):
    """The base of what is sent and answered: strict about unknown names."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Nothing(Shape):
    """Nothing in the path, and nothing in the query."""


@dataclass(frozen=True)
class Answer:
    """What an operation answers.

    Attributes:
        body: The model that is written as JSON; bytes as they are; None for nothing.
        status: The HTTP status.
        headers: Headers that belong to it.
        hears: Whether something was received that is to have its turn now.
    """

    body: BaseModel | bytes | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    hears: bool = False


@dataclass(frozen=True)
class Operation:
    """A row of the table.

    Attributes:
        name: Its name in the document, in which programs know it.
        method: The HTTP method.
        path: Where it is, below `PREFIX`; names in braces are fields of `asks`.
        summary: What it does, in a few words; `run`'s docstring says the rest.
        scope: What a key has to be good for.
        run: Does it; is given the account, what was asked, what was sent, and the time; and as
            `witness` what remembers how far the account has come, if it `delivers`.
        answers: The model of each status that is a success; None for no body.
        asks: What stands in the path and in the query.
        sends: What stands in the body; None for nothing.
        access: What it does to the account.
        lines: Whether the body is NDJSON, with `sends` on each line.
        limit: How many bytes the body may have.
        media: What sort of body a success has.
        delivers: Whether only the account itself may do it, and no copy of it.
        refuses: The statuses of problems of its own, besides those that any operation has.
    """

    name: str
    method: str
    path: str
    summary: str
    scope: Scope
    run: Callable[..., Answer]
    answers: Mapping[int, type[BaseModel] | None]
    asks: type[BaseModel] = Nothing
    sends: type[BaseModel] | None = None
    access: Access = Access.READ
    lines: bool = False
    limit: int = SMALL
    media: str = "application/json"
    delivers: bool = False
    refuses: tuple[int, ...] = ()

    @property
    def in_path(self) -> tuple[str, ...]:
        """The fields of `asks` that stand in the path."""
        return tuple(_IN_PATH.findall(self.path))
