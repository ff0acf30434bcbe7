"""The table of kinds: one row for each kind of resource that a package can bring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from package_format.campaign.model import Campaign
from package_format.kinds.appointment import AppointmentType
from package_format.kinds.contact_field import ContactField
from package_format.kinds.email import Email
from package_format.kinds.endpoint import Endpoint
from package_format.kinds.form import Form
from package_format.kinds.fulfilment_list import FulfilmentList
from package_format.kinds.internal_form import InternalForm
from package_format.kinds.letter import Fax, Letter
from package_format.kinds.link import Link
from package_format.kinds.model import Json, Model
from package_format.kinds.note import Note
from package_format.kinds.page import Page
from package_format.kinds.phone_script import PhoneScript
from package_format.kinds.product import Product
from package_format.kinds.role import Role
from package_format.kinds.score import Score
from package_format.kinds.stage import Stage
from package_format.kinds.tag import Tag
from package_format.kinds.task import Task


@dataclass(frozen=True)
class Kind:
    """A row of the table.

    Attributes:
        name: The kind's word, as addresses have it.
        title: The kind in a sentence, in the singular: "tag", "custom field".
        model: What a resource of this kind says.
        location: ``tags.yaml`` for a small kind (key to resource in one file), ``emails/*.html``
            (front matter and body) or ``campaigns/*.yaml`` for one file a resource.
        natural_key: The fields that identify one in an account, compared without regard to case and
            surrounding space; none where an account may hold several alike.
        must_match: The fields that a namesake must agree in to be adopted.
        label: The field that names one to people.
        fixed: The fields that an account's owner may not edit.
        named_by_key: The field that takes the resource's key when the author leaves it out.
        feature: The account feature it needs, if any.
    """

    name: str
    title: str
    model: type[Model]
    location: str
    label: str
    natural_key: tuple[str, ...] = ()
    must_match: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    named_by_key: str | None = None
    feature: str | None = None


KINDS: Mapping[str, Kind] = {
    row.name: row
    for row in (
        Kind("tag", "tag", Tag, "tags.yaml", "name", natural_key=("name",)),
        Kind(
            "field",
            "custom field",
            ContactField,
            "fields.yaml",
            "title",
            natural_key=("name",),
            must_match=("type",),
            fixed=("name", "type"),
            named_by_key="name",
        ),
        Kind(
            "product",
            "product",
            Product,
            "products.yaml",
            "name",
            natural_key=("name",),
            must_match=("currency",),
            feature="ecommerce",
        ),
        Kind(
            "stage",
            "pipeline stage",
            Stage,
            "stages.yaml",
            "name",
            natural_key=("pipeline", "name"),
            must_match=("ends",),
            feature="opportunities",
        ),
        Kind("role", "role", Role, "roles.yaml", "title", natural_key=("title",)),
        Kind(
            "link",
            "tracked link",
            Link,
            "links.yaml",
            "title",
            natural_key=("title",),
            must_match=("url",),
            feature="tracked-links",
        ),
        Kind("email", "email", Email, "emails/*.html", "subject", feature="email"),
        Kind("letter", "letter", Letter, "letters/*.html", "title", feature="letters"),
        Kind("fax", "fax", Fax, "faxes/*.html", "title", feature="faxes"),
        Kind(
            "phone-script",
            "phone script",
            PhoneScript,
            "phone-scripts/*.html",
            "title",
            feature="calls",
        ),
        Kind("note", "note template", Note, "notes.yaml", "title", feature="notes"),
        Kind(
            "form",
            "web form",
            Form,
            "forms/*.yaml",
            "title",
            natural_key=("title",),
            feature="web-forms",
        ),
        Kind(
            "internal-form",
            "internal form",
            InternalForm,
            "internal-forms/*.yaml",
            "title",
            natural_key=("title",),
            feature="internal-forms",
        ),
        Kind(
            "page",
            "landing page",
            Page,
            "pages/*.html",
            "title",
            natural_key=("title",),
            feature="landing-pages",
        ),
        Kind(
            "appointment",
            "appointment type",
            AppointmentType,
            "appointments.yaml",
            "title",
            natural_key=("title",),
            feature="appointments",
        ),
        Kind("task", "task template", Task, "tasks.yaml", "title", feature="tasks"),
        Kind(
            "fulfilment-list",
            "fulfilment list",
            FulfilmentList,
            "fulfilment-lists.yaml",
            "name",
            natural_key=("name",),
            feature="fulfilment",
        ),
        Kind(
            "endpoint",
            "HTTP endpoint",
            Endpoint,
            "endpoints.yaml",
            "title",
            natural_key=("title",),
            must_match=("url",),
            feature="http-posts",
        ),
        Kind(
            "score",
            "lead score",
            Score,
            "scores.yaml",
            "name",
            natural_key=("name",),
            feature="lead-scores",
        ),
        Kind("campaign", "campaign", Campaign, "campaigns/*.yaml", "title"),
    )
}
"""Every kind by its name, in the order in which they are created: referred to before referring."""


def label_in(kind: str, data: Json) -> str:
    """Return what people know a resource by, from its data: a tag's name, an email's subject."""
    return str(data[KINDS[kind].label])
