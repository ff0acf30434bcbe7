"""Notices: what people should know of a package before they choose it."""

import pytest

from package_format.errors import InvalidIndexError
from package_format.notices import Notices, in_words, notices_text, read_notices

OLD = Notices(deprecated="old", successor="acme/new")
BAD = Notices(quarantined="it phones home")


def test_what_is_written_is_read_and_what_says_nothing_is_left_out() -> None:
    text = notices_text({"acme/b": BAD, "acme/a": OLD, "acme/c": Notices()})
    assert text == (
        '{"acme/a":{"deprecated":"old","successor":"acme/new"},'
        '"acme/b":{"quarantined":"it phones home"}}\n'
    )
    assert read_notices(text.encode()) == {"acme/a": OLD, "acme/b": BAD}


def test_a_later_program_may_say_more() -> None:
    assert read_notices(b'{"acme/a":{"deprecated":"old","since":"2026"}}') == {
        "acme/a": Notices(deprecated="old")
    }


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b'{"x":{}}', b'{"acme/a":1}', b'{"acme/a":{"deprecated":"a\\u001b[2J"}}', b"\xff"],
)
def test_what_cannot_be_or_steers_a_terminal_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidIndexError, match=r"notices\.json cannot be read"):
        read_notices(data)


def test_notices_have_words() -> None:
    assert in_words(Notices()) == ()
    assert in_words(OLD) == ("deprecated: old; choose acme/new instead",)
    assert in_words(Notices("old", None, "bad")) == (
        "kept from everybody by whoever runs the registry: bad",
        "deprecated: old",
    )
