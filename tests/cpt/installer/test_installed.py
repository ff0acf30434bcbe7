"""What a record says is installed, for the owner's pages."""

from __future__ import annotations

from cpt.installer.record.installed import installed_in


def test_packages_are_counted_with_their_resources() -> None:
    package = {"version": "1.2.0", "digest": "sha256:0", "asked": "^1"}
    managed = {"object": "#1", "origin": "created", "base": {"name": "x"}}
    record = {
        "packages": {"acme/b": package, "acme/a": {**package, "asked": None}},
        "objects": {
            "acme/b:tag/x": managed,
            "acme/b:tag/y": {**managed, "released": True},
        },
    }
    assert installed_in(record) == (("acme/a", "1.2.0", "", 0), ("acme/b", "1.2.0", "^1", 1))


def test_what_is_no_record_of_ours_has_nothing_installed() -> None:
    assert installed_in(None) == ()
    assert installed_in({"packages": 7}) == ()
