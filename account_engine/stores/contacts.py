"""A store's verbs for contacts: what is known of them, and what a turn reads and writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from account_engine.contacts import Contact, ContactState, Fact, Points, Value
from account_engine.objects import normalised, reference
from account_engine.stores.positions import PositionVerbs
from account_engine.stores.rows import GREATEST, Row, unwritten, written
from package_format.contact_fields import Channel

_FACT = "sort, subject, number, since"
_AT_ONCE = 1_000
"""How many contacts are read by one statement."""


class ContactVerbs(PositionVerbs):
    """Who the contacts are."""

    def add_contact(self, values: Mapping[str, Value], tags: Iterable[int]) -> int:
        """See `Store.add_contact`."""
        ((number,),) = self.run("INSERT INTO contacts (account) VALUES (:account) RETURNING id")
        self._put_values(number, values)
        self._put_tags(number, tags)
        return int(number)

    def contacts(self, *, after: int = 0, limit: int | None = None) -> tuple[Contact, ...]:
        """See `Store.contacts`."""
        rows = self.run(
            "SELECT id FROM contacts WHERE account = :account AND id > :after "
            "ORDER BY id LIMIT :limit",
            after=after,
            limit=GREATEST if limit is None else limit,
        )
        return tuple(self.known_contacts(number for (number,) in rows).values())

    def known_contacts(self, numbers: Iterable[int]) -> dict[int, Contact]:
        """See `Store.known_contacts`."""
        wanted = sorted({number for number in numbers if 0 < number <= GREATEST})
        found: dict[int, Contact] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            found |= self._contacts(wanted[start : start + _AT_ONCE])
        return found

    def _contacts(self, numbers: Sequence[int]) -> Iterator[tuple[int, Contact]]:
        """Yield those of these contacts that there are, by number."""
        among = f"IN (SELECT CAST(each.value AS BIGINT) FROM {self.each('numbers')})"

        def of_them(columns: str, table: str, order: str = "") -> dict[int, list[Row]]:
            rows: dict[int, list[Row]] = {}
            for number, *row in self.run(
                f"SELECT contact, {columns} FROM {table} "
                f"WHERE account = :account AND contact {among} {order}",
                numbers=written(list(numbers)),
            ):
                rows.setdefault(number, []).append(tuple(row))
            return rows

        found = self.run(
            "SELECT id, refused, owner FROM contacts "
            f"WHERE account = :account AND id {among} ORDER BY id",
            numbers=written(list(numbers)),
        )
        values = of_them("field, value", "contact_values")
        tags = of_them("tag", "contact_tags")
        facts = of_them(_FACT, "contact_facts", "ORDER BY sort, number")
        for number, *row in found:
            of_one = (rows.get(number, ()) for rows in (values, tags, facts))
            yield number, _contact(number, tuple(row), *of_one)

    def count_contacts(self) -> int:
        """See `Store.count_contacts`."""
        ((count,),) = self.run("SELECT count(*) FROM contacts WHERE account = :account")
        return int(count)

    def find_contacts(self, field: str, folded: str) -> tuple[int, ...]:
        """See `Store.find_contacts`."""
        if "\0" in folded:  # no text that is kept has one, and PostgreSQL does not even look
            return ()
        rows = self.run(
            "SELECT contact FROM contact_values "
            "WHERE account = :account AND field = :field AND folded = :folded ORDER BY contact",
            field=field,
            folded=folded,
        )
        return tuple(number for (number,) in rows)

    def has_contact(self, number: int) -> bool:
        """See `Store.has_contact`."""
        found = self.one(
            "SELECT 1 FROM contacts WHERE account = :account AND id = :number "
            f"{self.held('contacts')}",
            number=min(number, GREATEST),
        )
        return found is not None

    def state(self, contact: int) -> ContactState | None:
        """See `Store.state`."""
        known = self._contact(contact, self.locked("contacts"))
        if known is None:
            return None
        return ContactState(
            known,
            self.positions_of(contact),
            self.entries_of(contact),
            self.passed_of(contact),
        )

    def _contact(self, number: int, locked: str = "") -> Contact | None:
        if number > GREATEST:
            return None
        row = self.one(
            f"SELECT refused, owner FROM contacts WHERE account = :account AND id = :id {locked}",
            id=number,
        )
        if row is None:
            return None
        of_them = "WHERE account = :account AND contact = :id"
        values = self.run(f"SELECT field, value FROM contact_values {of_them}", id=number)
        tags = self.run(f"SELECT tag FROM contact_tags {of_them}", id=number)
        facts = self.run(
            f"SELECT {_FACT} FROM contact_facts {of_them} ORDER BY sort, number", id=number
        )
        return _contact(number, row, values, tags, facts)

    def save(self, old: ContactState, new: ContactState) -> None:
        """See `Store.save`."""
        self._save_contact(old.contact, new.contact)
        self.save_positions(old, new)

    def _save_contact(self, old: Contact, new: Contact) -> None:
        if (old.refused, old.owner) != (new.refused, new.owner):
            self.run(
                "UPDATE contacts SET refused = :refused, owner = :owner "
                "WHERE account = :account AND id = :contact",
                contact=new.id,
                refused=written(sorted(new.refused)) if new.refused else None,
                owner=new.owner,
            )
        self._save_facts(old, new)
        self.run_all(
            "DELETE FROM contact_values "
            "WHERE account = :account AND contact = :contact AND field = :field",
            [{"contact": new.id, "field": field} for field in old.values.keys() - new.values],
        )
        changed = {
            field: value
            for field, value in new.values.items()
            if field not in old.values or written(old.values[field]) != written(value)
        }
        self._put_values(new.id, changed)
        self.run_all(
            "DELETE FROM contact_tags "
            "WHERE account = :account AND contact = :contact AND tag = :tag",
            [{"contact": new.id, "tag": _number(tag)} for tag in old.tags - new.tags],
        )
        self._put_tags(new.id, map(_number, new.tags - old.tags))

    def _save_facts(self, old: Contact, new: Contact) -> None:
        before, after = set(old.facts), set(new.facts)
        self.run_all(
            "DELETE FROM contact_facts WHERE account = :account AND contact = :contact "
            "AND sort = :sort AND subject = :subject AND number = :number AND since = :since",
            [_fact_row(new.id, fact) for fact in before - after],
        )
        self.run_all(
            "INSERT INTO contact_facts (account, contact, sort, subject, number, since) "
            "VALUES (:account, :contact, :sort, :subject, :number, :since)",
            [_fact_row(new.id, fact) for fact in sorted(after - before)],
        )

    def _put_values(self, contact: int, values: Mapping[str, Value]) -> None:
        self.run_all(
            "INSERT INTO contact_values (account, contact, field, value, folded) "
            "VALUES (:account, :contact, :field, :value, :folded) "
            "ON CONFLICT (account, contact, field) "
            "DO UPDATE SET value = excluded.value, folded = excluded.folded",
            [
                {
                    "contact": contact,
                    "field": field,
                    "value": written(value),
                    "folded": normalised(str(value)),
                }
                for field, value in values.items()
            ],
        )

    def _put_tags(self, contact: int, tags: Iterable[int]) -> None:
        self.run_all(
            "INSERT INTO contact_tags (account, contact, tag) VALUES (:account, :contact, :tag)",
            [{"contact": contact, "tag": tag} for tag in sorted(set(tags))],
        )


def _contact(
    number: int, row: Row, values: Sequence[Row], tags: Sequence[Row], facts: Sequence[Row]
) -> Contact:
    refused, owner = row
    return Contact(
        number,
        {field: unwritten(value) for field, value in values},
        frozenset(reference(tag) for (tag,) in tags),
        refused=frozenset(map(Channel, unwritten(refused) if refused else ())),
        owner=owner,
        purchases={subject: n for sort, subject, n, _ in facts if sort == "purchase"},
        opportunities=tuple(subject for sort, subject, *_ in facts if sort == "opportunity"),
        tasks={subject: n for sort, subject, n, _ in facts if sort == "task"},
        scores={subject: Points(n, since) for sort, subject, n, since in facts if sort == "score"},
    )


def _fact_row(contact: int, fact: Fact) -> dict[str, object]:
    return dict(
        zip(("contact", "sort", "subject", "number", "since"), (contact, *fact), strict=True)
    )


def _number(tag: str) -> int:
    return int(tag.removeprefix("#"))
