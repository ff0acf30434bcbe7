"""The two languages of templates, as environments of Jinja2.

A dot looks up a value and does nothing else; there are no globals, no tests, and the fixed filters.
"""

from __future__ import annotations

from collections.abc import Callable

from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from package_format.templates.filters import FILTERS
from package_format.templates.values import Value, Values, shown

PARAMETERS, CONTACT, ACCOUNT = "parameters", "contact", "account"

ACCOUNT_FIELDS = ("address", "name")
"""What a message can say of the account: ``account.address`` (postal) and ``account.name``."""

UNSUBSCRIBE_URL = "unsubscribe_url"
"""The merge field that holds the address at which a contact opts out."""

NEVER = "\ue000"
"""A private-use character that begins the delimiters which a language does not have."""


class Language(SandboxedEnvironment):
    """Jinja2 in which a dot looks up a value and does nothing else."""

    def getattr(self, obj: object, attribute: str) -> Value:
        """Look up a value by its name."""
        return obj.value(attribute) if isinstance(obj, Values) else Value(None)

    def getitem(self, obj: object, argument: object) -> Value:
        """Look up nothing; a template has no brackets."""
        del obj, argument
        return Value(None)


def _comparable(apply: Callable[..., object]) -> Callable[..., Value]:
    """Let what a filter makes of a value be a `Value` again, which compares with anything."""

    def applied(*arguments: object) -> Value:
        made = apply(*arguments)
        return made if isinstance(made, Value) else Value(made)

    return applied


def _language(*, message: bool, html: bool = False) -> Language:
    never = (f"{NEVER}<", f"{NEVER}>")
    variable = ("{{", "}}") if message else ("[[", "]]")
    block = ("{%", "%}") if message else (f"{NEVER}{{", f"{NEVER}}}")
    comment = ("{#", "#}") if message else never
    language = Language(
        variable_start_string=variable[0],
        variable_end_string=variable[1],
        block_start_string=block[0],
        block_end_string=block[1],
        comment_start_string=comment[0],
        comment_end_string=comment[1],
        keep_trailing_newline=True,
        autoescape=html,
        undefined=StrictUndefined,
        finalize=shown,
    )
    language.globals.clear()
    language.tests.clear()
    language.filters.clear()
    language.filters.update({name: _comparable(row.apply) for name, row in FILTERS.items()})
    return language


INSTALL = _language(message=False)
"""``[[ … ]]``: expressions over parameters."""

MESSAGE = _language(message=True)
"""``{{ … }}`` and ``{% if %}`` in plain text."""

HTML = _language(message=True, html=True)
"""The same in HTML: what is filled in is escaped."""
