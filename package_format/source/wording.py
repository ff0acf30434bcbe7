"""Wording: what pydantic has against a value, in the words of somebody who writes campaigns.

A row of `_TYPES` says what is needed and shows how that is written; `sentence` says what is wrong,
`advice` what to write instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import ErrorDetails

from package_format.forms import FORMS, described
from package_format.source.nodes import Node, ScalarNode
from package_format.spelling import did_you_mean

_MAPPING = ("a mapping of keys to values", "write each key on a line of its own: title: Hello")
_LIST = ("a list", "write [first, second], or one a line, each behind a hyphen")
_WHOLE = ("a whole number", "write digits alone, without quotes: 3")
_NUMBER = ("a number", "write digits alone, without quotes: 49 or 49.50")
_BOOLEAN = ("true or false", "write it without quotes: true")
_MOMENT = ("a date and time such as 2026-03-10T09:00", None)

_TYPES: Mapping[str, tuple[str, str | None]] = {
    "string_type": ("a text", None),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": _BOOLEAN,
    "bool_parsing": _BOOLEAN,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "dict_type": _MAPPING,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "datetime_type": _MOMENT,
    "datetime_parsing": _MOMENT,
    "datetime_from_date_parsing": _MOMENT,
    "datetime_object_invalid": _MOMENT,
}
_IN_TOML = {
    "list_type": 'write ["first", "second"]',
    "tuple_type": 'write ["first", "second"]',
    "model_type": "write it under a heading in brackets, such as [package]",
    "dict_type": "write it under a heading in brackets, such as [package]",
}
NONE_OF = "none-of"
"""The type of a finding that no member of a union is what stands there; see `expected`."""

CHOSEN = ("enum", "literal_error")
"""The types of a finding that a value is none of some words."""
MAPPING_ADVICE = _MAPPING[1]


def is_type(kind: str) -> bool:
    """Whether a finding says that a value is of another type than is needed."""
    return kind in _TYPES or kind == NONE_OF


def expected(kinds: list[str]) -> str:
    """Return what would be right where each of some types is."""
    wanted = list(dict.fromkeys(_TYPES[kind][0] for kind in kinds))
    return f"{', '.join(wanted[:-1])} or {wanted[-1]}" if len(wanted) > 1 else wanted[0]


def sentence(details: ErrorDetails) -> str:
    """Return what is wrong, in one sentence."""
    kind, given = details["type"], details.get("input")
    context: Mapping[str, Any] = details.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if is_type(kind):
        needed = _TYPES[kind][0] if kind in _TYPES else details["msg"]
        return f"{needed} is needed here, and this is {described(given)}"
    if given == "" or kind in ("too_short", "string_too_short"):
        return "something must stand here"
    match kind:
        case "enum" | "literal_error":
            return f"{described(given)} is not one of the words that can stand here"
        case "string_pattern_mismatch":
            form = FORMS.get(str(context["pattern"]))
            return f"{described(given)} cannot be {form.noun if form else 'what stands here'}"
        case "string_too_long":
            return f"the text is longer than {context['max_length']:,} characters"
        case "greater_than_equal":
            return f"at least {context['ge']} is needed here, and this is {described(given)}"
        case "less_than_equal":
            return f"at most {context['le']} is possible here, and this is {described(given)}"
        case "decimal_max_digits" | "decimal_whole_digits":
            return f"{described(given)} is too large to be used here"
        case "decimal_max_places":
            places = context["decimal_places"]
            return f"{described(given)} has more than {places} digits behind the point"
        case _:
            pass
    message = details["msg"]
    return message[:1].lower() + message[1:]


def advice(details: ErrorDetails, node: Node | None = None) -> str | None:
    """Return what to write instead, where that can be said.

    Args:
        details: What pydantic found.
        node: What stands there.
    """
    kind, context, given = details["type"], details.get("ctx", {}), details.get("input")
    if kind in CHOSEN:
        return _chosen(given, str(context["expected"]))
    if kind == "string_pattern_mismatch":
        form = FORMS.get(str(context["pattern"]))
        return form.advice if form else f"the form is {context['pattern']}"
    if given is None and is_type(kind):
        return "write something there, or take the line out"
    if node is not None and kind in _IN_TOML and node.source.file.endswith(".toml"):
        return _IN_TOML[kind]
    if kind == "string_type" or (kind == NONE_OF and "a text" in details["msg"]):
        if isinstance(node, ScalarNode) and node.value is not None:
            return f'put it in quotes: "{node.written}"'
        return None
    return _TYPES[kind][1] if kind in _TYPES else None


def entry_of(key: str, file: str) -> str:
    """Return a help that shows how a key that is missing is written in a file."""
    return f"it is written {key} = …" if file.endswith(".toml") else f"it is written {key}: …"


def _chosen(given: object, words: str) -> str | None:
    """The word that was meant, or all that there are, of a list such as ``'a', 'b' or 'c'``."""
    known = words.replace(" or ", ", ").replace("'", "").split(", ")
    known = [word.lower() if word in ("True", "False") else word for word in known]
    hint = did_you_mean(given, known) if isinstance(given, str) else None
    return hint or (f"there are: {', '.join(known)}" if len(known) > 1 else f"write {known[0]}")
