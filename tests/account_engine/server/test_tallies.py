"""What is counted at every load, and what is not."""

from __future__ import annotations

import pytest

from account_engine.server.pages.tallies import Tallies
from account_engine.stores.contacts import ContactVerbs
from tests.account_engine.server.conftest import Served


class Time:
    """Seconds that pass when something is counted."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("takes", "good"), [(0.0, 0.0), (0.01, 0.0), (0.1, 5.0), (1.0, 50.0), (10.0, 60.0)]
)
def test_what_takes_long_to_count_is_good_for_longer(
    served: Served, monkeypatch: pytest.MonkeyPatch, takes: float, good: float
) -> None:
    time, counted = Time(), 0

    def count(_: ContactVerbs) -> int:
        nonlocal counted
        counted += 1
        time.now += takes
        return counted

    monkeypatch.setattr(ContactVerbs, "count_contacts", count)
    tallies, account = Tallies(time), served.shop.account
    assert tallies.contacts(account) == 1
    time.now += good * 0.99
    assert tallies.contacts(account) == (1 if good else 2)
    time.now += good * 0.02
    assert tallies.contacts(account) == (2 if good else 3)


def test_each_number_is_counted_by_itself(served: Served) -> None:
    served.shop.registered()
    account, campaign = served.shop.account, served.shop.campaign
    tallies = Tallies()
    assert tallies.contacts(account) == 1
    assert tallies.messages(account) == sum(account.count_sent().values()) > 0
    assert tallies.occupancy(account, campaign) == account.occupancy(campaign)
