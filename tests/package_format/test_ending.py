"""What is signed ends, and whoever signs it hears of that before."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from package_format.ending import ROOT_BEFORE, STATE_BEFORE, endings
from package_format.errors import InvalidIndexError
from package_format.signed_tree import TIMESTAMP, root_path

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def said(*, roots: tuple[timedelta, ...], state: timedelta | None) -> list[str]:
    def file(left: timedelta) -> bytes:
        return json.dumps({"signed": {"expires": f"{NOW + left:%Y-%m-%dT%H:%M:%SZ}"}}).encode()

    files = {root_path(number): file(left) for number, left in enumerate(roots, start=1)}
    if state is not None:
        files[TIMESTAMP] = file(state)
    return [ending.what for ending in endings(files.get, NOW)]


def test_what_is_good_for_long_is_not_told() -> None:
    assert said(roots=(), state=None) == []
    assert said(roots=(ROOT_BEFORE,), state=STATE_BEFORE) == []
    assert said(roots=(timedelta(days=-9), timedelta(days=300)), state=None) == []


def test_what_ends_soon_is_told_with_the_day() -> None:
    assert said(roots=(timedelta(days=29, hours=5),), state=timedelta(hours=1, minutes=59)) == [
        (
            "Root 1, by which everybody trusts this registry, ends on 2026-12-25 at 14:00 UTC, "
            "in 29 days"
        ),
        "What is signed of the index ends on 2026-11-26 at 10:59 UTC, in 1 hour",
    ]


def test_what_has_ended_is_told() -> None:
    (root,) = said(roots=(timedelta(0),), state=None)
    assert root.endswith("2026-11-26 at 09:00 UTC: nobody takes anything from here any more")


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"signed":{"expires":"soon"}}', b"[" * 9999])
def test_what_does_not_say_when_it_ends_is_damaged(data: bytes) -> None:
    with pytest.raises(InvalidIndexError, match="does not say when it ends"):
        endings({root_path(1): data}.get, NOW)
