"""What blobs promise, wherever they are kept."""

import datetime as dt
import threading
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from package_format.index import blob_path
from registry_server.blobs.directory import DirectoryBlobs
from registry_server.blobs.opening import open_blobs
from registry_server.blobs.port import Blobs
from registry_server.blobs.s3 import S3Blobs
from registry_server.errors import CannotServeError, DamagedTreeError, UnavailableError
from tests.storage import Storage

DATA = b"an archive " * 1000
DIGEST = f"sha256:{sha256(DATA).hexdigest()}"


@pytest.fixture(params=["directory", "s3"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Blobs:
    if request.param == "directory":
        return open_blobs(str(tmp_path))
    storage: Storage = request.getfixturevalue("storage")
    for name, value in storage.environment.items():
        monkeypatch.setenv(name, value)
    return open_blobs(f"{storage.bucket()}/archives")


def test_an_archive_is_read_as_it_was_kept(blobs: Blobs) -> None:
    blobs.add(DIGEST, DATA)
    assert blobs.read(DIGEST) == DATA


def test_an_archive_that_is_there_stays_as_it_is(blobs: Blobs) -> None:
    blobs.add(DIGEST, DATA)
    blobs.add(DIGEST, b"something else")
    assert blobs.read(DIGEST) == DATA


def test_there_is_nothing_under_another_digest(blobs: Blobs) -> None:
    blobs.add(DIGEST, DATA)
    assert blobs.read("sha256:" + "0" * 64) is None
    assert blobs.file("sha256:" + "0" * 64) is None


def test_many_may_keep_the_same_at_once(blobs: Blobs) -> None:
    threads = [threading.Thread(target=blobs.add, args=(DIGEST, DATA)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert blobs.read(DIGEST) == DATA


def test_storage_that_is_there_is_ready(blobs: Blobs) -> None:
    blobs.ready()


def test_what_was_kept_before_a_moment_is_told_and_can_be_taken_away(blobs: Blobs) -> None:
    other = f"sha256:{sha256(b'other').hexdigest()}"
    blobs.add(DIGEST, DATA)
    blobs.add(other, b"other")
    now = dt.datetime.now(dt.UTC)
    assert list(blobs.kept_before(now - dt.timedelta(hours=1))) == []
    assert set(blobs.kept_before(now + dt.timedelta(hours=1))) == {DIGEST, other}
    blobs.take_away([other, "sha256:" + "0" * 64])
    assert list(blobs.kept_before(now + dt.timedelta(hours=1))) == [DIGEST]
    assert (blobs.has(DIGEST), blobs.has(other)) == (True, False)


# --- a directory ----------------------------------------------------------------------------------


def test_a_directory_has_the_layout_of_the_tree(tmp_path: Path) -> None:
    blobs = DirectoryBlobs(tmp_path)
    blobs.add(DIGEST, DATA)
    assert blobs.file(DIGEST) == tmp_path / blob_path(DIGEST)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [blobs.file(DIGEST)]


def test_a_directory_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("in the way")
    with pytest.raises(UnavailableError, match="cannot be kept"):
        DirectoryBlobs(tmp_path).add(DIGEST, DATA)


def test_a_link_that_leads_out_is_damage(tmp_path: Path) -> None:
    root, outside = tmp_path / "registry", tmp_path / "outside"
    path = root / blob_path(DIGEST)
    path.parent.mkdir(parents=True)
    outside.write_bytes(DATA)
    path.symlink_to(outside)
    with pytest.raises(DamagedTreeError, match="leads out"):
        DirectoryBlobs(root).read(DIGEST)


def test_what_was_never_brought_into_place_is_half_an_archive(tmp_path: Path) -> None:
    blobs = DirectoryBlobs(tmp_path)
    blobs.add(DIGEST, DATA)
    whole = tmp_path / blob_path(DIGEST)
    half = whole.with_name(f".{whole.name}.0123abcd")
    half.write_bytes(DATA[:100])
    foreign = whole.with_name("notes.txt")
    foreign.touch()
    later = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    assert blobs.halves(dt.datetime(2020, 1, 1, tzinfo=dt.UTC), take_away=True) == 0
    assert blobs.halves(later, take_away=False) == 1
    assert half.exists()
    assert blobs.halves(later, take_away=True) == 1
    assert (half.exists(), whole.exists(), foreign.exists()) == (False, True, True)


def test_a_directory_that_is_gone_is_not_ready(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError):
        DirectoryBlobs(tmp_path / "gone").ready()


# --- a bucket -------------------------------------------------------------------------------------


class Overloaded(BaseHTTPRequestHandler):
    """A storage that answers 503 for ever."""

    def _refuse(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(503)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_PUT = do_HEAD = _refuse  # noqa: N815  as they are called there

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  as it is called there
        pass


@pytest.fixture
def overloaded(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Blobs]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Overloaded)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("AWS_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.setenv("AWS_SKIP_SIGNATURE", "true")
    yield S3Blobs.at("s3://bucket", patience=0)
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_storage_that_answers_503_is_unavailable(overloaded: S3Blobs) -> None:
    with pytest.raises(UnavailableError, match="does not answer"):
        overloaded.add(DIGEST, DATA)
    with pytest.raises(UnavailableError, match="does not answer"):
        overloaded.read(DIGEST)
    with pytest.raises(UnavailableError, match="does not answer"):
        overloaded.ready()


@pytest.mark.parametrize("address", ["gs://bucket", "https://storage.example/bucket"])
def test_another_address_is_refused_with_what_one_looks_like(address: str) -> None:
    with pytest.raises(CannotServeError) as refused:
        open_blobs(address)
    assert "s3://" in refused.value.help[0]
