from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_format.archive import build_archive, read_archive
from package_format.authored import authored_files
from package_format.checks.check import check
from package_format.errors import FolderNotEmptyError, PackageError
from package_format.folder import load_package, write_package
from package_format.kinds.model import marked
from package_format.kinds.tag import Tag
from package_format.package import Package, Resource
from package_format.references import Address

EXAMPLES = Path(__file__).parents[2] / "examples"

FILES = {
    "cpt.toml": """\
[package]
name = "acme/webinar"
version = "1.0.0"
title = "Webinar"
summary = "Follows up."
license = "MIT"

[parameters.sender]
type = "email"
required = true
""",
    "tags.yaml": "attended: {name: Attended}\nno-show:\n  name: 'No'\n",
    "fields.yaml": "webinar_date: {title: Date, type: date}\n",
    "products.yaml": "course: {name: Course, price: 49.90, currency: EUR}\n",
    "emails/confirmed.html": """\
---
subject: "Hello {{ contact.first_name }}"
from: "[[ parameters.sender ]]"
---

<p>Hello {{ contact.first_name }}</p>
""",
    "forms/registration.yaml": "title: Register\nfields: [{field: email}]\n",
    "campaigns/follow-up.yaml": """\
title: Follow-up
goals:
  registered: {when: {web-form-submitted: registration}}
  attended: {when: {tag-applied: attended}, after: remind}
sequences:
  remind:
    after: registered
    steps:
      zconfirm: {send-email: confirmed}
      nudge: {wait: {until-field: webinar_date, offset: -1 day}, apply-tag: no-show}
decisions:
  by:
    after: attended
    ways: {tagged: {if: {tag: attended}}, basic: otherwise}
""",
    "scenarios/story.yaml": """\
title: A story
contact: {first_name: Ada}
starts: 2026-03-02T09:00
story:
  - submit: registration
  - expect: {sent: confirmed, in: remind}
""",
    "upgrades.yaml": "- {moved: tag/old, to: tag/attended}\n",
    "README.md": "# Webinar\r\n",
    "LICENSE": "MIT\n",
}


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "webinar", FILES)


def loaded(folder: Path) -> Package:
    result = load_package(folder)
    assert list(result.diagnostics) == []
    assert result.package is not None
    return result.package


def told(folder: Path) -> list[str]:
    result = load_package(folder)
    assert (result.package is None) == result.diagnostics.has_errors
    return [f"{d.span or ''} {d.code}".strip() for d in result.diagnostics]


def test_everything_in_a_folder_becomes_a_package(folder: Path) -> None:
    package = loaded(folder)
    assert str(package) == "acme/webinar 1.0.0"
    assert [str(address) for address in package.resources] == [
        "tag/attended",
        "tag/no-show",
        "field/webinar_date",
        "product/course",
        "email/confirmed",
        "form/registration",
        "campaign/follow-up",
    ]
    assert len(package.upgrades) == 1
    assert list(package.scenarios) == ["story"]
    assert package.documents == {"README.md": b"# Webinar\n", "LICENSE": b"MIT\n"}


def test_a_field_has_its_key_for_a_name_when_it_says_no_other(folder: Path) -> None:
    field = loaded(folder).resources[Address.parse("field/webinar_date")]
    assert field.data["name"] == "webinar_date"


def test_a_folder_comes_back_from_archive_and_folder_as_the_same_package(
    folder: Path, tmp_path: Path
) -> None:
    package = loaded(folder)
    archive = build_archive(package)
    read, _ = read_archive(archive.data, archive.digest)
    write_package(read, tmp_path / "again")
    again = loaded(tmp_path / "again")
    assert again == read == package
    assert build_archive(again) == archive


@pytest.mark.parametrize("example", sorted(EXAMPLES.rglob("cpt.toml")), ids=str)
def test_every_example_comes_back_from_archive_and_folder(example: Path, tmp_path: Path) -> None:
    package = loaded(example.parent)
    archive = build_archive(package)
    write_package(read_archive(archive.data)[0], tmp_path / "again")
    assert build_archive(loaded(tmp_path / "again")) == archive


def test_layout_and_line_ends_do_not_change_what_a_package_is(folder: Path, tmp_path: Path) -> None:
    other = write(
        tmp_path / "other",
        {
            **{name: text.replace("\n", "\r\n") for name, text in FILES.items()},
            "README.md": "# Webinar\n",
            "tags.yaml": "# two\nno-show: {name: 'No'}\n\nattended:\n    name: \"Attended\"\n",
            "products.yaml": "course: {currency: EUR, price: '49.9', name: Course}\n",
        },
    )
    assert build_archive(loaded(other)) == build_archive(loaded(folder))


def test_the_order_of_steps_is_part_of_what_a_package_is(folder: Path) -> None:
    before = build_archive(loaded(folder)).digest
    text = FILES["campaigns/follow-up.yaml"]
    lines = text.split("\n")
    lines[8], lines[9] = lines[9], lines[8]
    write(folder, {"campaigns/follow-up.yaml": "\n".join(lines)})
    assert build_archive(loaded(folder)).digest != before


def test_every_marked_text_stands_where_its_origin_says(folder: Path) -> None:
    package = loaded(folder)
    assert package.origin is not None
    for resource in package.resources.values():
        for found in marked(resource.model):
            span = package.origin.span(resource.address, found.path)
            assert span is not None
            if found.value == "Send":  # a form's button, which the author left out
                continue
            line = FILES[span.file].split("\n")[span.line - 1]
            assert found.value in line[span.column - 1 : span.end_column - 1]


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("tag/no-show", "tags.yaml:2:1"),
        ("email/confirmed", "emails/confirmed.html:1:1"),
        ("campaign/follow-up", "campaigns/follow-up.yaml:1:1"),
        ("campaign/follow-up.remind", "campaigns/follow-up.yaml:6:3"),
        ("campaign/follow-up.remind.nudge", "campaigns/follow-up.yaml:10:7"),
        ("campaign/follow-up.by.basic", "campaigns/follow-up.yaml:14:43"),
        ("campaign/follow-up.gone.too", "campaigns/follow-up.yaml:1:1"),
        ("parameter/sender", "cpt.toml:8:13"),
        ("scenario/story", "scenarios/story.yaml:1:1"),
        ("upgrades/x", "upgrades.yaml:1:1"),
        ("tag/gone", "None"),
    ],
)
def test_everything_that_has_an_address_has_a_place(folder: Path, address: str, place: str) -> None:
    origin = loaded(folder).origin
    assert origin is not None
    assert str(origin.span(Address.parse(address))) == place


def test_values_and_pieces_of_texts_have_places(folder: Path) -> None:
    origin = loaded(folder).origin
    assert origin is not None
    assert str(origin.span(None, ("package", "name"))) == "cpt.toml:2:8"
    upgrades = Address("", "upgrades", "x")
    assert str(origin.span(upgrades, (0, "to"))) == "upgrades.yaml:1:24"
    email = Address.parse("email/confirmed")
    assert str(origin.span(email, ("subject",), within=(9, 27))) == "emails/confirmed.html:2:20"
    assert str(origin.span(email, ("body",), within=(12, 30))) == "emails/confirmed.html:6:13"
    assert str(origin.span(email, (), within=(0, 1))) == "emails/confirmed.html:1:1"


def test_a_folder_without_a_manifest_is_no_package(tmp_path: Path) -> None:
    assert told(tmp_path) == ["not-a-package"]
    assert told(tmp_path / "nowhere") == ["not-a-package"]


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"cpt.toml": "["}, ["cpt.toml:1:2 toml-syntax"]),
        ({"cpt.toml": "[package]"}, ["cpt.toml:1:2 missing-key"] * 5),
        ({"tags.yaml": "- a"}, ["tags.yaml:1:1 wrong-type"]),
        ({"tags.yaml": "Not a key: {name: x}"}, ["tags.yaml:1:1 invalid-key"]),
        ({"tags.yaml": f"{'a' * 65}: {{name: x}}"}, ["tags.yaml:1:1 invalid-key"]),
        ({"tags.yaml": "a: {nam: x}"}, ["tags.yaml:1:1 missing-key", "tags.yaml:1:5 unknown-key"]),
        ({"tags.yaml": "a: [\n"}, ["tags.yaml:1:4 yaml-syntax"]),
        ({"tags.yaml": b"\xff"}, ["tags.yaml:1:1 not-utf-8"]),
        ({"tags.yaml": b"\xef\xbb\xbfattended: {name: A}"}, ["tags.yaml:1:1 byte-order-mark"]),
        ({"forms/Big.yaml": FILES["forms/registration.yaml"]}, ["forms/Big.yaml:1:1 invalid-key"]),
        ({"emails/x.html": "<p>"}, ["emails/x.html:1:1 no-front-matter"]),
        ({"emails/x.html": "---\nsubject: a\nfrom: b\n---\n"}, ["emails/x.html:2:1 missing-key"]),
        ({"upgrades.yaml": "a: b"}, ["upgrades.yaml:1:1 wrong-type"]),
        (
            {"upgrades.yaml": "- {removed: tag/gone}\n" * 2001},
            ["upgrades.yaml:1:1 invalid-upgrade"],
        ),
        (
            {"upgrades.yaml": "- 1\n- {}\n"},
            ["upgrades.yaml:1:3 invalid-upgrade", "upgrades.yaml:2:3 invalid-upgrade"],
        ),
        (
            {"scenarios/A B.yaml": FILES["scenarios/story.yaml"]},
            ["scenarios/A B.yaml:1:1 invalid-key"],
        ),
        ({"scenarios/x.yaml": "title: x"}, ["scenarios/x.yaml:1:1 missing-key"] * 2),
        ({"scenarios/x.yaml": "["}, ["scenarios/x.yaml:1:1 yaml-syntax"]),
        ({"media/CON.png": b""}, ["invalid-file-name"]),
        ({"tag.yaml": ""}, ["unknown-file"]),
        ({"email/x.html": ""}, ["unknown-file"]),
        ({"media/deep/x.png": ""}, ["unknown-file"]),
        ({"upgrades.yaml": "# nothing yet\n"}, []),
        ({".hidden": "", ".git/config": "", "webinar-1.0.0.cpt": ""}, []),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_raises(
    folder: Path, files: dict[str, str | bytes], found: list[str]
) -> None:
    assert told(write(folder, files)) == found


def test_all_that_is_wrong_is_said_at_once(folder: Path) -> None:
    write(folder, {"tags.yaml": "a: {}", "fields.yaml": "b: {}", "cpt.toml": "[package]\nname = 1"})
    assert len(told(folder)) == 7


@pytest.mark.parametrize(
    ("name", "help_"),
    [
        ("tag.yaml", "did you mean tags.yaml?"),
        ("tags.yml", "did you mean tags.yaml?"),
        ("email/hello.html", "did you mean emails/hello.html?"),
        ("campaigns/hello.yml", "did you mean campaigns/hello.yaml?"),
        ("forms/Join us.yml", "did you mean forms/join-us.yaml?"),
        ("Emails/hello.html", "did you mean emails/hello.html?"),
        ("notes.txt", "if it is to be left out, name it in .cptignore"),
    ],
)
def test_an_unknown_file_is_left_out_with_a_guess_of_what_was_meant(
    folder: Path, name: str, help_: str | None
) -> None:
    write(folder, {name: ""})
    (found,) = load_package(folder).diagnostics
    assert found.help == help_


@pytest.mark.parametrize(
    ("name", "help_"),
    [
        ("forms/Join us.yaml", "call the file forms/join-us.yaml"),
        ("emails/Hello.html", "call the file emails/hello.html"),
        ("scenarios/A__B!.yaml", "call the file scenarios/a-b.yaml"),
        ("forms/ß.yaml", "use lower-case letters and digits, with single hyphens or underscores"),
    ],
)
def test_a_file_whose_name_is_no_key_is_given_one_that_is(
    folder: Path, name: str, help_: str
) -> None:
    write(folder, {name: ""})
    helps = [each.help or "" for each in load_package(folder).diagnostics]
    assert any(each.startswith(help_) for each in helps)


@pytest.mark.parametrize("name", ["tags.yml", "tag.yaml"])
def test_what_is_left_out_is_missed_by_those_that_refer_to_it(folder: Path, name: str) -> None:
    (folder / "tags.yaml").rename(folder / name)
    loaded = load_package(folder)
    assert [found.code for found in loaded.diagnostics] == ["unknown-file"]
    assert loaded.package is not None
    found = check(loaded.package, unread=loaded.unread)
    assert "unknown-reference" in {one.code for one in found}


def test_a_link_that_leads_out_of_the_folder_is_not_followed(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x")
    (folder / "LICENSE").unlink()
    (folder / "LICENSE").symlink_to(secret)
    assert told(folder) == ["link-out-of-folder"]


def test_a_link_within_the_folder_is_as_good_as_a_file(folder: Path) -> None:
    (folder / "CHANGELOG.md").symlink_to(folder / "LICENSE")
    assert loaded(folder).documents["CHANGELOG.md"] == b"MIT\n"


def test_a_link_to_a_folder_is_left_out(folder: Path, tmp_path: Path) -> None:
    write(tmp_path / "elsewhere", {"x.png": "x"})
    (folder / "media").symlink_to(tmp_path / "elsewhere")
    assert told(folder) == ["linked-folder"]


def test_what_cannot_be_read_is_said(folder: Path) -> None:
    (folder / "media").mkdir()
    (folder / "media/self.png").symlink_to(folder / "media/self.png")
    (folder / "media/nowhere.png").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "media/pipe.png")
    assert told(folder) == ["not-a-file", "unreadable-file", "unreadable-file"]


def test_a_manifest_that_cannot_be_read_is_said(folder: Path) -> None:
    (folder / "cpt.toml").write_bytes(b"\xff")
    assert told(folder) == ["cpt.toml:1:1 not-utf-8"]


def test_size_and_number_of_files_are_limited(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("package_format.folder_files.CONTENT_LIMIT", 500)
    assert "too-large" in told(folder)
    monkeypatch.setattr("package_format.folder_files.MEMBER_LIMIT", 3)
    assert "too-many-files" in told(folder)


def test_nothing_is_written_over(folder: Path) -> None:
    package = loaded(folder)
    with pytest.raises(FolderNotEmptyError, match="is not an empty folder"):
        write_package(package, folder)
    with pytest.raises(FolderNotEmptyError, match="is not an empty folder"):
        write_package(package, folder / "LICENSE")


def test_an_empty_folder_can_be_written_to(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    write_package(loaded(folder), tmp_path / "empty")
    assert loaded(tmp_path / "empty") == loaded(folder)


def test_no_file_is_written_out_of_the_folder(folder: Path, tmp_path: Path) -> None:
    package = loaded(folder)
    bad = Package(package.manifest, {}, documents={"../x": b""})
    with pytest.raises(PackageError, match="cannot be written: its name leads out"):
        write_package(bad, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_is_written_as_an_author_would_write_it(folder: Path) -> None:
    files = authored_files(loaded(folder))
    assert files["campaigns/follow-up.yaml"].decode() == (
        "title: Follow-up\n"
        "goals:\n"
        "  registered: {when: {web-form-submitted: registration}}\n"
        "  attended: {when: {tag-applied: attended}, after: [remind]}\n"
        "sequences:\n"
        "  remind:\n"
        "    after: [registered]\n"
        "    steps:\n"
        "      zconfirm: {send-email: confirmed}\n"
        "      nudge:\n"
        "        wait: {until-field: webinar_date, offset: -1 day}\n"
        "        apply-tag: no-show\n"
        "decisions:\n"
        "  by:\n"
        "    after: [attended]\n"
        "    ways:\n"
        "      tagged: {if: {tag: attended}}\n"
        "      basic: otherwise\n"
    )


_odd = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=12)
_numbers = st.from_regex(r"[-+]?(0[ox])?[0-9.]{1,5}([eE][-+]?[0-9]{1,2})?", fullmatch=True)
_words = st.sampled_from(["no", "null", "~", "true", "12:30", "2026-03-10", "<<", "[[ x ]]", "- a"])


@given(st.lists((_odd | _numbers | _words).filter(bool), min_size=1, max_size=5), _odd)
def test_every_text_comes_back_from_the_folder(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], line: str
) -> None:
    where = tmp_path_factory.mktemp("odd")
    first = loaded(write(where / "first", {"cpt.toml": FILES["cpt.toml"]}))
    manifest = first.manifest.model_copy(
        update={"package": first.manifest.package.model_copy(update={"title": line + '\x7f"\\x'})}
    )
    tags = [Resource("tag", f"t{n}", Tag(name=name)) for n, name in enumerate(names)]
    made = Package(manifest, {tag.address: tag for tag in tags})
    write_package(made, where / "second")
    assert loaded(where / "second") == made


def test_an_entry_that_is_wrong_is_called_by_its_own_number(folder: Path) -> None:
    write(folder, {"upgrades.yaml": "- {removed: tag/gone}\n- {moved: tag/a}\n- 3\n"})
    found = load_package(folder).diagnostics
    said = [each.message for each in found if each.code == "invalid-upgrade"]
    assert [message.partition(":")[0] for message in said] == ["entry 2", "entry 3"]
