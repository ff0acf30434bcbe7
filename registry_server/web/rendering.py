"""Rendering: the one Jinja2 environment of the pages, and the filters that their templates use."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from registry_server.catalog.wording import counted, parts
from registry_server.web.documents import message

_FOLDER = files("registry_server.web")
_KILO = 1000
_NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
# Embeddings, overrides and isolates; marks, which Arabic and Hebrew need, turn one place alone.
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def page(template: str, **values: object) -> str:
    """Render a page's template."""
    return _environment().get_template(template).render(values)


@cache
def stylesheet() -> tuple[str, str]:
    """Return the style sheet, and a text that is another one whenever the sheet is."""
    text = (_FOLDER / "style.css").read_text("utf-8")
    return text, sha256(text.encode()).hexdigest()[:12]


@cache
def icon() -> str:
    """Return the site's icon, an SVG."""
    return (_FOLDER / "icon.svg").read_text("utf-8")


@cache
def _environment() -> Environment:
    """All templates, read: what runs does not mix with what is installed over it meanwhile."""
    environment = Environment(
        loader=PackageLoader("registry_server.web"),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        finalize=in_order,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "counted": counted,
        "day": day,
        "message": message,
        "parts": parts,
        "size": size,
        "xml": xml,
    }
    environment.globals["style"] = f"/style.css?{stylesheet()[1]}"
    for name in environment.list_templates():
        if name.endswith((".html", ".xml", ".svg")):
            environment.get_template(name)
    return environment


def day(instant: str) -> str:
    """Write an ISO instant's date for people; a text that is none stays as it is."""
    try:
        date = dt.datetime.fromisoformat(instant)
    except ValueError:
        return instant
    return f"{date.day} {date:%B %Y}"


def xml(text: str) -> str:
    """Leave out what no XML may hold, not even escaped."""
    return _NOT_XML.sub("", text)


def in_order(value: object) -> object:
    """Leave out what turns the order in which a text is read.

    Somebody else's name could otherwise show what stands behind it, such as whose it is, backwards.
    """
    if isinstance(value, str) and not value.isascii() and _TURNS.search(value):
        return type(value)(_TURNS.sub("", value))
    return value


def size(count: int) -> str:
    """Write a number of bytes for people."""
    if count < _KILO:
        return f"{count} bytes"
    kilobytes = count / _KILO
    return f"{kilobytes:.0f} kB" if kilobytes < _KILO else f"{kilobytes / _KILO:.1f} MB"
