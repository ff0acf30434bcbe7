"""Waves and the interpreter tell the same story: they are the same engine, by one or by many."""

from __future__ import annotations

import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from account_engine.account import Account
from account_engine.changing.publishing import Publisher
from account_engine.errors import RefusedError
from account_engine.events import Event
from account_engine.language.actions import may_reach
from account_engine.position import Status
from account_engine.stores.locations import create_store, random_id
from account_engine.stores.records import Identity
from account_engine.upgrading import flow_migration
from account_engine.waves import Wave
from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.campaign.timers import Duration
from package_format.contact_fields import Channel
from package_format.upgrades.answers import answers
from package_format.upgrades.entry_data import read_entries
from tests.account_engine.conftest import DAY, START, Shop
from tests.account_engine.lives import ADDRESS
from tests.account_engine.test_laws import (
    EMAILS,
    TAGS,
    actions,
    campaigns,
    happenings,
    steps,
    terms,
    waits,
)

Data = dict[str, Any]

NEVER = 10**9
PEOPLE: tuple[Mapping[str, str], ...] = (
    {"email": "ada@example.com"},
    {"email": "bo@example.com", "time_zone": "Asia/Tokyo"},
    {"email": "no address"},
    {"email": "çé@example.com", "time_zone": "America/New_York"},
    {"email": "di@example.com", "time_zone": "No/Where"},
    {},
    {"email": "ed@example.com"},
    {"email": "eve,mallory@example.com"},
    {"email": "fay@example.com."},
)
"""Some of whom lives are told; in New York the clocks change six days after their beginning."""


THINGS: tuple[tuple[str, str, Data], ...] = (
    ("k", "task", {"title": "Call"}),
    ("few", "role", {"title": "Few", "people": ["kim@shop.example"]}),
    ("stage1", "stage", {"name": "First"}),
    ("stage2", "stage", {"name": "Second"}),
    ("book", "product", {"name": "Book", "price": "10.00", "currency": "EUR"}),
    ("n", "note", {"title": "N", "text": "Hello"}),
    ("c", "phone-script", {"title": "C", "body": "Hello"}),
    ("l", "letter", {"title": "L", "body": "<p>Hello</p>"}),
)
SEVERAL = ["a@shop.example", "b@shop.example"]
SCORING = [
    {"when": {"tag-applied": "t0"}, "add": 5},
    {"when": {"web-form-submitted": "f"}, "add": 4},
    {"when": {"field-changed": "day"}, "add": -2},
]


def connected(flow: Data) -> Data:
    """Return a campaign without the arrows that begin at nothing."""
    groups = ("goals", "sequences", "decisions", "joins")
    nodes = {key for group in groups for key in flow.get(group, {})}

    def drawn(node: Data) -> Data:
        after = node.get("after")
        if not isinstance(after, list):
            return node
        return {**node, "after": [a for a in after if a.partition(".")[0] in nodes] or ["g0"]}

    return {
        group: {key: drawn(node) for key, node in flow.get(group, {}).items()} for group in groups
    }


class Sandbox:
    """An account with everything that the campaigns of the laws name, and several people."""

    def __init__(self, account: Account, flows: list[Data], worth: int) -> None:
        account.worth = worth
        self.refusal = ""
        self.account = account
        make = account.create_object
        self.ids = {tag: make("tag", {"name": tag}).reference for tag in TAGS}
        body = "<p>Hello</p>"
        for email in EMAILS:
            data = {"subject": email, "from": "a@example.com", "body": body}
            self.ids[email] = make("email", data).reference
        self.ids["day"] = make("field", {"name": "day", "title": "D", "type": "date"}).reference
        several = {"title": "Several", "people": SEVERAL}
        for name, kind, data in (*THINGS, ("several", "role", several)):
            self.ids[name] = make(kind, self.named(data)).reference
        self.ids["f"] = make("form", {"title": "F", "fields": [{"field": "email"}]}).reference
        score = {"name": "Warm", "rules": SCORING, "decay": {"by": 1, "every": "2 days"}}
        if "warm" in str(flows):
            self.ids["warm"] = make("score", self.named(score)).reference
        for number, flow in enumerate(flows):
            make("campaign", self.named({"title": f"C{number}", **connected(flow)}))
        self.people = [account.add_contact(values).id for values in PEOPLE]

    def named(self, data: Any) -> Any:  # noqa: ANN401
        match data:
            case str():
                return self.ids.get(data, data)
            case dict():
                return {key: self.named(value) for key, value in data.items()}
            case list():
                return [self.named(item) for item in data]
            case _:
                return data

    @property
    def submission(self) -> Event:
        return Event("web-form-submitted", {"form": self.ids["f"]})

    def _named_event(self, word: str, name: str, value: str) -> Event:
        return Event(word, {name: self.ids[value]})

    def happen(self, what: str, value: Any, who: int) -> None:  # noqa: ANN401
        account, contact = self.account, self.people[who]
        match what:
            case "submit":
                for one in self.people:
                    account.submit(one, self.submission)
            case "arrive":  # one after the other
                for one in self.people:
                    account.tick(account.info.now + value)
                    account.submit(one, self.submission)
            case "flood":
                for one in self.people:
                    account.receive(one, self._named_event(*value))
                account.catch_up()
            case "tag":
                account.apply_tag(contact, int(self.ids[value].removeprefix("#")))
            case "set" | "zone":
                field = self.ids["day"] if what == "set" else "time_zone"
                account.set_value(contact, field, value or "")
            case "stop":
                campaign = account.objects_of("campaign")[0]
                account.set_published(campaign.id, published=not value)
            case "opt":
                (account.opt_out if value else account.opt_in)(contact)
            case "advance" | "sleep":
                seconds = {"hour": 3600, "day": DAY}[Duration.parse(value).unit]
                account.tick(account.info.now + Duration.parse(value).count * seconds)
            case _:
                pass

    def edit(self, flow: Data, entries: str = "[]") -> str:
        """Give the first campaign another flow, as a version with upgrade entries would.

        Returns:
            What is said against it.
        """
        data = self.named({"title": "C0", **connected(flow)})
        old = self.account.objects_of("campaign")[0]
        store = self.account._store  # noqa: SLF001  an edit of the owner's has no entries
        before, after = (Flow(Campaign.model_validate(one)) for one in (old.data, data))
        found = dict(answers(before, after, ADDRESS, read_entries(yaml.safe_load(entries))))
        try:
            with store.publishing():
                publisher = Publisher(store)
                publisher.republish(old.id, data, moves=(), answers=found)
                publisher.finish()
        except RefusedError as error:
            return str(error)
        return ""

    def told(self) -> list[object]:
        """Everything that can be seen of everybody, but for the number that a database gives."""
        account = self.account
        sent: dict[int, list[object]] = {}
        with account._store.reading():  # noqa: SLF001  effects are not seen otherwise
            for one in account._store.effects():  # noqa: SLF001
                identity = replace(one.effect.identity, contact=0)
                known = (replace(one.effect, identity=identity), one.text)
                whose = account.contact(one.effect.identity.contact).id
                sent.setdefault(whose, []).append(known)
        people = {str(number): str(index) for index, number in enumerate(self.people, 1)}

        def numbered(why: str) -> str:
            return re.sub(r"(?<=contact )\d+", lambda found: people[found[0]], why)

        return [
            (
                replace(contact, id=0),
                account.positions(contact.id),
                [replace(one, why=numbered(one.why)) for one in account.timeline(contact.id)],
                sent.get(contact.id, []),
            )
            for contact in account.contacts()
        ]

    def recorded(self) -> list[int]:
        """When each effect was recorded, in the order in which they are."""
        with self.account._store.reading():  # noqa: SLF001  likewise
            return [one.effect.recorded for one in self.account._store.effects()]  # noqa: SLF001


@contextmanager
def sandbox(flows: list[Data], worth: int, location: str) -> Iterator[Sandbox]:
    identity = Identity("account-1", "first", "Shop", ("email",), "UTC", START)
    with Account(create_store(location, identity)) as account:
        yield Sandbox(account, flows, worth)


def counted(account: Account) -> list[int]:
    """Return a list that collects how many each wave moved."""
    moved: list[int] = []
    move = account._move  # noqa: SLF001

    def counting(number: int, now: int, until: int) -> Any:  # noqa: ANN401  as `_move` does
        found = move(number, now, until)
        moved.append(found.moved)
        return found

    account._move = counting  # type: ignore[method-assign]  # noqa: SLF001
    return moved


def heard(account: Account) -> list[int]:
    """Return a list that collects how many heard an event together."""
    taken: list[int] = []
    take = account._take  # noqa: SLF001

    def counting(wave: Wave) -> Any:  # noqa: ANN401  as `_take` does
        found = take(wave)
        taken.append(found.moved)
        return found

    account._take = counting  # type: ignore[method-assign]  # noqa: SLF001
    return taken


straight = st.fixed_dictionaries(
    {
        "goals": st.just({"g0": {"when": {"web-form-submitted": "f"}}}),
        "sequences": st.fixed_dictionaries(
            {
                "s0": st.fixed_dictionaries(
                    {
                        "after": st.just(["g0"]),
                        "steps": st.dictionaries(
                            st.sampled_from("abcdef"),
                            st.one_of(
                                st.builds(lambda w, a: {"wait": w, **a}, waits, actions),
                                actions,
                                steps,
                            ),
                            min_size=2,
                            max_size=6,
                        ),
                    },
                    optional={"runs": st.just("until-complete")},
                )
            }
        ),
    }
)
"""Campaigns in which nothing but a long sequence happens: where waves are at home."""

rich_actions = st.sampled_from(
    [
        {"create-task": {"task": "k"}},
        {"create-task": {"task": "k", "to": {"role": "few"}, "due": "1 day"}},
        {"create-task": {"task": "k", "to": {"role": "several"}}},
        {"complete-task": {"task": "k"}},
        {"assign-owner": {"role": "several"}},
        {"assign-owner": {"role": "few"}},
        {"create-opportunity": {"stage": "stage1"}},
        {"move-opportunity": {"stage": "stage2"}},
        {"set-field": {"field": "day", "now": True}},
        {"set-field": {"field": "city", "from": "email"}},
        {"set-field": {"field": "day", "plus": "2 days"}},
        {"add-note": {"note": "n"}},
        {"phone-call": {"script": "c"}},
        {"send-letter": {"letter": "l"}},
    ]
)
rich_conditions = st.sampled_from(
    [
        {"owner": "somebody"},
        {"consent": "email"},
        {"stage": "stage2"},
        {"score": "warm", "at-least": 5},
        {"bought": {"product": "book"}},
        {"field": "email", "contains": "b"},
        {"field": "day", "is-before": "today"},
        {"any": [{"tag": "t2"}, {"not": {"field": "city", "is-set": True}}]},
    ]
)
rich_step = st.one_of(
    st.builds(lambda wait, action: {"wait": wait, **action}, waits, rich_actions | actions),
    rich_actions,
    st.builds(lambda condition, action: {"if": condition, **action}, rich_conditions, actions),
)
rich = st.fixed_dictionaries(
    {
        "goals": st.fixed_dictionaries(
            {"g0": st.just({"when": {"web-form-submitted": "f"}})},
            optional={
                "g1": st.just({"when": {"opportunity-moved": "stage2"}, "after": ["s0"]}),
                "g2": st.just({"when": {"lead-score-reached": {"score": "warm", "at-least": 8}}}),
                "g3": st.just({"when": {"field-changed": "day"}, "after": "all", "ends": "none"}),
                "g4": st.just({"when": {"product-purchased": "book"}, "save": {"city": "product"}}),
            },
        ),
        "sequences": st.fixed_dictionaries(
            {
                "s0": st.fixed_dictionaries(
                    {
                        "after": st.just(["g0"]),
                        "steps": st.dictionaries(
                            st.sampled_from("abcdef"), rich_step, min_size=2, max_size=5
                        ),
                    }
                )
            },
            optional={
                "s1": st.fixed_dictionaries(
                    {
                        "after": st.sampled_from([["g1"], ["g2", "s0"], ["g3"], ["g4", "g2"]]),
                        "steps": st.dictionaries(
                            st.sampled_from("abc"), rich_step, min_size=1, max_size=3
                        ),
                    }
                )
            },
        ),
    }
)
"""Campaigns with every sort of action and condition."""

floods = st.one_of(
    st.just(("flood", ("web-form-submitted", "form", "f"))),
    st.builds(
        lambda word, tag: ("flood", (word, "tag", tag)),
        st.sampled_from(["tag-applied", "tag-removed"]),
        st.sampled_from(TAGS),
    ),
    st.just(("flood", ("field-changed", "field", "day"))),
    st.just(("flood", ("product-purchased", "product", "book"))),
)
"""The same thing happens to everybody."""

arrivals = st.sampled_from([1, 3, 7, 20, 60, 61, 3599, 3600, 40_000]).map(
    lambda apart: ("arrive", apart)
)
"""Everybody comes, one after the other: so many seconds later, and due at a moment of their own."""

ALIKE: tuple[Mapping[str, str], ...] = (
    *({"email": f"p{number}@example.com"} for number in range(6)),
    *({"email": f"q{number}@example.com", "time_zone": "America/New_York"} for number in range(4)),
    {"email": "no address"},
)
"""People of whom many are alike, whenever they come."""

history = st.lists(
    st.tuples(
        st.one_of(
            happenings,
            floods,
            floods,
            arrivals,
            st.sampled_from([("opt", True), ("opt", False), ("stop", True), ("stop", False)]),
            st.sampled_from(["1 hour", "1 day", "4 days", "9 days"]).map(lambda t: ("advance", t)),
        ),
        st.integers(0, len(PEOPLE) - 1),
    ),
    min_size=2,
    max_size=8,
)


def lived_from(first: st.SearchStrategy[tuple[str, Any]]) -> st.SearchStrategy[Any]:
    """Lives that begin like this, and go on for long enough that much is due."""
    return st.builds(
        lambda first, lived: [(first, 0), *lived, (("advance", "9 days"), 0)], first, history
    )


histories = lived_from(st.just(("flood", ("web-form-submitted", "form", "f"))) | arrivals)


def assert_the_same(flows: list[Data], lived: Any, locations: tuple[str, str]) -> int:  # noqa: ANN401
    """Assert it of one life; return how many were moved together."""
    with (
        sandbox(flows, 1, locations[0]) as many,
        sandbox(flows, NEVER, locations[1]) as single,
    ):
        moved = heard(many.account)
        for (what, value), who in lived:
            many.happen(what, value, who)
            single.happen(what, value, who)
        assert many.told() == single.told()
        for one in (many, single):
            assert one.recorded() == sorted(one.recorded())
    return sum(moved)


lives = settings(
    max_examples=max(25, settings().max_examples // 4),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def assert_lived_the_same(
    flows: st.SearchStrategy[list[Data]],
    examples: settings,
    locations: Callable[[], AbstractContextManager[tuple[str, str]]],
    lives: st.SearchStrategy[Any] = histories,
) -> None:
    """Assert that waves tell what the interpreter does, and that there were waves."""
    found: list[int] = []

    @examples
    @given(flows, lives)
    def both_tell_the_same(flows: list[Data], lived: Any) -> None:  # noqa: ANN401
        with locations() as those:
            found.append(assert_the_same(flows, lived, those))

    both_tell_the_same()
    assert sum(map(bool, found)) > len(found) / 2


@contextmanager
def two_files() -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        yield str(Path(folder) / "many.account"), str(Path(folder) / "one.account")


FLOWS = st.lists(straight | campaigns() | rich, min_size=1, max_size=2)


def test_waves_and_the_interpreter_tell_the_same_story() -> None:
    assert_lived_the_same(FLOWS, lives, two_files)


@pytest.fixture
def alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "PEOPLE", ALIKE)


@pytest.mark.usefixtures("alike")
def test_who_is_due_at_a_moment_of_their_own_acts_at_that_moment() -> None:
    assert_lived_the_same(FLOWS, lives, two_files, lived_from(arrivals))


def test_waves_tell_it_in_a_database_too(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def two_accounts() -> Iterator[tuple[str, str]]:
        yield f"{database}#{random_id()}", f"{database}#{random_id()}"

    # Contacts of two accounts in one database have other numbers, and so other people of a role.
    monkeypatch.setattr(sys.modules[__name__], "SEVERAL", SEVERAL[:1])
    examples = settings(lives, max_examples=8)
    assert_lived_the_same(FLOWS, examples, two_accounts)
    monkeypatch.setattr(sys.modules[__name__], "PEOPLE", ALIKE)
    assert_lived_the_same(FLOWS, examples, two_accounts, lived_from(arrivals))


def varied(flow: Data, draw: st.DrawFn) -> Data:
    """Draw another version of a straight campaign: some steps go, some come, some change."""
    old = flow["sequences"]["s0"]["steps"]
    kept = draw(st.lists(st.sampled_from(sorted(old)), unique=True, min_size=1))
    new = draw(st.dictionaries(st.sampled_from("abcdefgh"), steps, max_size=3))
    changed = {
        key: {**old[key], **draw(st.sampled_from([{}, {"wait": {"for": "3 days"}}]))}
        for key in kept
    }
    sequence = {**flow["sequences"]["s0"], "steps": {**changed, **new}}
    return {**flow, "sequences": {"s0": sequence}}


@st.composite
def upgrades(draw: st.DrawFn) -> tuple[Data, Data, str]:
    """Draw two versions of a campaign, and the entries of the second."""
    flow = draw(straight)
    new = draw(campaigns() | st.just(varied(flow, draw)) | st.just(flow))
    data = {"title": "C", **connected(new)}
    return flow, new, draw(terms(Flow(Campaign.model_validate(data))))


def counted_together(patch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that collects how many each upgrade carried together."""
    together: list[int] = []
    carry = flow_migration._migrate_together  # noqa: SLF001

    def counting(*arguments: Any) -> Counter[int | None]:  # noqa: ANN401
        carried = carry(*arguments)
        together.append(carried.total())
        return carried

    patch.setattr(flow_migration, "_migrate_together", counting)
    return together


def assert_carried_the_same(
    flows: tuple[Data, Data, str],
    before: Any,  # noqa: ANN401
    after: Any,  # noqa: ANN401
    locations: tuple[str, str],
) -> None:
    with (
        sandbox([flows[0]], NEVER, locations[0]) as many,
        sandbox([flows[0]], NEVER, locations[1]) as single,
        pytest.MonkeyPatch.context() as patch,
    ):
        together = counted_together(patch)
        for one, worth in ((many, 1), (single, NEVER)):
            patch.setattr(flow_migration, "WORTH", worth)
            for (what, value), who in before:
                one.happen(what, value, who)
            one.refusal = one.edit(flows[1], flows[2])
            one.account.worth = min(worth, one.account.worth)
            for (what, value), who in after:
                one.happen(what, value, who)
        assert many.refusal == single.refusal
        assert many.told() == single.told()
    event("carried together" if any(together) else "carried one by one")


@lives
@given(upgrades(), histories, histories)
def test_all_at_once_or_one_by_one_an_upgrade_carries_everybody_to_the_same_place(
    flows: tuple[Data, Data, str],
    before: Any,  # noqa: ANN401
    after: Any,  # noqa: ANN401
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        first, second = (str(Path(folder) / name) for name in ("many.account", "one.account"))
        assert_carried_the_same(flows, before, after, (first, second))


@settings(lives, max_examples=8)
@given(upgrades(), histories, histories)
def test_an_upgrade_carries_them_the_same_way_in_a_database(
    database: str,
    flows: tuple[Data, Data, str],
    before: Any,  # noqa: ANN401
    after: Any,  # noqa: ANN401
) -> None:
    locations = (f"{database}#{random_id()}", f"{database}#{random_id()}")
    assert_carried_the_same(flows, before, after, locations)


# --- cases ----------------------------------------------------------------------------------------

LONG: Data = {
    "goals": {
        "g0": {"when": {"web-form-submitted": "f"}},
        "g1": {"when": {"field-changed": "day"}, "after": ["s0"]},
    },
    "sequences": {
        "s0": {
            "after": ["g0"],
            "steps": {
                "a": {"wait": {"for": "1 day", "at": "09:00"}, "send-email": "m0"},
                "b": {"apply-tag": "t0"},
                "c": {"wait": {"for": "1 day"}, "remove-tag": "t0"},
                "d": {"send-email": "m1"},
            },
        }
    },
}
REGISTERED = (("submit", "f"), 0)


@contextmanager
def two_alike(
    flow: Data, location: str, request: pytest.FixtureRequest
) -> Iterator[tuple[Sandbox, Sandbox]]:
    """The same account twice: one that moves many at once, and one that never does."""
    other = (
        f"{request.getfixturevalue('database')}#{random_id()}"
        if "://" in location
        else f"{location}-2"
    )
    with sandbox([flow], 1, location) as many, sandbox([flow], NEVER, other) as single:
        yield many, single


@pytest.fixture
def pair(location: str, request: pytest.FixtureRequest) -> Iterator[tuple[Sandbox, Sandbox]]:
    with two_alike(LONG, location, request) as found:
        yield found


def live(pair: tuple[Sandbox, Sandbox], *lived: tuple[tuple[str, Any], int]) -> list[int]:
    """Live through the same in both, and return how many each wave moved."""
    moved = counted(pair[0].account)
    for (what, value), who in lived:
        for one in pair:
            one.happen(what, value, who)
    assert pair[0].told() == pair[1].told()
    return moved


def test_a_sequence_is_run_by_waves_from_one_wait_to_the_next_and_to_its_end(
    pair: tuple[Sandbox, Sandbox],
) -> None:
    moved = live(pair, REGISTERED, (("advance", "9 days"), 0))
    assert sum(moved) >= 4 * 2
    assert [one.node for one in pair[0].account.positions(pair[0].people[0])] == ["s0"]


def test_a_wave_passes_over_mails_to_those_who_refuse_them(pair: tuple[Sandbox, Sandbox]) -> None:
    live(pair, REGISTERED, (("opt", True), 0), (("advance", "9 days"), 0))
    lines = pair[0].account.timeline(pair[0].people[0])
    assert sum("opted out of email (C13)" in line.why for line in lines) == 2


@pytest.mark.parametrize(
    "address",
    [
        *("a@b.c", "a.b+c_d-e@f.g.hi", "a@b..c", "a@.b.c", "a@@b.c", "a@b", "@b.c", "a@b.", "a@.c"),
        *("<a@b.c>", "a@b.c,d@e.f", "(x)a@b.c", "a;b@c.de", '"a"@b.c', "a b@c.de", "a\tb@c.de"),
        *(".a@b.c", "a.@b.c", "a..b@c.de", "a@-b.c", "a@b-.c", "a@b.c-", "a@b_c.de", "a@b+c.de"),
        *(f"{'a' * 64}@b.c", f"{'a' * 65}@b.c", f"a@{'b' * 63}.c", f"a@{'b' * 64}.c"),
        *("ä@b.c", "a@b.c\u200b", "a@b.c\u00a0", "a\\b@c.de", "A@B.C", "a%b@c.de", "a'b@c.de"),
    ],
)
def test_a_wave_mails_whomever_the_interpreter_would_have_mailed(
    address: str, tmp_path: Path
) -> None:
    with sandbox([LONG], 1, str(tmp_path / "a.account")) as found:
        contact = found.account.add_contact({"email": address})
        found.people = [contact.id]
        found.happen("submit", "f", 0)
        moved = counted(found.account)
        found.happen("advance", "1 day", 0)
        assert sum(moved) == 1
        assert bool(found.account.outbox()) == (may_reach(contact, Channel.EMAIL) is None)


def lived_alike(folder: Path, steps: Data, *lived: tuple[tuple[str, Any], int]) -> list[int]:
    """Live through one sequence in waves and one by one; return how many each wave moved."""
    flow: Data = {
        "goals": {"g0": {"when": {"web-form-submitted": "f"}}},
        "sequences": {"s0": {"after": ["g0"], "steps": steps}},
    }
    with (
        sandbox([flow], 1, str(folder / "many.account")) as many,
        sandbox([flow], NEVER, str(folder / "one.account")) as single,
    ):
        return live((many, single), *lived)


@pytest.mark.parametrize("if_past", ["skip-step", "go-on", "end"])
def test_where_the_next_date_is_past_already_one_does_not_wait_for_it(
    if_past: str, tmp_path: Path
) -> None:
    """The model of a wave lives in one zone; in Tokyo it is later already."""
    until = datetime.fromtimestamp(START + DAY + 3 * 3600, UTC).strftime("%Y-%m-%dT%H:%M")
    steps: Data = {
        "a": {"wait": {"for": "24 hours"}, "send-email": "m0"},
        "b": {"wait": {"until": until, "if-past": if_past}, "send-email": "m1"},
        "c": {"wait": {"for": "2 days"}, "apply-tag": "t0"},
    }
    assert sum(lived_alike(tmp_path, steps, REGISTERED, (("advance", "9 days"), 0)))


@pytest.mark.parametrize("count", [29, 30, 31, 32, 63, 64, 70])
def test_a_step_that_puts_on_however_many_tags_puts_them_all_on(
    count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tags = [f"t{index}" for index in range(count)]
    monkeypatch.setattr(f"{__name__}.TAGS", tags)
    steps: Data = {"a": {"wait": {"for": "1 day"}, "send-email": "m0"}}
    steps |= {f"b{tag}": {"apply-tag": tag} for tag in tags}
    had = [(("tag", "t3"), 0), (("tag", "t20"), 1), (("tag", tags[-1]), 3)]
    lived_alike(tmp_path, steps, REGISTERED, *had, (("advance", "9 days"), 0))


@pytest.mark.parametrize("spread", [0, 7])
@pytest.mark.parametrize(
    "condition",
    [
        {"tag": "t1"},
        {"not": {"tag": "t1"}},
        {"field": "country", "is": "NO"},
        {"all": [{"tag": "t1"}, {"field": "country", "one-of": ["NO", "SE"]}]},
    ],
)
def test_a_step_with_a_condition_moves_those_who_meet_it_and_those_who_do_not(
    condition: Data, spread: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [{"email": f"p{n}@example.com", "country": ["NO", "DK"][n % 2]} for n in range(8)]
    monkeypatch.setattr(f"{__name__}.PEOPLE", people)
    steps: Data = {
        "a": {"wait": {"for": "1 day"}, "if": condition, "send-email": "m0"},
        "b": {"if": {"not": condition}, "send-email": "m1"},
        "c": {"apply-tag": "t1"},
        "d": {"wait": {"for": "1 day"}, "if": condition, "send-email": "m2"},
    }
    tagged = [(("tag", "t1"), who) for who in (0, 1, 2)]
    moved = lived_alike(
        tmp_path, steps, (("arrive", spread), 0), *tagged, (("advance", "3 days"), 0)
    )
    assert sum(moved) == 2 * len(people)


def test_who_has_the_tag_already_is_told_so(pair: tuple[Sandbox, Sandbox]) -> None:
    live(pair, REGISTERED, (("tag", "t0"), 0), (("advance", "9 days"), 0))
    lines = pair[0].account.timeline(pair[0].people[0])
    assert any(line.why.startswith("had tag") for line in lines)


EVERY_TIMER: Data = {
    "goals": {"g0": {"when": {"web-form-submitted": "f"}}},
    "sequences": {
        "s0": {
            "after": ["g0"],
            "steps": {
                "a": {"wait": {"for": "1 day"}, "send-email": "m0"},
                "b": {"wait": {"for": "1 hour"}, "apply-tag": "t0"},
                "c": {"create-task": {"task": "k", "due": "1 day"}},
                "d": {"wait": {"for": "2 days", "weekdays": "mon-fri"}, "send-email": "m1"},
                "e": {"set-field": {"field": "day", "now": True}},
                "f": {"wait": {"for": "1 day", "at": "10:00"}, "send-email": "m2"},
                "g": {"wait": {"until-field": "day", "offset": "5 days"}, "send-email": "m3"},
            },
        }
    },
}


@pytest.mark.usefixtures("alike")
@pytest.mark.parametrize("apart", [1, 20, 60, 61, 7000])
def test_each_acts_at_their_own_moment_and_what_is_sent_is_recorded_in_that_order(
    apart: int, location: str, request: pytest.FixtureRequest
) -> None:
    """At 20 seconds some begin on the minute at which a time of day has just come."""
    with two_alike(EVERY_TIMER, location, request) as pair:
        moved = live(pair, (("arrive", apart), 0), (("advance", "13 days"), 0))
        assert sum(moved) >= 5 * len(ALIKE)
        recorded = [one.recorded() for one in pair]
        assert recorded[0] == recorded[1] == sorted(recorded[0])
        assert len(set(recorded[0])) > len(ALIKE)


@pytest.mark.usefixtures("alike")
def test_who_is_due_again_within_the_span_has_their_turns_in_order(
    location: str, request: pytest.FixtureRequest
) -> None:
    loop: Data = {
        "goals": {
            "g0": {"when": {"web-form-submitted": "f"}},
            "g1": {"when": {"tag-applied": "t0"}, "after": ["s0"]},
        },
        "sequences": {
            "s0": {"after": ["g0", "s1"], "steps": {"a": {"wait": "1 hour", "apply-tag": "t0"}}},
            "s1": {"after": ["g1"], "steps": {"a": {"wait": "25 minutes", "remove-tag": "t0"}}},
        },
    }
    with two_alike(loop, location, request) as pair:
        moved = live(pair, (("arrive", 59), 0), (("advance", "1 day"), 0))
        assert sum(moved) > 20 * len(ALIKE)


def test_those_who_are_late_keep_hours_one_by_one(pair: tuple[Sandbox, Sandbox]) -> None:
    for one in pair:
        one.happen("submit", "f", 0)
        store = one.account._store  # noqa: SLF001
        with store.publishing():
            store.set_clock(START + 5 * DAY + 3600)
    live(pair, (("advance", "1 hour"), 0), (("advance", "9 days"), 0))


def test_a_wave_takes_everybody_through_the_goal_that_hears_what_it_causes(shop: Shop) -> None:
    tag = {"key": "mark", "wait": {"for": "1 day"}, "action": {"apply-tag": {"tag": "#1"}}}
    shop.account.worth = 1
    shop.account.edit(shop.campaign, shop.flow(remind=[tag]))
    contact = shop.registered()
    moved = counted(shop.account)
    shop.later(1.5)
    assert sum(moved) == 1
    assert shop.at() == {"pitch.offer": 1}
    assert shop.account.positions(contact.id)[0].node == "pitch"


@pytest.mark.parametrize("worth", [1, NEVER])
def test_a_field_timer_of_a_stopped_campaign_follows_its_field_by_waves_too(
    shop: Shop, worth: int
) -> None:
    account = shop.account
    account.worth = worth
    day = account.create_object("field", {"name": "day", "title": "Day", "type": "date"})
    wait = {"until-field": day.reference, "offset": "5 days"}
    nudge = {"send-email": {"email": f"#{shop.nudge}"}}
    account.edit(shop.campaign, shop.flow(remind=[{"key": "wait", "wait": wait, "action": nudge}]))
    today = {"set-field": {"field": day.reference, "now": True}}
    flow = shop.flow(
        title="Dates", remind=[{"key": "set", "wait": {"for": "2 days"}, "action": today}]
    )
    account.create_object("campaign", flow)
    people = [shop.registered(f"P{number}").id for number in range(4)]
    for one in people[:2]:
        account.set_value(one, "day", "2026-03-20")
    account.set_published(shop.campaign, published=False)
    moved = counted(account)
    shop.later(3)
    assert sum(moved) == (4 if worth == 1 else 0)
    (stood,) = account.occupancy(shop.campaign)
    dated = START // DAY * DAY + 7 * DAY  # two days later, and five more
    assert (stood.contacts, stood.next_due, stood.overdue) == (4, dated, 0)
    told = [(one.what, one.why) for one in account.timeline(people[0]) if one.node == "remind.wait"]
    assert told[-1] == ("waiting", "until 2026-03-09 00:00 UTC")
    shop.later(5)
    assert account.outbox() == ()
    account.set_published(shop.campaign, published=True)
    shop.later(1)
    assert len(account.outbox()) == 4


@pytest.mark.parametrize("how", ["together", "one by one"])
def test_an_event_of_many_moves_them_through_a_goal_together(shop: Shop, how: str) -> None:
    people = [shop.registered(f"P{number}").id for number in range(4)]
    event_ = Event("tag-applied", {"tag": f"#{shop.attended}"})
    shop.account.apply_tag(people[3], shop.attended)
    shop.account.worth = 3
    if how == "together":
        assert shop.account.receive_all((one, event_) for one in people) == 4
    else:
        for one in people:
            shop.account.receive(one, event_)
    shop.account.receive(people[2], Event("opted-out"))  # has two turns, one by one
    taken = heard(shop.account)
    assert shop.account.catch_up() == 5
    assert taken == [3]
    assert shop.at() == {"pitch.offer": 4}
    stories = [
        [(line.what, line.node, line.why) for line in shop.account.timeline(one)] for one in people
    ]
    assert stories[0] == stories[1] == stories[2][:-1] == stories[3]
    assert shop.account.catch_up() == 0


def test_what_many_receive_is_received_whole_or_not_at_all(shop: Shop) -> None:
    ada = shop.contact("Ada")
    for wrong in [
        (ada.id + 1, shop.registration),
        (ada.id, Event("hacked")),
        (2**70, shop.registration),
    ]:
        with pytest.raises(RefusedError):
            shop.account.receive_all([(ada.id, shop.registration), wrong])
    assert shop.account.catch_up() == 0
    assert shop.account.receive_all([]) == 0


def test_waves_are_not_worth_it_for_a_few(shop: Shop) -> None:
    shop.registered()
    moved = counted(shop.account)
    shop.later(3)
    assert moved == []


def test_many_are_caught_up_together_and_get_the_new_step_in_a_wave(
    pair: tuple[Sandbox, Sandbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    flow = LONG["sequences"]["s0"]
    steps = {
        **flow["steps"],
        "new": {"send-email": "m2"},
        "late": {"wait": {"for": "2 days"}, "send-email": "m3"},
    }
    upgraded = {**LONG, "sequences": {"s0": {**flow, "steps": steps}}}
    entries = (
        "[{added: campaign/c.s0.%s, catch-up: 7 days}, {added: campaign/c.s0.%s, catch-up: 7 days}]"
    )
    together = counted_together(monkeypatch)
    for one, worth in zip(pair, (1, NEVER), strict=True):
        monkeypatch.setattr(flow_migration, "WORTH", worth)
        one.happen("submit", "f", 0)
        one.happen("advance", "4 days", 0)
        assert one.edit(upgraded, entries % ("new", "late")) == ""
    assert together == [len(PEOPLE)]
    assert pair[0].told() == pair[1].told()
    moved = live(pair, (("advance", "1 hour"), 0), (("advance", "4 days"), 0))
    assert sum(moved) >= len(PEOPLE)
    (position,) = pair[0].account.positions(pair[0].people[0])
    assert (position.status, position.owed, position.due) == (Status.QUEUED, (), None)
    assert "s0.late" in str(pair[0].account.timeline(pair[0].people[0]))


def test_those_who_came_too_long_ago_are_not_caught_up(
    pair: tuple[Sandbox, Sandbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    flow = LONG["sequences"]["s0"]
    steps = {"new": {"send-email": "m2"}, **flow["steps"]}
    upgraded = {**LONG, "sequences": {"s0": {**flow, "steps": steps}}}
    for one, worth in zip(pair, (1, NEVER), strict=True):
        monkeypatch.setattr(flow_migration, "WORTH", worth)
        one.happen("arrive", 3600, 0)  # one after the other, an hour apart
        assert one.edit(upgraded, "[{added: campaign/c.s0.new, catch-up: 3 hours}]") == ""
    assert pair[0].told() == pair[1].told()
    owed = [bool(pair[0].account.positions(who)[0].owed) for who in pair[0].people]
    assert owed == [index >= len(PEOPLE) - 4 for index in range(len(PEOPLE))]
    live(pair, (("advance", "1 hour"), 0), (("advance", "9 days"), 0))
