"""Categories of tags, as accounts of older days number them.

In an account a category is a word that a tag has. Those who want numbers get one that follows from
the word; a category that was made before any tag was in it, or renamed, is written down.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from account_engine.category import Category, number_of_category
from account_engine.changing.publishing import Publisher
from account_engine.errors import InvalidDataError
from account_engine.objects import normalised
from account_engine.values import verify_text

if TYPE_CHECKING:
    from account_engine.stores.port import Store


class AccountCategories:
    """The categories of an account's tags; see `account_engine.account.Account`."""

    _store: Store

    def categories(self) -> tuple[Category, ...]:
        """Return every category, by number: those written down, and those that tags have."""
        with self._store.reading():
            found = {one.id: one for one in self._store.categories()}
            names = {normalised(one.name) for one in found.values()}
            for tag in self._store.objects_of("tag"):
                name = str(tag.data.get("category", ""))
                if name and normalised(name) not in names:
                    names.add(normalised(name))
                    number = number_of_category(name)
                    found[number] = Category(number, name)
        return tuple(found[number] for number in sorted(found))

    def put_category(self, category: Category) -> Category:
        """Make a category, or rename one and with it what its tags have.

        Args:
            category: With 0 for its number if it is to have one.

        Raises:
            InvalidDataError: Another one has the name already, or it has none.
        """
        verify_text(category.name, "the name")
        verify_text(category.description, "the description")
        with self._store.publishing():
            every = {one.id: one for one in self.categories()}
            alike = (one.id for one in every.values() if _same(one.name, category.name))
            if not category.name.strip() or any(one != category.id for one in alike):
                raise InvalidDataError(f"there is a category {category.name[:60]!r} already")
            before = every.get(category.id)
            made = replace(category, id=category.id or number_of_category(category.name))
            self._store.put_category(made)
            if before is not None and before.name != made.name:
                self._retag(before.name, made.name)
        return made

    def delete_category(self, category: Category) -> None:
        """Forget a category; its tags stay, and are in none."""
        with self._store.publishing():
            self._store.delete_category(category.id)
            self._retag(category.name, None)

    def _retag(self, name: str, to: str | None) -> None:
        publisher = Publisher(self._store)
        for tag in self._store.objects_of("tag"):
            if _same(str(tag.data.get("category", "")), name):
                rest = {key: value for key, value in tag.data.items() if key != "category"}
                publisher.update(tag.id, rest if to is None else {**rest, "category": to})
        publisher.finish()


def _same(one: str, other: str) -> bool:
    return normalised(one) == normalised(other)
