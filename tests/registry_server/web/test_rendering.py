import pytest
from jinja2 import PackageLoader

from registry_server.web.rendering import _environment, day, size


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 bytes"), (999, "999 bytes"), (4_321, "4 kB"), (2_340_000, "2.3 MB")],
)
def test_sizes_are_written_for_people(count: int, said: str) -> None:
    assert size(count) == said


def test_instants_are_written_as_days() -> None:
    assert day("2026-11-03T09:00:00Z") == "3 November 2026"
    assert day("some day") == "some day"


def test_a_release_that_is_installed_over_a_running_server_changes_none_of_its_pages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    running = _environment.__wrapped__()
    loader = running.loader
    assert isinstance(loader, PackageLoader)
    names = [name for name in loader.list_templates() if name.endswith((".html", ".xml", ".svg"))]
    monkeypatch.setattr(loader, "get_source", lambda *_: pytest.fail("a template is read again"))
    assert {running.get_template(name).name for name in names} >= {"front.html", "feed.xml"}
