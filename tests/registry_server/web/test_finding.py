"""Where packages are found: front, search, new, categories, publishers, and what was meant."""

from html import unescape
from pathlib import Path

import pytest

from package_format.package import Package
from registry_server.trees import folder_lists
from registry_server.web import finding
from tests.registry_server.conftest import Asked, published, retold

EVERYTHING = {"acme/lifecycle-tags", "acme/webinar-follow-up", "zen/tags"}


def test_the_front_leads_to_every_category_and_to_what_is_new(ask: Asked) -> None:
    page = ask("/").text
    assert page.index("Webinar follow-up") < page.index("Lifecycle tags")
    assert 'href="/categories/education"' in page
    assert "All 2 packages" in page
    assert "1 publisher" in page


def test_a_card_shows_the_campaign_that_is_its_face(ask: Asked) -> None:
    page = ask("/").text
    assert 'src="/packages/acme/webinar-follow-up/2.0.0/campaigns/follow-up.svg"' in page
    assert page.count('class="look"') == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", EVERYTHING),
        ("q=tags", {"acme/lifecycle-tags", "zen/tags"}),
        ("publisher=zen", {"zen/tags"}),
        ("publisher=nobody", set()),
        ("feature=email", {"acme/webinar-follow-up"}),
        ("category=lifecycle&publisher=acme", {"acme/lifecycle-tags"}),
        ("feature=faxes&category=lifecycle", set()),
        ("category=no-such&feature=no-such", EVERYTHING),
    ],
)
def test_a_search_is_narrowed_by_category_feature_and_publisher(
    tmp_path: Path,
    tags: Package,
    webinar: tuple[Package, Package],
    query: str,
    found: set[str],
) -> None:
    published(tmp_path, tags, *webinar)
    published(tmp_path, retold(tags, name="zen/tags"))
    page = Asked(tmp_path)(f"/search?{query}").text
    shown = {name for name in (tags.name, webinar[0].name, "zen/tags") if f">{name} <" in page}
    assert shown == found
    assert ("Nothing has these words" in page) == (not found)


def test_the_way_back_through_a_long_search_keeps_what_was_asked(
    tmp_path: Path, tags: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "CARDS_ON_A_PAGE", 2)
    published(tmp_path, *(retold(tags, name=f"acme/tags-{n}") for n in range(5)))
    page = unescape(Asked(tmp_path)("/search?q=tags&feature=&category=lifecycle&page=2").text)
    assert 'href="/search?q=tags&category=lifecycle&page=1"' in page
    assert 'href="/search?q=tags&category=lifecycle&page=3"' in page
    assert "Page 2 of 3" in page


def test_a_category_shows_its_packages_and_an_empty_one_says_so(ask: Asked) -> None:
    assert "Lifecycle tags" in ask("/categories/lifecycle").text
    assert "nothing for holidays yet" in ask("/categories/holidays").text


def test_a_category_of_very_many_packages_says_how_far_it_looked(
    tmp_path: Path, tags: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_lists, "_LOOKED_THROUGH", 3)
    published(tmp_path, *(retold(tags, name=f"acme/tags-{n}") for n in range(5)))
    assert "3 packages among the 3 newest" in Asked(tmp_path)("/categories/lifecycle").text


def test_what_is_new_comes_first_in_the_list_of_what_is_new(ask: Asked) -> None:
    page = ask("/new").text
    assert page.index("Webinar follow-up") < page.index("Lifecycle tags")


def test_publishers_are_listed_and_each_has_a_page(ask: Asked) -> None:
    assert '<a href="/publishers/acme">acme</a> <span>2 packages' in ask("/publishers").text
    page = ask("/publishers/acme").text
    assert "2 packages, 3 versions; the last on" in page
    assert "Lifecycle tags" in page


def test_an_empty_registry_has_all_these_pages(tmp_path: Path) -> None:
    ask = Asked(tmp_path)
    for path in ("/search", "/new", "/publishers", "/categories/sales", "/status", "/feed.atom"):
        assert ask(path).status_code == 200


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/packages/acme/webinar-folowup", "/packages/acme/webinar-follow-up"),
        ("/packages/acne/webinar-follow-up", "/packages/acme/webinar-follow-up"),
        ("/packages/acme/webinar-follow-up/7.0.0", "/packages/acme/webinar-follow-up/versions"),
        ("/packages/acme/nothing-like-it", "/publishers/acme"),
        ("/publishers/acne", "/publishers/acme"),
        ("/categories/event", "/categories/events"),
    ],
)
def test_whoever_is_lost_is_told_what_they_may_have_meant(
    ask: Asked, path: str, leads_to: str
) -> None:
    page = ask(path)
    assert page.status_code == 404
    assert "Did you mean" in page.text
    assert f'href="{leads_to}"' in page.text


@pytest.mark.parametrize(
    "path", ["/nowhere", "/packages/%2e%2e/%2e%2e/etc", "/publishers/" + "x" * 5000]
)
def test_whoever_is_lost_beyond_help_is_shown_the_way_home(ask: Asked, path: str) -> None:
    page = ask(path)
    assert page.status_code == 404
    assert "Did you mean" not in page.text
    assert 'href="/search"' in page.text


def test_a_program_is_told_in_problem_json_wherever_it_asks(ask: Asked) -> None:
    for accept in ("application/json", "application/problem+json"):
        answer = ask("/packages/acme/nothing", headers={"Accept": accept})
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == 404
    browser = {"Accept": "text/html,application/json;q=0.9"}
    page = ask("/packages/acme/nothing", headers=browser)
    assert page.headers["Content-Type"].startswith("text/html")
