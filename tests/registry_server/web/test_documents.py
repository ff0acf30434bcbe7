import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_format.package import Package
from registry_server.web.documents import document, message, of_package
from tests.registry_server.conftest import with_documents

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt:alert(1))",
    "[click](data:text/html;base64,PHNjcmlwdD4=)",
    "<a href='javascript:alert(1)'>x</a>",
    "<svg onload=alert(1)>",
    "<iframe src='https://elsewhere.example'></iframe>",
    "<style>body{display:none}</style>",
    "<form action='https://elsewhere.example'><input name=password></form>",
    "<p style='position:fixed;inset:0' class='chip' id='main'>x</p>",
    "<base href='https://elsewhere.example'>",
    "<meta http-equiv=refresh content='0;url=https://elsewhere.example'>",
    "<mark class='at-install' onclick='alert(1)'>x</mark>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "{{ <img src=x onerror=alert(1)> }}",
    "<b title='{{'>}}<img src=x onerror=alert(1)>",
]
FORBIDDEN = ("<script", "<img", "<svg", "<iframe", "<style", "<form", "<base", "<meta", "<input")


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_dangerous_gets_through(text: str) -> None:
    for html in (document(text, "/media/"), message(text)):
        assert not [tag for tag in FORBIDDEN if tag in html.lower()]
        inside = [part.partition(">")[0] for part in html.split("<")[1:]]
        assert not [
            tag
            for tag in inside
            for word in ("onerror", "onclick", "onload", "style=", "javascript:", "data:", "id=")
            if word in tag.lower()
        ]


@pytest.mark.parametrize("many", ["<ul><li>", "<table>", "<b>", "a"])
def test_a_message_of_too_much_markup_is_not_shown(many: str) -> None:
    assert "too long to be shown" in message(many * 600_000)


def test_of_a_document_without_end_the_beginning_is_shown() -> None:
    html = document("word [[ " * 1_000_000, "/media/")
    assert html.startswith("<p>word [[ word")
    assert html.rstrip().endswith("<p>…</p>")


@given(st.text(alphabet="<>\"'`=/ abimgscriptonerror{}[]()!:&;#x0\n", max_size=80))
def test_no_text_makes_an_element_that_is_not_allowed(text: str) -> None:
    for html in (document(text, "/media/"), message(text)):
        assert not [tag for tag in FORBIDDEN if tag in html.lower()]


def test_markdown_becomes_html_with_its_headings_below_the_pages_own() -> None:
    html = document("# One\n\n###### Six\n\n*so* ~~not~~\n\n|a|\n|-|\n|b|\n", "/media/")
    assert "<h3>One</h3>" in html
    assert "<h4>Six</h4>" in html
    assert "<em>so</em>" in html
    assert "<td>b</td>" in html


def test_links_out_say_that_they_are_not_ours() -> None:
    html = document("[there](https://elsewhere.example/)", "/media/")
    assert 'rel="nofollow noopener noreferrer"' in html


@pytest.mark.parametrize(
    "where", ["README.md", "./x/y.md", "/log", "#below", "?q=1", "//elsewhere.example/x", ""]
)
def test_a_link_to_what_is_not_here_is_words_alone(where: str) -> None:
    html = document(f"See [the *other*]({where}) and [this](HTTPS://packages.example).", "/")
    assert html.startswith("<p>See the <em>other</em> and <a href=")
    assert html.count("<a ") == html.count("</a>") == 1


def test_a_picture_is_shown_if_the_package_brings_it() -> None:
    text = "![Ours](./media/a.png) ![Theirs](https://elsewhere.example/pixel.png)"
    html = document(text, "/packages/acme/x/1.0.0/media/", ["media/a.png"])
    assert '<img src="/packages/acme/x/1.0.0/media/a.png" alt="Ours">' in html
    assert "elsewhere" not in html
    assert "Theirs" in html


def test_a_message_keeps_its_words_and_shows_its_placeholders() -> None:
    html = message(
        '<p>Hello {{ contact.first_name | default("you") }},<br>from [[ parameters.company ]]'
        ' <a href="{{ unsubscribe_url }}">Unsubscribe</a></p>'
    )
    assert html == (
        '<p>Hello <mark class="per-contact">first name</mark>,<br>from '
        '<mark class="at-install">company</mark> <a>Unsubscribe</a></p>'
    )


def test_a_heading_that_repeats_the_title_is_left_out(tags: Package) -> None:
    readme = of_package(tags, "README.md")
    assert readme is not None
    assert readme.lstrip().startswith("Three tags")
    changelog = of_package(tags, "CHANGELOG.md")
    assert changelog is not None
    assert changelog.lstrip().startswith("## 1.0.0")


def test_a_document_that_is_not_text_or_not_there_breaks_nothing(tags: Package) -> None:
    assert of_package(tags, "NOTES.md") is None
    package = with_documents(tags, {"README.md": b"caf\xe9 <b>"})
    assert of_package(package, "README.md") == "caf\ufffd <b>"


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("# One\n\n## Two", ["h3", "h4"]),
        ("## One\n\n### Two\n\n## Three", ["h3", "h4", "h3"]),
        ("# One\n\n##### Two\n\n# Three", ["h3", "h4", "h3"]),
        ("### One\n\n# Two", ["h3", "h3"]),
    ],
)
def test_no_level_of_headings_is_skipped(text: str, levels: list[str]) -> None:
    found = re.findall(r"<(h\d)>", document(text, "/media/"))
    assert found == levels
