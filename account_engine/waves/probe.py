"""Probes: model contacts who note what is asked of them.

A probe is a contact like any other. Their tags, values and facts note who asks for what; what an
action puts in place of them may not any more, and whoever finds it replaced (`taking.Taker`)
takes it as asked for in every way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from account_engine.catalogue import Catalogue
from account_engine.contacts import Contact
from account_engine.objects import number_of

V = TypeVar("V")


class NotAlikeError(Exception):
    """What happens to a contact depends on who they are: there is no model of them."""


class Questions:
    """What was asked of a probe."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.tags: set[int] = set()
        self.fields: set[str] = set()
        self.sorts: set[str] = set()


def probe(contact: Contact, questions: Questions) -> Contact:
    """Return a contact who notes what is asked of them."""

    def of(sort: str) -> Callable[[str], None]:
        return lambda _: questions.sorts.add(sort)

    return Contact(
        contact.id,
        _Asked(contact.values, questions.fields.add, copied=True),
        _Tags.of(contact.tags, questions.tags),
        contact.refused,
        contact.owner,
        _Asked(contact.purchases, of("purchase")),
        _Stages.of(contact.opportunities, of("opportunity")),
        _Asked(contact.tasks, of("task")),
        # Every turn looks at all scores, for what they have lost; `Taker` knows whether they can.
        _Asked(contact.scores, of("score"), copied=True),
    )


class SameForAll(Catalogue):
    """A catalogue that does not tell contacts apart."""

    @classmethod
    def of(cls, catalogue: Catalogue) -> SameForAll:
        """Return a catalogue that says the same as another."""
        return cls(**vars(catalogue))

    def one_of(self, role: str, contact: int, node: int) -> str | None:
        """Return who gets a contact, if everybody's contact gets the same.

        Raises:
            NotAlikeError: That depends on the contact.
        """
        if len(self.roles.get(role, ())) > 1:
            raise NotAlikeError
        return super().one_of(role, contact, node)


class _Tags(frozenset[str]):
    """Tags; with some more or less of them, they still note."""

    asked: set[int]

    @classmethod
    def of(cls, tags: Iterable[str], asked: set[int]) -> _Tags:
        made = cls(tags)
        made.asked = asked
        return made

    def __contains__(self, tag: object) -> bool:
        self._note((tag,))
        return super().__contains__(tag)

    def __or__(self, others: Iterable[Any]) -> _Tags:
        return self.union(others)

    def __sub__(self, others: Iterable[Any]) -> _Tags:
        return self.difference(others)

    def union(self, *others: Iterable[Any]) -> _Tags:
        self._note(tag for some in others for tag in some)
        return self.of(super().union(*others), self.asked)

    def difference(self, *others: Iterable[Any]) -> _Tags:
        self._note(tag for some in others for tag in some)
        return self.of(super().difference(*others), self.asked)

    def _note(self, tags: Iterable[object]) -> None:
        for tag in tags:
            number = number_of(str(tag))
            if number is not None:
                self.asked.add(number)


class _Asked(dict[str, V]):
    """A mapping that notes who asks for which key; or, unless copying is none, for anything."""

    def __init__(
        self, values: Mapping[str, V], note: Callable[[str], None], *, copied: bool = False
    ) -> None:
        super().__init__(values)
        self._note, self._copied = note, copied

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401  as any mapping's
        self._note(key)
        return super().get(key, default)

    def __getitem__(self, key: str) -> V:
        self._note(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self._note(str(key))
        return super().__contains__(key)

    def __iter__(self) -> Iterator[str]:
        self._note_all()
        return super().__iter__()

    def keys(self) -> Any:  # noqa: ANN401  likewise
        self._note_all()
        return super().keys()

    def items(self) -> Any:  # noqa: ANN401  likewise
        self._note_all()
        return super().items()

    def _note_all(self) -> None:
        if not self._copied:
            self._note("")


class _Stages(tuple[str, ...]):  # noqa: SLOT001  a tuple's have no room for what it notes
    """Opportunities; whoever looks at one has looked at all."""

    note: Callable[[str], None]

    @classmethod
    def of(cls, stages: Iterable[str], note: Callable[[str], None]) -> _Stages:
        made = cls(stages)
        made.note = note
        return made

    def __contains__(self, stage: object) -> bool:
        self.note("")
        return super().__contains__(stage)

    def __iter__(self) -> Iterator[str]:
        self.note("")
        return super().__iter__()

    def __len__(self) -> int:
        self.note("")
        return super().__len__()

    def __getitem__(self, index: Any) -> Any:  # noqa: ANN401  an index or a slice
        self.note("")
        return super().__getitem__(index)
