"""The catalogue: what a turn has to know of an account's resources besides its campaigns.

A turn is told it, as it is told the time. What is not in it is taken for nothing: a product without
a category, a role that nobody has.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from package_format.kinds.contact_field import ContactField
from package_format.kinds.model import Model
from package_format.kinds.product import Product
from package_format.kinds.role import Role
from package_format.kinds.score import Score
from package_format.kinds.stage import Stage
from package_format.kinds.table import KINDS

KINDS_TOLD = ("field", "product", "stage", "role", "score")
"""The kinds of which a turn has to know every resource."""


@dataclass(frozen=True)
class Catalogue:
    """What is known of resources, by their ids.

    Attributes:
        labels: What people call them; of those that goals can save.
        fields: The custom fields.
        categories: The categories of the products that have one.
        pipelines: The pipelines of the stages that name one.
        roles: The people who have each role.
        scores: The lead scores.
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, ContactField] = field(default_factory=dict)
    categories: Mapping[str, str] = field(default_factory=dict)
    pipelines: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    scores: Mapping[str, Score] = field(default_factory=dict)

    def one_of(self, role: str, contact: int, node: int) -> str | None:
        """Return who of a role's people gets a contact; None if nobody has the role.

        The same contact gets the same person each time at one node, as long as the people are the
        same, and contacts are spread evenly; nobody's turn depends on others (C1).

        Args:
            role: The role's id.
            contact: The contact's number.
            node: The id of the node whose step asks.
        """
        people = self.roles.get(role, ())
        if not people:
            return None
        drawn = hashlib.sha256(f"{contact}:{node}".encode()).digest()
        return people[int.from_bytes(drawn[:8], "big") % len(people)]


NOTHING = Catalogue()
"""The catalogue of an account without resources."""


def catalogue_of(resources: Iterable[tuple[str, str, Model]]) -> Catalogue:
    """Return the catalogue of resources: (id, kind, model) of each."""
    labels: dict[str, str] = {}
    fields: dict[str, ContactField] = {}
    categories: dict[str, str] = {}
    pipelines: dict[str, str] = {}
    roles: dict[str, tuple[str, ...]] = {}
    scores: dict[str, Score] = {}
    for number, kind, model in resources:
        labels[number] = str(getattr(model, KINDS[kind].label))
        match model:
            case ContactField():
                fields[number] = model
            case Product(category=str(category)):
                categories[number] = category
            case Stage(pipeline=str(pipeline)):
                pipelines[number] = pipeline
            case Role():
                roles[number] = model.users
            case Score():
                scores[number] = model
            case _:
                pass
    return Catalogue(labels, fields, categories, pipelines, roles, scores)
