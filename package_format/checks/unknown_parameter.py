"""The rule that a text is filled in with parameters which there are."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.checks.rule import Finding, Rule, Subject, meant
from package_format.checks.texts import texts
from package_format.diagnostics import Severity
from package_format.templates import ACCOUNT, CONTACT, PARAMETERS, read_install

_ADD = "add it to cpt.toml, under [parameters]"
_ONLY_PARAMETERS = "at install there are only parameters; write it in {{ }}, if this is a message"


def _find(subject: Subject) -> Iterator[Finding]:
    known = [f"{PARAMETERS}.{key.replace('-', '_')}" for key in subject.package.manifest.parameters]
    for text in texts(subject):
        for used in read_install(text.value).names if text.fillable else ():
            if used.name not in known:
                span = text.span(subject, used.start, used.end)
                is_other = used.name.partition(".")[0] in (CONTACT, ACCOUNT)
                help_ = None if is_other else meant(used.name, known)
                help_ = help_ or (_ONLY_PARAMETERS if is_other else _ADD)
                name = used.name.removeprefix(f"{PARAMETERS}.")
                yield Finding(f"there is no parameter {name}", span, help_)


RULE = Rule(
    "unknown-parameter",
    Severity.ERROR,
    "a text uses a parameter that is not there",
    """\
What stands in `[[ … ]]` comes from the package's own parameters, which `cpt.toml` lists under
`[parameters.…]`. A hyphen in a parameter's name is written as an underscore:
`[[ parameters.from_name ]]`.""",
    _find,
)
