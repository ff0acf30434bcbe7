"""Picturing: an account's campaign drawn, with how many contacts stand at each place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from account_engine.account import Account
from account_engine.objects import number_of
from account_engine.views.campaigns import Occupied
from package_format.campaign.flow import Flow
from package_format.campaign.model import Sequence
from package_format.campaign.places import Place
from package_format.picture import Layout, draw_svg, layout
from package_format.picture.theme import Theme
from package_format.picture.words import Names, action_phrase, spelled, title_of, wait_text


def names_in(account: Account) -> Names:
    """Return what people call the things that a campaign's data refers to."""
    known: dict[int, str] = {}

    def name(_kind: str, text: str) -> str:
        number = number_of(text)
        if number is None:
            return text.replace("_", " ")
        if number not in known:
            stored = account.object(number)
            known[number] = stored.label if stored is not None else text
        return known[number]

    return name


def place_words(flow: Flow, node: str, step: str | None, names: Names) -> tuple[str, str]:
    """Return what people call a place of a flow: its node's words, and its step's as in pictures.

    Args:
        flow: The flow; what is not in it (any more) is called by its key.
        node: The node's key.
        step: The step's key; None at a sequence's end or a join, which gives an empty text.
        names: What people call the things that the flow refers to.
    """
    found = flow.nodes.get(node)
    title = spelled(node) if found is None else title_of(node, found)
    steps = found.steps if isinstance(found, Sequence) else ()
    here = next((one for one in steps if one.key == step), None)
    if here is None:
        return title, spelled(step or "")
    if here.action is not None:
        return title, action_phrase(here.action, names).text
    if here.wait is not None:
        return title, wait_text(here.wait, flow.campaign.defaults.wait, names)
    return title, spelled(here.key)


def counts_of(occupied: Iterable[Occupied], version: int) -> Counter[Place]:
    """Return how many contacts stand at each place of one version of a campaign."""
    counts: Counter[Place] = Counter()
    for one in occupied:
        if one.version == version:
            counts[one.place] += one.contacts
    return counts


def laid_out(account: Account, campaign: int, *, width: float | None = None) -> Layout:
    """Return where everything of a campaign's live version stands in its picture."""
    flow, name = account.flow(campaign).flow, names_in(account)
    return layout(flow, name) if width is None else layout(flow, name, max_width=width)


def drawn(
    account: Account,
    campaign: int,
    occupied: Iterable[Occupied],
    *,
    theme: Theme = Theme.AUTO,
    width: float | None = None,
) -> str:
    """Return a campaign's picture as SVG.

    Args:
        account: The account.
        campaign: The campaign's number.
        occupied: Where contacts stand in it.
        theme: Its colours.
        width: How wide it may be; as wide as it likes if left out.
    """
    laid = laid_out(account, campaign, width=width)
    counts = counts_of(occupied, account.flow(campaign).version)
    return draw_svg(laid, counts=counts, theme=theme)
