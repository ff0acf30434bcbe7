"""The shelf: what lists of packages are made of."""

from package_format.index import IndexLine
from package_format.package import Package
from registry_server.catalog.listing import facts
from registry_server.catalog.shelf import LATEST, Shelf


def line(name: str, version: str, day: int, *dependencies: str) -> IndexLine:
    return IndexLine(
        name=name,
        version=version,
        digest="sha256:" + "0" * 64,
        size=1,
        summary="A package.",
        dependencies=dict.fromkeys(dependencies, "^1.0"),
        published=f"2026-11-{day:02}T09:00:00Z",
    )


TAGS = (line("acme/tags", "1.0.0", 1), line("acme/tags", "1.1.0", 5))
WEBINAR = (line("acme/webinar", "1.0.0", 3, "acme/tags"), line("acme/webinar", "2.0.0", 4))
ZEN = (line("zen/renewals", "1.0.0", 2, "acme/tags"),)
SHELF = Shelf.of({"zen/renewals": ZEN, "acme/webinar": WEBINAR, "acme/tags": TAGS})


def test_packages_stand_by_name_with_their_newest_version() -> None:
    assert list(SHELF.packages) == ["acme/tags", "acme/webinar", "zen/renewals"]
    assert SHELF.packages["acme/tags"].newest == TAGS[1]
    assert SHELF.packages["acme/tags"].versions == 2


def test_a_package_is_used_by_those_whose_newest_version_needs_it() -> None:
    assert SHELF.used_by("acme/tags") == ("zen/renewals",)
    assert SHELF.used_by("acme/webinar") == ()


def test_what_was_published_last_comes_first() -> None:
    assert [one.version for one in SHELF.latest] == ["1.1.0", "2.0.0", "1.0.0", "1.0.0", "1.0.0"]
    assert [one.newest.name for one in SHELF.new] == ["acme/tags", "acme/webinar", "zen/renewals"]


def test_of_what_was_published_only_the_last_is_kept() -> None:
    many = {f"acme/p{n}": (line(f"acme/p{n}", "1.0.0", 1),) for n in range(LATEST + 20)}
    assert len(Shelf.of(many).latest) == LATEST


def test_a_publisher_has_the_packages_below_its_name() -> None:
    assert SHELF.publishers == ("acme", "zen")
    assert [one.newest.name for one in SHELF.of_publisher("zen")] == ["zen/renewals"]
    assert SHELF.of_publisher("nobody") == ()


def test_a_packages_face_is_its_largest_campaign(
    tags: Package, webinar: tuple[Package, Package]
) -> None:
    assert facts(tags).campaign is None
    found = facts(webinar[1])
    assert (found.title, found.campaign) == ("Webinar follow-up", "follow-up")
    assert "8 emails" in found.brings
    assert found.categories == webinar[1].manifest.package.categories
