"""Labels are said as people say them."""

from __future__ import annotations

import pytest

from package_format.labels import brief


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("Welcome", "Welcome"),
        ("Hi {{ contact.first_name }}!", "Hi [first name]!"),
        ("Hi {{contact.first_name | default('friend')}}", "Hi [first name]"),
        ("{{ webinar_date }} and {{ contact.city }}", "[webinar date] and [city]"),
        ("{{ contact.first_name", "{{ contact.first_name"),
    ],
)
def test_merge_fields_are_put_briefly(label: str, said: str) -> None:
    assert brief(label) == said
