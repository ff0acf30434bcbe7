"""What a registry signs, as files: following them comes to an end, and leads nowhere else."""

import json

import pytest

from package_format import signed_state
from package_format.ending import endings
from package_format.errors import InvalidIndexError
from package_format.signed_tree import (
    MOST_ROOTS,
    TIMESTAMP,
    metadata_path,
    root_path,
    signed_files,
    state_in,
)
from tests.package_format.test_ending import NOW


def metadata(**said: object) -> bytes:
    return json.dumps({"signed": said}).encode()


def test_roots_without_end_are_not_read_for_ever() -> None:
    asked: list[str] = []

    def read(path: str) -> bytes:
        asked.append(path)
        return metadata(meta={"snapshot.json": {"version": 1}})

    follows = (
        lambda: [*signed_files(read)],
        lambda: endings(read, NOW),
        lambda: signed_state.newest_root(read),
    )
    for follow in follows:
        asked.clear()
        with pytest.raises(InvalidIndexError, match="roots or more"):
            follow()
        assert len(asked) <= MOST_ROOTS + 1


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "1" * 5000, "[]", "null", '"x"'])
def test_a_number_that_is_none_is_refused(number: str) -> None:
    timestamp = f'{{"signed": {{"version": {number}}}}}'.encode()
    with pytest.raises(InvalidIndexError):
        state_in(timestamp)
    timestamp = f'{{"signed": {{"meta": {{"snapshot.json": {{"version": {number}}}}}}}}}'.encode()
    with pytest.raises(InvalidIndexError):
        list(signed_files({TIMESTAMP: timestamp, root_path(1): b""}.get))


@pytest.mark.parametrize(
    ("role", "target"),
    [
        ("../../x", "index/acme/x.jsonl"),
        ("index-00", "../../../x.jsonl"),
        ("index-00", "index/../x.jsonl"),
        ("index-00", "index/acme/x.jsonl/../y"),
        ("index-00", "index/acme/x.jsonl\n"),
        ("index-00", "/etc/passwd"),
        ("index-00\n", "index/acme/x.jsonl"),
        ("index-00", "index/acme/\u0000.jsonl"),
    ],
)
def test_what_leads_elsewhere_is_not_followed(role: str, target: str) -> None:
    asked: list[str] = []
    files = {
        TIMESTAMP: metadata(meta={"snapshot.json": {"version": 1}}),
        metadata_path("snapshot", 1): metadata(meta={f"{role}.json": {"version": 1}}),
        metadata_path("index-00", 1): metadata(targets={target: {"hashes": {"sha256": "0" * 64}}}),
    }

    def read(path: str) -> bytes | None:
        asked.append(path)
        return files.get(path)

    with pytest.raises(InvalidIndexError, match="which cannot be"):
        list(signed_files(read))
    assert not any(word in path for path in asked for word in ("..", "\n", "\0", "passwd"))
