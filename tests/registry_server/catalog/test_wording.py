import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_format.package import Package
from registry_server.catalog.wording import Filled, Named, Part, counted, named, parts


def test_a_text_is_split_at_its_placeholders() -> None:
    assert parts(
        "Hello {{ contact.first_name | default('you') }} of [[ parameters.company ]]!"
    ) == (
        Part("Hello "),
        Part("first name", Filled.PER_CONTACT),
        Part(" of "),
        Part("company", Filled.AT_INSTALL),
        Part("!"),
    )


def test_a_placeholder_about_nothing_is_shown_as_it_is() -> None:
    assert parts("{{ | x }}") == (Part("| x", Filled.PER_CONTACT),)


@given(st.text(alphabet="[]{}| .ab", max_size=40))
def test_splitting_loses_no_plain_text_and_makes_no_empty_part(text: str) -> None:
    found = parts(text)
    assert all(part.text for part in found)
    if all(part.filled is Filled.PLAIN for part in found) and "{{}}" not in text:
        assert "".join(part.text for part in found) in (text, text.replace("[[]]", ""))


@pytest.mark.parametrize("many", ["[[", "{{", "[[{{", "[", "{"])
def test_a_text_of_nothing_but_delimiters_is_split_in_one_pass(many: str) -> None:
    assert "".join(part.text for part in parts(many * 300_000)) == many * 300_000


def test_a_reference_within_the_package_has_the_name_that_people_see(
    webinar: tuple[Package, Package],
) -> None:
    assert named(webinar[0], "form", "registration") == Named("form", "Webinar registration")


def test_a_reference_to_a_dependency_says_to_which(webinar: tuple[Package, Package]) -> None:
    expected = Named("tag", "attended", "acme/lifecycle-tags")
    assert named(webinar[0], "tag", "lifecycle-tags:attended") == expected
    assert named(webinar[0], "tag", "acme/lifecycle-tags:attended") == expected
    assert named(webinar[0], "tag", "unknown:attended").package == "unknown"


def test_a_built_in_field_is_named_by_itself(webinar: tuple[Package, Package]) -> None:
    assert named(webinar[0], "field", "first_name") == Named("field", "first name")
    assert named(webinar[0], "field", "#12") == Named("field", "#12")


@pytest.mark.parametrize(
    ("count", "kind", "said"),
    [(1, "tag", "1 tag"), (2, "field", "2 custom fields"), (10, "email", "10 emails")],
)
def test_counts_are_said_in_words(count: int, kind: str, said: str) -> None:
    assert counted(count, kind) == said
