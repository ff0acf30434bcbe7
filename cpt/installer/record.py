"""The record: what an account remembers of the packages installed in it.

The account keeps it as opaque JSON, one state per revision; any machine can read it and upgrade.
Objects are named ``#12``; references inside a *base* are full addresses
(``acme/lifecycle-tags:tag/attended``), so that it can be compared with what a new version wants.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from package_format.kinds.model import Json, Model
from package_format.kinds.table import KINDS
from package_format.references import Address
from package_format.upgrades import read_entries
from package_format.versions import Range, Version


def _version(text: str) -> str:
    Version.parse(text)
    return text


def _range(text: str) -> str:
    Range.parse(text)
    return text


def _address(text: str) -> str:
    address = Address.parse(text)
    if not address.package or address.inner or address.kind not in KINDS or str(address) != text:
        raise ValueError(f"{text} is not the full address of a resource")
    return text


def _base(data: Json) -> Json:
    if data is not None and not isinstance(data, Mapping):
        raise ValueError("a base is the data of a resource, or nothing")
    return data


def _entries(data: tuple[Json, ...]) -> tuple[Json, ...]:
    read_entries(data)
    return data


_Version = Annotated[str, AfterValidator(_version)]
_Range = Annotated[str, AfterValidator(_range)]
_Address = Annotated[str, AfterValidator(_address)]
_Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")]
_Object = Annotated[str, StringConstraints(pattern=r"^(#[1-9][0-9]{0,17}|@.+)$")]


class Origin(StrEnum):
    """How an object came under management."""

    CREATED = "created"
    ADOPTED = "adopted"


class Managed(Model):
    """One object that a package manages.

    Attributes:
        object: Its id in the account, ``#12`` (in a change set ``@address`` while it is new).
        origin: Created by us, or adopted.
        base: What the package wanted last, whatever was chosen.
        released: No longer in the package but still in the account; kept so that a later version
            or a rollback takes it up again. So is a campaign that is gone: made again, it has the
            id that it had (`Create.revives`).
        accepted: The digest of what was left in the account where that is not the base (an owner's
            edit that was kept, a deletion), so that `status` can tell what happened since.
    """

    object: _Object
    origin: Origin
    base: Annotated[Json, AfterValidator(_base)]
    released: bool = False
    accepted: str | None = None


class InstalledPackage(Model):
    """One package in the account.

    Attributes:
        version: The installed version.
        digest: The content digest of its archive.
        asked: The range the owner asked for; None for one that came as a dependency.
        parameters: The values that the owner gave; defaults are not recorded.
        dependencies: Names and ranges, as its manifest has them.
        upgrades: Its `upgrades.yaml`, as canonical data, to know which entries a new version adds.
        exports: What other packages may refer to.
        stack: The name of the stack that asked for it; None if a person did, or nobody.
    """

    version: _Version
    digest: str
    asked: _Range | None
    parameters: dict[str, Json] = {}
    dependencies: dict[str, _Range] = {}
    upgrades: Annotated[tuple[Json, ...], AfterValidator(_entries)] = ()
    exports: tuple[str, ...] = ()
    stack: str | None = None


class Record(Model):
    """Everything the account remembers.

    Attributes:
        packages: By ``publisher/name``.
        objects: By full address.
    """

    format: Annotated[int, Field(ge=1, le=1)] = 1
    packages: dict[_Name, InstalledPackage] = {}
    objects: dict[_Address, Managed] = {}
