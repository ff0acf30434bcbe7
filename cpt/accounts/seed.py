"""Seeds: an account's life described in a folder, to make accounts that are not empty.

The owner's own resources stand in files as a package has them (but for a manifest), and the
contacts in ``contacts.csv``, whose header names fields, and whose column ``tags`` lists tags by
name or key with semicolons between.
"""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from account_engine.account import Account
from account_engine.errors import RefusedError
from cpt.errors import BadInputError
from package_format.contact_fields import BUILT_IN
from package_format.folder import load_package
from package_format.kinds.model import references, replaced
from package_format.package import Package

CONTACTS = "contacts.csv"
_MANIFEST = """\
[package]
name = "owner/account"
version = "0.0.0"
title = "Account"
summary = "What an account's owner has."
license = "none"
"""


@dataclass(frozen=True)
class SeedContact:
    """One contact: values by field name, and tags by name or key."""

    values: Mapping[str, str]
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Seed:
    """A life: the owner's own resources, as if they were a package, and the contacts."""

    own: Package
    contacts: tuple[SeedContact, ...]


def read_seed(folder: Path) -> Seed:
    """Read a folder that describes an account's life.

    Raises:
        BadInputError: There is no such folder, or something in it cannot be read.
    """
    if not folder.is_dir():
        raise BadInputError(f"there is no folder {folder}")
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "seed"
        try:
            shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(CONTACTS, "*.md", ".*"))
        except shutil.Error as error:
            first = error.args[0][0]
            raise BadInputError(f"{first[0]} cannot be read: {first[2]}") from error
        (copy / "cpt.toml").write_text(_MANIFEST, "utf-8")
        loaded = load_package(copy)
    problems = [f"{found.span}: {found.message}" for found in loaded.diagnostics]
    if loaded.package is None or loaded.diagnostics.has_errors:
        raise BadInputError(f"{folder} cannot be read:\n  " + "\n  ".join(problems))
    return Seed(loaded.package, _read_contacts(folder / CONTACTS))


def _read_contacts(path: Path) -> tuple[SeedContact, ...]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInputError(f"{path} cannot be read: {error}") from error
    return tuple(_contact(path, number, row) for number, row in enumerate(rows, start=2))


def _contact(path: Path, number: int, row: Mapping[str | None, str | None]) -> SeedContact:
    if None in row or None in row.values():
        raise BadInputError(f"{path}:{number}: the line has not as many cells as the header")
    values = {str(name): str(value) for name, value in row.items() if name != "tags" and value}
    tags = str(row.get("tags") or "").split(";")
    return SeedContact(values, tuple(tag.strip() for tag in tags if tag.strip()))


def sow(account: Account, seed: Seed) -> None:
    """Give a new account the life that a seed describes.

    Raises:
        BadInputError: A resource or contact names something that is not there.
    """
    ids: dict[tuple[str, str], int] = {}
    for resource in seed.own.resources.values():
        data = resource.data
        for path, kind, text in references(resource.model):
            if kind == "field" and text in BUILT_IN:
                continue
            if (kind, text) not in ids:
                raise BadInputError(f"{resource.address} names the {kind} {text}, which is missing")
            data = replaced(data, path, f"#{ids[kind, text]}")
        ids[resource.kind, resource.key] = account.create_object(resource.kind, data).id
    tags = _tags(seed, ids)
    for line, contact in enumerate(seed.contacts, start=2):
        unknown = [tag for tag in contact.tags if tag.casefold() not in tags]
        if unknown:
            raise BadInputError(f"{CONTACTS} names the tag {unknown[0]}, which is missing")
        numbers = [tags[tag.casefold()] for tag in contact.tags]
        try:
            account.add_contact(dict(contact.values), tags=numbers)
        except RefusedError as error:
            raise BadInputError(f"{CONTACTS}:{line}: {error}") from error


def _tags(seed: Seed, ids: Mapping[tuple[str, str], int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for resource in seed.own.resources.values():
        if resource.kind == "tag":
            number = ids["tag", resource.key]
            found |= {resource.key: number, resource.label.casefold(): number}
    return found
