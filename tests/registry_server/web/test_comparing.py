"""Any two versions of a package beside each other."""

from dataclasses import replace
from html import unescape
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from package_format.index import blob_path
from package_format.package import Package
from registry_server.web import packages
from tests.registry_server.conftest import Asked, example, published, retold, with_documents

WEBINAR = "/packages/acme/webinar-follow-up"
RENEWAL = "/packages/acme/renewal-reminder"


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    root = tmp_path_factory.mktemp("history")
    published(
        root, *(example(f"renewal-reminder/{v}") for v in ("1.0.0", "1.0.1", "1.1.0", "2.0.0"))
    )
    return Asked(root)  # fmt: skip


def test_the_newest_version_is_compared_with_the_one_below_it(ask: Asked) -> None:
    page = unescape(ask(WEBINAR + "/compare").text)
    assert 'Webinar follow-up <span class="version">1.0.0 → 2.0.0</span>' in page
    for said in (
        "The tips that kept people warm are gone",
        "Contacts get something else, or more",
        f"{WEBINAR}/compare/follow-up.svg?from=1.0.0&to=2.0.0",
        f"{WEBINAR}/1.0.0/campaigns/follow-up.svg?narrow",
        f"{WEBINAR}/2.0.0/campaigns/follow-up.svg?narrow",
        "<strong>We are doing it again</strong>",
        "There is a worksheet this time",
    ):
        assert said in page


def test_any_two_versions_are_compared_with_what_the_author_says_in_between(
    history: Asked,
) -> None:
    page = history(RENEWAL + "/compare?from=1.0.1&to=2.0.0").text
    said = page[page.index("What the author says") : page.index("Picture of both versions")]
    assert "<h3>2.0.0</h3>" in said
    assert "<h3>1.1.0</h3>" in said
    assert "<h3>1.0.1</h3>" not in said
    assert "Somebody could lose something" in page


def test_the_way_back_is_called_so(history: Asked) -> None:
    page = history(RENEWAL + "/compare?from=2.0.0&to=1.1.0").text
    assert "This is the way back" in page
    assert "<h3>2.0.0</h3>" in page


def test_one_version_beside_itself_is_one_version(history: Asked) -> None:
    page = history(RENEWAL + "/compare?from=1.1.0&to=1.1.0").text
    assert "This is one version" in page


def test_a_package_of_one_version_can_be_compared_with_nothing(ask: Asked) -> None:
    assert "This is one version" in ask("/packages/acme/lifecycle-tags/compare").text


@pytest.mark.parametrize("query", ["from=9.9.9", "to=9.9.9", "from=../x&to=1.0.0", "to=%00"])
def test_versions_that_are_not_there_are_not_compared(history: Asked, query: str) -> None:
    assert history(f"{RENEWAL}/compare?{query}").status_code == 404
    assert history(f"{RENEWAL}/compare/renewal.svg?{query}").status_code == 404


@pytest.mark.parametrize("query", ["", "&dark", "&narrow", "&narrow&dark"])
def test_both_versions_of_a_campaign_are_drawn_as_one(history: Asked, query: str) -> None:
    answer = history(f"{RENEWAL}/compare/renewal.svg?from=1.1.0&to=2.0.0{query}")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert "1.1.0 → 2.0.0" in answer.text
    assert "removed" in answer.text
    ET.fromstring(answer.text)  # noqa: S314  it is our own


def test_a_campaign_that_neither_version_has_is_not_drawn(history: Asked) -> None:
    assert history(f"{RENEWAL}/compare/nothing.svg").status_code == 404


def test_a_campaign_that_came_or_went_is_drawn_alone(history: Asked) -> None:
    page = history(RENEWAL + "/compare?from=1.0.0&to=1.1.0").text
    assert f"{RENEWAL}/compare/anniversary.svg" in page
    assert f"{RENEWAL}/1.0.0/campaigns/anniversary.svg" not in page
    back = history(RENEWAL + "/compare?from=1.1.0&to=1.0.0").text
    assert f"{RENEWAL}/compare/anniversary.svg" in back
    assert f"{RENEWAL}/1.0.0/campaigns/anniversary.svg" not in back


def test_a_version_whose_archive_is_gone_is_not_compared_and_it_is_said_why(
    tmp_path: Path, webinar: tuple[Package, Package]
) -> None:
    line, _ = published(tmp_path, *webinar)
    (tmp_path / blob_path(line.digest)).unlink()
    ask = Asked(tmp_path)
    answer = ask(WEBINAR + "/compare")
    assert answer.status_code == 500
    assert line.digest in answer.text
    assert "cannot be said: an archive cannot be read" in ask(WEBINAR).text


# --- versions -------------------------------------------------------------------------------------


def test_each_version_says_its_bump_and_what_it_broke(history: Asked) -> None:
    page = unescape(history(RENEWAL).text)
    for bump in ("major", "minor", "patch"):
        assert f'<span class="chip {bump}">{bump}</span>' in page
    assert '<ul class="broke" aria-label="What 2.0.0 broke">' in page
    assert "What 1.1.0 broke" not in page
    assert f"{RENEWAL}/compare?from=1.1.0&to=2.0.0" in page


def test_many_versions_stand_on_a_page_of_their_own(
    tmp_path: Path, tags: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "VERSIONS_ON_A_PAGE", 4)
    published(tmp_path, *(retold(tags, version=f"1.{n}.0") for n in range(9)))
    ask, here = Asked(tmp_path), "/packages/acme/lifecycle-tags"
    page = ask(here).text
    assert "All 9 versions" in page
    assert f"{here}/1.8.0" in page
    assert f'href="{here}/1.2.0"' not in page
    last = ask(f"{here}/versions?page=3").text
    assert f'href="{here}/1.0.0"' in last
    assert "first" in last
    assert "from=1.0.0&amp;to=1.1.0" not in last
    assert "from=1.0.0&amp;to=1.1.0" in ask(f"{here}/versions?page=2").text


def test_a_readme_that_changed_is_shown_on_both_sides(tmp_path: Path, tags: Package) -> None:
    one = with_documents(tags, {"README.md": b"# Tags\n\nThe old words.\n"})
    other = with_documents(
        retold(tags, version="1.0.1"), {"README.md": b"# Tags\n\nThe new words.\n"}
    )
    published(tmp_path, one, replace(other))
    page = Asked(tmp_path)("/packages/acme/lifecycle-tags/compare").text
    assert "<del>old</del>" in page
    assert "<ins>new</ins>" in page
