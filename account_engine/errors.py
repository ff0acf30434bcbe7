"""Everything that can go wrong with an account, split by who must act.

`RefusedError` and its like ask the user; `AccountFileError` and `DatabaseError` ask whoever keeps
the files and the databases; `EngineBugError` asks us. Only the command line and HTTP turn them into
text.
"""

from __future__ import annotations


class AccountError(Exception):
    """The base of all errors of this package; its text is for the user."""


class AccountFileError(AccountError):
    """The file, or the account in a database, is missing, in the way, or no account of ours."""


class DatabaseError(AccountError):
    """The database cannot be reached or has no room; the same call may succeed later."""


class AccountBusyError(AccountError):
    """Another process is changing the account; the same call may succeed later."""


class RefusedError(AccountError):
    """The account will not do it, and has changed nothing; the text says why and what to do."""


class UnknownObjectError(RefusedError):
    """There is no such resource, contact or campaign in the account."""


class InvalidDataError(RefusedError):
    """The data of a resource, or a contact's value, is not what its kind or field allows."""


class StillUsedError(RefusedError):
    """A resource cannot go: something refers to it, or contacts carry it."""


class CopiedAccountError(RefusedError):
    """The account is a copy, or was restored, and its owner has not said that it may deliver."""

    def __init__(self) -> None:
        """Say how to confirm it."""
        super().__init__(
            "this account is a copy, or was restored or moved, so it delivers nothing from here: "
            "what is pending may have been sent already; `cpt account confirm` lets it deliver"
        )


class ClockError(RefusedError):
    """A sandbox's clock was asked to run backwards."""


class StalePlanError(RefusedError):
    """The account is no longer what a change set was made for.

    Attributes:
        differences: One sentence for each thing that differs, naming it.
    """

    def __init__(self, differences: tuple[str, ...]) -> None:
        """Remember the differences and say them all."""
        super().__init__(
            "the account has changed since the plan was made: "
            + "; ".join(differences)
            + "; make a new plan"
        )
        self.differences = differences


class StrandedContactsError(RefusedError):
    """Contacts stand where the new version of a campaign has no answer for them (M2).

    Attributes:
        stranded: Pairs of a place, in an author's words, and how many contacts stand there.
    """

    def __init__(self, title: str, stranded: tuple[tuple[str, int], ...]) -> None:
        """Remember the places and name them all."""
        places = ", ".join(
            f"{place} ({count} contact{'' if count == 1 else 's'})" for place, count in stranded
        )
        super().__init__(
            f"contacts wait in the campaign {title!r} where its new version has no place for them: "
            f"{places}; say where they go (continue-at, finish-on-old or exit) and plan again"
        )
        self.stranded = stranded


class CannotServeError(AccountError):
    """The account cannot be served as it was asked; whoever serves it must ask otherwise.

    Attributes:
        help: What to do about it, a line each.
    """

    def __init__(self, message: str, *help_: str) -> None:
        """Say what is in the way, and what to do about it."""
        super().__init__(message)
        self.help = help_


class EngineBugError(AccountError):
    """A law of the engine would be broken; nothing was written, and we are to blame."""
