from dataclasses import replace
from decimal import Decimal

import pytest

from package_format.kinds.endpoint import Endpoint
from package_format.kinds.product import Product
from package_format.kinds.task import Task
from package_format.package import Package, Resource
from registry_server.catalog.contents import MESSAGES_LIMIT, Item, contents
from tests.registry_server.conftest import example


def test_everything_that_a_package_creates_is_listed_campaigns_first(
    webinar: tuple[Package, Package],
) -> None:
    groups = contents(webinar[0])
    assert [group.title for group in groups] == [
        "1 campaign",
        "1 task template",
        "1 web form",
        "10 emails",
        "2 custom fields",
    ]
    assert sum(len(group.items) for group in groups) == len(webinar[0].resources)


def test_each_kind_says_what_people_want_to_know_of_it(webinar: tuple[Package, Package]) -> None:
    items = {(group.kind, item.key): item for group in contents(webinar[1]) for item in group.items}
    assert items["campaign", "follow-up"].details == ("4 goals, 6 sequences, 13 steps, 1 decision",)
    assert "choice: pro, basic" in items["field", "interest"].details
    assert "date" in items["field", "webinar_date"].details
    assert items["form", "registration"].details[0].startswith("Asks for first name, email, Which")
    assert items["email", "replay"].details == ("Forty minutes, with chapters.",)
    assert "contact.first_name" in (items["email", "replay"].message or "")
    assert items["task", "call"].message is None


def test_tags_say_what_they_stand_for(tags: Package) -> None:
    (group,) = contents(tags)
    assert group.items[0] == Item(
        "attended", "Attended webinar", ("Was there when a webinar was held.", "Lifecycle")
    )


def test_products_say_their_price_and_tasks_their_notes(tags: Package) -> None:
    course = Product(name="Course", price=Decimal("49.50"), currency="EUR")
    brought = [
        Resource("product", "course", course),
        Resource("task", "ring", Task(title="Ring", notes="Twice.")),
        Resource("task", "wait", Task(title="Wait")),
    ]
    package = replace(tags, resources={r.address: r for r in brought})
    details = [item.details for group in contents(package) for item in group.items]
    assert details == [("Twice.",), (), ("49.50 EUR",)]


@pytest.mark.parametrize(
    ("name", "kind", "key", "details"),
    [
        ("holiday-promotion", "link", "guide", ("[[ parameters.guide ]]",)),
        (
            "free-consultation", "appointment", "consultation",
            ("What works, what does not, and what to do first.", "By phone, or at our table"),
        ),
        (
            "free-consultation", "internal-form", "minutes",
            ("Asks for What was it about, in one sentence?, company",),
        ),
        ("sales-pipeline", "stage", "won", ("Sales",)),
        (
            "sales-pipeline", "note", "qualified",
            ("{{ contact.first_name }} has the need, the money and the time.",),
        ),
        (
            "tshirt-shop", "fulfilment-list", "parcels",
            ("One T-shirt each, folded, with the leaflet about washing.",),
        ),
        ("segmentation", "score", "warmth", ("How much somebody does with what we send.",)),
    ],
)  # fmt: skip
def test_less_common_kinds_say_it_too(
    name: str, kind: str, key: str, details: tuple[str, ...]
) -> None:
    (group,) = [group for group in contents(example(name)) if group.kind == kind]
    (item,) = [item for item in group.items if item.key == key]
    assert item.details == details


def test_an_endpoint_says_where_it_is_and_what_it_is_told(tags: Package) -> None:
    told = Endpoint(title="Desk", url="https://desk.example/in", fields=("first_name", "company"))
    brought = [
        Resource("endpoint", "desk", told),
        Resource("endpoint", "none", Endpoint(title="None")),
    ]
    package = replace(tags, resources={r.address: r for r in brought})
    (group,) = contents(package)
    assert [item.details for item in group.items] == [
        ("https://desk.example/in", "Is sent first name, company"),
        (),
    ]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("tshirt-shop", "letter"),
        ("renewal-reminder/1.0.0", "fax"),
        ("white-paper", "page"),
        ("free-consultation", "phone-script"),
    ],
)
def test_whatever_people_would_read_can_be_read_before(name: str, kind: str) -> None:
    (group,) = [group for group in contents(example(name)) if group.kind == kind]
    assert "<p>" in (group.items[0].message or "")


def test_a_package_without_resources_creates_nothing(tags: Package) -> None:
    assert contents(replace(tags, resources={})) == ()


def test_a_page_shows_only_so_many_messages(webinar: tuple[Package, Package]) -> None:
    package = webinar[1]
    bodies = {
        address: replace(r, model=r.model.model_copy(update={"body": "a" * (MESSAGES_LIMIT // 2)}))
        for address, r in package.resources.items()
        if r.kind == "email"
    }
    changed = replace(package, resources={**package.resources, **bodies})
    items = [i for group in contents(changed) if group.kind == "email" for i in group.items]
    assert sum(item.message is not None for item in items) == 2 < len(items)
