"""The rule that a text is filled in with parameters which there are."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.checks.rule import Finding, Rule, Subject
from package_format.checks.texts import texts
from package_format.diagnostics import Severity
from package_format.templates import ACCOUNT, CONTACT, PARAMETERS, meant

_ADD = "add it to cpt.toml, under [parameters]"
_ONLY_PARAMETERS = "at install there are only parameters; write it in {{ }}, if this is a message"


def _find(subject: Subject) -> Iterator[Finding]:
    yield from _in_rules(subject)
    known = [f"{PARAMETERS}.{key.replace('-', '_')}" for key in subject.package.manifest.parameters]
    for text in texts(subject):
        for used in text.installs.names:
            if used.name not in known and not _is_lost(subject, used.name):
                span = text.span(subject, used.start, used.end)
                is_other = used.name.partition(".")[0] in (CONTACT, ACCOUNT)
                help_ = None if is_other else meant(used.name, known)
                help_ = help_ or (_ONLY_PARAMETERS if is_other else _ADD)
                name = used.name.removeprefix(f"{PARAMETERS}.")
                yield Finding(f"there is no parameter {name}", span, help_)


def _in_rules(subject: Subject) -> Iterator[Finding]:
    known = subject.package.manifest.parameters
    for index, rule in enumerate(subject.package.manifest.rules):
        for name in rule.names:
            if name not in known and not subject.unread.has("parameter", name):
                span = subject.span(None, ("rules", index))
                yield Finding(f"there is no parameter {name}", span, meant(name, known) or _ADD)


def _is_lost(subject: Subject, name: str) -> bool:
    """Whether a parameter is there, and could not be read."""
    key = name.removeprefix(f"{PARAMETERS}.")
    unread = subject.unread
    return unread.has("parameter", key) or unread.has("parameter", key.replace("_", "-"))


RULE = Rule(
    "unknown-parameter",
    Severity.ERROR,
    "a text uses a parameter that is not there",
    """\
What stands in `[[ … ]]` comes from the package's own parameters, which `cpt.toml` lists under
`[parameters.…]`. A hyphen in a parameter's name is written as an underscore:
`[[ parameters.from_name ]]`. The rules in `[[rules]]` name them as they are.""",
    _find,
)
