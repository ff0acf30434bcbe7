"""Tokens: where the randomness of keys and links comes from."""

from __future__ import annotations

import secrets

from account_engine.keys import token_of


def random_token() -> str:
    """Return the token of a new key."""
    return token_of(secrets.token_hex(6), random_text())


def random_text() -> str:
    """Return a text that nobody can guess."""
    return secrets.token_urlsafe(32)
