"""Signing: what a server vouches for of its own index, and that it is always signed as it is.

The root comes from outside, signed by keys that the server never sees, and says which online key
signs the rest. The state is made and kept in one transaction, under a lock that all processes
share: whoever finds something unsigned signs it, and the others then find nothing to do.
"""

from __future__ import annotations

import datetime as dt
import logging
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock, Thread

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from package_format.delegations import Delegations, delegations_in, keys_for
from package_format.errors import InvalidIndexError
from package_format.index import NAMES_PATH, index_path, names_bytes
from package_format.notices import NOTICES_PATH, notices_text
from package_format.signed_state import (
    ONLINE,
    STATE_DAYS,
    Covered,
    NextState,
    bin_of,
    copy_of,
    every_bin,
    keyid_of,
    last_state,
    may_sign,
    newest_root,
    next_root,
    next_state,
    target,
)
from package_format.signed_tree import TIMESTAMP, root_path
from package_format.signing import is_pem, private_key, unvouched
from registry_server.database.actions import Action
from registry_server.database.database import Database
from registry_server.database.packages import Unsigned
from registry_server.database.records import Records
from registry_server.errors import (
    CannotServeError,
    ConflictError,
    UnacceptableError,
    UnusableInputError,
)

LOOKS_EVERY = 0.25
"""After how many seconds it is looked again whether anything is unsigned."""

_LOCK = "signing"
_AT_ONCE = 2000
_READING_TAKES = dt.timedelta(hours=1)
_RENEWED_BEFORE = dt.timedelta(days=STATE_DAYS / 2)
_AFTER_FAILURE = 5.0

_log = logging.getLogger(__name__)


def read_key(given: str) -> Ed25519PrivateKey:
    """Read the online key.

    Args:
        given: A file's name, or what such a file holds.

    Raises:
        UnusableInputError: It is neither.
    """
    said = "the signing key" if is_pem(given) else given
    try:
        return private_key(given.encode() if is_pem(given) else Path(given).read_bytes())
    except OSError as error:
        raise UnusableInputError(f"the key {given} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise UnusableInputError(f"{said} {error}", "'cpt registry key FILE' makes one") from error


@dataclass(frozen=True)
class RootTaken:
    """What handing in a root came to.

    Attributes:
        version: Its number.
        state: What was signed in the same step; None if no key was given that may.
        unvouched: What is published and not signed as it demands: names and versions.
    """

    version: int
    state: NextState | None
    unvouched: tuple[str, ...]


def take_root(
    database: Database,
    data: bytes,
    key: Ed25519PrivateKey | None,
    now: dt.datetime,
    *,
    dry_run: bool = False,
) -> RootTaken:
    """Take the first root, or the next one, and sign the index anew in the same step.

    Args:
        database: Where it is kept.
        data: The root.
        key: The online key, if it is here: without one, the index is signed by whoever has it.
        now: The present moment, in UTC.
        dry_run: Whether nothing is to be changed, and only said what it would come to.

    Raises:
        ConflictError: The root names another key than the one that is given, or than the one that
            has signed so far, and what is signed would be good for nothing.
        UnacceptableError: It is no root, or not the next one, or not signed as it must be.
    """
    with database.writing(_LOCK) as records:
        try:
            before = newest_root(records.signed.read)
            root = next_root(data, before)
            last = last_state(records.signed.read)
        except InvalidIndexError as error:
            raise UnacceptableError(f"This root is not taken: {error}.") from error
        if root.signed.expires <= now:
            raise UnacceptableError(f"This root is not taken: it expired at {root.signed.expires}.")
        if key is not None and not may_sign(key, root):
            raise ConflictError("The root does not say that this key signs the index.")
        named = {keyid for role in ONLINE for keyid in root.signed.roles[role].keyids}
        if key is None and last is not None and not last.signed_by & named:
            raise ConflictError(
                "The root names another online key than the one that has signed so far. Give that "
                "key with --signing-key, so that everything is signed anew in the same step."
            )
        number = root.signed.version
        refused = _unvouched(records, delegations_in(data))
        if dry_run:
            return RootTaken(number, None, refused)
        records.signed.write(root_path(number), data)
        records.log.add(_text(now), "operator", Action.TOOK_A_ROOT, "registry", version=str(number))
        state = None if key is None else _sign(records, key, now)
        return RootTaken(number, state, refused)


def _unvouched(records: Records, delegations: Delegations) -> tuple[str, ...]:
    names = records.packages.names() if delegations else ()
    theirs = [name for name in names if keys_for(name, delegations) is not None]
    return unvouched((x for name in theirs for x in records.packages.lines(name)), delegations)


def keep_signed(database: Database, key: Ed25519PrivateKey, now: dt.datetime) -> NextState | None:
    """Sign the index as it is, if it is not signed so or not for long enough.

    Args:
        database: Where it is.
        key: The online key.
        now: The present moment, in UTC.

    Returns:
        NextState: What was signed; None if there was nothing to do, or if there is no root.

    Raises:
        ConflictError: The root names another key.
        InvalidIndexError: What was signed before cannot be read.
        UnavailableError: The database does not answer.
    """
    with database.reading() as records:
        if not _is_due(records, now):
            return None
    with database.writing(_LOCK) as records:
        root = newest_root(records.signed.read)
        if root is None or not _is_due(records, now):
            return None
        if not may_sign(key, root):
            raise ConflictError(
                "The root does not say that this server's key signs the index: start it with the "
                "key that the newest root names."
            )
        return _sign(records, key, now)


def demand_fitting_key(database: Database, key: Ed25519PrivateKey) -> bool:
    """Say whether there is a root; if there is, it names the key.

    Raises:
        CannotServeError: It does not.
    """
    with database.reading() as records:
        root = newest_root(records.signed.read)
    if root is not None and not may_sign(key, root):
        raise CannotServeError(
            "the root does not say that this key signs the index",
            "give the online key that the root names",
            "or name this one in a new root: 'cpt registry root', then 'cpt registry use-root'",
        )
    return root is not None


def _is_due(records: Records, now: dt.datetime) -> bool:
    last = last_state(records.signed.read)
    if last is None:
        return records.signed.read(root_path(1)) is not None
    return last.expires - now < _RENEWED_BEFORE or bool(records.packages.unsigned(1))


def _sign(records: Records, key: Ed25519PrivateKey, now: dt.datetime) -> NextState:
    read = records.signed.read
    last = last_state(read)
    # Every bin is looked at with a new key, and when nothing but time has passed: so each is signed
    # anew long before it expires.
    everything = (
        last is None or keyid_of(key) not in last.signed_by or last.expires - now < _RENEWED_BEFORE
    )
    unsigned = records.packages.unsigned(None if last is None else _AT_ONCE)
    by_bin: dict[str, dict[str, bytes]] = {}
    for path, data in _changed(records, unsigned).items():
        by_bin.setdefault(bin_of(path), {})[path] = data
    superseded: list[str] = []

    def covered(role: str, before: Covered) -> Covered:
        after = dict(before)
        for path, data in by_bin.get(role, {}).items():
            file = target(path, data)
            old = before.get(path)
            if old != file:
                superseded.extend([] if old is None else [copy_of(old)])
                records.signed.write(copy_of(file), data)
                after[path] = file
        return after

    state = next_state(
        read,
        key,
        covered,
        bins=every_bin() if everything else tuple(by_bin),
        now=now.replace(microsecond=0),
    )
    for path, data in state.files.items():
        records.signed.write(path, data)
    for package in unsigned:
        records.packages.set_signed(package)
    records.signed.supersede([*superseded, *sorted(state.replaced)], _text(now))
    records.signed.take_away(_text(now - _READING_TAKES))
    return state


def _changed(records: Records, unsigned: tuple[Unsigned, ...]) -> dict[str, bytes]:
    """The files of the index that are to be signed, as they are now; some may be as they were."""
    changed: dict[str, bytes] = {}
    is_first = not records.signed.read(TIMESTAMP)
    if is_first or any(package.is_noticed for package in unsigned):
        changed[NOTICES_PATH] = notices_text(records.packages.all_notices()).encode()
    for package in unsigned:
        text = records.packages.index(package.name)
        if text is not None:
            changed[index_path(package.name)] = text.encode()
    if is_first or any(not package.signed for package in unsigned):
        changed[NAMES_PATH] = names_bytes(records.packages.names())
    return changed


def _text(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class Signer:
    """Keeps the index signed, in a thread of its own, and at once when somebody waits for it.

    Those who come while a state is signed are signed together, by the next one.
    """

    def __init__(self, database: Database, key: Ed25519PrivateKey) -> None:
        """Take where the index is, and the online key, and begin."""
        self._database = database
        self._key = key
        self._lock = Lock()
        self._asked = Event()
        self._stopped = Event()
        self._waiting: list[Future[None]] = []
        self._failure: str | None = None
        self._thread = Thread(target=self._work, name="signing", daemon=True)
        self._thread.start()

    def signed(self) -> Future[None]:
        """Return what is done when the index is signed as it is now.

        It is done, too, when the index cannot be signed: that is tried again, and is no failure of
        whoever waits.
        """
        future = Future[None]()
        with self._lock:
            self._waiting.append(future)
        self._asked.set()
        return future

    def stop(self) -> None:
        """Sign no more; what is being signed is signed first."""
        self._stopped.set()
        self._asked.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._stopped.is_set():
            # As long as it fails, nobody can hurry it, and nobody has to wait for it.
            patience = LOOKS_EVERY if self._failure is None else _AFTER_FAILURE
            (self._asked if self._failure is None else self._stopped).wait(patience)
            self._asked.clear()
            with self._lock:
                waiting, self._waiting = self._waiting, []
            self._sign()
            for future in waiting:
                if future.set_running_or_notify_cancel():
                    future.set_result(None)

    def _sign(self) -> None:
        try:
            keep_signed(self._database, self._key, dt.datetime.now(dt.UTC))
            self._failure = None
        except Exception as error:  # noqa: BLE001  whatever it is, a later look may succeed
            if str(error) != self._failure:
                _log.exception("the index cannot be signed; it is tried again")
            self._failure = str(error)
