"""Rendering: a contact's values into a message, at the moment when it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from jinja2 import Template

from package_format.templates.filling import TemplateError
from package_format.templates.language import ACCOUNT, CONTACT, HTML, MESSAGE, UNSUBSCRIBE_URL
from package_format.templates.reading import TEXT_LIMIT, read_rendered
from package_format.templates.values import Values

_OUTPUT_LIMIT = 2 * TEXT_LIMIT


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
        UNSUBSCRIBE_URL: unsubscribe_url,
    }
    chunks, size = [], 0
    for chunk in _compiled(text, html=html).generate(context):
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
        if used.name.partition(".")[0] not in (CONTACT, ACCOUNT) and used.name != UNSUBSCRIBE_URL:
            raise TemplateError(f"there is no value called {used.name}")
    return (HTML if html else MESSAGE).from_string(text)
