"""A stack: what an account should have, and nothing else of what it has."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from cpt.errors import BadInputError, OtherSideError
from cpt.installer.record.record import InstalledPackage, Record
from cpt.installer.request import Chosen
from cpt.installer.stack import (
    Lock,
    Locked,
    Stack,
    Syncing,
    lock_text,
    read_lock,
    read_stack,
)
from package_format.diagnostics import Diagnostics
from package_format.kinds.model import Json
from package_format.versions import Version
from tests.cpt.installer.shops import package

PARAMETERS: Json = {
    "sender": {"type": "email", "required": True},
    "brand": {"type": "string", "default": "ours"},
    "key": {"type": "secret"},
}


def installed(version: str = "1.0.0", **more: object) -> InstalledPackage:
    return InstalledPackage.model_validate(
        {"version": version, "digest": "sha256:1", "asked": "^1", **more}
    )


def syncing(
    listed: Mapping[str, Json],
    record: Mapping[str, InstalledPackage],
    lock: Mapping[str, str] | None = None,
    moving: frozenset[str] | None = frozenset(),
) -> Syncing:
    locked = {name: Locked(version=v, digest="sha256:1") for name, v in (lock or {}).items()}
    stack = Stack.model_validate({"stack": {"name": "shop"}, "packages": listed})
    return Syncing(stack, Record(packages=dict(record)), Lock(packages=locked), moving)


def chosen(name: str, version: str = "1.0.0", digest: str = "sha256:1", **more: Json) -> Chosen:
    return Chosen(package(name, version, {"tag/a": {"name": "A"}}, **more), digest)


def test_a_range_alone_is_enough() -> None:
    text = '[stack]\nname = "shop"\n[packages]\n"acme/x" = "^1"\n'
    stack = read_stack(text, "stack.toml", Diagnostics())
    assert stack is not None
    assert stack.packages["acme/x"].range == "^1"


def test_a_mistake_is_told_where_it_stands() -> None:
    found = Diagnostics()
    text = '[stack]\nname = "shop"\n[packages]\n"acme/x" = "^^"\n'
    assert read_stack(text, "stack.toml", found) is None
    assert [str(one.span) for one in found] == ["stack.toml:4:12"]


def test_a_lock_is_the_same_after_it_was_written() -> None:
    lock = Lock(packages={"acme/x": Locked(version="1.0.0", digest="sha256:1")})
    assert read_lock(lock_text(lock), "stack.lock") == lock


@pytest.mark.parametrize("text", ["", "[]", '{"format": 2}', '{"packages": {"x": 1}}'])
def test_what_is_no_lock_is_refused(text: str) -> None:
    with pytest.raises(BadInputError, match=r"stack\.lock is not a lock file"):
        read_lock(text, "stack.lock")


# --- what leaves ----------------------------------------------------------------------------------


def test_only_what_the_stack_asked_for_leaves_with_it() -> None:
    found = syncing(
        {"acme/stays": "^1"},
        {
            "acme/stays": installed(stack="shop"),
            "acme/goes": installed(stack="shop"),
            "acme/mine": installed(),
            "acme/theirs": installed(stack="other"),
        },
    )
    assert found.leaving == {"acme/goes"}
    assert found.remaining.packages["acme/goes"].asked is None
    assert found.remaining.packages["acme/mine"].asked == "^1"


def test_what_left_the_stack_stays_while_something_needs_it() -> None:
    needing = installed(dependencies={"acme/base": "^1"})
    found = syncing({}, {"acme/base": installed(stack="shop"), "acme/mine": needing})
    table = found.request([]).table(found.record)
    assert table["acme/base"].asked is None
    assert table["acme/base"].stack is None
    assert set(table) == {"acme/base", "acme/mine"}


def test_what_nothing_needs_goes() -> None:
    found = syncing({}, {"acme/goes": installed(stack="shop")})
    request = found.request([])
    assert request.table(found.record) == {}
    assert request.in_play(found.record) == {"acme/goes"}


def test_what_the_stack_asks_for_is_remembered_as_its() -> None:
    request = syncing({"acme/x": "^1"}, {"acme/x": installed()}).request([chosen("acme/x")])
    assert request.packages["acme/x"].stack == "shop"
    assert request.packages["acme/x"].asked == "^1"


# --- which versions -------------------------------------------------------------------------------


def test_what_is_locked_stays_and_what_is_not_stays_as_installed() -> None:
    found = syncing(
        {}, {"acme/a": installed("1.0.0"), "acme/b": installed("1.1.0")}, {"acme/a": "1.2.0"}
    )
    assert found.preferred == {"acme/a": Version.parse("1.2.0"), "acme/b": Version.parse("1.1.0")}


def test_what_is_to_move_prefers_nothing() -> None:
    record, lock = {"acme/a": installed(), "acme/b": installed()}, {"acme/a": "1.0.0"}
    only = syncing({}, record, lock, frozenset({"acme/a"}))
    assert set(only.preferred) == {"acme/b"}
    assert syncing({}, record, lock, None).preferred == {}


def test_a_locked_version_with_other_content_is_refused() -> None:
    found = syncing({"acme/x": "^1"}, {}, {"acme/x": "1.0.0"})
    found.verify([chosen("acme/x")])
    found.verify([chosen("acme/x", "1.1.0", "sha256:2")])
    with pytest.raises(OtherSideError, match="is not what was locked"):
        found.verify([chosen("acme/x", digest="sha256:2")])


def test_the_lock_has_what_the_stack_needs_and_nothing_else() -> None:
    found = syncing({"acme/x": "^1"}, {"acme/mine": installed()})
    lock = found.locked(
        [
            chosen("acme/x", dependencies={"acme/base": "^1"}),
            chosen("acme/base"),
            chosen("acme/mine"),
        ]
    )
    assert list(lock.packages) == ["acme/base", "acme/x"]


# --- which values ---------------------------------------------------------------------------------


def test_a_value_that_leaves_the_stack_has_its_default_again() -> None:
    before = installed(parameters={"sender": "a@example.com", "brand": "mine", "key": "secret:k"})
    listed: Json = {"acme/x": {"range": "^1", "parameters": {"sender": "b@example.com"}}}
    found = syncing(listed, {"acme/x": before})
    new = chosen("acme/x", parameters=PARAMETERS)
    kept = found.kept("acme/x", new.package.manifest.parameters)
    assert kept == {"sender": "a@example.com", "key": "secret:k"}


def test_what_is_required_and_not_in_the_stack_stays_as_it_was_given() -> None:
    before = installed(parameters={"sender": "a@example.com"})
    found = syncing({"acme/x": "^1"}, {"acme/x": before})
    new = chosen("acme/x", parameters=PARAMETERS)
    assert found.kept("acme/x", new.package.manifest.parameters) == {"sender": "a@example.com"}
    request = found.request([new.__class__(new.package, new.digest, None, {"sender": "c@ex.am"})])
    assert request.packages["acme/x"].parameters == {"sender": "c@ex.am"}
