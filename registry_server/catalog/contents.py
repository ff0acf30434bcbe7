"""Contents: what a package will create in an account, resource by resource."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

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
from package_format.kinds.model import Model
from package_format.kinds.note import Note
from package_format.kinds.page import Page
from package_format.kinds.phone_script import PhoneScript
from package_format.kinds.product import Product
from package_format.kinds.score import Score
from package_format.kinds.stage import Stage
from package_format.kinds.table import KINDS
from package_format.kinds.tag import Tag
from package_format.kinds.task import Task
from package_format.package import Package, Resource
from package_format.references import Address
from registry_server.catalog.wording import Filled, counted, named, parts


@dataclass(frozen=True)
class Item:
    """One resource that will be created.

    Attributes:
        key: Its stable name within the package.
        label: What people know it by; may hold placeholders.
        details: What else is worth knowing, a short text each; may hold placeholders.
        message: The HTML that a contact would receive or see, or a caller has before them, for
            kinds that have such a body; None also where the package has more of it than a page can
            show.
    """

    key: str
    label: str
    details: tuple[str, ...] = ()
    message: str | None = None

    @property
    def has_placeholders(self) -> bool:
        """Whether somebody or something fills in a part of it."""
        texts = (self.label, *self.details, self.message or "")
        return any(part.filled is not Filled.PLAIN for text in texts for part in parts(text))


@dataclass(frozen=True)
class Group:
    """The resources of one kind: how many there are in words, and each of them."""

    kind: str
    title: str
    items: tuple[Item, ...]


MESSAGES_LIMIT = 1_000_000
"""How many characters of messages are shown of a package, all together."""

_TELLING: Mapping[type[Model], tuple[str, ...]] = {
    AppointmentType: ("description", "location"),
    Email: ("preheader",),
    FulfilmentList: ("description",),
    Link: ("url",),
    Note: ("text",),
    Score: ("description",),
    Stage: ("pipeline", "description"),
    Tag: ("description", "category"),
    Task: ("notes",),
}
"""What of a resource's own texts is worth knowing, where that is all there is to say."""


def contents(package: Package) -> tuple[Group, ...]:
    """Return everything that a package creates, campaigns first, then what they stand on."""
    kinds = list(KINDS)
    resources = sorted(package.resources.values(), key=lambda r: (-kinds.index(r.kind), r.key))
    shown = _messages(resources)
    return tuple(
        _group(kind, [_item(package, resource, shown.get(resource.address)) for resource in same])
        for kind, same in groupby(resources, key=lambda r: r.kind)
    )


def _group(kind: str, items: list[Item]) -> Group:
    return Group(kind, counted(len(items), kind), tuple(items))


def _messages(resources: Iterable[Resource]) -> dict[Address, str]:
    """The HTML that people would read, as long as it is not too much for one page."""
    shown: dict[Address, str] = {}
    left = MESSAGES_LIMIT
    for resource in resources:
        model = resource.model
        if isinstance(model, Email | Letter | Fax | Page | PhoneScript) and len(model.body) <= left:
            shown[resource.address] = model.body
            left -= len(model.body)
    return shown


def _item(package: Package, resource: Resource, message: str | None) -> Item:
    details = tuple(filter(None, _details(package, resource.model)))
    return Item(resource.key, resource.label, details, message)


def _details(package: Package, model: Model) -> Iterator[str]:
    """Say what people want to know of a resource; of a kind not named here, its name will do."""
    match model:
        case Campaign():
            yield _of_campaign(model)
        case Form() | InternalForm():
            yield "Asks for " + ", ".join(
                field.label or named(package, "field", field.field).label for field in model.fields
            )
        case ContactField():
            yield model.description or ""
            yield f"{model.type}: {', '.join(model.choices)}" if model.choices else model.type
        case Product():
            yield f"{model.price} {model.currency}"
        case Endpoint(url=url, fields=fields):
            yield url or ""
            if fields:
                yield "Is sent " + ", ".join(named(package, "field", it).label for it in fields)
        case _:
            for name in _TELLING.get(type(model), ()):
                yield getattr(model, name) or ""


def _of_campaign(campaign: Campaign) -> str:
    steps = sum(len(sequence.steps) for sequence in campaign.sequences.values())
    counts = (
        (len(campaign.goals), "goal"),
        (len(campaign.sequences), "sequence"),
        (steps, "step"),
        (len(campaign.decisions), "decision"),
        (len(campaign.joins), "join"),
    )
    return ", ".join(f"{n} {word}{'' if n == 1 else 's'}" for n, word in counts if n)
