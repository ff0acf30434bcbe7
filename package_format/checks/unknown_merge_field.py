"""The rule that a message uses merge fields which there are."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.checks.rule import Finding, Rule, Subject
from package_format.checks.texts import texts
from package_format.diagnostics import Severity
from package_format.kinds.contact_field import ContactField
from package_format.templates import CONTACT, known_merge_fields, meant


def _find(subject: Subject) -> Iterator[Finding]:
    known = known_merge_fields(_custom(subject))
    for text in texts(subject):
        for used in text.messages.names:
            if used.name in known or _may_be_there(subject, used.name):
                continue
            yield Finding(
                f"there is no merge field {used.name}",
                text.span(subject, used.start, used.end),
                meant(used.name, known) or "a contact's own fields are in fields.yaml",
            )


def _custom(subject: Subject) -> Iterator[str]:
    """Yield the names of the package's custom fields and of those its dependencies export."""
    for package in (subject.package, *subject.dependencies.values()):
        for address, resource in package.resources.items():
            exported = str(address) in package.manifest.package.exports
            if isinstance(resource.model, ContactField) and (
                package is subject.package or exported
            ):
                yield resource.model.name


def _may_be_there(subject: Subject, name: str) -> bool:
    """Whether the field may be there, in a dependency or file that is not at hand."""
    root, _, field = name.partition(".")
    if root != CONTACT:
        return False
    if subject.unread.any("dependency") or subject.unread.has("field", field):
        return True
    dependencies = subject.package.manifest.dependencies
    return any(dependency not in subject.dependencies for dependency in dependencies)


RULE = Rule(
    "unknown-merge-field",
    Severity.ERROR,
    "a message uses a merge field that is not there",
    """\
A message can use `contact.` with any field of contacts: those that every contact has, such as
`contact.first_name`, the package's own from `fields.yaml`, and those that its dependencies export;
and besides `account.name`, `account.address` (the postal address) and `unsubscribe_url`.""",
    _find,
)
