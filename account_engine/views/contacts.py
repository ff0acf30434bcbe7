"""What can be asked of contacts: who they are, where they stand, what happened to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from account_engine.contacts import Contact
from account_engine.errors import UnknownObjectError
from account_engine.lookup import find_present, state_of, titled
from account_engine.objects import normalised
from account_engine.position import Instant, Position
from account_engine.stores.port import Store
from account_engine.story import Line


@dataclass(frozen=True)
class Happening:
    """One line of a contact's timeline, to be read by people.

    Attributes:
        at: When.
        what: The kind of line (`account_engine.story.Line`).
        campaign: The campaign's title, empty for what came from outside.
        node: The node, and the step after a dot; empty where there is none.
        why: The reason in words, with its rule.
    """

    at: Instant
    what: str
    campaign: str
    node: str
    why: str


class ContactViews:
    """The part of an account that knows its contacts; see `account_engine.account.Account`."""

    _store: Store

    def contact(self, number: int) -> Contact:
        """Return a contact.

        Raises:
            UnknownObjectError: There is no such contact.
        """
        with self._store.reading():
            return state_of(self._store, number).contact

    def contacts(self, *, after: int = 0, limit: int | None = None) -> tuple[Contact, ...]:
        """Return contacts by number, those after this one."""
        with self._store.reading():
            return self._store.contacts(after=after, limit=limit)

    def count_contacts(self) -> int:
        """Return how many contacts there are."""
        with self._store.reading():
            return self._store.count_contacts()

    def find_contacts(self, *, email: str) -> tuple[Contact, ...]:
        """Return the contacts with this address, whatever its case, by number."""
        with self._store.reading():
            numbers = self._store.find_contacts("email", normalised(email))
            return tuple(self._store.known_contacts(numbers).values())

    def contacts_with(self, field: str, value: str, *, limit: int) -> tuple[Contact, ...]:
        """Return contacts with this value in a field, whatever its case, by number.

        Args:
            field: A built-in field's name, or a custom field's id (``#12``).
            value: The value.
            limit: How many at most.
        """
        with self._store.reading():
            numbers = self._store.find_contacts(field, normalised(value))[:limit]
            return tuple(self._store.known_contacts(numbers).values())

    def positions(self, contact: int) -> tuple[Position, ...]:
        """Return where a contact stands.

        Raises:
            UnknownObjectError: There is no such contact.
        """
        with self._store.reading():
            return state_of(self._store, contact).positions

    def positions_of(self, contacts: Iterable[int]) -> Mapping[int, tuple[Position, ...]]:
        """Return where contacts stand, by their numbers; those who are gone are left out."""
        found: dict[int, tuple[Position, ...]] = {}
        with self._store.reading():
            for number in contacts:
                with suppress(UnknownObjectError):
                    found[number] = state_of(self._store, number).positions
        return found

    def timeline(self, contact: int) -> tuple[Happening, ...]:
        """Return what happened to a contact and why, oldest first."""
        with self._store.reading():
            return self._happenings(self._store.story(find_present(self._store, contact) or 0))

    def timeline_before(
        self, contact: int, seq: int | None = None, *, limit: int | None = None
    ) -> tuple[tuple[Happening, ...], int | None]:
        """Return the latest part of a contact's timeline before some number, oldest first.

        Args:
            contact: The contact.
            seq: Where the part that is known begins; None to begin with the latest.
            limit: How many lines at most; None for all of them.

        Returns:
            The lines, and where they begin: what to ask for next; None if nothing was earlier.
        """
        with self._store.reading():
            known = find_present(self._store, contact) or 0
            told = self._store.story_before(known, seq, None if limit is None else limit + 1)
            shown = told[:limit]
            earlier = shown[-1].seq if len(told) > len(shown) else None
            return self._happenings([one.line for one in reversed(shown)]), earlier

    def _happenings(self, lines: Sequence[Line]) -> tuple[Happening, ...]:
        campaigns = {line.campaign for line in lines if line.campaign is not None}
        titles: dict[int | None, str] = {n: titled(self._store, n) for n in campaigns}
        return tuple(
            Happening(line.at, line.what, titles.get(line.campaign, ""), line.node, line.why)
            for line in lines
        )
