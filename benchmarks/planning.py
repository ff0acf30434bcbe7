"""Plans: whether they depend on the package alone, and what they take beside reading the account.

The account is full of what the package has nothing to do with: tags, emails, campaigns that listen,
and contacts who have an address and a tag and stand somewhere. What is planned is the first install
of the story's package.
"""

# ruff: noqa: S608, SLF001  statements are put together of what stands here; stores are looked into

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from account_engine.stores.locations import create_store
from account_engine.stores.records import Identity
from account_engine.stores.rows import Rows
from benchmarks.crowd import MANY, NUMBERS
from benchmarks.measuring import CPT, WALL, Figure, medians, ms, run_quietly, say
from cpt.accounts.embedded import EmbeddedAccount
from cpt.installer.applying.apply import apply
from cpt.installer.choices import Choices
from cpt.installer.plan import Plan
from cpt.installer.preparing import prepare
from cpt.installer.record.snapshot import read_record
from cpt.installer.request import Chosen, installing
from cpt.registries.directory import DirectoryRegistry
from package_format.archive import build_archive, read_archive
from package_format.folder import load_package
from package_format.kinds.table import KINDS
from package_format.manifest import Manifest
from package_format.package import Package, Resource
from package_format.references import Address
from tests.postgres import cluster

EXAMPLES = Path(__file__).parent.parent / "examples"
FEW = 1_000
ROUNDS = 51
RESOURCES = 5_000
PACKAGES = 50
WHEN = "2026-03-02T09:00:00Z"
FEATURES = (
    "api", "calls", "ecommerce", "email", "letters", "notes", "tasks", "web-forms",
)  # fmt: skip


def measure() -> Iterator[Figure]:
    """Yield the figures of planning."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield _growth("SQLite", str(folder / "few.account"), str(folder / "many.account"))
        with cluster() as servers:
            database = servers.database()
            yield _growth("PostgreSQL", f"{database}#few", f"{database}#many")
        yield _beside_reading(folder)
        yield _nothing_to_do(folder)


# --- the package, not the account -----------------------------------------------------------------


def _growth(database: str, few: str, many: str) -> Figure:
    say(f"filling accounts of {FEW:,} and {MANY:,} in {database}, and planning")
    with _crowded(few, FEW) as small, _crowded(many, MANY) as big:
        in_small, in_big = medians([lambda: _install(small), lambda: _install(big)], ROUNDS, WALL)
    detail = f"{ms(in_big)} / {ms(in_small)}; resources and contacts alike"
    return Figure(f"plan, {MANY:,} / {FEW:,}: {database}", in_big / in_small, 1.2, "x", detail)


@contextmanager
def _crowded(location: str, many: int) -> Iterator[EmbeddedAccount]:
    """Make an account with so many resources, and as many contacts, of its owner's own."""
    identity = Identity(f"a{many}", "b", "Crowded", FEATURES, "UTC", 1_772_442_000)
    with EmbeddedAccount(create_store(location, identity)) as account:
        rows = cast("Rows", account._store)
        with account._store.publishing():
            for statement in _FILL:
                rows.run(statement, many=many)
        rows.run("ANALYZE")
        yield account


_FILL = (
    # Of a thousand resources 100 are tags, one is a campaign that listens for one, and the rest are
    # emails.
    f"""
    INSERT INTO objects (account, id, kind, natural_key, data) {NUMBERS}
    SELECT :account, n,
        CASE WHEN n % 10 = 0 THEN 'tag' WHEN n % 1000 = 1 THEN 'campaign' ELSE 'email' END,
        CASE WHEN n % 10 = 0 THEN 'tag ' || n END,
        CASE
            WHEN n % 10 = 0 THEN '{{"name":"Tag ' || n || '"}}'
            WHEN n % 1000 = 1 THEN '{{"title":"Campaign ' || n || '","goals":{{"got":{{"when":'
                || '[{{"tag-applied":{{"tag":"#' || (n + 9) || '"}}}}]}}}},"sequences":{{"s":'
                || '{{"after":["got"],"steps":[{{"key":"wait","wait":{{"for":"1 day"}}}}]}}}}}}'
            ELSE '{{"body":"<p>Hello</p>","from":"us@shop.example","subject":"Mail ' || n || '"}}'
        END
    FROM numbers
    """,
    """
    INSERT INTO flows (account, campaign, version, data, ids, published, retired)
    SELECT account, id, 1, data, '{"got":1,"s":2,"s.wait":3}', 1, 0 FROM objects
    WHERE account = :account AND kind = 'campaign'
    """,
    """
    INSERT INTO listens (word, attributes, campaign, version, goal, account)
    SELECT 'tag-applied', '{"tag":"#' || (id + 9) || '"}', id, 1, 'got', account FROM objects
    WHERE account = :account AND kind = 'campaign'
    """,
    """
    INSERT INTO refs (referrer, version, target, account)
    SELECT id, 1, id + 9, account FROM objects
    WHERE account = :account AND kind = 'campaign'
    """,
    """
    INSERT INTO places (account, id, spot, campaign, version, node, step, status)
    SELECT account, id, id, id, 1, 's', 'wait', 'running' FROM objects
    WHERE account = :account AND kind = 'campaign'
    """,
    f"INSERT INTO contacts (account, id) {NUMBERS} SELECT :account, n FROM numbers",
    """
    INSERT INTO contact_values (account, contact, field, value, folded)
    SELECT :account, id, 'email', '"c' || id || '@example.com"', 'c' || id || '@example.com'
    FROM contacts WHERE account = :account
    """,
    """
    INSERT INTO contact_tags (account, contact, tag)
    SELECT :account, id, id - id % 10 + 10 FROM contacts WHERE account = :account
    """,
    """
    INSERT INTO positions (account, contact, spot, place, entry, overtaken, entered, began, due)
    SELECT :account, id, id - id % 1000 + 1, id - id % 1000 + 1, 1, 0, 1772442000, 1772442000,
        1772528400
    FROM contacts WHERE account = :account
    """,
)


def _install(account: EmbeddedAccount) -> Plan:
    """Plan the first install of the story."""
    return _planned(account, _STORY)


def _read(folder: Path) -> Package:
    package = load_package(folder).package
    assert package is not None  # noqa: S101  the examples are good
    return package


_STORY = tuple(_read(EXAMPLES / name) for name in ("lifecycle-tags", "webinar-follow-up/1.0.0"))


def _planned(account: EmbeddedAccount, packages: tuple[Package, ...]) -> Plan:
    given = {"sender": "hello@harbour.example", "company": "Harbour"}
    last = packages[-1]
    chosen = [
        Chosen(
            p, f"sha256:{p}", "*", {k: v for k, v in given.items() if k in p.manifest.parameters}
        )
        for p in packages
    ]
    request = installing(read_record(account), chosen, f"install {last}")
    return prepare(account, request, Choices(), os.urandom(8).hex())


# --- beside reading -------------------------------------------------------------------------------


def _beside_reading(folder: Path) -> Figure:
    say(f"planning {RESOURCES:,} resources, and reading them")
    identity = Identity("big", "b", "Big", FEATURES, "UTC", 1_772_442_000)
    with EmbeddedAccount(create_store(str(folder / "big.account"), identity)) as account:
        apply(_planned(account, (_big("1.0.0"),)), account)
        newer = (_big("1.1.0"),)
        numbers = [int(each.object[1:]) for each in read_record(account).objects.values()]
        archive = build_archive(newer[0]).data

        def read() -> None:
            read_archive(archive)
            read_record(account)
            account.objects(numbers)

        planning, reading, archived = medians(
            [
                lambda: _planned(account, (read_archive(archive)[0],)),
                read,
                lambda: read_archive(archive),
            ],
            5,
        )
    detail = (
        f"{ms(planning)} / {ms(reading)}, from the archive ({ms(archived)}) and from the account"
    )
    return Figure(f"upgrade's plan of {RESOURCES:,} / reading", planning / reading, 3, "x", detail)


def _big(version: str) -> Package:
    """A package of emails, of which every tenth says its version."""
    said = {
        "name": "acme/big", "version": version, "title": "Big", "summary": "Big.", "license": "MIT"
    }  # fmt: skip
    found = {}
    for number in range(RESOURCES):
        address = Address.parse(f"email/mail-{number}")
        data = {
            "subject": f"Mail {number}" if number % 10 else f"Mail {number} of {version}",
            "from": "us@shop.example",
            "body": "\n\n".join(f"<p>Paragraph {n} of mail {number}.</p>" for n in range(8)),
        }
        found[address] = Resource("email", address.key, KINDS["email"].model.model_validate(data))
    return Package(Manifest.model_validate({"package": said}), found)


# --- nothing to do --------------------------------------------------------------------------------


def _nothing_to_do(folder: Path) -> Figure:
    say(f"upgrading {PACKAGES} packages of which there is nothing newer")
    registry = DirectoryRegistry(folder / "registry")
    packages = [_one_of_many(number) for number in range(PACKAGES)]
    for package in packages:
        registry.publish(build_archive(package).data, WHEN)
    environment = {
        **os.environ,
        "CPT_ACCOUNT": str(folder / "fifty.account"),
        "CPT_REGISTRY": str(folder / "registry"),
        "CPT_CONFIG": str(folder / "settings"),
    }
    run_quietly(CPT, "account", "create", str(folder / "fifty.account"), env=environment)
    names = [package.name for package in packages]
    run_quietly(CPT, "install", *names, "--yes", env=environment)
    (seconds,) = medians([lambda: run_quietly(CPT, "upgrade", env=environment)], 9, WALL)
    return Figure(f"cpt upgrade, {PACKAGES} installed, no-op", seconds, 1, "s", "a process")


def _one_of_many(number: int) -> Package:
    """A club with a tag, six emails and a campaign that sends them."""
    said = {
        "name": f"acme/club-{number}", "version": "1.0.0", "title": f"Club {number}",
        "summary": "A club.", "license": "MIT",
    }  # fmt: skip
    campaign = {
        "title": f"Club {number}",
        "goals": {"joined": {"when": [{"tag-applied": {"tag": "member"}}]}},
        "sequences": {
            "greet": {
                "after": ["joined"],
                "steps": [
                    {
                        "key": f"s{step}",
                        "wait": {"for": "1 day"},
                        "action": {"send-email": {"email": f"mail-{step}"}},
                    }
                    for step in range(6)
                ],
            }
        },
    }
    resources = {"tag/member": {"name": f"Member {number}"}, "campaign/club": campaign}
    for step in range(6):
        resources[f"email/mail-{step}"] = {
            "subject": f"Mail {step}", "from": "us@shop.example", "body": "<p>Hello</p>"
        }  # fmt: skip
    found = {}
    for text, data in resources.items():
        address = Address.parse(text)
        model = KINDS[address.kind].model.model_validate(data)
        found[address] = Resource(address.kind, address.key, model)
    manifest = Manifest.model_validate({"package": said, "account": {"features": ["email"]}})
    return Package(manifest, found)
