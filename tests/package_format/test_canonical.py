from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_format.authored import authored
from package_format.campaign.model import Campaign
from package_format.canonical import is_document, package_from, to_json
from package_format.errors import PackageError
from package_format.kinds.model import Json

_texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]))
_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | _texts,
    lambda inner: st.lists(inner) | st.dictionaries(_texts, inner),
    max_leaves=8,
)


@given(_values)
def test_canonical_json_is_json_and_the_same_when_written_again(value: Json) -> None:
    written = to_json(value)
    assert json.loads(written) == value
    assert to_json(json.loads(written)) == written


def test_the_order_of_keys_does_not_matter() -> None:
    assert to_json({"b": 1, "a": "é"}) == to_json({"a": "é", "b": 1}) == '{"a":"é","b":1}'.encode()


@pytest.mark.parametrize("value", [float("inf"), float("nan"), "\ud800"])
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"not allowed|not JSON"):
        to_json(value)


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("README.md", True),
        ("CHANGELOG.md", True),
        ("LICENSE", True),
        ("media/a.png", True),
        ("media/a/b.png", False),
        ("media/", False),
        ("readme.md", False),
        ("cpt.toml", False),
    ],
)
def test_documents_are_texts_for_people_and_media(path: str, answer: bool) -> None:  # noqa: FBT001
    assert is_document(path) is answer


def test_a_package_needs_a_manifest() -> None:
    with pytest.raises(PackageError, match=r"no manifest\.json"):
        package_from({})


def test_ordered_lists_are_mappings_to_an_author_and_mean_the_same() -> None:
    canonical = {
        "title": "x",
        "goals": {"a": {"when": [{"tag-applied": {"tag": "t"}}]}},
        "sequences": {
            "s": {
                "after": ["a"],
                "steps": [
                    {"key": "z", "action": {"send-email": {"email": "e"}}},
                    {"key": "b", "wait": {"for": "2 days"}},
                ],
            }
        },
        "decisions": {"d": {"after": ["a"], "ways": [{"key": "w", "otherwise": True}]}},
    }
    written = authored(canonical)
    steps = written["sequences"]["s"]["steps"]
    assert list(steps) == ["z", "b"]
    assert steps["z"] == {"send-email": "e"}
    assert Campaign.model_validate(written) == Campaign.model_validate(canonical)
    assert Campaign.model_validate(written).canonical() == canonical
