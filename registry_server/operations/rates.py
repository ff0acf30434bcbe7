"""Rates: how often one may ask, as an operator says it; `throttling` holds everybody to them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rates:
    """How many requests there may be in a minute; 0 for any number.

    Attributes:
        per_address: From one address.
        per_token: With one token.
    """

    per_address: int = 1200
    per_token: int = 600
