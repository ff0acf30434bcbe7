"""Laws of the kernel: random campaigns, random lives, random upgrades.

Nobody is lost, nobody is stuck, nothing is sent twice, and everything is the same every time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from account_engine.events import Event
from account_engine.interpreter import turn
from account_engine.interpreter.joins import is_busy, may_pass
from account_engine.position import Position, Status
from account_engine.upgrading.migration import migrate
from package_format.campaign.flow import Flow
from package_format.campaign.model import Join
from package_format.campaign.places import Place
from package_format.upgrades.answers import Answer, Outcome, Via, spots
from tests.account_engine.lives import Life, flow_of, live

Data = dict[str, Any]

TAGS = ("t0", "t1", "t2")
SEQUENCES = ("s0", "s1", "s2", "s3")
EMAILS = ("m0", "m1", "m2", "m3")

lives = settings(max_examples=max(30, settings().max_examples // 3))
"""A whole life is a long example: fewer of them will do."""

# --- random campaigns -----------------------------------------------------------------------------

conditions = st.sampled_from(
    [{"tag": "t0"}, {"not": {"tag": "t1"}}, {"field": "day", "is-set": True}]
)
waits = st.one_of(
    st.fixed_dictionaries(
        {"for": st.sampled_from(["0 days", "1 hour", "1 day", "3 days"])},
        optional={"at": st.just("09:00"), "weekdays": st.just("mon-fri")},
    ),
    st.fixed_dictionaries(
        {"until": st.sampled_from(["2026-03-01T10:00", "2026-03-05T10:00"])},
        optional={"if-past": st.sampled_from(["go-on", "end"])},
    ),
    st.fixed_dictionaries(
        {"until-field": st.just("day")},
        optional={
            "if-past": st.sampled_from(["go-on", "end"]),
            "if-missing": st.sampled_from(["skip-step", "end"]),
            "offset": st.sampled_from(["-1 day", "2 hours"]),
        },
    ),
)
actions = st.one_of(
    st.sampled_from(EMAILS).map(lambda email: {"send-email": email}),
    st.sampled_from(TAGS).map(lambda tag: {"apply-tag": tag}),
    st.sampled_from(TAGS).map(lambda tag: {"remove-tag": tag}),
    st.sampled_from(["2026-03-04", "2026-03-09", ""]).map(
        lambda day: {"set-field": {"field": "day", "value": day}}
    ),
)
steps = st.one_of(
    actions,
    st.builds(lambda wait, action: {"wait": wait, **action}, waits, actions),
    st.builds(lambda wait: {"wait": wait}, waits),
    st.builds(lambda condition, action: {"if": condition, **action}, conditions, actions),
)


@st.composite
def campaigns(draw: st.DrawFn) -> Data:
    """Draw a small campaign: anything goes, loops included."""
    sources = ["g0", "g1", *SEQUENCES, "d0.yes", "d0.no", "j0", "j1"]
    after = st.lists(st.sampled_from(sources), min_size=1, max_size=3, unique=True)
    goals: Data = {"g0": {"when": {"web-form-submitted": "f"}}}
    for key in draw(st.sets(st.sampled_from(["g1", "g2"]))):
        goals[key] = {
            "when": {"tag-applied": draw(st.sampled_from(TAGS))},
            "after": draw(st.just("all") | after),
            **draw(
                st.fixed_dictionaries(
                    {},
                    optional={
                        "ends": st.just("none"),
                        "audience": st.sampled_from(["any-contact", "newcomers"]),
                    },
                )
            ),
        }
    step_keys = st.lists(st.sampled_from("abcd"), min_size=1, max_size=3, unique=True)
    sequences = {
        key: {
            "after": draw(st.just(["g0"]) | after),
            "steps": {step: draw(steps) for step in draw(step_keys)},
            **draw(
                st.fixed_dictionaries(
                    {}, optional={"runs": st.just("until-complete"), "entry": st.just("once")}
                )
            ),
        }
        for key in sorted(draw(st.sets(st.sampled_from(SEQUENCES), min_size=1)))
    }
    decisions = {
        "d0": {
            "after": draw(after),
            "choose": draw(st.sampled_from(["first", "every"])),
            "ways": {"yes": {"if": draw(conditions)}, "no": "otherwise"},
        }
    }
    joins = {
        key: {"after": draw(after), "wait-for": draw(st.sampled_from(["all", "any"]))}
        for key in sorted(draw(st.sets(st.sampled_from(["j0", "j1"]))))
    }
    return {"goals": goals, "sequences": sequences, "decisions": decisions, "joins": joins}


happenings = st.one_of(
    st.just(("submit", "f")),
    st.sampled_from(TAGS).map(lambda tag: ("tag", tag)),
    st.sampled_from(["2026-03-03", "2026-03-20", None]).map(lambda day: ("set", day)),
    st.sampled_from(["Asia/Tokyo", "America/New_York", None]).map(lambda zone: ("zone", zone)),
    st.sampled_from(["1 hour", "1 day", "4 days", "6 days"]).map(lambda time: ("advance", time)),
    st.sampled_from(["1 hour", "4 days"]).map(lambda time: ("sleep", time)),
    st.just(("enrol", "f")),
)
histories = st.lists(happenings, max_size=8)


def live_through(life: Life, history: list[tuple[str, Any]]) -> None:
    for what, value in history:
        match what:
            case "submit":
                life.submit(value)
            case "tag":
                life.tag(value)
            case "set":
                life.set("day", value)
            case "zone":
                life.set("time_zone", value)
            case "advance":
                life.advance(value)
            case "sleep":
                life.sleep(value)
            case _:
                life.enrol("web-form-submitted", form=value)
        assert_nobody_is_stuck(life)


def assert_nobody_is_stuck(life: Life) -> None:
    """Whoever stands somewhere is moved by time, by their own date, or by a goal."""
    flows = {flow.key: flow for flow in life.flows}
    positions = life.state.positions
    for position in positions:
        flow = flows[position.identity[:2]]
        if position.due is not None:
            continue
        match position.status:
            case Status.RUNNING:
                assert position.step is not None
                wait = flow.wait(position.node, position.step)
                assert wait is not None
                assert wait.until_field is not None
                assert "day" not in life.state.contact.values
            case Status.QUEUED:
                assert flow.flow.goals_after(position.node)
            case Status.JOINING if position.overtaken:
                assert is_busy(flow, position.node, positions)
            case Status.JOINING:
                assert position.arrived
                assert not may_pass(flow, position, positions)
                assert _goal_is_missing(flow.flow, position) or is_busy(
                    flow, position.node, positions
                )


def _goal_is_missing(flow: Flow, position: Position) -> bool:
    join = flow.nodes[position.node]
    assert isinstance(join, Join)
    return any(key in flow.campaign.goals and key not in position.arrived for key in join.after)


# --- laws of the interpreter ----------------------------------------------------------------------


@given(campaigns(), campaigns(), histories)
@lives
def test_every_life_goes_on(one: Data, other: Data, history: list[tuple[str, Any]]) -> None:
    life = Life(yaml.safe_dump(one), yaml.safe_dump(other))
    live_through(life, history)
    life.advance("10 days")
    assert_nobody_is_stuck(life)
    assert all(each.due is None or each.due > life.now for each in life.state.positions)
    recorded = [effect.recorded for effect in life.effects]
    assert recorded == sorted(recorded)
    assert len({effect.identity for effect in life.effects}) == len(recorded)


@given(campaigns(), histories)
@lives
def test_the_same_life_is_the_same_every_time(data: Data, history: list[tuple[str, Any]]) -> None:
    lives = [Life(yaml.safe_dump(data)), Life(yaml.safe_dump(data))]
    for life in lives:
        live_through(life, history)
    assert lives[0].state == lives[1].state
    assert lives[0].story == lives[1].story


@given(campaigns(), st.sampled_from(TAGS), st.permutations([0, 1, 2]))
@lives
def test_the_order_in_which_flows_are_given_makes_no_difference(
    data: Data, tag: str, order: list[int]
) -> None:
    flows = [live(yaml.safe_dump(data), campaign=n, first_id=100 * n) for n in (1, 2, 3)]
    state = Life().state
    event = Event("tag-applied", {"tag": tag})
    expected = turn(flows, state, event, 0, "UTC")
    assert turn([flows[n] for n in order], state, event, 0, "UTC") == expected


# --- laws of migration ----------------------------------------------------------------------------


@st.composite
def owners(draw: st.DrawFn, old: Flow, new: Flow) -> dict[Place, Answer]:
    """Draw an owner's answer for every spot of a flow."""
    targets = [Answer(Outcome.EXIT, Via.OWNER), Answer(Outcome.FINISH_ON_OLD, Via.OWNER)] + [
        Answer(Outcome.GO_ON, Via.OWNER, place.node, place.step) for place in spots(new)
    ]
    return {place: draw(st.sampled_from(targets)) for place in spots(old)}


@st.composite
def terms(draw: st.DrawFn, new: Flow) -> str:
    """Draw what entries say of steps of a flow: that they are new, that their timer is another."""
    entries: list[Data] = []
    for key, sequence in new.campaign.sequences.items():
        for step in sequence.steps:
            address = f"campaign/c.{key}.{step.key}"
            within = draw(st.sampled_from(["1 hour", "2 days", "9 days"]))
            timer = draw(st.sampled_from(["credit", "keep", "restart"]))
            said = ({"added": address, "catch-up": within}, {"changed": address, "timer": timer})
            entries += draw(st.lists(st.sampled_from(said), max_size=2, unique_by=str))
    return yaml.safe_dump(entries)


@given(campaigns(), campaigns(), histories, histories, st.data())
@lives
def test_nobody_is_lost_or_stuck_whatever_the_upgrade(
    one: Data,
    two: Data,
    before: list[tuple[str, Any]],
    after: list[tuple[str, Any]],
    data: st.DataObject,
) -> None:
    life = Life(yaml.safe_dump(one))
    live_through(life, [("submit", "f"), *before])
    entries = data.draw(terms(flow_of(yaml.safe_dump(two))))
    old, _, answered, _ = life.prepared(yaml.safe_dump(two), entries)
    owner = data.draw(owners(old.flow, flow_of(yaml.safe_dump(two))))
    unanswered = {place: owner[place] for place, answer in answered.items() if answer is None}
    stood = life.state.positions
    done = life.upgrade(yaml.safe_dump(two), entries, owner=unanswered)
    assert not done.unanswered
    assert {travel.before for travel in done.travelled} == {
        position for position in stood if position.identity[:2] == old.key
    }
    assert {position.version for position in life.state.positions} <= {1, 2}
    live_through(life, after)


@given(campaigns(), campaigns(), histories, st.data())
@lives
def test_a_migration_is_the_same_every_time_and_does_nothing_twice(
    one: Data, two: Data, before: list[tuple[str, Any]], data: st.DataObject
) -> None:
    life = Life(yaml.safe_dump(one))
    live_through(life, [("submit", "f"), *before])
    entries = data.draw(terms(flow_of(yaml.safe_dump(two))))
    old, new, answered, moved = life.prepared(yaml.safe_dump(two), entries)
    migrated = [
        migrate(old, new, answered, life.state, now=life.now, zone="UTC", moves=moved)
        for _ in range(2)
    ]
    assert migrated[0] == migrated[1]
    again = migrate(old, new, answered, migrated[0].state, now=life.now, zone="UTC", moves=moved)
    if not migrated[0].unanswered and all(
        travel.after is None or travel.after.version == new.version
        for travel in migrated[0].travelled
    ):
        assert again.state == migrated[0].state


@given(campaigns(), histories, histories)
@lives
def test_publishing_the_same_flow_again_makes_no_difference(
    data: Data, before: list[tuple[str, Any]], after: list[tuple[str, Any]]
) -> None:
    lives = [Life(yaml.safe_dump(data)), Life(yaml.safe_dump(data))]
    for life in lives:
        live_through(life, before)
    moved = lives[1].prepared(yaml.safe_dump(data))
    old, new, answered, moves = moved
    same = {
        place: Answer(Outcome.GO_ON, Via.SAME_ADDRESS, place.node, place.step, same=True)
        for place in answered
    }
    done = migrate(old, new, same, lives[1].state, now=lives[1].now, zone="UTC", moves=moves)
    lives[1].state = done.state
    lives[1].flows = [new]
    for life in lives:
        live_through(life, after)
    assert lives[0].sent == lives[1].sent
    assert lives[0].at == lives[1].at


# --- nothing is sent twice ------------------------------------------------------------------------


@dataclass(frozen=True)
class Letter:
    """A step in the making: what it sends is its name for ever, its key may change."""

    mail: int
    key: str
    days: int | None

    @property
    def data(self) -> Data:
        sends = {"send-email": f"m{self.mail}"}
        return sends if self.days is None else {"wait": f"{self.days} days", **sends}


windows = st.sampled_from(["1 hour", "1 day", "9 days"])
timers = st.sampled_from(["credit", "keep", "restart"])

Chain = dict[str, tuple[Letter, ...]]
"""Sequences one after the other, in the order of their keys, each with its steps."""


def written(chain: Chain) -> str:
    """Write a chain of sequences as a campaign, with a goal after all of them."""
    keys = sorted(chain)
    sequences = {
        key: {
            "after": [keys[index - 1] if index else "in"],
            "steps": {letter.key: letter.data for letter in chain[key]},
        }
        for index, key in enumerate(keys)
    }
    goals = {
        "in": {"when": {"web-form-submitted": "f"}},
        "out": {"when": {"tag-applied": "out"}, "after": keys},
    }
    return yaml.safe_dump({"goals": goals, "sequences": sequences}, sort_keys=False)


@st.composite
def chains(draw: st.DrawFn) -> Chain:
    chain: Chain = {}
    mail = 0
    for key in ("s1", "s2", "s3")[: draw(st.integers(2, 3))]:
        letters = []
        for _ in range(draw(st.integers(1, 3))):
            letters.append(Letter(mail, f"k{mail}", draw(st.sampled_from([None, 1, 2]))))
            mail += 1
        chain[key] = tuple(letters)
    return chain


@st.composite
def changes(draw: st.DrawFn, chain: Chain, fresh: int) -> tuple[Chain, list[Data]]:
    """Draw a new version of a chain: one change, with the entry that it needs."""
    key = draw(st.sampled_from(sorted(chain)))
    letters = chain[key]
    index = draw(st.integers(0, len(letters) - 1))
    letter = letters[index]
    here, rest = f"campaign/c.{key}.{letter.key}", (*letters[:index], *letters[index + 1 :])
    what = draw(
        st.sampled_from(
            ["send", "move", "send", "move", "reorder", "remove", "insert", "time", "rename", "key"]
        )
    )
    match what:
        case "rename":
            renamed = replace(letter, key=f"k{fresh}")
            entry = {"moved": here, "to": f"campaign/c.{key}.k{fresh}"}
            return {**chain, key: (*letters[:index], renamed, *letters[index + 1 :])}, [entry]
        case "remove" if rest:
            return {**chain, key: rest}, []
        case "send" if rest:
            other = draw(st.sampled_from(sorted(chain)))
            kept = {**chain, key: rest}
            target = draw(st.sampled_from(kept[other]))
            contacts = {"continue-at": f"campaign/c.{other}.{target.key}"}
            return kept, [{"removed": here, "contacts": contacts}]
        case "insert":
            new = Letter(fresh, f"k{fresh}", draw(st.sampled_from([None, 0, 2])))
            at = draw(st.integers(0, len(letters)))
            added = {"added": f"campaign/c.{key}.{new.key}", "catch-up": draw(windows)}
            said = [added] if draw(st.booleans()) else []
            return {**chain, key: (*letters[:at], new, *letters[at:])}, said
        case "reorder":
            return {**chain, key: tuple(draw(st.permutations(letters)))}, []
        case "time":
            timed = replace(letter, days=draw(st.sampled_from([None, 0, 1, 5])))
            changed = {"changed": here, "timer": draw(timers)}
            said = [changed] if draw(st.booleans()) else []
            return {**chain, key: (*letters[:index], timed, *letters[index + 1 :])}, said
        case "move" if rest:
            other = draw(st.sampled_from([k for k in sorted(chain) if k != key] or [key]))
            at = draw(st.integers(0, len(chain[other])))
            moved = {**chain, key: rest}
            moved[other] = (*moved[other][:at], letter, *moved[other][at:])
            entry = {"moved": here, "to": f"campaign/c.{other}.{letter.key}"}
            return moved, [entry] if other != key else []
        case "key":
            renamed_chain = {(f"{k}x" if k == key else k): v for k, v in chain.items()}
            return renamed_chain, [{"moved": f"campaign/c.{key}", "to": f"campaign/c.{key}x"}]
        case _:
            return chain, []


@given(chains(), st.data())
def test_nothing_is_sent_twice_and_everybody_gets_to_the_end(
    chain: Chain, data: st.DataObject
) -> None:
    life = Life(written(chain))
    life.submit("f")
    for hop in range(data.draw(st.integers(1, 5))):
        life.advance(data.draw(st.sampled_from(["12 hours", "0 days", "1 day", "3 days"])))
        stood = bool(life.state.positions)
        chain, entries = data.draw(changes(chain, 100 + hop))
        done = life.upgrade(written(chain), yaml.safe_dump(entries))
        assert not done.unanswered
        assert bool(life.state.positions) == stood
        assert_nobody_is_stuck(life)
    life.advance("60 days")
    assert len(set(life.sent)) == len(life.sent)
    last = max(chain)
    assert life.at == [f"{last} queued"] or all("queued" in at for at in life.at)
    life.tag("out")
    assert life.at == []
