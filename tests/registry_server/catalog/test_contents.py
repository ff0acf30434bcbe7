from dataclasses import replace
from decimal import Decimal

from package_format.kinds.product import Product
from package_format.kinds.task import Task
from package_format.package import Package, Resource
from registry_server.catalog.contents import MESSAGES_LIMIT, Item, contents


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
