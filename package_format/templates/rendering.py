"""Rendering: a contact's values into a message, at the moment when it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from package_format.templates.filling import TemplateError
from package_format.templates.names import ACCOUNT, CONTACT, UNSUBSCRIBE_URL
from package_format.templates.reading import TEXT_LIMIT, read_rendered
from package_format.templates.values import Value, Values

if TYPE_CHECKING:
    from jinja2 import Template

_OUTPUT_LIMIT = 2 * TEXT_LIMIT
_OF_VALUES = (ArithmeticError, TypeError, ValueError, RecursionError)
"""What an expression may raise on account of the values in it, besides errors of Jinja2's own; no
message is worth a crash."""


def render(
    text: str,
    contact: Mapping[str, object],
    *,
    account: Mapping[str, object] | None = None,
    unsubscribe_url: str = "",
    html: bool = False,
) -> str:
    """Return a message's text with a contact's values filled in; absent values are empty.

    Args:
        text: The text.
        contact: The contact's values by the names of their fields.
        account: The account's values: `ACCOUNT_FIELDS`.
        unsubscribe_url: Where the contact opts out.
        html: Whether the text is HTML, so that values are escaped.

    Raises:
        TemplateError: The text is no template, or grows beyond all bounds.
    """
    context = {
        CONTACT: Values(contact),
        ACCOUNT: Values(account or {}),
        UNSUBSCRIBE_URL: Value(unsubscribe_url),
    }
    from jinja2 import TemplateError as JinjaError

    try:
        return _bounded(_compiled(text, html=html).generate(context))
    except TemplateError:
        raise
    except (*_OF_VALUES, JinjaError) as error:
        raise TemplateError(
            f"the message cannot be filled in with this contact's values: {error}"
        ) from error


def _bounded(written: Iterable[str]) -> str:
    chunks, size = [], 0
    for chunk in written:
        size += len(chunk)
        if size > _OUTPUT_LIMIT:
            raise TemplateError(f"the message is longer than {_OUTPUT_LIMIT:,} characters")
        chunks.append(chunk)
    return "".join(chunks)


@lru_cache(maxsize=256)
def _compiled(text: str, *, html: bool) -> Template:
    reading = read_rendered(text)
    if reading.problems:
        raise TemplateError(f"the message is no template: {reading.problems[0].message}")
    for used in reading.names:
        root, dot, _ = used.name.partition(".")
        if used.name != UNSUBSCRIBE_URL and not (dot and root in (CONTACT, ACCOUNT)):
            raise TemplateError(f"there is no value called {used.name}")
    from package_format.templates.language import HTML, MESSAGE

    return (HTML if html else MESSAGE).from_string(text)
