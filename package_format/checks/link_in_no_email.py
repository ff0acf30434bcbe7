"""The rule that a link whose clicks a goal listens for stands in an email."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from package_format.campaign.actions import SendEmail
from package_format.campaign.model import Campaign
from package_format.campaign.triggers import LinkClicked
from package_format.checks.markup import addresses, elements
from package_format.checks.resolving import Outcome, resolve
from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity
from package_format.kinds.email import Email
from package_format.kinds.link import Link
from package_format.package import Package
from package_format.placeholders import replaced_placeholders
from package_format.references import Address

_INSTALL = {"[[": "]]"}


def _find(subject: Subject) -> Iterator[Finding]:
    if subject.unread.any("email") or subject.unread.any("campaign"):
        return
    for address, campaign in subject.campaigns:
        for key, goal in campaign.goals.items():
            for index, trigger in enumerate(goal.when):
                url = _url(subject, trigger.link) if isinstance(trigger, LinkClicked) else None
                if not isinstance(trigger, LinkClicked) or url is None:
                    continue
                sent = _emails(subject, campaign, trigger.in_)
                if all(url not in _linked(email.body) for email in sent):
                    where = f"email of {' or '.join(trigger.in_)}" if trigger.in_ else "email"
                    yield Finding(
                        f"no {where} links to {trigger.link}, so nobody can click it",
                        subject.span(address, ("goals", key, "when", index)),
                        f'put <a href="{url}">…</a> into an email that is sent before',
                    )


def _url(subject: Subject, text: str) -> str | None:
    resource = _named(subject, "link", text)
    return _plain(resource.url) if isinstance(resource, Link) else None


def _emails(
    subject: Subject, campaign: Campaign, sequences: tuple[str, ...] | None
) -> Iterator[Email]:
    """Yield every email of the closure, or those that some sequences send."""
    if sequences is None:
        for package in (subject.package, *subject.dependencies.values()):
            yield from _all_emails(package)
        return
    for key in sequences:
        for step in campaign.sequences[key].steps if key in campaign.sequences else ():
            if isinstance(step.action, SendEmail):
                email = _named(subject, "email", step.action.email)
                if isinstance(email, Email):
                    yield email


def _all_emails(package: Package) -> Iterator[Email]:
    for resource in package.resources.values():
        if isinstance(resource.model, Email):
            yield resource.model


def _named(subject: Subject, kind: str, text: str) -> object:
    outcome, package = resolve(subject, kind, text)
    if outcome is not Outcome.FOUND or package is None:
        return None
    resource = package.resources.get(Address("", kind, text.rpartition(":")[2]))
    return resource and resource.model


@lru_cache(maxsize=1024)
def _linked(html: str) -> frozenset[str]:
    return frozenset(map(_plain, addresses(html, elements(html))))


def _plain(url: str) -> str:
    """Return an address in which templates are spelt alike."""
    return replaced_placeholders(url, _INSTALL, lambda it: f"[[ {it.inner.strip()} ]]")


RULE = Rule(
    "link-in-no-email",
    Severity.WARNING,
    "a goal waits for a click that nobody can make",
    """\
A tracked link is in an email when the address of one of its links is the tracked link's `url`. A
goal that listens for clicks of a link that stands in no email is never achieved, unless the link is
used elsewhere, on a page for instance. With `in`, only emails count that those sequences send.""",
    _find,
)
