"""Change sets over HTTP: atomic, conditional, and safe to send again."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, GetJsonSchemaHandler, Tag
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from account_engine.account import Account
from account_engine.changing.changes import (
    Absent,
    ChangeSet,
    Create,
    Enrol,
    Remove,
    Republish,
    Unchanged,
    Unused,
    Update,
)
from account_engine.keys import Scope
from account_engine.position import Instant
from account_engine.server.api.shapes import AppliedShape, RevisionList, RevisionShape, Word, moment
from account_engine.server.desks import Access
from account_engine.server.operations import LARGE, Answer, Nothing, Operation, Shape
from package_format.kinds.model import Json


class Is:
    """Says in the document that a part of a change set says in `is` what it is."""

    def __init__(self, word: str) -> None:
        """Remember the word."""
        self._word = word

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Add `is` to what the part's own fields are."""
        said = {"properties": {"is": {"const": self._word}}, "required": ["is"]}
        return {"allOf": [handler(core), {"type": "object", **said}]}


def _word(value: Any) -> str | None:  # noqa: ANN401  whatever was sent
    said = value.get("is") if isinstance(value, dict) else None
    return said if isinstance(said, str) else None


def _untagged(value: Any) -> Any:  # noqa: ANN401  whatever was sent
    return {k: v for k, v in value.items() if k != "is"} if isinstance(value, dict) else value


_Operation = Annotated[
    Annotated[Create, BeforeValidator(_untagged), Tag("create"), Is("create")]
    | Annotated[Update, BeforeValidator(_untagged), Tag("update"), Is("update")]
    | Annotated[Republish, BeforeValidator(_untagged), Tag("republish"), Is("republish")]
    | Annotated[Remove, BeforeValidator(_untagged), Tag("remove"), Is("remove")]
    | Annotated[Enrol, BeforeValidator(_untagged), Tag("enrol"), Is("enrol")],
    Discriminator(_word),
]
_Reliance = Annotated[
    Annotated[Unchanged, BeforeValidator(_untagged), Tag("unchanged"), Is("unchanged")]
    | Annotated[Absent, BeforeValidator(_untagged), Tag("absent"), Is("absent")]
    | Annotated[Unused, BeforeValidator(_untagged), Tag("unused"), Is("unused")],
    Discriminator(_word),
]


class ChangeSetShape(Shape):
    """A change set, as a plan file has it.

    Attributes:
        id: A random id; the account remembers it as the revision's.
        account: The account's id.
        incarnation: The account's incarnation.
        head: The id of the newest revision; null in an account without any.
        title: What the revision is called in the history.
        relies: Compared again before anything is written.
        operations: Done in this order.
        record: What the account is to remember; opaque to it.
    """

    id: Word
    account: Word
    incarnation: Word
    head: Word | None
    title: Word
    relies: list[_Reliance]
    operations: list[_Operation]
    record: Json


def change_set_of(sent: ChangeSetShape) -> ChangeSet:
    """Return a change set as the account takes it."""
    return ChangeSet(
        sent.id,
        sent.account,
        sent.incarnation,
        sent.head,
        sent.title,
        tuple(sent.relies),
        tuple(sent.operations),
        sent.record,
    )


def apply_change_set(account: Account, _: Nothing, sent: ChangeSetShape, _now: Instant) -> Answer:
    """Apply a change set: whole or not at all, and only while what it relies on still holds.

    Sent again, it answers as the first time, with `already`.
    """
    applied = account.apply(change_set_of(sent))
    return Answer(
        AppliedShape(
            revision=applied.revision,
            created=applied.created,
            travelled=applied.travelled,
            already=applied.already,
            enrolled=applied.enrolled,
        ),
        200 if applied.already else 201,
        hears=bool(applied.enrolled),
    )


def list_revisions(account: Account, _: Nothing, _sent: None, _now: Instant) -> Answer:
    """List the account's revisions, oldest first, each with what it remembers."""
    return Answer(
        RevisionList(
            revisions=[
                RevisionShape(
                    number=one.number,
                    id=one.id,
                    title=one.title,
                    at=moment(one.at),
                    record=one.record,
                    created=dict(one.created),
                    travelled=one.travelled,
                    enrolled=one.enrolled,
                )
                for one in account.revisions()
            ]
        )
    )


CHANGES = (
    Operation(
        "applyChangeSet",
        "POST",
        "/change-sets",
        "Apply a change set",
        Scope.INSTALL,
        apply_change_set,
        {200: AppliedShape, 201: AppliedShape},
        sends=ChangeSetShape,
        access=Access.WRITE,
        limit=LARGE,
        refuses=(409,),
    ),
    Operation(
        "listRevisions",
        "GET",
        "/revisions",
        "List revisions",
        Scope.READ,
        list_revisions,
        {200: RevisionList},
    ),
)
