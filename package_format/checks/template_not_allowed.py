"""The rule that templates stand only in texts for people."""

from __future__ import annotations

import re
from collections.abc import Iterator

from package_format.checks.rule import Finding, Rule, Subject
from package_format.checks.texts import texts
from package_format.diagnostics import Severity

_INSTALL = re.compile(r"\[\[.*?(?:\]\]|$)", re.DOTALL)
_MESSAGE = re.compile(r"\{\{.*?(?:\}\}|$)|\{%.*?(?:%\}|$)", re.DOTALL)


def _find(subject: Subject) -> Iterator[Finding]:
    for text in texts(subject):
        install = None if text.fillable else _INSTALL.search(text.value)
        if install:
            yield Finding(
                "a parameter cannot be filled in here",
                text.span(subject, *install.span()),
                "a package's shape does not depend on parameters: no keys, references, "
                "conditions or timers do",
            )
        message = None if text.message else _MESSAGE.search(text.value)
        if message:
            yield Finding(
                "a merge field cannot be filled in here",
                text.span(subject, *message.span()),
                "merge fields belong to messages: the subject, preheader and body of an email, "
                "the title and notes of a task",
            )


RULE = Rule(
    "template-not-allowed",
    Severity.ERROR,
    "a template stands where none is filled in",
    """\
Parameters are filled into texts that people read: names, titles, subjects, bodies. They are not
filled into keys, references, arrows, conditions and timers, so that what a package does never
depends on them, and every account that has it can be upgraded alike.

Merge fields are filled into messages alone, because only a message has one contact to be about.""",
    _find,
)
