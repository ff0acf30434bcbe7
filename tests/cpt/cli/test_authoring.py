"""What leaves an author's folder, what does not, and what a version may be."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from package_format import read_archive

if TYPE_CHECKING:
    from tests.cpt.cli.conftest import Cpt

KEY = "AKIA" + "ABCDEFGHIJKLMNOP"


@pytest.fixture
def tags(world: Path) -> Path:
    """Return the folder of a package that was published."""
    return world / "tags"


def add(file: Path, text: str) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text((file.read_text() if file.exists() else "") + text)


def test_what_cptignore_names_is_in_no_archive_and_is_said(cpt: Cpt, tags: Path) -> None:
    before = cpt("build", "tags").out
    add(tags / "media/draft.png", "x")
    add(tags / "media/logo.png", "x")
    assert cpt("build", "tags").out != before
    add(tags / ".cptignore", "# mine\n/media/*\n!/media/logo.png\n")
    built = cpt("build", "tags", "--out", "tags.cpt")
    assert built.code == 0
    assert "left out, as .cptignore says: media/draft.png\n" in built.err
    package, _ = read_archive((tags.parent / "tags.cpt").read_bytes())
    assert "media/logo.png" in package.documents
    assert "media/draft.png" not in package.documents


def test_a_long_list_of_what_is_left_out_is_cut(cpt: Cpt, tags: Path) -> None:
    add(tags / ".cptignore", "notes/\n")
    for number in range(7):
        add(tags / f"notes/{number}.md", "x")
    built = cpt("build", "tags")
    assert "notes/4.md and 2 more\n" in built.err
    data = json.loads(cpt("build", "tags", "--format", "json").out)
    assert len(data["left_out"]) == 7
    assert data["content_size"] == sum(data["members"].values())


def test_a_pattern_that_means_nothing_is_pointed_at(cpt: Cpt, tags: Path) -> None:
    add(tags / ".cptignore", "*.bak\n!\n")
    checked = cpt("check", "tags")
    assert checked.code == 1
    assert "invalid-pattern" in checked.out
    assert ".cptignore:2:1" in checked.out


@pytest.mark.parametrize("verb", ["build", "publish"])
def test_what_looks_like_a_secret_is_refused_with_its_place(
    cpt: Cpt, tags: Path, verb: str
) -> None:
    add(tags / "README.md", f"\nkey: {KEY}\n")
    refused = cpt(verb, "tags")
    assert refused.code == 1
    line = len((tags / "README.md").read_text().splitlines())
    assert f"tags/README.md:{line}:6" in refused.err
    assert not (tags.parent / "acme-tags-1.0.0.cpt").exists()
    assert cpt(verb, "tags", "--allow-secret", "README.md").code == 0


def test_a_secret_that_is_left_out_does_not_matter(cpt: Cpt, tags: Path) -> None:
    add(tags / "media/server.pem", "x")
    assert cpt("build", "tags").code == 1
    add(tags / ".cptignore", "*.pem\n")
    assert cpt("build", "tags").code == 0


WAIVER = """
[[waivers]]
rule = "export-removed"
item = "tag/came"
reason = "Nobody but us has ever used it."
"""


def without_export(tags: Path, version: str) -> None:
    manifest = (tags / "cpt.toml").read_text()
    kept = [line for line in manifest.splitlines() if not line.startswith("exports")]
    text = "\n".join(kept).replace('version = "1.0.0"', f'version = "{version}"')
    (tags / "cpt.toml").write_text(text + "\n")


def test_a_waiver_with_a_reason_in_the_changelog_lets_a_smaller_bump_pass(
    cpt: Cpt, tags: Path
) -> None:
    assert cpt("publish", "tags").code == 0
    without_export(tags, "1.0.1")
    refused = cpt("publish", "tags")
    assert refused.code == 5
    assert "make it at least 2.0.0, as 'cpt bump' does" in refused.err
    add(tags / "cpt.toml", WAIVER)
    silent = cpt("publish", "tags")
    assert silent.code == 1
    assert "CHANGELOG.md does not say why" in silent.err
    assert cpt("bump", "tags").out == "1.0.1\n"
    assert "This does no harm: Nobody but us has ever used it." in (
        tags / "CHANGELOG.md"
    ).read_text("utf-8")
    published = cpt("publish", "tags")
    assert published.code == 0
    assert "waived export-removed for tag/came: Nobody but us" in published.err


def test_a_waiver_counts_for_one_step_only(cpt: Cpt, tags: Path) -> None:
    assert cpt("publish", "tags").code == 0
    without_export(tags, "1.0.1")
    add(tags / "cpt.toml", WAIVER)
    shown = cpt("diff", "acme/tags@1.0.0", "tags")
    assert shown.code == 0
    assert "waived, else MAJOR: Nobody but us has ever used it." in " ".join(shown.out.split())
    same = cpt("diff", "tags", "tags")
    assert "waive" not in same.out


def test_a_waiver_that_waives_nothing_is_said(cpt: Cpt, tags: Path) -> None:
    assert cpt("publish", "tags").code == 0
    add(tags / "cpt.toml", WAIVER)
    shown = cpt("diff", "acme/tags@1.0.0", "tags")
    assert "The waiver of export-removed for tag/came waives nothing." in shown.out


def test_a_waiver_of_what_cannot_be_waived_is_an_error(cpt: Cpt, tags: Path) -> None:
    add(tags / "cpt.toml", WAIVER.replace("export-removed", "place-without-answer"))
    add(tags / "cpt.toml", WAIVER.replace("export-removed", "export-remvoed"))
    checked = cpt("check", "tags")
    assert checked.code == 1
    assert "place-without-answer cannot be waived" in checked.out
    assert "did you mean export-removed?" in checked.out


def test_publishing_can_be_compared_with_another_version(cpt: Cpt, tags: Path) -> None:
    assert cpt("publish", "tags").code == 0
    without_export(tags, "2.0.0")
    assert cpt("publish", "tags").code == 0
    manifest = (tags / "cpt.toml").read_text().replace("2.0.0", "2.0.1")
    (tags / "cpt.toml").write_text(manifest)
    assert "compared with 2.0.0" in cpt("publish", "tags", "--dry-run").err
    against = cpt("publish", "tags", "--dry-run", "--against", "1.0.0")
    assert "compared with 1.0.0: demands MAJOR" in against.err


def test_every_schema_is_written_and_listed(cpt: Cpt, world: Path) -> None:
    written = cpt("schema", "--all", "schemas")
    assert written.code == 0
    listed = json.loads(cpt("schema", "--format", "json").out)["schemas"]
    files = {file.name for file in (world / "schemas").iterdir()}
    assert files == {f"{row['name']}.schema.json" for row in listed}
    assert [line.split() for line in cpt("schema").out.splitlines()] == [
        [row["name"], row["location"]] for row in listed
    ]


def test_a_folder_that_cannot_be_written_is_said(cpt: Cpt, world: Path) -> None:
    (world / "file").write_text("x")
    refused = cpt("new", "acme/x", "--dir", "file/x")
    assert refused.code == 3
    assert "file/x cannot be written" in refused.err


def test_sarif_names_a_folder_elsewhere_by_its_whole_address(cpt: Cpt, world: Path) -> None:
    log = json.loads(cpt("check", str(world / "broken"), "--format", "sarif").out)
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].startswith("file:///")


def test_diff_and_bump_agree_on_the_least_version_below_1(
    cpt: Cpt, tags: Path, tmp_path: Path
) -> None:
    manifest = tags / "cpt.toml"
    manifest.write_text(re.sub(r'(?m)^version = ".*"', 'version = "0.1.0"', manifest.read_text()))
    early = tmp_path / "early"
    shutil.copytree(tags, early)
    assert "This demands no bump.\n" in cpt("diff", str(early), "tags").out
    (tags / "tags.yaml").write_text("left: {name: Left}\n")
    manifest.write_text(manifest.read_text().replace("tag/came", "tag/left"))
    compared = cpt("diff", str(early), "tags").out
    assert (
        "This demands MAJOR; 0.1.0 is no newer than 0.1.0. It must be at least 0.2.0." in compared
    )
    bumped = cpt("bump", "tags", "--against", str(early))
    assert bumped.out == "0.2.0\n"


def test_bumping_twice_writes_once(cpt: Cpt, tags: Path) -> None:
    assert cpt("publish", "tags").code == 0
    add(tags / "tags.yaml", "gone: {name: Gone}\n")
    first = cpt("bump", "tags")
    assert first.out == "1.1.0\n"
    assert first.err.count("wrote ") == 2
    second = cpt("bump", "tags")
    assert second.out == "1.1.0\n"
    assert "wrote" not in second.err


def test_sarif_has_a_place_for_what_has_none(cpt: Cpt, tags: Path) -> None:
    (tags / "README.md").unlink()
    add(tags / "stray.txt", "x")
    log = json.loads(cpt("check", "tags", "--format", "sarif").out)
    results = {result["ruleId"]: result for result in log["runs"][0]["results"]}
    place = results["no-readme"]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "tags/cpt.toml"
    assert results["no-readme"]["level"] == "warning"
