"""Live flows: the campaigns of an account as the interpreter runs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from package_format.campaign.flow import Flow


@dataclass(frozen=True)
class LiveFlow:
    """One version of a campaign in an account; references in it are ids (``#12``).

    Attributes:
        campaign: The campaign's id.
        version: Counts from 1; a republished campaign has a new one.
        flow: The graph.
        ids: The ids of nodes (``remind``) and steps (``remind.nudge``), kept when they move (M1).
        order: What orders campaigns among each other (C10): the campaign's title, casefolded, and
            its id.
        published: An unpublished campaign hears and runs nothing.
        retired: Admits nobody; those in it are heard there and nowhere else in the campaign (M7).
    """

    campaign: int
    version: int
    flow: Flow
    ids: Mapping[str, int]
    order: tuple[str, int]
    published: bool = True
    retired: bool = False
