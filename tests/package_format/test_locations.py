from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from package_format.kinds.table import KINDS
from package_format.locations import kind_at, stands_at, stem_of

_FOLDERS = sorted({row.location.rpartition("/")[0] for row in KINDS.values()})
_FILES = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "deep/", *(f"{folder}/" for folder in _FOLDERS)]),
    st.sampled_from(["", "*", "a", "a.b", ".a", "tags", "fields"]),
    st.sampled_from(["", ".", ".yaml", ".html", ".YAML", ".yaml.bak"]),
)


@given(_FILES)
def test_a_file_is_of_the_kind_whose_location_it_stands_at(file: str) -> None:
    expected = [kind for kind in KINDS.values() if stands_at(kind.location, file)]
    assert kind_at(file) == (expected[0] if expected else None)


def test_a_key_is_the_name_between_folder_and_ending() -> None:
    assert stem_of("emails/confirmed.html") == "confirmed"
    assert stem_of("emails/a.b.html") == "a.b"
