"""The record: what an account remembers of the packages installed in it.

The account keeps it as opaque JSON, one state per revision; any machine can read it and upgrade.
Objects are named ``#12``; references inside a *base* are full addresses
(``acme/lifecycle-tags:tag/attended``), so that it can be compared with what a new version wants.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from package_format.kinds.model import Json, Model


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

    object: str
    origin: Origin
    base: Json
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

    version: str
    digest: str
    asked: str | None
    parameters: dict[str, Json] = {}
    dependencies: dict[str, str] = {}
    upgrades: tuple[Json, ...] = ()
    exports: tuple[str, ...] = ()
    stack: str | None = None


class Record(Model):
    """Everything the account remembers.

    Attributes:
        packages: By ``publisher/name``.
        objects: By full address.
    """

    format: Annotated[int, Field(ge=1, le=1)] = 1
    packages: dict[str, InstalledPackage] = {}
    objects: dict[str, Managed] = {}
