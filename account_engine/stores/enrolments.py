"""A store's verbs for enrolments: who has a tag, and is put into a campaign for that (C12)."""

from __future__ import annotations

from collections.abc import Sequence

from account_engine.objects import reference
from account_engine.position import Instant
from account_engine.stores.resources import ResourceVerbs
from account_engine.stores.rows import written

FIRST = -(2**62)
"""The number of the first enrolment in an inbox, where what is received is counted from 1."""

_TAGGED = (
    "FROM contact_tags AS tagged WHERE tagged.account = :account AND tagged.tag IN "
    "(SELECT CAST(each.value AS BIGINT) FROM {tags}) "
)
_OUTSIDE = (
    "AND NOT EXISTS (SELECT 1 FROM positions WHERE positions.account = :account "
    "AND positions.contact = tagged.contact AND positions.spot IN "
    "(SELECT spot FROM places WHERE account = :account AND campaign = :campaign)) "
)


class EnrolmentVerbs(ResourceVerbs):
    """Putting many into a campaign."""

    def count_tagged(self, tags: Sequence[int], outside: int | None) -> int:
        """See `Store.count_tagged`."""
        who = "DISTINCT tagged.contact" if len(tags) > 1 else "*"  # one has a tag once
        ((count,),) = self.run(
            f"SELECT count({who}) {self._who(outside)}",
            tags=written(list(tags)),
            campaign=outside,
        )
        return int(count)

    def enrol_tagged(self, tags: Sequence[int], campaign: int, at: Instant) -> int:
        """See `Store.enrol_tagged`."""
        count = self.count_tagged(tags, campaign)
        first = FIRST + self.take_numbers("enrolments", count)
        names = " || ".join(
            "CASE WHEN EXISTS (SELECT 1 FROM contact_tags WHERE account = :account "
            f"AND contact = found.contact AND tag = {tag:d}) "
            f"THEN '\"{reference(tag)}\",' ELSE '' END"
            for tag in tags
        )
        self.run(
            "INSERT INTO inbox (account, seq, contact, at, word, attributes, enrols) "
            "SELECT :account, :first + row_number() OVER (ORDER BY contact) - 1, contact, :at, "
            f"'tag-applied', '{{\"tag\":[' || rtrim({names}, ',') || ']}}', :campaign "
            f"FROM (SELECT DISTINCT tagged.contact AS contact {self._who(campaign)}) AS found",
            tags=written(list(tags)),
            campaign=campaign,
            at=at,
            first=first,
        )
        return count

    def _who(self, outside: int | None) -> str:
        tagged = _TAGGED.format(tags=self.each("tags"))
        return tagged if outside is None else tagged + _OUTSIDE
