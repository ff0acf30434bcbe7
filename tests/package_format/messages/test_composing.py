from __future__ import annotations

from package_format.kinds.email import Email
from package_format.messages import composed


def _email(**more: str) -> Email:
    data = {"subject": "Hi {{ contact.first_name }}", "from": "a@example.com", **more}
    return Email.model_validate({"body": "<p>{{ contact.first_name }}</p>", **data})


def test_a_composed_email_has_the_values_of_its_contact_escaped_in_html() -> None:
    found = composed(_email(preheader="For {{ contact.city }}"), {"first_name": "A & B"})
    assert found.subject == "Hi A & B"
    assert found.preheader == "For "
    assert found.html == "<p>A &amp; B</p>"
    assert found.text == "A & B\n"


def test_a_text_that_is_written_is_taken_instead_of_one_that_is_made() -> None:
    found = composed(_email(text="Dear {{ contact.first_name }}"), {"first_name": "Ada"})
    assert found.text == "Dear Ada"
