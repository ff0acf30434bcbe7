from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_format.references import Address, InvalidReferenceError, Reference

_keys = st.from_regex(r"[a-z0-9]{1,6}([-_][a-z0-9]{1,6}){0,2}", fullmatch=True)
_names = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,2}", fullmatch=True)
_packages = st.just("") | st.builds("{}/{}".format, _names, _names)
_kinds = st.sampled_from(["tag", "campaign", "contact-field"])
_inner = st.lists(_keys, max_size=2).map(tuple)
_addresses = st.builds(Address, _packages, _kinds, _keys, _inner)
_references = st.builds(
    Reference, st.just("") | _names | st.builds("{}/{}".format, _names, _names), _keys
)


@given(_addresses)
def test_an_address_is_read_as_it_is_written(address: Address) -> None:
    assert Address.parse(str(address)) == address


@given(_references)
def test_a_reference_is_read_as_it_is_written(reference: Reference) -> None:
    assert Reference.parse(str(reference)) == reference


@given(_addresses)
def test_an_address_within_its_package_keeps_everything_else(address: Address) -> None:
    full = address.within("acme/x")
    assert full.package == (address.package or "acme/x")
    assert full.local == address.local
    assert full.within("acme/y") == full
    assert address.resource.inner == ()


def test_an_address_names_a_step_inside_a_campaign_of_a_package() -> None:
    address = Address.parse("acme/tags:campaign/follow-up.remind.nudge")
    assert address == Address("acme/tags", "campaign", "follow-up", ("remind", "nudge"))
    assert address.local == "campaign/follow-up.remind.nudge"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tag",
        "tag/",
        "Tag/a",
        "tag/A",
        "tag/a..b",
        "tag/a.b.c.d",
        "acme:tag/a",
        "tag/a-",
        "tag/a\n",
    ],
)
def test_what_is_no_address_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(InvalidReferenceError, match="is not an address; one looks like"):
        Address.parse(text)


@pytest.mark.parametrize("text", ["", "A", "a:", ":a", "a b", "a--b", "x:y:z", "a/b/c:d", "a\n"])
def test_what_is_no_reference_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(InvalidReferenceError, match="is not a reference; one looks like"):
        Reference.parse(text)
