"""What is let through: names, constants, filters and conditions, and nothing else of Jinja2."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import replace

from jinja2 import TemplateSyntaxError, nodes

from package_format.templates.filters import FILTERS
from package_format.templates.language import INSTALL, Language
from package_format.templates.scan import Part, Problem, Scan, sentence

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_MERGE_FIELD = re.compile(r"\{[{%#]")
_INSIDE = "a merge field cannot stand inside [[ ]]"
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
    """Yield what the parsed text has in it besides names, constants, filters and ifs."""
    places = _places(found)
    try:
        tree = language.parse(text)
    except TemplateSyntaxError as error:
        yield _problem(sentence(error), error.lineno, places)
        return
    pending: list[nodes.Node] = [tree]
    while pending:
        node = pending.pop()
        reason = _reason_against(node, language)
        if reason:
            problem = _problem(reason, node.lineno, places)
            yield replace(problem, misplaced=reason is _INSIDE)
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


def _places(found: Scan) -> Mapping[int, Part]:
    """Return the first tag of each line that has one, in order."""
    places: dict[int, Part] = {}
    for tag in found.tags:
        places.setdefault(tag.tokens[0].line, tag)
    return places


def _problem(message: str, line: int, places: Mapping[int, Part]) -> Problem:
    """Point at the first tag of a line, as Jinja2 knows no columns and of some nodes no line."""
    lines = list(places)
    tag = places[lines[max(bisect_right(lines, line or 1) - 1, 0)]]
    return Problem(message, tag.start, tag.end)
