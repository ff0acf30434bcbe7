"""A store's verbs for those who ask over HTTP: their keys, and the categories that they make."""

from __future__ import annotations

from account_engine.category import Category
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

    def put_category(self, category: Category) -> None:
        """See `Store.put_category`."""
        self.run(
            "INSERT INTO tag_categories (account, id, name, description) "
            "VALUES (:account, :id, :name, :description) "
            "ON CONFLICT (account, id) "
            "DO UPDATE SET name = excluded.name, description = excluded.description",
            id=category.id,
            name=category.name,
            description=category.description,
        )

    def categories(self) -> tuple[Category, ...]:
        """See `Store.categories`."""
        rows = self.run(
            "SELECT id, name, description FROM tag_categories WHERE account = :account ORDER BY id"
        )
        return tuple(Category(*row) for row in rows)

    def delete_category(self, number: int) -> None:
        """See `Store.delete_category`."""
        self.run("DELETE FROM tag_categories WHERE account = :account AND id = :id", id=number)


def _key(row: Row) -> ApiKey:
    key, title, scopes, digest, created, revoked = row
    return ApiKey(key, title, frozenset(map(Scope, unwritten(scopes))), digest, created, revoked)
