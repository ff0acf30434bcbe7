from package_format.package import Package
from registry_server.catalog.behaviour import Behaviour, does, listens_for
from registry_server.catalog.wording import Named


def test_every_trigger_is_told_with_what_it_is_about(webinar: tuple[Package, Package]) -> None:
    assert listens_for(webinar[0]) == (
        Behaviour("Tag applied", (Named("tag", "attended", "acme/lifecycle-tags"),), (), 1),
        Behaviour("Web form", (Named("form", "Webinar registration"),), (), 1),
        Behaviour("API call", (), ("integration checkout", "call course-bought"), 1),
    )


def test_what_several_steps_do_is_told_once_with_how_often(
    webinar: tuple[Package, Package],
) -> None:
    offered = Named("email", "The doors close on Friday")
    assert Behaviour("Send email", (offered,), (), 2) in does(webinar[0])


def test_actions_come_in_the_order_of_their_table(webinar: tuple[Package, Package]) -> None:
    titles = [behaviour.title for behaviour in does(webinar[1])]
    assert list(dict.fromkeys(titles)) == ["Send email", "Apply tag", "Create task"]
    tasks = [b for b in does(webinar[1]) if b.title == "Create task"]
    assert {b.words for b in tasks} == {("due 1 day",), ("due 7 days",)}


def test_a_package_without_campaigns_does_nothing(tags: Package) -> None:
    assert listens_for(tags) == does(tags) == ()
