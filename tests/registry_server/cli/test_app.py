"""How `cpt` comes by the verb without importing the server, or anything else too early."""

import subprocess
import sys

import pytest

SAY_WHAT_IS_IMPORTED = """
import sys
from cpt.cli.app import run
code = run(sys.argv[1:])
print("imported:", *sorted({name.partition(".")[0] for name in sys.modules}))
sys.exit(code)
"""


def imported_by(*arguments: str) -> tuple[str, set[str]]:
    done = subprocess.run(
        [sys.executable, "-c", SAY_WHAT_IS_IMPORTED, *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    said, _, modules = done.stdout.partition("imported:")
    return said, set(modules.split())


def test_the_version_is_said_without_looking_for_contributed_verbs() -> None:
    _, modules = imported_by("--version")
    assert "registry_server" not in modules
    assert "importlib_metadata" not in modules


@pytest.mark.parametrize("arguments", [["--help"], ["registry", "--help"]])
def test_verbs_are_listed_without_importing_the_server(arguments: list[str]) -> None:
    said, modules = imported_by(*arguments)
    assert "registry" in said
    if arguments[0] == "registry":
        verbs = said.partition("Verbs:")[2].split()
        assert {"serve", "mirror", "verify"} <= set(verbs)
    assert not modules & {"granian", "httpx", "jinja2", "package_format", "pydantic", "starlette"}
