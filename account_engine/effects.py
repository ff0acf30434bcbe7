"""Effects: what a turn leaves for others to do, each with an identity (C11)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from account_engine.position import Instant


class EffectKind(StrEnum):
    """What is to be done."""

    EMAIL = "email"
    LETTER = "letter"
    FAX = "fax"
    CALL = "call"
    TASK = "task"
    NOTE = "note"
    FULFILMENT = "fulfilment"
    POST = "post"


@dataclass(frozen=True)
class Identity:
    """What makes an effect the one it is; the key under which delivery is idempotent."""

    contact: int
    campaign: int
    step: int
    entry: int

    def __str__(self) -> str:
        """Return the identity as one text, for message ids and idempotency keys."""
        return f"{self.contact}-{self.campaign}-{self.step}-{self.entry}"


@dataclass(frozen=True)
class Effect:
    """Something to be done.

    Attributes:
        kind: What is to be done.
        identity: What makes it the one it is.
        resource: The id (``#7``) of what it is made of: an email, a task template, an endpoint.
        recorded: When the turn recorded it.
        due: For a task or a call, when it is to be done.
        person: For a task or a call, the address of who is to do it; empty for whoever owns the
            account.
    """

    kind: EffectKind
    identity: Identity
    resource: str
    recorded: Instant
    due: Instant | None = None
    person: str = ""
