"""What is let through: names, constants, filters and conditions, and nothing else of Jinja2."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping

from jinja2 import TemplateSyntaxError, nodes

from package_format.templates.filters import FILTERS
from package_format.templates.language import INSTALL, Language
from package_format.templates.reading import Problem
from package_format.templates.scan import Part, Scan
from package_format.templates.wording import in_words

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_MERGE_FIELD = re.compile(r"\{[{%#]")
_INSIDE = "a merge field cannot stand inside [[ ]]"
_IFS = ("if", "elif", "else", "endif")
_WITH_CONDITION = ("if", "elif")
_STRUCTURE = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.If)
_EXPRESSIONS = (nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.Operand, nodes.CondExpr)
_WORDS: Mapping[type[nodes.Node], str] = {
    nodes.For: "a loop",
    nodes.Call: "a call",
    nodes.Getitem: "a look-up in brackets",
    nodes.BinExpr: "arithmetic",
    nodes.UnaryExpr: "arithmetic",
    nodes.Concat: "~",
    nodes.Test: "is",
    nodes.List: "a list",
    nodes.Tuple: "a list",
    nodes.Dict: "a mapping",
    nodes.Stmt: "this tag",
}


def forbidden(text: str, language: Language, found: Scan) -> Iterator[Problem]:
    """Yield what a text has in it besides names, constants, filters and ifs.

    Each tag is read by itself first, so that what is wrong with it is said where it stands; then,
    if nothing is, the whole, as it will be.
    """
    problems = [problem for tag in found.tags for problem in _in_tag(text, language, tag)]
    if not found.problem:
        problems += _unbalanced(found)
    yield from problems
    if problems or found.problem or _is_one_value(found):
        return
    try:
        tree = language.parse(text)
    except TemplateSyntaxError as error:
        tag = _tag_of(error.lineno, found)
        yield Problem(in_words(error, text[tag.start : tag.start + 2]), tag.start, tag.end)
        return
    for node, reason in _reasons_against(tree, language):
        tag = _tag_of(node.lineno, found)
        yield Problem(reason, tag.start, tag.end, misplaced=reason is _INSIDE)


def _is_one_value(found: Scan) -> bool:
    """Whether a text is one ``{{ … }}`` and nothing else, so that its tag is the whole."""
    return len(found.parts) == 1 and found.parts[0].tokens[0].kind == "variable_begin"


def _in_tag(text: str, language: Language, tag: Part) -> Iterator[Problem]:
    """Yield what is wrong with a tag, whatever stands around it."""
    source = text[tag.start : tag.end]
    match tag.tokens[0].kind:
        case "variable_begin":
            pass
        case "block_begin":
            word = tag.words[0].text if tag.words else ""
            if word.startswith("end"):
                return  # what it ends has been said, or is missing in the whole
            if word not in _IFS:
                message = f"there is no {{% {word} %}} in a message; there are {', '.join(_IFS)}"
                yield Problem(" ".join(message.split()), tag.start, tag.end)
                return
            if word not in _WITH_CONDITION:
                return
            condition = tag.source.strip().removeprefix(word)
            source = f"{{% if {condition} %}}{{% endif %}}"
        case _:
            return
    try:
        tree = language.parse(source)
    except TemplateSyntaxError as error:
        yield Problem(in_words(error, source[:2]), tag.start, tag.end)
        return
    for _, reason in _reasons_against(tree, language):
        yield Problem(reason, tag.start, tag.end, misplaced=reason is _INSIDE)


def _unbalanced(found: Scan) -> Iterator[Problem]:
    """Yield each ``{% if %}`` that does not end, and each tag that belongs to none."""
    opened: list[Part] = []
    others: list[Part] = []
    for tag in found.tags:
        word = tag.words[0].text if tag.words else ""
        if tag.tokens[0].kind != "block_begin" or word not in _IFS:
            continue
        if word == "if":
            opened.append(tag)
        elif not opened:
            yield Problem(f"there is no {{% if %}} before this {word}", tag.start, tag.end)
        elif word == "endif":
            last = opened.pop()
            others = [other for other in others if other.start < last.start]
        elif any(other.start > opened[-1].start for other in others):
            yield Problem(f"this {word} comes behind the else", tag.start, tag.end)
        elif word == "else":
            others.append(tag)
    for tag in opened:
        yield Problem("this never ends: {% endif %} is missing", tag.start, tag.end)


def _reasons_against(tree: nodes.Node, language: Language) -> Iterator[tuple[nodes.Node, str]]:
    pending = [tree]
    while pending:
        node = pending.pop()
        reason = _reason_against(node, language)
        if reason:
            yield node, reason
        else:
            pending.extend(node.iter_child_nodes())


def _reason_against(node: nodes.Node, language: Language) -> str | None:
    match node:
        case nodes.Operand(op="in" | "notin", expr=nodes.Const(value=value)) if not isinstance(
            value, str
        ):
            return f"nothing can be in {value}; write a text or a name behind `in`"
    if isinstance(node, _STRUCTURE + _EXPRESSIONS):
        return None
    match node:
        case nodes.Sub():
            return "arithmetic is not allowed in a template; a name has underscores, not hyphens"
        case nodes.Const():
            if language is INSTALL and _MERGE_FIELD.search(str(node.value)):
                return _INSIDE
            return None
        case nodes.Name():
            return None if _NAME.fullmatch(node.name) else f"{node.name} cannot be a name"
        case nodes.Getattr(node=nodes.Name()):
            return None if _NAME.fullmatch(node.attr) else f"{node.attr} cannot be a name"
        case nodes.Getattr():
            return "a name has one dot"
        case nodes.Filter():
            return _reason_against_filter(node)
        case _:
            what = next((word for sort, word in _WORDS.items() if isinstance(node, sort)), "this")
            return f"{what} is not allowed in a template; only names, filters and conditions are"


def _reason_against_filter(node: nodes.Filter) -> str | None:
    row = FILTERS.get(node.name)
    if row is None:
        return f"there is no filter {node.name}; there are {', '.join(FILTERS)}"
    if node.kwargs or node.dyn_args or node.dyn_kwargs:
        return f"the filter {node.name} takes plain values"
    if not row.needs <= len(node.args) <= len(row.accepts):
        return f"the filter {node.name} takes another number of values"
    for argument, accepts in zip(node.args, row.accepts, strict=False):
        if not isinstance(argument, nodes.Const) or not accepts(argument.value):
            return f"this is not a value that the filter {node.name} takes"
    return None


def _tag_of(line: int, found: Scan) -> Part:
    """Return the tag that begins last before a line ends; Jinja2 knows no columns."""
    lines = [tag.tokens[0].line for tag in found.tags]
    return found.tags[max(bisect_right(lines, line or 1) - 1, 0)]
