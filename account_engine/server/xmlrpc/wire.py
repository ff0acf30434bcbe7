"""The wire: a call out of XML, and an answer into it.

The standard library marshals; what it reads comes through `defusedxml`, which refuses documents
that define entities, whatever they would grow to, and a limit of depth and of values of our own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, TypeAlias
from xmlrpc.client import Binary, DateTime, Fault, Unmarshaller, dumps

from defusedxml.common import DefusedXmlException
from defusedxml.xmlrpc import DefusedExpatParser

from account_engine.server.xmlrpc.faults import Code, fault

Arguments: TypeAlias = tuple[Any, ...]

_DEEPEST = 60
_MOST = 50_000
_LARGEST = 2**31


class _Careful(Unmarshaller):
    """Reads values, but not without end."""

    _depth = 0
    _elements = 0

    def start(self, tag: str, attrs: Any) -> None:  # noqa: ANN401  as the library has it
        """Begin an element."""
        self._depth += 1
        self._elements += 1
        if self._depth > _DEEPEST or self._elements > _MOST:
            raise ValueError("too deep, or too much")
        super().start(tag, attrs)

    def end(self, tag: str) -> None:
        """End an element."""
        self._depth -= 1
        super().end(tag)


def read_call(body: bytes) -> tuple[str, Arguments]:
    """Read a call: the method's name and the arguments.

    Raises:
        Fault: It is none.
    """
    target = _Careful()
    try:
        parser = DefusedExpatParser(target, forbid_dtd=True)
        parser.feed(body)
        parser.close()
        arguments = target.close()
    except DefusedXmlException:
        raise fault(
            Code.INVALID_PARAMETER, "A call has no document type and defines no entities."
        ) from None
    except Exception as error:  # the library raises whatever comes of what was sent
        raise fault(Code.INVALID_PARAMETER, "This is no XML-RPC call.") from error
    name = target.getmethodname()
    if not name:
        raise fault(Code.INVALID_PARAMETER, "This is no XML-RPC call.")
    return name, tuple(map(_plain, arguments))


def _plain(value: Any) -> Any:  # noqa: ANN401  whatever was sent
    """Return a value in Python's own types; what is binary is text."""
    match value:
        case DateTime():
            return _moment(value.value)
        case dt.datetime():
            return value.isoformat()
        case Binary():
            return value.data.decode("utf-8", errors="replace")
        case bytes():
            return value.decode("utf-8", errors="replace")
        case list() | tuple():
            return [_plain(one) for one in value]
        case Mapping():
            return {str(name): _plain(one) for name, one in value.items()}
        case _:
            return value


def _moment(text: str) -> str:
    try:
        return dt.datetime.strptime(text, "%Y%m%dT%H:%M:%S").isoformat()  # noqa: DTZ007
    except ValueError:
        return text


def write_answer(value: object) -> bytes:
    """Write what a method answers."""
    return dumps((_sendable(value),), methodresponse=True, encoding="utf-8").encode()


def write_fault(found: Fault) -> bytes:
    """Write a fault."""
    shown = Fault(found.faultCode, _xml(str(found.faultString)))
    return dumps(shown, methodresponse=True, encoding="utf-8").encode()


def _sendable(value: object) -> Any:  # noqa: ANN401  the library has no name for it
    """Return a value that XML-RPC has: numbers of 32 bits, and text that XML can hold."""
    match value:
        case bool():
            return value
        case int() if not -_LARGEST <= value < _LARGEST:
            return float(value)
        case str():
            return _xml(value)
        case list() | tuple():
            return [_sendable(one) for one in value]
        case Mapping():
            return {_xml(str(name)): _sendable(one) for name, one in value.items()}
        case _:
            return value


def _xml(text: str) -> str:
    return "".join(c for c in text if c in "\t\n\r" or " " <= c < "\ufffe" or c > "\uffff")
