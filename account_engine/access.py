"""Access: an account's keys, and what it signs with."""

from __future__ import annotations

from dataclasses import replace

from account_engine.errors import UnknownObjectError
from account_engine.keys import ApiKey, fits, key_id
from account_engine.position import Instant
from account_engine.stores.port import Store


class AccountAccess:
    """The guarding part of an account; see `account_engine.account.Account`."""

    _store: Store

    def add_key(self, key: ApiKey) -> None:
        """Let whoever has a key's token in from now on."""
        with self._store.writing():
            self._store.put_key(key)

    def api_keys(self) -> tuple[ApiKey, ...]:
        """Return every key that there ever was, oldest first."""
        with self._store.reading():
            return self._store.api_keys()

    def revoke_key(self, key: str, now: Instant) -> ApiKey:
        """Let nobody in by a key any more; one that is revoked already stays so.

        Raises:
            UnknownObjectError: There is no such key.
        """
        with self._store.writing():
            found = self._store.key(key)
            if found is None:
                raise UnknownObjectError(
                    f"there is no key {key} in this account; 'cpt account key list' lists them"
                )
            if found.revoked is None:
                found = replace(found, revoked=now)
                self._store.put_key(found)
            return found

    def key_of(self, token: str) -> ApiKey | None:
        """Return the good key that a token belongs to; None if there is none."""
        number = key_id(token)
        if number is None:
            return None
        with self._store.reading():
            found = self._store.key(number)
        return found if found is not None and fits(found, token) else None
