"""Fuzzing: whatever a file holds, reading it ends soon, in little memory, without a crash.

Real files are mutated as fuzzers do it (cut, repeat, swap, put in what hurts), the same way on
every run. ``pytest --hypothesis-profile=search tests/package_format/fuzzing`` goes further.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from package_format.archive import build_archive, read_archive
from package_format.campaign.model import Campaign
from package_format.checks import check
from package_format.checks.markup import elements
from package_format.diagnostics import Diagnostics
from package_format.errors import PackageError
from package_format.folder import load_package
from package_format.kinds.email import Email
from package_format.manifest import Manifest
from package_format.messages import inlined, text_of
from package_format.source import Source, read_text, read_toml, read_yaml, validated, written
from package_format.source.front_matter import read_front_matter
from package_format.templates import (
    TemplateError,
    evaluate,
    from_legacy,
    read_install,
    read_message,
    render,
    to_legacy,
)

EXAMPLES = Path(__file__).parents[3] / "examples"
PACKAGE = EXAMPLES / "webinar-follow-up" / "2.0.0"
LONGEST = 5.0
"""Seconds that one input may take on a busy machine; most take a thousandth of it."""
MOST = 64 * 1024 * 1024
"""Bytes that one input may need."""

PIECES = st.sampled_from([
    "[", "]", "{", "}", "[[", "]]", "{{", "}}", "{%", "%}", "{#", "#}", ":", "- ", "\n", "\t", "  ",
    "'", '"', '"""', "&a ", "*a ", "!!str ", "<<: ", "? ", "| ", "> ", "---\n", "...\n", "\r", "\0",
    "\ue000", "\ue001", "\ufeff", "\u2028", "é", "😀", "0x1", "1e999", ".inf", "no", "null", "=",
    "#", "<", ">", "</", "<!--", "-->", "<!", "<![CDATA[", "&amp;", "&#0;", "~Contact.", "if",
    "endif",
    "contact.first_name", "parameters.x", "|", "default(", "[" * 200, "{" * 200, "a: " * 60,
    "(" * 200, "x" * 3000, "{{" * 100, "{% if x %}" * 60, "<a " * 300, "9" * 400,
])  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, seeds: list[str]) -> str:
    """A seed with a few mutations in it."""
    text = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(0, 5))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        match draw(st.sampled_from(["insert", "cut", "repeat", "replace", "truncate"])):
            case "insert":
                text = text[:start] + draw(PIECES) + text[start:]
            case "cut":
                text = text[:start] + text[end:]
            case "repeat":
                text = text[:start] + text[start:end] * draw(st.integers(2, 50)) + text[end:]
            case "replace":
                text = text[:start] + draw(PIECES) + text[end:]
            case _:
                text = text[:start]
    return text


@contextmanager
def bounded() -> Iterator[None]:
    """Fail when what is done here takes long or needs much."""
    tracemalloc.start()
    began = time.perf_counter()
    try:
        yield
        assert time.perf_counter() - began < LONGEST
        assert tracemalloc.get_traced_memory()[1] < MOST
    finally:
        tracemalloc.stop()


def seeds(pattern: str) -> list[str]:
    return [file.read_text("utf-8") for file in sorted(PACKAGE.glob(pattern))]


ONCE = settings(suppress_health_check=list(HealthCheck))


@ONCE
@given(mutated(seeds("cpt.toml")))
def test_a_manifest(text: str) -> None:
    with bounded():
        diagnostics = Diagnostics()
        node = read_toml(Source("cpt.toml", text), diagnostics)
        if node is None or validated(Manifest, written(node), diagnostics) is None:
            assert diagnostics.has_errors


@ONCE
@given(mutated(seeds("campaigns/*.yaml")))
def test_yaml(text: str) -> None:
    with bounded():
        diagnostics = Diagnostics()
        node = read_yaml(text, "a.yaml", diagnostics)
        if node is None or validated(Campaign, written(node), diagnostics) is None:
            assert diagnostics.has_errors
        for found in diagnostics:
            assert found.span is not None
            assert 1 <= found.span.line <= text.count("\n") + 1


@ONCE
@given(mutated(seeds("emails/*.html")))
def test_front_matter(text: str) -> None:
    with bounded():
        diagnostics = Diagnostics()
        node = read_front_matter(Source("a.html", text), diagnostics)
        if node is None or validated(Email, written(node), diagnostics) is None:
            assert diagnostics.has_errors


@ONCE
@given(mutated(seeds("emails/*.html")))
def test_templates_and_html(text: str) -> None:
    with bounded():
        message = read_message(text)
        install = read_install(text)
        for problem in (*message.problems, *install.problems):
            assert 0 <= problem.start <= problem.end <= len(text) + 2
        try:
            evaluate(text, {"sender": "{{ contact.x }}"})
            html = render(text, {"first_name": "<b>"}, html=True)
        except TemplateError:
            html = text
        elements(text)
        text_of(html)
        inlined(f"<style>p {{ color: red }}</style>{html}")
        to_legacy(from_legacy(text))


@ONCE
@given(st.binary(max_size=200))
def test_bytes_that_are_no_text(data: bytes) -> None:
    with bounded():
        diagnostics = Diagnostics()
        assert (read_text(data, "a.yaml", diagnostics) is None) is diagnostics.has_errors


def _archive() -> bytes:
    package = load_package(PACKAGE).package
    assert package is not None
    return build_archive(package).data


@pytest.fixture(scope="module")
def archive() -> bytes:
    return _archive()


@ONCE
@given(data=st.data())
def test_archives(archive: bytes, data: st.DataObject) -> None:
    broken = bytearray(archive)
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(broken) - 1))
        broken[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    with bounded(), suppress(PackageError):
        package, _ = read_archive(bytes(broken))
        check(package)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_whole_package(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    files = {
        file.relative_to(PACKAGE): file.read_text("utf-8")
        for file in sorted(PACKAGE.rglob("*"))
        if file.suffix in (".toml", ".yaml", ".html")
    }
    folder = tmp_path_factory.mktemp("fuzzed")
    for name in data.draw(st.sets(st.sampled_from(sorted(files)), max_size=4)):
        files[name] = data.draw(mutated([files[name]]))
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8", errors="replace")
    with bounded():
        loaded = load_package(folder)
        if loaded.readable is not None:
            check(loaded.readable, {}, loaded.unread)
        assert (loaded.package is None) is loaded.diagnostics.has_errors
