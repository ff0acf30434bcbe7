"""Texts: every text of a package that may hold templates, or should not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from package_format.checks.rule import Subject, once
from package_format.diagnostics import Span
from package_format.kinds.model import Fillable, Json, Message, Path, marked
from package_format.references import Address
from package_format.templates import Reading, read_install, read_message

NOTHING_READ = Reading()
_NO_MARKERS: frozenset[type] = frozenset()


@dataclass(frozen=True)
class Text:
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
    """Yield every text of every resource."""
    for address, resource in subject.package.resources.items():
        markers: dict[Path, set[type]] = {}
        for found in marked(resource.model):
            markers.setdefault(found.path, set()).add(type(found.marker))
        for path, value in _strings(resource.data, ()):
            kinds = markers.get(path, _NO_MARKERS)
            fillable, message = Fillable in kinds, Message in kinds
            installs = read_install(value) if fillable else NOTHING_READ
            messages = read_message(value) if message else NOTHING_READ
            yield Text(address, path, value, fillable, message, installs, messages)


def _strings(data: Json, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, list):
        for index, item in enumerate(data):
            yield from _strings(item, (*path, index))
    elif isinstance(data, dict):
        for key, item in data.items():
            yield from _strings(item, (*path, key))
