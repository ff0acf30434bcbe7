"""The rule that nothing is filled in at install inside of what is filled in later."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.checks.rule import Finding, Rule, Subject
from package_format.checks.texts import texts
from package_format.diagnostics import Severity


def _find(subject: Subject) -> Iterator[Finding]:
    for text in texts(subject):
        for problem in (*text.installs.problems, *text.messages.problems):
            if problem.misplaced:
                yield Finding(
                    problem.message,
                    text.span(subject, problem.start, problem.end),
                    "choose between the two with {% if %}: "
                    "{% if contact.x %}{{ contact.x }}{% else %}[[ parameters.y ]]{% endif %}",
                )


RULE = Rule(
    "misplaced-template",
    Severity.ERROR,
    "one template stands inside another",
    """\
`[[ … ]]` is filled in at install, `{{ … }}` and `{% … %}` when a message is sent. If one could
stand inside the other, what an account's owner types into a parameter would become part of a
program. So they stand side by side.""",
    _find,
)
