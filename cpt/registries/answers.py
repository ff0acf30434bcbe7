"""Answers: what a registry's server says to those who ask its API; `cpt.registries.api` asks."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from package_format.index import IndexLine

T = TypeVar("T")


class Answer(BaseModel):
    """What the server answers; a later one may say more."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Problem(Answer):
    """Why the server did not do what it was asked."""

    detail: str
    problems: tuple[str, ...] = ()
    request_id: str | None = None


class Several(Answer, Generic[T]):
    """Several of a sort."""

    items: tuple[T, ...]


class Done(Answer):
    """What became of a publication: its line, whether it was there, and the name anybody's."""

    line: IndexLine
    already: bool
    claimed: bool = False


class Invited(Answer):
    """An invitation to own a publisher; `expires` is an ISO instant."""

    publisher: str
    person: str
    invited_by: str
    expires: str


class Owners(Answer):
    """Who owns a publisher, and who is invited to."""

    publisher: str
    owners: tuple[str, ...]
    invited: tuple[Invited, ...]


class NameWaiting(Answer):
    """A name that waits for an operator's decision; `claimed` is an ISO instant."""

    publisher: str
    looks_like: str
    owners: tuple[str, ...]
    claimed: str


class Happened(Answer):
    """An entry of a registry's log; `at` is an ISO instant."""

    id: int
    at: str
    actor: str
    action: str
    subject: str
    details: dict[str, str]


class Me(Answer):
    """Whose token is shown, and what it is good for."""

    person: str
    operator: bool
    scopes: tuple[str, ...]
    package: str | None
    publishers: tuple[str, ...]
    invitations: tuple[Invited, ...]


class Token(Answer):
    """A token; `made_with` is another one's number, its secret only where it was just made."""

    id: int
    name: str
    scopes: tuple[str, ...]
    package: str | None
    made: str
    expires: str
    made_with: int | None = None
    secret: str | None = None


class Workflow(Answer):
    """A workflow that may publish a package; see `cpt workflow`."""

    id: int
    package: str
    person: str
    issuer: str
    audience: str | None
    claims: dict[str, str]
    pinned: dict[str, str]
    added: str


class Accepted(Answer):
    """Whose tokens a registry takes for a workflow's, and whom they must be meant for."""

    audience: str
    issuers: tuple[str, ...]


class About(Answer):
    """What people should know of a package before they choose it."""

    name: str
    owners: tuple[str, ...]
    downloads: int
    deprecated: str | None
    successor: str | None
    quarantined: str | None


class Hit(Answer):
    """A package that was found; `line` is of the version that it is known by."""

    line: IndexLine
    title: str
    downloads: int
    deprecated: bool


class Meant(Answer):
    """A word that no package has, and what was looked for as well; or nothing: it was left out."""

    word: str
    words: tuple[str, ...]


class Hits(Several[Hit]):
    """What was found, the best first; there may be more than are told."""

    total: int
    more: bool
    instead: tuple[Meant, ...]
