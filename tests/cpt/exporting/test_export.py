"""Exporting, building and installing into an empty account gives the same campaign."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from account_engine.account import Account as Engine
from account_engine.objects import StoredObject, number_of
from cpt.accounts.embedded import EmbeddedAccount
from cpt.accounts.seed import read_seed, sow
from cpt.errors import UsageError
from cpt.exporting.export import Exported, Sort, export
from cpt.exporting.gathering import gather
from cpt.installer.applying.apply import apply
from cpt.installer.choices import Choices
from cpt.installer.preparing import prepare
from cpt.installer.record.snapshot import read_record
from cpt.installer.request import Chosen, installing
from cpt.scenarios.run import run_all
from package_format.archive import build_archive, read_archive
from package_format.checks import check
from package_format.folder import load_package, write_package
from package_format.kinds.model import Json, references, replaced
from package_format.kinds.table import KINDS
from package_format.manifest import FEATURES
from package_format.package import Package
from package_format.scenario import Scenario

EXAMPLES = Path(__file__).parents[3] / "examples"
HARBOUR = EXAMPLES / "accounts/harbour-photo-school"
START = 1_772_442_000
NAME = "harbour/exported"
GIVEN = {"sender": "hello@harbour.example", "company": "Harbour & Sons"}

Accounts = Callable[[str], EmbeddedAccount]


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    """Return what makes empty accounts that offer everything."""

    def make(name: str) -> EmbeddedAccount:
        path = tmp_path / f"{name}.account"
        Engine.create(path, name=name, now=START, features=FEATURES).close()
        return EmbeddedAccount.at(path)

    return make


def example(path: str) -> Package:
    package = load_package(EXAMPLES / path).package
    assert package is not None
    return package


def install(
    account: EmbeddedAccount, packages: Sequence[tuple[Package, Mapping[str, object]]]
) -> None:
    chosen = [Chosen(package, f"sha256:{package}", "*", given) for package, given in packages]
    request = installing(read_record(account), chosen, "install")
    plan = prepare(account, request, Choices(), f"plan-{len(account.revisions())}")
    apply(plan, account)


def webinar(account: EmbeddedAccount) -> None:
    packages = [(example("lifecycle-tags"), {}), (example("webinar-follow-up/1.0.0"), GIVEN)]
    install(account, packages)


def campaign(account: EmbeddedAccount, title: str) -> StoredObject:
    return next(c for c in account.objects_of("campaign") if c.label == title)


def unfolded(account: EmbeddedAccount, number: int) -> Json:
    """Return an object's data, in which whatever it refers to is written out in its place."""
    stored = account.object(number)
    assert stored is not None
    data: Json = stored.data
    for path, _, text in references(KINDS[stored.kind].model.model_validate(stored.data)):
        target = number_of(text)
        if target is not None:
            data = replaced(data, path, unfolded(account, target))
    if "secret" in data:
        data = {**data, "secret": "…"}
    return data


def is_the_same_when_installed(
    account: EmbeddedAccount,
    title: str,
    tmp_path: Path,
    accounts: Accounts,
    others: Sequence[Package] = (),
) -> Exported:
    """Export, write, read, check, test, build and install; then compare."""
    number = campaign(account, title).id
    exported = export(gather(account, [number]), NAME)
    folder = tmp_path / "exported"
    write_package(exported.package, folder)
    loaded = load_package(folder)
    assert [str(each) for each in loaded.diagnostics] == []
    package = loaded.package
    assert package == exported.package
    dependencies = {other.name: other for other in others}
    assert [d for d in check(package, dependencies) if d.severity.value == "error"] == []
    scenarios = {key: Scenario.model_validate(s) for key, s in package.scenarios.items()}
    results = run_all(package, dependencies, scenarios)
    assert results
    assert all(result.passed for result in results.values())
    built, _ = read_archive(build_archive(package).data)
    given = dict(exported.values)
    for key, parameter in package.manifest.parameters.items():
        given.setdefault(key, f"a {parameter.type}")
    empty = accounts("empty")
    install(empty, [*((other, {}) for other in others), (built, given)])
    assert unfolded(empty, campaign(empty, title).id) == unfolded(account, number)
    again = export(gather(empty, [campaign(empty, title).id]), "harbour/again").package
    assert [r.data for r in again.resources.values()] == [
        r.data for r in package.resources.values()
    ]
    return exported


def test_the_example_accounts_own_campaign(tmp_path: Path, accounts: Accounts) -> None:
    account = accounts("harbour-photo-school")
    sow(account, read_seed(HARBOUR))
    found = is_the_same_when_installed(account, "Coffee at the harbour", tmp_path, accounts)
    assert [str(address) for address in found.package.resources] == [
        "tag/customer",
        "email/coffee-at-the-harbour",
        "task/write-a-card",
        "campaign/coffee-at-the-harbour",
    ]
    assert found.values == {"sender": "hello@harbour.example", "company": "Harbour Photo School"}
    assert found.package.manifest.account.features == ("email", "tasks")
    assert found.remarks == ()


def test_an_installed_campaign(tmp_path: Path, accounts: Accounts) -> None:
    account = accounts("school")
    webinar(account)
    tags = example("lifecycle-tags")
    found = is_the_same_when_installed(account, "Webinar follow-up", tmp_path, accounts, [tags])
    assert found.package.manifest.dependencies == {"acme/lifecycle-tags": "^1.0.0"}
    original = example("webinar-follow-up/1.0.0")
    assert list(found.package.resources) == list(original.resources)
    email = next(r for r in found.package.resources.values() if r.key == "confirmed")
    there = next(r for r in original.resources.values() if r.key == "confirmed")
    assert email.data == there.data
    assert [remark.sort for remark in found.remarks] == [Sort.COPIED]


OWN: tuple[tuple[str, Json], ...] = (
    ("tag", {"name": "Von Hand"}),
    ("tag", {"name": "von-hand!"}),
    ("field", {"name": "camera", "title": "Kamera"}),
    ("field", {"name": "lens", "title": "Lens", "type": "choice", "choices": ["wide", "long"]}),
    ("product", {"name": "Course", "price": "49.00", "currency": "EUR", "sku": "C-1"}),
    ("role", {"title": "Coach", "people": [{"user": "ada@x.example"}, {"user": "bo@x.example"}]}),
    ("link", {"title": "Course page", "url": "https://x.example/course"}),
    (
        "email",
        {
            "subject": "Your {{ contact.camera }} [[new]]",
            "from": "us@x.example",
            "from-name": "Braces {& Sons",
            "body": "<p>Hi, Braces &#123;&amp; Sons here. us@x.example us@x.example.org "
            '<a href="https://x.example/course">go</a> {{ account.address }} '
            '<a href="{{ unsubscribe_url }}">no</a></p>',
        },
    ),
    (
        "email",
        {
            "subject": "你好",
            "from": "Second <two@x.example>",
            "body": '<p>{{ account.address }} <a href="{{ unsubscribe_url }}">no</a></p>',
        },
    ),
    ("endpoint", {
        "title": "CRM", "url": "https://crm.example/in", "secret": "secret:shop/crm",
        "fields": ["email", "#3"],
    }),
    ("form", {"title": "Join", "fields": [{"field": "email"}, {"field": "#4"}]}),
    ("task", {"title": "Call"}),
    ("appointment", {"title": "A talk"}),
    (
        "score",
        {"name": "Warm", "rules": [{"when": [{"appointment-booked": "#13"}], "add": 2}]},
    ),
)  # fmt: skip

FLOW: Json = {
    "title": "Many kinds",
    "goals": {
        "joined": {"when": [{"web-form-submitted": {"form": "#11"}}]},
        "warm": {
            "when": [{"lead-score-reached": {"score": "#14", "at-least": 1}}],
            "after": ["own-write"],
        },
        "own-hand": {"when": [{"tag-applied": {"tag": "#2"}}], "after": ["own-write"]},
        "bought": {
            "when": [
                {"product-purchased": {"product": "#5"}},
                {"link-clicked": {"link": "#7", "in": ["own-write"]}},
            ],
            "after": ["own-write"],
        },
    },
    "sequences": {
        "own-write": {
            "after": ["joined"],
            "steps": [
                {"key": "own-mark", "action": {"apply-tag": {"tag": "#1"}}},
                {"key": "mark", "action": {"send-email": {"email": "#8"}}},
                {
                    "key": "second",
                    "if": {"field": "#4", "is": "long"},
                    "action": {"send-email": {"email": "#9"}},
                },
                {"key": "post", "action": {"http-post": {"endpoint": "#10"}}},
                {
                    "key": "call",
                    "action": {"create-task": {"task": "#12", "to": {"role": "#6"}}},
                },
                {
                    "key": "hand",
                    "wait": "3 days",
                    "action": {"apply-tag": {"tag": "#2"}},
                },
            ],
        }
    },
}


def built(account: EmbeddedAccount) -> None:
    for kind, data in OWN:
        account.create_object(kind, data)
    account.create_object("campaign", FLOW)


def test_a_campaign_of_many_kinds(tmp_path: Path, accounts: Accounts) -> None:
    account = accounts("shop")
    built(account)
    number = campaign(account, "Many kinds").id
    exported = export(gather(account, [number]), NAME)
    keys = {str(address) for address in exported.package.resources}
    assert {"tag/von-hand", "tag/von-hand-2", "field/camera", "email/email"} <= keys
    flow = next(iter(exported.package.campaigns)).data
    assert set(flow["goals"]) == {"joined", "warm", "hand", "bought"}
    steps = flow["sequences"]["write"]["steps"]
    assert [step["key"] for step in steps][:2] == ["mark-2", "mark"]
    email = next(r for r in exported.package.resources.values() if r.key == "your-new")
    assert "[[ parameters.company ]] here. [[ parameters.sender_2 ]] us@x.example.org" in str(
        email.data["body"]
    )
    assert set(exported.package.manifest.parameters) == {
        "sender", "company", "sender-2", "crm-url", "crm-secret", "coach", "coach-2",
    }  # fmt: skip
    assert "crm-secret" not in exported.values
    account.edit(number, _plain_keys(FLOW))
    is_the_same_when_installed(account, "Many kinds", tmp_path, accounts)


def _plain_keys(flow: Json) -> Json:
    """Return the flow as the export names its nodes and steps."""
    text = str(flow).replace("own-mark", "mark-2").replace("own-", "")
    changed: Json = ast.literal_eval(text)
    return changed


def test_what_a_package_exports_is_taken_from_it(tmp_path: Path, accounts: Accounts) -> None:
    account = accounts("school")
    webinar(account)
    objects = read_record(account).objects
    form = objects["acme/webinar-follow-up:form/registration"].object
    tag = objects["acme/lifecycle-tags:tag/lead"].object
    account.create_object(
        "campaign",
        {
            "title": "Mine",
            "goals": {"in": {"when": [{"web-form-submitted": {"form": form}}]}},
            "sequences": {
                "go": {
                    "after": ["in"],
                    "steps": [{"key": "a", "action": {"apply-tag": {"tag": tag}}}],
                }
            },
        },
    )
    exported = export(gather(account, [campaign(account, "Mine").id]), NAME)
    assert exported.package.manifest.dependencies == {
        "acme/lifecycle-tags": "^1.0.0", "acme/webinar-follow-up": "^1.0.0",
    }  # fmt: skip
    assert list(map(str, exported.package.resources)) == ["campaign/mine"]
    dependencies = {
        p.name: p for p in (example("lifecycle-tags"), example("webinar-follow-up/1.0.0"))
    }
    errors = [d for d in check(exported.package, dependencies) if d.severity.value == "error"]
    assert errors == []
    del tmp_path


def test_a_name_that_would_come_twice_is_copied_with_all_of_its_package(
    accounts: Accounts,
) -> None:
    account = accounts("school")
    webinar(account)
    objects = read_record(account).objects
    form = objects["acme/webinar-follow-up:form/registration"].object
    date = objects["acme/webinar-follow-up:field/webinar_date"].object
    account.create_object(
        "campaign",
        {
            "title": "Mine",
            "goals": {
                "in": {
                    "when": [
                        {"web-form-submitted": {"form": form}},
                        {"field-changed": {"field": date}},
                    ]
                }
            },
        },
    )
    exported = export(gather(account, [campaign(account, "Mine").id]), NAME)
    assert exported.package.manifest.dependencies == {}
    assert list(map(str, exported.package.resources)) == [
        "field/interest", "field/webinar_date", "form/registration", "campaign/mine",
    ]  # fmt: skip
    assert [remark.sort for remark in exported.remarks] == [Sort.COPIED]


def test_no_part_of_a_name_is_what_windows_calls_a_device(accounts: Accounts) -> None:
    account = accounts("Con")
    sow(account, read_seed(HARBOUR))
    gathered = gather(account, [campaign(account, "Coffee at the harbour").id])
    assert export(gathered).package.name == "my-con/coffee-at-the-harbour"
    for name in ("con/coffee", "acme/nul"):
        with pytest.raises(UsageError, match="cannot be a package's name"):
            export(gathered, name)


def test_the_report_says_what_was_not_taken(accounts: Accounts) -> None:
    account = accounts("school")
    webinar(account)
    tag = read_record(account).objects["acme/lifecycle-tags:tag/lead"].object
    number = number_of(tag)
    assert number is not None
    account.edit(number, {"name": "Hot lead"})
    gone = account.create_object("field", {"name": "gone", "title": "Gone", "type": "text"})
    email = account.create_object(
        "email", {"subject": "Hi {{ contact.gone }}", "from": "a@x.example", "body": "<p>x</p>"}
    )
    account.delete_object(gone.id)
    mine = account.create_object(
        "campaign",
        {
            "title": "Mine",
            "goals": {"in": {"when": [{"tag-applied": {"tag": tag}}]}},
            "sequences": {
                "go": {
                    "after": ["in"],
                    "steps": [{"key": "a", "action": {"send-email": {"email": email.reference}}}],
                }
            },
        },
    )
    account.set_published(mine.id, published=False)
    remarks = export(gather(account, [mine.id]), NAME).remarks
    assert {remark.about.partition(" ")[0] for remark in remarks} == {"tag", "email", "campaign"}
    assert {remark.sort for remark in remarks} == {Sort.NOT_TAKEN}
