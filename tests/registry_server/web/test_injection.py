"""Whatever a stranger writes, in whichever field, no page runs it, obeys it, or fetches for it.

Every text of every resource that may hold an attack holds it here; and every page and file that
shows something of a package is read as a browser would read it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from pydantic import ValidationError

from package_format.index import blob_path, index_path
from package_format.kinds.model import Model
from package_format.package import Package, Resource
from tests.registry_server.conftest import Asked, example, published, retold, with_documents

ATTACKS = {
    "script": "<script>alert(1)</script>",
    "attribute": "\"'><img src=x onerror=alert(1)>",
    "svg": "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "style": "</style><style>*{background:url(https://elsewhere.example/x)}</style>",
    "frame": "<iframe srcdoc='<script>alert(1)</script>'></iframe><base href=//elsewhere.example>",
    "markdown": "[x](javascript:alert(1)) ![x](https://elsewhere.example/x.png)",
    "cdata": "]]><script>alert(1)</script><!--",
    "template": "{% raw %}{{ 7 * 191 }}{% endraw %}",
}
DANGEROUS = {
    "applet", "audio", "base", "embed", "iframe", "math", "object", "script", "style", "svg",
    "template", "video",
}  # fmt: skip
WEBINAR = "/packages/acme/webinar-follow-up"
SHOWN = (
    "/",
    "/search?q={attack}&publisher={attack}&category={attack}",
    "/search?q=acme",
    "/new",
    "/categories/events",
    "/publishers/acme",
    WEBINAR,
    WEBINAR + "/1.0.0",
    WEBINAR + "/versions",
    WEBINAR + "/compare",
    WEBINAR + "/compare?from={attack}&to={attack}",
    "/packages/acme/{attack}",
    "/publishers/{attack}",
    "/categories/{attack}",
    "/{attack}",
    "/status",
)


class Reader(HTMLParser):
    """Reads a page as a browser does, and notes what could hurt."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in DANGEROUS:
            self.wrong.append(f"<{tag}>")
        for name, value in attrs:
            text = (value or "").strip().lower()
            if name.startswith("on") or name in ("style", "srcdoc", "formaction"):
                self.wrong.append(f"{tag} {name}")
            if name in ("href", "src", "action") and text.startswith(("javascript:", "data:")):
                self.wrong.append(f"{tag} {name}={text}")
            if name in ("src", "srcset", "action") and not text.startswith("/"):
                self.wrong.append(f"{tag} {name}={text}")


def attacked(model: Model, attack: str) -> Model:
    """A model with the attack in every text of its own that may hold it."""
    for name, value in model:
        if isinstance(value, str):
            key = type(model).model_fields[name].alias or name
            try:
                model = type(model).model_validate({**model.canonical(), key: attack})
            except ValidationError:
                continue
    return model


def hostile(package: Package, attack: str) -> Package:
    """A package that says the attack wherever it may."""
    resources = {
        resource.address: Resource(resource.kind, resource.key, attacked(resource.model, attack))
        for resource in package.resources.values()
    }
    parameters = {
        key: parameter.model_copy(update={"title": attack, "description": attack})
        for key, parameter in package.manifest.parameters.items()
    }
    manifest = package.manifest.model_copy(update={"parameters": parameters})
    told = replace(package, resources=resources, manifest=manifest)
    told = retold(told, title=attack, summary=attack, license=attack, keywords=(attack,))
    version = package.manifest.version
    documents = {
        "README.md": f"# {attack}\n\n{attack} {version}\n\n> {attack}\n".encode(),
        "CHANGELOG.md": f"## 2.0.0\n\n{attack}\n\n## 1.0.0\n\n{attack}\n".encode(),
        "media/evil.svg": attack.encode(),
    }
    return with_documents(told, documents)


@pytest.fixture(scope="module", params=ATTACKS)
def ask(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Asked:
    root = tmp_path_factory.mktemp("hostile")
    attack = ATTACKS[request.param]
    for name in ("webinar-follow-up/1.0.0", "webinar-follow-up/2.0.0", "holiday-promotion"):
        published(root, hostile(example(name), attack))
    asked = Asked(root)
    asked.attack = attack
    return asked


@pytest.mark.parametrize("path", [*SHOWN, "/packages/acme/holiday-promotion"])
def test_no_page_holds_anything_that_runs_or_fetches(ask: Asked, path: str) -> None:
    answer = ask(path.replace("{attack}", ask.attack.replace("/", "%2F").replace("%}", "%25}")))
    assert answer.status_code in (200, 404)
    reader = Reader()
    reader.feed(answer.text)
    assert reader.wrong == []
    assert "1337" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/feed.atom",
        "/publishers/acme/feed.atom",
        WEBINAR + "/feed.atom",
        WEBINAR + "/badge.svg",
        WEBINAR + "/2.0.0/campaigns/follow-up.svg",
        WEBINAR + "/compare/follow-up.svg",
        "/sitemaps/1.xml",
    ],
)
def test_no_feed_and_no_picture_is_broken_or_holds_anything_that_runs(
    ask: Asked, path: str
) -> None:
    answer = ask(path)
    elements = list(ET.fromstring(answer.content).iter())  # noqa: S314  it is our own
    names = {element.tag.rpartition("}")[2] for element in elements}
    assert not names & {"script", "foreignObject", "iframe", "image", "use", "a"}
    assert not [name for element in elements for name in element.attrib if name.startswith("on")]
    for element in elements:
        if element.tag.endswith("content"):
            reader = Reader()
            reader.feed(element.text or "")
            assert reader.wrong == []


@pytest.mark.parametrize("path", ["/", WEBINAR, "/packages/acme/holiday-promotion"])
def test_what_was_written_is_shown_as_it_was_written(ask: Asked, path: str) -> None:
    answer = ask(path)
    assert answer.status_code == 200
    assert ask.attack in unescape(answer.text)


def test_the_reader_finds_what_could_hurt() -> None:
    for attack in ("script", "attribute", "svg", "style", "frame"):
        reader = Reader()
        reader.feed(ATTACKS[attack])
        assert reader.wrong, attack


def test_a_picture_that_is_a_program_is_not_given_out(ask: Asked) -> None:
    assert ask(WEBINAR + "/2.0.0/media/evil.svg").status_code == 404


# --- paths ----------------------------------------------------------------------------------------

TRAVERSALS = (
    "../../../../etc/passwd",
    "..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/secret",
    "....//....//secret",
    "..%5c..%5csecret",
    "%00",
    "secret%00.jsonl",
    "/etc/passwd",
    ".lock",
    "~",
)


def addresses() -> Iterator[str]:
    """Every address with a name in it, and a traversal in that name's place."""
    for bad in TRAVERSALS:
        yield from (
            f"/index/{bad}.jsonl",
            f"/index/acme/{bad}.jsonl",
            f"/index/{bad}/lifecycle-tags.jsonl",
            f"/blobs/sha256/{bad}/{bad}.cpt",
            f"/blobs/{bad}",
            f"/packages/{bad}",
            f"/packages/acme/{bad}",
            f"/packages/{bad}/{bad}/feed.atom",
            f"/packages/acme/{bad}/badge.svg",
            f"/packages/acme/lifecycle-tags/{bad}",
            f"/packages/acme/lifecycle-tags/1.0.0/media/{bad}",
            f"/packages/acme/lifecycle-tags/1.0.0/campaigns/{bad}.svg",
            f"/packages/acme/lifecycle-tags/compare?from={bad}",
            f"/packages/acme/lifecycle-tags/compare/{bad}.svg",
            f"/publishers/{bad}",
            f"/publishers/{bad}/feed.atom",
            f"/categories/{bad}",
            f"/sitemaps/{bad}.xml",
            f"/{bad}",
        )


def test_no_address_leads_out_of_the_tree_or_to_what_is_not_published(
    tmp_path: Path, tags: Package
) -> None:
    root = tmp_path / "registry"
    root.mkdir()
    published(root, tags)
    (tmp_path / "secret").write_text("root:x:0:0")
    (root / ".lock").write_text("root:x:0:0")
    (root / "index/acme/.lock").write_text("root:x:0:0")
    ask = Asked(root)
    for address in addresses():
        answer = ask(address)
        assert answer.status_code == 404, address
        assert "root:" not in answer.text, address


# --- trees that are damaged or made to hurt -------------------------------------------------------

DAMAGES = {
    "an index of garbage": lambda root, line: (root / index_path(line.name)).write_text("garbage"),
    "an index of bytes": lambda root, line: (root / index_path(line.name)).write_bytes(b"\xff\xfe"),
    "an index of brackets": lambda root, line: (root / index_path(line.name)).write_text(
        "[" * 50_000
    ),
    "an archive of garbage": lambda root, line: (root / blob_path(line.digest)).write_bytes(b"x"),
    "no archive": lambda root, line: (root / blob_path(line.digest)).unlink(),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_tree_never_takes_a_list_down_and_its_own_page_says_who_must_act(
    tmp_path: Path, tags: Package, damage: str
) -> None:
    line, _ = published(tmp_path, tags, retold(tags, name="acme/good"))
    DAMAGES[damage](tmp_path, line)
    ask = Asked(tmp_path)
    lists = ("/", "/search", "/new", "/categories/lifecycle", "/publishers/acme", "/status")
    for path in (*lists, "/publishers", "/feed.atom", "/sitemap.xml", "/packages/acme/good"):
        assert ask(path).status_code == 200, path
    answer = ask(f"/packages/{line.name}")
    assert answer.status_code == 500
    assert "Whoever runs this registry has to restore it" in answer.text
