"""A small shop to plan for: packages made of plain data, and an account in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from account_engine.changing.changes import (
    Applied,
    ChangeSet,
    Create,
    Enrol,
    Remove,
    Republish,
    Update,
)
from account_engine.objects import StoredObject, natural_key, number_of, resolved
from account_engine.surveys import Survey, Surveyed, survey
from account_engine.upgrading.outlook import Outlook
from cpt.installer.changes import Change, ChangeType
from cpt.installer.choices import Choices
from cpt.installer.neighbours.events import heard
from cpt.installer.plan import Plan
from cpt.installer.planning.agreement import disagreement
from cpt.installer.preparing import prepare
from cpt.installer.record.snapshot import read_record
from cpt.installer.request import Chosen, installing, uninstalling
from package_format.campaign.model import Campaign
from package_format.campaign.places import Place
from package_format.kinds.model import Json
from package_format.kinds.table import KINDS
from package_format.manifest import Manifest
from package_format.package import Package, Resource
from package_format.references import Address
from package_format.upgrades.entry_data import read_entries
from tests.kept_plans import shows_the_same

FEATURES = ("api", "email", "tasks", "web-forms")


def package(
    name: str,
    version: str,
    resources: Mapping[str, Json],
    *,
    dependencies: Mapping[str, str] | None = None,
    parameters: Mapping[str, Json] | None = None,
    upgrades: Iterable[Json] = (),
    features: tuple[str, ...] = (),
) -> Package:
    """Return a package whose resources are plain data by local address, as an author has them."""
    manifest = Manifest.model_validate(
        {
            "package": {
                "name": name, "version": version, "title": name, "summary": name, "license": "MIT"
            },
            "account": {"features": features},
            "dependencies": dict(dependencies or {}),
            "parameters": dict(parameters or {}),
        }
    )  # fmt: skip
    found = {}
    for text, data in resources.items():
        address = Address.parse(text)
        model = KINDS[address.kind].model.model_validate(data)
        found[address] = Resource(address.kind, address.key, model)
    return Package(manifest, found, read_entries(list(upgrades)))


@dataclass
class Info:
    id: str = "shop"
    incarnation: str = "first"
    name: str = "shop"
    features: tuple[str, ...] = FEATURES
    zone: str = "UTC"
    now: int = 0
    head: str | None = None


@dataclass(frozen=True)
class Occupied:
    version: int
    place: Place
    contacts: int
    next_due: int | None = None
    overdue: int = 0


@dataclass(frozen=True)
class Retired:
    title: str
    contacts: int
    waiting: int = 0


@dataclass(frozen=True)
class Version:
    version: int
    published: bool = True


@dataclass(frozen=True)
class Revision:
    number: int
    id: str
    title: str
    at: int
    record: Json


@dataclass
class FakeAccount:
    """An account without contacts of its own: who stands where is what a test says."""

    info: Info = field(default_factory=Info)
    stored: dict[int, StoredObject] = field(default_factory=dict)
    carried: dict[int, int] = field(default_factory=dict)
    standing: dict[int, list[Occupied]] = field(default_factory=dict)
    versions: dict[int, int] = field(default_factory=dict)
    flows_left: list[Retired] = field(default_factory=list)
    leftovers: dict[int, StoredObject] = field(default_factory=dict)  # only retired flows remain
    history: list[Revision] = field(default_factory=list)
    applied: list[ChangeSet] = field(default_factory=list)
    stopped: set[int] = field(default_factory=set)
    numbers: int = 0

    def put(self, kind: str, data: Json, number: int | None = None) -> int:
        """Write an object, as an owner would, and return its id."""
        if number is None:
            self.numbers += 1
            number = self.numbers
        model = KINDS[kind].model.model_validate(data)
        self.stored[number] = StoredObject(number, kind, model.canonical())
        return number

    # --- the port

    def object(self, number: int) -> StoredObject | None:
        return self.stored.get(number)

    def objects(self, numbers: Iterable[int]) -> Mapping[int, StoredObject]:
        return {number: self.stored[number] for number in numbers if number in self.stored}

    def namesakes(self, kind: str, natural: str) -> tuple[int, ...]:
        return tuple(
            number
            for number, each in sorted(self.stored.items())
            if each.kind == kind and natural_key(kind, each.data) == natural
        )

    def referrers(self, number: int) -> tuple[int, ...]:
        return tuple(
            other
            for other, each in sorted({**self.stored, **self.leftovers}.items())
            if f"'#{number}'" in str(each.data)
        )

    def carriers(self, number: int) -> int:
        return self.carried.get(number, 0)

    def count_enrollable(
        self, tags: Sequence[int], campaign: int | None, besides: Sequence[tuple[int, str]] = ()
    ) -> int:
        del campaign, besides  # nobody has two tags, or stands anywhere
        return sum(self.carried.get(tag, 0) for tag in tags)

    def listeners(
        self, word: str, attributes: Mapping[str, str | tuple[str, ...]]
    ) -> tuple[tuple[int, str], ...]:
        return tuple(
            (number, goal)
            for number, each in sorted(self.stored.items())
            if each.kind == "campaign"
            for event, goal in heard(Campaign.model_validate(each.data))
            if event.word == word and set(event.attributes) <= set(attributes.items())
        )

    def flow(self, campaign: int) -> Version:
        return Version(self.versions.get(campaign, 1), campaign not in self.stopped)

    def occupancy(self, campaign: int) -> tuple[Occupied, ...]:
        return tuple(self.standing.get(campaign, ()))

    def survey(self, asked: Survey) -> Surveyed:
        return survey(self, asked)

    def outlook(
        self, campaign: int, data: Json, answers: Json, moves: Json, onward: Json = ()
    ) -> Mapping[Place, Outlook]:
        del campaign, data, answers, moves, onward  # who stands where is all that a test says
        return {}

    def retired(self) -> tuple[Retired, ...]:
        return tuple(self.flows_left)

    def record(self) -> Json:
        return self.history[-1].record if self.history else None

    def revisions(self) -> tuple[Revision, ...]:
        return tuple(self.history)

    def apply(self, change_set: ChangeSet) -> Applied:
        created = {}
        for one in change_set.operations:
            if isinstance(one, Create):
                self.numbers += one.revives is None
                created[one.name] = one.revives or self.numbers
        for one in change_set.operations:
            match one:
                case Create(name, kind, data):
                    self.put(kind, resolved(data, created), created[name])
                case Update(number, data):
                    self.put(self.stored[number].kind, resolved(data, created), number)
                case Republish(number, data):
                    self.put("campaign", resolved(data, created), number)
                    self.versions[number] = self.versions.get(number, 1) + 1
                case Remove(number):
                    del self.stored[number]
                case Enrol():
                    pass
        self.applied.append(change_set)
        self.info.head = change_set.id
        record = resolved(change_set.record, created)
        count = len(self.history) + 1
        self.history.append(Revision(count, change_set.id, change_set.title, 0, record))
        return Applied(count, created, 0)


@dataclass
class Shop:
    """An account and what its owner does with packages."""

    account: FakeAccount = field(default_factory=FakeAccount)

    def plan(
        self,
        *packages: Package,
        choices: Choices | None = None,
        given: Json = None,
        **more: Json,
    ) -> Plan:
        """Plan to install or upgrade; the last package is asked for, the others are needed."""
        chosen = [
            Chosen(
                each,
                f"sha256:{each}",
                more.get("asked", "*") if each is packages[-1] else None,
                (given or {}) if each is packages[-1] else {},
            )
            for each in packages
        ]
        request = installing(read_record(self.account), chosen, f"install {packages[-1]}")
        plan = prepare(self.account, request, choices or Choices(), f"plan-{self._count()}")
        assert disagreement(plan) is None
        return shows_the_same(plan, self.account)

    def install(
        self, *packages: Package, choices: Choices | None = None, given: Json = None
    ) -> Plan:
        """Plan and apply."""
        plan = self.plan(*packages, choices=choices, given=given)
        assert not plan.conflicts, plan.conflicts
        self.account.apply(plan.change_set)
        return plan

    def without(self, *names: str, choices: Choices | None = None) -> Plan:
        """Plan to uninstall."""
        request = uninstalling(read_record(self.account), names, "uninstall")
        plan = prepare(self.account, request, choices or Choices(), f"plan-{self._count()}")
        return shows_the_same(plan, self.account)

    def id_of(self, address: str) -> int:
        """Return the id of a packaged resource."""
        number = number_of(read_record(self.account).objects[address].object)
        assert number is not None
        return number

    def edit(self, address: str, **fields: Json) -> None:
        """Change fields of a packaged resource, as its owner would."""
        number = self.id_of(address)
        before = self.account.stored[number]
        data = {**before.data, **{k.replace("_", "-"): v for k, v in fields.items()}}
        self.account.put(before.kind, {k: v for k, v in data.items() if v is not None}, number)

    def _count(self) -> int:
        return len(self.account.history)


def change(plan: Plan, address: str) -> Change:
    """Return what a plan says of one resource."""
    return next(c for c in plan.changes if c.address == address)


def types(plan: Plan) -> dict[str, ChangeType]:
    """Return every type of change by local address."""
    return {c.address.partition(":")[2]: c.type for c in plan.changes}
