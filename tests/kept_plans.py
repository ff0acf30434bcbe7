"""The law of plans that are kept: read back from its file, a plan shows what it showed."""

from __future__ import annotations

from dataclasses import replace
from difflib import unified_diff

from rich.console import Console

from cpt.accounts.port import Account
from cpt.cli.views.page import plan_page
from cpt.cli.views.plan import show_plan
from cpt.installer.plan import Plan
from cpt.installer.plan_file import load, save
from cpt.installer.planning.agreement import as_it_is


def shows_the_same(plan: Plan, account: Account) -> Plan:
    """Return a plan that was just made; read back, its text, its JSON and its page are the same.

    Who signed a package is the one thing that no file can prove, so that none says it.
    """
    steps = tuple(replace(step, signed="", is_odd=False) for step in plan.packages)
    shown = _shown(replace(plan, packages=steps), account)
    for one, other in zip(shown, _shown(as_it_is(load(save(plan)), account), account), strict=True):
        assert one == other, "\n".join(
            unified_diff(one.splitlines(), other.splitlines(), lineterm="", n=0)
        )
    return plan


def _shown(plan: Plan, account: Account) -> tuple[str, ...]:
    zone = account.info.zone
    console = Console(width=100)
    with console.capture() as printed:
        show_plan(console, plan, zone)
    page = plan_page(plan, account.info.name, zone, account.object)
    return printed.get(), save(plan), page
