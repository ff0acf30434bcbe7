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


class UnusableInputError(CannotServeError):
    """A file or an address that was named is none that can be used."""


class UnavailableError(RegistryServerError):
    """The database or the storage does not answer, or has no room; trying again later may help."""


class WithheldError(RegistryServerError):
    """What was asked for is there, and an operator keeps everybody from it."""


class UnauthenticatedError(RegistryServerError):
    """Nobody, or nobody known, asked for something that needs somebody."""


class NotAllowedError(RegistryServerError):
    """Whoever asked may not have what they asked for."""


class ConflictError(RegistryServerError):
    """What was asked for cannot be, as things stand."""


class UnacceptableError(RegistryServerError):
    """What was handed in is not good enough.

    Attributes:
        problems: All that is wrong with it, a sentence each.
    """

    def __init__(self, message: str, problems: tuple[str, ...] = ()) -> None:
        """Say what was refused, and everything that is wrong with it."""
        super().__init__(message)
        self.problems = problems


class TooLargeError(RegistryServerError):
    """A request brings more than is taken."""


class TooSlowError(RegistryServerError):
    """A request brings what it brings too slowly."""
