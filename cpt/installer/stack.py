"""Stacks: what an account should have, as a file says it; and the lock beside it; pure.

A stack lists packages, ranges and parameters. The account remembers which packages a stack asked
for, so that what leaves the file leaves the account, and nothing else does. The lock says which
versions, with which content, were chosen; they are chosen again until somebody asks for newer ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationError

from cpt.errors import BadInputError, OtherSideError
from cpt.installer.record.record import Record
from cpt.installer.request import Chosen, Request, installing
from package_format.diagnostics import Diagnostics
from package_format.kinds.model import Json, Key, Model
from package_format.manifest import PackageName, RangeText, VersionText
from package_format.parameters import Parameter, ParameterType
from package_format.source import Source, read_toml, validated, written
from package_format.source.mistakes import first_problem
from package_format.versions import Range, Version


def _range_alone(data: Json) -> Json:
    """A text alone is a range."""
    return {"range": data} if isinstance(data, str) else data


class Listed(Model):
    """One package of a stack.

    Attributes:
        range: Which versions may be installed.
        parameters: The values for its parameters; what is left out has its default.
    """

    range: RangeText
    parameters: dict[str, Json] = {}


class Name(Model):
    """A stack's own table.

    Attributes:
        name: What accounts remember it by; it stays when the file moves.
    """

    name: Key


class Stack(Model):
    """A stack file.

    Attributes:
        stack: Its name.
        packages: By ``publisher/name``.
    """

    stack: Name
    packages: dict[PackageName, Annotated[Listed, BeforeValidator(_range_alone)]] = {}

    @property
    def name(self) -> str:
        """What accounts remember it by."""
        return self.stack.name


class Locked(Model):
    """One version that was chosen.

    Attributes:
        version: The version.
        digest: The content digest of its archive.
    """

    version: VersionText
    digest: str


class Lock(Model):
    """A lock file.

    Attributes:
        packages: What was chosen, dependencies included, by ``publisher/name``.
    """

    format: Annotated[int, Field(ge=1, le=1)] = 1
    packages: dict[PackageName, Locked] = {}


def read_stack(text: str, path: str, diagnostics: Diagnostics) -> Stack | None:
    """Read a stack file; None, and diagnostics, if it is not one.

    Args:
        text: The file's content.
        path: What diagnostics call the file.
        diagnostics: Where what is wrong is recorded.
    """
    node = read_toml(Source(path, text), diagnostics)
    return None if node is None else validated(Stack, written(node), diagnostics)


def read_lock(text: str, path: str) -> Lock:
    """Read a lock file.

    Raises:
        BadInputError: It is not one.
    """
    try:
        return Lock.model_validate_json(text)
    except ValidationError as error:
        raise BadInputError(
            f"{path} is not a lock file: {first_problem(error)}",
            "take it from your version control again, or delete it to choose versions anew",
        ) from error


def lock_text(lock: Lock) -> str:
    """Return a lock file's content, the same for the same lock."""
    return json.dumps(lock.model_dump(mode="json"), indent=2, sort_keys=True) + "\n"


@dataclass(frozen=True)
class Syncing:
    """What a stack asks of an account, before versions are chosen.

    Attributes:
        stack: The stack.
        record: What the account has.
        lock: What was chosen earlier.
        moving: The packages that may move to newer versions; None for all of them.
    """

    stack: Stack
    record: Record
    lock: Lock
    moving: frozenset[str] | None = frozenset()

    @property
    def leaving(self) -> frozenset[str]:
        """The packages that this stack asked for once, and does no more."""
        return frozenset(
            name
            for name, package in self.record.packages.items()
            if package.stack == self.stack.name and name not in self.stack.packages
        )

    @property
    def remaining(self) -> Record:
        """The record without what the stack asked for once."""
        packages = {
            name: p.model_copy(update={"asked": None}) if name in self.leaving else p
            for name, p in self.record.packages.items()
        }
        return self.record.model_copy(update={"packages": packages})

    @property
    def preferred(self) -> dict[str, Version]:
        """The versions to stay at: what is locked, or else installed, and is not to move."""
        if self.moving is None:
            return {}
        installed = {name: package.version for name, package in self.record.packages.items()}
        locked = {name: one.version for name, one in self.lock.packages.items()}
        return {
            name: Version.parse(version)
            for name, version in {**installed, **locked}.items()
            if name not in self.moving
        }

    def kept(self, name: str, parameters: Mapping[str, Parameter]) -> dict[str, Json]:
        """Return what stays of the values that a package was given, if nothing else gives them.

        That is secrets, and what is required and was asked for at the prompt.
        """
        installed = self.record.packages.get(name)
        before = installed.parameters if installed else {}
        return {
            key: before[key]
            for key, parameter in parameters.items()
            if key in before and (parameter.required or parameter.type is ParameterType.SECRET)
        }

    def verify(self, chosen: Iterable[Chosen]) -> None:
        """Verify that what was locked is still what it was.

        Raises:
            OtherSideError: A version has other content than when it was locked.
        """
        for each in chosen:
            locked = self.lock.packages.get(each.package.name)
            same = locked is not None and locked.version == str(each.package.manifest.version)
            if locked is not None and same and locked.digest != each.digest:
                raise OtherSideError(
                    f"{each.package} is not what was locked: its digest is {each.digest}, and the "
                    f"lock file says {locked.digest}",
                    "do not install it; ask who runs the registry what happened",
                )

    def locked(self, chosen: Iterable[Chosen]) -> Lock:
        """Return the lock that says what was chosen for this stack, dependencies included."""
        by_name = {each.package.name: each for each in chosen}
        pending, found = [name for name in self.stack.packages if name in by_name], set[str]()
        while pending:
            name = pending.pop()
            if name not in found:
                found.add(name)
                pending += by_name[name].package.manifest.dependencies
        return Lock(
            packages={
                name: Locked(
                    version=str(by_name[name].package.manifest.version),
                    digest=by_name[name].digest,
                )
                for name in sorted(found)
            }
        )

    def request(self, chosen: Sequence[Chosen]) -> Request:
        """Return the request that brings the account to what the stack says.

        Args:
            chosen: Every package in play, with the values for its parameters.

        Raises:
            ParametersError: A value is missing or cannot be used.
        """
        listed = self.stack.packages
        exact = [
            replace(each, asked=Range.parse(listed[each.package.name].range).text, anew=True)
            if each.package.name in listed
            else each
            for each in chosen
        ]
        request = installing(self.record, exact, f"sync {self.stack.name}")
        of_stack = {"stack": self.stack.name}
        packages = {
            name: package.model_copy(update=of_stack) if name in listed else package
            for name, package in request.packages.items()
        }
        return replace(request, packages=packages, unasked=self.leaving)
