import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from package_format.index import Status, blob_path, index_path
from package_format.kinds.tag import Tag
from package_format.package import Package, Resource
from tests.registry_server.conftest import Asked, published, retold, with_documents

WEBINAR = "/packages/acme/webinar-follow-up"
ATTACK = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


# --- front ----------------------------------------------------------------------------------------


def test_the_front_page_lists_every_package_with_what_it_brings(ask: Asked) -> None:
    page = ask("/").text
    assert f'<a href="{WEBINAR}">Webinar follow-up</a>' in page
    assert "2 packages" in page
    assert "8 emails" in page
    assert "3 tags" in page


def test_a_package_without_a_campaign_shows_what_it_brings_instead_of_a_picture(ask: Asked) -> None:
    _, _, card = ask("/").text.partition('<p class="look bare" aria-hidden="true">')
    assert card.startswith("<span>3 tags</span></p>")


def test_searching_finds_packages_by_words(ask: Asked) -> None:
    page = ask("/search?q=registrants+ACME").text
    assert "1 package for “registrants ACME”" in page
    assert "Lifecycle tags" not in page


def test_a_search_that_finds_nothing_says_so(ask: Asked) -> None:
    assert "Nothing has these words" in ask("/search?q=nowhere").text


def test_an_empty_registry_says_what_to_do(tmp_path: Path) -> None:
    page = Asked(tmp_path)("/")
    assert page.status_code == 200
    assert "cpt publish --registry" in page.text


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 30, "99", ""])
def test_a_page_that_is_not_there_is_the_nearest_one(ask: Asked, number: str) -> None:
    assert ask(f"/search?page={number}").status_code == 200


def test_many_packages_stand_on_several_pages(tmp_path: Path, tags: Package) -> None:
    many = [retold(tags, name=f"acme/tags-{n:02}") for n in range(31)]
    published(tmp_path, *many[:28])
    published(tmp_path, *many[28:])
    ask = Asked(tmp_path)
    first, second = ask("/search?q=tags").text, ask("/search?q=tags&page=2").text
    assert 'href="/search?q=tags&amp;page=2"' in first
    assert "acme/tags-30" not in first
    assert "acme/tags-30" in second
    assert 'href="/search?q=tags&amp;page=1"' in second


def test_a_damaged_package_does_not_take_the_front_page_down(
    tmp_path: Path, tags: Package, webinar: tuple[Package, Package]
) -> None:
    one, other = published(tmp_path, tags, webinar[0])
    (tmp_path / blob_path(one.digest)).write_bytes(b"garbage")
    (tmp_path / index_path(other.name)).write_text("garbage")
    page = Asked(tmp_path)("/").text
    assert "acme/lifecycle-tags" in page
    assert "its archive cannot be read" in page
    assert WEBINAR not in page


# --- package --------------------------------------------------------------------------------------


def test_a_folder_says_nothing_of_owners_and_downloads(ask: Asked) -> None:
    page = ask(WEBINAR).text
    assert "Owned by" not in page
    assert "Downloads" not in page


def test_a_folder_keeps_no_log_and_leads_to_none(ask: Asked) -> None:
    assert "keeps no log" in ask("/log").text
    assert ask("/log").status_code == 404
    assert "/log" not in ask("/").text
    assert "/log" not in ask(WEBINAR).text


def test_a_package_is_shown_at_its_newest_version(ask: Asked) -> None:
    page = unescape(ask(WEBINAR).text)
    assert 'Webinar follow-up <span class="version">2.0.0</span>' in page
    assert "cpt install acme/webinar-follow-up \\\n    --registry http://packages.test" in page
    for said in (
        "8 emails",
        "Webinar registration",
        "--set sender=…",
        'href="/packages/acme/lifecycle-tags"',
        "People register with a form",
        "New: contacts can ask to be called back",
        "4 goals, 6 sequences, 13 steps, 1 decision",
    ):
        assert said in page


def test_a_long_page_leads_to_each_of_its_parts(ask: Asked) -> None:
    page = ask(WEBINAR).text
    _, _, rest = page.partition('aria-label="On this page">')
    led = re.findall('href="#([a-z]+)"', rest.partition("</nav>")[0])
    assert led == ["creates", "does", "needs", "readme", "changelog", "versions"]
    assert all(f'id="{part}"' in page for part in led)


def test_no_kind_s_heading_takes_its_looks_from_another_part_of_the_page(ask: Asked) -> None:
    headings = re.findall('<h3 class="kind ([^"]*)"', ask(WEBINAR).text)
    assert "of-email" in headings
    assert all(heading.startswith("of-") for heading in headings)


def test_an_older_version_says_so_and_installs_itself(ask: Asked) -> None:
    page = ask(WEBINAR + "/1.0.0").text
    assert "This is not the newest version" in page
    assert "cpt install acme/webinar-follow-up@1.0.0" in page


def test_a_package_names_those_that_use_it(ask: Asked) -> None:
    page = ask("/packages/acme/lifecycle-tags").text
    assert "Used by" in page
    assert f'href="{WEBINAR}"' in page


def test_a_withdrawn_version_says_so(tmp_path: Path, tags: Package) -> None:
    published(tmp_path, tags, status=Status.YANKED)
    ask = Asked(tmp_path)
    assert "The author has yanked this version" in ask("/packages/acme/lifecycle-tags").text
    assert "withdrawn" in ask("/").text


def test_a_package_without_anything_is_still_a_page(tmp_path: Path, tags: Package) -> None:
    published(tmp_path, with_documents(replace(tags, resources={}), {}))
    page = Asked(tmp_path)("/packages/acme/lifecycle-tags")
    assert page.status_code == 200
    assert "Nothing of its own" in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/packages/acme/nothing",
        WEBINAR + "/9.9.9",
        WEBINAR + "/2.0.0/campaigns/nothing.svg",
        WEBINAR + "/2.0.0/media/nothing.png",
        WEBINAR + "/2.0.0/media/../README.md",
        "/packages/acme/..%2f..%2fconfig",
        "/packages",
    ],
)
def test_what_is_not_there_is_an_honest_page(ask: Asked, path: str) -> None:
    answer = ask(path)
    assert answer.status_code == 404
    assert "There is no such page" in answer.text
    assert "text/html" in answer.headers["Content-Type"]


def test_a_package_whose_archive_is_gone_says_who_must_act(tmp_path: Path, tags: Package) -> None:
    (line,) = published(tmp_path, tags)
    (tmp_path / blob_path(line.digest)).unlink()
    answer = Asked(tmp_path)("/packages/acme/lifecycle-tags")
    assert answer.status_code == 500
    assert line.digest in answer.text
    assert "Whoever runs this registry" in answer.text


# --- what a stranger writes -----------------------------------------------------------------------


def hostile(tags: Package, webinar: Package) -> Package:
    package = retold(webinar, title=ATTACK, summary=ATTACK, license=ATTACK, keywords=(ATTACK,))
    documents = {"README.md": f"# {ATTACK}\n\n{ATTACK}".encode(), "CHANGELOG.md": ATTACK.encode()}
    tag = Resource("tag", "evil", Tag(name=ATTACK, category=ATTACK, description=ATTACK))
    (campaign,) = webinar.campaigns
    model = campaign.model.model_copy(update={"title": ATTACK})
    resources = {
        **webinar.resources,
        tag.address: tag,
        campaign.address: replace(campaign, model=model),
    }
    for address, resource in webinar.resources.items():
        if resource.kind == "email":
            changed = resource.model.model_copy(update={"subject": ATTACK, "body": ATTACK})
            resources[address] = replace(resource, model=changed)
    del tags
    return with_documents(replace(package, resources=resources), documents)


def test_whatever_a_package_says_stays_text(
    tmp_path: Path, tags: Package, webinar: tuple[Package, Package]
) -> None:
    published(tmp_path, hostile(tags, webinar[1]))
    ask = Asked(tmp_path)
    for path in ("/", "/search?q=%3Cscript%3Ealert(1)%3C/script%3E", WEBINAR):
        page = ask(path).text
        assert "<script" not in page
        assert "onerror=alert(1)>" not in page.replace("&gt;", "")
        assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in ask(WEBINAR).text


def test_a_hostile_name_stays_text_in_a_picture(
    tmp_path: Path, tags: Package, webinar: tuple[Package, Package]
) -> None:
    published(tmp_path, hostile(tags, webinar[1]))
    answer = Asked(tmp_path)(WEBINAR + "/2.0.0/campaigns/follow-up.svg")
    names = {element.tag.rpartition("}")[2] for element in ET.fromstring(answer.text).iter()}  # noqa: S314  it is our own
    assert not names & {"script", "img", "image", "foreignObject", "a"}
    assert "sandbox" in answer.headers["Content-Security-Policy"]


# --- pictures and files ---------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "?dark", "?narrow", "?narrow&dark"])
def test_a_campaign_is_drawn_for_every_width_and_scheme(ask: Asked, query: str) -> None:
    answer = ask(f"{WEBINAR}/2.0.0/campaigns/follow-up.svg{query}")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.text.startswith("<svg")
    assert "Your seat is saved" in answer.text
    assert "contact.first_name" not in answer.text


def test_a_narrow_picture_is_narrower(ask: Asked) -> None:
    def width(query: str) -> float:
        svg = ET.fromstring(ask(f"{WEBINAR}/2.0.0/campaigns/follow-up.svg{query}").text)  # noqa: S314
        return float(svg.attrib["width"])

    assert width("?narrow") < 500 < width("")


def test_a_package_shows_its_own_pictures_and_gives_out_nothing_else(
    tmp_path: Path, tags: Package
) -> None:
    documents = {
        "README.md": b"![Look](media/look.png)",
        "media/look.png": b"\x89PNG\r\n",
        "media/evil.svg": b"<svg onload=alert(1)>",
    }
    published(tmp_path, with_documents(tags, documents))
    ask, here = Asked(tmp_path), "/packages/acme/lifecycle-tags"
    assert f'src="{here}/1.0.0/media/look.png"' in ask(here).text
    picture = ask(f"{here}/1.0.0/media/look.png")
    assert picture.content == b"\x89PNG\r\n"
    assert picture.headers["Content-Type"] == "image/png"
    assert ask(f"{here}/1.0.0/media/evil.svg").status_code == 404


def test_the_style_sheet_and_the_icon_are_served(ask: Asked) -> None:
    assert ask("/style.css").headers["Content-Type"].startswith("text/css")
    assert ask("/icon.svg").headers["Content-Type"] == "image/svg+xml"


def test_no_page_has_a_script_a_style_of_its_own_or_anything_from_elsewhere(ask: Asked) -> None:
    for path in ("/", WEBINAR, WEBINAR + "/1.0.0", "/packages/acme/lifecycle-tags", "/nothing"):
        page = ask(path).text
        assert "<script" not in page
        assert " style=" not in page
        assert 'src="http' not in page
        assert 'srcset="http' not in page
