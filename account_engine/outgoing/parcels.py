"""Parcels: effects on their way out, each as it is at the moment of its delivery (C11, C13)."""

from __future__ import annotations

from dataclasses import dataclass

from account_engine.outgoing.deliveries import Delivery
from account_engine.outgoing.rendering import Message
from package_format.kinds.model import Json


@dataclass(frozen=True)
class Work:
    """Something that people have to do.

    Attributes:
        key: What it is known by outside: the same however often it is listed, and no other's.
        message: What it says now.
    """

    key: str
    message: Message


@dataclass(frozen=True)
class Parcel:
    """An effect with all that a courier may need.

    Attributes:
        delivery: How far it has come.
        key: What the world knows it by: the same at every attempt, and no other's.
        message: What it says now; `Message.withheld` says why it must not go.
        text: What it is made of.
        unsubscribe_url: Where the contact opts out.
    """

    delivery: Delivery
    key: str
    message: Message
    text: Json
    unsubscribe_url: str


def key_of(message: Message, account: str) -> str:
    """Return what the world knows an effect by.

    It is the effect's identity, made the account's own, and with the moment at which it was
    recorded: a restored account counts contacts again, but not at the same second.

    Args:
        message: The effect.
        account: The account's id.
    """
    return f"{message.identity}-{message.recorded:x}.{account}"
