"""Waivers: an author's word that a finding does no harm."""

from __future__ import annotations

from pathlib import Path

from package_format import build_archive, compare, load_package, read_archive, write_package
from package_format.kinds.model import Json
from package_format.manifest import Manifest
from package_format.package import Package
from package_format.versions import Bump

WAIVER = {"rule": "export-removed", "item": "tag/t", "reason": "Nobody used it."}


def package(*waivers: Json, exports: tuple[str, ...] = ()) -> Package:
    table = {"name": "a/b", "version": "1.0.0", "title": "B", "summary": "B.", "license": "MIT"}
    data = {"package": {**table, "exports": exports}, "waivers": waivers}
    return Package(Manifest.model_validate(data), {})


def test_a_finding_that_is_waived_demands_a_patch_and_keeps_its_reason() -> None:
    comparison = compare(package(exports=("tag/t",)), package(WAIVER))
    assert comparison.demanded is Bump.PATCH
    (finding,) = (f for f in comparison.findings if f.rule == "export-removed")
    assert (finding.bump, finding.demands) == (Bump.MAJOR, Bump.PATCH)
    assert finding.waived == "Nobody used it."
    assert comparison.idle == ()


def test_a_waiver_is_for_one_item() -> None:
    comparison = compare(package(exports=("tag/t", "tag/u")), package(WAIVER))
    assert comparison.demanded is Bump.MAJOR
    assert {f.address: f.waived for f in comparison.findings if f.rule == "export-removed"} == {
        "tag/t": "Nobody used it.",
        "tag/u": None,
    }


def test_a_waiver_of_the_older_version_was_for_the_step_before() -> None:
    comparison = compare(package(WAIVER, exports=("tag/t",)), package(WAIVER))
    assert comparison.demanded is Bump.MAJOR


def test_a_waiver_that_waives_nothing_is_idle() -> None:
    comparison = compare(package(), package(WAIVER))
    assert [waiver.item for waiver in comparison.idle] == ["tag/t"]


def test_what_cannot_be_waived_is_not(tmp_path: Path) -> None:
    def with_step(wait: str) -> Package:
        steps = f"    steps: {{{wait}: {{wait: 1 day, apply-tag: t}}}}\n"
        files = {
            "cpt.toml": '[package]\nname = "a/b"\nversion = "1.0.0"\ntitle = "B"\n'
            'summary = "B."\nlicense = "MIT"\n[[waivers]]\nrule = "place-without-answer"\n'
            'item = "campaign/c.s"\nreason = "They do not mind."\n',
            "tags.yaml": "t: {name: T}\n",
            "campaigns/c.yaml": "title: C\ngoals: {g: {when: {tag-applied: t}}}\n"
            f"sequences:\n  {wait}:\n    after: g\n{steps}",
        }
        folder = tmp_path / wait
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
        found = load_package(folder).package
        assert found is not None
        return found

    old, new = with_step("s"), with_step("r")
    old = Package(old.manifest.model_copy(update={"waivers": ()}), old.resources)
    comparison = compare(old, new)
    (finding,) = (f for f in comparison.findings if f.rule == "place-without-answer")
    assert finding.address == "campaign/c.s"
    assert finding.waived is None
    assert comparison.demanded is Bump.MAJOR
    assert len(comparison.idle) == 1


def test_waivers_travel_with_the_package(tmp_path: Path) -> None:
    before = package(WAIVER, {**WAIVER, "item": 'tag/"u"'})
    assert read_archive(build_archive(before).data)[0] == before
    write_package(before, tmp_path / "b")
    after = load_package(tmp_path / "b").package
    assert after is not None
    assert after.manifest == before.manifest
