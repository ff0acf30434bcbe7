"""Texts: every text of a package that may hold templates, or should not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from pydantic import BaseModel

from package_format.checks.rule import Subject, once
from package_format.diagnostics import Span
from package_format.kinds.model import Fillable, Json, Message, Path
from package_format.references import Address
from package_format.templates import TEXT_LIMIT, Reading, read_install, read_message
from package_format.templates.names import NEVER

NOTHING_READ = Reading()
_MAY_HOLD_TEMPLATES = re.compile(rf"\[\[|\{{[{{%#]|{NEVER}")
_LISTS = (list, tuple)
_NO_MARKERS: frozenset[type] = frozenset()


class Text(NamedTuple):
    """A text of a resource.

    Attributes:
        address: The resource's address.
        path: Where it stands in the resource's canonical data.
        value: The text.
        fillable: Whether ``[[ … ]]`` is filled in in it.
        message: Whether ``{{ … }}`` is filled in in it.
        installs: What it says in ``[[ … ]]``; nothing where none is filled in.
        messages: What it says in ``{{ … }}``; nothing where none is filled in.
    """

    address: Address
    path: Path
    value: str
    fillable: bool
    message: bool
    installs: Reading = NOTHING_READ
    messages: Reading = NOTHING_READ

    def span(self, subject: Subject, start: int, end: int) -> Span | None:
        """Return where a piece of the text stands."""
        return subject.span(self.address, self.path, within=(start, end))


@once
def texts(subject: Subject) -> Iterator[Text]:
    """Yield every text of every resource in which a template may stand, or that is too long."""
    torn = ((resource.address, resource) for resource in subject.unread.torn)
    for address, resource in (*subject.package.resources.items(), *torn):
        said: list[str] = []
        _said(resource.model.__dict__.values(), said)
        if not _is_worth_reading("\n".join(said)):
            continue
        markers: dict[Path, set[type]] = {}
        for found in resource.marked:
            markers.setdefault(found.path, set()).add(type(found.marker))
        strings: list[tuple[Path, str]] = []
        _strings(resource.data, (), strings)
        for path, value in strings:
            if not _is_worth_reading(value):
                continue
            kinds = markers.get(path, _NO_MARKERS)
            fillable, message = Fillable in kinds, Message in kinds
            installs = read_install(value) if fillable else NOTHING_READ
            messages = read_message(value) if message else NOTHING_READ
            yield Text(address, path, value, fillable, message, installs, messages)


def _said(values: Iterable[object], found: list[str]) -> None:
    """Find the strings of a model's values: those of its canonical data, and maybe more."""
    for value in values:
        if value is None:  # as most values of a model are
            continue
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, _LISTS):
            _said(value, found)
        elif isinstance(value, dict):
            _said(value, found)
            _said(value.values(), found)
        elif isinstance(value, BaseModel):
            _said(value.__dict__.values(), found)


def _is_worth_reading(text: str) -> bool:
    return _MAY_HOLD_TEMPLATES.search(text) is not None or len(text) > TEXT_LIMIT


@once
def _messages(subject: Subject) -> Iterator[Mapping[tuple[Address, Path], Reading]]:
    yield {(text.address, text.path): text.messages for text in texts(subject) if text.message}


def message(subject: Subject, address: Address, field: str) -> Reading:
    """Return what a message's field says in ``{{ … }}``; nothing if it says nothing there."""
    return _messages(subject)[0].get((address, (field,)), NOTHING_READ)


def _strings(data: Json, path: Path, found: list[tuple[Path, str]]) -> None:
    if isinstance(data, str):
        found.append((path, data))
    elif isinstance(data, list):
        for index, item in enumerate(data):
            _strings(item, (*path, index), found)
    elif isinstance(data, dict):
        for key, item in data.items():
            _strings(item, (*path, key), found)
