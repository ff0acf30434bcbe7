"""Making embedded accounts: whole or not at all, however the making ends.

An account in a file is made beside its place and gets its name when it is finished; one in a
database is made in one transaction. Whoever is stopped half-way, by kill -9 even, leaves no
account, and can do it again.
"""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

from account_engine.position import Instant
from account_engine.stores.locations import in_database, making_store, random_id
from account_engine.stores.records import Identity
from account_engine.stores.sqlite_file import FilePath
from cpt.accounts.embedded import EmbeddedAccount, translated
from cpt.accounts.seed import Seed, sow
from cpt.errors import NotAnAccountError


def make_account(
    location: FilePath,
    seed: Seed | None,
    *,
    name: str,
    now: Instant,
    features: tuple[str, ...],
    zone: str,
    address: str,
) -> EmbeddedAccount:
    """Make an account, with a life if there is a seed, and open it.

    Args:
        location: Where (`account_engine.stores.locations`); nothing may be there yet.
        seed: The life that it has already.
        name: What its owner calls it.
        now: What its clock shows at first.
        features: What it offers.
        zone: The time zone of contacts who have none.
        address: Its owner's postal address.

    Raises:
        NotAnAccountError: Something is there already, or the account cannot be made.
        AccountUnreachableError: The database cannot be reached.
        BadInputError: The seed names something that is not there, or a value cannot be.
    """
    facts = (name, features, zone, now, address)
    if in_database(location):
        with (
            translated(),
            making_store(location, Identity(random_id(), random_id(), *facts)) as store,
        ):
            account = EmbeddedAccount(store)
            if seed is not None:
                sow(account, seed)
        return account
    path = Path(location)
    if os.path.lexists(path):
        raise _taken(path)
    beside = path.with_name(f".cpt-{uuid.uuid4().hex[:12]}")
    try:
        with (
            _named(beside, path),
            translated(),
            EmbeddedAccount.create(
                beside, name=name, now=now, features=features, zone=zone, address=address
            ) as account,
            account.together(),
        ):
            if seed is not None:
                sow(account, seed)
        _give_name(beside, path)
    finally:
        for left in (beside, beside.with_name(f"{beside.name}-journal")):
            with contextlib.suppress(OSError):
                left.unlink(missing_ok=True)
    return EmbeddedAccount.at(path)


def _give_name(beside: Path, path: Path) -> None:
    """Put a finished file in its place, if that is still free."""
    try:
        os.link(beside, path)
    except FileExistsError:
        raise _taken(path) from None
    except OSError:  # a file system without links: whoever takes the name in between loses nothing
        if os.path.lexists(path):
            raise _taken(path) from None
        beside.rename(path)


def _taken(path: Path) -> NotAnAccountError:
    return NotAnAccountError(f"there is already a file at {path}; choose another path")


@contextlib.contextmanager
def _named(beside: Path, path: Path) -> Iterator[None]:
    """Let what goes wrong with the one file be said of the other."""
    try:
        yield
    except NotAnAccountError as error:
        raise NotAnAccountError(str(error).replace(str(beside), str(path))) from error
