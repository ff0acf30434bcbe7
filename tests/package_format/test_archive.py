from __future__ import annotations

import io
import random
import sys
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from package_format import archive
from package_format.archive import (
    CONTENT_LIMIT,
    MEMBER_LIMIT,
    archive_of,
    build_archive,
    content_digest,
    digest_of,
    name_problem,
    read_archive,
)
from package_format.canonical import package_data
from package_format.errors import ArchiveError, DigestMismatchError
from package_format.kinds.email import Email
from package_format.kinds.tag import Tag
from package_format.manifest import Manifest, PackageTable
from package_format.package import Package, Resource
from package_format.parameters import Parameter, ParameterType
from package_format.references import Address
from package_format.upgrades.entry_data import read_entries

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


def package(**tags: str) -> Package:
    table = PackageTable(name="acme/x", version="1.0.0", title="X", summary="S", license="MIT")
    resources = [Resource("tag", key, Tag(name=name)) for key, name in sorted(tags.items())]
    email = Email(subject="Hi", from_="a@b.co", body="<p>Hi</p>")
    resources.append(Resource("email", "hi", email))
    scenario = {
        "title": "x",
        "starts": "2026-03-02T09:00:00",
        "story": [{"apply-tag": {"tag": "a"}}],
    }
    return Package(
        Manifest(package=table),
        {resource.address: resource for resource in resources},
        read_entries([{"moved": "tag/old", "to": "tag/a"}]),
        {"story": scenario},
        {"README.md": b"# X", "media/a.png": b"\x89PNG"},
    )


def packed(content: bytes) -> bytes:
    return zstd.compress(content)


def tar(members: Mapping[str, bytes]) -> bytes:
    """Pack members as archives have them, whatever their names are."""
    return tar_of(*((tarfile.TarInfo(name), data) for name, data in members.items()))


def tar_of(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for info, data in members:
            info.size = len(data) if info.isreg() else 0
            archive.addfile(info, io.BytesIO(data) if info.isreg() else None)
    return buffer.getvalue()


def special(kind: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo("README")
    info.type = kind
    info.linkname = "/etc/passwd" if kind in (tarfile.SYMTYPE, tarfile.LNKTYPE) else ""
    return info


GOOD = package_data(package(a="A"))


def test_a_package_comes_back_from_its_archive() -> None:
    made = build_archive(package(a="A", b="B"))
    read, digest = read_archive(made.data, made.digest)
    assert read == package(a="A", b="B")
    assert digest == made.digest
    assert made.size == len(made.data)


def test_parameters_come_back_in_the_order_in_which_owners_are_asked() -> None:
    asked = {
        "size": Parameter(type=ParameterType.STRING),
        "brand": Parameter(type=ParameterType.STRING, required=True),
    }
    manifest = package().manifest
    written = replace(package(), manifest=manifest.model_copy(update={"parameters": asked}))
    read, _ = read_archive(build_archive(written).data)
    assert list(read.manifest.parameters.items()) == list(asked.items())


def test_the_same_package_gives_the_same_bytes() -> None:
    assert build_archive(package(a="A", b="B")) == build_archive(package(b="B", a="A"))


def test_the_digest_is_the_same_on_every_machine() -> None:
    # a change here breaks every digest ever published
    assert build_archive(package(a="A")).digest == (
        "sha256:fe476df716d27f19e3520503c6b9f46c2d4356f5f087077ee30fb7db774513b2"
    )


def test_the_content_is_a_tar_archive_that_everybody_can_read() -> None:
    content = zstd.decompress(build_archive(package(a="A")).data)
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        infos = archive.getmembers()
        assert [info.name for info in infos] == sorted(GOOD)
        assert {(info.mtime, info.uid, info.gid, info.mode) for info in infos} == {(0, 0, 0, 0o644)}
    assert content == tar(GOOD)
    assert content_digest(content) == build_archive(package(a="A")).digest


_NAMES = st.from_regex(r"[a-zà-ÿ0-9_-]{1,12}(/[a-zà-ÿ0-9_-]{1,8}){0,3}", fullmatch=True)


@given(st.dictionaries(_NAMES.filter(lambda name: not name_problem(name)), st.binary()))
def test_headers_are_written_as_tarfile_writes_them(members: dict[str, bytes]) -> None:
    members |= {"large": bytes(70_000)}
    assert zstd.decompress(archive_of(members).data) == tar(dict(sorted(members.items())))


def test_another_archive_than_the_promised_one_is_refused() -> None:
    archive = build_archive(package(a="A"))
    with pytest.raises(DigestMismatchError, match="not what was promised"):
        read_archive(archive.data, "sha256:" + "0" * 64)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("/etc/passwd", "absolute"),
        ("C:/x", "absolute"),
        ("c:x", "absolute"),
        ("../x", "leads out"),
        ("media/../../x", "leads out"),
        ("./x", "leads out"),
        ("a//b", "leads out"),
        ("", "leads out"),
        ("a\\..\\b", "backslash"),
        ("media/CON.txt", "device"),
        ("nul", "device"),
        ("media/lpt1", "device"),
        ("COM¹.png", "device"),
        ("media/a.", "dot or a space"),
        ("media /a", "dot or a space"),
        ("media/a\x00b", "character"),
        ("media/a\nb", "character"),
        ("media/a:b", "character"),
        ("media/a?", "character"),
        ("media/e\u0301.png", "NFC"),
        ("media/" + "a" * 100, "longer"),
        ("media/\udcff", "UTF-8"),
    ],
)
def test_a_name_that_is_not_one_file_below_the_folder_everywhere_is_refused(
    name: str, problem: str
) -> None:
    assert problem in str(name_problem(name))


@pytest.mark.parametrize("name", ["README.md", "media/é 1.png", "media/console.png", "a/b/c..d"])
def test_an_ordinary_name_is_fine(name: str) -> None:
    assert name_problem(name) is None


def bomb() -> bytes:
    return packed(tar({**GOOD, "documents/media/x": bytes(32 * 1024 * 1024)}))


def endless() -> bytes:
    return packed(bytes(CONTENT_LIMIT + 1))


def _with(members: Mapping[str, bytes], **more: bytes) -> dict[str, bytes]:
    return dict(sorted({**members, **{n.replace("__", "/"): d for n, d in more.items()}}.items()))


def _without(name: str) -> dict[str, bytes]:
    return {member: data for member, data in GOOD.items() if member != name}


ABUSES: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "not a package archive"),
    "a zip": (lambda: b"PK\x03\x04", "not a package archive"),
    "not zstd": (lambda: b"\x28\xb5\x2f\xfd" + b"x" * 20, "damaged"),
    "cut off": (lambda: packed(tar(GOOD))[:-8], "incomplete"),
    "something behind": (lambda: packed(tar(GOOD)) + b"x", "behind the archive's end"),
    "a second frame": (lambda: packed(tar(GOOD)) * 2, "behind the archive's end"),
    "a bomb": (bomb, "as a bomb would"),
    "endless": (endless, "as a bomb would"),
    "no tar": (lambda: packed(b"x" * 512), "a header cannot be read"),
    "an empty content": (lambda: packed(b""), "incomplete"),
    "an empty tar": (lambda: packed(tar({})), "there is no manifest.json"),
    "a tar without end": (lambda: packed(tar(GOOD)[: 512 * 2]), "incomplete"),
    "a file cut off": (lambda: packed(tar({"a": b"x" * 600})[:1024]), "'a' is cut off"),
    "zeros missing": (lambda: packed(tar(GOOD)[:-512]), "canonical"),
    "behind the zeros": (lambda: packed(tar(GOOD)[:-1] + b"x"), "canonical"),
    "absolute": (lambda: packed(tar({"/etc/passwd": b"x"})), "absolute"),
    "parent": (lambda: packed(tar({"../x": b"x"})), "leads out"),
    "backslash": (lambda: packed(tar({"a\\..\\b": b"x"})), "backslash"),
    "a device's name": (lambda: packed(tar({"CON.txt": b"x"})), "device on Windows"),
    "a symbolic link": (lambda: packed(tar_of((special(tarfile.SYMTYPE), b""))), "is a link"),
    "a hard link": (lambda: packed(tar_of((special(tarfile.LNKTYPE), b""))), "is a link"),
    "a device": (lambda: packed(tar_of((special(tarfile.CHRTYPE), b""))), "not a plain file"),
    "a folder": (lambda: packed(tar_of((special(tarfile.DIRTYPE), b""))), "not a plain file"),
    "an extended header": (
        lambda: packed(tar_of((special(tarfile.XHDTYPE), b""))),
        "not a plain file",
    ),
    "twice": (
        lambda: packed(tar_of((tarfile.TarInfo("a"), b"1"), (tarfile.TarInfo("a"), b"2"))),
        "'a' stands in the archive twice",
    ),
    "twice but for case": (lambda: packed(tar({"A": b"", "a": b""})), "twice"),
    "a name in latin-1": (
        lambda: packed(_latin()),
        "a name that is not written in UTF-8",
    ),
    "not sorted": (lambda: packed(tar(dict(reversed(GOOD.items())))), "canonical"),
    "another mode": (lambda: packed(_mode()), "canonical"),
    "too many": (
        lambda: packed(tar({f"{n:05}": b"" for n in range(MEMBER_LIMIT + 1)})),
        "more than 10,000 files",
    ),
    "no manifest": (lambda: packed(tar(_without("manifest.json"))), "no manifest.json"),
    "parameters by name": (
        lambda: packed(tar(_with(GOOD, **{"manifest.json": b'{"parameters":{"a":{}}}'}))),
        "parameters: each has a key",
    ),
    "parameters without a key": (
        lambda: packed(tar(_with(GOOD, **{"manifest.json": b'{"parameters":[{}]}'}))),
        "parameters: each has a key",
    ),
    "a parameter's key that is a list": (
        lambda: packed(tar(_with(GOOD, **{"manifest.json": b'{"parameters":[{"key":[]}]}'}))),
        "parameters: each has a key",
    ),
    "parameters that are a number": (
        lambda: packed(tar(_with(GOOD, **{"manifest.json": b'{"parameters":7}'}))),
        "parameters: each has a key",
    ),
    "a parameter twice": (
        lambda: packed(
            tar(_with(GOOD, **{"manifest.json": b'{"parameters":[{"key":"a"},{"key":"a"}]}'}))
        ),
        "parameters: a key stands twice",
    ),
    "bad JSON": (lambda: packed(tar(_with(GOOD, **{"upgrades.json": b"{"}))), "is not JSON"),
    "not UTF-8": (lambda: packed(tar(_with(GOOD, **{"upgrades.json": b'"\xff"'}))), "is not JSON"),
    "a surrogate": (
        lambda: packed(tar(_with(GOOD, **{"upgrades.json": b'"\\ud800"'}))),
        "is not JSON",
    ),
    "infinity": (lambda: packed(tar(_with(GOOD, **{"upgrades.json": b"Infinity"}))), "is not JSON"),
    "deep JSON": (
        lambda: packed(tar(_with(GOOD, **{"upgrades.json": b"[" * 100_000 + b"]" * 100_000}))),
        "nested too deeply",
    ),
    "quite deep JSON": (
        lambda: packed(tar(_with(GOOD, **{"upgrades.json": b"[" * 200 + b"]" * 200}))),
        "nested too deeply",
    ),
    "other JSON": (lambda: packed(tar(_with(GOOD, **{"upgrades.json": b"[ ]"}))), "canonical"),
    "no upgrades": (lambda: packed(tar(_with(GOOD, **{"upgrades.json": b"[1]"}))), "upgrades.json"),
    "an unknown kind": (
        lambda: packed(tar(_with(GOOD, resources__cake__a=b"{}"))),
        "no place in a package",
    ),
    "a kind of tomorrow": (
        lambda: packed(tar(_with(GOOD, **{"resources__cake__a.json": b"{}"}))),
        "does not know",
    ),
    "a bad resource": (
        lambda: packed(tar(_with(GOOD, **{"resources__tag__a.json": b"{}"}))),
        "resources/tag/a.json cannot be used: name: field required",
    ),
    "a bad scenario": (
        lambda: packed(tar(_with(GOOD, **{"scenarios__a.json": b"[]"}))),
        "scenarios/a.json cannot be used",
    ),
    "a stray document": (
        lambda: packed(tar(_with(GOOD, **{"documents__x.exe": b""}))),
        "no place in a package",
    ),
}


def _latin() -> bytes:
    content = bytearray(tar({"aaaa": b""}))
    content[0] = 0xE9
    checksum = tarfile.calc_chksums(bytes(content[:512]))[0]  # type: ignore[attr-defined]
    content[148:156] = f"{checksum:06o}\0 ".encode()
    return bytes(content)


def _mode() -> bytes:
    members = []
    for name, data in GOOD.items():
        info = tarfile.TarInfo(name)
        info.mode = 0o755
        members.append((info, data))
    return tar_of(*members)


@pytest.mark.parametrize("abuse", ABUSES)
def test_an_archive_that_is_not_a_plain_package_is_refused_in_a_sentence(abuse: str) -> None:
    make, problem = ABUSES[abuse]
    with pytest.raises(ArchiveError, match=problem.replace("(", r"\(")):
        read_archive(make())


def test_what_could_not_be_read_is_not_built() -> None:
    fine = package(a="A")
    zeros = Package(fine.manifest, {}, documents={"media/x": bytes(8 * 1024 * 1024)})
    noise = random.Random(1).randbytes(40 * 1024 * 1024)  # noqa: S311 - cannot be compressed
    named = Package(fine.manifest, {}, documents={"media/CON": b""})
    large = Package(fine.manifest, {}, documents={"media/x": bytes(CONTENT_LIMIT)})
    many = Package(fine.manifest, {}, documents={f"media/{n}": b"" for n in range(MEMBER_LIMIT)})
    for bad, problem in (
        (zeros, "as a bomb would"),
        (Package(fine.manifest, {}, documents={"media/x": noise}), "larger than the 32 MB"),
        (named, "device on Windows"),
        (large, "larger than the 64 MB"),
        (many, "more than 10,000 files"),
    ):
        with pytest.raises(ArchiveError, match=problem):
            build_archive(bad)


def test_no_more_is_unpacked_than_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    data = build_archive(package(a="A")).data
    monkeypatch.setattr("package_format.archive.CONTENT_LIMIT", 1000)
    with pytest.raises(ArchiveError, match="larger than"):
        read_archive(data)


def test_an_archive_that_is_too_large_is_not_even_unpacked() -> None:
    with pytest.raises(ArchiveError, match="larger than the 32 MB"):
        read_archive(bytes(33 * 1024 * 1024))


_keys = st.from_regex(r"[a-z0-9]{1,8}([-_][a-z0-9]{1,8}){0,2}", fullmatch=True)
_names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=20)


@given(
    st.dictionaries(_keys, _names, max_size=5),
    st.dictionaries(st.sampled_from(["README.md", "LICENSE", "media/é.png"]), st.binary()),
)
def test_every_package_comes_back_from_its_archive(
    tags: dict[str, str], documents: dict[str, bytes]
) -> None:
    made = package(**tags)
    made = Package(made.manifest, made.resources, documents=documents)
    archive = build_archive(made)
    read, digest = read_archive(archive.data)
    assert read == made
    assert build_archive(read) == archive
    assert digest == archive.digest
    assert list(read.resources) == [Address("", r.kind, r.key) for r in read.resources.values()]


_CONTENT = tar(GOOD)


@given(st.lists(st.tuples(st.integers(0, len(_CONTENT) - 1), st.integers(0, 255)), max_size=6))
@example([])
def test_no_change_to_the_content_goes_unnoticed(changes: list[tuple[int, int]]) -> None:
    content = bytearray(_CONTENT)
    for offset, value in changes:
        content[offset] = value
    try:
        read, digest = read_archive(packed(bytes(content)))
    except ArchiveError:
        return
    assert build_archive(read).digest == digest == content_digest(bytes(content))


@given(st.binary(max_size=200), st.integers(0, 400), st.integers(0, 400))
def test_no_bytes_do_anything_but_be_refused(noise: bytes, start: int, end: int) -> None:
    data = build_archive(package(a="A")).data
    mutated = data[:start] + noise + data[end:]
    try:
        read, _ = read_archive(mutated)
    except ArchiveError:
        return
    assert read == package(a="A")


def test_an_archive_that_was_proved_is_not_unpacked_once_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = build_archive(package(a="proved"))
    unpacked: list[object] = []
    begin = vars(archive)["zstd"].ZstdDecompressor

    def counted(**options: Any) -> Any:  # noqa: ANN401  handed on
        unpacked.append(options)
        return begin(**options)

    monkeypatch.setattr("package_format.archive.zstd.ZstdDecompressor", counted)
    assert digest_of(made.data) == made.digest
    assert read_archive(made.data)[1] == made.digest
    assert len(unpacked) == 1
    monkeypatch.setattr("package_format.archive._SMALL", 0)
    assert read_archive(made.data)[1] == made.digest
    assert len(unpacked) == 2
