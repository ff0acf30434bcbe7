"""The record, as earlier versions wrote it."""

from __future__ import annotations

import pytest

from account_engine.objects import digest
from cpt.installer.record.record import Managed

ROW = {"object": "#5", "origin": "created", "base": {"name": "Came"}}


def test_what_was_left_used_to_be_one_digest_for_the_whole_resource() -> None:
    left = {"name": "came"}
    row = Managed.model_validate({**ROW, "accepted": digest(left)})
    assert row.leaves((), left)
    assert not row.leaves((), {"name": "elsewhere"})
    assert not row.deleted
    assert Managed.model_validate({**ROW, "accepted": digest(None)}).deleted


@pytest.mark.parametrize("said", [{}, {"accepted": None}])
def test_nothing_was_left_unlike_the_base(said: dict[str, object]) -> None:
    assert not Managed.model_validate({**ROW, **said}).accepted
