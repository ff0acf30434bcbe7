"""The client against a real host that misbehaves: it goes on, waits, gives up, and says so."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from cpt.errors import DamagedRegistryError, OfflineError, RegistryError
from cpt.registries.cache import Cache
from cpt.registries.directory import DirectoryRegistry
from cpt.registries.http import HttpRegistry
from cpt.registries.transport import Transport
from package_format.index import IndexLine, blob_path, index_path
from tests.cpt.registries.conftest import publish
from tests.cpt.registries.misbehaving import (
    Handler,
    Host,
    Misdeed,
    answer,
    drop_after,
    hosting,
    stall_after,
    without_length,
)

TAGS, WEBINAR = "acme/lifecycle-tags", "acme/webinar-follow-up"


@pytest.fixture
def host(tree: Path) -> Iterator[Host]:
    with hosting(tree) as running:
        yield running


class Client:
    """Makes registries that are one command each, sharing a cache, and remembers their waits."""

    def __init__(self, host: Host, cache: Cache) -> None:
        self._host = host
        self.cache = cache
        self.waits: list[float] = []
        self.told: list[str] = []

    def __call__(self, *, offline: bool = False) -> HttpRegistry:
        return HttpRegistry(
            self._host.address,
            cache=self.cache,
            offline=offline,
            say=self.told.append,
            sleep=self.waits.append,
        )


@pytest.fixture
def client(host: Host, tmp_path: Path) -> Client:
    return Client(host, Cache(tmp_path / "cache"))


def line(tree: Path, name: str = WEBINAR) -> IndexLine:
    return DirectoryRegistry(tree).versions(name)[0]


def blob(tree: Path, name: str = WEBINAR) -> tuple[str, str, bytes]:
    """A version's digest, the path of its archive, and the archive."""
    digest = line(tree, name).digest
    return digest, blob_path(digest), (tree / blob_path(digest)).read_bytes()


# --- broken downloads -----------------------------------------------------------------------------


def test_a_download_that_breaks_off_goes_on_where_it_was(
    host: Host, tree: Path, client: Client
) -> None:
    digest, path, data = blob(tree)
    host.does(path, drop_after(1000), drop_after(500))
    assert client().fetch(digest) == data
    ranges = [each.headers.get("range") for each in host.asked if each.path == f"/{path}"]
    assert ranges == [None, "bytes=1000-", "bytes=1500-"]
    first, second = client.waits
    assert 0.125 <= first <= 0.375
    assert 0.25 <= second <= 0.75


def test_the_next_command_goes_on_where_the_last_one_gave_up(
    host: Host, tree: Path, client: Client
) -> None:
    digest, path, data = blob(tree)
    host.does(path, *[drop_after(100)] * 4)
    with pytest.raises(RegistryError, match=r"the connection to the .* breaks off:") as error:
        client().fetch(digest)
    assert "what has come of an archive is kept" in error.value.help[0]
    host.asked.clear()
    assert client().fetch(digest) == data
    assert host.asked[-1].headers["range"] == "bytes=400-"
    assert client.cache.begun(digest) == b""


def test_a_host_that_knows_no_parts_sends_all_of_it_again(
    host: Host, tree: Path, client: Client
) -> None:
    host.ranges = False
    digest, path, data = blob(tree)
    host.does(path, drop_after(1000))
    assert client().fetch(digest) == data


@pytest.mark.parametrize(
    "misdeed",
    [
        answer(206, b"x" * 10),
        answer(206, b"x" * 10, Content_Range="bytes 7-16/17"),
        answer(416),
    ],
)
def test_another_part_than_the_one_asked_for_is_not_taken(
    host: Host, tree: Path, client: Client, misdeed: object
) -> None:
    digest, path, data = blob(tree)
    host.does(path, drop_after(1000), misdeed)  # type: ignore[arg-type]
    assert client().fetch(digest) == data


def test_what_was_begun_of_something_else_is_thrown_away(tree: Path, client: Client) -> None:
    digest, _, data = blob(tree)
    client.cache.keep_begun(digest, b"something else")
    assert client().fetch(digest) == data
    client.cache.keep_begun(digest, data + b"and more")
    assert client().fetch(digest) == data


def test_an_archive_that_changed_between_two_parts_of_it_is_downloaded_anew(
    host: Host, tree: Path, client: Client
) -> None:
    digest, path, data = blob(tree)
    begin, end = 1000, len(data) - 1
    other = answer(206, b"x" * (end - begin + 1), Content_Range=f"bytes {begin}-{end}/{end + 1}")
    host.does(path, drop_after(begin), other)
    assert client().fetch(digest) == data
    host.does(path, *[drop_after(begin), other] * 2)
    with pytest.raises(DamagedRegistryError, match="sent something else than the archive"):
        HttpRegistry(host.address, sleep=lambda _: None).fetch(digest)  # and not for ever


@pytest.mark.parametrize("length", [1, 100_000_000])
def test_a_lie_about_the_length_of_an_archive_is_not_believed(
    host: Host, tree: Path, client: Client, length: int
) -> None:
    digest, path, data = blob(tree)
    host.always[f"/{path}"] = answer(200, data, length=length)
    with pytest.raises(RegistryError):
        client().fetch(digest)
    host.always.clear()
    assert client().fetch(digest) == data


def test_an_archive_cut_off_silently_is_not_taken(host: Host, tree: Path, client: Client) -> None:
    digest, path, data = blob(tree)
    host.does(path, without_length(data[:-1]))
    with pytest.raises(DamagedRegistryError, match="sent something else than the archive"):
        client().fetch(digest)
    assert not client.cache.has_archive(digest)


def test_an_archive_larger_than_its_line_says_is_cut_off(
    host: Host, tree: Path, client: Client
) -> None:
    digest, path, data = blob(tree)
    host.does(path, answer(200, data + b"x" * 1_000_000))
    with pytest.raises(DamagedRegistryError, match=f"more than {len(data)} bytes"):
        client().fetch(digest, limit=len(data))


# --- a host that has enough -----------------------------------------------------------------------


def test_a_host_that_asks_for_patience_gets_it(host: Host, tree: Path, client: Client) -> None:
    host.does(index_path(TAGS), answer(429, Retry_After="7"), answer(503))
    assert client().versions(TAGS) == DirectoryRegistry(tree).versions(TAGS)
    assert client.waits[0] == 7
    assert client.waits[1] < 1
    (told,) = client.told
    assert told.endswith("answered 429 Too Many Requests; it is asked again in 7 s")


def test_a_host_that_asks_for_an_hour_is_given_up_at_once(host: Host, client: Client) -> None:
    host.does(index_path(TAGS), answer(429, Retry_After="3600"))
    with pytest.raises(RegistryError, match="answered 429 Too Many Requests") as error:
        client().versions(TAGS)
    assert client.waits == []
    assert any("Retry-After: 3600" in line for line in error.value.help)


def test_a_host_that_always_fails_is_given_up_after_four_times(host: Host, client: Client) -> None:
    host.always[f"/{index_path(TAGS)}"] = answer(503)
    with pytest.raises(RegistryError, match="answered 503"):
        client().versions(TAGS)
    assert host.paths().count(f"/{index_path(TAGS)}") == 4
    assert len(client.waits) == 3


def test_what_is_refused_for_good_is_not_asked_for_again(host: Host, client: Client) -> None:
    host.does(index_path(TAGS), answer(403))
    with pytest.raises(RegistryError, match="answered 403"):
        client().versions(TAGS)
    assert client.waits == []


def test_a_failure_in_the_middle_of_a_download_keeps_what_came(
    host: Host, tree: Path, client: Client
) -> None:
    digest, path, data = blob(tree)
    host.does(path, drop_after(1000), answer(503, b"busy"), answer(429, Retry_After="1"))
    assert client().fetch(digest) == data
    assert host.asked[-1].headers["range"] == "bytes=1000-"


# --- the cache ------------------------------------------------------------------------------------


def test_what_did_not_change_is_asked_for_with_its_etag(host: Host, client: Client) -> None:
    first = client().versions(TAGS)
    host.asked.clear()
    assert client().versions(TAGS) == first
    assert all("if-none-match" in each.headers for each in host.asked)


def test_a_host_without_etags_is_asked_for_everything(host: Host, client: Client) -> None:
    host.etags = False
    client().versions(TAGS)
    host.asked.clear()
    client().versions(TAGS)
    assert not any("if-none-match" in each.headers for each in host.asked)


def test_an_etag_that_stays_while_the_file_changes_does_not_hide_the_change(
    host: Host, tree: Path, client: Client
) -> None:
    path = index_path(WEBINAR)
    before = (tree / path).read_bytes()
    host.does(path, answer(200, before, ETag='"always the same"'))
    assert len(client().versions(WEBINAR)) == 1
    publish(tree, "webinar-follow-up/2.0.0")
    host.does(path, answer(200, (tree / path).read_bytes(), ETag='"always the same"'))
    assert len(client().versions(WEBINAR)) == 2


def test_an_archive_is_downloaded_once(host: Host, tree: Path, client: Client) -> None:
    digest, path, data = blob(tree)
    assert client().fetch(digest) == client().fetch(digest) == data
    assert host.paths().count(f"/{path}") == 1


def test_an_archive_that_was_damaged_in_the_cache_is_downloaded_again(
    tree: Path, client: Client
) -> None:
    digest, path, data = blob(tree)
    client().fetch(digest)
    place = client.cache.root / path
    for harm in (data[:-1] + b"\0", data[:100], b""):
        place.write_bytes(harm)
        assert client().fetch(digest) == data
        assert place.read_bytes() == data


@pytest.mark.parametrize("harm", [b"", b"x", b"{}\n", b"[]\nx", b'{"etag": 1, "sha256": "x"}\nx'])
def test_a_file_that_was_damaged_in_the_cache_is_asked_for_again(
    host: Host, client: Client, harm: bytes
) -> None:
    first = client().versions(TAGS)
    (place,) = client.cache.root.rglob("lifecycle-tags.jsonl")
    whole = place.read_bytes()
    place.write_bytes(harm or whole[:-1])
    assert client().versions(TAGS) == first
    assert "if-none-match" not in host.asked[-1].headers
    assert place.read_bytes() == whole


def test_a_cache_that_cannot_be_written_is_no_reason_to_fail(
    host: Host, tree: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    client = Client(host, Cache(tmp_path / "file" / "cache"))
    digest, _, data = blob(tree)
    assert client().versions(TAGS)
    assert client().fetch(digest) == data


def test_two_registries_do_not_share_files(host: Host, client: Client) -> None:
    client().versions(TAGS)
    cached = Cache(client.cache.root)
    assert cached.file(host.address, index_path(TAGS)) is not None
    assert cached.file(host.address + "/other", index_path(TAGS)) is None


def test_many_at_once_share_one_cache(tree: Path, client: Client) -> None:
    digest, _, data = blob(tree)
    said: list[object] = []

    def command() -> None:
        registry = client()
        said.append((registry.versions(TAGS), registry.fetch(digest)))

    threads = [threading.Thread(target=command) for _ in range(12)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert said == [(DirectoryRegistry(tree).versions(TAGS), data)] * 12
    assert not [path for path in client.cache.root.rglob(".*") if path.is_file()]


# --- without the network --------------------------------------------------------------------------


def test_offline_everything_comes_from_the_cache(host: Host, tree: Path, client: Client) -> None:
    digest, _, data = blob(tree)
    lines = client().versions(WEBINAR)
    client().fetch(digest)
    host.asked.clear()
    assert client(offline=True).versions(WEBINAR) == lines
    assert client(offline=True).fetch(digest) == data
    client(offline=True).prepare(lines)
    assert host.asked == []


def test_offline_what_was_never_read_is_said_in_a_sentence(
    host: Host, tree: Path, client: Client
) -> None:
    client().versions(WEBINAR)
    with pytest.raises(OfflineError) as error:
        client(offline=True).versions(TAGS)
    assert str(error.value) == (
        f"index/{TAGS}.jsonl of {host.address} was never read on this machine, and cpt is offline"
    )
    assert error.value.help == ("do it once without --offline (and without CPT_OFFLINE)",)
    with pytest.raises(OfflineError, match="was never read"):
        client(offline=True).fetch(blob(tree)[0])


def test_what_the_registry_no_longer_has_is_not_there_offline_either(
    tree: Path, client: Client
) -> None:
    client().versions(TAGS)
    (tree / index_path(TAGS)).unlink()
    assert client().versions(TAGS) == ()
    with pytest.raises(OfflineError):
        client(offline=True).versions(TAGS)


# --- many at a time -------------------------------------------------------------------------------


def test_several_archives_are_downloaded_before_they_are_asked_for(
    host: Host, tree: Path, client: Client
) -> None:
    publish(tree, "webinar-follow-up/2.0.0")
    lines = (*client().versions(TAGS), *client().versions(WEBINAR))
    client().prepare(lines)
    host.asked.clear()
    for each in lines:
        assert client().fetch(each.digest) == (tree / blob_path(each.digest)).read_bytes()
    assert host.asked == []


def test_the_bytes_that_come_are_told_and_add_up(host: Host, tree: Path, tmp_path: Path) -> None:
    lines = (line(tree, TAGS), line(tree, WEBINAR))
    host.does(blob_path(lines[1].digest), drop_after(1000))
    told: list[object] = []

    @contextlib.contextmanager
    def progress(archives: int, size: int) -> Iterator[object]:
        told.append((archives, size))
        yield came.append

    came: list[int] = []
    registry = HttpRegistry(
        host.address,
        cache=Cache(tmp_path / "other"),
        progress=progress,  # type: ignore[arg-type]
        sleep=lambda _: None,
    )
    registry.prepare(lines)
    assert told == [(2, lines[0].size + lines[1].size)]
    assert sum(came) == lines[0].size + lines[1].size


def test_one_that_fails_ends_them_all_with_its_sentence(tree: Path, client: Client) -> None:
    lines = (line(tree, TAGS), line(tree, WEBINAR))
    (tree / blob_path(lines[0].digest)).unlink()
    with pytest.raises(DamagedRegistryError, match="does not hold"):
        client().prepare(lines)


def test_a_connection_that_comes_about_too_late_is_hung_up(host: Host) -> None:
    for _ in range(20):
        with pytest.raises(RegistryError, match="does not answer in time"):
            Transport(host.address, patience=0).file("config.json", 1000)


@pytest.mark.parametrize("other", [answer(429, Retry_After="50"), stall_after(100)])
def test_those_that_wait_wait_no_more_when_another_one_failed(
    host: Host, tree: Path, tmp_path: Path, other: Misdeed
) -> None:
    lines = (line(tree, TAGS), line(tree, WEBINAR))
    path = blob_path(lines[1].digest)
    host.always[f"/{path}"] = other

    def when_the_other_waits(handler: Handler, _: bytes) -> None:
        while f"/{path}" not in host.paths():
            time.sleep(0.01)
        time.sleep(0.3)
        handler.say(404, b"")

    host.does(blob_path(lines[0].digest), when_the_other_waits)
    cache = Cache(tmp_path / "other")
    registry = HttpRegistry(host.address, cache=cache)
    begun = time.monotonic()
    with pytest.raises(DamagedRegistryError, match="does not hold"):
        registry.prepare(lines)
    assert time.monotonic() - begun < 10
    came = 100 if "stall" in other.__qualname__ else 0
    assert len(cache.begun(lines[1].digest)) == came, "what came is kept"
    host.always.clear()
    assert registry.fetch(lines[1].digest) == (tree / path).read_bytes(), "it can still be asked"


class _Counting(httpx.MockTransport):
    """A carrier that answers when two ask at once, and counts the clients that hang up."""

    def __init__(self) -> None:
        both = threading.Barrier(2)

        def answer(_: httpx.Request) -> httpx.Response:
            both.wait(timeout=20)
            return httpx.Response(404)

        super().__init__(answer)
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


def test_each_thread_asks_with_a_client_of_its_own_and_all_hang_up_in_the_end() -> None:
    carrier = _Counting()
    used = [Transport("https://registry.example", carrier)]

    def ask() -> None:
        assert used[0].file("names.json", 10) is None

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert carrier.closed == 0
    used.clear()
    assert carrier.closed == 2
