from __future__ import annotations

from cpt.installer.record.needs import Branch, chains, trees
from cpt.installer.record.record import InstalledPackage, Record


def record(**packages: tuple[str | None, dict[str, str]]) -> Record:
    """Return a record of packages: as what each was asked for, and what it needs."""
    return Record(
        packages={
            f"acme/{key}": InstalledPackage(
                version="1.0.0",
                digest="sha256:0",
                asked=asked,
                dependencies={f"acme/{name}": text for name, text in needs.items()},
            )
            for key, (asked, needs) in packages.items()
        }
    )


DIAMOND = record(
    top=("^1", {"left": "^1.1", "right": "^1.2"}),
    left=(None, {"base": "^1.3"}),
    right=(None, {"base": "^1.4"}),
    base=(None, {}),
)


def drawn(branch: Branch, depth: int = 0) -> list[str]:
    again = " again" if branch.again else ""
    lines = [f"{'  ' * depth}{branch.name.removeprefix('acme/')} {branch.range}{again}"]
    for below in branch.branches:
        lines += drawn(below, depth + 1)
    return lines


def told(record: Record, name: str) -> list[str]:
    return [
        " > ".join(f"{link.name.removeprefix('acme/')} {link.range}" for link in chain)
        for chain in chains(record, f"acme/{name}")
    ]


def test_nothing_grows_in_an_empty_account() -> None:
    assert trees(Record()) == ()


def test_a_tree_begins_with_what_was_asked_for() -> None:
    (tree,) = trees(DIAMOND)
    assert drawn(tree) == [
        "top ^1",
        "  left ^1.1",
        "    base ^1.3",
        "  right ^1.2",
        "    base ^1.4",
    ]


def test_what_stands_in_a_tree_already_is_not_unfolded_again() -> None:
    two = record(
        a=("^1", {"mid": "^1.1"}),
        b=("^1", {"mid": "^1.2"}),
        mid=(None, {"low": "*"}),
        low=(None, {}),
    )
    first, second = trees(two)
    assert drawn(first) == ["a ^1", "  mid ^1.1", "    low *"]
    assert drawn(second) == ["b ^1", "  mid ^1.2 again"]


def test_a_need_that_is_not_installed_is_no_branch() -> None:
    (tree,) = trees(record(top=("^1", {"gone": "^1"})))
    assert drawn(tree) == ["top ^1"]


def test_packages_that_need_each_other_end() -> None:
    circle = record(a=("^1", {"b": "^1"}), b=(None, {"a": "^1"}))
    (tree,) = trees(circle)
    assert drawn(tree) == ["a ^1", "  b ^1", "    a ^1 again"]
    assert told(circle, "b") == ["a ^1 > b ^1"]


def test_why_names_each_package_that_needs_it_with_the_shortest_way_there() -> None:
    assert told(DIAMOND, "base") == [
        "top ^1 > left ^1.1 > base ^1.3",
        "top ^1 > right ^1.2 > base ^1.4",
    ]


def test_what_was_asked_for_itself_comes_first() -> None:
    both = record(top=("^1", {"base": "^1.3"}), base=("~1.3", {}))
    assert told(both, "base") == ["base ~1.3", "top ^1 > base ^1.3"]
