from __future__ import annotations

from package_format.diagnostics import Diagnostics, Severity, Span


def test_a_warning_does_not_stop_a_build_and_an_error_does() -> None:
    odd, bad = Diagnostics(), Diagnostics()
    odd.warning("odd", "this is odd")
    bad.warning("odd", "this is odd")
    bad.error("bad", "this is bad", Span("a.yaml", 1, 2, 3), "make it good")
    assert not Diagnostics().has_errors
    assert not odd.has_errors
    assert bad.has_errors
    assert [d.severity for d in bad] == [Severity.WARNING, Severity.ERROR]


def test_what_was_found_is_told_in_the_order_of_files_lines_and_columns() -> None:
    diagnostics = Diagnostics()
    for span in (Span("b", 1, 1, 2), Span("a", 10, 1, 2), Span("a", 9, 5, 6), Span("a", 9, 2, 3)):
        diagnostics.error("x", "x", span)
    diagnostics.error("whole", "the package as a whole")
    assert [str(d.span) for d in diagnostics] == ["None", "a:9:2", "a:9:5", "a:10:1", "b:1:1"]


def test_what_another_collector_found_can_be_taken_over() -> None:
    one, other = Diagnostics(), Diagnostics()
    one.error("a", "a")
    other.error("b", "b")
    one.extend(other)
    assert len(one) == 2
    assert [d.code for d in one] == ["a", "b"]
