"""Faults: what goes wrong, in the numbers that clients of the old API know.

The vendor's own page on errors shows the form of a fault and no table. The numbers are those that
its clients turn into errors of their own, such as the gem `infusionsoft`
(`lib/infusionsoft/exception_handler.rb`), which has 1 to 15; 1, 13 and 15 are about configurations
and passwords, and say nothing that could happen here. 0 is for a method that there is not: it is
in no such table, and so an error like any other to those clients.
"""

from __future__ import annotations

from enum import IntEnum
from xmlrpc.client import Fault

from account_engine.errors import (
    AccountBusyError,
    AccountError,
    AccountFileError,
    DatabaseError,
    RefusedError,
    UnknownObjectError,
)
from account_engine.server.problems import AWAY, UNFORESEEN


class Code(IntEnum):
    """The codes of the old API; a client shows the word in brackets."""

    NO_SUCH_METHOD = 0
    INVALID_KEY = 2
    UNEXPECTED_ERROR = 3
    DATABASE_ERROR = 4
    RECORD_NOT_FOUND = 5
    LOADING_ERROR = 6
    NO_TABLE_ACCESS = 7
    NO_FIELD_ACCESS = 8
    NO_TABLE_FOUND = 9
    NO_FIELD_FOUND = 10
    NO_FIELDS = 11
    INVALID_PARAMETER = 12
    NO_ACCESS = 14


def fault(code: Code, detail: str) -> Fault:
    """Return a fault as the old API says it: ``[InvalidKey]Invalid Key``."""
    word = "".join(part.capitalize() for part in code.name.split("_"))
    return Fault(int(code), f"[{word}]{detail}")


def meaning(error: AccountError) -> Fault:
    """Return what an error of the account is in the old API."""
    match error:
        case UnknownObjectError():
            return fault(Code.RECORD_NOT_FOUND, str(error))
        case RefusedError():
            return fault(Code.INVALID_PARAMETER, str(error))
        case AccountBusyError():
            return fault(Code.DATABASE_ERROR, str(error))
        case AccountFileError() | DatabaseError():
            return fault(Code.DATABASE_ERROR, AWAY)
        case _:
            return fault(Code.UNEXPECTED_ERROR, UNFORESEEN)
