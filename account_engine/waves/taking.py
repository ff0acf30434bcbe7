"""Taking: what the interpreter does with models of the contacts in a wave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from account_engine import interpreter
from account_engine.catalogue import Catalogue
from account_engine.contacts import Contact
from account_engine.events import Due, Enrolment, Event
from account_engine.flows import LiveFlow
from account_engine.language.facts import changed
from account_engine.position import Instant
from account_engine.stores.records import PlaceRow
from account_engine.waves.cohort import Cohort, Wave
from account_engine.waves.criteria import REACH, SORTS, Criteria, spoken_of
from account_engine.waves.moments import in_between
from account_engine.waves.outcome import NOTHING, Outcome, outcome
from account_engine.waves.probe import NotAlikeError, Questions, SameForAll, probe


class Taker:
    """Knows the flows of an account as they are, and what turns in them have looked at."""

    def __init__(
        self,
        flows: Sequence[LiveFlow],
        catalogue: Catalogue,
        places: Mapping[tuple[int, int], Sequence[PlaceRow]],
        zone: str,
    ) -> None:
        """Begin with turns that look at nothing.

        Args:
            flows: Every flow of the account.
            catalogue: What is known of its resources.
            places: Every place of every flow.
            zone: The account's time zone.
        """
        self._flows = flows
        self._catalogue = SameForAll.of(catalogue)
        self._zone = zone
        self._places = {place.id: (flow, place) for flow in flows for place in places[flow.key]}
        self._spots = {
            (*flow.key, place.node, place.step, str(place.status)): place
            for flow, place in self._places.values()
        }
        self._spoken_of = spoken_of(flows)
        self._dated = frozenset(
            number for number, (flow, place) in self._places.items() if _is_dated(flow, place)
        )
        self._looks = Criteria(sorts=frozenset({"score"} if catalogue.scores else ()))
        self._criteria: dict[object, Criteria] = {}

    def due_at(self, number: int, now: Instant, until: Instant) -> Wave | None:
        """Return the wave of those who are due at a place; None if the place is gone meanwhile.

        Args:
            number: The place.
            now: The moment of those who are late.
            until: By when the others are due; each has a moment of their own.
        """
        if number not in self._places:
            return None
        flow, place = self._places[number]
        wait = flow.wait(place.node, place.step or "")
        return Wave(
            Due(*flow.key, place.node),
            now,
            until,
            place,
            punctual=wait is not None and (wait.at is not None or bool(wait.weekdays)),
            dated=self._dated,
            spoken_of=self._spoken_of,
        )

    def hearing(self, stimulus: Event | Enrolment, now: Instant) -> Wave:
        """Return the wave of those to whom something has happened, or who are enrolled (C12)."""
        return Wave(stimulus, now, now, dated=self._dated, spoken_of=self._spoken_of)

    def criteria(self, wave: Wave) -> Criteria:
        """Return what has to be known of the contacts of a wave, as far as that has shown."""
        return self._criteria.get(_sort_of(wave), self._looks)

    def outcomes(self, wave: Wave, cohorts: Iterable[Cohort]) -> dict[int, Outcome] | None:
        """Return what becomes of the contacts in a wave, by cohort.

        Those of whom it cannot be told are left out: one has to take them one by one.

        Returns:
            None if they have to be sorted again: there is more to look at.
        """
        found: dict[int, Outcome] = {}
        known = wider = self.criteria(wave)
        for cohort in cohorts:
            try:
                became, looked = self._taken(wave, cohort)
            except NotAlikeError:
                continue
            wider |= looked
            found[cohort.number] = became
        self._criteria[_sort_of(wave)] = wider
        return found if wider == known else None

    def _taken(self, wave: Wave, cohort: Cohort) -> tuple[Outcome, Criteria]:
        """Return what becomes of a cohort, and what its turns have looked at.

        The first of them and the last have a model each; what becomes of both, becomes of those in
        between, for on the calendar things happen on a minute, and nothing within one. Of a sample,
        that is not sorted by minutes, the first tells what is looked at.
        """
        first = self._at(wave, cohort, cohort.first)
        if cohort.first == cohort.last or wave.until == wave.now:
            return first
        last = self._at(wave, cohort, cohort.last)
        became, looked = first[0], first[1] | last[1]
        try:
            became = in_between(first[0], last[0], (cohort.first, cohort.last))
        except NotAlikeError:
            if cohort.first % 60:
                raise
            looked |= Criteria(on_minutes=True)
        return became, looked

    def _at(self, wave: Wave, cohort: Cohort, now: Instant) -> tuple[Outcome, Criteria]:
        """Take the model of a cohort through a turn at one moment."""
        questions = Questions()
        contact = probe(cohort.contact, questions)
        state = cohort.state(contact, now, self._places)
        said = changed(contact, wave.stimulus) if isinstance(wave.stimulus, Event) else contact
        if said is None:
            return NOTHING, self._looked(questions, contact, contact)
        turn = interpreter.turn(
            self._flows,
            replace(state, contact=said),
            wave.stimulus,
            now,
            self._zone,
            self._catalogue,
        )
        looked = self._looked(questions, contact, turn.state.contact)
        became = outcome(state, turn.state, turn.effects, turn.story, self._flows, self._spots)
        if wave.place is not None and not became.puts:
            raise NotAlikeError  # what went wrong there, the interpreter says
        return became, looked | Criteria(nodes=frozenset(became.entries))

    def _looked(self, questions: Questions, was: Contact, now: Contact) -> Criteria:
        """Return what a turn has looked at; what it has replaced was looked at in every way."""
        fields = frozenset(questions.fields)
        if now.values is not was.values:
            fields |= self._spoken_of | {*REACH, "time_zone"}
        replaced = {
            "opportunity": now.opportunities is not was.opportunities,
            "purchase": now.purchases is not was.purchases,
            "score": now.scores is not was.scores,
            "task": now.tasks is not was.tasks,
        }
        sorts = frozenset(sort for sort in SORTS if replaced[sort]) | questions.sorts
        return Criteria(frozenset(questions.tags), fields, sorts)


def _is_dated(flow: LiveFlow, place: PlaceRow) -> bool:
    wait = flow.wait(place.node, place.step or "")
    return wait is not None and wait.until_field is not None


def _sort_of(wave: Wave) -> object:
    """What waves have in common that look at the same."""
    if wave.place is not None:
        return wave.place.id
    return str(wave.stimulus)
