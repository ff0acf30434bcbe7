import pytest

from registry_server.web.rendering import day, size


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 bytes"), (999, "999 bytes"), (4_321, "4 kB"), (2_340_000, "2.3 MB")],
)
def test_sizes_are_written_for_people(count: int, said: str) -> None:
    assert size(count) == said


def test_instants_are_written_as_days() -> None:
    assert day("2026-11-03T09:00:00Z") == "3 November 2026"
    assert day("some day") == "some day"
