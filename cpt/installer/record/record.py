"""The record: what an account remembers of the packages installed in it.

The account keeps it as opaque JSON, one state per revision; any machine can read it and upgrade.
Objects are named ``#12``; references inside a *base* are full addresses
(``acme/lifecycle-tags:tag/attended``), so that it can be compared with what a new version wants.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from account_engine.objects import digest
from cpt.installer.changes import FieldChange
from cpt.installer.words import path_text
from package_format.kinds.model import Json, Model, Path
from package_format.kinds.table import KINDS
from package_format.references import Address
from package_format.upgrades.entry_data import read_entries
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


def accepted(edits: Iterable[FieldChange]) -> dict[str, str]:
    """Return what a row remembers of edits that a plan leaves as they are."""
    return {path_text(edit.path): digest(edit.live) for edit in edits}


def _by_path(said: object) -> object:
    """Read what earlier versions wrote: one digest for the whole resource, or null."""
    match said:
        case None:
            return {}
        case str():
            return {"": said}
        case _:
            return said


def _is_inside(inner: str, outer: str) -> bool:
    return f"{inner}.".startswith(f"{outer}.")


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
        accepted: By the path of each field that was left in the account unlike the base (an
            owner's edit that was kept, a deletion), the digest of what was left, so that `status`
            and a rollback can tell what happened since. The empty path is the whole resource.
        owned: The paths of what is the owner's for good, whatever later versions bring.
        orders: By the path of a list of steps or ways in which there are some of the owner's own:
            the order of all of them together with those that the package has taken out since, so
            that what followed one of those follows it again once it is back.
    """

    object: _Object
    origin: Origin
    base: Annotated[Json, AfterValidator(_base)]
    released: bool = False
    accepted: Annotated[dict[str, str], BeforeValidator(_by_path)] = {}
    owned: tuple[str, ...] = ()
    orders: dict[str, tuple[str, ...]] = {}

    @property
    def deleted(self) -> bool:
        """Whether the owner had deleted it, and that was accepted."""
        return self.leaves((), None)

    def leaves(self, path: Path, live: Json) -> bool:
        """Whether the last plan left just this at a path, knowing that the package differs."""
        return self.accepted.get(path_text(path)) == digest(live)

    def owns(self, path: Path) -> bool:
        """Whether a path, or what it is inside of, is the owner's for good."""
        return any(not own or _is_inside(path_text(path), own) for own in self.owned)

    def owns_inside(self, path: Path) -> bool:
        """Whether a path, or something inside of it, is the owner's for good."""
        return any(not path or _is_inside(own, path_text(path)) for own in self.owned)


class ByHand(Model):
    """Something that the account's API cannot do, and its owner was told to.

    Attributes:
        object: The object's id in the account; None if it is to be made.
        wanted: What it is to be, references as full addresses; None if it is to be gone.
        base: What becomes its base then.
        origin: As in `Managed`.
        label: What people know it by.
        owned: As in `Managed`.
    """

    object: _Object | None = None
    wanted: Annotated[Json, AfterValidator(_base)] = None
    base: Annotated[Json, AfterValidator(_base)] = None
    origin: Origin = Origin.CREATED
    label: str
    owned: tuple[str, ...] = ()


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
        by_hand: What is still to be done by hand, by full address.
    """

    format: Annotated[int, Field(ge=1, le=1)] = 1
    packages: dict[_Name, InstalledPackage] = {}
    objects: dict[_Address, Managed] = {}
    by_hand: dict[_Address, ByHand] = {}
