"""Checking and building a big package, beside what they cannot do without, and beside npm.

What *the YAML parser alone* needs is the time of `yaml.load` with the C loader on the package's
YAML and front matter: the least in which PyYAML makes data of them. Checking does not call it: it
makes data of the parser's events itself, with YAML 1.2's scalars and without what is refused. How
long the events alone take, each thrown away as it comes, is told beside it: no reader can be
faster.

The collector of garbage rests while either reads, as it does in `load_package`; at work, it would
make the loader take half as long again.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import yaml

from benchmarks import big_package
from benchmarks.measuring import CPT, WALL, Figure, medians, ms, run_quietly, say
from package_format.archive import build_archive
from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.canonical import package_data
from package_format.checks import check
from package_format.folder import load_package
from package_format.garbage_collection import collection_paused
from package_format.package import Package
from package_format.picture import layout

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ROUNDS = 5
_CHECK = """
import resource, sys
from pathlib import Path
from package_format.checks import check
from package_format.folder import load_package
loaded = load_package(Path(sys.argv[1]))
check(loaded.package)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def measure() -> Iterator[Figure]:
    """Yield the figures of the package format."""
    with tempfile.TemporaryDirectory() as name:
        say("writing a big package, and one ten times as big")
        folder, ten = Path(name) / "big", Path(name) / "ten"
        folder.mkdir()
        ten.mkdir()
        lines = big_package.write(folder)
        big_package.write(ten, 10)
        package = _read(folder)
        print(
            f"{len(package.resources):,} resources, {len(package.campaigns)} campaigns, "
            f"{lines:,} lines",
            file=sys.stderr,
        )
        yield _checking(folder)
        yield _memory(folder)
        yield _building(folder)
        yield from _beside_npm(folder)
        yield _picture()
        yield _growth(folder, ten)


def _read(folder: Path) -> Package:
    loaded = load_package(folder)
    assert loaded.package is not None, [str(one) for one in loaded.diagnostics]  # noqa: S101
    return loaded.package


def _checked(folder: Path) -> Package:
    package = _read(folder)
    check(package)
    return package


def _checking(folder: Path) -> Figure:
    say("checking it, and parsing its YAML")
    texts = [path.read_text("utf-8") for path in sorted(folder.rglob("*.yaml"))]
    texts += [path.read_text("utf-8").split("---\n")[1] for path in sorted(folder.rglob("*.html"))]
    checking, loading, events = medians(
        [lambda: _checked(folder), lambda: _load(texts), lambda: _parse(texts)], ROUNDS
    )
    detail = f"{ms(checking)} / {ms(loading)}; its events alone take {ms(events)}"
    return Figure("check / YAML's C parser", checking / loading, 3, "x", detail)


def _load(texts: list[str]) -> list[object]:
    with collection_paused():
        return [yaml.load(text, Loader=yaml.CSafeLoader) for text in texts]


def _parse(texts: list[str]) -> None:
    with collection_paused():
        for text in texts:
            for _ in yaml.parse(text, Loader=yaml.CSafeLoader):
                pass


def _memory(folder: Path) -> Figure:
    said = subprocess.run(
        [sys.executable, "-c", _CHECK, folder], check=True, capture_output=True, text=True
    ).stdout
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Figure("check, peak memory", int(said) / unit, 250, "MiB", "resident, a process")


def _building(folder: Path) -> Figure:
    say("building it, and packing the same bytes")
    members = package_data(_read(folder))

    def raw() -> None:
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            for name, content in members.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
        zstd.compress(buffer.getvalue())

    building, checking, packing = medians(
        [lambda: build_archive(_checked(folder)), lambda: _checked(folder), raw], ROUNDS
    )
    least = checking + packing
    detail = f"{ms(building)} / ({ms(checking)} + {ms(packing)})"
    return Figure("build / (check + tar and zstd)", building / least, 1.5, "x", detail)


def _beside_npm(folder: Path) -> Iterator[Figure]:
    npm = shutil.which("npm")
    if npm is None:
        print("skip  cpt build / npm pack: there is no npm on this machine")
        return
    say("cpt build, and npm pack")
    with tempfile.TemporaryDirectory() as name:
        out = Path(name)
        peer = out / "peer"
        shutil.copytree(folder, peer)
        (peer / "package.json").write_text(json.dumps({"name": "big", "version": "1.0.0"}))
        ours, theirs = medians(
            [
                lambda: run_quietly(CPT, "build", folder, "--out", out / "big.cpt"),
                lambda: run_quietly(npm, "pack", "--silent", "--offline", peer, cwd=out),
            ],
            ROUNDS,
            WALL,
        )
    yield Figure("cpt build / npm pack", ours / theirs, 1, "x", f"{ms(ours)} / {ms(theirs)}")


def _picture() -> Figure:
    say("laying out a campaign of 200 nodes")
    flow = Flow(Campaign.model_validate(_campaign(200)))
    (seconds,) = medians([lambda: layout(flow)], ROUNDS)
    return Figure("layout of 200 nodes", seconds, 1, "s", f"{len(flow.arrows)} arrows")


def _campaign(nodes: int) -> dict[str, object]:
    """Return a campaign of goals, decisions and sequences, with ways that part and meet."""
    goals: dict[str, object] = {"g0": {"when": {"tag-applied": "t"}}}
    decisions: dict[str, object] = {}
    sequences: dict[str, object] = {}
    steps = {"a": {"send-email": "e"}, "b": {"wait": "1 day", "apply-tag": "t"}}
    for number in range((nodes - 1) // 4):
        goal = f"g{number}"
        decisions[f"d{number}"] = {
            "after": goal,
            "ways": {"x": {"if": {"tag": "t"}}, "y": "otherwise"},
        }
        sequences[f"x{number}"] = {"after": f"d{number}.x", "steps": steps}
        sequences[f"y{number}"] = {"after": f"d{number}.y", "steps": steps}
        after = [f"x{number}", f"y{number}"]
        goals[f"g{number + 1}"] = {"when": {"tag-applied": "t"}, "after": after}
    return {"title": "Big", "goals": goals, "decisions": decisions, "sequences": sequences}


def _growth(folder: Path, ten: Path) -> Figure:
    say("checking ten times that package")
    one, more = medians([lambda: _checked(folder), lambda: _checked(ten)], 3)
    detail = f"{ms(more)} / 10 x {ms(one)}; 1 is linear"
    return Figure("check of ten times that package", more / one / 10, 1.3, "x", detail)
