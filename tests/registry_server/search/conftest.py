"""A marketplace of the examples and some hundred made packages, in a database of each kind."""

from collections.abc import Iterator

import pytest

from package_format.archive import build_archive
from package_format.folder import load_package
from package_format.package import Package
from registry_server.catalog.description import describe
from registry_server.database.database import Database, open_database
from registry_server.database.publishers import Standing
from tests.postgres import Cluster
from tests.registry_server.search.corpus import EXAMPLES, Corpus, line_of
from tests.registry_server.search.filling import DAY, fill

KINDS = ("sqlite", "postgresql")
MADE = 300
FETCHED = {"webinar-follow-up": 4000, "lifecycle-tags": 9000, "newsletter": 900, "tshirt-shop": 60}


def published(database: Database, package: Package, fetched: int = 0, minute: int = 0) -> None:
    """Bring a package into a database as publishing does; less than 1000 of them."""
    archive = build_archive(package)
    line = line_of(package, archive.digest, archive.size, minute)
    publisher = package.name.partition("/")[0]
    with database.writing(publisher) as records:
        if records.publishers.find(publisher) is None:
            records.publishers.claim(publisher, Standing.ACTIVE, line.published)
        records.listings.describe(records.packages.add(line), line, describe(package))
        records.listings.count(records.downloads.add({line.digest: fetched}, DAY))


@pytest.fixture(scope="session", params=KINDS)
def marketplace(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    address = f"sqlite:///{tmp_path_factory.mktemp('marketplace') / 'registry.sqlite'}"
    if request.param == "postgresql":
        cluster: Cluster = request.getfixturevalue("postgres")
        address = cluster.database()
    database = open_database(address)
    for file in sorted(EXAMPLES.rglob("cpt.toml")):
        package = load_package(file.parent).package
        assert package is not None
        fetched = FETCHED.get(package.name.partition("/")[2], 3)
        published(database, package, fetched, 1)
    fill(
        address,
        Corpus(MADE).packages(),
        lambda number, one: line_of(one, f"sha256:{number:064x}", 1, number),
        first=1000,
    )
    yield database
    database.close()
