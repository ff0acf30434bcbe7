"""What the tests of the installer share: an owner whose account is in a file, and in a database."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from cpt.accounts.embedded import EmbeddedAccount
from tests.cpt.installer.owners import Owner, make_account

_NUMBERS = count(1)


@pytest.fixture(params=["file", "database"])
def owner(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Owner]:
    """Return the owner of an account in which nothing is installed."""
    location = str(tmp_path / "one.account")
    if request.param == "database":
        location = f"{request.getfixturevalue('database')}#owner{next(_NUMBERS)}"
    make_account(location)
    with EmbeddedAccount.at(location) as account:
        yield Owner(account)
