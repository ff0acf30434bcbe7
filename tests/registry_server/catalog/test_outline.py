from dataclasses import replace

from package_format.campaign.model import Campaign
from package_format.package import Package, Resource
from registry_server.catalog.outline import Stop, outline

EVERYTHING = {
    "title": "Everything",
    "goals": {
        "came": {"when": [{"tag-applied": "attended"}, {"field-changed": "birthday"}]},
        "went": {"title": "Went", "when": {"tag-removed": "attended"}, "after": ["both"]},
    },
    "sequences": {
        "early": {
            "after": ["rules.tagged"],
            "steps": {
                "at": {"wait": {"until": "2026-12-24T09:30:00"}, "apply-tag": "attended"},
                "on": {"wait": {"until-field": "birthday"}},
                "past": {"wait": {"until-field": "birthday", "offset": "2 days"}},
                "set": {"set-field": {"field": "city", "value": "Oslo"}, "if": {"tag": "lead"}},
            },
        },
        "late": {"after": ["rules.rest"], "steps": {"go": {"wait": "1 day"}}},
        "round": {"after": ["again"], "steps": {"go": {"wait": "1 day"}}},
        "again": {"after": ["round"], "steps": {"go": {"wait": "1 day"}}},
    },
    "decisions": {
        "rules": {
            "after": ["came"],
            "ways": {
                "tagged": {
                    "if": {
                        "all": [
                            {"any": [{"tag": "lead"}, {"field": "city", "one-of": ["A", "B"]}]},
                            {"not": {"field": "age", "at-least": 18}},
                        ]
                    }
                },
                "rest": "otherwise",
            },
        }
    },
    "joins": {"both": {"after": ["early", "late"]}},
}


def everything(package: Package) -> dict[str, Stop]:
    resource = Resource("campaign", "all", Campaign.model_validate(EVERYTHING))
    package = replace(package, resources={**package.resources, resource.address: resource})
    return {stop.title: stop for stop in outline(package, resource)}


def test_nodes_come_in_the_order_in_which_contacts_meet_them(
    webinar: tuple[Package, Package],
) -> None:
    (campaign,) = webinar[0].campaigns
    assert [stop.title for stop in outline(webinar[0], campaign)] == [
        "Registered",
        "Remind",
        "Attended",
        "Which course?",
        "Offer the basic course",
        "Offer the pro course",
        "Bought",
        "Keep warm",
        "Welcome",
    ]


def test_steps_are_told_in_words(webinar: tuple[Package, Package]) -> None:
    (campaign,) = webinar[0].campaigns
    stops = {stop.title: stop for stop in outline(webinar[0], campaign)}
    assert stops["Remind"].lines[1:3] == (
        "Apply tag: lead",
        "Wait until 1 day before Webinar date, then send email: Tomorrow we start",
    )
    assert stops["Bought"].lines == ("API call: checkout, course-bought",)
    assert stops["Which course?"].lines == ("pro: if Interest is pro", "basic: otherwise")
    assert stops["Offer the pro course"].comes_after == ("Which course? (pro)",)
    assert stops["Registered"].comes_after == ()


def test_nodes_without_a_title_are_named_by_their_key(tags: Package) -> None:
    assert everything(tags)["Came"].lines == (
        "Tag applied: Attended webinar",
        "Field changed: birthday",
    )


def test_every_sort_of_wait_is_told(tags: Package) -> None:
    assert everything(tags)["Early"].lines == (
        "Wait until 2026-12-24 09:30, then apply tag: Attended webinar",
        "Wait until birthday",
        "Wait until 2 days after birthday",
        "Set field: city (if tagged Lead)",
    )


def test_every_sort_of_condition_is_told(tags: Package) -> None:
    assert everything(tags)["Rules"].lines[0] == (
        "tagged: if tagged Lead or city one of A, B and not (age at least 18)"
    )


def test_joins_say_what_they_wait_for(tags: Package) -> None:
    assert everything(tags)["Both"].lines == ("waits for all of them",)


def test_what_cannot_be_reached_comes_last(tags: Package) -> None:
    assert list(everything(tags))[-2:] == ["Again", "Round"]
