"""The registry that a newcomer looks at first: full of examples, with a past, and served."""

import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from whenever import Instant

from cpt.demo.marketplace import publish_examples
from cpt.registries.directory import DirectoryRegistry
from package_format.archive import build_archive
from tests.registry_server.conftest import example, retold

pytestmark = pytest.mark.slow

CHECKOUT = Path(__file__).parents[3]
EXAMPLES = CHECKOUT / "examples"
NOW = Instant.from_utc(2026, 11, 20, 9)


def test_every_version_of_every_example_is_published_the_newest_last_and_today(
    tmp_path: Path,
) -> None:
    count = publish_examples(EXAMPLES, tmp_path, NOW)
    registry = DirectoryRegistry(tmp_path)
    lines = [line for name in registry.names() for line in registry.versions(name)]
    assert len(lines) == count == len(list(EXAMPLES.rglob("cpt.toml")))
    assert max(line.published for line in lines) == "2026-11-20T09:00:00Z"
    renewal = registry.versions("acme/renewal-reminder")
    assert [line.version for line in renewal] == ["1.0.0", "1.0.1", "1.1.0", "2.0.0"]
    assert [line.published for line in renewal] == sorted(line.published for line in renewal)
    for line in lines:
        for dependency in line.dependencies:
            earliest = min(one.published for one in registry.versions(dependency))
            assert earliest < line.published


def test_publishing_the_examples_again_changes_nothing(tmp_path: Path) -> None:
    publish_examples(EXAMPLES, tmp_path, NOW)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    publish_examples(EXAMPLES, tmp_path, NOW.add(hours=24))
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_the_marketplace_is_served_until_it_is_interrupted_and_one_can_publish_to_it(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-m", "cpt.demo.marketplace", "--folder", str(tmp_path / "registry")]
    mine = build_archive(retold(example("lifecycle-tags"), name="yoga/tags")).data
    for already in (False, True):  # started again, it has what was published to it
        with subprocess.Popen(
            [*command, "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=CHECKOUT,
        ) as process:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            try:
                with httpx.Client(base_url=address, trust_env=False) as client:
                    assert "Webinar follow-up" in client.get("/").text
                    assert ("yoga/tags" in client.get("/new").text) == already
                    assert process.stderr is not None
                    told = iter(process.stderr.readline, "")
                    token = next(line for line in told if line.startswith("  cpt_")).strip()
                    says = {"Authorization": f"Bearer {token}"}
                    sent = client.put("/api/v1/packages", content=mine, headers=says)
                    assert sent.status_code == (200 if already else 201)
                    assert "yoga/tags" in client.get("/new").text
            finally:
                process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0
