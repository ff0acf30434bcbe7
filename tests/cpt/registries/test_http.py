import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from cpt.errors import PublishRefusedError, RegistryError
from cpt.registries.cache import Cache
from cpt.registries.directory import DirectoryRegistry
from cpt.registries.http import HttpRegistry
from package_format.index import blob_path, index_path
from registry_server.app import create_app
from registry_server.trees.folder_tree import FolderTree
from tests.cpt.registries.conftest import publish, served

TAGS, WEBINAR = "acme/lifecycle-tags", "acme/webinar-follow-up"


class Application(httpx.BaseTransport):
    """Carries requests to the registry server without a socket, and remembers the answers."""

    def __init__(self, root: Path) -> None:
        self._app = create_app(FolderTree(root), "http://packages.test")
        self.answers: list[tuple[str, int]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        async def ask() -> httpx.Response:
            asked = httpx.Request(request.method, request.url, headers=request.headers)
            answer = await httpx.ASGITransport(self._app).handle_async_request(asked)
            content = await answer.aread()
            return httpx.Response(answer.status_code, headers=answer.headers, content=content)

        answer = asyncio.run(ask())
        self.answers.append((request.url.path, answer.status_code))
        return answer


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("registry")
    publish(root, "lifecycle-tags", "webinar-follow-up/1.0.0", "webinar-follow-up/2.0.0")
    return root


@pytest.fixture(scope="module")
def static_host(tree: Path) -> Iterator[str]:
    with served(tree) as address:
        yield address


def answering(
    answer: Callable[[httpx.Request], httpx.Response], cache: Cache | None = None
) -> HttpRegistry:
    """A registry whose host answers like this, and has a configuration."""

    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/config.json":
            return httpx.Response(200, json={"format": 1, "blobs": "blobs/"})
        return answer(request)

    carrier = httpx.MockTransport(handle)
    return HttpRegistry("http://packages.test", carrier, cache=cache, sleep=lambda _: None)


def saying(status: int, content: bytes = b"", **headers: str) -> HttpRegistry:
    return answering(lambda _: httpx.Response(status, content=content, headers=headers))


def test_a_tree_without_a_list_of_names_names_nothing() -> None:
    assert saying(404).names() == ()


def test_publishing_to_what_can_only_be_read_is_refused_with_what_to_do(static_host: str) -> None:
    with pytest.raises(PublishRefusedError, match="only be read") as refused:
        HttpRegistry(static_host).publish(b"", "2026-11-01T09:00:00Z")
    assert "without a server, which alone has a log" in refused.value.help[0]
    assert "cpt publish --registry DIR" in refused.value.help[1]


def test_the_address_is_that_of_the_folder_with_or_without_a_slash(tree: Path) -> None:
    assert HttpRegistry("http://packages.test/", Application(tree)).location == (
        "http://packages.test"
    )


# --- asking twice ---------------------------------------------------------------------------------


def test_one_command_sees_one_state_of_a_registry(tree: Path) -> None:
    host = Application(tree)
    registry = HttpRegistry("http://packages.test", host)
    assert registry.versions(TAGS) == registry.versions(TAGS)
    assert host.answers == [("/config.json", 200), (f"/{index_path(TAGS)}", 200)]


def test_what_did_not_change_is_not_sent_to_the_next_command(tree: Path, tmp_path: Path) -> None:
    host, cache = Application(tree), Cache(tmp_path)
    first = HttpRegistry("http://packages.test", host, cache=cache).versions(TAGS)
    host.answers.clear()
    assert HttpRegistry("http://packages.test", host, cache=cache).versions(TAGS) == first
    assert host.answers == [("/config.json", 304), (f"/{index_path(TAGS)}", 304)]


def test_what_changed_is_sent_again(tree: Path, tmp_path: Path) -> None:
    text = (tree / index_path(WEBINAR)).read_text().splitlines(keepends=True)
    answers = iter([text[0], "".join(text)])

    def answer(request: httpx.Request) -> httpx.Response:
        assert "If-None-Match" not in request.headers or request.headers["If-None-Match"] == '"1"'
        return httpx.Response(200, text=next(answers), headers={"ETag": '"1"'})

    for number in (1, 2):
        registry = answering(answer, Cache(tmp_path))
        assert len(registry.versions(WEBINAR)) == number


def test_archives_may_lie_elsewhere(tree: Path) -> None:
    line = DirectoryRegistry(tree).versions(TAGS)[0]
    asked = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        if request.url.path == "/tree/config.json":
            return httpx.Response(
                200, json={"format": 1, "blobs": "https://cdn.test/b/", "since": "later"}
            )
        return httpx.Response(200, content=(tree / blob_path(line.digest)).read_bytes())

    HttpRegistry("http://packages.test/tree", httpx.MockTransport(handle)).fetch(line.digest)
    assert asked[1] == f"https://cdn.test/b/{blob_path(line.digest).removeprefix('blobs/')}"


# --- when things go wrong -------------------------------------------------------------------------


def test_nobody_there_is_said_plainly() -> None:
    with pytest.raises(RegistryError, match=r"http://127\.0\.0\.1:9 cannot be reached") as error:
        HttpRegistry("http://127.0.0.1:9").versions(TAGS)
    assert error.value.help == ("check the address and the network",)


@pytest.mark.parametrize("address", ["ftp://packages.test", "http://[", "http://", "http://a b"])
def test_an_address_that_is_none_is_said_plainly(address: str) -> None:
    with pytest.raises(RegistryError, match="cannot be reached"):
        HttpRegistry(address).versions(TAGS)


def test_an_answer_that_takes_too_long_is_said_plainly() -> None:
    def late(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("", request=request)

    with pytest.raises(RegistryError, match="does not answer in time"):
        answering(late).versions(TAGS)


def test_a_connection_that_breaks_is_said_plainly() -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("", request=request)

    with pytest.raises(RegistryError, match="cannot be reached: ReadError"):
        answering(broken).versions(TAGS)


def test_going_round_in_circles_is_said_plainly() -> None:
    with pytest.raises(RegistryError, match="cannot be reached"):
        saying(302, location="/index/again").versions(TAGS)


def test_an_address_without_a_registry_is_said_to_be_one(static_host: str) -> None:
    for ask in (HttpRegistry.names, lambda r: r.versions(TAGS), lambda r: r.fetch("sha256:")):
        with pytest.raises(RegistryError, match=r"there is no registry at .*: it has no config"):
            ask(HttpRegistry(static_host + "/index"))


@pytest.mark.parametrize("config", [b"<html>", b"[]", b'{"format": "x"}', b'{"blobs": "b/"}'])
def test_a_configuration_that_is_none_is_garbage(config: bytes) -> None:
    host = httpx.MockTransport(lambda _: httpx.Response(200, content=config))
    with pytest.raises(RegistryError, match=r"unusable config\.json"):
        HttpRegistry("http://packages.test", host).names()


def test_a_registry_of_a_later_format_asks_for_a_newer_cpt() -> None:
    host = httpx.MockTransport(lambda _: httpx.Response(200, json={"format": 2}))
    with pytest.raises(RegistryError, match="has format 2, and this cpt knows format 1") as error:
        HttpRegistry("http://packages.test", host).names()
    assert error.value.help == ("use a newer cpt",)


@pytest.mark.parametrize("names", [b"{}", b'["a/b", 1]', b'["../../etc"]', b"\xff"])
def test_names_that_are_none_are_garbage(names: bytes) -> None:
    with pytest.raises(RegistryError, match=r"unusable index/names\.json"):
        saying(200, names).names()


@pytest.mark.parametrize("index", [b"<html>\n", b"{}\n", b"\xff\xfe", b"[" * 100_000])
def test_an_index_that_is_none_is_garbage(index: bytes) -> None:
    with pytest.raises(RegistryError, match=r"unusable index/acme/lifecycle-tags\.jsonl"):
        saying(200, index).versions(TAGS)


def test_an_index_of_another_package_is_garbage(tree: Path) -> None:
    other = (tree / index_path(WEBINAR)).read_bytes()
    with pytest.raises(RegistryError, match="lines of other packages than acme/lifecycle-tags"):
        saying(200, other).versions(TAGS)


def test_an_answer_without_end_is_cut_off() -> None:
    def endless(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=(b"x" * 1_000_000 for _ in range(10**9)))

    with pytest.raises(RegistryError, match="more than 16777216 bytes"):
        answering(endless).versions(TAGS)


def test_another_archive_than_the_one_asked_for_is_not_taken(tree: Path) -> None:
    registry = DirectoryRegistry(tree)
    one, other = registry.versions(WEBINAR)
    for content in (registry.fetch(one.digest), b"", b"<html>"):
        with pytest.raises(RegistryError, match="sent something else") as error:
            saying(200, content).fetch(other.digest)
        assert error.value.help[0].startswith("do not install it")


def test_a_problem_is_passed_on_in_the_registrys_words() -> None:
    problem = json.dumps({"detail": "The disk is full.\x1b[2J\n"}).encode()
    registry = saying(500, problem, **{"Content-Type": "application/problem+json"})
    with pytest.raises(RegistryError) as error:
        registry.versions(TAGS)
    assert str(error.value) == (
        "the registry at http://packages.test answered "
        "500 Internal Server Error: The disk is full. [2J "
    )


@pytest.mark.parametrize("content", [b"<html>", b"[]", b"{}", b'{"detail": null}'])
def test_a_failure_in_other_words_is_told_by_its_number(content: bytes) -> None:
    registry = saying(503, content, **{"Content-Type": "application/problem+json"})
    with pytest.raises(RegistryError, match="answered 503 Service Unavailable"):
        registry.versions(TAGS)


def test_a_304_that_nobody_asked_for_is_a_failure() -> None:
    with pytest.raises(RegistryError, match="answered 304"):
        saying(304).versions(TAGS)
