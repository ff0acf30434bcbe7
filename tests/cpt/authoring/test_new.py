"""New packages: what the templates hold, filled in with a name."""

from __future__ import annotations

from pathlib import Path

import pytest

from cpt.authoring.new import DEFAULT, TEMPLATES, new_package
from cpt.cli.testing import run_scenarios
from cpt.errors import UsageError
from cpt.scenarios.coverage import coverage
from package_format import check, load_package


def written(files: dict[str, bytes], folder: Path) -> Path:
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_a_template_writes_passes_check_and_test_with_full_coverage(
    template: str, tmp_path: Path
) -> None:
    files = new_package("acme/spring-offer", template, year=2026)
    loaded = load_package(written(files, tmp_path))
    assert list(loaded.diagnostics) == []
    package = loaded.package
    assert package is not None
    assert list(check(package)) == []
    results = run_scenarios(package, {})
    assert len(results) > 1
    assert [name for name, result in results.items() if not result.passed] == []
    assert coverage(package, results.values()).missed == ()


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_is_filled_in_with_the_name_the_year_and_nothing_else(
    template: str, tmp_path: Path
) -> None:
    files = new_package("acme/spring-offer", template, year=2031)
    assert b"%{" not in b"".join(files.values())
    assert b"2031 acme" in files["LICENSE"]
    assert files["README.md"].startswith(b"# Spring offer\n")
    package = load_package(written(files, tmp_path)).package
    assert package is not None
    assert package.name == "acme/spring-offer"
    assert package.manifest.package.title == "Spring offer"
    assert {"README.md", "CHANGELOG.md", "LICENSE"} <= set(package.documents)


def test_pictures_and_accounts_made_in_the_folder_are_left_out_and_its_media_are_not(
    tmp_path: Path,
) -> None:
    written(new_package("acme/spring-offer", DEFAULT, year=2026), tmp_path)
    made = {"flow.svg": b"<svg/>", "flow.png": b"png", "shop.account": b"x"}
    written(made | {"media/logo.png": b"png"}, tmp_path)
    loaded = load_package(tmp_path)
    assert list(loaded.diagnostics) == []
    assert loaded.left_out == tuple(sorted(made))
    assert loaded.package is not None
    assert "media/logo.png" in loaded.package.documents


def test_the_first_template_is_the_one_to_start_with() -> None:
    assert next(iter(TEMPLATES)) == DEFAULT


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("spring-offer", "your-name/spring-offer"),
        ("Acme/Spring Offer", "acme/spring-offer"),
        ("", "your-name/my-campaign"),
        ("a/b/c", "b/c"),
        ("acme/nul", "on Windows nul is a device"),
        ("Con/x", "on Windows con is a device"),
    ],
)
def test_a_name_that_cannot_be_is_answered_with_one_that_can(name: str, better: str) -> None:
    with pytest.raises(UsageError) as caught:
        new_package(name, DEFAULT, year=2026)
    assert better in caught.value.help[0]
