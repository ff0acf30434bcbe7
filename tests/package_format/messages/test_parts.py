from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_format.messages import inlined, text_of


def test_styles_are_written_into_their_elements_and_kept_for_small_screens() -> None:
    html = inlined(
        "<style>p { color: red } @media (max-width: 9em) { p { color: blue } }</style><p>Hello</p>"
    )
    assert '<p style="color: red;">Hello</p>' in html
    assert "@media" in html


def test_html_without_styles_stays_as_it_is() -> None:
    assert inlined("<p>Hello & bye") == "<p>Hello & bye"


def test_no_stylesheet_is_fetched() -> None:
    html = '<link rel="stylesheet" href="http://127.0.0.1:9/x.css"><style>p{}</style><p>a</p>'
    assert "127.0.0.1" in inlined(html)


def test_a_text_part_says_what_the_html_says_and_writes_links_out() -> None:
    html = (
        "<style>p {color: red}</style><h1>Hello</h1><p>Your seat is <b>saved</b>.</p>"
        '<ul><li>one<li>two</ul><p><a href="https://example.com/x">The page</a></p>'
    )
    text = text_of(html)
    assert "Hello" in text
    assert "Your seat is saved." in text
    assert "* one" in text
    assert "[The page](https://example.com/x)" in text
    assert "color" not in text


@pytest.mark.parametrize(
    "many", ["[", "[[", "](", "<style>", "<script>", "</style ", "<style></style ", "[a](", " "]
)
def test_a_text_part_is_made_in_one_pass_whatever_the_html_is(many: str) -> None:
    assert isinstance(text_of(f"<p>a</p>{many * 300_000}"), str)


def test_styles_and_programs_have_no_place_in_a_text() -> None:
    html = "a<STYLE>b</style\n>c<script type=x>d<style>e</script>f<style>g"
    assert text_of(html) == "acf\n"


def test_a_link_that_is_its_own_text_is_said_once() -> None:
    assert (
        text_of('<a href="https://a.example/x">https://a.example/x</a>') == "https://a.example/x\n"
    )


def test_an_empty_message_has_an_empty_text() -> None:
    assert text_of(" ") == ""


@given(st.text(alphabet="<>/ap&;!-='\" \n{}", max_size=80))
def test_whatever_the_html_is_a_text_comes_of_it(html: str) -> None:
    assert isinstance(text_of(html), str)
    assert isinstance(inlined(f"<style>p{{}}</style>{html}"), str)
