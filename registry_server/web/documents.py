"""Documents: somebody else's Markdown and HTML, made fit to stand on a page of ours.

Markdown may hold no HTML of its own, and whatever comes out passes the sanitiser all the same.
Nothing is fetched from elsewhere: a picture is shown if the package brings it, and is otherwise
replaced by its description. Links lead out or nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from package_format.package import Package
from registry_server.catalog.wording import Filled, parts

PICTURES = {"gif": "image/gif", "jpeg": "image/jpeg", "jpg": "image/jpeg", "png": "image/png"}
"""The pictures that a package may bring, by the ending of their names."""

_LINKS = {"http", "https", "mailto"}
_WHOLE = tuple(f"{scheme}:" for scheme in _LINKS)
_STRUCTURE = {
    "a", "b", "blockquote", "br", "code", "del", "em", "h2", "h3", "h4", "h5", "h6", "hr", "i",
    "img", "li", "ol", "p", "pre", "s", "small", "strong", "sub", "sup", "table", "tbody", "td",
    "th", "thead", "tr", "u", "ul",
}  # fmt: skip
_DEEPEST = 6
_DOCUMENT_LIMIT = 200_000
_MESSAGE_LIMIT = 500_000
_MOST_TAGS = 10_000
_TOO_MUCH = Markup("<p><em>This message is too long to be shown here.</em></p>")

_DOCUMENT = nh3.Cleaner(
    tags=_STRUCTURE,
    attributes={"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}},
    url_schemes=_LINKS,
    link_rel="nofollow noopener noreferrer",
)
_MESSAGE = nh3.Cleaner(tags=_STRUCTURE - {"img"}, attributes={}, link_rel=None)
_MARKED = nh3.Cleaner(
    tags=(_STRUCTURE - {"img"}) | {"mark"},
    attributes={},
    allowed_classes={"mark": {Filled.AT_INSTALL, Filled.PER_CONTACT}},
    link_rel=None,
)
_markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def document(text: str, media: str, own: Iterable[str] = (), *, below: int = 2) -> Markup:
    """Render Markdown, its headings so that they fit below a page's own.

    Of a text that is very long, the beginning is shown.

    Args:
        text: The Markdown.
        media: The address below which the package's pictures are served, with a slash at its end.
        own: The paths of the pictures that the package brings.
        below: The level of the heading that it stands under; no level is skipped from there on.
    """
    if len(text) > _DOCUMENT_LIMIT:
        text = f"{text[:_DOCUMENT_LIMIT]}\n\n…"
    tokens = _markdown.parse(text)
    pictures = frozenset(own)
    _fit_headings(tokens, below)
    for token in tokens:
        children = _led_out(token.children or ())
        token.children = [_shown(child, media, pictures) for child in children]
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    return Markup(_DOCUMENT.clean(html))  # noqa: S704  this is what the sanitiser is for


def _fit_headings(tokens: list[Token], below: int) -> None:
    """Give each heading the level that it has among them, the highest right below a page's."""
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    highest = min((int(token.tag[1]) for token in headings), default=1)
    level = below
    for token in headings:
        if token.type == "heading_open":
            level = min(int(token.tag[1]) - highest + below + 1, level + 1, _DEEPEST)
        token.tag = f"h{level}"


def message(html: str) -> Markup:
    """Return what a contact would read in an email: words, structure and placeholders, no links.

    How long the sanitiser takes grows with the square of how deep elements stand in each other, so
    that a message of very many is not shown.
    """
    if len(html) > _MESSAGE_LIMIT or html.count("<") > _MOST_TAGS:
        return _TOO_MUCH
    marked = "".join(
        part.text
        if part.filled is Filled.PLAIN
        else f'<mark class="{part.filled}">{part.text}</mark>'
        for part in parts(_MESSAGE.clean(html))
    )
    # Again, since a placeholder may begin inside one tag and end inside another.
    return Markup(_MARKED.clean(marked))  # noqa: S704  this is what the sanitiser is for


def of_package(package: Package, path: str) -> str | None:
    """Return a text document of a package without a first heading that repeats its title."""
    data = package.documents.get(path)
    if data is None:
        return None
    text = data.decode("utf-8", errors="replace")
    title = re.escape(package.manifest.package.title)
    return re.sub(rf"\A\s*# +(?:{title}|Changelog) *\n", "", text, flags=re.IGNORECASE)


def _led_out(tokens: Iterable[Token]) -> Iterator[Token]:
    """Leave the words alone of links that have no whole address.

    On their author's disk they lead to another file; here, to a page of ours or to none, and in a
    feed to whatever a reader makes of it.
    """
    leads = True
    for token in tokens:
        if token.type == "link_open":
            leads = str(token.attrs.get("href", "")).lower().startswith(_WHOLE)
        if leads or token.type not in ("link_open", "link_close"):
            yield token


def _shown(token: Token, media: str, pictures: frozenset[str]) -> Token:
    """Point a picture to where it is served, or put its description in its place."""
    if token.type != "image":
        return token
    path = str(token.attrs.get("src", "")).removeprefix("./")
    if path in pictures:
        token.attrs["src"] = media + path.removeprefix("media/")
        return token
    return Token("text", "", 0, content=token.content)
