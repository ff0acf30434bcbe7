"""The manifest: what ``cpt.toml`` says about a package."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from package_format.device_names import device_in
from package_format.forms import PACKAGE_NAME
from package_format.kinds.model import Key, Model
from package_format.parameter_rules import ParameterRule
from package_format.parameters import Parameter
from package_format.references import Address
from package_format.versions import Range, Version

CATEGORIES = (
    "commerce", "content", "education", "events", "holidays", "leads", "lifecycle",
    "newsletters", "renewals", "rewards", "sales", "segmentation", "services",
)  # fmt: skip
"""The marketplace's categories, a fixed list."""

FEATURES = (
    "api", "appointments", "calls", "ecommerce", "email", "faxes", "fulfilment", "http-posts",
    "internal-forms", "landing-pages", "lead-cards", "lead-scores", "letters", "notes",
    "opportunities", "social-forms", "tasks", "tracked-links", "web-forms",
)  # fmt: skip
"""What a target account may have to offer."""


def _version(text: str) -> str:
    return Version.parse(text).text


def _range(text: str) -> str:
    return Range.parse(text).text


def _without_control(text: str) -> str:
    """Refuse what steers a terminal: these lines are printed before anybody trusts a package."""
    controls = (c for c in text if unicodedata.category(c) == "Cc")
    if any(c != "\x7f" for c in controls):  # which terminals do not heed
        raise ValueError("a line of text holds no control characters")
    return text


def _possible_everywhere(name: str) -> str:
    """Refuse a name by which no folder of a registry could be called on every system."""
    device = device_in(name)
    if device is not None:
        raise ValueError(f"on Windows {device} is a device; no package can be called so")
    return name


def _address(text: str) -> str:
    return str(Address.parse(text))


PackageName = Annotated[
    str,
    StringConstraints(pattern=PACKAGE_NAME.pattern, max_length=129),
    AfterValidator(_possible_everywhere),
]
VersionText = Annotated[str, AfterValidator(_version)]
RangeText = Annotated[str, AfterValidator(_range)]
AddressText = Annotated[str, AfterValidator(_address)]
Line = Annotated[
    str, StringConstraints(min_length=1, max_length=300), AfterValidator(_without_control)
]


class PackageTable(Model):
    """The table ``[package]``.

    Attributes:
        name: ``publisher/name``.
        version: SemVer 2.0.0.
        title: What people call it.
        summary: What it does, in one sentence.
        license: An SPDX identifier, such as ``MIT``.
        keywords: Words by which it is found.
        categories: Where the marketplace shows it.
        exports: The addresses that other packages may refer to.
    """

    name: PackageName
    version: VersionText
    title: Line
    summary: Line
    license: Line
    keywords: tuple[Line, ...] = ()
    categories: tuple[Literal[CATEGORIES], ...] = ()  # type: ignore[valid-type]  # one list for authors and for types
    exports: tuple[AddressText, ...] = ()


class AccountTable(Model):
    """The table ``[account]``: what the target account must offer."""

    features: tuple[Literal[FEATURES], ...] = ()  # type: ignore[valid-type]  # one list for authors and for types


class Waiver(Model):
    """An entry of ``[[waivers]]``: one rule of compatibility that does not count for one item.

    Attributes:
        rule: The rule's code, such as ``export-removed``.
        item: The address that its finding is about; the empty text for the package as a whole.
        reason: Why it does no harm; it ends up in the changelog.
    """

    rule: Line
    item: str = ""
    reason: Line


class Manifest(Model):
    """A package's manifest.

    Attributes:
        package: What it is.
        account: What it needs of an account.
        dependencies: Packages that it refers to, with a range of versions each.
        parameters: What each owner is asked for, by name.
        rules: What must hold between parameters.
        waivers: Rules of compatibility that do not count for one item, with the reason.
    """

    package: PackageTable
    account: AccountTable = AccountTable()
    dependencies: dict[PackageName, RangeText] = Field(default={})
    parameters: dict[Key, Parameter] = Field(default={})
    rules: tuple[ParameterRule, ...] = ()
    waivers: tuple[Waiver, ...] = ()

    @property
    def name(self) -> str:
        """``publisher/name``."""
        return self.package.name

    @property
    def version(self) -> Version:
        """The version, parsed."""
        return Version.parse(self.package.version)
