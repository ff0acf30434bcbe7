"""The next version, and where it is written."""

from cpt.authoring.bump import with_version
from package_format.versions import Version


def test_the_manifest_keeps_its_comments_and_layout() -> None:
    before = '# mine\n[package]  # here\nname="a/b"\nversion   = "1.0.0" # soon 2\n\n\n[account]\n'
    after = with_version(before, Version.parse("1.1.0"))
    assert after == before.replace("1.0.0", "1.1.0")
