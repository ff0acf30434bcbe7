"""A PostgreSQL of the tests' own: made when the first test asks for it, on loopback, then gone.

Where there is none (`requirements/debian.txt` says what Debian calls it), its tests are skipped; in
CI that is a failure.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

_BINARIES = ("/usr/lib/postgresql/*/bin", "/usr/local/pgsql/bin", "/opt/homebrew/bin")
_QUICK = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "shared_buffers=32MB")
_STRICT = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "deadlock_timeout=100ms")

_ATTEMPTS = 3

_WATCH = 'cat; "$0/pg_ctl" stop --silent --mode=immediate --pgdata="$1/data"; rm -rf "$1" &'
"""Waits until nobody holds the other end of its input, however they ended; then clears up.

The server is gone when it ends. For its files, which are many, nobody waits.
"""


class Cluster:
    """A running PostgreSQL server.

    Attributes:
        url: A connection URI, up to the database's name.
    """

    def __init__(self, binaries: Path, folder: Path, *settings: str) -> None:
        """Make a server in a folder that is there and empty, and start it."""
        self._binaries, self._folder, self._settings = binaries, folder, settings
        self._user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
        if self._user is not None:
            who = pwd.getpwnam(self._user)
            os.chown(folder, who.pw_uid, who.pw_gid)
        self._numbers = count(1)
        quietly = ("--no-sync", "--auth=trust", "--username=cpt", "--encoding=UTF8")
        self._run("initdb", *quietly, "--no-locale", "--no-instructions")
        self._watch = subprocess.Popen(
            ["sh", "-c", _WATCH, str(binaries), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=self._user,
            cwd="/",
            start_new_session=True,  # Ctrl-C is for the tests, which may still need the server
        )
        for attempt in range(_ATTEMPTS):
            self._port = _free_port()
            try:
                self.start()
                break
            except RuntimeError:  # somebody else may have taken the port in between
                if attempt == _ATTEMPTS - 1:
                    raise
        self.url = f"postgresql://cpt@127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings = (*_QUICK, *_STRICT, f"port={self._port}", *self._settings)
        options = " ".join(f"-c {setting}" for setting in settings)
        self._run("pg_ctl", "start", "--wait", "--silent", "-o", options, "-l", self._log)

    def stop(self, how: str = "immediate") -> None:
        """Stop the server: ``immediate`` is a crash, ``fast`` tells its clients."""
        self._run("pg_ctl", "stop", "--wait", "--silent", f"--mode={how}")

    def remove(self) -> None:
        """Stop the server and remove all of it, as happens by itself if the tests are killed."""
        self._watch.communicate()

    def database(self, more: str = "") -> str:
        """Make an empty database and return its connection URI."""
        name = f"test_{next(self._numbers)}"
        self._administer(f"CREATE DATABASE {name} {more}")
        return f"{self.url}/{name}"

    @contextmanager
    def copied(self, database: str) -> Iterator[str]:
        """Copy a database in which nobody is, and let the copy go in the end."""
        name = database.rpartition("/")[2]
        copy = self.database(f"TEMPLATE {name} STRATEGY FILE_COPY")
        try:
            yield copy
        finally:
            self._administer(f"DROP DATABASE {copy.rpartition('/')[2]} WITH (FORCE)")

    def folder(self) -> Path:
        """Make an empty folder of the server's."""
        return Path(tempfile.mkdtemp(dir=self._folder))

    @contextmanager
    def tablespace(self, folder: Path) -> Iterator[str]:
        """Let databases lie in an empty folder, and let them go in the end."""
        if self._user is not None:
            shutil.chown(folder, self._user)
        name = f"space_{next(self._numbers)}"
        self._administer(f"CREATE TABLESPACE {name} LOCATION '{folder}'")
        try:
            yield name
        finally:
            for database in self._databases_in(name):
                self._administer(f"DROP DATABASE {database} WITH (FORCE)")
            self._administer(f"DROP TABLESPACE {name}")

    def _databases_in(self, tablespace: str) -> list[str]:
        query = (
            "SELECT datname FROM pg_database JOIN pg_tablespace "
            "ON pg_tablespace.oid = dattablespace WHERE spcname = %s"
        )
        with psycopg.connect(f"{self.url}/postgres") as connection:
            return [str(name) for (name,) in connection.execute(query, (tablespace,))]

    def _administer(self, statement: str) -> None:
        with psycopg.connect(f"{self.url}/postgres", autocommit=True) as connection:
            connection.execute(statement)

    @property
    def _log(self) -> str:
        return str(self._folder / "server.log")

    def _run(self, program: str, *arguments: str) -> None:
        command: Sequence[str] = (
            str(self._binaries / program),
            f"--pgdata={self._folder / 'data'}",
            *arguments,
        )
        done = subprocess.run(
            command, user=self._user, cwd="/", capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stdout}{done.stderr}")


@contextmanager
def cluster(*settings: str) -> Iterator[Cluster]:
    """Run a server of one's own; skip the test where there is no PostgreSQL, but fail in CI."""
    binaries = _binaries()
    if binaries is None:
        sentence = "there is no PostgreSQL here (Debian: apt-get install postgresql-15)"
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    made = Cluster(binaries, Path(tempfile.mkdtemp(prefix="cpt-postgres-")), *settings)
    try:
        yield made
    finally:
        made.remove()


def _binaries() -> Path | None:
    """Return the folder of the server's programs: those on the path, or the newest there are."""
    named = shutil.which("initdb")
    if named is not None:
        return Path(named).resolve().parent
    found = [
        path.parent
        for pattern in _BINARIES
        for path in Path("/").glob(f"{pattern.removeprefix('/')}/initdb")
    ]
    return max(found, key=str, default=None)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
