"""``cpt registry mirror`` and ``verify``, as an operator types them."""

from __future__ import annotations

import json
from pathlib import Path

from package_format.index import index_path
from tests.cpt.cli.conftest import Cpt
from tests.cpt.registries.conftest import FIRST, publish

TAGS = "acme/lifecycle-tags"


def test_a_copy_is_made_and_proved(cpt: Cpt, tmp_path: Path) -> None:
    source, copy = tmp_path / "source", tmp_path / "copy"
    publish(source, *FIRST)
    done = cpt("registry", "mirror", str(source), str(copy))
    assert (done.code, done.out) == (0, "")
    assert done.err.startswith(f"{copy} has 2 packages of {source}: 2 archives copied (")
    done = cpt("registry", "verify", str(copy))
    assert (done.code, done.out) == (0, "")
    assert done.err.startswith(f"{copy}: all is well; 2 packages, 2 versions, ")


def test_a_source_that_lost_something_ends_with_4(cpt: Cpt, tmp_path: Path) -> None:
    source, copy = tmp_path / "source", tmp_path / "copy"
    publish(source, *FIRST)
    cpt("registry", "mirror", str(source), str(copy))
    (source / index_path(TAGS)).unlink()
    done = cpt("registry", "mirror", str(source), str(copy), "--format", "json")
    assert done.code == 4
    assert json.loads(done.out)["problems"] == [f"{TAGS} was published, and is gone"]


def test_what_is_wrong_is_listed_and_ends_with_1(cpt: Cpt, tmp_path: Path) -> None:
    publish(tmp_path, *FIRST)
    (tmp_path / "stray").write_text("")
    done = cpt("registry", "verify", str(tmp_path))
    assert (done.code, done.out) == (
        1,
        "stray belongs to no version that is published here\n",
    )
    assert "1 problem; 2 packages" in done.err
    done = cpt("registry", "verify", str(tmp_path), "--format", "json")
    assert json.loads(done.out)["problems"] == [
        {"path": "stray", "what": "stray belongs to no version that is published here"}
    ]
