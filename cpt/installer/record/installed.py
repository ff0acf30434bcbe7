"""What an account's record says is installed, for whoever shows it and knows no record."""

from __future__ import annotations

from pydantic import ValidationError

from cpt.installer.record.record import Record
from package_format.kinds.model import Json


def installed_in(record: Json | None) -> tuple[tuple[str, str, str, int], ...]:
    """Return (package, version, range asked for, how many resources) for each package.

    Args:
        record: What the account remembers; nothing is installed in one that remembers nothing, or
            what we cannot read.
    """
    if record is None:
        return ()
    try:
        read = Record.model_validate(record)
    except ValidationError:
        return ()
    return tuple(
        (
            name,
            package.version,
            package.asked or "",
            sum(
                1
                for address, managed in read.objects.items()
                if address.startswith(f"{name}:") and not managed.released
            ),
        )
        for name, package in sorted(read.packages.items())
    )
