from package_format.index import IndexLine
from registry_server.catalog.listing import Listed, found_by


def package(name: str, summary: str, *dependencies: str) -> Listed:
    return Listed(
        IndexLine(
            name=name,
            version="1.0.0",
            digest="sha256:" + "0" * 64,
            size=1,
            summary=summary,
            dependencies=dict.fromkeys(dependencies, "^1.0"),
            published="2026-11-01T09:00:00Z",
        ),
        1,
    )


TAGS = package("acme/tags", "The tags that everybody shares.")
WEBINAR = package("acme/webinar", "Reminds, and follows up with tags.", "acme/tags")
RENEWALS = package("zen/renewals", "Reminds people to renew.", "acme/tags")
ALL = (RENEWALS, WEBINAR, TAGS)


def names(found: tuple[Listed, ...]) -> list[str]:
    return [listed.newest.name for listed in found]


def test_no_words_find_everything_by_name() -> None:
    assert names(found_by("", ALL)) == ["acme/tags", "acme/webinar", "zen/renewals"]


def test_words_are_found_in_names_and_summaries_whatever_their_case() -> None:
    assert names(found_by("REMIND", ALL)) == ["acme/webinar", "zen/renewals"]


def test_every_word_must_be_found() -> None:
    assert names(found_by("reminds tags", ALL)) == ["acme/webinar"]
    assert names(found_by("reminds nowhere", ALL)) == []


def test_a_name_comes_before_a_summary() -> None:
    assert names(found_by("tag", (WEBINAR, TAGS))) == ["acme/tags", "acme/webinar"]


def test_the_name_itself_comes_first() -> None:
    longer = package("acme/a-tags", "More of them.")
    assert names(found_by("tags", (longer, TAGS))) == ["acme/tags", "acme/a-tags"]


def test_a_word_does_not_span_the_name_and_the_summary() -> None:
    assert names(found_by("tagsthe", ALL)) == []
