"""Names: which there are for a message to say, and which one was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from package_format.contact_fields import BUILT_IN
from package_format.spelling import nearest

PARAMETERS, CONTACT, ACCOUNT = "parameters", "contact", "account"

ACCOUNT_FIELDS = ("address", "name")
"""What a message can say of the account: ``account.address`` (postal) and ``account.name``."""

UNSUBSCRIBE_URL = "unsubscribe_url"
"""The merge field that holds the address at which a contact opts out."""

NEVER = "\ue000"
"""A private-use character that begins the delimiters which a language does not have."""


def known_merge_fields(fields: Iterable[str]) -> frozenset[str]:
    """Return every name that a message can say, where contacts have these fields of their own."""
    contact = (f"{CONTACT}.{name}" for name in chain(BUILT_IN, fields))
    account = (f"{ACCOUNT}.{name}" for name in ACCOUNT_FIELDS)
    return frozenset((*contact, *account, UNSUBSCRIBE_URL))


def meant(word: str, words: Iterable[str]) -> str | None:
    """Return a help that offers the word that is most alike, if one is."""
    by_name = {_bare(one): one for one in sorted(set(words), reverse=True)}
    close = nearest(_bare(word), sorted(by_name))
    return f"did you mean {by_name[close[0]]}?" if close else None


def _bare(word: str) -> str:
    """Return the part of a merge field or parameter by which people know it."""
    root, dot, name = word.partition(".")
    return name if dot and root in (ACCOUNT, CONTACT, PARAMETERS) else word
