"""A store's verbs for API keys."""

from __future__ import annotations

from account_engine.keys import ApiKey, Scope
from account_engine.stores.rows import Row, Rows, unwritten, written

_KEY = "id, title, scopes, digest, created, revoked"


class KeyVerbs(Rows):
    """Who may ask."""

    def put_key(self, key: ApiKey) -> None:
        """See `Store.put_key`."""
        self.run(
            f"INSERT INTO api_keys (account, {_KEY}) "
            "VALUES (:account, :id, :title, :scopes, :digest, :created, :revoked) "
            "ON CONFLICT (account, id) DO UPDATE SET revoked = excluded.revoked",
            id=key.id,
            title=key.title,
            scopes=written(sorted(key.scopes)),
            digest=key.digest,
            created=key.created,
            revoked=key.revoked,
        )

    def key(self, key: str) -> ApiKey | None:
        """See `Store.key`."""
        row = self.one(f"SELECT {_KEY} FROM api_keys WHERE account = :account AND id = :id", id=key)
        return _key(row) if row else None

    def api_keys(self) -> tuple[ApiKey, ...]:
        """See `Store.api_keys`."""
        rows = self.run(
            f"SELECT {_KEY} FROM api_keys WHERE account = :account ORDER BY created, id"
        )
        return tuple(map(_key, rows))


def _key(row: Row) -> ApiKey:
    key, title, scopes, digest, created, revoked = row
    return ApiKey(key, title, frozenset(map(Scope, unwritten(scopes))), digest, created, revoked)
