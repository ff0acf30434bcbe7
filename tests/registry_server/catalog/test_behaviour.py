from package_format.package import Package
from registry_server.catalog.behaviour import Behaviour, calls_out, does, listens_for, sends
from registry_server.catalog.wording import Named
from tests.registry_server.conftest import example


def test_every_trigger_is_told_with_what_it_is_about(webinar: tuple[Package, Package]) -> None:
    assert listens_for(webinar[0]) == (
        Behaviour(
            "tag-applied", "Tag applied", (Named("tag", "attended", "acme/lifecycle-tags"),), (), 1
        ),
        Behaviour(
            "web-form-submitted", "Web form", (Named("form", "Webinar registration"),), (), 1
        ),
        Behaviour("api-called", "API call", (), ("integration checkout", "call course-bought"), 1),
    )


def test_what_several_steps_do_is_told_once_with_how_often(
    webinar: tuple[Package, Package],
) -> None:
    offered = Named("email", "The doors close on Friday")
    assert Behaviour("send-email", "Send email", (offered,), (), 2) in sends(webinar[0])


def test_actions_come_in_the_order_of_their_table(webinar: tuple[Package, Package]) -> None:
    titles = [behaviour.title for behaviour in does(webinar[1])]
    assert list(dict.fromkeys(titles)) == ["Apply tag", "Create task"]
    tasks = [b for b in does(webinar[1]) if b.title == "Create task"]
    assert {b.words for b in tasks} == {("due 1 day",), ("due 7 days",)}


def test_a_package_without_campaigns_does_nothing(tags: Package) -> None:
    assert listens_for(tags) == sends(tags) == calls_out(tags) == does(tags) == ()


def test_a_program_elsewhere_is_called_out_to_at_its_address() -> None:
    holiday = example("holiday-promotion")
    endpoint = Named("endpoint", "Holiday application")
    (called,) = calls_out(holiday)
    assert (called.subjects, called.words) == ((endpoint,), ("at [[ parameters.application ]]",))
    assert "Send HTTP POST" not in {behaviour.title for behaviour in does(holiday)}


def test_whom_a_task_goes_to_is_told_by_the_roles_name() -> None:
    renewal = example("renewal-reminder/2.0.0")
    (call,) = (behaviour for behaviour in does(renewal) if behaviour.title == "Make phone call")
    assert [subject.kind for subject in call.subjects] == ["phone-script", "role"]
    assert call.words == ("due 2 days",)
