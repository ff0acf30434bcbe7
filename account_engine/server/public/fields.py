"""The fields of a form: what each asks on a page, and what was answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from account_engine.account import Account
from account_engine.contacts import Value
from account_engine.errors import InvalidDataError
from account_engine.objects import number_of
from account_engine.values import read_value
from package_format.contact_fields import BUILT_IN, FieldType
from package_format.email_address import is_email_address
from package_format.kinds.form import Form

_AUTOCOMPLETE: Mapping[str, str] = {
    "first_name": "given-name",
    "last_name": "family-name",
    "email": "email",
    "phone": "tel",
    "company": "organization",
    "street": "street-address",
    "postal_code": "postal-code",
    "city": "address-level2",
    "country": "country-name",
    "birthday": "bday",
}
_INPUTS: Mapping[FieldType, str] = {FieldType.DATE: "date"}
_OWN_INPUTS: Mapping[str, str] = {"email": "email", "phone": "tel", "fax": "tel"}


@dataclass(frozen=True)
class Asked:
    """One field of a form, on a page.

    Attributes:
        key: The field, as contacts have it.
        name: What it is called in the form.
        label: What stands beside it.
        type: What it holds.
        choices: What can be chosen, if it is a choice.
        required: Whether it has to be answered.
        input: What sort of input a browser shows.
        autocomplete: What a browser may know of it.
        value: What was answered so far.
        fault: What is wrong with that.
    """

    key: str
    name: str
    label: str
    type: FieldType
    choices: tuple[str, ...]
    required: bool
    input: str
    autocomplete: str
    value: str = ""
    fault: str = ""


def asked(account: Account, form: Form, given: Mapping[str, str] | None) -> Iterator[Asked]:
    """Yield the fields of a form, with what was answered and what is wrong with it.

    Args:
        account: The account.
        form: The form.
        given: What was sent; None before anything was.
    """
    for place, field in enumerate(form.fields, 1):
        number = number_of(field.field)
        stored = account.object(number) if number else None
        data = stored.data if stored else {}
        kind = (
            FieldType(data.get("type", FieldType.TEXT))
            if stored
            else BUILT_IN.get(field.field, FieldType.TEXT)
        )
        label = field.label or str(data.get("title") or field.field.replace("_", " ").capitalize())
        one = Asked(
            field.field,
            f"f{place}",
            label,
            kind,
            tuple(map(str, data.get("choices", ()))),
            field.required or field.field == "email",
            _OWN_INPUTS.get(field.field, _INPUTS.get(kind, "text")),
            _AUTOCOMPLETE.get(field.field, "off"),
        )
        yield one if given is None else _answered(one, given)


def _answered(one: Asked, given: Mapping[str, str]) -> Asked:
    value = given.get(one.name, "").strip()
    fault = ""
    if one.required and not value:
        fault = "This has to be filled in."
    elif one.key == "email" and not is_email_address(value):
        fault = "This is no email address; one looks like ada@example.com."
    else:
        try:
            read_value(value, one.type, one.choices, name="This")
        except InvalidDataError as error:
            fault = f"{error}."
    return Asked(**{**one.__dict__, "value": value, "fault": fault})


def values(fields: list[Asked]) -> dict[str, Value]:
    """Return what was answered, by fields as contacts have them; nothing clears nothing."""
    return {one.key: one.value for one in fields if one.value}
