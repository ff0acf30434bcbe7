"""Parts: the HTML of an email made fit for mail programs, and the plain text beside it."""

from __future__ import annotations

import re

from css_inline import CSSInliner, InlineError
from inscriptis import get_text
from inscriptis.model.config import ParserConfig

_INLINER = CSSInliner(keep_style_tags=True, load_remote_stylesheets=False, keep_link_tags=True)
_AS_TEXT = ParserConfig(display_links=True, display_anchors=True)
_STYLED = re.compile(r"<style\b", re.IGNORECASE)
_INVISIBLE = re.compile(r"<(style|script)\b", re.IGNORECASE)
_ENDS = {
    word: re.compile(rf"</{word}\s*+>", re.IGNORECASE | re.ASCII) for word in ("style", "script")
}
_SELF_LINK = re.compile(r"\[([^\s\[\]]++)\]\(\1\)")
_EMPTY_LINES = re.compile(r"\n{3,}")


def inlined(html: str) -> str:
    """Return HTML with its styles written into the elements that they are for.

    Many mail programs drop ``<style>``. It is kept as well, for what can only stand there, such as
    rules for small screens. Nothing is fetched. HTML without styles comes back as it is, and so
    does what cannot be read.

    Args:
        html: A message that has been rendered.
    """
    if not _STYLED.search(html):
        return html
    try:
        return _INLINER.inline(html)
    except InlineError:
        return html


def text_of(html: str) -> str:
    """Return the plain text that says what a message in HTML says; links are written out.

    Args:
        html: A message that has been rendered.
    """
    visible = _visible(html)
    if not visible.strip():
        return ""
    try:
        text = get_text(f"<html><body>{visible}</body></html>", _AS_TEXT)
    except ValueError:
        return ""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return _EMPTY_LINES.sub("\n\n", _SELF_LINK.sub(r"\1", lines)).strip() + "\n"


def _visible(html: str) -> str:
    """Leave out styles and programs; one that is never closed is left to the reader of HTML."""
    pieces: list[str] = []
    at = 0
    never: set[str] = set()
    for opening in _INVISIBLE.finditer(html):
        word = opening[1].lower()
        if opening.start() < at or word in never:
            continue
        ending = _ENDS[word].search(html, opening.end())
        if ending is None:
            never.add(word)
            continue
        pieces.append(html[at : opening.start()])
        at = ending.end()
    return "".join((*pieces, html[at:]))
