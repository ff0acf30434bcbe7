from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_format.contact_fields import BUILT_IN
from package_format.templates import from_legacy, to_legacy

NAMES = [*(f"contact.{name}" for name in BUILT_IN), "account.name", "account.address"]
CUSTOM = st.from_regex(r"[a-z][a-z0-9]{0,5}(_[a-z0-9]{1,4}){0,2}", fullmatch=True).map(
    lambda name: f"contact.{name}"
)
PIECES = st.one_of(
    st.text(alphabet="ab ~.{}%\n", max_size=6).filter(lambda text: "{{" not in text),
    st.one_of(st.sampled_from([*NAMES, "unsubscribe_url"]), CUSTOM).map(lambda n: f"{{{{ {n} }}}}"),
    st.just('{{ contact.city | default("x") }}'),
    st.just("{% if contact.city %}y{% endif %}"),
)


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ("Dear {{ contact.first_name }},", "Dear ~Contact.FirstName~,"),
        ("{{contact.webinar_date}}", "~Contact._webinar_date~"),
        ('<a href="{{ unsubscribe_url }}">', '<a href="~OptOut.Link~">'),
        ('{{ contact.city | default("x") }}', '{{ contact.city | default("x") }}'),
        ("{{ other.thing }}", "{{ other.thing }}"),
    ],
)
def test_a_merge_field_has_an_older_form(newer: str, older: str) -> None:
    assert to_legacy(newer) == older


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("~Contact.FirstName~", "{{ contact.first_name }}"),
        ("~Contact._WebinarDate~", "{{ contact.webinar_date }}"),
        ("~Contact._city~", "~Contact._city~"),
        ("~Owner.FirstName~ ~ 5", "~Owner.FirstName~ ~ 5"),
    ],
)
def test_an_older_merge_field_has_a_newer_form(older: str, newer: str) -> None:
    assert from_legacy(older) == newer


@given(st.lists(PIECES, max_size=6).map("".join))
def test_there_and_back_is_the_same_message(text: str) -> None:
    assert from_legacy(to_legacy(text)) == text
