"""Health: whether the process lives, and whether it can do its work."""

import asyncio
import shutil
import threading
from pathlib import Path

from registry_server.errors import UnavailableError
from registry_server.operations.health import Health
from tests.registry_server.conftest import Asked
from tests.registry_server.stores import Running


def test_a_server_lives_and_is_ready(running: Running) -> None:
    assert running.ask("GET", "/healthz").json() == {"ok": True}
    answer = running.ask("GET", "/readyz")
    assert (answer.status_code, answer.json()) == (
        200,
        {"ok": True, "database": "ok", "storage": "ok"},
    )
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_server_without_its_storage_lives_and_is_not_ready(
    running: Running, tmp_path: Path
) -> None:
    running.store.close()
    shutil.rmtree(tmp_path / "registry")
    assert running.ask("GET", "/healthz").status_code == 200
    answer = running.ask("GET", "/readyz")
    assert answer.status_code == 503
    assert answer.json()["ok"] is False
    assert "cannot be read and written" in answer.json()["storage"]


def test_a_folder_that_is_gone_is_not_ready(root: Path, tmp_path: Path) -> None:
    ask = Asked(root)
    assert ask("/readyz").json() == {"ok": True, "folder": "ok"}
    assert Asked(tmp_path / "gone")("/readyz").status_code == 503


def test_what_does_not_answer_is_not_waited_for_without_end() -> None:
    end = threading.Event()

    async def ask() -> dict[str, str]:
        try:
            return await Health({"slow": lambda: void(end.wait(10))}, patience=0.05).problems()
        finally:
            end.set()

    assert asyncio.run(ask()) == {"slow": "It has not answered for 0.05 seconds."}


def void(_: object) -> None:
    """Take what nobody needs."""


def test_however_many_ask_at_once_the_database_is_asked_once() -> None:
    asked: list[int] = []

    def down() -> None:
        asked.append(1)
        raise UnavailableError("It is away.")

    async def ask() -> list[dict[str, str]]:
        health = Health({"database": down})
        return await asyncio.gather(*(health.problems() for _ in range(20)))

    assert asyncio.run(ask()) == [{"database": "It is away."}] * 20
    assert len(asked) == 1
