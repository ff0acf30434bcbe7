"""The rule that what an account holds keeps its meaning."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.compatibility.rule import Found, Rule, Versions
from package_format.kinds.contact_field import ContactField
from package_format.kinds.form import Form
from package_format.kinds.table import KINDS
from package_format.package import Resource
from package_format.versions import Bump


def _find(versions: Versions) -> Iterator[Found]:
    for old, new in versions.pairs:
        kind = KINDS[old.kind]
        for field in dict.fromkeys((*kind.fixed, *kind.must_match)):
            before, after = getattr(old.model, field), getattr(new.model, field)
            if before != after:
                yield str(old.address), f"its {field} was {before} and is {after}", None
        for message in _narrowed(old, new):
            yield str(old.address), message, None


def _narrowed(old: Resource, new: Resource) -> Iterator[str]:
    """Yield what people could choose or fill in before, and no longer can."""
    if isinstance(old.model, ContactField) and isinstance(new.model, ContactField):
        for choice in old.model.choices:
            if choice not in new.model.choices:
                yield f"{choice!r} can be chosen no longer"
    if isinstance(old.model, Form) and isinstance(new.model, Form):
        required = {one.field: one.required for one in new.model.fields}
        for one in old.model.fields:
            if required.get(one.field) and not one.required:
                yield f"{one.field} has to be filled in now"


RULE = Rule(
    "meaning-changed",
    Bump.MAJOR,
    "something that accounts hold means something else",
    """\
A field's type, a product's currency, the values one can choose: contacts' data and other packages
rely on them. A change here loses data or makes what is there mean something else; a new resource
beside the old one would not.""",
    _find,
)
