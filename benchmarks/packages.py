"""Checking and building a big package, beside what they cannot do without, and beside npm.

The YAML parser's time is that of `yaml.load` with the C loader on the package's YAML and front
matter: the least in which PyYAML makes data of them. Its events alone take longer, as each becomes
an object of Python's. Collections of garbage are made before each run, and not counted.
"""

from __future__ import annotations

import gc
import io
import json
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import yaml

from benchmarks import big_package
from benchmarks.measuring import Figure
from package_format.archive import build_archive
from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.canonical import package_data
from package_format.checks import check
from package_format.folder import load_package
from package_format.package import Package
from package_format.picture import layout

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ROUNDS = 5
CPT = Path(sys.executable).with_name("cpt")
_CHECK = """
import resource, sys
from pathlib import Path
from package_format.checks import check
from package_format.folder import load_package
loaded = load_package(Path(sys.argv[1]))
check(loaded.package)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def measure() -> list[Figure]:
    """Return the figures of the package format."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "big"
        folder.mkdir()
        lines = big_package.write(folder)
        package = _read(folder)
        resources, campaigns = len(package.resources), len(package.campaigns)
        what = f"{resources:,} resources, {campaigns} campaigns, {lines:,} lines"
        ten = Path(name) / "ten"
        ten.mkdir()
        big_package.write(ten, 10)
        return [
            _checking(folder, what),
            _memory(folder),
            _building(folder),
            *_beside_npm(folder),
            _picture(),
            _growth(folder, ten),
        ]


def _read(folder: Path) -> Package:
    loaded = load_package(folder)
    assert loaded.package is not None, [str(one) for one in loaded.diagnostics]  # noqa: S101
    return loaded.package


def _checked(folder: Path) -> Package:
    package = _read(folder)
    check(package)
    return package


def _checking(folder: Path, what: str) -> Figure:
    texts = [path.read_text("utf-8") for path in sorted(folder.rglob("*.yaml"))]
    texts += [path.read_text("utf-8").split("---\n")[1] for path in sorted(folder.rglob("*.html"))]
    checking, loading, events = _medians(
        [
            lambda: _checked(folder),
            lambda: [yaml.load(text, Loader=yaml.CSafeLoader) for text in texts],
            lambda: [list(yaml.parse(text, Loader=yaml.CSafeLoader)) for text in texts],
        ]
    )
    detail = f"{_ms(checking)} / {_ms(loading)} ({checking / events:.1f} x its events); {what}"
    return Figure("check / YAML's C parser", checking / loading, 3, "x", detail)


def _memory(folder: Path) -> Figure:
    said = subprocess.run(
        [sys.executable, "-c", _CHECK, folder], check=True, capture_output=True, text=True
    ).stdout
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Figure("check, peak memory", int(said) / unit, 250, "MiB", "resident, a process")


def _building(folder: Path) -> Figure:
    members = package_data(_read(folder))

    def raw() -> None:
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            for name, content in members.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
        zstd.compress(buffer.getvalue())

    building, checking, packing = _medians(
        [lambda: build_archive(_checked(folder)), lambda: _checked(folder), raw]
    )
    least = checking + packing
    detail = f"{_ms(building)} / ({_ms(checking)} + {_ms(packing)})"
    return Figure("build / (check + tar and zstd)", building / least, 1.5, "x", detail)


def _beside_npm(folder: Path) -> list[Figure]:
    npm = shutil.which("npm")
    if npm is None:
        print("skip  cpt build / npm pack: there is no npm on this machine")
        return []
    with tempfile.TemporaryDirectory() as name:
        out = Path(name)
        peer = out / "peer"
        shutil.copytree(folder, peer)
        (peer / "package.json").write_text(json.dumps({"name": "big", "version": "1.0.0"}))
        ours, theirs = _medians(
            [
                lambda: _quietly(CPT, "build", folder, "--out", out / "big.cpt"),
                lambda: _quietly(npm, "pack", "--silent", "--offline", peer, cwd=out),
            ],
            3,
        )
    return [Figure("cpt build / npm pack", ours / theirs, 1, "x", f"{_ms(ours)} / {_ms(theirs)}")]


def _quietly(*command: str | Path, cwd: Path | None = None) -> None:
    subprocess.run(command, check=True, capture_output=True, cwd=cwd)


def _picture() -> Figure:
    flow = Flow(Campaign.model_validate(_campaign(200)))
    (seconds,) = _medians([lambda: layout(flow)])
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
    one, more = _medians([lambda: _checked(folder), lambda: _checked(ten)], 3)
    detail = f"{_ms(more)} / 10 x {_ms(one)}; 1 is linear"
    return Figure("check of ten times that package", more / one / 10, 1.3, "x", detail)


def _medians(runs: Sequence[Callable[[], object]], rounds: int = ROUNDS) -> list[float]:
    """Run each in turn, as `benchmarks.measuring.medians` does, after a collection of garbage."""
    times: list[list[float]] = [[] for _ in runs]
    for round_ in range(rounds + 1):
        for index, run in enumerate(runs):
            gc.collect()
            start = time.perf_counter()
            run()
            if round_:
                times[index].append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in times]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms"
