from __future__ import annotations

import pytest

from package_format.checks.markup import FILLED, addresses, elements


@pytest.mark.parametrize(
    "text", ["<![CDAT [x", "<![ x", "<!x", "<!--", "<a", "<a href='", "&#0;<", "<!["]
)
def test_whatever_is_no_html_is_passed_over(text: str) -> None:
    assert all(element.name for element in elements(f"{text} <p>"))


def test_an_element_knows_where_its_attribute_stands() -> None:
    html = 'x\n<a title=a HREF = "[[ parameters.url ]]?a=1&amp;b=2">'
    (element,) = elements(html)
    start, end = element.place("href")
    assert html[start:end] == "[[ parameters.url ]]?a=1&amp;b=2"
    assert (element.attributes["href"] or "").startswith(FILLED)
    assert list(addresses(html, elements(html))) == ["[[ parameters.url ]]?a=1&b=2"]


def test_without_a_value_the_whole_tag_is_the_place() -> None:
    (element,) = elements("<a href>")
    assert element.place("href") == (0, len("<a href>"))


def test_what_stands_in_a_template_is_no_markup() -> None:
    assert [e.name for e in elements('{% if a < "<b>" %}{# <i> #}{{ "<u>" }}<p>{% endif %}')] == [
        "p"
    ]
