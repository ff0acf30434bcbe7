"""The face that other programs see."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path

import pytest

import package_format

ROOT = Path(__file__).parents[2]


def test_the_documentation_is_true(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    result = doctest.testfile(str(ROOT / "docs/library.md"), module_relative=False)
    assert result.attempted > 15
    assert result.failed == 0


@pytest.mark.parametrize("name", package_format.__all__)
def test_everything_that_is_promised_is_there(name: str) -> None:
    assert callable(getattr(package_format, name))
    assert name in dir(package_format)


def test_what_is_not_there_is_said_as_always() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        getattr(package_format, "nothing")  # noqa: B009  mypy knows that it is not there


def test_importing_the_library_imports_nothing_heavy() -> None:
    code = "import sys, package_format; print(*sorted(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"pydantic", "yaml", "jinja2", "semver", "tarfile", "package_format.package"}
    assert not heavy & set(ran.stdout.split())
