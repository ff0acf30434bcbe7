"""How texts are measured, cleaned, cut and broken."""

from hypothesis import given
from hypothesis import strategies as st

from package_format.picture.metrics import ELLIPSIS, cells_of, fit, measure, shown, wrap

SANS = measure(12)
TEXTS = st.text("iMw Wé漢", max_size=60).map(lambda text: " ".join(text.split()))


@given(TEXTS, st.integers(12, 300))
def test_a_cut_text_fits(text: str, width: int) -> None:
    drawn = fit(text, width, SANS)
    assert SANS(drawn) <= width
    assert drawn == text or drawn.endswith(ELLIPSIS)


def test_where_not_even_an_ellipsis_fits_nothing_is_drawn() -> None:
    assert fit("text", 5, SANS) == ""


@given(TEXTS.filter(bool), st.integers(20, 300), st.integers(1, 4))
def test_broken_lines_fit_and_lose_nothing_without_saying_so(
    text: str, width: int, most: int
) -> None:
    broken = wrap(text, width, SANS, most)
    assert 1 <= len(broken) <= most
    assert all(SANS(line) <= width for line in broken)
    assert " ".join(broken) == text or ELLIPSIS in broken[-1]


def test_no_word_stands_alone_on_the_last_line() -> None:
    assert wrap("call them, due in 1 day", 120, SANS, 2) == ("call them,", "due in 1 day")


def test_bold_is_wider_and_an_accent_is_not() -> None:
    assert measure(12, bold=True)("hello") > SANS("hello")
    assert SANS("é") == SANS("e\u0301") == SANS("e")
    assert SANS("漢") > SANS("M")
    assert SANS("ж") > 0


def test_cells_count_as_a_terminal_does() -> None:
    assert [cells_of(text) for text in ("a", "漢", "e\u0301", "")] == [1, 2, 1, 0]


def test_what_could_disturb_a_picture_is_not_shown() -> None:
    assert shown("a\tb\n c\u202e\u0000 d") == "a b c d"


def test_of_merge_fields_and_parameters_the_name_is_shown() -> None:
    assert shown("Hi {{ contact.first_name | default('friend') }}!") == "Hi [first name]!"
    assert shown("Welcome to [[ parameters.course ]]") == "Welcome to [course]"
    assert shown("{% if contact.vip %}Dear{% endif %} you") == "Dear you"
