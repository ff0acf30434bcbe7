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
_NOR_THERE = (
    "AND NOT EXISTS (SELECT 1 FROM positions WHERE positions.account = :account "
    "AND positions.contact = tagged.contact AND positions.place IN "
    "(SELECT id FROM places WHERE account = :account AND CAST(campaign AS TEXT) || ' ' || node || "
    "CASE step WHEN '' THEN '' ELSE '.' || step END IN (SELECT each.value FROM {besides}))) "
)


class EnrolmentVerbs(ResourceVerbs):
    """Putting many into a campaign."""

    def count_tagged(
        self, tags: Sequence[int], outside: int | None, besides: Sequence[tuple[int, str]] = ()
    ) -> int:
        """See `Store.count_tagged`."""
        who = "DISTINCT tagged.contact" if len(tags) > 1 else "*"  # one has a tag once
        ((count,),) = self.run(
            f"SELECT count({who}) {self._who(outside, besides)}",
            tags=written(list(tags)),
            campaign=outside,
            besides=_named(besides),
        )
        return int(count)

    def enrol_tagged(
        self,
        tags: Sequence[int],
        campaign: int,
        at: Instant,
        besides: Sequence[tuple[int, str]] = (),
    ) -> int:
        """See `Store.enrol_tagged`."""
        count = self.count_tagged(tags, campaign, besides)
        first = FIRST + self.take_numbers("enrolments", count)
        names = " || ".join(
            "CASE WHEN EXISTS (SELECT 1 FROM contact_tags WHERE account = :account "
            f"AND contact = found.contact AND tag = {tag:d}) "
            f"THEN '\"{reference(tag)}\",' ELSE '' END"
            for tag in tags
        )
        who = f"SELECT DISTINCT tagged.contact AS contact {self._who(campaign, besides)}"
        self.run(
            "INSERT INTO inbox (account, seq, contact, at, word, attributes, enrols) "
            "SELECT :account, :first + row_number() OVER (ORDER BY contact) - 1, contact, :at, "
            f"'tag-applied', '{{\"tag\":[' || rtrim({names}, ',') || ']}}', :campaign "
            f"FROM ({who}) AS found",
            tags=written(list(tags)),
            campaign=campaign,
            besides=_named(besides),
            at=at,
            first=first,
        )
        return count

    def _who(self, outside: int | None, besides: Sequence[tuple[int, str]]) -> str:
        tagged = _TAGGED.format(tags=self.each("tags"))
        if outside is not None:
            tagged += _OUTSIDE
        return tagged + _NOR_THERE.format(besides=self.each("besides")) if besides else tagged


def _named(places: Sequence[tuple[int, str]]) -> str:
    return written([f"{campaign:d} {inner}" for campaign, inner in places])
