"""Objects: the resources that an account holds, and what their data says about them.

An object is named by its *id*, written ``#12`` in data. What is pure about objects stands here:
reading their data, their natural keys, digests and references. Storing them is
the store's business.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from pydantic import ValidationError

from account_engine.errors import InvalidDataError, UnknownObjectError
from package_format.campaign.model import Campaign
from package_format.canonical import to_json
from package_format.contact_fields import BUILT_IN
from package_format.kinds.model import Json, Model, references
from package_format.kinds.table import KINDS, Kind, label_in
from package_format.placeholders import in_brackets

_ID = re.compile(r"#([1-9][0-9]{0,17})")


@dataclass(frozen=True)
class StoredObject:
    """One resource of an account.

    Attributes:
        id: The account's number for it.
        kind: Its kind's name.
        data: Its canonical data; references are ids (``#12``).
    """

    id: int
    kind: str
    data: dict[str, Json]

    @cached_property
    def digest(self) -> str:
        """What changes when, and only when, the data does."""
        return digest(self.data)

    @property
    def reference(self) -> str:
        """The id as data has it: ``#12``."""
        return reference(self.id)

    @property
    def label(self) -> str:
        """What people know it by: a tag's name, an email's subject."""
        return label_in(self.kind, self.data)

    @property
    def called(self) -> str:
        """The object in a sentence: ``the tag “Attended”``."""
        return f"the {KINDS[self.kind].title} “{in_brackets(self.label)}”"

    @property
    def natural(self) -> str | None:
        """Its natural key, normalised; None for a kind that has none."""
        return natural_key(self.kind, self.data)


def reference(number: int) -> str:
    """Return an id as data has it: ``#12``."""
    return f"#{number}"


def number_of(text: str) -> int | None:
    """Return the number of an id such as ``#12``; None if the text is not one."""
    match = _ID.fullmatch(text)
    return int(match[1]) if match else None


def digest(data: Json) -> str:
    """Return the digest of a resource's canonical data."""
    return "sha256:" + hashlib.sha256(to_json(data)).hexdigest()


def normalised(text: str) -> str:
    """Return a text as natural keys are compared: without case, form and surrounding space."""
    # Unicode's canonical caseless matching (D145), written in composed form.
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold()).strip()


def natural_key(kind: str, data: Mapping[str, Json]) -> str | None:
    """Return what identifies a resource in an account, normalised; None if nothing does."""
    fields = KINDS[kind].natural_key
    if not fields:
        return None
    return "\n".join(normalised(str(data.get(field, ""))) for field in fields)


def row_of(kind: str) -> Kind:
    """Return the row of a kind.

    Raises:
        UnknownObjectError: There is no such kind.
    """
    if kind not in KINDS:
        raise UnknownObjectError(f"there is no kind {kind!r}; the kinds are {', '.join(KINDS)}")
    return KINDS[kind]


def read(kind: str, data: Json) -> Model:
    """Read a resource's data.

    Raises:
        InvalidDataError: The data is not what the kind allows; the text names the first fault.
    """
    row = row_of(kind)
    try:
        return row.model.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InvalidDataError(
            f"this is no {row.title}: {where + ': ' if where else ''}{first['msg']}"
        ) from error


def read_campaign(data: Json) -> Campaign:
    """Read a campaign's data.

    Raises:
        InvalidDataError: The data is not a campaign.
    """
    model = read("campaign", data)
    assert isinstance(model, Campaign)  # noqa: S101  the table says so
    return model


def refers_to(model: Model) -> Iterator[tuple[int, str]]:
    """Yield the number and kind of every object that a model refers to; built-in fields are none.

    Raises:
        InvalidDataError: A reference is neither an id nor a built-in field.
    """
    for path, kind, text in references(model):
        number = number_of(text)
        if number is not None:
            yield number, kind
        elif kind != "field" or text not in BUILT_IN:
            where = ".".join(str(part) for part in path)
            raise InvalidDataError(f"{where}: {text!r} is not the id of a {KINDS[kind].title}")


def resolved(data: Json, created: Mapping[str, int]) -> Json:
    """Return data in which every whole text ``@name`` of a created object became its id."""
    match data:
        case str() if data.startswith("@") and data[1:] in created:
            return reference(created[data[1:]])
        case list() | tuple():
            return [resolved(item, created) for item in data]
        case Mapping():
            return {key: resolved(item, created) for key, item in data.items()}
        case _:
            return data
