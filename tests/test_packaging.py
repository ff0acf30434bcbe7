"""The distribution holds all it needs: it works where there is no checkout.

Everything is built and installed as a stranger would do it, in folders of its own; what is built
once is shared by the module's tests.
"""

import os
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

# Building and installing take seconds, once: the tests that share it stay on one worker.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("packaging")]

CHECKOUT = Path(__file__).resolve().parent.parent
PACKAGES = ("package_format", "account_engine", "cpt", "registry_server")
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# Tests run in an environment of nobody (conftest.py), but modules are imported before tests run.
ENVIRONMENT_OF_THE_DEVELOPER = dict(os.environ)

# Started by every process of the installed Python; writes down where its modules came from.
WITNESS = """\
import atexit, os, pathlib, sys

def write_down():
    files = {getattr(m, "__file__", None) for m in list(sys.modules.values())} - {None}
    log = pathlib.Path(sys.prefix, "imported", str(os.getpid()))
    log.write_text("\\n".join(sorted(files)), encoding="utf-8")

atexit.register(write_down)
"""


@dataclass(frozen=True)
class Distribution:
    """What `python -m build` made."""

    wheel: Path
    sdist: Path


@dataclass(frozen=True)
class Installed:
    """A virtual environment that holds the wheel, the pinned dependencies and nothing else."""

    root: Path

    def run(self, program: str, *arguments: str) -> str:
        """Run a program of this environment away from the checkout; give back what it printed."""
        return self._run(os.environ, program, *arguments)

    def pip(self, *arguments: str) -> None:
        """Run this environment's pip, which finds its packages where the developer's pip does."""
        quiet = ("--disable-pip-version-check", "--quiet")
        self._run(ENVIRONMENT_OF_THE_DEVELOPER, "python", "-m", "pip", *quiet, *arguments)

    def _run(self, environment: Mapping[str, str], program: str, *arguments: str) -> str:
        scripts = self.root / ("Scripts" if os.name == "nt" else "bin")
        elsewhere = self.root.with_name("elsewhere")
        elsewhere.mkdir(exist_ok=True)
        return _run([str(scripts / program), *arguments], cwd=elsewhere, environment=environment)

    def imported(self) -> set[Path]:
        """The files of all modules that this environment's processes have imported so far."""
        return {
            Path(line).resolve()
            for log in (self.root / "imported").iterdir()
            for line in log.read_text(encoding="utf-8").splitlines()
        }


def _run(command: list[str], *, cwd: Path, environment: Mapping[str, str]) -> str:
    done = subprocess.run(
        command,
        cwd=cwd,
        # Neither this run's interpreter nor its coverage measurement is anybody else's business.
        env={
            name: value
            for name, value in environment.items()
            if not name.startswith(("COV", "PYTEST", "PYTHON", "VIRTUAL_ENV"))
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (
        f"{command} ended with {done.returncode}\n{done.stdout}{done.stderr}"
    )
    return done.stdout


@pytest.fixture(scope="module")
def distribution(tmp_path_factory: pytest.TempPathFactory) -> Distribution:
    out = tmp_path_factory.mktemp("dist")
    # The wheel is built from the source distribution, so that both are known to be complete.
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out)]
    _run(build, cwd=CHECKOUT, environment=os.environ)
    (wheel,) = out.glob("*.whl")
    (sdist,) = out.glob("*.tar.gz")
    return Distribution(wheel, sdist)


@pytest.fixture(scope="module")
def installed(distribution: Distribution, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    root = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(root, with_pip=True)
    environment = Installed(root)
    pins = CHECKOUT / "requirements" / "runtime.txt"
    environment.pip("install", "--require-hashes", "--requirement", str(pins))
    environment.pip("install", "--no-deps", str(distribution.wheel))
    (root / "imported").mkdir()
    (site_packages,) = root.glob("[Ll]ib/**/site-packages")
    (site_packages / "sitecustomize.py").write_text(WITNESS, encoding="utf-8")
    return environment


@pytest.fixture(scope="module")
def told(installed: Installed) -> str:
    """What the demo printed, run from the installed wheel."""
    return installed.run("python", "-m", "cpt.demo")


def _files_below(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


def test_the_wheel_brings_every_package_typed(distribution: Distribution) -> None:
    with zipfile.ZipFile(distribution.wheel) as wheel:
        names = set(wheel.namelist())
    for package in PACKAGES:
        expected = {f"{package}/{name}" for name in _files_below(CHECKOUT / package)}
        assert f"{package}/py.typed" in expected
        assert expected <= names
    top = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert top == set(PACKAGES)


def test_the_wheel_brings_every_example_whole(distribution: Distribution) -> None:
    examples = _files_below(CHECKOUT / "examples")
    assert examples
    with zipfile.ZipFile(distribution.wheel) as wheel:
        for name, content in examples.items():
            assert wheel.read(f"cpt/demo/examples/{name}") == content


def test_the_source_distribution_brings_the_tests_and_the_pins(distribution: Distribution) -> None:
    with tarfile.open(distribution.sdist) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert {
        "LICENSE",
        "Makefile",
        "pyproject.toml",
        "requirements/runtime.txt",
        "tests/test_packaging.py",
    } <= names


def test_an_installed_wheel_needs_nothing_but_the_pinned_dependencies(installed: Installed) -> None:
    installed.pip("check")


def test_an_installed_wheel_knows_its_version(installed: Installed) -> None:
    assert PROJECT["version"] in installed.run("cpt", "--version")


def test_the_demo_runs_from_an_installed_wheel(told: str) -> None:
    transcript = told.splitlines()
    for command in ("$ cpt install", "$ cpt rollback"):
        assert any(line.startswith(command) for line in transcript), f"no line begins {command!r}"


@pytest.mark.usefixtures("told")
def test_nothing_is_imported_from_the_checkout(installed: Installed) -> None:
    imported = installed.imported()
    assert any(path.parts[-2:] == ("cpt", "__init__.py") for path in imported)
    assert not [path for path in imported if path.is_relative_to(CHECKOUT)]
