"""The rule that what looks like a template is one."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.checks.rule import Finding, Rule, Subject
from package_format.checks.texts import texts
from package_format.diagnostics import Severity


def _find(subject: Subject) -> Iterator[Finding]:
    for text in texts(subject):
        for problem in (*text.installs.problems, *text.messages.problems):
            if not problem.misplaced:
                yield Finding(problem.message, text.span(subject, problem.start, problem.end))


RULE = Rule(
    "invalid-template",
    Severity.ERROR,
    "a template cannot be read",
    """\
`[[ parameters.brand ]]` is filled in when the package is installed, and `{{ contact.first_name }}`
when a message is sent. Both can use the filters capitalize, date, default, lower, money, number,
title, trim and upper, and conditions; in messages there is `{% if %}`. There are no loops, no
calls and no arithmetic: a template can only show what it is given.

To show two brackets or braces as they are, write them as a text: `[[ "[[" ]]`, `{{ "{{" }}`.""",
    _find,
)
