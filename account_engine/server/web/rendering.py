"""Rendering: the one Jinja2 environment of all pages, and the words that its templates use.

Everything that comes out of an account is somebody's text. It reaches a page through Jinja2's
escaping, or through the sanitiser here, and in no third way.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from hashlib import sha256
from importlib.resources import files
from zoneinfo import ZoneInfo

import nh3
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from account_engine.position import Instant

_FOLDER = files("account_engine.server.web")
_LONGEST = 200_000
_STRUCTURE = {
    "a", "b", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
    "i", "li", "ol", "p", "pre", "s", "small", "strong", "sub", "sup", "table", "tbody", "td", "th",
    "thead", "tr", "u", "ul",
}  # fmt: skip
_MESSAGE = nh3.Cleaner(tags=_STRUCTURE - {"a"}, attributes={}, link_rel=None)
_PAGE = nh3.Cleaner(
    tags=_STRUCTURE,
    attributes={"a": {"href", "title"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener noreferrer",
)


def page(template: str, status: int = 200, /, **values: object) -> Response:
    """Return a page; nobody keeps a copy of it."""
    html = _environment().get_template(template).render(values)
    return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})


def problem(status: int, title: str, detail: str, *, owner: bool) -> Response:
    """Return the page that says what is wrong.

    Args:
        status: The HTTP status.
        title: What is wrong, in a few words.
        detail: What happened, why, what to do.
        owner: Whether it is the owner who looks at it, and can go back to their pages.
    """
    return page("problem.html", status, status=status, title=title, detail=detail, owner=owner)


def message(html: str) -> Markup:
    """Return what a contact reads in a message: words and structure, nothing that leads away."""
    return Markup(_MESSAGE.clean(html[:_LONGEST]))  # noqa: S704  this is what the sanitiser is for


def body(html: str) -> Markup:
    """Return the body of a landing page, with nothing in it that could act."""
    return Markup(_PAGE.clean(html[:_LONGEST]))  # noqa: S704  likewise


def moment(instant: Instant, zone: str) -> Markup:
    """Write an instant for people, in a time zone."""
    when = dt.datetime.fromtimestamp(instant, ZoneInfo(zone))
    said = f"{when:%a} {when.day} {when:%b %Y}, {when:%H:%M}"
    return Markup('<time datetime="{}">{}</time>').format(when.isoformat(), said)


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return ``1 contact``, ``2 contacts``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


@cache
def stylesheet() -> tuple[str, str]:
    """Return the style sheet, and a text that is another one whenever the sheet is."""
    text = (_FOLDER / "style.css").read_text("utf-8")
    return text, sha256(text.encode()).hexdigest()[:12]


@cache
def icon() -> str:
    """Return the icon, an SVG."""
    return (_FOLDER / "icon.svg").read_text("utf-8")


@cache
def _environment() -> Environment:
    """All templates, read: what runs does not mix with what is installed over it meanwhile."""
    environment = Environment(
        loader=PackageLoader("account_engine.server.web"),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "body": body,
        "counted": counted,
        "message": message,
        "moment": moment,
    }
    environment.globals["style"] = f"/style.css?{stylesheet()[1]}"
    for name in environment.list_templates():
        if name.endswith((".html", ".xml", ".svg")):
            environment.get_template(name)
    return environment
