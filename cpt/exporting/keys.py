"""Keys: what resources and parameters are called in a package, made from what people call them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from package_format.archive import name_problem
from package_format.contact_fields import BUILT_IN
from package_format.kinds.table import KINDS
from package_format.placeholders import replaced_placeholders

_LEFT_OUT = {"{{": "}}", "{%": "%}", "<": ">"}
_LONGEST = 40


def slug(text: str, otherwise: str) -> str:
    """Return the words of a text as a key: ``Coffee at the harbour?`` is coffee-at-the-harbour.

    Args:
        text: What people call it; merge fields in it are left out.
        otherwise: What is returned when no letter or digit remains.
    """
    plain = replaced_placeholders(text, _LEFT_OUT, lambda _: " ")
    ascii_ = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore")
    words = re.findall(r"[a-z0-9]+", ascii_.decode().lower().replace("'", ""))
    found = ""
    for word in words:
        longer = f"{found}-{word}" if found else word[:_LONGEST]
        if len(longer) > _LONGEST:
            break
        found = longer
    return found or otherwise


def unique(wish: str, taken: Collection[str]) -> str:
    """Return a key, or with a number the first that is not taken yet."""
    number, found = 2, wish
    while found in taken:
        found = f"{wish}-{number}"
        number += 1
    return found


def resource_key(kind: str, wish: str, taken: Collection[str]) -> str:
    """Return the key of a resource: not taken, no built-in field's, and good as a file's name."""
    avoided = {*taken, *BUILT_IN} if kind == "field" else taken
    if name_problem(KINDS[kind].location.replace("*", wish)):
        wish = f"{wish}-{kind}"
    return unique(wish, avoided)
