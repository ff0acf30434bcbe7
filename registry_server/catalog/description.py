"""Descriptions: what lists and search say of a version, worked out once, when it is published."""

from __future__ import annotations

import json
from dataclasses import dataclass

from pydantic_core import from_json

from package_format.package import Package
from registry_server.catalog.listing import Facts, facts
from registry_server.search.document import Document, document


@dataclass(frozen=True)
class Description:
    """What lists and search say of a version.

    Attributes:
        facts: What lists show.
        document: What search finds it by.
    """

    facts: Facts
    document: Document


def describe(package: Package) -> Description:
    """Describe a version."""
    return Description(facts(package), document(package))


def facts_text(facts: Facts) -> str:
    """Return the text that `parse_facts` reads."""
    return json.dumps([facts.title, facts.brings, facts.categories, facts.campaign])


def parse_facts(text: str) -> Facts:
    """Return the facts that a database keeps as a text."""
    title, brings, categories, campaign = from_json(text)
    return Facts(title, tuple(brings), tuple(categories), campaign)
