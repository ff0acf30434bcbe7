"""What can go wrong in the registry server, split by who must act."""

from __future__ import annotations


class RegistryServerError(Exception):
    """The base of all errors of the registry server; the text is a sentence for people."""


class NotFoundError(RegistryServerError):
    """Whoever asked named something that the registry does not have."""


class DamagedTreeError(RegistryServerError):
    """The tree of files is not what publishing left behind; its operator must restore it."""


class CannotServeError(RegistryServerError):
    """The server cannot start as it was asked to; its operator must ask otherwise.

    Attributes:
        help: What to do about it, a line each.
    """

    def __init__(self, message: str, *help_: str) -> None:
        """Say what is in the way, and what to do about it."""
        super().__init__(message)
        self.help = help_


class UnavailableError(RegistryServerError):
    """The database or the storage does not answer, or has no room; trying again later may help."""
