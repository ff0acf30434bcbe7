"""Filling in: an owner's parameters into the texts of resources, at install."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from package_format.kinds.model import Fillable, Html, Json, Message, Model, Path, marked, replaced
from package_format.templates.names import PARAMETERS
from package_format.templates.reading import read_install, with_plain_newlines
from package_format.templates.values import Value, Values, is_empty, shown


class TemplateError(ValueError):
    """A text cannot be filled in; the message is one sentence that says why."""


def fill(data: Json, model: Model, values: Mapping[str, object]) -> Json:
    """Return a resource's data with the owner's parameters filled in.

    A text that is nothing but one ``[[ … ]]`` is left out when there is no value for it.

    Args:
        data: The model's canonical data (references in it may have been replaced).
        model: Says which texts may hold a template.
        values: Every parameter's value by its name; None where there is none.

    Raises:
        TemplateError: A text cannot be filled in.
    """
    if not _may_hold_template(data):
        return data
    markers: dict[Path, set[type]] = {}
    texts: dict[Path, str] = {}
    for found in marked(model):
        markers.setdefault(found.path, set()).add(type(found.marker))
        texts[found.path] = found.value
    for path, text in texts.items():
        if Fillable in markers[path] and "[[" in text:
            value = evaluate(text, values, _quote_for(markers[path]))
            data = _without(data, path) if value is None else replaced(data, path, shown(value))
    return data


def _may_hold_template(data: Json) -> bool:
    match data:
        case str():
            return "[[" in data
        case dict():
            return any(map(_may_hold_template, data.values()))
        case list():
            return any(map(_may_hold_template, data))
        case _:
            return False


def evaluate(text: str, values: Mapping[str, object], quote: Callable[[str], str] = str) -> object:
    """Return a text with parameters filled in; exactly one ``[[ … ]]`` keeps its value's type.

    Args:
        text: The text.
        values: Every parameter's value by its name.
        quote: Makes of a text what stands for it where it is filled in.

    Raises:
        TemplateError: The text cannot be filled in.
    """
    reading = read_install(text)
    if reading.problems:
        raise TemplateError(f"the text is no template: {reading.problems[0].message}")
    parameters = Values(values)
    for used in reading.names:
        root, _, name = used.name.partition(".")
        if root != PARAMETERS or name not in parameters:
            raise TemplateError(f"there is no value called {used.name}")
    from package_format.templates.language import INSTALL
    from package_format.templates.scan import scan

    parts = scan(with_plain_newlines(text), INSTALL).parts
    if len(parts) == 1 and not parts[0].is_data:
        return _whole(_evaluated(parts[0].source, parameters), quote)
    filled = ""
    for part in parts:
        if part.is_data:
            filled += part.source
        else:
            if filled.endswith("{"):  # with what is filled in, it might begin a merge field
                filled = filled[:-1] + quote("{")
            filled += quote(shown(_evaluated(part.source, parameters)))
    return filled


def _whole(value: object, quote: Callable[[str], str]) -> object:
    if is_empty(value):
        return None
    return quote(value) if isinstance(value, str) else value


def _evaluated(source: str, parameters: Values) -> object:
    value = _expression(source)(**{PARAMETERS: parameters})
    return value.original if isinstance(value, Value) else value


@lru_cache(maxsize=256)
def _expression(source: str) -> Any:  # noqa: ANN401  Jinja's compiled expressions have no type
    from package_format.templates.language import INSTALL

    return INSTALL.compile_expression(source)


def _quote_for(markers: set[type]) -> Callable[[str], str]:
    if Html in markers:
        return _quote_html
    return _quote_line if Message in markers else str


def _quote_html(text: str) -> str:
    """Escape for HTML, and braces with it: an entity begins no merge field."""
    return html.escape(text).replace("{", "&#123;")


def _quote_line(text: str) -> str:
    """Make braces literal, so that what was filled in is never read as a merge field."""
    return text.replace("{", '{{ "{" }}')


def _without(data: Json, path: Path) -> Json:
    """Leave out a field; templates stand in fields, not as a list's items."""
    head, rest = path[0], path[1:]
    if rest:
        return replaced(data, (head,), _without(data[head], rest))
    return {key: value for key, value in data.items() if key != head}
