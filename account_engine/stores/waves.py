"""A store's verbs for waves: contacts who are due at one place, moved by a few statements."""

from __future__ import annotations

from collections.abc import Iterable

from account_engine.errors import EngineBugError
from account_engine.position import Instant
from account_engine.stores.happenings import HappeningVerbs
from account_engine.stores.port import Outlook
from account_engine.stores.resources import ResourceVerbs
from account_engine.stores.rows import unwritten
from account_engine.story import Line
from account_engine.waves import Act, Program

_TABLES = """
CREATE TEMPORARY TABLE IF NOT EXISTS claimed (contact INTEGER PRIMARY KEY);
CREATE TEMPORARY TABLE IF NOT EXISTS wave (
    contact INTEGER PRIMARY KEY,
    entry INTEGER NOT NULL,
    zone TEXT NOT NULL,
    due BIGINT,
    why TEXT,
    idle INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS wave_zones ON wave (zone);
DELETE FROM claimed;
DELETE FROM wave
"""
_REACHABLE = """
    AND contacts.refused IS NULL
    AND EXISTS (
        SELECT 1 FROM contact_values AS email
        WHERE email.account = :account AND email.contact = claimed.contact
        AND email.field = 'email' AND email.value LIKE '"_%@_%._%"'
        AND length(email.value) - length(replace(email.value, '@', '')) = 1
        AND email.value NOT LIKE '%."'
        AND {plain}
    )
"""
"""Who can certainly be reached by email (C13); whoever may be otherwise is the interpreter's."""


class WaveVerbs(ResourceVerbs, HappeningVerbs):
    """Moving many at once."""

    def crowded(self, now: Instant, worth: int) -> tuple[int, ...]:
        """See `Store.crowded`."""
        rows = self.run(
            "SELECT places.id FROM flows JOIN places ON places.account = flows.account "
            "AND places.campaign = flows.campaign AND places.version = flows.version "
            "WHERE flows.account = :account AND published = 1 AND places.step <> '' AND EXISTS ("
            "SELECT 1 FROM positions WHERE positions.account = places.account "
            "AND positions.place = places.id AND due <= :now LIMIT 1 OFFSET :others) "
            "ORDER BY places.id",
            now=now,
            others=worth - 1,
        )
        return tuple(place for (place,) in rows)

    def move(
        self, program: Program, now: Instant, limit: int, outlook: Outlook
    ) -> tuple[int, bool]:
        """See `Store.move`."""
        for statement in _TABLES.split(";"):
            self.run(statement)
        claimed = self._claim(program, now, limit)
        moved = self._gather(program, now) if claimed else 0
        if moved and program.waits:
            moved -= self._reckon(outlook)
        if moved:
            self._act(program, now)
            self._lead(program, now)
        return moved, claimed < limit

    def _claim(self, program: Program, now: Instant, limit: int) -> int:
        """Lock those who are due there; what is known of them is read only then."""
        self.run(
            "INSERT INTO claimed (contact) SELECT contacts.id FROM positions "
            "JOIN contacts ON contacts.account = positions.account "
            "AND contacts.id = positions.contact "
            "WHERE positions.account = :account AND place = :place AND due <= :now "
            f"LIMIT :limit {self.claimed('contacts')}",
            place=program.place.id,
            now=now,
            limit=limit,
        )
        ((count,),) = self.run("SELECT count(*) FROM claimed")
        return int(count)

    def _gather(self, program: Program, now: Instant) -> int:
        """Gather those of them for whom the program holds."""
        bits = [
            f"CASE WHEN {'' if act.applies else 'NOT '}EXISTS (SELECT 1 FROM contact_tags "
            f"WHERE account = :account AND contact = claimed.contact AND tag = {act.tag:d}) "
            f"THEN {1 << index:d} ELSE 0 END"
            for index, act in enumerate(program.acts)
            if act.tag is not None
        ]
        steps = ", ".join(f"{act.step:d}" for act in program.acts)
        passed = (
            "AND NOT EXISTS (SELECT 1 FROM passed WHERE passed.account = :account "
            "AND passed.contact = claimed.contact AND passed.campaign = :campaign "
            f"AND passed.step IN ({steps}) AND passed.entry = positions.entry) "
        )
        self.run(
            "INSERT INTO wave (contact, entry, zone, idle) "
            "SELECT claimed.contact, positions.entry, coalesce(zone.value, ''), "
            f"{' + '.join(bits) or '0'} FROM claimed "
            "JOIN contacts ON contacts.account = :account AND contacts.id = claimed.contact "
            "JOIN positions ON positions.account = :account "
            "AND positions.contact = claimed.contact AND positions.spot = :spot "
            "LEFT JOIN contact_values AS zone ON zone.account = :account "
            "AND zone.contact = claimed.contact AND zone.field = 'time_zone' "
            f"WHERE place = :place AND due {'=' if program.punctual else '<='} :now "
            "AND began < due AND skip IS NULL "
            f"{'AND overtaken = 0 ' if not program.waits else ''}{passed if steps else ''}"
            "AND NOT EXISTS (SELECT 1 FROM positions AS other WHERE other.account = :account "
            "AND other.contact = claimed.contact AND other.spot <> :spot AND other.due <= :now) "
            "AND NOT EXISTS (SELECT 1 FROM inbox WHERE inbox.account = :account "
            "AND inbox.contact = claimed.contact)"
            + (_REACHABLE.format(plain=self.plain("email.value")) if program.mails else ""),
            now=now,
            place=program.place.id,
            spot=program.place.spot,
            campaign=program.campaign,
        )
        ((count,),) = self.run("SELECT count(*) FROM wave")
        return int(count)

    def _reckon(self, outlook: Outlook) -> int:
        """Say until when each of them waits; return how many were left to the interpreter."""
        left = 0
        for (zone,) in self.run("SELECT DISTINCT zone FROM wave"):
            known = unwritten(zone) if zone else None
            found = outlook(known if isinstance(known, str) else None)
            if found is None:
                ((count,),) = self.run("SELECT count(*) FROM wave WHERE zone = :zone", zone=zone)
                self.run("DELETE FROM wave WHERE zone = :zone", zone=zone)
                left += int(count)
            else:
                due, why = found
                self.run(
                    "UPDATE wave SET due = :due, why = :why WHERE zone = :zone",
                    due=due,
                    why=why,
                    zone=zone,
                )
        return left

    def _act(self, program: Program, now: Instant) -> None:
        for index, act in enumerate(program.acts):
            self.run(
                "INSERT INTO passed (account, contact, campaign, step, entry) "
                "SELECT :account, contact, :campaign, :step, entry FROM wave ORDER BY contact",
                campaign=program.campaign,
                step=act.step,
            )
            busy = "" if act.tag is None else f"WHERE (idle & {1 << index:d}) = 0"
            self._tag(act, busy)
            self._order(program.campaign, act, now)
            self._tell(act.lines, program.campaign, now, busy)
            if act.tag is not None:
                self._tell(act.idle, program.campaign, now, busy.replace("= 0", "<> 0"))

    def _tag(self, act: Act, busy: str) -> None:
        if act.tag is None:
            return
        if act.applies:
            self.run(
                "INSERT INTO contact_tags (account, contact, tag) "
                f"SELECT :account, contact, :tag FROM wave {busy} ORDER BY contact",
                tag=act.tag,
            )
        else:
            self.run(
                "DELETE FROM contact_tags WHERE account = :account AND tag = :tag "
                f"AND contact IN (SELECT contact FROM wave {busy})",
                tag=act.tag,
            )

    def _order(self, campaign: int, act: Act, now: Instant) -> None:
        if act.order is None:
            return
        self.run(
            "INSERT INTO effects (account, contact, campaign, step, entry, kind, resource, text, "
            "recorded) SELECT :account, contact, :campaign, :step, entry, :kind, :resource, :text, "
            ":now FROM wave WHERE true ORDER BY contact ON CONFLICT DO NOTHING",
            campaign=campaign,
            step=act.step,
            kind=str(act.order.kind),
            resource=act.order.resource,
            text=self._text_of(act.order.resource),
            now=now,
        )

    def _lead(self, program: Program, now: Instant) -> None:
        self._tell(program.lines, program.campaign, now, "", waiting=program.waits)
        if program.target is None:
            self.run(
                "DELETE FROM positions WHERE account = :account AND spot = :spot "
                "AND contact IN (SELECT contact FROM wave)",
                spot=program.place.spot,
            )
            return
        # Who waits does so from now on; who is queued (C7) waits for nothing that comes by itself.
        self.run(
            "UPDATE positions SET place = :target, began = :began, due = wave.due FROM wave "
            "WHERE positions.account = :account AND positions.contact = wave.contact "
            "AND positions.spot = :spot",
            target=program.target.id,
            spot=program.place.spot,
            began=now if program.waits else None,
        )

    def _tell(
        self,
        lines: Iterable[Line],
        campaign: int,
        now: Instant,
        whose: str,
        *,
        waiting: bool = False,
    ) -> None:
        for line in lines:
            self.run(
                "INSERT INTO story (account, contact, at, what, campaign, node, why) "
                f"SELECT :account, contact, :now, :what, :campaign, :node, "
                f"{'wave.why' if waiting else ':why'} FROM wave {whose} ORDER BY contact",
                now=now,
                what=line.what,
                campaign=campaign,
                node=line.node,
                **({} if waiting else {"why": line.why}),
            )

    def _text_of(self, number: int) -> int:
        """Return the number of the text that is made of an object now (C11)."""
        stored = self.object(number)
        if stored is None:
            raise EngineBugError(f"something is sent of #{number}, which is gone")
        return self.text(stored.digest, stored.data)
