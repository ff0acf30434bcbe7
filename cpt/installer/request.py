"""Requests: what an owner asks for, as values that the planner understands.

Installing, upgrading, uninstalling and rolling back are the same thing to it: some packages with
all their resources, and some that leave.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cpt.accounts.secret_values import secret_name
from cpt.errors import NotInstalledError, StillNeededError
from cpt.installer.planning.wanted import Wanted, parameter_values, wanted
from cpt.installer.record.record import InstalledPackage, Record
from package_format.package import Package
from package_format.parameter_values import Accepted
from package_format.parameters import ParameterType
from package_format.references import Address
from package_format.upgrades.entry_data import entries_data


@dataclass(frozen=True)
class Chosen:
    """One package of a resolved closure.

    Attributes:
        package: The package.
        digest: The content digest of its archive.
        asked: The range that the owner asked for; None for one that is merely needed.
        given: The owner's values for its parameters.
        anew: Whether those are all: what was given before is forgotten.
        signed: Who signed it, in words; empty if nobody is known to have.
        is_odd: Whether that is not who signed before.
    """

    package: Package
    digest: str
    asked: str | None = None
    given: Mapping[str, object] = field(default_factory=dict)
    anew: bool = False
    signed: str = ""
    is_odd: bool = False


@dataclass(frozen=True)
class Request:
    """What an owner asks for.

    Attributes:
        title: ``install acme/webinar-follow-up 1.0.0``.
        packages: The packages in play, as the record is to have them.
        wanted: Everything that those bring, by full address.
        leaving: The packages that are to go.
        features: Which packages need which account features.
        why: Why the packages move, where it is not because somebody asked for them or needs them.
        unasked: The packages that are no longer asked for; they go unless something needs them.
        released: Going back, what had been let go of by then and stayed in the account.
        signed: Who signed the packages in play, in words, and whether that is odd.
        secrets: The values that were given for secrets, by the secrets' names; for the keyring
            alone: what is made of a request never holds one.
    """

    title: str
    packages: Mapping[str, InstalledPackage]
    wanted: Mapping[str, Wanted]
    leaving: frozenset[str] = frozenset()
    features: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    why: str = ""
    unasked: frozenset[str] = frozenset()
    released: frozenset[str] = frozenset()
    signed: Mapping[str, tuple[str, bool]] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    def table(self, record: Record) -> dict[str, InstalledPackage]:
        """Return all packages of the account as they will be, without those that nobody needs."""
        packages = {
            name: package.model_copy(update={"asked": None, "stack": None})
            if name in self.unasked
            else package
            for name, package in {**record.packages, **self.packages}.items()
            if name not in self.leaving
        }
        needed = {name for name, package in packages.items() if package.asked is not None}
        pending = list(needed)
        while pending:
            package = packages.get(pending.pop())
            new = set(package.dependencies if package else ()) - needed
            needed |= new
            pending += new
        return {name: packages[name] for name in sorted(packages) if name in needed}

    def in_play(self, record: Record) -> frozenset[str]:
        """Return the packages that this is about, those included that nobody will need."""
        return frozenset(self.packages) | (set(record.packages) - set(self.table(record)))


def installing(record: Record, chosen: Sequence[Chosen], title: str) -> Request:
    """Return the request to install or upgrade packages.

    What the owner asked for and gave earlier stays recorded: given values stand unless new ones are
    given, and a range asked for stands unless another is asked for.

    Args:
        record: What the account remembers.
        chosen: A closure: every package in play, with all that they depend on.
        title: What the revision will be called.

    Raises:
        ParametersError: A value is missing or cannot be used.
        BrokenPackageError: A package cannot be installed as it is.
    """
    packages = {each.package.name: each.package for each in chosen}
    given = {each.package.name: _given(record, each) for each in chosen}
    values = parameter_values(packages, given)
    return Request(
        title,
        {each.package.name: _as_recorded(record, each, values) for each in chosen},
        wanted(packages, given),
        features={name: p.manifest.account.features for name, p in packages.items()},
        signed={each.package.name: (each.signed, each.is_odd) for each in chosen},
        secrets={name: value for each in chosen for name, value in _secrets(each)},
    )


def uninstalling(record: Record, names: Sequence[str], title: str) -> Request:
    """Return the request to uninstall packages, and the dependencies that nobody needs then.

    Raises:
        NotInstalledError: The account has no such package.
        StillNeededError: Another package needs one of them.
    """
    for name in names:
        if name not in record.packages:
            there = ", ".join(record.packages) or "nothing"
            raise NotInstalledError(f"{name} is not installed", f"this account has {there}")
        needing = [
            other
            for other, package in record.packages.items()
            if name in package.dependencies and other not in names
        ]
        if needing:
            raise StillNeededError(
                f"{name} cannot go: {', '.join(needing)} need{'s' * (len(needing) == 1)} it",
                f"uninstall them together: cpt uninstall {' '.join((*names, *needing))}",
            )
    return Request(title, {}, {}, frozenset(names))


def returning(record: Record, earlier: Record, title: str, why: str) -> Request:
    """Return the request to go back to what an earlier revision left behind (M8).

    The bases of that revision are what is wanted; packages that were not touched since stay out of
    it. What the owner had settled by then, or has settled since, is not asked about again.
    """
    moved = touched(record, earlier)
    return Request(
        title,
        {name: package for name, package in earlier.packages.items() if name in moved},
        {
            text: Wanted(Address.parse(text), row.base, row)
            for text, row in earlier.objects.items()
            if not row.released and Address.parse(text).package in moved
        },
        moved - set(earlier.packages),
        why=why,
        released=frozenset(text for text, row in earlier.objects.items() if row.released),
    )


def touched(record: Record, earlier: Record) -> frozenset[str]:
    """Return the packages that are not now as they were."""
    return frozenset(
        name
        for name in {**record.packages, **earlier.packages}
        if record.packages.get(name) != earlier.packages.get(name)
        or _bases(record, name) != _bases(earlier, name)
    )


def _bases(record: Record, package: str) -> dict[str, object]:
    return {
        text: row.base
        for text, row in record.objects.items()
        if Address.parse(text).package == package and not row.released
    }


def _given(record: Record, chosen: Chosen) -> dict[str, object]:
    """The values given now and before; one given before for a parameter that is gone is dropped."""
    known = chosen.package.manifest.parameters
    installed = record.packages.get(chosen.package.name)
    before = installed.parameters if installed and not chosen.anew else {}
    return {**{k: v for k, v in before.items() if k in known}, **chosen.given}


def _secrets(chosen: Chosen) -> Iterator[tuple[str, str]]:
    """Yield the values that were given just now for a package's secrets, by their names."""
    for key, parameter in chosen.package.manifest.parameters.items():
        name, value = secret_name(chosen.package.name, key), chosen.given.get(key)
        if parameter.type is ParameterType.SECRET and value not in (None, "", name):
            yield name, str(value)


def _as_recorded(
    record: Record, chosen: Chosen, values: Mapping[str, Accepted]
) -> InstalledPackage:
    package = chosen.package
    installed = record.packages.get(package.name)
    asked, stack = chosen.asked, None
    if asked is None and installed is not None:
        asked, stack = installed.asked, installed.stack
    accepted = values[package.name]
    return InstalledPackage(
        version=str(package.manifest.version),
        digest=chosen.digest,
        asked=asked,
        parameters=dict(accepted.given),
        dependencies=dict(package.manifest.dependencies),
        upgrades=tuple(entries_data(package.upgrades)),
        exports=package.manifest.package.exports,
        stack=stack,
    )
