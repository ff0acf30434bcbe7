"""A marketplace that is made, not kept: any number of packages, the same for the same seed.

Each is one of the examples told anew: another name, title, summary, keywords, categories and
readme; what it brings is the example's. Words come as often as words do (a few everywhere, most
hardly anywhere), and so do downloads.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from package_format.folder import load_package
from package_format.index import IndexLine
from package_format.manifest import CATEGORIES
from package_format.package import Package

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_TOPICS = _words("""
    webinar birthday renewal newsletter anniversary survey referral onboarding trial
    abandoned-cart appointment reminder loyalty feedback review voucher discount premiere
    lecture festival workshop membership donation pledge reactivation waiting-list pre-order
    subscription upgrade invoice payment shipping packing restock launch teaser course lesson
    certificate exam alumni open-house tour tasting rental check-in check-out season holiday
    easter christmas harvest recruiting interview probation training safety inspection
    maintenance warranty recall
""")
_DEEDS = _words("""
    follow-up sequence series countdown kit campaign starter journey nudge thank-you welcome
    reminder rescue booster chain calendar pack routine dialogue
""")
_FOR = _words("""
    dentists photographers bakeries yoga-studios museums orchestras choirs schools vineyards
    plumbers gardeners kennels libraries cinemas florists opticians bookshops gyms stables
    potters language-schools driving-schools theatres campsites cheese-makers tailors
    piano-tuners
""")
_COMMON = _words("""
    email contact customer send sends after before days week tag list page form reply offer
    price people account step wait message letter call link buy bought thanks friendly short
    simple
""")
_SYLLABLES = _words("""
    ba be bi bo da de do fa fe ga ka ke ko la le lo ma me mo na ne no pa ra re ro sa se ta te
    to va ve wa zu
""")
_README_WORDS = 140
_VOCABULARY = 20_000


@dataclass(frozen=True)
class Made:
    """A package of the marketplace, and how often it was fetched."""

    package: Package
    downloads: int


class Corpus:
    """A marketplace.

    Attributes:
        words: Words of which the first are in many readmes and the last in hardly any.
    """

    def __init__(self, size: int, seed: int = 20_261_126) -> None:
        """Say how many packages there are, and which of all such marketplaces it is."""
        self._size = size
        self._chance = random.Random(seed)  # noqa: S311  a marketplace is no secret
        made = (self._word() for _ in range(_VOCABULARY))
        self.words = tuple(dict.fromkeys((*_COMMON, *made)))
        self._weights = [1 / (rank + 3) for rank in range(len(self.words))]
        self._sums = list(_running(self._weights))
        self._publishers = [self._word() for _ in range(max(3, size // 25))]
        self._bases = tuple(_bases())

    def packages(self) -> Iterator[Made]:
        """Yield the packages."""
        taken: set[str] = set()
        while len(taken) < self._size:
            made = self._package()
            if made.package.name not in taken:
                taken.add(made.package.name)
                yield made

    def _package(self) -> Made:
        chance = self._chance
        topic, deed, audience = map(chance.choice, (_TOPICS, _DEEDS, _FOR))
        of = chance.random() < 0.5
        short = f"{topic}-{deed}-{audience}" if of else f"{topic}-{deed}"
        said = f"{topic} {deed}".replace("-", " ")
        whom = audience.replace("-", " ")
        base = chance.choice(self._bases)
        table = base.manifest.package.model_copy(
            update={
                "name": f"{chance.choice(self._publishers)}/{short}",
                "title": (said + (f" for {whom}" if of else "")).capitalize(),
                "summary": f"{self._said(6).capitalize()}: a {said} for {whom}, {self._said(5)}.",
                "keywords": (topic, whom, *(self._said(1) for _ in range(3))),
                "categories": tuple(chance.sample(CATEGORIES, chance.choice((1, 1, 2)))),
                "exports": (),
            }
        )
        manifest = base.manifest.model_copy(update={"package": table})
        readme = f"# {table.title}\n\n{self._said(_README_WORDS)}\n".encode()
        return Made(
            replace(base, manifest=manifest, documents={"README.md": readme}),
            int(chance.paretovariate(0.7)) - 1,
        )

    def _said(self, count: int) -> str:
        return " ".join(self._chance.choices(self.words, cum_weights=self._sums, k=count))

    def _word(self) -> str:
        return "".join(self._chance.choices(_SYLLABLES, k=self._chance.choice((2, 3, 3, 4))))


def line_of(package: Package, digest: str, size: int, number: int = 0) -> IndexLine:
    """Return the index line of a package that was published some minutes after the first one."""
    day, minute = divmod(number, 24 * 60)
    moment = f"2026-{1 + day // 28:02}-{1 + day % 28:02}T{minute // 60:02}:{minute % 60:02}:00Z"
    return IndexLine.of(package, digest=digest, size=size, published=moment)


def _running(weights: list[float]) -> Iterator[float]:
    total = 0.0
    for weight in weights:
        total += weight
        yield total


def _bases() -> Iterator[Package]:
    for file in sorted(EXAMPLES.rglob("cpt.toml")):
        package = load_package(file.parent).package
        assert package is not None
        yield package
