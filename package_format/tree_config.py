"""A tree's configuration, ``config.json``: what makes a folder or an address a registry."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from package_format.canonical import to_json
from package_format.errors import InvalidIndexError

FORMAT = 1
"""The version of the tree's shape that this program knows."""


class TreeConfig(BaseModel):
    """What ``config.json`` says; a later program may say more in it, and that is kept.

    Attributes:
        format: The version of the tree's shape.
        blobs: Where archives are: relative to the tree, or an address of its own.
        signed: Whether the index is signed; see `package_format.signed_tree`.
        api: Where the API of its server is, relative to the tree: what is asked there is shown a
            token, so it is never at another host. None where a tree can only be read.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    format: int
    blobs: str = Field("blobs/", pattern=r"^[^?#]*/$")
    signed: bool = False
    api: str | None = Field(None, pattern=r"^[^?#:]*/$")

    def written(self) -> bytes:
        """Return the file."""
        return to_json(self.model_dump(mode="json", exclude=_unsaid(self))) + b"\n"


def _unsaid(config: TreeConfig) -> set[str]:
    """A tree that has no more than files does not say so: most that read it ask for no more."""
    return {name for name in ("signed", "api") if not getattr(config, name)}


def read_config(data: bytes) -> TreeConfig:
    """Read the file.

    Raises:
        InvalidIndexError: It is not a registry's configuration.
    """
    try:
        return TreeConfig.model_validate_json(data)
    except ValidationError as error:
        raise InvalidIndexError("it is not a registry's configuration") from error
