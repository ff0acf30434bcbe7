"""What the tests of the command line share: worlds, a served account, plans, a console."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import keyring
import pytest
from rich.console import Console

from account_engine.changing.changes import ChangeSet, Enrol
from account_engine.delivery.witness import FolderWitness
from account_engine.server.app import create_app
from cpt.installer.changes import Change, ChangeType, FieldChange, Verdict
from cpt.installer.plan import Enrolment, Listener, PackageStep, Plan, Travel
from package_format.campaign.places import Place, PlaceSort
from package_format.upgrades.answers import Answer, Outcome, Via
from tests.browser import on_loopback
from tests.commands import Cpt, Ended, run_command
from tests.keyrings import InMemory

__all__ = ["Cpt", "Ended"]

WORLD = Path(__file__).parent / "world"


@pytest.fixture
def cpt() -> Cpt:
    """Return what runs commands in this process."""
    return run_command


@pytest.fixture(scope="session")
def _worlds(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Folders as they are before and after publishing and installing, made once and copied."""
    root = tmp_path_factory.mktemp("worlds")
    steps = {
        "untouched": (),
        "published": (
            ("publish", "tags"),
            ("publish", "welcome-1"),
            ("account", "create", "shop.account", "--from", "shop", "--starts", "2026-03-02T09:00"),
        ),
        "installed": (("install", "acme/welcome@^1", "--set", "sender=us@shop.example", "--yes"),),
    }
    found: dict[str, Path] = {}
    last = WORLD
    for name, commands in steps.items():
        place = root / name / "world"
        shutil.copytree(last, place)
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(place)
            patch.setenv("CPT_REGISTRY", "registry")
            for command in commands:
                ended = run_command(*command)
                assert ended.code == 0, ended.said
        found[name] = last = place
    return found


def _entered(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    here = tmp_path / "world"
    shutil.copytree(place, here)
    monkeypatch.chdir(here)
    monkeypatch.setenv("CPT_REGISTRY", "registry")
    monkeypatch.setenv("CPT_CONFIG", "settings")
    return here


@pytest.fixture
def world(_worlds: Mapping[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with packages in it, in which commands are run."""
    return _entered(_worlds["untouched"], tmp_path, monkeypatch)


@pytest.fixture
def published(_worlds: Mapping[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder after two packages were published, and an account was made."""
    return _entered(_worlds["published"], tmp_path, monkeypatch)


@pytest.fixture
def installed(_worlds: Mapping[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder after the first version was installed."""
    return _entered(_worlds["installed"], tmp_path, monkeypatch)


@pytest.fixture(autouse=True)
def ring(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemory]:
    """A keyring that holds nothing yet."""
    monkeypatch.delenv("CPT_ACCOUNT_KEY", raising=False)
    before, found = keyring.get_keyring(), InMemory()
    keyring.set_keyring(found)
    yield found
    keyring.set_keyring(before)


@pytest.fixture
def served(published: Path, tmp_path: Path) -> Iterator[str]:
    """Serve the account of a world; gives its address."""
    witness = FolderWitness(tmp_path / "seen")
    with on_loopback(create_app(str(published / "shop.account"), witness=witness)) as address:
        yield address


def made(cpt: Cpt, *scopes: str) -> str:
    """Make a key in the account's file."""
    said = [f"--scope={scope}" for scope in scopes]
    ended = cpt("account", "key", "create", "cpt", *said, "--account", "shop.account")
    return ended.out.strip()


@pytest.fixture
def elsewhere(served: str, cpt: Cpt, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let commands mean the served account, with a key that may install; gives its address."""
    monkeypatch.setenv("CPT_ACCOUNT_KEY", made(cpt, "read", "install"))
    monkeypatch.setenv("CPT_ACCOUNT", served)
    return served


@pytest.fixture
def printed() -> Callable[[Callable[[Console], None]], str]:
    """Return what a view prints, at 80 columns and without colours."""

    def run(show: Callable[[Console], None]) -> str:
        console = Console(
            file=io.StringIO(), width=80, no_color=True, highlight=False, markup=False, emoji=False
        )
        show(console)
        assert isinstance(console.file, io.StringIO)
        return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines()) + "\n"

    return run


WEBINAR = "acme/webinar-follow-up"


def _change(type_: ChangeType, address: str, label: str, **more: object) -> Change:
    kind = address.split("/", maxsplit=1)[0]
    return Change(type_, f"{WEBINAR}:{address}", kind, label, **more)  # type: ignore[arg-type]


@pytest.fixture
def plan() -> Plan:
    """Return a plan in which something of everything happens."""
    campaign = f"{WEBINAR}:campaign/follow-up"
    subject = FieldChange(
        ("subject",), "You're in", "You are in!", "Your seat is booked", None, Verdict.CONFLICT
    )
    preheader = FieldChange(("preheader",), None, None, "Please come", "Please come", Verdict.TAKEN)
    body = FieldChange(
        ("body",),
        "<p>Hi</p>\n\n<p>Bye</p>",
        "<p>Hello</p>\n\n<p>Bye</p>",
        "<p>Hi</p>\n\n<p>So long</p>",
        "<p>Hello</p>\n\n<p>So long</p>",
        Verdict.MERGED,
    )
    sender = FieldChange(("from-name",), "Acme", "Harbour", "Acme", "Harbour", Verdict.KEPT)
    wait = FieldChange(
        ("sequences", "remind", "steps", "nudge", "wait"),
        "3 days", "3 days", "2 days", "2 days", Verdict.TAKEN,
    )  # fmt: skip

    def travel(
        node: str, step: str | None, contacts: int, answer: Answer | None, due: int | None
    ) -> Travel:
        sort = PlaceSort.WAIT if step else PlaceSort.END
        place = Place(node, step, sort)
        return Travel(campaign, "Webinar follow-up", place, contacts, answer, due)

    def go(via: Via, node: str, step: str | None, *, same: bool) -> Answer:
        return Answer(Outcome.GO_ON, via, node, step, same)

    tuesday = 1_773_133_200
    return Plan(
        title=f"upgrade {WEBINAR} 1.0.0 -> 2.0.0",
        packages=(
            PackageStep("acme/lifecycle-tags", None, "1.0.0", "sha256:1", f"needed by {WEBINAR}"),
            PackageStep(WEBINAR, "1.0.0", "2.0.0", "sha256:2", "asked for"),
            PackageStep("acme/old", "0.3.0", None, None, "no longer needed"),
        ),
        changes=(
            _change(ChangeType.CREATE, "email/next-webinar", "Our next webinar"),
            _change(ChangeType.CREATE, "email/welcome", "Welcome!"),
            _change(ChangeType.CREATE, "task/call", "Call them"),
            _change(
                ChangeType.ADOPT, "tag/attended", "attended webinar", object="#3",
                reason="it has the same name, nothing else does, and 57 contacts carry it",
            ),
            _change(
                ChangeType.CONFLICT, "email/confirmed", "You are in!", object="#9",
                reason="you and the author both changed it", fields=(subject, preheader),
            ),
            _change(
                ChangeType.MERGE, "email/replay", "The replay", object="#10",
                reason="you and the author changed different parts", fields=(body,),
            ),
            _change(
                ChangeType.KEEP, "email/offer", "An offer", object="#11",
                fields=(sender,),
            ),
            _change(
                ChangeType.UPDATE, "campaign/follow-up", "Webinar follow-up", object="#20",
                fields=(wait,),
            ),
            _change(ChangeType.REMOVE, "email/tip", "A tip", object="#12"),
            _change(ChangeType.RELEASE, "tag/warm", "Warm", object="#4", reason="3 carry it"),
            _change(ChangeType.UNCHANGED, "form/registration", "Registration", object="#13"),
        ),
        travels=(
            travel("remind", "reminder", 31, go(Via.ENTRY, "remind", "nudge", same=True), tuesday),
            travel("remind", "replay", 4, go(Via.ENTRY, "remind", "replay", same=True), None),
            travel("pitch", "second", 12, go(Via.NEXT_STEP, "pitch", "last", same=False), tuesday),
            travel("pitch", None, 2, go(Via.SEQUENCE_END, "pitch", None, same=False), None),
            travel("warm", "light", 3, None, tuesday),
            travel("warm", "dark", 2, Answer(Outcome.EXIT, Via.ENTRY), None),
            travel("warm", "deep", 1, Answer(Outcome.FINISH_ON_OLD, Via.ENTRY), None),
            travel("warm", "frame", 0, None, None),
            travel("remind", "late", 0, go(Via.NEXT_STEP, "remind", "replay", same=False), None),
        ),
        listeners=(
            Listener(
                "Coffee at the harbour", "came", 'tag applied "attended webinar"',
                "the goal attended needs it", "hears us",
            ),
            Listener("Newsletter", "asked", "the form Registration", "registered", "sets us off"),
        ),
        notes=("12 contacts act within the first hour.",),
        change_set=ChangeSet(
            "plan-1", "account-1", "incarnation-1", "head-1", "upgrade", (), (), {}
        ),
        enrolments=(
            Enrolment(
                campaign, "Webinar follow-up", ("bought",), ("Customer", "Lead"),
                Enrol("#20", (5, 6)), contacts=1204,
            ),
            Enrolment(
                "acme/old:campaign/warm", "Warm", ("came",), ("Warm",), Enrol("#21", (4,)),
                contacts=1, agreed=True, narrowed=True,
            ),
            Enrolment(
                "acme/old:campaign/cold", "Cold", ("came",), ("Cold",), Enrol("#22", (4,)),
                contacts=2, agreed=False,
            ),
        ),
    )  # fmt: skip
