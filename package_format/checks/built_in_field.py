"""The rule that a custom field does not take the name of a built-in one."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.checks.rule import Finding, Rule, Subject
from package_format.contact_fields import BUILT_IN
from package_format.diagnostics import Severity
from package_format.kinds.contact_field import ContactField


def _find(subject: Subject) -> Iterator[Finding]:
    for address, resource in subject.package.resources.items():
        if isinstance(resource.model, ContactField):
            taken = [name for name in (resource.model.name, address.key) if name in BUILT_IN]
            if taken:
                own_name = address.key == taken[0]
                yield Finding(
                    f"every contact has a field {taken[0]} already",
                    subject.span(address, () if own_name else ("name",), key=own_name),
                    f"use {taken[0]} without adding it, or choose another name",
                )


RULE = Rule(
    "built-in-field",
    Severity.ERROR,
    "a custom field has the name of a built-in one",
    f"""\
Contacts have some fields in every account, such as {", ".join(list(BUILT_IN)[:3])}. They
are there without a package adding them, and a custom field cannot have the name or key of one,
because then nobody could tell which of the two a merge field means.""",
    _find,
)
