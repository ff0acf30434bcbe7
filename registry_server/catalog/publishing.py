"""Publishing: everything is checked again, and then the version is there, or nothing is.

What takes time (reading the archive, checking, comparing) is done before anything is locked. The
archive is kept before its version is written down, so that whatever ends the process in between
leaves an archive that nobody lists, and never a version without one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from package_format.archive import read_archive
from package_format.checks import check
from package_format.compatibility import compare, is_enough, unexplained
from package_format.delegations import Delegations, keys_for
from package_format.diagnostics import Severity
from package_format.errors import PackageError
from package_format.index import IndexLine, Status, parse_index, predecessor, publishable
from package_format.package import Package
from package_format.signature import Envelope
from package_format.signing import is_true, is_vouched_for
from package_format.versions import Range, Version, least_version
from registry_server.auth.identity import Identity, Scope
from registry_server.auth.tokens import demand_good
from registry_server.blobs.port import Blobs
from registry_server.catalog.description import Description, describe
from registry_server.catalog.limits import beyond
from registry_server.catalog.owning import claim, demand_owner, owned
from registry_server.catalog.quotas import day_of, demand_room
from registry_server.database.actions import Action
from registry_server.database.database import ARCHIVES, Database
from registry_server.database.log import Collections
from registry_server.errors import ConflictError, UnacceptableError, UnavailableError

_ATTEMPTS = 20
_PROBLEMS_TOLD = 50
_NAMES = "names"


@dataclass(frozen=True)
class Publication:
    """What publishing came to.

    Attributes:
        line: The version's line in the index.
        already: Whether the same content had been published before.
        claimed: Whether the publisher's name became theirs by it.
    """

    line: IndexLine
    already: bool
    claimed: bool = False


@dataclass(frozen=True)
class _Seen:
    """What was published of a package when a version of it was looked at.

    Attributes:
        text: Its file of the index; empty if there is none.
        lines: The lines in it.
        is_claimed: Whether somebody, who is the one who publishes, owns the publisher.
        collections: Which collections of archives there were, before the archive was kept.
    """

    text: str
    lines: tuple[IndexLine, ...]
    is_claimed: bool
    collections: Collections


class Publishing:
    """Publishes into one registry."""

    def __init__(
        self,
        database: Database,
        blobs: Blobs,
        package_of: Callable[[IndexLine], Package],
        delegations: Callable[[], Delegations],
    ) -> None:
        """Take where things are kept.

        Args:
            database: Where versions are written down.
            blobs: Where archives are kept.
            package_of: Reads the package of an index line.
            delegations: Returns the publishers for whom the newest root names keys of their own.
        """
        self._database = database
        self._blobs = blobs
        self._package_of = package_of
        self._delegations = delegations

    def demand_allowed(self, by: Identity) -> None:
        """Do nothing if somebody may publish, as far as that is known before they say what.

        Raises:
            NotAllowedError: Their token is not good for it, or only under a name under which they
                may not publish.
            UnavailableError: The database does not answer.
        """
        by.demand(Scope.PUBLISH, by.package)
        if by.package is not None:
            with self._database.reading() as records:
                owned(records, by, by.package.partition("/")[0])

    def publish(
        self, data: bytes, by: Identity, now: str, signatures: tuple[Envelope, ...] = ()
    ) -> Publication:
        """Publish an archive; publishing the same content again changes nothing.

        Args:
            data: The archive.
            by: Who publishes.
            now: The present moment.
            signatures: What the author signed.

        Raises:
            ConflictError: The version exists with other content, its bump is too small, or its
                publisher's name can hardly be told from another one.
            NotAllowedError: They may not publish under this name, or no more under it.
            UnacceptableError: The archive cannot be read, the package fails its checks, or a
                signature is not of it.
            UnauthenticatedError: Their token was revoked, or expired, meanwhile.
            UnavailableError: The database or the storage does not answer.
        """
        try:
            package, digest = read_archive(data)
        except PackageError as error:
            raise UnacceptableError(f"This archive is not accepted: {error}.") from error
        by.demand(Scope.PUBLISH, package.name)
        _demand_bounded(package)
        line = IndexLine.of(package, digest=digest, size=len(data), published=now)
        line = line.model_copy(update={"signatures": signatures})
        _demand_true(line)
        checked_against: IndexLine | None = None
        description: Description | None = None
        claimed = False
        for _ in range(_ATTEMPTS):
            seen = self._look(line, by, now)
            present = _present(seen.lines, line)
            if present is not None:
                return Publication(present, already=True)
            _demand_own_key(line, self._delegations())
            before = predecessor(seen.lines, package.manifest.version)
            if description is None:
                self._demand_good(package)
            if before is not None and before != checked_against:
                self._demand_enough(package, before)
            checked_against = before
            if description is None:
                description = describe(package)
                if not seen.is_claimed:
                    self._claim(line, by, now)
                    claimed = True
            self._blobs.add(digest, data)
            if self._written(line, description, by, seen, now):
                return Publication(line, already=False, claimed=claimed)
        raise UnavailableError(f"Too many publish {line.name} at once; try again.")

    def _look(self, line: IndexLine, by: Identity, now: str) -> _Seen:
        """What is published of the package, as its owners may know it."""
        with self._database.reading() as records:
            is_claimed = owned(records, by, line.name.partition("/")[0]) is not None
            text = records.packages.index(line.name) or ""
            lines = parse_index(text, line.name)
            if _present(lines, line) is None:
                demand_room(records, line, now, is_new=not lines)
            return _Seen(text, lines, is_claimed, records.log.collections())

    def _claim(self, line: IndexLine, by: Identity, now: str) -> None:
        """Make the publisher's name theirs if nobody has it."""
        publisher = line.name.partition("/")[0]
        with self._database.writing(_NAMES) as records:
            demand_good(records, by, now)
            if records.publishers.find(publisher) is None:
                claim(records, by, publisher, now)
        with self._database.reading() as records:
            demand_owner(records, by, publisher)

    def _written(
        self,
        line: IndexLine,
        description: Description,
        by: Identity,
        seen: _Seen,
        now: str,
    ) -> bool:
        """Write the version down, unless something came in between that changes the verdict."""
        publisher = line.name.partition("/")[0]
        with self._database.writing(publisher, sharing=ARCHIVES) as records:
            demand_good(records, by, now)
            demand_owner(records, by, publisher)
            text = records.packages.index(line.name) or ""
            if text != seen.text and not _same_verdict(line, seen, parse_index(text, line.name)):
                return False
            may_be_gone = records.log.collections().may_have_taken(seen.collections)
            if may_be_gone and not self._blobs.has(line.digest):
                return False
            demand_room(records, line, now, is_new=not text)
            records.listings.describe(records.packages.add(line), line, description)
            records.quotas.count(publisher, line.size, day_of(now))
            records.log.add(
                now, by.name, Action.PUBLISHED, line.name,
                version=line.version, digest=line.digest, via=by.via, **by.behind,
            )  # fmt: skip
            return True

    def _demand_good(self, package: Package) -> None:
        """Do nothing if a package passes its checks."""
        found = check(package, self._dependencies(package))
        errors = tuple(f"{d.code}: {d.message}" for d in found if d.severity is Severity.ERROR)
        if errors:
            raise UnacceptableError(
                f"{package} has errors, as 'cpt check' shows them.", errors[:_PROBLEMS_TOLD]
            )

    def _demand_enough(self, package: Package, line: IndexLine) -> None:
        """Do nothing if a version says as much as it changes."""
        before = self._package_of(line)
        comparison = compare(before, package)
        if not is_enough(before, package, comparison):
            least = least_version(before.manifest.version, comparison.demanded)
            raise ConflictError(
                f"{package} changes more than its version says: against {line.version} it demands "
                f"{comparison.demanded}. Make it at least {least}, as 'cpt bump' does."
            )
        silent = unexplained(package, comparison)
        if silent is not None:
            raise UnacceptableError(
                f"{package} waives {silent.rule} for {silent.address or 'the package'}, and its "
                "CHANGELOG.md does not say why; 'cpt bump' writes the reasons."
            )

    def _dependencies(self, package: Package) -> Mapping[str, Package]:
        """The packages that one depends on, near and far, each at the newest version that fits."""
        found: dict[str, Package] = {}
        needed = [package]
        with self._database.reading() as records:
            while needed:
                one = needed.pop()
                for name, text in one.manifest.dependencies.items():
                    if name in found or name == package.name:
                        continue
                    line = _newest(records.packages.lines(name), Range.parse(text))
                    if line is not None:
                        found[name] = self._package_of(line)
                        needed.append(found[name])
                    elif one is package:
                        raise UnacceptableError(
                            f"{package} needs {name} {text}, and this registry has no such version."
                        )
        return found


def _demand_bounded(package: Package) -> None:
    """Refuse a package of which a page, or a picture, would take too long to make."""
    problems = beyond(package)
    if problems:
        raise UnacceptableError(
            f"{package} is larger than this registry takes: {problems[0]}.", problems
        )


def _demand_true(line: IndexLine) -> None:
    """Refuse a signature that is of something else, or that its key did not make."""
    if not is_true(line):
        raise UnacceptableError(
            f"A signature of {line.name} {line.version} is not of what is published: sign this "
            "very version, with the private key of the key that it names."
        )


def _demand_own_key(line: IndexLine, delegations: Delegations) -> None:
    """Refuse what nobody would take: the root names keys of the publisher, and none signed."""
    if not is_vouched_for(line, delegations):
        publisher, keys = line.name.partition("/")[0], keys_for(line.name, delegations) or ()
        raise UnacceptableError(
            f"{line.name} {line.version} must be signed by {publisher}: this registry's root names "
            f"{' or '.join(keys)}. Sign it with the private key of one of these."
        )


def _present(lines: Sequence[IndexLine], line: IndexLine) -> IndexLine | None:
    """The line of the same content, if it is there already."""
    taken = publishable(lines, line)
    if taken is not None:
        raise ConflictError(f"{taken[:1].upper()}{taken[1:]}.")
    return next((x for x in lines if x.digest == line.digest), None)


def _same_verdict(line: IndexLine, seen: _Seen, lines: Sequence[IndexLine]) -> bool:
    """Whether a version may be published beside these lines as it might when it was looked at."""
    version = Version.parse(line.version)
    return _present(lines, line) is None and _digest(predecessor(lines, version)) == _digest(
        predecessor(seen.lines, version)
    )


def _newest(lines: Sequence[IndexLine], range_: Range) -> IndexLine | None:
    fitting = [
        line
        for line in lines
        if line.status is Status.ACTIVE and range_.allows(Version.parse(line.version))
    ]
    return max(fitting, key=lambda line: Version.parse(line.version), default=None)


def _digest(line: IndexLine | None) -> str | None:
    return None if line is None else line.digest
