from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated

import pytest
from pydantic import BaseModel, ValidationError

from package_format.campaign.actions import ACTIONS, SendEmail
from package_format.campaign.model import Campaign
from package_format.campaign.triggers import TRIGGERS
from package_format.contact_fields import BUILT_IN, FieldType
from package_format.kinds.contact_field import ContactField
from package_format.kinds.email import Email
from package_format.kinds.form import Form
from package_format.kinds.model import (
    Block,
    Fillable,
    Key,
    Message,
    Model,
    RefTo,
    marked,
    may_refer,
    references,
    replaced,
    word_of,
)
from package_format.kinds.product import Product
from package_format.kinds.table import KINDS, Kind
from package_format.kinds.tag import Tag
from package_format.manifest import FEATURES, Manifest, PackageTable
from package_format.package import Package, Resource
from package_format.references import KEY_PATTERN, Address


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_a_row_of_the_table_speaks_of_fields_that_its_model_has(kind: Kind) -> None:
    fields = set(kind.model.model_fields)
    named = {kind.label, *kind.natural_key, *kind.must_match, *kind.fixed}
    assert named <= fields
    assert kind.named_by_key is None or kind.named_by_key in fields
    assert kind.feature is None or kind.feature in FEATURES


def test_every_kind_has_a_location_of_its_own() -> None:
    assert len({kind.location for kind in KINDS.values()}) == len(KINDS)
    assert all(
        re.fullmatch(r"[a-z-]+(\.yaml|/\*\.(yaml|html))", k.location) for k in KINDS.values()
    )


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_a_kind_refers_only_to_kinds_that_are_created_before_it(kind: Kind) -> None:
    before = list(KINDS)[: list(KINDS).index(kind.name)]
    schema_kinds = {marker.kind for marker in _markers(kind.model) if isinstance(marker, RefTo)}
    own = {kind.name} if kind.name == "campaign" else set()  # for one condition: in-campaign
    assert schema_kinds <= {*before, *own}


def _markers(model: type[BaseModel]) -> set[object]:
    found: set[object] = set()
    pending: list[object] = list(model.model_fields.values())
    models = {model}
    while pending:
        thing = pending.pop()
        for part in getattr(thing, "metadata", ()):
            if isinstance(part, RefTo | Fillable | Message | Block):
                found.add(part)
        pending += getattr(thing, "__metadata__", ())
        if isinstance(thing, RefTo | Fillable | Message | Block):
            found.add(thing)
        if isinstance(thing, type) and issubclass(thing, BaseModel) and thing not in models:
            models.add(thing)
            pending += thing.model_fields.values()
        pending += [getattr(thing, "annotation", None), *getattr(thing, "__args__", ())]
        pending.append(getattr(thing, "__origin__", None))
        pending = [x for x in pending if x is not None]
    return found


@pytest.mark.parametrize("table", [TRIGGERS, ACTIONS])
def test_a_row_of_triggers_or_actions_needs_a_known_feature(table: dict[str, object]) -> None:
    for word, row in table.items():
        assert word == row.model.word  # type: ignore[attr-defined]
        assert row.feature is None or row.feature in FEATURES  # type: ignore[attr-defined]


def test_an_action_causes_only_events_that_a_trigger_listens_for() -> None:
    assert {word for row in ACTIONS.values() for word in row.causes} <= set(TRIGGERS)


def test_built_in_fields_have_names_as_custom_ones_do() -> None:
    assert all(re.fullmatch(KEY_PATTERN, name) for name in BUILT_IN)
    assert BUILT_IN["birthday"] is FieldType.DATE


@pytest.mark.parametrize(
    ("model", "data"),
    [
        (Tag, {"name": "A"}),
        (Tag, {"name": "A", "category": "B"}),
        (ContactField, {"name": "a", "title": "A"}),
        (ContactField, {"name": "a", "title": "A", "type": "choice", "choices": ["x"]}),
        (Product, {"name": "A", "price": "49.90", "currency": "EUR"}),
        (Email, {"subject": "A", "from": "b", "body": "c", "from-name": "d"}),
        (Form, {"title": "A", "fields": [{"field": "email", "required": True}]}),
    ],
)
def test_canonical_data_means_the_same_and_leaves_defaults_out(
    model: type[Model], data: dict[str, object]
) -> None:
    assert model.model_validate(data).canonical() == data
    assert model.model_validate(model.model_validate(data).canonical()).canonical() == data


@pytest.mark.parametrize("price", [49.9, "49.9", "49.90", Decimal("49.9")])
def test_a_price_has_one_canonical_form(price: object) -> None:
    product = Product.model_validate({"name": "A", "price": price, "currency": "EUR"})
    assert product.canonical()["price"] == "49.90"


@pytest.mark.parametrize(
    ("model", "data"),
    [
        (Product, {"name": "A", "price": -1, "currency": "EUR"}),
        (Product, {"name": "A", "price": 1.234, "currency": "EUR"}),
        (Product, {"name": "A", "price": 1, "currency": "Euro"}),
        (ContactField, {"name": "a", "title": "A", "type": "choice"}),
        (ContactField, {"name": "a", "title": "A", "choices": ["x"]}),
        (ContactField, {"name": "A b", "title": "A"}),
        (Form, {"title": "A", "fields": []}),
        (Tag, {"name": ""}),
    ],
)
def test_what_no_account_could_hold_is_refused(model: type[Model], data: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        model.model_validate(data)


CAMPAIGN = {
    "title": "[[ parameters.brand ]]",
    "goals": {
        "a": {
            "when": [{"tag-applied": "t"}, {"web-form-submitted": {"form": "f"}}],
            "if": {"all": [{"field": "x", "is": 1}, {"not": {"tag": "u"}}]},
        }
    },
    "sequences": {
        "s": {
            "after": "a",
            "steps": {
                "one": {"wait": {"until-field": "day"}, "send-email": "e"},
                "two": {"if": {"any": [{"tag": "v"}]}, "create-task": {"task": "k"}},
            },
        }
    },
}


def test_every_reference_is_found_with_its_kind_and_its_path_in_canonical_data() -> None:
    campaign = Campaign.model_validate(CAMPAIGN)
    data = campaign.canonical()
    found = list(references(campaign))
    assert [(kind, text) for _, kind, text in found] == [
        ("tag", "t"), ("form", "f"), ("field", "x"), ("tag", "u"),
        ("field", "day"), ("email", "e"), ("tag", "v"), ("task", "k"),
    ]  # fmt: skip
    for path, _, text in found:
        value: object = data
        for part in path:
            value = value[part]  # type: ignore[index]
        assert value == text


def test_replacing_every_reference_changes_nothing_else() -> None:
    campaign = Campaign.model_validate(CAMPAIGN)
    before = campaign.canonical()
    data = before
    for path, _, text in references(campaign):
        data = replaced(data, path, f"{text}-new")
    assert before == campaign.canonical()
    changed = Campaign.model_validate(data)
    assert [text for _, _, text in references(changed)] == [
        f"{text}-new" for _, _, text in references(campaign)
    ]
    back = data
    for path, _, text in references(campaign):
        back = replaced(back, path, text)
    assert back == before


def test_the_whole_can_be_replaced() -> None:
    assert replaced({"a": 1}, (), 2) == 2


def test_markers_say_what_a_text_may_hold() -> None:
    email = Email(subject="s", from_="f", body="b")
    found = {(m.path[0], type(m.marker)) for m in marked(email)}
    assert found >= {
        ("subject", Fillable), ("subject", Message), ("from", Fillable),
        ("body", Fillable), ("body", Message), ("body", Block),
    }  # fmt: skip


def test_markers_are_found_in_mappings_lists_and_optionals() -> None:
    class Inner(Model):
        ref: Annotated[str, RefTo("tag")] | None = None

    class Outer(Model):
        by_key: dict[Key, Annotated[str, RefTo("form")]] = {}
        listed: tuple[Annotated[str, RefTo("email")], ...] | None = None
        inner: dict[Key, Inner] = {}
        count: int = 0

    outer = Outer(by_key={"a": "f"}, listed=("e",), inner={"b": Inner(ref="t"), "c": Inner()})
    assert list(references(outer)) == [
        (("by-key", "a"), "form", "f"),
        (("listed", 0), "email", "e"),
        (("inner", "b", "ref"), "tag", "t"),
    ]


def test_markers_are_found_in_a_model_of_any_sort() -> None:
    class Plain(BaseModel):
        ref: Annotated[str, RefTo("tag")]

    assert list(references(Plain(ref="t"))) == [(("ref",), "tag", "t")]


def test_the_word_of_a_row_is_known_from_its_model_and_from_data() -> None:
    assert word_of(SendEmail(email="e")) == "send-email"
    assert word_of({"send-email": "e"}) == "send-email"
    assert word_of({"a": 1, "b": 2}) is None
    assert word_of("send-email") is None


def test_a_resource_knows_its_address_label_and_data() -> None:
    resource = Resource("email", "hi", Email(subject="Hello", from_="f", body="b"))
    assert resource.address == Address("", "email", "hi")
    assert resource.label == "Hello"
    assert resource.data == {"subject": "Hello", "from": "f", "body": "b"}
    with pytest.raises(TypeError, match="email/hi is not a campaign"):
        _ = resource.flow


def test_a_resource_that_is_a_campaign_has_a_flow() -> None:
    resource = Resource("campaign", "c", Campaign.model_validate(CAMPAIGN))
    assert set(resource.flow.nodes) == {"a", "s"}


def test_a_package_knows_its_campaigns() -> None:
    table = PackageTable(name="acme/x", version="1.0.0", title="X", summary="S", license="MIT")
    resources = [
        Resource("tag", "t", Tag(name="T")),
        Resource("campaign", "c", Campaign.model_validate(CAMPAIGN)),
    ]
    package = Package(Manifest(package=table), {r.address: r for r in resources})
    assert [r.key for r in package.campaigns] == ["c"]


def test_whether_a_kind_can_refer_to_others_is_known_without_reading_one() -> None:
    assert {kind for kind, row in KINDS.items() if not may_refer(row.model)} == {
        "tag", "field", "stage", "link", "email", "letter", "fax", "phone-script", "note",
        "appointment", "task",
    }  # fmt: skip
