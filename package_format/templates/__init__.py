"""Templates: the two phases in which values get into texts.

``[[ parameters.brand ]]`` is filled in at install: an expression, and nothing but that; what is
filled in is never read as a template again. ``{{ contact.first_name }}`` and ``{% if %}`` belong to
messages and are filled in when one is sent. Both are Jinja2, of which only what can neither loop,
nor call, nor look inside a value is let through, with a fixed set of filters. Reading a text says
which names it uses and what is wrong with it, with offsets, so that checks can point at the place.

A message can say ``contact.*`` (built-in and custom fields by their names), ``account.name``,
``account.address`` (the postal one) and ``unsubscribe_url``. A hyphen in a parameter's name is
written as an underscore. The older ``~Contact.FirstName~`` compiles to and from this (`legacy`).
"""

from package_format.templates.filling import TemplateError, evaluate, fill
from package_format.templates.legacy import from_legacy, to_legacy
from package_format.templates.names import (
    ACCOUNT,
    ACCOUNT_FIELDS,
    CONTACT,
    PARAMETERS,
    UNSUBSCRIBE_URL,
    known_merge_fields,
    meant,
)
from package_format.templates.reading import (
    TEXT_LIMIT,
    Problem,
    Reading,
    Used,
    merge_fields,
    read_install,
    read_message,
)
from package_format.templates.rendering import render
from package_format.templates.values import one_line

__all__ = [
    "ACCOUNT",
    "ACCOUNT_FIELDS",
    "CONTACT",
    "PARAMETERS",
    "TEXT_LIMIT",
    "UNSUBSCRIBE_URL",
    "Problem",
    "Reading",
    "TemplateError",
    "Used",
    "evaluate",
    "fill",
    "from_legacy",
    "known_merge_fields",
    "meant",
    "merge_fields",
    "one_line",
    "read_install",
    "read_message",
    "render",
    "to_legacy",
]
