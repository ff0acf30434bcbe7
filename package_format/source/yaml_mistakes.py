"""The usual mistakes in a YAML text, in an author's words and where they were made."""

from __future__ import annotations

import re

import yaml

from package_format.diagnostics import Diagnostics, Span
from package_format.source.nodes import Source
from package_format.source.syntax import yaml_words

_OPENING = re.compile(r"(?:^|:\s|-\s|[\[{,]\s*)\s*(\[\[|\{\{|\{%)")


def unquoted(opening: str, span: Span, diagnostics: Diagnostics) -> None:
    """Say of a template without quotes that YAML takes it for something else."""
    if opening == "[[":
        diagnostics.error(
            "unquoted-parameter",
            "[[ … ]] without quotes is a list in a list to YAML",
            span,
            'put the whole value in quotes: "[[ parameters.brand ]]"',
        )
    else:
        diagnostics.error(
            "unquoted-merge-field",
            f"{opening} without quotes is the beginning of a mapping to YAML",
            span,
            'put the whole value in quotes: "Hello {{ contact.first_name }}"',
        )


def _tab(span: Span, diagnostics: Diagnostics) -> None:
    diagnostics.error(
        "tab-indentation",
        "a tab indents this line, and YAML allows only spaces",
        span,
        "use two spaces instead",
    )


def syntax_error(
    error: yaml.MarkedYAMLError, source: Source, start: int, diagnostics: Diagnostics
) -> None:
    """Say what is wrong in an author's words if it is one of the usual mistakes."""
    marks = [mark for mark in (error.problem_mark, error.context_mark) if mark is not None]
    if not marks:  # pragma: no cover - libyaml marks every error of its scanner and parser
        diagnostics.error("yaml-syntax", "this is not YAML", source.span(start, start))
        return
    for mark in marks:
        offset = min(start + mark.index, len(source.text))
        begin = offset - len(source.line_before(offset))
        line = source.text[begin:].partition("\n")[0]
        indentation = line[: len(line) - len(line.lstrip(" \t-"))]
        if "\t" in indentation:
            tab = begin + indentation.index("\t")
            _tab(source.span(tab, tab + 1), diagnostics)
            return
        opening = _OPENING.search(line)
        if opening is not None:
            span = source.span(begin + opening.start(1), begin + len(line))
            if all(found.span is None or found.span.line != span.line for found in diagnostics):
                unquoted(opening[1], span, diagnostics)
            return
    flow = source.text[start + error.context_mark.index :][:1] if error.context_mark else ""
    is_open = "end of stream" in str(error.problem) or flow in ("[", "{")
    opened = error.context_mark if is_open or "expected ':'" in str(error.problem) else None
    offset = min(start + (opened or marks[0]).index, len(source.text))
    message, help_ = yaml_words(str(error.problem or "the text ends too early"))
    span = source.span(offset, offset + 1)
    diagnostics.error("yaml-syntax", f"this is not YAML: {message}", span, help_)


def unclosed(offset: int, source: Source, diagnostics: Diagnostics) -> None:
    """Say of a text that ends within brackets where they were opened."""
    closing = {"[": "]", "{": "}"}[source.text[offset]]
    message, help_ = yaml_words(f"did not find expected ',' or '{closing}'")
    span = source.span(offset, offset + 1)
    diagnostics.error("yaml-syntax", f"this is not YAML: {message}", span, help_)


def forbidden_character(source: Source, start: int, end: int) -> Span:
    """Return where the first character stands that YAML does not allow."""
    odd = (
        offset
        for offset in range(start, end)
        if not source.text[offset].isprintable() and source.text[offset] not in "\n\t\x85"
    )
    offset = next(odd, start)
    return source.span(offset, offset + 1)
