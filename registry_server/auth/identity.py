"""An identity: who asks, and what the token that they show is good for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from registry_server.database.people import Person
from registry_server.errors import NotAllowedError


class Scope(StrEnum):
    """What a token is good for.

    Attributes:
        READ: Looking at what concerns its person: their tokens, invitations, publishers.
        PUBLISH: Publishing versions.
        YANK: Yanking and deprecating, and taking that back.
        OWN: Inviting and removing owners, accepting invitations, making and revoking tokens.
        OPERATE: Quarantines and decisions about names; worth something with operators only.
    """

    READ = "read"
    PUBLISH = "publish"
    YANK = "yank"
    OWN = "own"
    OPERATE = "operate"


@dataclass(frozen=True)
class Identity:
    """Who asks.

    Attributes:
        person: The person.
        scopes: What the token is good for.
        package: The only package that it is good for; None for all.
        via: What stands behind the request, for the log.
        behind: More of that by name, where it is a workflow.
        token: The number of the token that they show.
    """

    person: Person
    scopes: frozenset[Scope]
    package: str | None = None
    via: str = ""
    behind: Mapping[str, str] = field(default_factory=dict)
    token: int | None = None

    @property
    def name(self) -> str:
        """The person's name."""
        return self.person.name

    def demand(self, scope: Scope, package: str | None = None) -> None:
        """Do nothing if the token is good for something.

        Args:
            scope: What it should be good for.
            package: The package that it is about, or None if it is about none.

        Raises:
            NotAllowedError: It is not.
        """
        if scope not in self.scopes:
            raise NotAllowedError(f"This token is not good for this: it lacks the scope “{scope}”.")
        if self.package is not None and self.package != package:
            raise NotAllowedError(f"This token is good for {self.package} only.")
        if scope is Scope.OPERATE and not self.person.operator:
            raise NotAllowedError(f"{self.name} does not run this registry.")
