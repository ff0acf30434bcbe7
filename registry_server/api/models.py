"""What the API takes and gives, as its OpenAPI describes it."""

from __future__ import annotations

from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from package_format.index import IndexLine, Status
from package_format.manifest import Line, PackageName
from package_format.notices import Notices
from registry_server.auth.identity import Scope
from registry_server.auth.tokens import LONGEST_LIFE
from registry_server.catalog.listing import Listed
from registry_server.catalog.owning import Waiting
from registry_server.database.actions import Action
from registry_server.database.log import Entry
from registry_server.database.publishers import Invitation
from registry_server.database.tokens import Token

T = TypeVar("T")


class Model(BaseModel):
    """What the API takes or gives: nothing but what is described."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _stripped(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


Reason = Annotated[Line, BeforeValidator(_stripped)]


class Problem(Model):
    """What is wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    problems: list[str] = []
    request_id: str | None = None


class Several(Model, Generic[T]):
    """Several of a sort: what every list is answered as, so that more can be said beside it."""

    items: list[T]


class Why(Model):
    """Why something is done."""

    reason: Reason


class Published(Model):
    """What publishing came to."""

    line: IndexLine
    already: Annotated[bool, Field(description="Whether the same content was published before.")]
    claimed: Annotated[bool, Field(description="Whether the publisher's name became yours by it.")]


class About(Model):
    """What people should know of a package before they choose it."""

    name: str
    versions: dict[str, Status]
    owners: list[str]
    downloads: int
    deprecated: str | None
    successor: str | None
    quarantined: str | None

    @classmethod
    def of(
        cls, name: str, lines: tuple[IndexLine, ...], notices: Notices, *,
        owners: tuple[str, ...], downloads: int,
    ) -> About:  # fmt: skip
        """Put it together."""
        return cls(
            name=name,
            versions={line.version: line.status for line in lines},
            owners=list(owners),
            downloads=downloads,
            deprecated=notices.deprecated,
            successor=notices.successor,
            quarantined=notices.quarantined,
        )


class Hit(Model):
    """A package that was found."""

    line: Annotated[IndexLine, Field(description="The version that it is known by.")]
    title: str
    categories: list[str]
    brings: Annotated[list[str], Field(description="How many of each kind, in words.")]
    versions: int
    downloads: int
    deprecated: bool

    @classmethod
    def of(cls, listed: Listed) -> Hit:
        """Tell a package."""
        facts = listed.facts
        return cls(
            line=listed.newest,
            title=facts.title if facts else listed.newest.name,
            categories=list(facts.categories) if facts else [],
            brings=list(facts.brings) if facts else [],
            versions=listed.versions,
            downloads=listed.downloads or 0,
            deprecated=listed.deprecated,
        )


class Meant(Model):
    """A word that no package has, and what was looked for as well; or nothing: it was left out."""

    word: str
    words: list[str]


class Hits(Several[Hit]):
    """One page of what was found, the best first."""

    total: Annotated[int, Field(description="How many were found, on all pages.")]
    more: Annotated[bool, Field(description="Whether there are more than can be found at once.")]
    page: int
    pages: int
    instead: list[Meant]


class Deprecation(Model):
    """Why a package should not be chosen any more, and what to choose instead."""

    reason: Reason
    successor: PackageName | None = None


class Invited(Model):
    """An invitation to own a publisher."""

    publisher: str
    person: str
    invited_by: str
    expires: str

    @classmethod
    def of(cls, invitation: Invitation) -> Invited:
        """Tell an invitation."""
        return cls(**vars(invitation))


class Owners(Model):
    """Who owns a publisher, and who is invited to."""

    publisher: str
    owners: list[str]
    invited: list[Invited]


class Me(Model):
    """Whose token this is, and what it is good for."""

    person: str
    operator: bool
    scopes: list[Scope]
    package: str | None
    publishers: list[str]
    invitations: list[Invited]


class NewToken(Model):
    """A token that is asked for."""

    name: Annotated[Line, Field(max_length=100)]
    scopes: Annotated[list[Scope], Field(min_length=1)]
    package: PackageName | None = None
    days: Annotated[float, Field(gt=0, le=LONGEST_LIFE, allow_inf_nan=False)] = 90


class TokenMade(Model):
    """What is kept of a token, and, once, the token itself."""

    id: int
    name: str
    scopes: list[str]
    package: str | None
    made: str
    expires: str
    made_with: Annotated[
        int | None, Field(description="The number of the token that it was made with.")
    ] = None
    secret: str | None = None

    @classmethod
    def of(cls, token: Token, secret: str | None = None) -> TokenMade:
        """Tell a token."""
        return cls(
            id=token.id,
            name=token.name,
            scopes=list(token.scopes),
            package=token.package,
            made=token.made,
            expires=token.expires,
            made_with=token.made_with,
            secret=secret,
        )


_ACTIONS = ", ".join(f"“{action.word}”" for action in Action)


class Happened(Model):
    """An entry of the log."""

    id: int
    at: str
    actor: str
    action: Annotated[str, Field(description=f"What was done: {_ACTIONS}.")]
    subject: str
    details: Annotated[dict[str, str], Field(description="What else there is to say, by name.")]

    @classmethod
    def of(cls, entry: Entry) -> Happened:
        """Tell an entry."""
        return cls(
            id=entry.id,
            at=entry.at,
            actor=entry.actor,
            action=entry.action,
            subject=entry.subject,
            details=dict(entry.details),
        )


class NameWaiting(Model):
    """A name that waits for an operator, for it looks like another one."""

    publisher: str
    looks_like: str
    owners: list[str]
    claimed: str

    @classmethod
    def of(cls, waiting: Waiting) -> NameWaiting:
        """Tell a name."""
        return cls(
            publisher=waiting.publisher,
            looks_like=waiting.looks_like,
            owners=list(waiting.owners),
            claimed=waiting.claimed,
        )


class Decision(Model):
    """What an operator decides about a name."""

    standing: Literal["active", "refused"]
    reason: Reason
