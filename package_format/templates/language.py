"""The two languages of templates, as environments of Jinja2.

A dot looks up a value and does nothing else; there are no globals, no tests, and the fixed filters.
Jinja2 takes long to load, so what needs it is imported by functions, when a text needs it.
"""

from __future__ import annotations

from collections.abc import Callable

from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from package_format.templates.filters import FILTERS
from package_format.templates.names import NEVER
from package_format.templates.values import Value, Values, shown


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
