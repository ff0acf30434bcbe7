"""What holds for every test: how hypothesis searches, and an environment that is nobody's own."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser

from tests.browser import chromium
from tests.postgres import Cluster, cluster
from tests.storage import Storage
from tests.storage import storage as run_storage

# "ci" is what `make test` runs: the same examples every time, and no verdict by stopwatch on a busy
# machine. "search" looks further, differently each time: pytest --hypothesis-profile=search
settings.register_profile(
    "ci",
    database=None,
    deadline=None,
    derandomize=True,
    max_examples=100,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("search", deadline=None, max_examples=5_000, print_blob=True)

_CHANGES_WHAT_CPT_DOES = ("AWS_", "CPT_", "XDG_")
_CHANGES_WHAT_IS_PRINTED = ("COLUMNS", "FORCE_COLOR", "LINES", "NO_COLOR", "PAGER")


@pytest.fixture(scope="session", autouse=True)
def _environment_of_nobody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the tests and the developer's accounts, registries and settings apart."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in tuple(os.environ):
            if name.startswith(_CHANGES_WHAT_CPT_DOES) or name in _CHANGES_WHAT_IS_PRINTED:
                patch.delenv(name)
        patch.setenv("HOME", str(home))
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL server, shared by the tests of one process."""
    # It would visit hundreds of databases in turn, several each second.
    with cluster("autovacuum=off") as running:
        yield running


@pytest.fixture(scope="session")
def database(postgres: Cluster) -> str:
    """A database in which every test makes accounts of its own."""
    return postgres.database()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium, shared by the tests of one module."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def storage() -> Iterator[Storage]:
    """An S3 storage, shared by the tests of one process."""
    with run_storage() as running:
        yield running
