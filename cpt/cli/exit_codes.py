"""Exit codes, and which failure has which.

Scripts rely on these; they are documented in the guide and never change their meaning. The errors
of other packages are told apart by name here, so that none has to be imported to start.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command's end means.

    Attributes:
        DONE: Done, nothing wrong.
        NO: The answer is no: checks failed, drift found, a conflict to settle, a question denied.
        USAGE: Wrong usage.
        BAD_INPUT: A package, an archive, a file or a name is bad.
        OTHER_SIDE: A registry, an account or the network failed.
        REFUSED: Not allowed, or not now: a stale plan, a busy account, nobody there to say yes.
        BUG: A bug of ours.
        INTERRUPTED: Ctrl-C; 128 + SIGINT, as shells and scripts expect it.
    """

    DONE = 0
    NO = 1
    USAGE = 2
    BAD_INPUT = 3
    OTHER_SIDE = 4
    REFUSED = 5
    BUG = 70
    INTERRUPTED = 130


_BY_CLASS = {
    "cpt.errors.AnswerIsNoError": ExitCode.NO,
    "cpt.errors.UsageError": ExitCode.USAGE,
    "cpt.errors.BadInputError": ExitCode.BAD_INPUT,
    "cpt.errors.OtherSideError": ExitCode.OTHER_SIDE,
    "cpt.errors.RefusedError": ExitCode.REFUSED,
    "package_format.errors.PackageError": ExitCode.BAD_INPUT,
    "account_engine.errors.AccountFileError": ExitCode.BAD_INPUT,
    "account_engine.errors.UnknownObjectError": ExitCode.BAD_INPUT,
    "account_engine.errors.InvalidDataError": ExitCode.BAD_INPUT,
    "account_engine.errors.AccountBusyError": ExitCode.REFUSED,
    "account_engine.errors.CannotServeError": ExitCode.REFUSED,
    "account_engine.errors.RefusedError": ExitCode.REFUSED,
    "registry_server.errors.CannotServeError": ExitCode.REFUSED,
    "registry_server.errors.ConflictError": ExitCode.REFUSED,
    "registry_server.errors.DamagedTreeError": ExitCode.BAD_INPUT,
    "registry_server.errors.NotFoundError": ExitCode.BAD_INPUT,
    "registry_server.errors.UnacceptableError": ExitCode.BAD_INPUT,
    "registry_server.errors.UnavailableError": ExitCode.OTHER_SIDE,
    "registry_server.errors.UnusableInputError": ExitCode.BAD_INPUT,
}
"""The classes from which errors are derived, by their full names."""


def exit_code_of(error: BaseException) -> ExitCode | None:
    """Return an error's exit code, or None for one that nobody foresaw."""
    for class_ in type(error).__mro__:
        code = _BY_CLASS.get(f"{class_.__module__}.{class_.__qualname__}")
        if code is not None:
            return code
    return None
