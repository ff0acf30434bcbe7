"""The examples: each is good, tells its stories, and comes and goes; together they use all."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from account_engine.account import Account as Engine
from account_engine.events import Event
from cpt.accounts.embedded import EmbeddedAccount
from cpt.installer.applying.apply import apply
from cpt.installer.choices import Choices
from cpt.installer.preparing import prepare
from cpt.installer.record.snapshot import read_record
from cpt.installer.request import Chosen, installing, uninstalling
from cpt.installer.status import status
from cpt.scenarios.coverage import coverage
from cpt.scenarios.run import Edition, run_all
from package_format.archive import build_archive, read_archive
from package_format.campaign.actions import ACTIONS
from package_format.campaign.model import (
    Audience,
    Choose,
    Decision,
    Ends,
    Entry,
    Goal,
    Join,
    Runs,
    Sequence,
    WaitFor,
)
from package_format.campaign.timers import IfMissing, IfPast
from package_format.campaign.triggers import TRIGGERS
from package_format.checks import check
from package_format.compatibility import compare
from package_format.folder import load_package, write_package
from package_format.kinds.score import Score
from package_format.kinds.table import KINDS
from package_format.manifest import FEATURES
from package_format.package import Package
from package_format.parameters import ParameterType
from package_format.scenario import Scenario
from package_format.versions import Range

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
FOLDERS = sorted(str(file.parent.relative_to(EXAMPLES)) for file in EXAMPLES.rglob("cpt.toml"))
NOW = 1_772_442_000  # 2026-03-02T09:00Z, a Monday
SAMPLES: dict[ParameterType, str] = {
    ParameterType.EMAIL: "hello@example.com",
    ParameterType.SECRET: "only-for-this-test",
    ParameterType.STRING: "Sample",
    ParameterType.URL: "https://example.com/sample",
    ParameterType.USER: "ada@example.com",
}


@cache
def example(folder: str) -> Package:
    package = load_package(EXAMPLES / folder).package
    assert package is not None
    return package


@cache
def example_packages() -> tuple[Package, ...]:
    return tuple(example(folder) for folder in FOLDERS)


def dependencies(package: Package) -> dict[str, Package]:
    """Return what an example depends on, from among the examples."""
    return {
        other.name: other
        for other in example_packages()
        if other.name in package.manifest.dependencies
    }


def older(package: Package, range_: str) -> Edition | None:
    """Return the greatest version of an example that a range allows."""
    wanted = Range.parse(range_)
    fitting = [
        other
        for other in example_packages()
        if other.name == package.name and wanted.allows(other.manifest.version)
    ]
    best = max(fitting, key=lambda one: one.manifest.version, default=None)
    return Edition(best, dependencies(best)) if best else None


def sample_parameters(package: Package) -> dict[str, object]:
    """Return a value for every parameter, also for those that could be left out."""
    return {key: SAMPLES[each.type] for key, each in package.manifest.parameters.items()}


@pytest.fixture
def account(tmp_path: Path) -> Iterator[EmbeddedAccount]:
    """Return an empty account that offers everything."""
    path = tmp_path / "empty.account"
    with Engine.create(path, name="empty", now=NOW, features=tuple(FEATURES)):
        pass
    with EmbeddedAccount.at(path) as opened:
        yield opened


@pytest.mark.parametrize("folder", FOLDERS)
def test_nothing_is_to_be_said_about_an_example(folder: str) -> None:
    loaded = load_package(EXAMPLES / folder)
    assert loaded.readable is not None
    found = check(loaded.readable, dependencies(loaded.readable), loaded.unread)
    assert [str(each) for each in (*loaded.diagnostics, *found)] == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_an_examples_scenarios_pass_and_come_by_everything(folder: str) -> None:
    package = example(folder)
    scenarios = {name: Scenario.model_validate(data) for name, data in package.scenarios.items()}
    results = run_all(
        package, dependencies(package), scenarios, lambda range_: older(package, range_)
    )
    assert {name: each.problems for name, each in results.items() if not each.passed} == {}
    assert coverage(package, results.values()).missed == ()


@pytest.mark.parametrize("folder", FOLDERS)
def test_an_example_is_the_same_out_of_its_archive(folder: str) -> None:
    archive = build_archive(example(folder))
    package, digest = read_archive(archive.data)
    assert digest == archive.digest
    assert package.resources.keys() == example(folder).resources.keys()
    assert build_archive(package).data == archive.data


@pytest.mark.parametrize("folder", FOLDERS)
def test_an_example_is_the_same_from_its_folder_to_an_archive_and_to_a_folder_again(
    folder: str, tmp_path: Path
) -> None:
    archive = build_archive(example(folder))
    write_package(read_archive(archive.data)[0], tmp_path / "again")
    again = load_package(tmp_path / "again").package
    assert again == example(folder)
    assert build_archive(again).digest == archive.digest


@pytest.mark.parametrize("folder", FOLDERS)
def test_an_example_comes_into_an_empty_account_and_goes(
    folder: str, account: EmbeddedAccount
) -> None:
    package = example(folder)
    _put_in(account, package)
    assert package.name in read_record(account).packages
    assert status(account).is_clean
    for address in package.resources:
        assert account.objects_of(address.kind)
    request = uninstalling(read_record(account), [package.name], "uninstall")
    apply(prepare(account, request, Choices(), "go"), account)
    assert read_record(account).packages == {}
    assert {kind: each for kind in KINDS if (each := account.objects_of(kind))} == {}


# --- histories ------------------------------------------------------------------------------------


def histories() -> dict[str, tuple[Package, ...]]:
    """Return the versions of each example that has several, the oldest first."""
    found: dict[str, list[Package]] = {}
    for package in example_packages():
        found.setdefault(package.name, []).append(package)
    return {
        name: tuple(sorted(versions, key=lambda one: one.manifest.version))
        for name, versions in found.items()
        if len(versions) > 1
    }


HOPS = [
    (old, new)
    for versions in histories().values()
    for old, new in combinations(versions, 2)  # every hop, and every jump over several
]
STEPS = [hop for versions in histories().values() for hop in pairwise(versions)]


def test_two_examples_have_a_history_and_one_has_a_bump_of_each_sort() -> None:
    assert len(histories()) >= 2
    bumps = {
        name: [str(compare(old, new).demanded) for old, new in pairwise(versions)]
        for name, versions in histories().items()
    }
    assert ["PATCH", "MINOR", "MAJOR"] in bumps.values()


@pytest.mark.parametrize(("old", "new"), STEPS, ids=str)
def test_a_version_is_as_much_greater_as_its_changes_demand_and_says_so(
    old: Package, new: Package
) -> None:
    assert new.manifest.version.bump_from(old.manifest.version) >= compare(old, new).demanded
    changelog, before = (one.documents["CHANGELOG.md"].decode() for one in (new, old))
    assert changelog.startswith(f"# Changelog\n\n## {new.manifest.version}\n")
    assert changelog.endswith(before.removeprefix("# Changelog\n"))


@pytest.mark.parametrize(("old", "new"), HOPS, ids=str)
def test_an_example_is_upgraded_with_contacts_half_way_through_and_nobody_is_lost(
    old: Package, new: Package, account: EmbeddedAccount
) -> None:
    _put_in(account, old)
    for begin in BEGINNINGS[old.name]:
        begin(account, account.add_contact({"email": "ada@example.com"}).id)
    before = _standing(account)
    assert before >= len(BEGINNINGS[old.name])
    _put_in(account, new)
    assert read_record(account).packages[new.name].version == str(new.manifest.version)
    assert status(account).is_clean
    assert _standing(account) == before


def _put_in(account: EmbeddedAccount, package: Package) -> None:
    needed = [Chosen(each, build_archive(each).digest) for each in dependencies(package).values()]
    given = sample_parameters(package)
    chosen = [*needed, Chosen(package, build_archive(package).digest, "*", given)]
    request = installing(read_record(account), chosen, str(package))
    apply(prepare(account, request, Choices(), str(package)), account)


def _standing(account: EmbeddedAccount) -> int:
    """How many positions there are, in whichever version of whichever campaign."""
    return sum(len(account.positions(contact.id)) for contact in account.contacts())


def _registers(account: EmbeddedAccount, contact: int) -> None:
    (form,) = (one for one in account.objects_of("form") if "registration" in one.label)
    account.submit(contact, Event("web-form-submitted", {"form": form.reference}))


def _attends(account: EmbeddedAccount, contact: int) -> None:
    _registers(account, contact)
    (tag,) = (one for one in account.objects_of("tag") if one.label == "Attended webinar")
    account.apply_tag(contact, tag.id)


def _has_a_renewal_date(account: EmbeddedAccount, contact: int) -> None:
    account.set_value(contact, "renewal_date", "2026-05-04")


def _lets_it_end(account: EmbeddedAccount, contact: int) -> None:
    _has_a_renewal_date(account, contact)
    (product,) = account.objects_of("product")
    account.submit(contact, Event("subscription-ended", {"product": product.reference}))


BEGINNINGS = {
    "acme/renewal-reminder": (_has_a_renewal_date, _lets_it_end),
    "acme/webinar-follow-up": (_registers, _attends),
}
"""How contacts come to stand in the examples that have a history."""


def test_all_examples_get_along_in_one_account(account: EmbeddedAccount) -> None:
    newest = {package.name: package for package in example_packages()}  # FOLDERS are in order
    chosen = [
        Chosen(package, build_archive(package).digest, "*", sample_parameters(package))
        for package in newest.values()
    ]
    request = installing(read_record(account), chosen, "install")
    apply(prepare(account, request, Choices(), "come"), account)
    assert read_record(account).packages.keys() == newest.keys()
    assert status(account).is_clean


def test_every_kind_is_in_some_example() -> None:
    used = {address.kind for package in example_packages() for address in package.resources}
    assert KINDS.keys() - used == set()


def test_every_trigger_is_heard_by_a_goal_of_some_example() -> None:
    used = {
        trigger.word
        for package in example_packages()
        for campaign in package.campaigns
        for node in campaign.flow.nodes.values()
        if isinstance(node, Goal)
        for trigger in node.when
    }
    assert TRIGGERS.keys() - used == set()


def test_every_action_is_taken_by_a_step_of_some_example() -> None:
    used = {
        step.action.word
        for package in example_packages()
        for campaign in package.campaigns
        for node in campaign.flow.nodes.values()
        if isinstance(node, Sequence)
        for step in node.steps
        if step.action is not None
    }
    assert ACTIONS.keys() - used == set()


def test_every_word_of_the_language_is_in_some_campaign() -> None:
    nodes = [
        node
        for package in example_packages()
        for campaign in package.campaigns
        for node in campaign.flow.nodes.values()
    ]
    waits = [
        step.wait
        for node in nodes
        if isinstance(node, Sequence)
        for step in node.steps
        if step.wait is not None
    ]
    goals = [node for node in nodes if isinstance(node, Goal)]
    assert {goal.ends for goal in goals} == set(Ends)
    assert {goal.audience for goal in goals} == {None, *Audience}
    assert any(goal.after == "all" for goal in goals)
    assert any(goal.save for goal in goals)
    assert any(goal.if_ for goal in goals)
    assert any(len(goal.when) > 1 for goal in goals)
    assert {node.runs for node in nodes if isinstance(node, Sequence)} == set(Runs)
    assert {node.entry for node in nodes if isinstance(node, Sequence)} == set(Entry)
    assert {node.choose for node in nodes if isinstance(node, Decision)} == set(Choose)
    assert {node.wait_for for node in nodes if isinstance(node, Join)} == set(WaitFor)
    for part in ("for_", "until", "until_field", "offset", "every", "at", "weekdays"):
        assert any(getattr(wait, part) for wait in waits), part
    assert {IfMissing.SKIP_STEP} <= {wait.if_missing for wait in waits}
    assert {IfPast.GO_ON} <= {wait.if_past for wait in waits}


def test_some_example_counts_points() -> None:
    assert any(
        isinstance(resource.model, Score) and resource.model.decay
        for package in example_packages()
        for resource in package.resources.values()
    )


def test_every_campaign_of_an_example_shares_the_lifecycle_tags() -> None:
    without = [
        package.name
        for package in example_packages()
        if package.campaigns and "acme/lifecycle-tags" not in package.manifest.dependencies
    ]
    assert without == []
