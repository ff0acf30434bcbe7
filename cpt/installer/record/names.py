"""Names: translating references between full addresses and the account's ids."""

from __future__ import annotations

from collections.abc import Mapping

from package_format.kinds.model import Json, may_refer, references, replaced
from package_format.kinds.table import KINDS


class Names:
    """What the resources in play are called in the account: ``#12``, or ``@address`` while new."""

    def __init__(self, known: Mapping[str, str]) -> None:
        """Start with the names that are known, by full address."""
        self._by_address = dict(known)
        self._by_name = {name: address for address, name in known.items()}

    def add(self, address: str, name: str) -> None:
        """Name one more resource."""
        self._by_address[address] = name
        self._by_name[name] = address

    def of(self, address: str) -> str | None:
        """Return a resource's name in the account, if it has one."""
        return self._by_address.get(address)

    def symbolic(self, kind: str, data: Json) -> Json:
        """Return account data with the references to packaged resources as full addresses."""
        return _exchanged(kind, data, self._by_name)

    def concrete(self, kind: str, data: Json) -> Json:
        """Return data with every full address as the account has it."""
        return _exchanged(kind, data, self._by_address)


def _exchanged(kind: str, data: Json, names: Mapping[str, str]) -> Json:
    model = KINDS[kind].model
    if not may_refer(model):
        return data
    for path, _, text in references(model.model_validate(data)):
        if text in names:
            data = replaced(data, path, names[text])
    return data
