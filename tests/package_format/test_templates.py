"""The two phases of templates: what they do, what they refuse, and that nothing gets out."""

from __future__ import annotations

import html
import string
import subprocess
import sys

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from package_format.kinds.email import Email
from package_format.kinds.form import Form
from package_format.kinds.tag import Tag
from package_format.kinds.task import Task
from package_format.templates import (
    TEXT_LIMIT,
    TemplateError,
    Used,
    evaluate,
    fill,
    merge_fields,
    one_line,
    read_install,
    read_message,
    render,
)
from package_format.templates.filters import FILTERS
from package_format.templates.language import MESSAGE
from package_format.templates.values import Values

# --- filling in at install ------------------------------------------------------------------------


def test_a_parameter_is_filled_in_where_it_stands() -> None:
    assert evaluate("Hi [[ parameters.brand ]]!\n", {"brand": "Acme"}) == "Hi Acme!\n"


def test_a_value_that_is_one_expression_keeps_its_type() -> None:
    assert evaluate("[[ parameters.count ]]", {"count": 3}) == 3
    assert evaluate("[[ parameters.on ]]", {"on": False}) is False
    assert evaluate("[[ parameters.count ]]!", {"count": 3}) == "3!"


def test_a_value_that_nobody_gave_is_empty() -> None:
    assert evaluate("[[ parameters.x ]]", {"x": None}) is None
    assert evaluate("<[[ parameters.x ]]>", {"x": None}) == "<>"
    assert evaluate('[[ parameters.x | default("none") ]]', {"x": None}) == "none"


def test_an_expression_can_choose() -> None:
    text = '[[ "yes" if parameters.a and not parameters.b else parameters.c ]]'
    assert evaluate(text, {"a": 1, "b": "", "c": "x"}) == "yes"
    assert evaluate(text, {"a": 1, "b": "b", "c": "x"}) == "x"


def test_a_hyphen_in_a_parameters_name_is_written_as_an_underscore() -> None:
    assert evaluate("[[ parameters.from_name ]]", {"from-name": "Ada"}) == "Ada"


def test_other_braces_are_left_alone_at_install() -> None:
    text = "{{ contact.x }}{% if contact.y %}{# note #}{% endif %} [x] a[[ parameters.a ]]"
    expected = "{{ contact.x }}{% if contact.y %}{# note #}{% endif %} [x] a1"
    assert evaluate(text, {"a": 1}) == expected


@pytest.mark.parametrize("text", ["[[ parameters.y ]]", "[[ contact.x ]]", "[[ x ]]"])
def test_a_name_that_is_not_there_is_refused(text: str) -> None:
    with pytest.raises(TemplateError, match="there is no value called"):
        evaluate(text, {"x": "1"})


def test_a_text_that_is_no_template_is_refused() -> None:
    with pytest.raises(TemplateError, match="the text is no template"):
        evaluate("[[ parameters. ]]", {})


def test_a_filled_in_value_is_never_read_as_a_template_again() -> None:
    assert evaluate("[[ parameters.a ]] ", {"a": "[[ parameters.b ]]", "b": "x"}) == (
        "[[ parameters.b ]] "
    )


TAG = Tag(name="[[ parameters.name ]]", description="About [[ parameters.name ]]", category="A")


def test_only_texts_that_may_hold_a_template_are_filled_in() -> None:
    assert fill(TAG.canonical(), TAG, {"name": "Came"}) == {
        "name": "Came",
        "description": "About Came",
        "category": "A",
    }


def test_a_text_that_is_nothing_but_an_absent_value_is_left_out() -> None:
    assert fill(TAG.canonical(), TAG, {"name": None}) == {"description": "About ", "category": "A"}


def test_numbers_become_texts_in_texts() -> None:
    tag = Tag(name="[[ parameters.name ]]")
    assert fill(tag.canonical(), tag, {"name": 2026}) == {"name": "2026"}
    assert fill(tag.canonical(), tag, {"name": True}) == {"name": "yes"}
    assert fill(tag.canonical(), tag, {"name": 2.0}) == {"name": "2"}
    assert fill(tag.canonical(), tag, {"name": 2.5}) == {"name": "2.5"}


def test_a_nested_text_that_is_absent_is_left_out_too() -> None:
    form = Form.model_validate(
        {"title": "F", "fields": [{"field": "x", "label": "[[ parameters.l ]]"}]}
    )
    assert fill(form.canonical(), form, {"l": None})["fields"] == [{"field": "x"}]


def email(body: str, subject: str = "Hello") -> Email:
    return Email.model_validate({"subject": subject, "from": "a@example.com", "body": body})


def test_a_value_is_escaped_in_html_and_not_in_a_line() -> None:
    mail = email("<p>[[ parameters.x ]]</p>", "[[ parameters.x ]]")
    filled = fill(mail.canonical(), mail, {"x": "<Ben> & Co"})
    assert filled["body"] == "<p>&lt;Ben&gt; &amp; Co</p>"
    assert filled["subject"] == "<Ben> & Co"


nasty = st.text(st.sampled_from("{}%#[]\"'\\ ax<&\n"), max_size=12)


@given(nasty, nasty, nasty)
def test_whatever_is_filled_in_comes_out_literally(before: str, value: str, after: str) -> None:
    text = f"{before}[[ parameters.x ]]{after}"
    assume(value)
    assume("[[" not in before + after and not before.endswith("["))
    assume(not any(brace in before + after for brace in ("{{", "{%", "{#")))
    task = Task(title=text)
    line = fill(task.canonical(), task, {"x": value})["title"]
    assert render(line, {}) == f"{before}{value}{after}"
    mail = email(text)
    body = fill(mail.canonical(), mail, {"x": value})["body"]
    whole = html.escape(value).replace("{", "&#123;")
    assert render(body, {}, html=True) in (
        f"{before}{whole}{after}",
        f"{before[:-1]}&#123;{whole}{after}",
    )


# --- messages -------------------------------------------------------------------------------------


def test_a_contacts_value_is_filled_in_when_a_message_is_sent() -> None:
    assert render("Hi {{ contact.first_name }}", {"first_name": "Ada"}) == "Hi Ada"


def test_a_value_that_a_contact_does_not_have_is_empty() -> None:
    assert render("Hi {{ contact.first_name }}!", {}) == "Hi !"
    assert render('Hi {{ contact.first_name | default("there") }}!', {}) == "Hi there!"
    assert render('Hi {{ contact.first_name | default("there") }}!', {"first_name": ""}) == (
        "Hi there!"
    )


def test_a_message_can_say_the_accounts_name_and_address_and_where_to_opt_out() -> None:
    text = "{{ account.name }}, {{ account.address }} {{ unsubscribe_url }}"
    account = {"name": "Harbour", "address": "1 Quay"}
    assert render(text, {}, account=account, unsubscribe_url="https://u") == (
        "Harbour, 1 Quay https://u"
    )


def test_a_contacts_value_is_escaped_in_html_only() -> None:
    contact = {"first_name": "<script>{{ contact.email }}</script>"}
    assert render("{{ contact.first_name }}", contact) == contact["first_name"]
    assert render("<b>{{ contact.first_name }}</b>", contact, html=True) == (
        "<b>&lt;script&gt;{{ contact.email }}&lt;/script&gt;</b>"
    )


def test_a_filters_result_is_escaped_in_html_too() -> None:
    assert render('{{ contact.x | default("<b>") | upper }}', {}, html=True) == "&lt;B&gt;"


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("1000 > contact.name", False),
        ("2000 >= contact.n", True),
        ("contact.n > 1000", True),
        ("contact.n == 1200", True),
        ("contact.n != 1200", False),
        ("1000 <= contact.n", True),
        ("contact.n < 1000 or contact.n >= 2000", False),
        ("contact.name == 'Ada'", True),
        ("contact.name > 5", False),
        ("contact.name < 5", False),
        ("contact.name != 5", True),
        ("'d' in contact.name", True),
        ("contact.name < 'Bob'", True),
        ("contact.absent", False),
        ("contact.absent == ''", True),
        ("contact.absent >= 0", False),
        ("contact.no", False),
        ("contact.yes", True),
        ("contact.yes == true", True),
        ("not contact.no", True),
    ],
)
def test_a_condition_over_a_contacts_values_always_has_an_answer(
    condition: str,
    holds: bool,  # noqa: FBT001
) -> None:
    contact = {"n": 1200, "name": "Ada", "no": False, "yes": True}
    text = f"{{% if {condition} %}}yes{{% else %}}no{{% endif %}}"
    assert render(text, contact) == ("yes" if holds else "no")


def test_values_can_be_kept_in_sets() -> None:
    assert render('{{ "a" if contact.x in "abc" else "b" }}', {"x": "a"}) == "a"


def test_elif_and_comments_are_allowed_in_messages() -> None:
    text = "{# who? #}{% if contact.a %}a{% elif contact.b %}b{% else %}c{% endif %}"
    assert [render(text, {key: 1}) for key in "abc"] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'ada lovelace' | title", "Ada Lovelace"),
        ("'mcKay' | capitalize", "McKay"),
        ("'Ada' | upper", "ADA"),
        ("'Ada' | lower", "ada"),
        ("'  Ada ' | trim", "Ada"),
        ("'2026-03-10' | date", "10 March 2026"),
        ("'2026-03-10T09:00' | date('short')", "10 Mar 2026"),
        ("'2026-03-10' | date('us')", "March 10, 2026"),
        ("'2026-03-09' | date('dotted')", "09.03.2026"),
        ("'2026-03-10' | date('iso')", "2026-03-10"),
        ("'soon' | date", "soon"),
        ("1234.5 | number", "1,234"),
        ("1234.5 | number(2)", "1,234.50"),
        ("'many' | number", "many"),
        ("1e300 | number", "1e+300"),
        ("1234.5 | money('EUR')", "1,234.50 EUR"),
        ("'free' | money('EUR')", "free"),
        ("contact.none | upper | default('x')", "x"),
        ("contact.none | date", ""),
        ("contact.none | number(2)", ""),
    ],
)
def test_filters_change_what_they_understand_and_leave_the_rest(
    expression: str, expected: str
) -> None:
    assert render(f"{{{{ {expression} }}}}", {}) == expected


# --- reading --------------------------------------------------------------------------------------


def test_the_names_a_text_uses_are_found_where_they_stand() -> None:
    text = "Dear {{ contact.first_name | default('x') }},\n{% if contact.a and not b %}y{% endif %}"
    assert merge_fields(text) == (
        Used("contact.first_name", 8, 26),
        Used("contact.a", 52, 61),
        Used("b", 70, 71),
    )
    for used in merge_fields(text):
        assert text[used.start : used.end] == used.name


_PLAIN_NAMES = st.just("unsubscribe_url") | st.builds(
    "{}.{}".format,
    st.sampled_from(["parameters", "contact", "account"]),
    st.sampled_from(["if", "not", "in", "none", "true", "self", "loop"])
    | st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True),
)
_STAND_INS = st.just("") | st.builds(
    "{0}|{0}default({1}{2}{1})".format,
    st.sampled_from(["", " "]),
    st.sampled_from(["'", '"']),
    st.text(st.characters(exclude_characters="\\'\"{}[]\r\ue000", exclude_categories=["Cs"])),
)


@given(_PLAIN_NAMES, _STAND_INS, st.sampled_from(["", " ", "   "]))
def test_the_plainest_tags_are_read_as_all_the_others(name: str, or_else: str, space: str) -> None:
    tag = f"{space}{name}{or_else}{space}"
    for read, opening, closing in ((read_message, "{{", "}}"), (read_install, "[[", "]]")):
        reading = read(f"a {opening}{tag}{closing} b")
        (used,) = reading.names
        assert used.name == name
        assert reading == read(f"a {opening}{tag}| trim{closing} b")


def test_texts_of_the_plainest_tags_are_read_without_jinja() -> None:
    program = (
        "import sys; from package_format.templates import read_message; "
        "assert read_message('Dear {{ contact.first_name | default(\"you\") }}').names; "
        "assert 'jinja2' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_offsets_hold_with_whitespace_control_and_beside_install_values() -> None:
    text = "a  {{- contact.a -}}  [[ parameters.b ]] {%- if contact.c %} {% endif %}"
    assert [text[u.start : u.end] for u in merge_fields(text)] == ["contact.a", "contact.c"]
    assert [text[u.start : u.end] for u in read_install(text).names] == ["parameters.b"]


def problems(text: str) -> list[str]:
    return [p.message for p in (*read_install(text).problems, *read_message(text).problems)]


def test_a_message_with_both_phases_has_no_problems() -> None:
    assert problems("{{ contact.a }}[[ parameters.b | upper ]]{% if contact.c %}{% endif %}") == []


@pytest.mark.parametrize(
    "text",
    [
        '{{ contact.a | default("[[ parameters.b ]]") }}',
        "{% if contact.a == '[[ parameters.b ]]' %}{% endif %}",
        "{{ [[ parameters.b ]] }}",
    ],
)
def test_nothing_is_filled_in_inside_a_merge_fields_braces(text: str) -> None:
    assert any("cannot stand inside {{ }}" in problem for problem in problems(text))


def test_a_merge_field_cannot_stand_inside_an_install_value() -> None:
    text = "[[ parameters.a | default('{{ contact.b }}') ]]"
    assert "a merge field cannot stand inside [[ ]]" in problems(text)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("contact.__class__", "__class__ cannot be a name"),
        ("__import__", "__import__ cannot be a name"),
        ("contact.a.b", "a name has one dot"),
        ("'x'.__class__", "a name has one dot"),
        ("contact['a']", "a look-up in brackets is not allowed"),
        ("contact.a[1:2]", "a look-up in brackets is not allowed"),
        ("contact.a()", "a call is not allowed"),
        ("self", None),
        ("range(9)", "a call is not allowed"),
        ("'a' * 10**9", "arithmetic is not allowed"),
        ("9**9**9", "arithmetic is not allowed"),
        ("-contact.a", "arithmetic is not allowed"),
        ("contact.a - b", "arithmetic is not allowed"),
        ("contact.a ~ 'x'", "~ is not allowed"),
        ("contact.a is defined", "is is not allowed"),
        ("[contact.a]", "a list is not allowed"),
        ("(contact.a, 1)", "a list is not allowed"),
        ("{'a': 1}", "a mapping is not allowed"),
        ("contact.a | attr('b')", "there is no filter attr; there are capitalize, date"),
        ("contact.a | default", "the filter default takes another number"),
        ("contact.a | upper(1)", "the filter upper takes another number"),
        ("contact.a | default(contact.b)", "this is not a value that the filter default takes"),
        ("contact.a | default(none)", "this is not a value that the filter default takes"),
        ("contact.a | number(99)", "this is not a value that the filter number takes"),
        ("contact.a | date('%s')", "this is not a value that the filter date takes"),
        ("contact.a | money(1)", "this is not a value that the filter money takes"),
        ("contact.a | default(boolean=true)", "the filter default takes plain values"),
        ("contact.a | default(*contact.b)", "the filter default takes plain values"),
        ("contact.first-name", "a name has underscores, not hyphens"),
        ("contact.", "a name is missing behind the dot"),
        ("'a", "a quotation mark is opened here and never closed"),
        ("\u201ca\u201d", "\u201c is no quotation mark to a template"),
        ("", "something is missing here: a name such as contact.first_name"),
        ("contact.a ==", "something is missing here: a name such as contact.first_name"),
        ("contact.a |", "something is missing here: a name such as contact.first_name"),
        ("contact.a || b", "the name of a filter is missing behind |"),
        ("contact.first name", "name cannot follow here: a name is one word"),
        ("contact.a | default 'x'", "what a filter takes stands in brackets"),
        ("contact.a | default(b c)", ", is missing"),
        ("contact.a | default('x'", "a bracket is opened and not closed: ) is missing"),
        ("contact.a)", "there is a ) without a ("),
        ("contact.a = 'x'", "one = means nothing here; write == to compare"),
        ("contact.a && b", "& cannot stand here; write: and"),
        ("contact.a!", "! cannot stand between {{ and }}"),
        ("contact.a }", "what begins with {{ ends with }}"),
    ],
)
def test_only_names_filters_and_conditions_are_let_through(
    expression: str, reason: str | None
) -> None:
    text = f"x {{{{ {expression} }}}}"
    if reason is not None:
        assert any(reason in problem.lower() or reason in problem for problem in problems(text))
    with pytest.raises(TemplateError):
        render(text, {"a": "1"})


@pytest.mark.parametrize(
    "text",
    [
        "{% for x in contact.a %}{% endfor %}",
        "{% set x = 1 %}",
        "{% macro m() %}{% endmacro %}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{% block x %}{% endblock %}",
        "{% filter upper %}x{% endfilter %}",
        "{% call x() %}{% endcall %}",
        "{% with a=1 %}{% endwith %}",
        "{% autoescape false %}{% endautoescape %}",
        "{% if contact.a %}",
        "{% endif %}",
        "{% nonsense %}",
        "{{ contact.a",
        "{% raw %}x",
        "{# never ends",
    ],
)
def test_other_tags_and_broken_ones_are_refused(text: str) -> None:
    assert problems(text)
    with pytest.raises(TemplateError):
        render(text, {})


def test_an_install_value_is_an_expression_and_nothing_else() -> None:
    assert evaluate("{% for x in y %}", {}) == "{% for x in y %}"
    assert problems("[[ % if parameters.a % ]]")


def test_a_problem_is_shown_where_it_stands() -> None:
    text = "one\n{{ contact.a }}\ntwo {{ contact.b() }}"
    (problem,) = read_message(text).problems
    assert text[problem.start : problem.end] == "{{ contact.b() }}"
    (problem,) = read_message("abc {{ 'x }}").problems
    assert (problem.start, problem.end) == (7, 8)
    text = "abc {{ contact.a } and {{ contact.b }}"
    (problem,) = read_message(text).problems
    assert text[problem.start : problem.end] == "{{ contact.a }"


def test_every_problem_of_a_text_is_said_and_each_in_its_own_tag() -> None:
    text = "{{ a }} {{ b } {{ c d }} {% if x = y %}{{ f! }}{% endif %} {{ g | nothing }} {{ h"
    found = read_message(text).problems
    assert [(text[each.start : each.end], each.message) for each in found] == [
        ("{{ b }", "this is not closed as it was opened: what begins with {{ ends with }}"),
        ("{{ c d }}", "d cannot follow here: a name is one word, such as contact.first_name"),
        ("{% if x = y %}", "one = means nothing here; write == to compare"),
        ("!", "! cannot stand between {{ and }}"),
        ("{{ g | nothing }}", f"there is no filter nothing; there are {', '.join(FILTERS)}"),
        ("{{", "this is never closed"),
    ]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("{% if a %}b", "{% if a %}", "this never ends: {% endif %} is missing"),
        ("a{% endif %}", "{% endif %}", "there is no {% if %} before this endif"),
        ("{% elif a %}", "{% elif a %}", "there is no {% if %} before this elif"),
        ("{% if a %}{% elif %}{% endif %}", "{% elif %}", "something is missing here"),
        (
            "{% if a %}{% else %}{% if b %}{% else %}{% endif %}{% else %}{% endif %}",
            "{% else %}",
            "this else comes behind the else",
        ),
        ("{% for x in y %}", "{% for x in y %}", "there is no {% for %} in a message"),
        ("{% %}", "{% %}", "there is no {% %} in a message; there are if, elif, else, endif"),
        ("{# a", "{# ", "this comment is never closed: #} is missing"),
    ],
)
def test_conditions_that_do_not_fit_together_are_said_in_plain_words(
    text: str, place: str, message: str
) -> None:
    (problem,) = read_message(text).problems
    assert text[problem.start : problem.end] == place
    assert problem.message.startswith(message)


@given(st.text("{}[]%#|'\"= a.b()!", max_size=40))
def test_no_words_of_the_library_reach_an_author(text: str) -> None:
    for reading in (read_install(text), read_message(text)):
        for problem in reading.problems:
            assert 0 <= problem.start < problem.end <= len(text) + 1
            assert "this cannot be read" not in problem.message
            assert "Jinja" not in problem.message
            assert "token" not in problem.message


# --- abuse ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "{{ " + "(" * 5_000 + "contact.a" + ")" * 5_000 + " }}",
        "{{ " + "not " * 5_000 + "contact.a }}",
        "{{ contact.a" + " | upper" * 5_000 + " }}",
        "{{ " + "contact.a if contact.a else " * 2_000 + "1 }}",
        "{{ " + "[" * 40 + "]" * 40 + " }}",
        "{% if contact.a %}" * 1_000 + "{% endif %}" * 1_000,
        "{{ contact.a }}" * 3_000,
        "x" * (TEXT_LIMIT + 1),
        "\ue000{ for x in y \ue000}",
    ],
)
def test_what_is_too_deep_too_long_or_too_much_is_refused_at_once(text: str) -> None:
    assert problems(text)
    with pytest.raises(TemplateError):
        render(text, {})


def test_what_grows_beyond_all_bounds_is_refused() -> None:
    with pytest.raises(TemplateError, match="longer than"):
        render("{{ contact.a }}" * 1_000, {"a": "x" * 10_000})


def test_values_are_texts_and_not_objects() -> None:
    contact = {"a": "{0.__class__.__mro__}", "b": "%(x)s"}
    assert render("{{ contact.a | upper }}{{ contact.b }}", contact) == (
        "{0.__CLASS__.__MRO__}%(x)s"
    )


def test_methods_of_values_and_of_their_container_cannot_be_reached() -> None:
    assert render("{{ contact.value }}{{ contact.upper }}{{ account.name }}", {}) == ""
    with pytest.raises(TemplateError, match=r"no value called unsubscribe_url\.upper"):
        render("{{ unsubscribe_url.upper }}", {})


def test_brackets_would_look_up_nothing_even_if_they_were_let_through() -> None:
    assert MESSAGE.getitem(Values({"a": "x"}), "a") == ""


def test_what_stands_between_double_brackets_is_looked_at_when_a_message_is_sent() -> None:
    assert render("[[ {{ contact.a }} ]]", {"a": "x"}) == "[[ x ]]"
    with pytest.raises(TemplateError, match="arithmetic"):
        render("[[ {{ 9**9**9 }} ]]", {})


@given(st.text(string.printable + "{}[]%#\ue000é", max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    for reading in (read_install(text), read_message(text)):
        spots = [(used.start, used.end) for used in reading.names]
        spots += [(problem.start, problem.end) for problem in reading.problems]
        assert all(0 <= start < end <= len(text) + 2 for start, end in spots)
    try:
        render(text, {})
    except TemplateError:
        assert read_message(text).problems or read_message(text).names


@given(st.text("{}%[] contactparmes.|'\"()if-", max_size=60))
def test_what_reads_without_a_problem_can_be_rendered_or_uses_an_unknown_name(text: str) -> None:
    reading = read_message(text)
    if reading.problems or "[[" in text:
        return
    known = ("contact.", "account.", "unsubscribe_url")
    if all(used.name.startswith(known) for used in reading.names):
        render(text, {})
    else:
        with pytest.raises(TemplateError, match="there is no value called"):
            render(text, {})


# --- what values can do ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        "1e999999999",
        "-1e999999999",
        "1e-999999999",
        "9" * 5_000,
        "NaN",
        "sNaN",
        "Infinity",
        "0e9",
        "",
    ],
)
@pytest.mark.parametrize("filter_", ["number", "number(6)", "money('EUR')", "date", "title"])
def test_no_value_breaks_a_filter(value: str, filter_: str) -> None:
    assert isinstance(render(f"{{{{ contact.x | {filter_} }}}}", {"x": value}), str)


def test_a_number_too_large_to_be_written_out_comes_out_as_it_went_in() -> None:
    assert render("{{ contact.x | number }}", {"x": "1e999999999"}) == "1e999999999"


def test_what_a_filter_makes_compares_with_anything() -> None:
    assert render("{% if contact.x | default(5) < 'a' %}yes{% endif %}", {}) == "yes"
    assert render("{% if contact.y in contact.x | default(5) %}yes{% endif %}", {}) == "yes"


@pytest.mark.parametrize("text", ["{{ contact.x in 5 }}", "{{ contact.x not in 5 }}"])
def test_nothing_is_in_a_number(text: str) -> None:
    (problem,) = read_message(text).problems
    assert "nothing can be in 5" in problem.message
    with pytest.raises(TemplateError, match="nothing can be in 5"):
        render(text, {"x": "a"})


def test_an_expression_that_a_value_breaks_is_said_in_a_sentence() -> None:
    text = "{% if (contact.x or 5) < 'a' %}yes{% endif %}"
    assert render(text, {"x": "0"}) == "yes"
    with pytest.raises(TemplateError, match="cannot be filled in with this contact's values"):
        render(text, {})


@pytest.mark.parametrize("text", ["{{ contact }}", "{{ account }}"])
def test_a_contact_as_a_whole_is_nothing_that_can_be_said(text: str) -> None:
    with pytest.raises(TemplateError, match="there is no value called"):
        render(text, {})


def test_one_line_has_no_break_of_any_kind() -> None:
    assert one_line("Hello \r\n Bcc: all\x00\u2028you\n") == "Hello Bcc: all you"
    assert one_line("  as it is  ") == "  as it is  "
