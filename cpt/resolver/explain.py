"""Putting PubGrub's proof of a failure into plain sentences.

A proof is a tree: its leaves are facts (somebody asked for something, some versions need something,
something does not exist), and what is derived from them follows. People need the facts, those that
they themselves asked for first, and can follow from there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from nab_resolver.types import Incompatibility, IncompatibilityCause

from package_format.index import IndexLine
from package_format.versions import Range, Version

_AT_MOST_NAMED = 4
_AT_MOST_SAID = 12


def explain(
    proof: Incompatibility[str, int],
    lines: Callable[[str], Mapping[Version, IndexLine]],
    withdrawn: Callable[[str], Sequence[Version]],
    installed: Collection[str] = (),
) -> tuple[str, ...]:
    """Return the facts that contradict each other, nearest to what was asked for first.

    Args:
        proof: The root of the derivation.
        lines: Returns the index lines of a package's versions that may be chosen.
        withdrawn: Returns those of its versions that may not be.
        installed: The packages that are required because they are installed.
    """
    asked: list[str] = []
    kept: list[str] = []
    needed: list[str] = []
    for fact in _facts(proof):
        match fact.cause:
            case IncompatibilityCause.ROOT:
                wanted = fact.terms[1].package
                if wanted in installed:
                    kept.append(f"{wanted} is installed, as {fact.origin}")
                else:
                    asked.append(f"you ask for {wanted} {fact.origin}")
            case IncompatibilityCause.DEPENDENCY:
                needed.extend(_needs(fact, lines, withdrawn))
            case _:
                continue  # that nothing else exists is said by the ranges themselves
    said = [*dict.fromkeys(sorted(asked)), *dict.fromkeys(sorted(kept)), *dict.fromkeys(needed)]
    if len(said) > _AT_MOST_SAID:
        left_out = len(said) - _AT_MOST_SAID
        said = [*said[:_AT_MOST_SAID], f"and so on, for {left_out} more reasons like these"]
    return tuple(said)


def _facts(
    proof: Incompatibility[str, int],
) -> Iterator[Incompatibility[str, int]]:
    """Yield the leaves of a proof, those with the fewest conclusions above them first."""
    pending = deque([proof])
    seen: set[int] = set()
    while pending:
        node = pending.popleft()
        if id(node) in seen:
            continue
        seen.add(id(node))
        causes = [cause for cause in (node.cause_left, node.cause_right) if cause is not None]
        if causes:
            pending.extend(causes)
        else:
            yield node


def _needs(
    fact: Incompatibility[str, int],
    lines: Callable[[str], Mapping[Version, IndexLine]],
    withdrawn: Callable[[str], Sequence[Version]],
) -> Iterator[str]:
    """Say which versions of a package need what; apart where they ask for different ranges."""
    dependent = fact.terms[0].package
    needed = fact.terms[-1].package
    by_range: dict[str, list[Version]] = {}
    for number, (version, line) in enumerate(lines(dependent).items()):
        if number in fact.terms[0].constraint and needed in line.dependencies:
            by_range.setdefault(line.dependencies[needed], []).append(version)
    for text, versions in by_range.items():
        who = versions_in_words(versions, list(lines(dependent)))
        verb = "needs" if len(versions) == 1 else "need"
        sentence = f"{dependent} {who} {verb} {needed} {text}"
        yield sentence + _but_there_is(needed, Range.parse(text), lines(needed), withdrawn(needed))


def _but_there_is(
    name: str,
    range_: Range,
    lines: Mapping[Version, IndexLine],
    withdrawn: Sequence[Version],
) -> str:
    gone = [version for version in withdrawn if range_.allows(version)]
    if gone and not any(range_.allows(version) for version in lines):
        verb = "was" if len(gone) == 1 else "were"
        return f", but {versions_in_words(gone)} {verb} withdrawn"
    if not lines:
        return f", but there is no package {name}"
    if not any(range_.allows(version) for version in lines):
        return f", but there is only {versions_in_words(list(lines))}"
    return ""


def versions_in_words(versions: Sequence[Version], every: Sequence[Version] = ()) -> str:
    """Name versions: ``1.0.0, 1.1.0 and 2.0.0``, ``1.0.0 to 1.9.0`` where they are many."""
    if len(versions) > _AT_MOST_NAMED:
        consecutive = not every or _is_run(versions, every)
        if consecutive:
            return f"{min(versions)} to {max(versions)}"
        shown = sorted(versions)[-_AT_MOST_NAMED + 1 :]
        return f"{', '.join(map(str, shown))} and {len(versions) - len(shown)} older ones"
    *most, last = sorted(versions)
    return f"{', '.join(map(str, most))} and {last}" if most else str(last)


def _is_run(versions: Sequence[Version], every: Sequence[Version]) -> bool:
    ordered = sorted(every)
    first = ordered.index(min(versions))
    return ordered[first : first + len(versions)] == sorted(versions)
